"""Where web servers run, and which workloads their upstreams lead to.

A name without a domain is looked up as a container's engine does: among those that share a network with the
container that the server runs in. On the host itself, the published ports tell.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from compolint.model import Entity
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.model.web import Location, Site, Upstream, WebServer
from compolint.model.workload import Mount, Network, Workload
from compolint.record import replace
from compolint.unknown import Maybe, Unknown

E = TypeVar("E", bound=Entity)

_HOST = frozenset(("localhost", "host.docker.internal", "host.containers.internal"))


def with_upstreams(entities: list[Entity]) -> Iterator[Entity]:
    """The entities, the upstreams of web servers with the workloads that they lead to."""
    links = _Links(entities)
    for entity in entities:
        match entity:
            case WebServer() if home := links.homes.get(entity.key):
                yield replace(entity, home=home.key, project=home.project)
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
        sites = {each.key: each.owner for each in _of(entities, Site)}
        self._server_of = {key: sites.get(site, site) for key, site in locations.items()} | sites
        servers = list(_of(entities, WebServer))
        self.homes = _homes(servers, list(_of(entities, Mount)), self._workloads)
        self._named: dict[str, list[Workload]] = {}
        for workload in self._workloads.values():
            for name in {workload.name, *(each for each in workload.aliases if isinstance(each, str))}:
                self._named.setdefault(name, []).append(workload)

    def upstream(self, upstream: Upstream) -> Upstream:
        home = self.homes.get(self._server_of.get(upstream.owner, ""))
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


def _homes(
    servers: list[WebServer], mounts: list[Mount], workloads: dict[str, Workload]
) -> dict[str, Workload]:
    """The workload that each web server's file is shown to, if it is one only."""
    binds = [
        (mount.source, workloads[mount.owner])
        for mount in mounts
        if mount.kind == "bind" and isinstance(mount.source, str) and mount.owner in workloads
    ]
    found: dict[str, Workload] = {}
    for server in servers:
        homes = [workload for source, workload in binds if _shows(source, server.name)]
        if homes and all(home.key == homes[0].key for home in homes):
            found[server.key] = homes[0]
    return found


def _shows(source: str, path: str) -> bool:
    """Whether a mount of this source brings the file, without being the whole project."""
    source = source.rstrip("/")
    return path == source or (source not in {"", "."} and path.startswith(f"{source}/"))
