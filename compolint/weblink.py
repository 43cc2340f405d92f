"""Where web servers run, and which workloads their upstreams lead to.

A name without a domain is looked up as a container's engine does: among those that share a network with the
container that the server runs in. On the host itself, the published ports tell.
"""

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import TypeVar

from compolint.model import Entity
from compolint.model.build import Copied
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.model.web import Location, Site, Upstream, WebServer
from compolint.model.workload import Mount, Network, Workload
from compolint.record import replace
from compolint.unknown import Maybe, Unknown, assume

E = TypeVar("E", bound=Entity)

_HOST = frozenset(("localhost", "host.docker.internal", "host.containers.internal"))


def with_upstreams(entities: list[Entity]) -> Iterator[Entity]:
    """The entities: web servers with the containers that they run in, upstreams with what they lead to."""
    links = _Links(entities)
    for entity in entities:
        match entity:
            case WebServer() | Site():
                homes = links.homes_of(entity)
                known = None if homes is None else tuple(home.key for home in homes)
                yield entity if known is None else replace(entity, homes=known)
            case Upstream():
                yield links.upstream(entity)
            case _:
                yield entity


class _Links:
    """Who is where, and by which names."""

    def __init__(self, entities: list[Entity]) -> None:
        self._workloads = {each.key: each for each in _of(entities, Workload)}
        self._external = {each.key: each.name for each in _of(entities, Network) if _is_shared(each)}
        self._listeners = list(_of(entities, Listener))
        locations = {each.key: each.owner for each in _of(entities, Location)}
        self._sites = {each.key: each for each in _of(entities, Site)}
        self._servers = {each.key: each for each in _of(entities, WebServer)}
        self._site_of = locations | {key: key for key in self._sites}
        self._homes = _Homes(entities, self._workloads)
        self._named: dict[str, list[Workload]] = {}
        for workload in self._workloads.values():
            for name in {workload.name, *(each for each in workload.aliases if isinstance(each, str))}:
                self._named.setdefault(name, []).append(workload)

    def homes_of(self, entity: WebServer | Site) -> list[Workload] | None:
        """The containers that a web server runs in; `None` if nothing here says that it is in one."""
        found = self._homes.of(entity.span.path)
        server = self._servers.get(entity.owner) if isinstance(entity, Site) else None
        return self._homes.of(server.name) if found is None and server else found

    def upstream(self, upstream: Upstream) -> Upstream:
        site = self._sites.get(self._site_of.get(upstream.owner, ""))
        homes = (self.homes_of(site) if site else None) or []
        home = homes[0] if len(homes) == 1 else None
        if upstream.service or not isinstance(upstream.host, str):
            return upstream
        is_inside = home is not None and home.network_mode != "host"
        if _is_of_host(upstream.host):
            if is_inside and upstream.host not in _HOST - {"localhost"}:
                return upstream  # its own container
            found = self._publishing(upstream.port)
        else:
            found = self._called(upstream.host, home)
        return replace(upstream, service=found, is_looked_up=is_inside)

    def _called(self, name: str, home: Workload | None) -> str | None:
        """The workload that has this name for the one that asks."""
        named = self._named.get(name, [])
        if home is not None:
            near = [each for each in named if self._are_neighbours(each, home)]
            return near[0].key if near else None
        return named[0].key if len(named) == 1 else None

    def _are_neighbours(self, one: Workload, other: Workload) -> bool:
        if one.project == other.project:
            networks = set(one.networks), set(other.networks)
            return not all(networks) or not networks[0].isdisjoint(networks[1])
        return not self._shared(one).isdisjoint(self._shared(other))

    def _shared(self, workload: Workload) -> set[str]:
        """The names of its networks that other projects may be in, too."""
        return {self._external[key] for key in workload.networks if key in self._external}

    def _publishing(self, port: Maybe[int] | None) -> str | None:
        """The workload whose published port this is on the host."""
        if not isinstance(port, int):
            return None
        found = {
            listener.owner
            for listener in self._listeners
            if listener.origin == "published" and isinstance(listener.ports, Ports) and port in listener.ports
        }
        return found.pop() if len(found) == 1 else None


def _of(entities: Iterable[Entity], kind: type[E]) -> Iterator[E]:
    return (entity for entity in entities if isinstance(entity, kind))


def _is_shared(network: Network) -> bool:
    return not isinstance(network.external, Unknown) and bool(network.external)


def _is_of_host(host: str) -> bool:
    return host in _HOST or Address.of(host).is_loopback


class _Homes:
    """Which containers are given which files of the tree."""

    def __init__(self, entities: list[Entity], workloads: dict[str, Workload]) -> None:
        self._by_path: dict[str, list[Workload]] = {}
        self._by_folder: dict[str, list[Workload]] = {}
        for mount in _of(entities, Mount):
            workload = workloads.get(mount.owner)
            if not isinstance(mount.source, str) or not workload:
                continue
            self._by_path.setdefault(mount.source, []).append(workload)
            # A folder brings configurations where it is mounted as one of them; a target that is left
            # open may be any folder.
            if assume(mount.target, "").startswith("/etc/"):
                self._by_folder.setdefault(mount.source.rstrip("/"), []).append(workload)
        built: dict[str, list[Workload]] = {}
        for workload in workloads.values():
            if workload.build is not None:
                built.setdefault(workload.build, []).append(workload)
        for copied in _of(entities, Copied):
            for path in _paths(copied) if copied.from_ is None else ():
                self._by_path.setdefault(path, []).extend(built.get(copied.build, ()))

    def of(self, path: str) -> list[Workload] | None:
        """The containers that are given a file; `None` if nothing here gives it to one."""
        found, folder = self._by_path.get(path), path
        while found is None and folder:
            folder = dirname(folder)
            found = self._by_folder.get(folder)
        return found


def _paths(copied: Copied) -> Iterator[str]:
    """The files that a COPY may mean: its sources, below the folder that the image is built in."""
    folders = {copied.context or "", dirname(copied.build)}
    for source in copied.sources:
        if isinstance(source, str):
            yield from (normpath(join(folder, source.lstrip("/"))) for folder in folders)
