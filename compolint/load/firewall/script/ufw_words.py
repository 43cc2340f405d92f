"""The words of one command of UFW, read into rules: `ufw route allow in on eth0 to any port 80 proto tcp`.

https://manpages.debian.org/ufw.8. What UFW refuses raises `Refused`; it then changes nothing.
"""

from collections.abc import Iterator, Sequence

from compolint.load.firewall.ports import port_number
from compolint.load.firewall.ufwrules import Direction, UfwRule
from compolint.load.firewall.values import is_open
from compolint.model.firewall import Family
from compolint.model.knowledge.portnames import PORTS
from compolint.model.knowledge.ufwprofiles import PROFILES
from compolint.syntax.iptables import Word, placed
from compolint.text import Span

ACTIONS = ("allow", "deny", "reject", "limit")
_KEYS = ("proto", "from", "to", "port", "app", "in", "out")
_PROTOCOLS = ("tcp", "udp", "any", "ah", "esp", "gre", "igmp", "ipv6", "vrrp")
# Services of Debian's /etc/services that are not of TCP alone
_OF_UDP = frozenset((
    "ntp", "bootps", "bootpc", "tftp", "syslog", "isakmp", "ipsec-nat-t", "mdns", "biff", "who", "talk",
))  # fmt: skip
_OF_BOTH = frozenset((
    "domain", "https", "kerberos", "sunrpc", "snmp", "snmp-trap", "ldap", "ldaps", "domain-s", "openvpn",
    "nfs", "sip", "sip-tls", "echo", "discard", "daytime", "time", "qotd", "xdmcp", "l2f", "l2tp",
))  # fmt: skip


class Refused(Exception):
    def __init__(self, message: str, at: Span) -> None:
        self.message, self.at = message, at
        super().__init__(message)


class Asked:
    """What a command asks for: rules, for which families, and by the names of which profiles."""

    __slots__ = ("families", "profiles", "rules")

    def __init__(self, rules: list[UfwRule], families: tuple[Family, ...], profiles: tuple[str, ...]) -> None:
        self.rules, self.families, self.profiles = rules, families, profiles


def asked(words: Sequence[Word], is_routed: bool, at: Span, text: str) -> Asked:
    """The rules of the words from the action on."""
    return _Reader(words, is_routed, at, text).read()


