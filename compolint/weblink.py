"""Where web servers run, and which workloads their upstreams lead to.

A name without a domain is looked up as a container's engine does: among those that share a network with the
container that the server runs in. On the host itself, the published ports tell.
"""

from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import TypeVar

from compolint.entities import Entities
from compolint.machines import Machines
from compolint.model.build import Copied
from compolint.model.host import Host
from compolint.model.listener import Listener
from compolint.model.values import Address, ImageName, Ports
from compolint.model.web import Location, Site, Upstream, WebServer
from compolint.model.workload import Mount, Network, Workload
from compolint.pattern import pattern
from compolint.record import replace
from compolint.unknown import Maybe, Unknown, assume

S = TypeVar("S", WebServer, Site)

_CONTAINER = pattern(r"([\w.-]{1,200})[-_][0-9]{1,3}")
_WIDEST = 16  # ports
_ADMIN = 2019  # of Caddy
# Images that run nothing but the server.
_SERVERS_ONLY = frozenset(("caddy", "nginx", "nginx-unprivileged", "openresty"))
# The last is the address that Docker gives to the host in the network that all containers share at first.
_GATEWAYS = frozenset(("host.docker.internal", "host.containers.internal", "172.17.0.1"))


def link_upstreams(linked: Entities) -> None:
    """Web servers with the containers that they run in, upstreams with what they lead to."""
    links = _Links(linked)

    def housed(entity: S) -> S:
        homes = links.homes_of(entity) if entity.server != "tailscale" else None  # which has the tailnet's
        return entity if homes is None else replace(entity, homes=tuple(home.key for home in homes))

    linked.change(WebServer, housed)
    linked.change(Site, housed)
    linked.change(Upstream, links.upstream)
    handing_on = {site.key: site for site in linked.of(Site) if site.access and not site.access.asks}
    if handing_on:
        _link_doors(linked, handing_on)


def _link_doors(linked: Entities, sites: dict[str, Site]) -> None:
    """Doors with what waits behind a server that hands on all that comes."""
    workloads = {each.key: each for each in linked.of(Workload)}
    waiting: dict[str, tuple[ImageName, Ports, str]] = {}
    for upstream in linked.of(Upstream):
        found = _waiting(upstream, workloads) if upstream.owner in sites else None
        if found:
            waiting.setdefault(upstream.owner, found)
    inside: dict[str, list[Listener]] = {}  # the sockets that are opened in a container
    for socket in linked.of(Listener):
        for home in (sites[socket.owner].homes if socket.owner in sites else None) or ():
            if workloads[home].network_mode != "host":
                inside.setdefault(home, []).append(socket)
    hidden = {socket.key for sockets in inside.values() for socket in sockets}

    def opened(door: Listener) -> Listener:
        owners = (each.owner for each in inside.get(door.owner, ()) if _leads_to(door, each))
        owner = door.owner if door.web_server else next(owners, "")
        if door.key in hidden or owner not in waiting:
            return door
        image, ports, key = waiting[owner]
        return replace(door, image=image, target=ports, handed_to=key)

    linked.change(Listener, opened)


def _leads_to(door: Listener, socket: Listener) -> bool:
    target, ports = assume(door.target, None), assume(socket.ports, None)
    return target is not None and ports is not None and target.overlaps(ports)


def _waiting(upstream: Upstream, workloads: dict[str, Workload]) -> tuple[ImageName, Ports, str] | None:
    """The image and the port of a known service behind an upstream, and the key of its workload."""
    from compolint.model.knowledge.engines import is_engine_path
    from compolint.model.knowledge.services import service_at

    if is_engine_path(assume(upstream.socket, None) or ""):
        return ImageName.of("docker"), Ports(2375, 2375), ""
    host, port = assume(upstream.host, None), assume(upstream.port, None)
    workload = workloads.get(upstream.service or "")
    image = assume(workload.image, None) if workload else ImageName.of(host) if host else None
    if image is None or port is None or not service_at(image, Ports(port, port)):
        return None
    return image, Ports(port, port), workload.key if workload else ""


