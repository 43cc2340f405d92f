"""Processes that run on a host, and what they are given."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from compolint.model import Entity
from compolint.model.values import Device, ImageName
from compolint.secret import Secret
from compolint.unknown import Maybe, Unknown

_NONE: Mapping[str, Any] = MappingProxyType({})


class Workload(Entity):
    """A container, or a process that a unit starts.

    A field that is `None` is not stated; what then holds is the image's or the daemon's default.
    """

    name: str
    kind: Literal["service", "container", "unit"] = "service"
    project: str = ""  # the key of what is deployed together
    profiles: tuple[str, ...] = ()  # empty: always started
    aliases: tuple[Maybe[str], ...] = ()  # further names by which its neighbours know it

    image: Maybe[ImageName] | None = None
    build: str | None = None  # the key of the `Build` that makes its image

    user: Maybe[str] | None = None
    groups: tuple[Maybe[str], ...] = ()  # further groups of its process
    maps_users: bool | None = None  # its engine has other users for root and the rest; `None`: nobody says
    rootless: bool = False  # its engine is a user's, so that its root is that user
    privileged: Maybe[bool] = False
    cap_add: tuple[Maybe[str], ...] = ()  # upper case, without CAP_
    cap_drop: tuple[Maybe[str], ...] = ()
    no_new_privileges: Maybe[bool] = False
    seccomp: Maybe[str] | None = None
    apparmor: Maybe[str] | None = None
    selinux: tuple[Maybe[str], ...] = ()  # "disable", "type:spc_t", …
    systempaths: Maybe[str] | None = None
    writable_cgroups: Maybe[bool] = False
    read_only: Maybe[bool] = False
    runtime: Maybe[str] | None = None

    network_mode: Maybe[str] | None = None  # "host", "none", "bridge", "service:x", "container:x", a network
    network_of: str | None = None  # the key of the workload whose network it is in, if that is not its own
    pid: Maybe[str] | None = None
    ipc: Maybe[str] | None = None
    uts: Maybe[str] | None = None
    userns: Maybe[str] | None = None
    cgroup: Maybe[str] | None = None
    cgroup_parent: Maybe[str] | None = None
    networks: tuple[str, ...] = ()  # keys of `Network`s

    memory_limit: Maybe[str] | None = None
    cpu_limit: Maybe[str] | None = None
    pids_limit: Maybe[str] | None = None
    oom_kill_disable: Maybe[bool] = False

    restart: Maybe[str] | None = None
    restarted_by: str | None = None  # the key of the unit that starts its project, and again when that ends
    healthcheck: Maybe[bool] | None = None  # stated and on, stated and off, not stated
    logging_driver: Maybe[str] | None = None
    logging_options: Mapping[str, Maybe[str]] = _NONE

    devices: tuple[Device, ...] = ()
    device_rules: tuple[Maybe[str], ...] = ()  # of the device cgroup: "c 1:3 rwm"
    gpus: bool = False
    sysctls: Mapping[str, Maybe[str]] = _NONE
    labels: Mapping[str, Maybe[str]] = _NONE
    use_api_socket: Maybe[bool] = False
    volumes_from: tuple[Maybe[str], ...] = ()
    depends_on: tuple[str, ...] = ()
    expose: tuple[Maybe[str], ...] = ()
    pull_policy: Maybe[str] | None = None
    provider: Maybe[str] | None = None  # an external program instead of a container


class Hook(Entity):
    """A command that Compose runs in or beside a container when it starts or stops."""

    owner: str
    name: str  # of the workload
    when: str
    user: Maybe[str] | None = None
    privileged: Maybe[bool] = False


class Mount(Entity):
    """A place in a container's file system that something else is shown at."""

    owner: str
    name: str  # of the workload
    kind: Literal["bind", "volume", "tmpfs", "image", "npipe", "cluster"]
    source: Maybe[str] | None = (
        None  # a host path (absolute, `~/…` or relative to the tree) or a volume's name
    )
    target: Maybe[str] = ""
    read_only: Maybe[bool] = False
    propagation: Maybe[str] | None = None
    options: tuple[str, ...] = ()  # of a tmpfs
    given_by: Literal["volume", "tmpfs", "secret", "config", "api socket"] = "volume"


class Variable(Entity):
    """A named value that a process or a build is given."""

    owner: str  # of what: a workload's key, a build's, or the file's path
    owner_name: str
    name: str
    value: Maybe[Secret] | None = None  # `None`: handed on from the shell
    written: Secret | None = None  # as the file writes it, `${NAME}` included
    given_by: Literal[
        "environment", "env_file", "env", "build argument", "ARG", "ENV", "label", "content",
        "option",  # of a volume's driver
        "terraform",  # a literal in one of its files
        "bake",  # the default of a variable of Docker's bake
        "proxy",  # what a web server sends along to where it hands requests on
        "pipeline",  # what the jobs of a pipeline are told
        "agent",  # what an agent hands on to the programs that it starts and the servers that it asks
    ]  # fmt: skip
    by_default: str | None = None  # the variable whose literal default the value is: `${NAME:-value}`

    def reveal(self) -> str | None:
        """The value where the files give it: to look at, never to show."""
        return None if self.value is None or isinstance(self.value, Unknown) else self.value.reveal()


class Network(Entity):
    """A network of containers."""

    name: str
    project: str = ""
    driver: Maybe[str] | None = None
    internal: Maybe[bool] = False
    external: Maybe[bool] = False
    bind_address: Maybe[str] | None = None  # where its ports are published when they name no address
    gateway_mode: Maybe[str] | None = None  # of IPv4
    gateway_mode_ipv6: Maybe[str] | None = None
    interface: Maybe[str] | None = None  # of the host; `None`: one that Docker names
    talks: Maybe[bool] = True  # its containers with each other
    ipv6: Maybe[bool] = False
    subnets: tuple[str, ...] = ()


class SecretFile(Entity):
    """A secret or a config that a project declares for its workloads."""

    name: str
    kind: Literal["secret", "config"]
    source: Maybe[str] | None = None  # a path, where it comes from a file
    content: Maybe[Secret] | None = None  # where it stands in the project's file


class EnvFile(Entity):
    """A file of variables."""

    path: str
    is_example: bool = False
    tracked: bool | None = None  # by git; `None` outside a repository
    ignored: bool | None = None
    used_by: tuple[str, ...] = ()  # names of workloads
    variables: tuple[str, ...] = ()


class VariableUse(Entity):
    """A file asks for a variable that its environment must give."""

    path: str
    name: str
    has_default: bool = False
    given: bool = False
