"""What only several files together say: which stage ships, who guards a route, whose machine it is."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from compolint.entities import Entities
from compolint.model import Entity
from compolint.record import replace
from compolint.unknown import Unknown

if TYPE_CHECKING:
    from compolint.model.listener import Listener, Route
    from compolint.model.workload import Variable, Workload


def link(entities: Iterable[Entity]) -> Iterator[Entity]:
    """The entities, each once, with what the others say about it."""
    linked = Entities(_once(entities))
    for kinds, step in _STEPS:
        if linked.has(*kinds):
            step(linked)
    return iter(linked)


def _once(entities: Iterable[Entity]) -> Iterator[Entity]:
    seen: set[tuple[type[Entity], str]] = set()
    for entity in entities:
        identity = type(entity), entity.key
        if identity not in seen:
            seen.add(identity)
            yield entity


def _arguments(linked: Entities) -> None:
    """Dockerfiles with what the services give them that are built by them."""
    from compolint.buildlink import give_arguments

    give_arguments(linked)


def _builds(linked: Entities) -> None:
    """Stages with whether they ship."""
    from compolint.buildlink import link_builds

    link_builds(linked)


def _guards(linked: Entities) -> None:
    """Whether a router of Traefik asks who comes is said by the labels of all containers together."""
    from compolint.model.listener import Route
    from compolint.model.traefik import Middlewares
    from compolint.model.workload import Workload

    middlewares = Middlewares(workload.labels for workload in linked.of(Workload))

    def guarded(route: "Route") -> "Route":
        if route.proxy != "traefik":
            return route
        return replace(route, authenticated=middlewares.guard(route.middlewares, route.at("middlewares")))

    linked.change(Route, guarded)


def _daemons(linked: Entities) -> None:
    """Services with what the daemon of their machine gives to all."""
    from compolint.model.setting import Setting

    if any(setting.scope == "docker_daemon" for setting in linked.of(Setting)):
        from compolint.daemonlink import link_daemons

        link_daemons(linked)


def _units(linked: Entities) -> None:
    """Projects with the units that start them."""
    from compolint.model.command import Command

    words = (word for command in linked.of(Command) if command.is_of_unit for word in command.words)
    if any(isinstance(word, str) and word == "up" for word in words):
        from compolint.unitlink import link_projects

        link_projects(linked)


def _served(linked: Entities) -> None:
    """What commands make Tailscale serve."""
    from compolint.model.command import Command

    commands = [command for command in linked.of(Command) if command.name == "tailscale"]
    if commands:
        from compolint.served import of_commands

        linked.add(list(of_commands(commands)))


def _shared_networks(linked: Entities) -> None:
    """Containers that are in the network of another one."""
    from compolint.model.workload import Workload

    modes = (workload.network_mode for workload in linked.of(Workload))
    if any(isinstance(mode, str) and ":" in mode for mode in modes):
        from compolint.sharedlink import link_shared

        link_shared(linked)


def _web_servers(linked: Entities) -> None:
    """Where web servers run, and what their upstreams lead to."""
    from compolint.weblink import link_upstreams

    link_upstreams(linked)


def _host_networks(linked: Entities) -> None:
    """What containers on the host's network open there."""
    from compolint.model.workload import Workload

    if any(
        isinstance(each.network_mode, str) and each.network_mode == "host" for each in linked.of(Workload)
    ):
        from compolint.hostnetlink import link_host_network

        link_host_network(linked)


def _hosts(linked: Entities) -> None:
    """The machine that a door is on, where the inventory says whose the file is."""
    from compolint.machines import Machines
    from compolint.model.host import Host
    from compolint.model.listener import Listener

    machines = Machines(linked.of(Host))

    def placed(listener: "Listener") -> "Listener":
        return replace(listener, host=machines.name(listener.project))

    linked.change(Listener, placed)


def _control_sockets(linked: Entities) -> None:
    """The sockets on which a workload's environment lets Caddy take orders."""
    from compolint.model.workload import Variable

    found = [variable for variable in linked.of(Variable) if variable.name == "CADDY_ADMIN"]
    if not found:
        return
    from compolint.model.web import ControlApi, WebServer
    from compolint.model.workload import Workload

    workloads = {each.key: each for each in linked.of(Workload)}
    # What a configuration says itself counts more.
    servers = {each.key: each for each in linked.of(WebServer)}
    stated = {each.owner for each in linked.of(ControlApi)}
    settled = {home for key in stated if key in servers for home in servers[key].homes or ()}
    sockets = (
        _control(each, workloads[each.owner]) for each in found if each.owner in workloads.keys() - settled
    )
    linked.add([socket for socket in sockets if socket])


def _control(variable: "Variable", workload: "Workload") -> Entity | None:
    """The socket of Caddy's admin endpoint, by its variable: `0.0.0.0:2019`, `unix//run/admin.sock`."""
    from compolint.model.values import Address
    from compolint.model.web import ControlApi

    text = variable.reveal()
    if text == "" or variable.value is None or (text or "").startswith(("unix", "fd", "off")):
        return None
    host, colon, port = (text or "").rpartition("/")[2].rpartition(":")
    at = variable.at("value")
    open_value = Unknown("$CADDY_ADMIN", at, ("CADDY_ADMIN",))
    return ControlApi(
        key=f"{workload.key}!admin",
        span=variable.span,
        spans={"address": at},
        owner=workload.key,
        server="caddy",
        name=workload.name,
        address=open_value if text is None else Address.of(host if colon else port),
        port=open_value if text is None else int(port) if port.isdecimal() and len(port) < 6 else 2019,
    )


# Each with the kinds of entities that it is about.
_STEPS: tuple[tuple[tuple[str, ...], Callable[[Entities], None]], ...] = (
    (("Build", "BuildUse", "Variable"), _arguments),
    (("Build",), _builds),
    (("Route",), _guards),
    (("Setting", "Workload"), _daemons),
    (("Unit", "Command", "Workload"), _units),
    (("Command",), _served),
    (("Workload",), _shared_networks),
    (("WebServer",), _web_servers),
    (("Workload",), _host_networks),
    (("Workload", "Variable"), _control_sockets),
    (("Host", "Listener"), _hosts),
)
