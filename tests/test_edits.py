"""Edits that make the files say what a fix wants: the way back from entities to the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.check import Patch
from compolint.config import Config
from compolint.engine import survey
from compolint.load.edits import edit
from compolint.model.listener import Listener
from compolint.model.values import Address
from compolint.record import replace
from compolint.text import Edit, Source
from compolint.tree import MemoryTree

LOOPBACK = "127.0.0.1"


def listeners(source: Source) -> list[Listener]:
    return list(survey(MemoryTree({source.path: source.text}), Config()).world.of(Listener))


def only(source: Source) -> Listener:
    (listener,) = listeners(source)
    return listener


def compose(ports: str) -> Source:
    return Source("compose.yaml", f"services:\n  a:\n    image: x:1\n    ports:{ports}\n")


def on_loopback(source: Source, listener: Listener) -> Edit | None:
    return edit(source, Patch(listener, "address", LOOPBACK))


@pytest.mark.parametrize(
    ("ports", "edited"),
    [
        (" [80]", " [127.0.0.1::80]"),
        (" [8080:80]", " [127.0.0.1:8080:80]"),
        (' ["8000-8010:8000-8010/udp"]', ' ["127.0.0.1:8000-8010:8000-8010/udp"]'),
        (" [':8080:80']", " ['127.0.0.1:8080:80']"),
        (' ["::80"]', ' ["127.0.0.1::80"]'),
        (' ["0.0.0.0:8080:80"]', ' ["127.0.0.1:8080:80"]'),
        (' ["[::]:8080:80"]', ' ["127.0.0.1:8080:80"]'),
        (' ["${PORT:-8080}:80"]', ' ["127.0.0.1:${PORT:-8080}:80"]'),
        (" [{target: 80}]", " [{host_ip: 127.0.0.1, target: 80}]"),
        (' [{target: 80, host_ip: "::"}]', ' [{target: 80, host_ip: "127.0.0.1"}]'),
        (
            "\n      - published: 8080\n        target: 80",
            "\n      - host_ip: 127.0.0.1\n        published: 8080\n        target: 80",
        ),
        (
            "\r\n      - target: 80\r\n",
            "\r\n      - host_ip: 127.0.0.1\r\n        target: 80\r\n",
        ),
    ],
)
def test_a_published_port_is_bound_to_an_address(ports: str, edited: str) -> None:
    source = compose(ports)
    listener = only(source)
    made = on_loopback(source, listener)
    assert made is not None
    after = source.apply([made])
    assert after.text == compose(edited).text
    assert only(after).address == Address(LOOPBACK)


@pytest.mark.parametrize(
    "ports",
    [' ["${BIND:-0.0.0.0}:8080:80"]', ' ["${BIND}:8080:80"]', ' ["${PORTS}"]'],
)
def test_what_a_variable_says_is_left_to_a_person(ports: str) -> None:
    source = compose(ports)
    assert all(on_loopback(source, listener) is None for listener in listeners(source))


@pytest.mark.parametrize(
    ("path", "text", "edited"),
    [
        ("a.sh", "docker run -p 8080:80 x:1\n", "docker run -p 127.0.0.1:8080:80 x:1\n"),
        ("a.sh", "docker run -p 0.0.0.0:8080:80 x:1\n", None),
        ("a.sh", "docker run --publish=8080:80 x:1\n", None),
        (
            "a.container",
            "[Container]\nImage=x:1\nPublishPort=8080:80\n",
            "[Container]\nImage=x:1\nPublishPort=127.0.0.1:8080:80\n",
        ),
        ("a.socket", "[Socket]\nListenStream=8080\n", None),
    ],
)
def test_ports_that_other_files_publish_are_bound_where_they_are_written_alike(
    path: str, text: str, edited: str | None
) -> None:
    source = Source(path, text)
    made = on_loopback(source, only(source))
    assert (made and source.apply([made]).text) == edited


numbers = st.integers(1, 65_000).map(str)
shorts = st.tuples(
    st.sampled_from(["", ":", "0.0.0.0:", "[::]:", "192.168.0.7:"]),
    numbers,
    numbers,
    st.sampled_from(["", "/udp"]),
).map(lambda parts: '"{}{}:{}{}"'.format(*parts))
longs = st.tuples(numbers, numbers).map(lambda parts: "{{published: {}, target: {}}}".format(*parts))


@given(st.lists(st.one_of(shorts, longs), min_size=1, max_size=4, unique=True), st.booleans())
@settings(max_examples=100, deadline=None)
def test_an_edit_changes_the_address_of_its_port_and_nothing_else(ports: list[str], is_flow: bool) -> None:
    source = compose(f" [{', '.join(ports)}]" if is_flow else "".join(f"\n      - {port}" for port in ports))
    before = listeners(source)
    if len(before) != len(ports):
        return  # two that mean the same
    for number, listener in enumerate(before):
        made = on_loopback(source, listener)
        assert made is not None
        wanted = [*before]
        wanted[number] = replace(listener, address=Address(LOOPBACK))
        assert [replace(each, key="") for each in listeners(source.apply([made]))] == [
            replace(each, key="") for each in wanted
        ]
