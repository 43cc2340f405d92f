"""What becomes of a configuration of Caddy in the terms that all web servers share, whatever stands in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.caddy import load
from compolint.tree import MemoryTree

_LINES = (
    "a.example.org {", ":8080 {", "{", "}", "@x path /a /b*", "@y not remote_ip 10.0.0.0/8", "handle /a* {",
    "handle {", "route {", "handle_path /p/* {", "basic_auth /a {", "me $2a$14$x", "reverse_proxy @x app:80",
    "reverse_proxy https://h:443 {", "header_up Authorization {$T:abc}", "transport http {", "respond @y 403",
    "tls_insecure_skip_verify", "file_server browse", "root * /srv", "tls internal {", "on_demand",
    "client_auth {",
    "mode require", "protocols tls1.2", "forward_auth auth:80 {", "uri /x", "import nothing", "import s",
    "(s) {",
    "&(r) {", "invoke r", "header X-A {host}", "plugin {$A}", "redir https://{host}", "admin :2019", "{$A} {",
    "php_fastcgi unix//run/a.sock", "metrics /m", "handle_errors {", "@z {", "method GET",
    "client_ip private_ranges",
)  # fmt: skip


@given(st.lists(st.sampled_from(_LINES), max_size=25))
@settings(max_examples=200, deadline=None)
def test_each_thing_has_a_name_and_a_place_of_its_own(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    loaded = load(MemoryTree({"Caddyfile": text}), ("Caddyfile",))
    names = [(type(each), each.key) for each in loaded.entities]
    assert len(names) == len(set(names))
    for entity in loaded.entities:
        for at in entity.places():
            assert at.path == "Caddyfile"
            assert 0 <= at.start <= at.end <= len(text)


@given(st.lists(st.sampled_from(_LINES), max_size=25), st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_blank_lines_before_it_change_the_name_of_nothing(lines: list[str], blank: int) -> None:
    text = "\n".join(lines) + "\n"
    one, two = (load(MemoryTree({"Caddyfile": each}), ("Caddyfile",)) for each in (text, "\n" * blank + text))
    assert [each.key for each in one.entities] == [each.key for each in two.entities]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    load(MemoryTree({"Caddyfile": text, "caddy.json": text}), ("Caddyfile",))
    load(MemoryTree({"Caddyfile": text, "caddy.json": text}), ("caddy.json",))
