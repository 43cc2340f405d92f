"""Files that hold keys and passwords, by the names that the programs which read them expect."""

# https://man7.org/linux/man-pages/man1/ssh-keygen.1.html
_SSH_KEYS = frozenset(
    ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "ssh_host_rsa_key", "ssh_host_ed25519_key")
)
_NAMES = {
    ".netrc": "passwords of servers",  # https://everything.curl.dev/usingcurl/netrc
    ".pgpass": "passwords of databases",  # https://www.postgresql.org/docs/current/libpq-pgpass.html
    ".my.cnf": "passwords of databases",
    ".git-credentials": "passwords of git servers",  # https://git-scm.com/docs/git-credential-store
    ".pypirc": "credentials of package indexes",
    ".vault-token": "a token of Vault",
    ".htpasswd": "passwords of users",
    "kubeconfig": "credentials of a cluster",
    "terraform.tfstate": "the state of Terraform with its secrets",
}
_FOLDERS = {
    ".ssh": "SSH keys",
    ".aws": "credentials of AWS",  # https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    ".kube": "credentials of a cluster",
    ".gnupg": "GnuPG keys",
}
_KEY_ENDINGS = (
    "privkey.pem",
    "private.key",
    "private.pem",
    "server.key",
    "-key.pem",
    "_key.pem",
    ".ppk",
    ".kdbx",
)
_HARMLESS = ("example", "sample", "template", "dist", "test", "tmpl", "default", "defaults", "pub")


def secret_file(path: str) -> str | None:
    """What the file or folder of this name holds, if that is a secret."""
    parts = path.lower().rstrip("/").split("/")
    name = parts[-1]
    if not set(_HARMLESS).isdisjoint(name.replace("-", ".").replace("_", ".").split(".")):
        return None
    if name in _SSH_KEYS or name.endswith(_KEY_ENDINGS):
        return "a private key"
    if name == ".env" or name.startswith(".env."):
        return "a file of passwords and settings"
    if parts[-2:] == [".docker", "config.json"]:
        return "credentials of registries"  # https://docs.docker.com/reference/cli/docker/login/
    return _NAMES.get(name) or next((_FOLDERS[part] for part in parts if part in _FOLDERS), None)
