"""Ports that share an answer: what is told of each is what asking about it alone would have told."""

from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import config, engine
from compolint.exposure.questions import guarded, of_host
from compolint.exposure.reach import Reach, reach
from compolint.tree import MemoryTree

PORTS = st.sampled_from((22, 80, 443, 5432, 8000, 8001, 8002, 8080))
SOURCES = st.sampled_from(("", "-s 10.0.0.0/8 ", "-s 198.51.100.0/24 ", "-i eth0 ", "-i tailscale0 "))
TARGETS = st.sampled_from(("ACCEPT", "DROP", "RETURN"))
PUBLISHED = st.tuples(st.sampled_from(("", "127.0.0.1:", "203.0.113.5:")), PORTS, PORTS)


@st.composite
def rules(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        chain = draw(st.sampled_from(("INPUT", "FORWARD", "DOCKER-USER")))
        matched = draw(st.sampled_from(("--dport", "-m conntrack --ctorigdstport", "--sport")))
        port = (
            f"{draw(PORTS)}:{draw(PORTS)}"
            if draw(st.booleans()) and matched != "--dport"
            else str(draw(PORTS))
        )
        first, _, last = port.partition(":")
        if last and int(last) < int(first):
            port = first
        lines.append(f"-A {chain} {draw(SOURCES)}-p tcp {matched} {port} -j {draw(TARGETS)}")
    if draw(st.booleans()):
        lines.append(f"-A INPUT -p tcp --dport {draw(PORTS)} -j DROP")
    body = "".join(f"{line}\n" for line in lines)
    turned = f"-A PREROUTING -p tcp --dport {draw(PORTS)} -j REDIRECT --to-ports {draw(PORTS)}\n"
    nat = f"*nat\n:PREROUTING ACCEPT [0:0]\n{turned}COMMIT\n" if draw(st.booleans()) else ""
    policy = draw(st.sampled_from(("ACCEPT", "DROP")))
    return (
        f"*filter\n:INPUT {policy} [0:0]\n:FORWARD {policy} [0:0]\n:DOCKER-USER - [0:0]\n{body}COMMIT\n{nat}"
    )


def services(published: list[tuple[str, int, int]]) -> str:
    text = "services:\n"
    for number, (address, port, target) in enumerate(published):
        text += f"  s{number}:\n    image: acme/s:1\n    ports: ['{address}{port}:{target}']\n"
    return text


def said(found: Reach) -> object:
    return found.answer, found.families, found.sources, found.is_for_some, found.because


@given(rules(), st.lists(PUBLISHED, min_size=2, max_size=5, unique_by=lambda each: each[:2]))
@settings(max_examples=40, deadline=None)
def test_what_is_told_of_a_port_is_what_is_true_of_it_alone(
    text: str, published: list[tuple[str, int, int]]
) -> None:
    tree = MemoryTree({"compose.yaml": services(published), "rules.v4": text})
    world = engine.survey(tree, config.read(tree, known=set())).world
    for machine in guarded(world):
        for zone in machine.machine.zones:
            for door in machine.doors:
                alone = reach(machine.machine, door, zone)
                assert said(of_host(world, machine, door, zone.name)) == said(alone)
