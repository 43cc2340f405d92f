"""Where container engines take orders. Whoever can give them is root on the host."""

import re

from compolint.model.workload import Mount
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_SOCKETS = {
    "docker.sock": "Docker",  # https://docs.docker.com/reference/cli/dockerd/#daemon-socket-option
    "docker.raw.sock": "Docker",  # Docker Desktop, past its own proxy
    "docker-host.sock": "Docker",  # https://github.com/devcontainers/features (docker-outside-of-docker)
    "pipe/docker_engine": "Docker",  # `//./pipe/docker_engine` of the same page
    "podman.sock": "Podman",  # https://docs.podman.io/en/latest/markdown/podman-system-service.1.html
    "containerd.sock": "containerd",  # https://github.com/containerd/containerd/blob/main/docs/ops.md
    "crio.sock": "CRI-O",  # https://github.com/cri-o/cri-o/blob/main/docs/crio.8.md
    "cri-dockerd.sock": "cri-dockerd",  # https://mirantis.github.io/cri-dockerd/
    "balena-engine.sock": "balenaEngine",  # https://docs.balena.io/learn/develop/runtime/#balenaengine
}
_NAMES = tuple(_SOCKETS)
# Folders in which they stand. Not `/var`: its `run` is a link, which leads to the container's own `/run`.
_FOLDERS = {
    "/": "Docker",
    "/run": "Docker",
    "/run/containerd": "containerd",
    "/run/docker/containerd": "containerd",  # where dockerd starts its own containerd
    "/run/k3s": "containerd",  # https://docs.k3s.io/advanced
    "/run/k3s/containerd": "containerd",
    "/run/podman": "Podman",
    "/run/crio": "CRI-O",
}
# DOCKER_SOCK   DOCKER_SOCKET_PATH
_NAMED = pattern(r"DOCKER_?SOCK", re.I)
_TLS_PORT = ":2376"  # https://docs.docker.com/engine/security/protect-access/


class Socket(NamedTuple):
    """An engine's socket that a container sees."""

    engine: str
    folder: str | None = None  # that shows it, where it is not mounted itself; `/var/run` is `/run`
    rootless: bool = False  # the engine has a user's rights, not root's


def engine_socket(mount: Mount) -> Socket | None:
    """The socket of a container engine that a mount shows to a container."""
    source = mount.source
    if source is None or mount.kind not in {"bind", "npipe"}:
        return None
    if isinstance(source, Unknown):
        return _open_socket(source, mount.target)
    path = source.removeprefix("/var") if source.startswith("/var/run") else source.replace("\\", "/")
    if path.endswith(_NAMES) and (name := next((name for name in _SOCKETS if _ends_with(path, name)), None)):
        return Socket(_SOCKETS[name], rootless=path.startswith(("/run/user/", "~")))
    engine = _FOLDERS.get(path)
    return Socket(engine, folder=path) if engine else None


def is_engine_path(path: str) -> bool:
    """Whether a socket in the file system is one on which an engine takes orders."""
    return any(_ends_with(path, name) for name in _SOCKETS)


def _ends_with(path: str, name: str) -> bool:
    return f"/{path}".endswith(f"/{name}")


def _open_socket(source: Unknown, target: Maybe[str]) -> Socket | None:
    """The socket that a path with an open end must be.

    It is one when its variable is called so, or when it is mounted as one. What else the path may be is
    the matter of the check for sensitive mounts, which says that it is open.
    """
    if any(_NAMED.search(name) for name in source.names) and not source.tail:
        return Socket("Docker")
    shown = source if source.tail else target
    if isinstance(shown, Unknown) and not shown.tail:
        return None
    name = next((name for name in _SOCKETS if shown.endswith("/" + name)), None)
    return Socket(_SOCKETS[name]) if name else None


def is_remote_engine(address: Maybe[Secret]) -> bool:
    """Whether an address such as `DOCKER_HOST` is that of an engine on another machine, in the clear.

    A name without dots is another container's, most often that of a filtering proxy; `localhost` is
    the container itself.
    """
    scheme, _, rest = address.reveal().partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    if scheme not in {"tcp", "http"} or host.endswith(_TLS_PORT):
        return False
    name = host.rpartition(":")[0] or host
    return ("." in name or ":" in name) and not name.startswith("127.") and name != "[::1]"


class Section(NamedTuple):
    """A part of Docker's API that socket proxies open by a variable of its name."""

    writing: str  # what a request that changes something can do there
    is_root: bool = False


# https://docs.docker.com/reference/api/engine/, by the names of
# https://github.com/Tecnativa/docker-socket-proxy#grant-or-revoke-access-to-certain-api-sections
_SECTIONS = {
    "CONTAINERS": Section("start containers that mount the host's disk", is_root=True),
    "SERVICES": Section("start services that mount the host's disk", is_root=True),
    "PLUGINS": Section("install plugins with the host's rights", is_root=True),
    "EXEC": Section("run commands in other containers", is_root=True),
    "BUILD": Section("build images"),
    "GRPC": Section("build images"),
    "SESSION": Section("build images"),
    "IMAGES": Section("replace and delete images"),
    "COMMIT": Section("make images of containers"),
    "VOLUMES": Section("delete volumes"),
    "NETWORKS": Section("connect containers to networks"),
    "SWARM": Section("change the swarm"),
    "NODES": Section("change the swarm's nodes"),
    "CONFIGS": Section("change the swarm's configs"),
}
# What the same page tells to leave closed whether or not something may be changed.
_CLOSED = frozenset({"AUTH", "SECRETS"})
# Regular expressions that let /containers/create, /exec/ID/start or everything through:
# .*   ^/.*$   /v1\..{1,2}/.*   /containers/.*   /v1.43/(containers/create|images/.*)   .*/exec/.*
_OPEN = pattern(
    r"^\^?(?:/v1\\?\.[^/]{0,9})?/?\(?\.[*+](?:[$)|]|$)|containers(?:/?\.[*+]|/create)(?:[$)|?]|$)|/exec\b"
)
# -allowPOST   --allowPUT   SP_ALLOW_POST_2
_OPTION = pattern(r"(?:--?allow|SP_ALLOW_)(?:POST|PUT)(?:_\d+)?")


def api_section(name: str) -> Section | None:
    """The part of Docker's API that a variable of a socket proxy opens."""
    return _SECTIONS.get(name)


def is_closed_section(name: str) -> bool:
    """Whether a variable of a socket proxy opens what it should open to nobody."""
    return name in _CLOSED


def is_open_allowlist(name: str, pattern: Maybe[Secret]) -> bool:
    """Whether an option such as `-allowPOST=.*`, or its variable, makes a client root on the host.

    The options are those of https://github.com/wollomatic/socket-proxy.
    """
    return _OPTION.fullmatch(name) is not None and _OPEN.search(pattern.reveal()) is not None
