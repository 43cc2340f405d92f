"""Sets of client addresses, exact and cheap: the axis along which packets differ.

All that a question leaves open is who asks. The addresses are cut wherever a rule or a zone cuts them; a
set is one integer with a bit for each piece, so that a rule costs one `&`, however many addresses it names.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from compolint.model.firewall import Addresses, Family

_WIDTH = {4: 32, 6: 128}


def everything(family: Family) -> Addresses:
    return Addresses(family, 0, (1 << _WIDTH[family]) - 1)


def network(text: str) -> Addresses:
    """The addresses of `10.0.0.0/8`, or of one address."""
    from ipaddress import ip_network

    found = ip_network(text, strict=False)
    family: Family = 4 if found.version == 4 else 6
    return Addresses(family, int(found.network_address), int(found.broadcast_address))


def without(whole: Addresses, holes: Iterable[Addresses]) -> tuple[Addresses, ...]:
    """What is left of a stretch of addresses."""
    left, first = [], whole.first
    for hole in sorted(holes):
        if hole.family != whole.family or hole.last < first or hole.first > whole.last:
            continue
        if hole.first > first:
            left.append(Addresses(whole.family, first, hole.first - 1))
        first = max(first, hole.last + 1)
    if first <= whole.last:
        left.append(Addresses(whole.family, first, whole.last))
    return tuple(left)


def shown(addresses: Addresses) -> str:
    """As people write them: a network where they are one, else the first and the last."""
    from ipaddress import IPv4Address, IPv6Address, summarize_address_range

    made = IPv4Address if addresses.family == 4 else IPv6Address
    first, last = made(addresses.first), made(addresses.last)
    if first == last:
        return str(first)
    networks = summarize_address_range(first, last)
    found = next(networks)
    return str(found) if next(networks, None) is None else f"{first}-{last}"


class Axis:
    """The addresses of one family, cut into the pieces that rules and zones tell apart."""

    def __init__(self, family: Family, cuts: Iterable[Addresses]) -> None:
        self.family: Family = family
        whole = everything(family)
        starts = {0}
        for each in cuts:
            if each.family == family:
                starts.add(each.first)
                starts.add(each.last + 1)
        starts.discard(whole.last + 1)
        self._starts = sorted(starts)
        self._end = whole.last + 1
        self.all = (1 << len(self._starts)) - 1
        self._known: dict[tuple[object, ...], int] = {}
        self._sizes: dict[int, int] = {}

    def mask(self, addresses: tuple[object, ...]) -> int:
        """The pieces that these addresses are made of."""
        found = self._known.get(addresses)
        if found is None:
            found = 0
            for each in addresses:
                if isinstance(each, Addresses) and each.family == self.family:
                    first = bisect_left(self._starts, each.first)
                    behind = bisect_left(self._starts, each.last + 1)
                    found |= ((1 << (behind - first)) - 1) << first
            self._known[addresses] = found
        return found

    def spread(self, mask: int) -> Iterator[Addresses]:
        """The stretches of addresses in a set."""
        at = 0
        while mask >> at:
            rest = mask >> at
            first = at + (rest & -rest).bit_length() - 1
            rest = ~(mask >> first)
            at = first + (rest & -rest).bit_length() - 1
            last = (self._starts[at] if at < len(self._starts) else self._end) - 1
            yield Addresses(self.family, self._starts[first], last)

    def size(self, mask: int) -> int:
        """How many addresses a set has."""
        found = self._sizes.get(mask)
        if found is None:
            found = self._sizes[mask] = sum(each.last - each.first + 1 for each in self.spread(mask))
        return found

    def one(self, mask: int) -> int:
        """One piece of a set, as a set."""
        return mask & -mask
