"""The rules that Docker Engine 27, 28 and 29 load, as commands of iptables, and what such commands leave.

What its own tests expect of it for these releases was read; compolint writes its rules (`engine.py`) apart
from this, so that each judges the other.
"""

from collections.abc import Iterable, Iterator

from compolint.exposure.packet import numbered
from compolint.exposure.sources import shown
from compolint.model.firewall import Addresses, Family, FirewallRule, Match
from tests.oracles.firewall_lab import BRIDGES, INTERFACES, PEERS, Rules
from tests.oracles.firewall_model import CONTAINERS, Docker, Port, family_of, machine

_BUILT_IN = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
}


def saved(commands: Iterable[str]) -> str:
    """What `iptables-save` prints after commands like `-t nat -I PREROUTING …` and `-P INPUT DROP`."""
    policies: dict[str, dict[str, str]] = {}
    rules: dict[str, dict[str, list[str]]] = {}
    for command in commands:
        words = command.split()
        table = "filter"
        if words[:1] == ["-t"]:
            table, words = words[1], words[2:]
        if not words:
            continue
        chains = policies.setdefault(table, dict.fromkeys(_BUILT_IN[table], "ACCEPT"))
        there = rules.setdefault(table, {}).setdefault(words[1], [])
        match words:
            case ["-P", chain, policy]:
                chains[chain] = policy
            case ["-N", chain]:
                chains.setdefault(chain, "-")
            case ["-A", chain, *rule]:
                there.append(" ".join(["-A", chain, *rule]))
            case ["-I", chain, number, *rule] if number.isdigit():
                there.insert(int(number) - 1, " ".join(["-A", chain, *rule]))
            case ["-I", chain, *rule]:
                there.insert(0, " ".join(["-A", chain, *rule]))
            case _:
                raise ValueError(command)
    lines = []
    for table, chains in policies.items():
        lines += [f"*{table}", *(f":{chain} {policy} [0:0]" for chain, policy in chains.items())]
        lines += [rule for chain in chains for rule in rules[table].get(chain, ())]
        lines.append("COMMIT")
    return "".join(f"{line}\n" for line in lines)


def docker_commands(docker: Docker, ports: Iterable[Port], family: Family) -> list[str]:
    """What a daemon does when it starts and these containers with it."""
    if not docker.writes_rules:
        return []
    published = [
        port
        for port in ports
        if port.container and family in port.inside and family_of(port.address or _any(family)) == family
    ]
    filters = _filter_27 if docker.release == "27" else _filter_28
    return [*filters(docker, published, family), *_nat(docker, published, family)]


def _any(family: Family) -> str:
    return "::" if family == 6 else "0.0.0.0"


def _at(port: Port, family: Family) -> str:
    return PEERS[port.container].addresses[family == 6]


def _subnet(bridge: str, family: Family) -> str:
    return INTERFACES[bridge][family == 6]


def _accepted(ports: Iterable[Port], family: Family) -> Iterator[str]:
    for port in ports:
        bridge = PEERS[port.container].interface
        to = f"-d {_at(port, family)} ! -i {bridge} -o {bridge}"
        yield f"-A DOCKER {to} -p {port.protocol} -m {port.protocol} --dport {port.target} -j ACCEPT"


_STAGE = "DOCKER-ISOLATION-STAGE"
_FOLLOWING = "-m conntrack --ctstate RELATED,ESTABLISHED"