class _Links:
    """Who is where, and by which names."""

    def __init__(self, entities: Entities) -> None:
        self._workloads = {each.key: each for each in entities.of(Workload)}
        self._machines = Machines(entities.of(Host))
        self._external = {each.key: each.name for each in entities.of(Network) if _is_shared(each)}
        self._answers: dict[tuple[str, str, str], str | None] = {}
        self._waiting: dict[str, dict[int, str]] = {}  # by networks and ports
        self._by_port: dict[int, list[Listener]] = {}
        self._wide: list[Listener] = []  # with more ports than are worth listing
        self._sockets: dict[str, list[Maybe[Ports] | None]] = {}  # of web servers
        for each in entities.of(Listener):
            if each.web_server:
                self._sockets.setdefault(each.web_server, []).append(each.ports)
            if each.origin == "published" and isinstance(each.ports, Ports):
                self._add(each, each.ports)
        locations = {each.key: each.owner for each in entities.of(Location)}
        self._sites = {each.key: each for each in entities.of(Site)}
        self._servers = {each.key: each for each in entities.of(WebServer)}
        self._site_of = locations | {key: key for key in self._sites}
        self._homes = _Homes(entities, self._workloads)
        self._projects = {each.project for each in self._workloads.values()}
        self._readers = [each for each in self._workloads.values() if _reads_labels(each)]
        self._shared_networks: dict[str, list[Workload]] = {}
        for workload in self._workloads.values():
            self._shared_networks.setdefault(workload.network_of or workload.key, []).append(workload)
        self._named: dict[str, list[Workload]] = {}
        for workload in self._workloads.values():
            for name in {workload.name, *(each for each in workload.aliases if isinstance(each, str))}:
                self._named.setdefault(name, []).append(workload)

    def _add(self, listener: Listener, ports: Ports) -> None:
        if ports.last - ports.first > _WIDEST:
            self._wide.append(listener)
            return
        for number in ports.numbers():
            self._by_port.setdefault(number, []).append(listener)

    def homes_of(self, entity: WebServer | Site) -> list[Workload] | None:
        """The containers that a web server runs in; `None` if nothing here says that it is in one."""
        server = self._servers.get(entity.owner) if isinstance(entity, Site) else entity
        if server and server.given_to in self._workloads:
            return [self._workloads[server.given_to]]
        if server and server.key in self._projects:
            return self._label_readers(server.key)
        found = self._homes.of(entity.span.path)
        return self._homes.of(server.name) if found is None and server else found

    def _label_readers(self, project: str) -> list[Workload] | None:
        """The containers that serve what labels of a project say: its own, else those of its machine."""
        near = [each for each in self._readers if self._machines.may_be_one(each.project, project)]
        return [each for each in near if each.project == project] or near or None

    def upstream(self, upstream: Upstream) -> Upstream:
        site = self._sites.get(self._site_of.get(upstream.owner, ""))
        homes = (self.homes_of(site) if site else None) or []
        home = homes[0] if len(homes) == 1 else None
        if upstream.service or not isinstance(upstream.host, str):
            return upstream
        is_inside = home is not None and home.network_mode != "host"
        if _is_of_host(upstream.host):
            if home and is_inside and upstream.host not in _GATEWAYS:
                # Its own container, or another one in the same network.
                service = self._beside(home, upstream.port)
                return replace(
                    upstream, service=service, is_looked_up=self._is_alone(home, site, upstream.port)
                )
            return self._through_host(upstream, is_inside=is_inside)
        found = self._called(upstream.host, home, upstream.span.path)
        return replace(upstream, service=found, is_looked_up=is_inside)

    def _through_host(self, upstream: Upstream, *, is_inside: bool) -> Upstream:
        """One that leads to a port of the host; from a container that is no port of its loopback."""
        doors = self._published(upstream.port, upstream.span.path)
        near = [each for each in doors if upstream.host not in _GATEWAYS or not _is_of_loopback(each)]
        owners = {door.owner for door in near}
        return replace(
            upstream,
            service=owners.pop() if len(owners) == 1 else None,
            is_looked_up=is_inside,
            out_of_reach=doors[0].key if is_inside and doors and not near else None,
        )

    def _called(self, name: str, home: Workload | None, path: str) -> str | None:
        """The workload that has this name for the one that asks."""
        question = name, home.key if home else "", path
        if question not in self._answers:
            self._answers[question] = self._look_up(name, home, path)
        return self._answers[question]

    def _look_up(self, name: str, home: Workload | None, path: str) -> str | None:
        known = next((found for each in _names(name) if (found := self._named.get(each))), [])
        named = [each for each in known if self._machines.may_be_one(path, each.project)]
        if home is None:
            return named[0].key if len(named) == 1 else None
        asking = self._workloads.get(home.network_of or home.key, home)
        near = (each for each in named if self._are_neighbours(each, asking))
        return next((each.key for each in near), None)

    def _beside(self, home: Workload, port: Maybe[int] | None) -> str | None:
        """The workload that has a port in the network that others share with the one that asks."""
        from compolint.sharedlink import known_ports

        owner = home.network_of or home.key
        if owner not in self._waiting:
            waiting = self._waiting[owner] = {}
            for each in self._shared_networks.get(owner, []):
                for number in known_ports(each):
                    waiting.setdefault(number, each.key)
        found = self._waiting[owner].get(port) if isinstance(port, int) else None
        if found is None and _is_tailscale(home):
            # A container of Tailscale's has nothing of its own to serve.
            others = [each.key for each in self._shared_networks.get(owner, ()) if each.key != home.key]
            return others[0] if len(others) == 1 else None
        return None if found == home.key else found

    def _is_alone(self, home: Workload, site: Site | None, port: Maybe[int] | None) -> bool:
        """Whether a container has the web server only, and that does not listen on this port either."""
        image = assume(home.image, None)
        if image is None or home.build or image.base not in _SERVERS_ONLY or site is None:
            return False
        shared = self._shared_networks.get(home.network_of or home.key, [])
        sockets = self._sockets.get(site.owner, [])
        is_own = any(isinstance(each, Unknown) or each is None or port in each for each in sockets)
        return isinstance(port, int) and len(shared) == 1 and not is_own and port != _ADMIN

    def _are_neighbours(self, one: Workload, other: Workload) -> bool:
        if one.project == other.project:
            networks = set(one.networks), set(other.networks)
            return not all(networks) or not networks[0].isdisjoint(networks[1])
        return not self._shared(one).isdisjoint(self._shared(other))

    def _shared(self, workload: Workload) -> set[str]:
        """The names of its networks that other projects may be in, too."""
        return {self._external[key] for key in workload.networks if key in self._external}

    def _published(self, port: Maybe[int] | None, path: str) -> list[Listener]:
        """The doors with this port on the host of a file."""
        if not isinstance(port, int):
            return []
        return [
            listener
            for listener in (*self._by_port.get(port, ()), *self._wide)
            if isinstance(listener.ports, Ports)
            and port in listener.ports
            and self._machines.may_be_one(path, listener.project)
        ]


