"""Where a proxy's port leads to: services that publish no port of their own are reached through it."""

from collections.abc import Iterator

from compolint.exposure.layout import Guarded
from compolint.model.listener import Listener, Route
from compolint.model.values import Ports
from compolint.model.web import Location, Site, Upstream
from compolint.model.workload import Workload
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown, assume
from compolint.world import World

_PROXIES = {"traefik": "traefik", "nginx-proxy": "nginx-proxy"}  # by the names of their images
_DASHBOARD = Ports(8080, 8080)  # of Traefik, on which no router answers


class Lead(NamedTuple):
    """A service that a proxy hands requests on to."""

    name: str  # of the site or the router
    target: str  # "app:3000"
    kind: str  # "nginx", "caddy", "traefik", …
    asks: bool | None  # who comes; `None` where that is not known
    tls: bool | None
    at: Span


class Leads:
    """What the ports of a project's proxies lead to."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._of_sites: dict[str, list[Lead]] = {}
        self._inside: dict[str, list[Listener]] = {}  # the sockets of web servers, by their containers
        self._routes: dict[str, list[tuple[str, Lead]]] = {}  # by proxies, each with the project
        self._proxies: dict[tuple[str, str], None] = {}  # with their projects
        locations = {each.key: each for each in world.of(Location)}
        self._workloads = {each.key: each for each in world.of(Workload)}
        for upstream in world.of(Upstream):
            location = locations.get(upstream.owner)
            site = world.get(Site, location.owner if location else upstream.owner)
            if site:
                self._of_sites.setdefault(site.key, []).append(self._lead(site, location, upstream))
        for listener in world.of(Listener):
            site = world.get(Site, listener.owner) if listener.web_server else None
            for home in (site.homes or ()) if site else ():
                self._inside.setdefault(home, []).append(listener)
        for route in world.of(Route):
            names = ", ".join(str(host) for host in route.hosts) or "any name"
            target = _with_port(route.name, route.port)
            lead = Lead(names, target, route.proxy, known(route.authenticated), None, route.span)
            project = self._project(route.owner)
            self._routes.setdefault(route.proxy, []).append((project, lead))
        for workload in self._workloads.values() if self._routes else ():
            if proxy := _proxy(workload):
                self._proxies[proxy, workload.project] = None

    def of(self, listener: Listener, machine: Guarded) -> Iterator[Lead]:
        """The services that a port leads to."""
        if listener.web_server:
            yield from self._of_sites.get(listener.owner, ())
            return
        if listener.origin == "published":
            for socket in self._inside.get(listener.owner, ()):
                if _leads_to(listener, socket):
                    yield from self._of_sites.get(socket.owner, ())
        workload = self._workloads.get(listener.owner) if self._routes else None
        proxy = _proxy(workload) if workload else ""
        if workload and proxy and not (proxy == "traefik" and listener.target == _DASHBOARD):
            yield from self._of_labels(proxy, workload, machine)

    def _of_labels(self, proxy: str, workload: Workload, machine: Guarded) -> Iterator[Lead]:
        """By labels of services of its project, and of others on its machine that have no such proxy."""
        here = {each.project for each, _ in machine.containers}
        for project, lead in self._routes.get(proxy, ()):
            is_others = (proxy, project) in self._proxies or project not in here
            if project == workload.project or not is_others:
                yield lead

    def _lead(self, site: Site, location: Location | None, upstream: Upstream) -> Lead:
        workload = self._workloads.get(upstream.service or "")
        target = _with_port(workload.name, upstream.port) if workload else upstream.text
        access = location.access if location else site.access
        # Tailscale brings its own certificates; whether a port speaks plain HTTP is not in the model.
        tls = None if site.server == "tailscale" else known(site.tls)
        return Lead(
            site.name, target, site.server, known(access.asks) if access else None, tls, upstream.span
        )

    def _project(self, key: str) -> str:
        workload = self._workloads.get(key)
        return workload.project if workload else ""


def leads(world: World, listener: Listener, machine: Guarded) -> tuple[Lead, ...]:
    return tuple(dict.fromkeys(world.once(Leads).of(listener, machine)))


def known(value: object) -> bool | None:
    return None if value is None or isinstance(value, Unknown) else bool(value)


def _proxy(workload: Workload) -> str:
    image = assume(workload.image, None)
    return _PROXIES.get(image.base, "") if image else ""


def _with_port(name: str, port: object) -> str:
    return name if port is None else f"{name}:{port}"


def _leads_to(door: Listener, socket: Listener) -> bool:
    target, ports = assume(door.target, None), assume(socket.ports, None)
    return target is not None and ports is not None and target.overlaps(ports)