def _filter_27(docker: Docker, ports: list[Port], family: Family) -> Iterator[str]:
    yield from ("-N DOCKER", f"-N {_STAGE}-1", f"-N {_STAGE}-2", "-N DOCKER-USER")
    for bridge in BRIDGES:  # each at the top of FORWARD
        if bridge in docker.internal:
            yield f"-I FORWARD -i {bridge} -o {bridge} -j {'ACCEPT' if docker.talks else 'DROP'}"
            yield f"-I {_STAGE}-1 ! -s {_subnet(bridge, family)} -o {bridge} -j DROP"
            yield f"-I {_STAGE}-1 ! -d {_subnet(bridge, family)} -i {bridge} -j DROP"
            continue
        if docker.talks:
            yield f"-I FORWARD -i {bridge} -o {bridge} -j ACCEPT"
        else:
            yield f"-A FORWARD -i {bridge} -o {bridge} -j DROP"
        yield f"-I FORWARD -i {bridge} ! -o {bridge} -j ACCEPT"
        yield f"-I FORWARD -o {bridge} -j DOCKER"
        yield f"-I FORWARD -o {bridge} {_FOLLOWING} -j ACCEPT"
        yield f"-I {_STAGE}-1 -i {bridge} ! -o {bridge} -j {_STAGE}-2"
        yield f"-I {_STAGE}-2 -o {bridge} -j DROP"
    yield from _accepted(ports, family)
    yield from (f"-A {_STAGE}-1 -j RETURN", f"-A {_STAGE}-2 -j RETURN", "-A DOCKER-USER -j RETURN")
    yield from (f"-I FORWARD -j {_STAGE}-1", "-I FORWARD -j DOCKER-USER")


def _filter_28(docker: Docker, ports: list[Port], family: Family) -> Iterator[str]:
    isolates = docker.release == "28"
    stage = f"{_STAGE}-1" if isolates else "DOCKER-INTERNAL"
    for chain in ("DOCKER", "DOCKER-BRIDGE", "DOCKER-CT", "DOCKER-FORWARD", "DOCKER-USER", stage):
        yield f"-N {chain}"
    if isolates:
        yield f"-N {_STAGE}-2"
    yield from ("-I FORWARD -j DOCKER-FORWARD", "-I FORWARD -j DOCKER-USER")
    yield from (f"-A DOCKER-FORWARD -j {chain}" for chain in ("DOCKER-CT", stage, "DOCKER-BRIDGE"))
    if docker.gateway != "nat-unprotected":
        yield from _accepted(ports, family)
    for bridge in BRIDGES:
        if bridge in docker.internal:
            yield f"-A {stage} ! -s {_subnet(bridge, family)} -o {bridge} -j DROP"
            yield f"-A {stage} ! -d {_subnet(bridge, family)} -i {bridge} -j DROP"
            yield f"-A DOCKER-FORWARD -i {bridge} -o {bridge} -j {'ACCEPT' if docker.talks else 'DROP'}"
            continue
        rest = "ACCEPT" if docker.gateway == "nat-unprotected" else "DROP"
        yield f"-A DOCKER ! -i {bridge} -o {bridge} -j {rest}"
        yield f"-A DOCKER-BRIDGE -o {bridge} -j DOCKER"
        yield f"-A DOCKER-CT -o {bridge} {_FOLLOWING} -j ACCEPT"
        if docker.talks:
            yield f"-A DOCKER-FORWARD -i {bridge} -j ACCEPT"
        else:
            yield f"-A DOCKER-FORWARD -i {bridge} -o {bridge} -j DROP"
            yield f"-A DOCKER-FORWARD -i {bridge} ! -o {bridge} -j ACCEPT"
        if isolates:
            yield f"-A {stage} -i {bridge} ! -o {bridge} -j {_STAGE}-2"
            yield f"-I {_STAGE}-2 -o {bridge} -j DROP"


def _nat(docker: Docker, ports: list[Port], family: Family) -> Iterator[str]:
    local = "-m addrtype --dst-type LOCAL -j DOCKER"
    loopback = "::1/128" if family == 6 else "127.0.0.0/8"
    yield "-t nat -N DOCKER"
    yield f"-t nat -A PREROUTING {local}"
    yield f"-t nat -A OUTPUT {f'! -d {loopback} ' if docker.has_proxy else ''}{local}"
    for bridge in BRIDGES:
        if not docker.has_proxy:
            yield f"-t nat -A POSTROUTING -o {bridge} -m addrtype --src-type LOCAL -j MASQUERADE"
        if docker.gateway != "routed":
            yield f"-t nat -A POSTROUTING -s {_subnet(bridge, family)} ! -o {bridge} -j MASQUERADE"
        if docker.release != "29" and docker.has_proxy:
            yield f"-t nat -A DOCKER -i {bridge} -j RETURN"
    if docker.gateway != "routed":
        for port in ports:
            yield from _forwarding(docker, port, family)