def _is_shared(network: Network) -> bool:
    return not isinstance(network.external, Unknown) and bool(network.external)


def _is_of_host(host: str) -> bool:
    return host == "localhost" or host in _GATEWAYS or Address.of(host).is_loopback


def _is_of_loopback(door: Listener) -> bool:
    return not isinstance(door.address, Unknown) and door.address.is_loopback


def _names(text: str) -> Iterator[str]:
    """A name, and the services whose containers may be called so: `app` for `shop-app-1`, `shop_app_1`."""
    yield text
    if match := _CONTAINER.fullmatch(text):
        name = match[1]
        yield from (name[at + 1 :] for at, char in enumerate(name) if char in "-_")


class _Homes:
    """Which containers are given which files of the tree."""

    def __init__(self, entities: Entities, workloads: dict[str, Workload]) -> None:
        self._by_path: dict[str, list[Workload]] = {}
        self._by_folder: dict[str, list[Workload]] = {}
        for mount in entities.of(Mount):
            workload = workloads.get(mount.owner)
            if not isinstance(mount.source, str) or not workload:
                continue
            self._by_path.setdefault(mount.source, []).append(workload)
            # A folder brings configurations where it is mounted as one of them; a target that is left
            # open may be any folder.
            if assume(mount.target, "").startswith("/etc/") or _is_tailscale(workload):
                self._by_folder.setdefault(mount.source.rstrip("/"), []).append(workload)
        built: dict[str, list[Workload]] = {}
        for workload in workloads.values():
            if workload.build is not None:
                built.setdefault(workload.build, []).append(workload)
        for copied in entities.of(Copied):
            for path in _paths(copied) if copied.from_ is None else ():
                self._by_path.setdefault(path, []).extend(built.get(copied.build, ()))

    def of(self, path: str) -> list[Workload] | None:
        """The containers that are given a file; `None` if nothing here gives it to one."""
        found, folder = self._by_path.get(path), path
        while found is None and folder:
            folder = dirname(folder)
            found = self._by_folder.get(folder)
        return found


def _reads_labels(workload: Workload) -> bool:
    image = assume(workload.image, None)
    return image is not None and image.base == "caddy-docker-proxy"


def _is_tailscale(workload: Workload) -> bool:
    image = assume(workload.image, None)
    return image is not None and image.base == "tailscale"


def _paths(copied: Copied) -> Iterator[str]:
    """The files that a COPY may mean: its sources, below the folder that the image is built in."""
    folders = {copied.context or "", dirname(copied.build)}
    for source in copied.sources:
        if isinstance(source, str):
            yield from (normpath(join(folder, source.lstrip("/"))) for folder in folders)
