"""Paths of a host that a container should not see, or not be able to write to.

What the folders hold is after hier(7) (https://man7.org/linux/man-pages/man7/hier.7.html) and the
file-hierarchy page of systemd (https://www.freedesktop.org/software/systemd/man/latest/file-hierarchy.html);
a row with another source names it. `/srv`, `/opt`, `/mnt`, `/media`, `/data` and what lies deep in a home
are made for data, and no rows.
"""

from typing import Literal

from compolint.model.knowledge.engines import engine_socket
from compolint.model.workload import Mount
from compolint.pattern import pattern
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

Grade = Literal["takeover", "program", "kernel", "secret", "peek"]


class HostPath(NamedTuple):
    """A path of the host, and what a container has of it."""

    path: str
    what: str
    # takeover: who writes here is root on the host, who reads here knows its secrets. program, kernel:
    # to write is the same, to read is harmless or tells something. secret: to read is enough to go on
    # elsewhere. peek: to read tells something, to write spoils it.
    grade: Grade


_TAKEOVER = {
    "/": "every file of the host",
    "/etc": "the host's configuration and password hashes",
    "/boot": "the kernel that the host starts",
    "/var": "the data of the host's services and of all containers",
    "/var/lib": "the data of the host's services and of all containers",
    "/var/spool": "the host's cron jobs and mail",
    "/var/spool/cron": "the host's cron jobs",
    # https://docs.docker.com/engine/storage/ and /drivers/
    "/var/lib/docker": "the files and variables of all containers",
    "/var/lib/docker/overlay2": "the files of all containers",
    "/var/lib/containerd": "the files of all containers",
    "/var/lib/containers": "the files of all containers",  # https://docs.podman.io/en/latest/
    "/var/lib/kubelet": "the files and secrets of all pods",  # https://kubernetes.io/docs/reference/node/
    "/var/lib/rancher": "the cluster's data and keys",  # https://docs.k3s.io/advanced
    # https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html
    "/run/systemd": "the private socket of the host's systemd",
    "/run/systemd/private": "the private socket of the host's systemd",
    "/etc/shadow": "the host's password hashes",
    "/etc/gshadow": "the host's password hashes",
    "/etc/ssh": "the host's SSH keys",
    "/etc/sudoers": "who is root on the host",
    "/etc/sudoers.d": "who is root on the host",
}
# Everything below these is as good as they are.
_BELOW = ("/etc/ssh", "/etc/sudoers.d", "/var/spool/cron", "/var/lib/docker/overlay2", "/boot")
_PROGRAM = {
    "/bin": "programs that root of the host runs",
    "/sbin": "programs that root of the host runs",
    "/lib": "libraries that root of the host runs",
    "/lib64": "libraries that root of the host runs",
    "/lib/modules": "modules that the host's kernel loads",
    "/usr": "programs that root of the host runs",
    "/usr/bin": "programs that root of the host runs",
    "/usr/sbin": "programs that root of the host runs",
    "/usr/lib": "libraries that root of the host runs",
    "/usr/lib64": "libraries that root of the host runs",
    "/usr/local": "programs that root of the host runs",
    "/usr/local/bin": "programs that root of the host runs",
    "/usr/local/sbin": "programs that root of the host runs",
    "/etc/systemd": "what the host's systemd starts",
    "/lib/systemd": "what the host's systemd starts",
    "/usr/lib/systemd": "what the host's systemd starts",
    "/etc/cron.d": "the host's cron jobs",
    "/etc/cron.daily": "the host's cron jobs",
    "/etc/cron.hourly": "the host's cron jobs",
    "/etc/cron.monthly": "the host's cron jobs",
    "/etc/cron.weekly": "the host's cron jobs",
    "/etc/crontab": "the host's cron jobs",
    "/etc/init.d": "what the host starts",
    "/etc/rc.local": "what the host starts",
    "/etc/profile": "what shells of the host run",
    "/etc/profile.d": "what shells of the host run",
    "/etc/ld.so.preload": "libraries that every program of the host loads",
    "/etc/ld.so.conf.d": "libraries that every program of the host loads",
    "/etc/pam.d": "how the host checks passwords",
    "/etc/passwd": "the host's users",
    "/etc/group": "who is in which group of the host",
    "/etc/apt": "where the host's packages come from",
    "/etc/docker": "the Docker daemon's configuration",
    # A cgroup's release_agent is run by the kernel, as root: https://man7.org/linux/man-pages/man7/cgroups.7.html
    "/sys/fs/cgroup": "the host's control groups",
    # https://man7.org/linux/man-pages/man5/proc_sys.5.html
    "/proc/sys": "the host's kernel settings",
}
_PROGRAM_BELOW = (
    "/bin", "/sbin", "/lib/modules", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin",
    "/etc/systemd", "/lib/systemd", "/usr/lib/systemd", "/etc/cron.d", "/etc/profile.d", "/etc/pam.d",
    "/sys/fs/cgroup", "/proc/sys",
)  # fmt: skip
_SECRET = {
    "/dev": "every device of the host",
    "/proc/1": "the host's first process",
    "/proc/kcore": "the host's memory",  # https://man7.org/linux/man-pages/man5/proc_kcore.5.html
    "/proc/sysrq-trigger": "the key that restarts the host",
    "/sys/kernel/debug": "the inside of the host's kernel",  # https://docs.kernel.org/filesystems/debugfs.html
    "/sys/kernel/tracing": "the inside of the host's kernel",  # https://docs.kernel.org/trace/ftrace.html
    "/etc/ssl/private": "the host's private keys",
    # The containers' configuration lies there beside their logs, variables included.
    "/var/lib/docker/containers": "the logs and variables of all containers",
    "/var/lib/docker/volumes": "the data of all containers",
}
_KERNEL = {
    "/proc": "the host's processes and kernel settings",  # https://man7.org/linux/man-pages/man5/proc.5.html
    "/sys": "the host's kernel and hardware",  # https://man7.org/linux/man-pages/man5/sysfs.5.html
}
_PEEK = {
    "/var/log": "the host's logs",
    "/run/dbus": "the bus on which the host's services take orders",
    "/run/dbus/system_bus_socket": "the bus on which the host's services take orders",
    "/run/user": "the sessions of the host's users",
}
# In a home, or wherever a file of that name is brought from.
_CREDENTIALS = {
    ".ssh": "SSH keys",
    ".aws": "AWS credentials",  # https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
    ".azure": "Azure credentials",  # https://learn.microsoft.com/cli/azure/azure-cli-configuration
    ".kube": "Kubernetes credentials",  # https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
    ".gnupg": "GnuPG keys",  # https://www.gnupg.org/documentation/manuals/gnupg/
}
_HOME_CREDENTIALS = {
    **_CREDENTIALS,
    ".docker": "registry credentials",  # https://docs.docker.com/reference/cli/docker/
    ".config/gcloud": "Google Cloud credentials",  # https://cloud.google.com/sdk/docs/configurations
    ".claude": "the coding agent's credentials",  # https://docs.anthropic.com/en/docs/claude-code/iam
    ".codex": "the coding agent's credentials",  # https://github.com/openai/codex
    ".netrc": "passwords",  # https://everything.curl.dev/usingcurl/netrc.html
    ".git-credentials": "Git credentials",  # https://git-scm.com/docs/git-credential-store
    ".pgpass": "database passwords",  # https://www.postgresql.org/docs/current/libpq-pgpass.html
    ".npmrc": "registry credentials",  # https://docs.npmjs.com/cli/configuring-npm/npmrc
    ".pypirc": "registry credentials",  # https://packaging.python.org/en/latest/specifications/pypirc/
    ".vault-token": "a Vault token",  # https://developer.hashicorp.com/vault/docs/commands
}
# Files in such folders that anybody may see.
_PUBLIC = pattern(r".*(?:\.pub|/known_hosts|/authorized_keys|/\.ssh/config)$")
# ~   ~admin   /root   /home   /home/admin   /home/${USER}
_HOME = pattern(r"~[^/]*|/root|/home(?:/(?:\$\{\w+\}|\$\w+|[^/$]+))?")
_GRADES: tuple[tuple[Grade, dict[str, str], tuple[str, ...]], ...] = (
    ("takeover", _TAKEOVER, tuple(f"{row}/" for row in _BELOW)),
    ("program", _PROGRAM, tuple(f"{row}/" for row in _PROGRAM_BELOW)),
    ("kernel", _KERNEL, ()),
    ("secret", _SECRET, ()),
    ("peek", _PEEK, ()),
)