def _forwarding(docker: Docker, port: Port, family: Family) -> Iterator[str]:
    bridge, at = PEERS[port.container].interface, _at(port, family)
    protocol = f"-p {port.protocol} -m {port.protocol}"
    address = f"-d {port.address} " if port.address else ""
    outside = f"! -i {bridge} " if docker.has_proxy else ""
    to = f"[{at}]:{port.target}" if family == 6 else f"{at}:{port.target}"
    yield f"-t nat -A DOCKER {address}{outside}{protocol} --dport {port.number} -j DNAT --to-destination {to}"
    if docker.release == "27" or not docker.has_proxy:
        yield f"-t nat -A POSTROUTING -s {at} -d {at} {protocol} --dport {port.target} -j MASQUERADE"
    if docker.release != "27" and docker.gateway == "nat":
        yield f"-t raw -A PREROUTING -d {at} ! -i {bridge} -j DROP"
        if family == 4 and port.address.startswith("127."):
            only = f"-d {port.address} ! -i lo {protocol} --dport {port.number}"
            yield f"-t raw -A PREROUTING {only} -j DROP"


_OPTIONS = {
    "source": "-s", "destination": "-d", "interface": "-i", "out_interface": "-o", "protocol": "-p",
    "port": "--dport", "state": "-m conntrack --ctstate", "source_type": "-m addrtype --src-type",
    "destination_type": "-m addrtype --dst-type",
}  # fmt: skip
_TARGETS = {"accept": "ACCEPT", "drop": "DROP", "return": "RETURN", "masquerade": "MASQUERADE"}


def written(text: str, docker: Docker, ports: Iterable[Port], family: Family) -> str:
    """A dump of rules with what compolint writes for the engine, as `iptables-restore` reads it."""
    given = machine(Rules(text, text), tuple(ports), docker, writes=True)
    tables = given.setups[0].chains[family].tables
    found = []
    for table in dict.fromkeys(name for name, _ in tables.chains):
        found.append(f"*{table}")
        for (owner, name), chain in tables.chains.items():
            if owner == table:
                found.append(f":{name} {str(chain.policy).upper() if chain.hook else '-'} [0:0]")
        for (owner, name), rules in tables.rules.items():
            found += [f"-A {name} {_as_iptables(rule, family)}" for rule in rules if owner == table]
        found.append("COMMIT")
    return "".join(f"{line}\n" for line in found)


def _as_iptables(rule: FirewallRule, family: Family) -> str:
    if rule.text:
        return rule.text.partition(" ")[2].partition(" ")[2]
    words = [
        _match(match, family)
        for match in sorted(rule.matches, key=lambda each: each.what != "protocol")
        if match.what != "claim"  # the lab's services have ports of their own
    ]
    action = rule.action
    if action.kind == "dnat":
        assert isinstance(action.addresses, Addresses)
        at = _address(action.addresses, family)
        words.append(f"-j DNAT --to-destination {f'[{at}]' if family == 6 else at}:{action.ports}")
    else:
        words.append(f"-j {action.chain or _TARGETS[action.kind]}")
    return " ".join(words)


def _match(match: Match, family: Family) -> str:
    value = ",".join(
        _address(each, family) if isinstance(each, Addresses) else str(each) for each in match.values
    )
    if match.what in ("state", "source_type", "destination_type"):
        value = value.upper()
    return f"{'! ' if match.negated else ''}{_OPTIONS[match.what]} {value}"


def _address(addresses: Addresses, family: Family) -> str:
    """Containers are known by their numbers."""
    for number, name in enumerate(CONTAINERS, 1):
        if addresses == numbered(number, family):
            return PEERS[name].addresses[family == 6]
    return shown(addresses)
