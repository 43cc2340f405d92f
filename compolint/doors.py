"""Through which doors clients come to a site: sockets of the host, or published ports of a container.

A web server in a container listens on every interface of that container, which is how it should be: who
can reach it is said by the ports that are published.
"""

import posixpath
from functools import lru_cache

from compolint.model.build import Copied
from compolint.model.listener import Listener
from compolint.model.web import Site, WebServer
from compolint.model.workload import Mount, Workload
from compolint.unknown import Unknown, assume
from compolint.world import World


def doors(site: Site, world: World) -> list[Listener]:
    """The doors that lead to a site, as far as the files tell."""
    own = world.owned(Listener, site.key)
    server = world.get(WebServer, site.owner)
    workloads = containers(site.span.path, world)
    if workloads is None and server:
        workloads = containers(server.name, world)
    # A container whose network is not known has one of its own, as most have.
    if workloads is None or any(assume(each.network_mode, "") == "host" for each in workloads):
        return own
    published = [each for workload in workloads for each in world.owned(Listener, workload.key)]
    return [each for each in published if any(_leads_to(each, listener) for listener in own)]


def is_exposed(site: Site, world: World) -> bool:
    """Whether others than the host itself and its owner's own devices can reach a site."""
    # The known ones first, as one of them is enough.
    listeners = sorted(doors(site, world), key=lambda each: isinstance(each.address, Unknown))
    return any(not (each.address.is_loopback or each.address.is_tailnet) for each in listeners)


def containers(path: str, world: World) -> tuple[Workload, ...] | None:
    """The containers that are given a file of the tree; `None` if nothing here gives it to one."""
    found = _by_path(world).get(path)
    folder = path
    while found is None and folder:
        folder = posixpath.dirname(folder)
        found = _by_folder(world).get(folder)
    return None if found is None else tuple(found)


def _leads_to(door: Listener, socket: Listener) -> bool:
    target, ports = assume(door.target, None), assume(socket.ports, None)
    return target is None or ports is None or target.overlaps(ports)


@lru_cache(1)
def _by_path(world: World) -> dict[str, list[Workload]]:
    """The containers that a file is mounted into, or copied into the image of."""
    found: dict[str, list[Workload]] = {}
    for mount in world.of(Mount):
        workload = world.get(Workload, mount.owner)
        if isinstance(mount.source, str) and workload:
            found.setdefault(mount.source, []).append(workload)
    for copied in world.of(Copied):
        if copied.from_ is not None:
            continue
        running = world.where(Workload, "build", copied.build)
        folders = {copied.context, posixpath.dirname(copied.build)} - {None}
        for source in copied.sources:
            for folder in folders if isinstance(source, str) else ():
                path = posixpath.normpath(posixpath.join(folder or "", str(source).lstrip("/")))
                found.setdefault(path, []).extend(running)
    return found


@lru_cache(1)
def _by_folder(world: World) -> dict[str, list[Workload]]:
    """The containers that a folder is mounted into as one of configurations."""
    found: dict[str, list[Workload]] = {}
    for mount in world.of(Mount):
        workload = world.get(Workload, mount.owner)
        # A target that is left open may be any folder.
        if isinstance(mount.source, str) and workload and assume(mount.target, "").startswith("/etc/"):
            found.setdefault(mount.source, []).append(workload)
    return found