class _Reader:
    def __init__(self, words: Sequence[Word], is_routed: bool, at: Span, text: str) -> None:
        self._words = list(words)
        self._at, self._text, self._is_routed = at, text, is_routed
        self._direction: Direction = "forward" if is_routed else "in"
        self._said: dict[str, Word] = {}
        self._comment = ""

    def read(self) -> Asked:
        action, *words = self._words
        action = placed(action.text.lower(), action.span)
        words = self._without_comment(words)
        words = self._without_direction(words)
        words = [word for word in words if word.text.lower() not in ("log", "log-all")]
        if not words and self._said:
            return self._made(action)
        if not words:
            raise Refused("this names neither a port nor an address, so UFW refuses it", self._at)
        if len(words) == 1:
            return self._short(action, words[0])
        self._full(words)
        return self._made(action)

    def _without_comment(self, words: list[Word]) -> list[Word]:
        at = next((number for number, word in enumerate(words) if word.text == "comment"), None)
        if at is None:
            return words
        if at + 1 == len(words):
            raise Refused("comment has no text behind it, so UFW refuses the rule", words[at].span)
        self._comment = words[at + 1].text
        return [*words[:at], *words[at + 2 :]]

    def _without_direction(self, words: list[Word]) -> list[Word]:
        """Takes off `in`, `out`, `in on eth0` and `out on eth0`."""
        rest = list(words)
        while rest and rest[0].text.lower() in ("in", "out"):
            way = rest[0].text.lower()
            has_interface = len(rest) > 1 and rest[1].text.lower() == "on"
            if has_interface and len(rest) < 3:
                raise Refused("on has no interface behind it, so UFW refuses the rule", rest[1].span)
            if has_interface:
                self._said["in" if way == "in" else "out"] = rest[2]
            if not self._is_routed:
                self._direction = "in" if way == "in" else "out"
            rest = rest[3 if has_interface else 1 :]
        return rest

    def _short(self, action: Word, word: Word) -> Asked:
        text = word.text
        port, _, protocol = (
            text.rpartition("/") if "/" in text and not text.startswith("$(") else (text, "", "")
        )
        if protocol:
            end = word.start + len(port) if word.end - word.start == len(text) else word.end
            self._said["to port"] = placed(port, Span(word.path, word.start, end))
            self._said["proto"] = placed(protocol.lower(), word.span)
        elif self._is_profile(text):
            self._said["to app"] = word
        else:
            self._said["to port"] = word
        return self._made(action)

    def _is_profile(self, text: str) -> bool:
        return text[:1].isalpha() and text not in PORTS

    def _full(self, words: list[Word]) -> None:
        if len(words) % 2:
            raise Refused("UFW takes pairs of words here, and refuses the rule", words[-1].span)
        place = ""
        for key, value in zip(words[::2], words[1::2], strict=True):
            name = key.text.lower()
            if name not in _KEYS:
                raise Refused(f"UFW knows no {name} here, so it refuses the rule", key.span)
            if name in ("from", "to"):
                place = name
            if name in ("port", "app"):
                if not place:
                    raise Refused(f"{name} needs `from` or `to` before it, so UFW refuses the rule", key.span)
                name = f"{place} {name}"
            if name in self._said:
                raise Refused(f"{name} stands here twice, so UFW refuses the rule", key.span)
            self._said[name] = placed(value.text.lower(), value.span) if name == "proto" else value

    def _made(self, action: Word) -> Asked:
        said = self._said
        protocol = said.get("proto")
        if protocol and protocol.text not in _PROTOCOLS and not is_open(protocol.text):
            raise Refused(f"{protocol.text} is no protocol to UFW, so it refuses the rule", protocol.span)
        to, back = self._sides("to"), self._sides("from")
        source, destination = _address(said.get("from")), _address(said.get("to"))
        rules: list[UfwRule] = []
        for port, own, doubt in to:
            for source_port, theirs, other in back:
                rules.append(
                    UfwRule(
                        action,
                        self._direction,
                        self._at,
                        self._text,
                        protocol or own or theirs,
                        source,
                        source_port,
                        destination,
                        port,
                        said.get("in"),
                        said.get("out"),
                        self._comment,
                        doubt or other,
                    )
                )
        for rule in rules:
            _check_ports(rule)
        profiles = tuple(said[name].text for name in ("to app", "from app") if name in said)
        return Asked(rules, self._families(), profiles)

    def _sides(self, name: str) -> list[tuple[Word | None, Word | None, str]]:
        """The ports of one side, with their protocols and with what is not known of them."""
        said = self._said
        if profile := said.get(f"{name} app"):
            if profile.text not in PROFILES:
                return [(None, None, f"the profile {profile.text}")]
            return list(_of_profile(profile))
        port = said.get(f"{name} port")
        if port is None or port.text == "any":
            return [(None, None, "")]
        protocol = None
        if not said.get("proto") and port.text in PORTS:
            service = "udp" if port.text in _OF_UDP else "" if port.text in _OF_BOTH else "tcp"
            protocol = placed(service, port.span) if service else None
        return [(port, protocol, "")]

    def _families(self) -> tuple[Family, ...]:
        found: set[Family] = set()
        for name in ("from", "to"):
            word = self._said.get(name)
            if word and word.text.lower() != "any" and not is_open(word.text):
                found.add(6 if ":" in word.text else 4)
        if len(found) > 1:
            raise Refused("these are addresses of both families, so UFW refuses the rule", self._at)
        return tuple(found) or (4, 6)


def _address(word: Word | None) -> Word | None:
    everything = ("any", "0.0.0.0/0", "::/0")
    return None if word is None or word.text.lower() in everything else word


def _of_profile(profile: Word) -> Iterator[tuple[Word, Word | None, str]]:
    for text in PROFILES[profile.text]:
        port, _, protocol = text.partition("/")
        yield placed(port, profile.span), placed(protocol, profile.span) if protocol else None, ""


def _check_ports(rule: UfwRule) -> None:
    has_protocol = rule.protocol is not None and rule.protocol.text != "any"
    for word in (rule.port, rule.source_port):
        if word is None or is_open(word.text):
            continue
        if not has_protocol and ("," in word.text or ":" in word.text):
            raise Refused(f"{word.text} needs `tcp` or `udp`, so UFW refuses the rule", word.span)
        for part in word.text.replace(":", ",").split(","):
            number = port_number(part)
            if number is None or (part.isdecimal() and number == 0):
                raise Refused(f"{part or 'nothing'} is no port, so UFW refuses the rule", word.span)
