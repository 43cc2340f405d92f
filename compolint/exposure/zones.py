"""Who is behind which interface of a machine, by the names that its rules use.

Rules name interfaces, and names tell what they are: `tailscale0`, `docker0`, `eth0`. Which of several network
cards the internet is behind is told by the rule that hides the others behind it; where none does, each may be
it.
"""

from collections.abc import Iterable, Iterator

from compolint.exposure.learnt import Learnt
from compolint.exposure.machine import (
    FAMILIES,
    INTERNET,
    LAN,
    LOOPBACK,
    POOLS,
    PRIVATE,
    TAILNET,
    Sources,
    Zone,
    covers,
)
from compolint.exposure.networks import Bridge
from compolint.exposure.sources import network, without
from compolint.exposure.tables import Tables
from compolint.model.firewall import Addresses, FirewallRule
from compolint.model.host import Host, OwnZone
from compolint.pattern import pattern

_VIRTUAL = (
    "lo", "tailscale", "ts", "wg", "zt", "docker", "br-", "br_", "veth", "virbr", "lxd", "lxc", "cni",
    "podman", "tun", "tap", "cali", "flannel", "vnet", "dummy", "nordlynx", "*",
)  # fmt: skip
_OUTSIDE = ("wan", "ppp")
_INSIDE = ("lan", "br-lan")
_MOST_CARDS = 16
_SECOND_CARD = pattern(r"eth[1-9]\d*")  # beside which there is a first one, which rules need not name
_NETWORK_SIZE = 1 << 12  # of those from the pool that LANs are in, too
_CARD, _OTHER_CARD = "eth0", "another card"


def zones_of(
    tables: Iterable[Tables],
    bridges: tuple[Bridge, ...],
    learnt: Learnt,
    host: Host | None,
    own: Iterable[OwnZone],
    given: tuple[Addresses, ...] = (),
) -> tuple[Zone, ...]:
    """The zones of a machine whose rules these are; what the configuration says of them goes first.

    Containers have addresses that are `given` to their engine, or of those that it has by itself.
    """
    said: dict[str, tuple[str, ...]] = {}
    for interface, name in host.interfaces if host else ():
        said[name] = (*said.get(name, ()), interface)
    found = [
        zone._replace(interfaces=said.get(zone.name, zone.interfaces))
        for zone in _guessed(tables, bridges, learnt, given)
    ]
    cards = tuple(dict.fromkeys((*found[0].interfaces, *found[2].interfaces)))
    return (*found, *(_own_zone(each, said.get(each.name) or each.interfaces or cards) for each in own))


def _own_zone(said: OwnZone, interfaces: tuple[str, ...]) -> Zone:
    stretches = tuple(map(network, said.sources))
    sources = {
        family: those for family in FAMILIES if (those := tuple(s for s in stretches if s.family == family))
    }
    return Zone(said.name, interfaces, sources, _all_but_loopback(), is_vast=True)


def _guessed(
    tables: Iterable[Tables], bridges: tuple[Bridge, ...], learnt: Learnt, given: tuple[Addresses, ...]
) -> tuple[Zone, ...]:
    ours = [bridge.name for bridge in bridges]
    theirs = [home.interface for home in learnt.homes]
    networks = tuple(dict.fromkeys([*ours, *theirs, *learnt.interfaces])) or ("docker0",)
    named: dict[str, None] = {}
    hidden_behind: dict[str, None] = {}
    tailnet: dict[str, None] = {}
    for those in tables:
        for name in those.interfaces():
            if name.startswith(("tailscale", "ts")) and not name.endswith("*"):
                tailnet[name] = None
            elif not name.startswith(_VIRTUAL) and name not in networks:
                named[name.removesuffix("*") + ("0" if name.endswith("*") else "")] = None
        for rules in those.rules.values():
            for rule in rules:
                hidden_behind.update(dict.fromkeys(_hides(rule)))
    # Beyond what a machine can have it is enough to know that there are others, whatever they are called.
    cards = [*list(named)[:_MOST_CARDS], *(["?"] if len(named) > _MOST_CARDS else [])]
    outside = [name for name in cards if name.startswith(_OUTSIDE)]
    outside = outside or [name for name in cards if name in hidden_behind]
    outside = outside or [name for name in cards if not name.startswith(_INSIDE)] or [_CARD]
    if all(_SECOND_CARD.fullmatch(name) for name in outside):
        outside.append(_CARD)
    inside = list(dict.fromkeys([*cards, *outside, _OTHER_CARD]))
    first, *others = POOLS[4]
    taken = sorted(_of_lan(tables, learnt, others))
    clear = (left for pool in others for left in without(pool, taken))
    pools: Sources = {4: (first, *clear, *(pool for pool in given if pool.family == 4))}
    if any(bridge.has_ipv6 for bridge in bridges):
        pools = {**pools, 6: POOLS[6]}
    lan: Sources = {4: PRIVATE, 6: (*LAN[6], *INTERNET[6])}
    return (
        Zone("internet", tuple(outside), INTERNET, INTERNET, is_vast=True),
        Zone("tailnet", tuple(tailnet)[:_MOST_CARDS] or ("tailscale0",), TAILNET, TAILNET, is_vast=True),
        Zone("lan", tuple(inside), LAN, {4: (*PRIVATE, *INTERNET[4]), 6: lan[6]}),
        Zone("containers", networks, pools, _all_but_loopback(), is_any=True),
        Zone("host", (), LOOPBACK, LOOPBACK),
    )


def _of_lan(tables: Iterable[Tables], learnt: Learnt, pools: list[Addresses]) -> Iterator[Addresses]:
    """What rules name that is smaller than a network of Docker's from these pools, which avoids LANs."""
    for those in tables:
        for _, each in those.values(Addresses):
            is_small = each.last - each.first + 1 < _NETWORK_SIZE
            if is_small and covers(pools, each) and not learnt.interface(each):
                yield each


def _all_but_loopback() -> Sources:
    return {4: (*INTERNET[4], *PRIVATE, *TAILNET[4]), 6: (*INTERNET[6], *LAN[6])}


def _hides(rule: FirewallRule) -> list[str]:
    """The interfaces whose address others get on their way out by it."""
    if rule.action.kind not in ("masquerade", "snat"):
        return []
    return [str(name) for name in rule.values("out_interface")]
