"""The chains that UFW makes, and the rules that it makes of one of its own.

As `ufw-init` does: UFW's own chains, then `before.rules`, `after.rules` and `user.rules`, then the policies.
https://manpages.debian.org/ufw-framework.8
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from compolint.load.firewall.ruleset import RuleSet
from compolint.load.firewall.values import is_open
from compolint.model.firewall import Family
from compolint.syntax.iptables import Word, command, placed
from compolint.text import Span
from compolint.tuples import NamedTuple

Direction = Literal["in", "out", "forward"]
_CHAINS: dict[Direction, str] = {"in": "input", "out": "output", "forward": "forward"}
_HOOKS: dict[Direction, str] = {"in": "INPUT", "out": "OUTPUT", "forward": "FORWARD"}
_ORDER = ("before-logging", "before", "after", "after-logging", "reject", "track")
_TARGETS = {"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT"}
_WITH_PORTS = ("tcp", "udp")


class Policies(NamedTuple):
    """What becomes of packets that no rule takes, each with its place: ACCEPT, DROP, REJECT."""

    values: Mapping[Direction, Word]

    def of(self, direction: Direction, otherwise: Span) -> Word:
        default = "ACCEPT" if direction == "out" else "DROP"
        return self.values.get(direction) or placed(default, otherwise)


class UfwRule(NamedTuple):
    """A rule as people give it to UFW; every word has its place, and a missing one is any."""

    action: Word  # allow, deny, reject, limit
    direction: Direction
    span: Span
    text: str
    protocol: Word | None = None
    source: Word | None = None
    source_port: Word | None = None
    destination: Word | None = None
    port: Word | None = None
    interface: Word | None = None
    out_interface: Word | None = None
    comment: str = ""
    doubtful: str = ""  # a condition that nobody can tell


def prefix(family: Family) -> str:
    return "ufw6" if family == 6 else "ufw"


def run(
    ruleset: RuleSet, family: Family, text: str, at: Span, policy: Word | None = None, table: str = "filter"
) -> None:
    """A rule that UFW makes by itself; `*` in it is the beginning of its chains' names."""
    text = text.replace("*", prefix(family))
    words = [placed(word, at) for word in text.split()]
    if policy:
        words.append(policy)
        text = f"{text} {policy.text}"
    said = command(words)
    if said:
        ruleset.run(said, family, table, at, text)


def declare(ruleset: RuleSet, family: Family, name: str, at: Span) -> None:
    ruleset.declare(family, "filter", placed(name.replace("*", prefix(family)), at), None, at)


def frame(ruleset: RuleSet, family: Family, policies: Policies, at: Span) -> None:
    """The chains that every UFW has."""
    for hook in ("INPUT", "FORWARD", "OUTPUT"):
        declare(ruleset, family, hook, at)
    for direction, name in _CHAINS.items():
        for part in _ORDER:
            declare(ruleset, family, f"*-{part}-{name}", at)
            run(ruleset, family, f"-A {_HOOKS[direction]} -j *-{part}-{name}", at)
        _default(ruleset, family, direction, policies.of(direction, at))
        for part in ("user", "user-logging"):
            declare(ruleset, family, f"*-{part}-{name}", at)
    for name in ("logging-deny", "logging-allow", "user-limit", "user-limit-accept"):
        declare(ruleset, family, f"*-{name}", at)
    run(ruleset, family, "-A *-user-limit -j REJECT", at)
    run(ruleset, family, "-A *-user-limit-accept -j ACCEPT", at)


def _default(ruleset: RuleSet, family: Family, direction: Direction, policy: Word) -> None:
    name, at = _CHAINS[direction], policy.span
    declare(ruleset, family, f"*-skip-to-policy-{name}", at)
    run(ruleset, family, f"-A *-skip-to-policy-{name} -j", at, policy)
    if policy.text == "REJECT":
        run(ruleset, family, f"-A *-reject-{name} -j REJECT", at)
    elif policy.text == "ACCEPT":
        for protocol in _WITH_PORTS:
            rule = f"-A *-track-{name} -p {protocol} -m conntrack --ctstate NEW -j ACCEPT"
            run(ruleset, family, rule, at)
    elif is_open(policy.text):
        ruleset.doubt(family, "filter", f"{prefix(family)}-track-{name}", at, policy.text)


def finish(ruleset: RuleSet, family: Family, policies: Policies, at: Span) -> None:
    """The way into the chains of the user's rules, and the policies."""
    for direction, name in _CHAINS.items():
        run(ruleset, family, f"-A *-before-{name} -j *-user-{name}", at)
        policy = policies.of(direction, at)
        if policy.text == "REJECT":
            policy = placed("DROP", policy.span)
        ruleset.declare(family, "filter", placed(_HOOKS[direction], at), policy, at)


def closed(ruleset: RuleSet, at: Span) -> None:
    """IPv6 as UFW leaves it with `IPV6=no`: nothing but loopback."""
    for hook in ("INPUT", "FORWARD", "OUTPUT"):
        ruleset.declare(6, "filter", placed(hook, at), placed("DROP", at), at)
    run(ruleset, 6, "-A INPUT -i lo -j ACCEPT", at)
    run(ruleset, 6, "-A OUTPUT -o lo -j ACCEPT", at)


