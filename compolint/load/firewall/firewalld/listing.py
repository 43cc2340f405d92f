"""What `firewall-cmd --list-all` and `--list-all-zones` print.

public (default, active)
  target: default
  interfaces: eth0
  services: dhcpv6-client ssh
  rich rules:
    rule family="ipv4" source address="10.0.0.0/8" port port="22" protocol="tcp" accept
"""

from compolint.load.firewall.firewalld import rich
from compolint.load.firewall.firewalld.zones import (
    Conditions,
    Services,
    Zone,
    forwarded,
    masquerades,
    opened_port,
    opened_protocol,
    opened_service,
)
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_ZONE = pattern(r"([\w-]+)(?: \(([a-z, ]+)\))?[ \t]*$")
_FIELD = pattern(r"[ \t]+([a-z-]+(?: [a-z]+)?):[ \t]*(.*)$")
_WORD = pattern(r"\S+")


class Zones(NamedTuple):
    zones: list[Zone]
    default: str
    foreign: list[Span]  # lines that are nothing of the kind


def zones(source: Source, services: Services) -> Zones:
    return _Reader(source, services).read()


class _Reader:
    def __init__(self, source: Source, services: Services) -> None:
        self._source, self._services = source, services
        self._zones: list[Zone] = []
        self._default = ""
        self._foreign: list[Span] = []
        self._field = ""

    def read(self) -> Zones:
        at = 0
        for line in self._source.text.splitlines(keepends=True):
            self._line(line.rstrip("\r\n"), at)
            at += len(line)
        if not self._default:
            # Without a name the program lists the default zone.
            named = [zone.name for zone in self._zones]
            self._default = named[0] if len(named) == 1 else "public"
        return Zones(self._zones, self._default, self._foreign)

    def _line(self, line: str, at: int) -> None:
        if not line.strip() or line.startswith(("#", "$")):
            return
        if not line[0].isspace() and (found := _ZONE.match(line)):
            zone = Zone(found[1], Span(self._source.path, at, at + found.end(1)))
            self._zones.append(zone)
            self._field = ""
            if "default" in (found[2] or ""):
                self._default = zone.name
            return
        if not self._zones:
            self._foreign.append(Span(self._source.path, at, at + len(line)))
            return
        field = _FIELD.match(line)
        if field and not line.lstrip().startswith(("rule ", "port=")):
            self._field = field[1]
            self._value(field[2], at + field.start(2))
        else:
            start = len(line) - len(line.lstrip())
            self._value(line[start:], at + start)

    def _value(self, text: str, at: int) -> None:
        zone, given, field = self._zones[-1], Conditions(), self._field
        span = Span(self._source.path, at, at + len(text.rstrip()))
        if field == "target" and text.strip():
            zone.aim(text.strip())
            return
        if field == "rich rules" and text.strip():
            zone.rules += rich.drafts(rich.pieces(text), span, self._services)
            return
        if field == "masquerade" and text.strip() == "yes":
            zone.rules.append(masquerades(span, given))
        zone.forwards |= field == "forward" and text.strip() == "yes"
        for word in _WORD.finditer(text):
            self._word(field, word[0], Span(self._source.path, at + word.start(), at + word.end()))

    def _word(self, field: str, word: str, at: Span) -> None:
        zone, given = self._zones[-1], Conditions()
        port, _, named = word.partition("/")
        if field == "interfaces":
            zone.is_interface(word, at)
        elif field == "sources":
            zone.is_source(word, at)
        elif field == "services":
            zone.rules += opened_service(word, at, given, self._services)
        elif field == "ports":
            zone.rules.append(opened_port(port, named or "tcp", at, given))
        elif field == "source-ports":
            zone.rules.append(opened_port(port, named or "tcp", at, given, "source_port"))
        elif field == "protocols":
            zone.rules.append(opened_protocol(word, at, given))
        elif field == "forward-ports":
            parts = dict(part.partition("=")[::2] for part in word.split(":", 3))
            to = parts.get("toport", ""), parts.get("toaddr", "")
            zone.rules.append(forwarded(parts.get("port", ""), parts.get("proto", "tcp"), *to, at, given))
        elif field == "ingress-zones":
            zone.is_policy = True
            zone.ingress.append(word)
        elif field == "egress-zones":
            zone.is_policy = True
            zone.egress.append(word)
