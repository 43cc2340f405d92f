"""Rule sets of packet filters as large machines have them, with counters, comments and lists of ports."""

import random
from collections.abc import Callable

_CHAINS = 40


def iptables(rules: int) -> str:
    """What `iptables-save -c` prints."""
    source = random.Random(rules)
    lines = ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]"]
    lines += [f":CUST-{number} - [0:0]" for number in range(_CHAINS)]
    lines.append("[9:720] -A INPUT -i lo -j ACCEPT")
    lines.append("[9:720] -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
    lines += [f"[9:720] -A INPUT -s 10.{number}.0.0/16 -j CUST-{number}" for number in range(_CHAINS)]
    for number in range(rules - _CHAINS - 2):
        chain = source.choice(("INPUT", "FORWARD", *(f"CUST-{source.randrange(_CHAINS)}" for _ in range(3))))
        counters = f"[{source.randrange(10**5)}:{source.randrange(10**7)}]"
        comment = f'-m comment --comment "customer {number} of the tenth rack"'
        body = source.choices(_IPTABLES, (6, 4, 3, 2, 3, 1, 1))[0](source)
        target = source.choice(("ACCEPT", "ACCEPT", "DROP", "RETURN"))
        lines.append(f"{counters} -A {chain} {body} {comment} -j {target}")
    return "\n".join([*lines, "COMMIT", ""])


def nft(rules: int) -> str:
    """What `nft list ruleset` prints."""
    source = random.Random(rules)
    chains: dict[str, list[str]] = {"input": ['iifname "lo" accept', "ct state established,related accept"]}
    chains |= {name: [] for name in ("forward", *(f"cust_{number}" for number in range(_CHAINS)))}
    chains["input"] += [f"ip saddr 10.{number}.0.0/16 jump cust_{number}" for number in range(_CHAINS)]
    for number in range(rules - _CHAINS - 2):
        chain = source.choice(("input", "forward", *(f"cust_{source.randrange(_CHAINS)}" for _ in range(3))))
        counter = f"counter packets {source.randrange(10**5)} bytes {source.randrange(10**7)}"
        body = source.choices(_NFT, (6, 4, 3, 2, 3, 1, 1))[0](source)
        verdict = source.choice(("accept", "accept", "drop", "return"))
        chains[chain].append(f'{body} {counter} {verdict} comment "customer {number} of the tenth rack"')
    lines = ["table inet filter {"]
    for name, body_of_chain in chains.items():
        hook = f"\t\ttype filter hook {name} priority filter; policy drop;"
        lines += [f"\tchain {name} {{", *([hook] if name in ("input", "forward") else ())]
        lines += [*(f"\t\t{rule}" for rule in body_of_chain), "\t}", ""]
    return "\n".join([*lines, "}", ""])


def _address(source: random.Random) -> str:
    return (
        f"{source.randrange(1, 224)}.{source.randrange(256)}.{source.randrange(256)}.{source.randrange(256)}"
    )


def _network(source: random.Random) -> str:
    return f"{_address(source).rpartition('.')[0]}.0/24"


def _port(source: random.Random) -> int:
    return source.randrange(1, 30_000)


def _ports(source: random.Random) -> list[str]:
    return [str(_port(source)) for _ in range(source.randrange(2, 7))]


_Body = Callable[[random.Random], str]
_IPTABLES: tuple[_Body, ...] = (
    lambda source: f"-s {_address(source)}/32 -p tcp -m tcp --dport {_port(source)}",
    lambda source: (
        f"-s {_network(source)} -i eth{source.randrange(4)} -p tcp -m conntrack --ctstate NEW "
        f"-m multiport --dports {','.join(_ports(source))}"
    ),
    lambda source: f"-d {_address(source)}/32 -p udp -m udp --dport {_port(source)}:40000",
    lambda source: f"-s {_address(source)}/32 -d {_address(source)}/32 -p tcp -m tcp --dport 443",
    lambda source: f"-s {_address(source)}/32",
    lambda source: f"-p tcp -m tcp --dport {_port(source)} -m limit --limit 25/min --limit-burst 100",
    lambda source: f"! -i docker0 -p tcp -m tcp --dport {_port(source)}",
)
_NFT: tuple[_Body, ...] = (
    lambda source: f"ip saddr {_address(source)} tcp dport {_port(source)}",
    lambda source: (
        f'iifname "eth{source.randrange(4)}" ip saddr {_network(source)} ct state new '
        f"tcp dport {{ {', '.join(_ports(source))} }}"
    ),
    lambda source: f"ip daddr {_address(source)} udp dport {_port(source)}-40000",
    lambda source: f"ip saddr {_address(source)} ip daddr {_address(source)} tcp dport 443",
    lambda source: f"ip saddr {_address(source)}",
    lambda source: f"tcp dport {_port(source)} limit rate 25/minute burst 100 packets",
    lambda source: f'iifname != "docker0" tcp dport {_port(source)}',
)