def before(ruleset: RuleSet, family: Family, at: Span) -> None:
    """What `before.rules` has as it comes, as far as it concerns TCP and UDP."""
    run(ruleset, family, "-A *-before-input -i lo -j ACCEPT", at)
    run(ruleset, family, "-A *-before-output -o lo -j ACCEPT", at)
    for name in _CHAINS.values():
        run(ruleset, family, f"-A *-before-{name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", at)
    run(ruleset, family, "-A *-before-input -m conntrack --ctstate INVALID -j *-logging-deny", at)
    run(ruleset, family, "-A *-before-input -m conntrack --ctstate INVALID -j DROP", at)
    icmp = "icmpv6" if family == 6 else "icmp"
    run(ruleset, family, f"-A *-before-input -p {icmp} -j ACCEPT", at)
    run(ruleset, family, f"-A *-before-forward -p {icmp} -j ACCEPT", at)
    if family == 6:
        run(ruleset, 6, "-A *-before-output -p icmpv6 -j ACCEPT", at)
        link = "-s fe80::/10 --sport 547 -d fe80::/10 --dport 546"
        run(ruleset, 6, f"-A *-before-input -p udp {link} -j ACCEPT", at)
    else:
        run(ruleset, 4, "-A *-before-input -p udp --sport 67 --dport 68 -j ACCEPT", at)
        _not_local(ruleset, at)
    mdns, ssdp = ("ff02::fb", "ff02::f") if family == 6 else ("224.0.0.251", "239.255.255.250")
    run(ruleset, family, f"-A *-before-input -p udp -d {mdns} --dport 5353 -j ACCEPT", at)
    run(ruleset, family, f"-A *-before-input -p udp -d {ssdp} --dport 1900 -j ACCEPT", at)


def _not_local(ruleset: RuleSet, at: Span) -> None:
    declare(ruleset, 4, "*-not-local", at)
    run(ruleset, 4, "-A *-before-input -j *-not-local", at)
    for kind in ("LOCAL", "MULTICAST", "BROADCAST"):
        run(ruleset, 4, f"-A *-not-local -m addrtype --dst-type {kind} -j RETURN", at)
    run(ruleset, 4, "-A *-not-local -j DROP", at)


def after(ruleset: RuleSet, family: Family, at: Span) -> None:
    """What `after.rules` has as it comes: noise that is not logged."""
    dhcp = (546, 547) if family == 6 else (67, 68)
    for protocol, port in (
        ("udp", 137),
        ("udp", 138),
        ("tcp", 139),
        ("tcp", 445),
        ("udp", dhcp[0]),
        ("udp", dhcp[1]),
    ):
        rule = f"-A *-after-input -p {protocol} --dport {port} -j *-skip-to-policy-input"
        run(ruleset, family, rule, at)
    if family == 4:
        rule = "-A *-after-input -m addrtype --dst-type BROADCAST -j *-skip-to-policy-input"
        run(ruleset, 4, rule, at)


def install(ruleset: RuleSet, family: Family, rule: UfwRule, *, first: bool = False) -> None:
    """Adds the rules that UFW makes of one; `first` puts them before all others."""
    chain = placed(f"{prefix(family)}-user-{_CHAINS[rule.direction]}", rule.action.span)
    made = list(_made(rule, family))
    for words in reversed(made) if first else made:
        said = command([placed("-I" if first else "-A", rule.span), chain, *words])
        if said:
            ruleset.run(said, family, "filter", rule.span, rule.text, None, rule.doubtful)
            found = ruleset.chain(family, "filter", chain.text, rule.span).last(first)
            if found and rule.comment:
                found.draft.comment = rule.comment


def doubt(ruleset: RuleSet, at: Span, text: str) -> None:
    """Adds a rule of which nothing is known, wherever users' rules stand."""
    for family, table in list(ruleset.tables):
        for name in _CHAINS.values():
            if f"{prefix(family)}-user-{name}" in ruleset.table(family, table):
                ruleset.doubt(family, table, f"{prefix(family)}-user-{name}", at, text)


def _made(rule: UfwRule, family: Family) -> Iterator[list[Word]]:
    has_ports = rule.port or rule.source_port
    protocol = rule.protocol
    if protocol and protocol.text == "any":
        protocol = None
    for name in _WITH_PORTS if has_ports and not protocol else (None,):
        said = placed(name, (rule.port or rule.source_port or rule.action).span) if name else protocol
        condition = list(_condition(rule, said))
        at = rule.action.span
        if rule.action.text != "limit":
            yield [*condition, *_verdict(rule.action, said)]
            continue
        state = _words("-m conntrack --ctstate NEW -m recent", at)
        yield [*condition, *state, *_words("--set", at)]
        limit = f"--update --seconds 30 --hitcount 6 -j {prefix(family)}-user-limit"
        yield [*condition, *state, *_words(limit, at)]
        yield [*condition, *_words(f"-j {prefix(family)}-user-limit-accept", at)]


def _condition(rule: UfwRule, protocol: Word | None) -> Iterator[Word]:
    for option, word in (("-i", rule.interface), ("-o", rule.out_interface), ("-p", protocol)):
        if word:
            yield from (placed(option, word.span), word)
    for option, word in (("-d", rule.destination), ("-s", rule.source)):
        if word:
            yield from (placed(option, word.span), word)
    for option, word in (("--dport", rule.port), ("--sport", rule.source_port)):
        if word and "," in word.text:
            yield from (*_words("-m multiport", word.span), placed(f"{option}s", word.span), word)
        elif word:
            yield from (placed(option, word.span), word)


def _verdict(action: Word, protocol: Word | None) -> Iterator[Word]:
    target = _TARGETS.get(action.text, "DROP")
    yield from (placed("-j", action.span), placed(target, action.span))
    if target == "REJECT" and protocol and protocol.text == "tcp":
        yield from _words("--reject-with tcp-reset", action.span)


def _words(text: str, at: Span) -> list[Word]:
    return [placed(word, at) for word in text.split()]
