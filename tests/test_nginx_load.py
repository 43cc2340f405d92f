"""Whatever a configuration says, something can be said of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import load
from compolint.config import Config
from compolint.engine import survey
from compolint.model.linter import Fault
from compolint.model.web import Header, Location, Site, Upstream
from compolint.tree import MemoryTree
from compolint.world import World

WORDS = st.sampled_from([
    "$uri", "$1", "$a", "$b", "$host", "${PORT}", "80", "[::1]:80", "127.0.0.1", "~", "~*", "!~", "=",
    "^~", "^/(.*)$", "([^.]*)", "(a+)+$", "http://", "http://$a", "https://b/$1", "unix:/a", "all",
    "off", "on", "/", "/a", "301", "200", "'a b'", "($a", "x)", "last", "ssl", "default", "{}", "\"\"",
    "a.org", "@n", "Host", "Upgrade",
])  # fmt: skip
NAMES = st.sampled_from([
    "server", "location", "if", "listen", "server_name", "return", "rewrite", "set", "map", "geo",
    "upstream", "proxy_pass", "fastcgi_pass", "add_header", "proxy_set_header", "allow", "deny",
    "auth_basic", "satisfy", "root", "alias", "autoindex", "internal", "include", "ssl_protocols",
    "ssl_verify_client", "server_tokens", "log_format", "access_log", "set_real_ip_from",
    "valid_referers", "auth_basic_user_file", "~^(a)$", "stub_status", "http", "more_set_headers",
    "stream", "user", "limit_except", "ssl", "ssl_reject_handshake",
])  # fmt: skip
STATEMENTS = st.recursive(
    st.tuples(NAMES, st.lists(WORDS, max_size=4)).map(lambda said: f"{said[0]} {' '.join(said[1])};"),
    lambda inside: st.tuples(NAMES, st.lists(WORDS, max_size=3), st.lists(inside, max_size=4)).map(
        lambda said: f"{said[0]} {' '.join(said[1])} {{ {' '.join(said[2])} }}"
    ),
    max_leaves=25,
)


@given(st.lists(STATEMENTS, max_size=8).map("\n".join))
@settings(max_examples=200, deadline=None)
def test_any_statements_are_loaded(text: str) -> None:
    loaded = load.load(MemoryTree({"a.conf": text}), load.Root("nginx", ("a.conf",)))
    keys = [(type(each), each.key) for each in loaded.entities]
    assert len(keys) == len(set(keys))
    for each in loaded.entities:
        for at in each.places():
            assert 0 <= at.start <= at.end <= len(text)


def world(text: str) -> World:
    return survey(MemoryTree({"nginx.conf": text}), Config()).world


def test_what_holds_for_many_locations_is_there_once() -> None:
    headers = "".join(f"add_header X-{number} a;" for number in range(300))
    locations = "".join(f"location /{number} {{ root /srv; }}" for number in range(300))
    found = world(f"events {{}} http {{ {headers} server {{ {locations} }} }}")
    assert (len(found.of(Header)), len(found.of(Location)), len(found.of(Site))) == (300, 301, 1)


def test_of_a_group_some_members_are_enough() -> None:
    members = "".join(f"server 10.0.0.{number}:80;" for number in range(200))
    server = "server { location / { proxy_pass http://a; } }"
    found = world(f"events {{}} http {{ upstream a {{ {members} }} {server} }}")
    assert 1 < len(found.of(Upstream)) < 20


def test_groups_and_tables_together_are_told_up_to_a_bound() -> None:
    members = "".join(f"server 10.0.0.{number}:80;" for number in range(8))
    entries = "".join(f"h{number} 10.0.1.{number};" for number in range(16))
    uses = "".join(f"location /{n} {{ proxy_pass http://{'a' if n % 2 else '$b'}; }}" for n in range(4000))
    around = f"upstream a {{ {members} }} map $host $b {{ {entries} }}"
    found = world(f"events {{}} http {{ {around} server {{ {uses} }} }}").of(Upstream)
    assert 4000 <= len(found) < 16_000
    assert {each.owner for each in found} == {f"nginx.conf!server.:80!/{n}" for n in range(4000)}


def test_patterns_that_include_one_another_come_to_an_end() -> None:
    files = {f"a{number}.conf": "include a*.conf;" for number in range(30)}
    found = survey(MemoryTree({"nginx.conf": "events {} http { include a*.conf; }", **files}), Config())
    assert any("more than" in fault.message for fault in found.world.of(Fault))
