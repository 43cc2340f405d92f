"""Through which doors clients come to a site: sockets of the host, or published ports of a container.

A web server in a container listens on every interface of that container, which is how it should be: who
can reach it is said by the ports that are published.
"""

from compolint.model.listener import Listener
from compolint.model.web import Site
from compolint.model.workload import Workload
from compolint.unknown import Unknown, assume
from compolint.world import World


def doors(site: Site, world: World) -> list[Listener]:
    """The doors that lead to a site, as far as the files tell."""
    own = world.owned(Listener, site.key)
    if site.homes is None:
        return own
    workloads = [each for key in site.homes if (each := world.get(Workload, key))]
    # A container whose network is not known has one of its own, as most have.
    if any(assume(each.network_mode, "") == "host" for each in workloads):
        return own
    owners = dict.fromkeys(each.network_of or each.key for each in workloads)
    published = [each for owner in owners for each in world.owned(Listener, owner)]
    return [each for each in published if any(_leads_to(each, listener) for listener in own)]


def is_exposed(site: Site, world: World) -> bool:
    """Whether others than the host itself and its owner's own devices can reach a site."""
    # The known ones first, as one of them is enough.
    listeners = sorted(doors(site, world), key=lambda each: isinstance(each.address, Unknown))
    return any(not (each.address.is_loopback or each.address.is_tailnet) for each in listeners)


def _leads_to(door: Listener, socket: Listener) -> bool:
    target, ports = assume(door.target, None), assume(socket.ports, None)
    return target is None or ports is None or target.overlaps(ports)
