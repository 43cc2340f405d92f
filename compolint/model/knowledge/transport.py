"""Where commands connect to, and the options with which they no longer ask who is there.

By the manuals of the programs: https://curl.se/docs/manpage.html, https://www.gnu.org/software/wget/manual,
https://git-scm.com/docs/git-config, https://docs.npmjs.com/cli, https://pip.pypa.io/en/stable/cli,
https://nodejs.org/api/cli.html, https://docs.podman.io, https://kubernetes.io/docs/reference/kubectl
"""

from typing import Literal

from compolint.model.command import Command
from compolint.model.knowledge.operands import short_option
from compolint.model.values import Address
from compolint.pattern import pattern
from compolint.unknown import Maybe

_OPTIONS = {
    "curl": ("--insecure", "--proxy-insecure"),
    "wget": ("--no-check-certificate",),
    "apk": ("--no-check-certificate",),
    "aria2c": ("--check-certificate=false",),
    "pip": ("--trusted-host",),
    "pip3": ("--trusted-host",),
    "uv": ("--trusted-host", "--allow-insecure-host"),
    "npm": ("--strict-ssl=false", "--no-strict-ssl"),
    "yarn": ("--strict-ssl=false",),
    "kubectl": ("--insecure-skip-tls-verify", "--insecure-skip-tls-verify=true"),
    "helm": ("--insecure-skip-tls-verify", "--kube-insecure-skip-tls-verify"),
    "aws": ("--no-verify-ssl",),
    "podman": ("--tls-verify=false",),
    "buildah": ("--tls-verify=false",),
    "skopeo": ("--tls-verify=false", "--src-tls-verify=false", "--dest-tls-verify=false"),
    "http": ("--verify=no", "--verify=false"),
    "https": ("--verify=no", "--verify=false"),
    "dnf": ("--setopt=sslverify=false", "--setopt=sslverify=0"),
    "yum": ("--setopt=sslverify=false", "--setopt=sslverify=0"),
    "microdnf": ("--setopt=sslverify=false", "--setopt=sslverify=0"),
    "mc": ("--insecure",),
}
# Settings that words give: `git config http.sslVerify false`, `npm config set strict-ssl false`.
_SETTINGS = {
    "git": ("http.sslverify", ("false", "0", "no", "off")),
    "npm": ("strict-ssl", ("false",)),
    "pnpm": ("strict-ssl", ("false",)),
    "yarn": ("strict-ssl", ("false",)),
    "composer": ("disable-tls", ("true", "1")),
    "conda": ("ssl_verify", ("false", "no")),
    "pip": ("global.trusted-host", ()),
    "apt-get": ("acquire::https::verify-peer", ("false", "0", "no")),
    "apt": ("acquire::https::verify-peer", ("false", "0", "no")),
}
# Variables that many programs ask: their values in lower case; `None` stands for any but an empty one.
VARIABLES: dict[str, tuple[str, ...] | None] = {
    "NODE_TLS_REJECT_UNAUTHORIZED": ("0",),  # https://nodejs.org/api/cli.html
    "GIT_SSL_NO_VERIFY": ("1", "true", "yes", "on"),
    "PYTHONHTTPSVERIFY": ("0",),  # https://peps.python.org/pep-0493/
    "NPM_CONFIG_STRICT_SSL": ("false",),
    "YARN_STRICT_SSL": ("false",),
    "PIP_TRUSTED_HOST": None,
    "UV_INSECURE_HOST": None,
    "CONDA_SSL_VERIFY": ("false", "no"),
    "GOINSECURE": None,  # https://go.dev/ref/mod
    "COMPOSER_DISABLE_TLS": ("1", "true"),
}
_URL = pattern(r"(?:https?|ftp)://(?:[^\s/?#@]*@)?(\[[0-9A-Fa-f:.]+\]|[^\s/?#:]+)")


def unverified_tls(command: Command) -> tuple[str, object] | None:
    """What of a command switches off that TLS checks the other end: the field and the part of it."""
    for name, value in command.assignments:
        if switches_verification_off(name, value):
            return "assignments", name
    program = command.name or ""
    for option in _OPTIONS.get(program, ()):
        for number, word in enumerate(command.words):
            if number and isinstance(word, str) and (word == option or word.startswith(f"{option}=")):
                return "words", number
    if program == "curl" and (joined := short_option(command, "k")):
        return "words", joined
    if program == "export":
        return _exported(command)
    if setting := _SETTINGS.get(program):
        return _set(command, *setting)
    return None


def switches_verification_off(name: str, value: object) -> bool:
    """Whether a variable makes programs trust whoever answers."""
    values = VARIABLES.get(name.upper(), ())
    if not isinstance(value, str):
        return False
    return bool(value) if values is None else value.lower() in values


def is_beyond_machine(command: Command) -> Literal["itself", "project", "elsewhere"]:
    """How far a command connects: to the machine itself, to a bare name such as a service's, or farther."""
    hosts = [match[1] for word in command.words if (match := _URL.search(_known(word)))]
    if command.name in {"curl", "wget"} and not hosts:
        bare = [word for word in command.words[1:] if isinstance(word, str) and not word.startswith("-")]
        hosts = [word.partition("/")[0].partition(":")[0] for word in bare if "." in word or ":" in word]
    if not hosts:
        return "elsewhere"
    if all(Address.of(host).is_loopback or host in {"0.0.0.0", "[::]"} for host in hosts):
        return "itself"
    return "project" if all("." not in host and ":" not in host for host in hosts) else "elsewhere"


def public_address(url: str) -> str | None:
    """An address in the internet without user, password and query; `None` for one of a private network."""
    match = _URL.match(url)
    if not match:
        return None
    host = match[1].strip("[]").lower()
    if "." not in host or host.endswith((".local", ".internal", ".lan", ".home", ".localhost", ".test")):
        return None
    if host.replace(".", "").isdigit() and Address(host).is_private:
        return None
    return f"{url.partition('://')[0]}://{url[match.start(1) :].partition('?')[0]}"


def _known(word: Maybe[str]) -> str:
    return word if isinstance(word, str) else word.head


def _exported(command: Command) -> tuple[str, object] | None:
    for number, word in enumerate(command.words):
        if isinstance(word, str) and "=" in word and switches_verification_off(*word.split("=", 1)):
            return "words", number
    return None


def _set(command: Command, name: str, values: tuple[str, ...]) -> tuple[str, object] | None:
    words = command.words
    for number, word in enumerate(words):
        if not isinstance(word, str) or not _is_setting(word.lower(), name):
            continue
        _, equals, value = word.lower().partition("=")
        if not equals and number + 1 < len(words):
            following = words[number + 1]
            value = following.lower() if isinstance(following, str) else ""
        if (value in values) if values else value:
            return "words", number
    return None


def _is_setting(word: str, name: str) -> bool:
    """Whether a word names a setting; git's may be for one address: `http.https://a.example/.sslVerify`."""
    section, _, key = name.rpartition(".")
    return word.startswith(name) or bool(section and word.startswith(f"{section}.") and f".{key}" in word)