def sensitive_path(mount: Mount) -> HostPath | None:
    """What a container sees of the host through a mount, if it is more than data of its own."""
    source = mount.source
    if source is None or mount.kind != "bind" or (isinstance(source, Unknown) and engine_socket(mount)):
        return None
    text = str(source)
    if mount.given_by == "volume" and not _is_home(text) and (what := _credentials(source, text)):
        return HostPath(text, what, "secret")
    return sensitive_folder(source)


def sensitive_folder(path: Maybe[str]) -> HostPath | None:
    """What lies in a folder of a host, if it is more than data."""
    text = str(path)
    if _is_home(text):
        return HostPath(text, "the keys and start-up files of a home", "takeover")
    return _listed(path)


def _is_home(text: str) -> bool:
    return text.startswith(("~", "/root", "/home")) and _HOME.fullmatch(text) is not None


def _credentials(source: Maybe[str], text: str) -> str | None:
    """Credentials that a path holds or leads to; `None` for their public parts."""
    within = f"/{text}/"
    if "/." not in within or _PUBLIC.match(text):
        return None
    in_home = text.startswith(("~", "/root/", "/home/"))
    known = _HOME_CREDENTIALS if in_home else _CREDENTIALS
    return next((what for name, what in known.items() if f"/{name}/" in within), None)


def _listed(source: Maybe[str]) -> HostPath | None:
    if isinstance(source, Unknown):
        known = ((row, what, grade) for grade, rows, _ in _GRADES for row, what in rows.items())
        return next((HostPath(row, what, grade) for row, what, grade in known if source == row), None)
    path = source.removeprefix("/var") if source.startswith("/var/run/") else source
    for grade, rows, below in _GRADES:
        if path in rows:
            return HostPath(path, rows[path], grade)
        if path.startswith(below):
            row = next(row for row in below if path.startswith(row))
            return HostPath(path, rows[row.rstrip("/")], grade)
    return None
