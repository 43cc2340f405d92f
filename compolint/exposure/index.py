"""The rules of a chain by what they look at, so that a packet meets only those that may match it.

Large rule sets have a rule for each port, bridge or customer: of thousands a handful is about a packet.
"""

from collections.abc import Callable, Iterator, Sequence

from compolint.exposure.packet import ANY_PORT, Packet
from compolint.model.firewall import FirewallRule, Match
from compolint.model.values import Ports

_FEW = 12  # rules that are asked one by one
_MANY = 15  # values of one match, as many as iptables takes
_KEYS = ("port", "out_interface", "interface")
Key = tuple[str, object]


class Index:
    """Finds the rules of one chain that may match a packet, in their order."""

    def __init__(
        self,
        rules: Sequence[FirewallRule],
        may_be: Callable[[tuple[object, ...], str], bool | None],
        fails: Callable[[Match, Packet], bool],
    ) -> None:
        self._rules = rules
        self._may_be = may_be  # whether an interface may have one of these names
        self._fails = fails
        self._general: list[int] = []
        self._special: dict[Key, list[int]] = {}
        self._known: dict[tuple[int, str, str], Sequence[FirewallRule]] = {}
        for number, rule in enumerate(rules if len(rules) > _FEW else ()):
            keys = _keys(rule)
            for key in keys:
                self._special.setdefault(key, []).append(number)
            if not keys:
                self._general.append(number)

    def rules(self, packet: Packet) -> Sequence[FirewallRule]:
        """Those that may match; all others surely do not."""
        if len(self._rules) <= _FEW or packet.port == ANY_PORT:
            return self._rules
        looked = packet.port, packet.interface, packet.out_interface
        found = self._known.get(looked)
        if found is None:
            numbers = {number for number in self._general if not self._is_out(self._rules[number], packet)}
            for key in self._asked(packet):
                numbers.update(self._special.get(key, ()))
            found = self._known[looked] = [self._rules[number] for number in sorted(numbers)]
        return found

    def _is_out(self, rule: FirewallRule, packet: Packet) -> bool:
        """Whether a packet surely fails a match that all packets alike in ports and interfaces fail."""
        return any(self._fails(match, packet) for match in rule.matches if match.what in _KEYS)

    def _asked(self, packet: Packet) -> Iterator[Key]:
        yield "port", packet.port
        for what, name in (("interface", packet.interface), ("out_interface", packet.out_interface)):
            if "?" not in name:
                yield what, name
                continue
            for key in self._special:
                if key[0] == what and self._may_be((key[1],), name) is not False:
                    yield key


def _keys(rule: FirewallRule) -> list[Key]:
    """What a packet must have for a rule to match it; nothing if that can't be said in a few values."""
    for what in _KEYS:
        for match in rule.matches:
            if match.what == what and (keys := _of_match(match)):
                return keys
    return []


def _of_match(match: Match) -> list[Key]:
    if match.negated or not 0 < len(match.values) <= _MANY:
        return []
    keys: list[Key] = []
    for value in match.values:
        if isinstance(value, Ports) and value.first == value.last:
            keys.append((match.what, value.first))
        elif isinstance(value, str) and not value.endswith("*"):
            keys.append((match.what, value))
        else:
            return []
    return keys
