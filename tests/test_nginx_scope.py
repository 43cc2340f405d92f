"""What holds at a place in a configuration; nginx itself is asked in `oracles/test_nginx_meaning.py`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.load.nginx.configuration import Configuration, Statement
from compolint.load.nginx.files import read
from compolint.load.nginx.locations import Answer, answer, location, matches
from compolint.load.nginx.scope import held
from compolint.tree import MemoryTree


def configuration(text: str) -> Configuration:
    found = read(MemoryTree({"a.conf": text}), "a.conf")
    assert found is not None
    assert found.faults == ()
    return found


def holding(text: str, name: str, *others: str, at: str = "location") -> list[str]:
    """The arguments of what holds of a name in the last block of a kind."""
    whole = configuration(text)
    *_, block = whole.named(at)
    return [" ".join(each.texts) for each in held(whole, block, name, *others).statements]


WHOLE = "events {{}} http {{ {0} server {{ {1} location / {{ {2} }} }} }}"


def test_the_nearest_level_that_says_something_holds() -> None:
    assert holding(WHOLE.format("root /a;", "", ""), "root") == ["/a"]
    assert holding(WHOLE.format("root /a;", "root /b;", ""), "root") == ["/b"]
    assert holding(WHOLE.format("root /a;", "root /b;", "root /c;"), "root") == ["/c"]
    assert holding(WHOLE.format("", "", ""), "root") == []


def test_a_level_replaces_all_that_outer_levels_say() -> None:
    http, server = "add_header A 1; add_header B 2;", "add_header C 3;"
    assert holding(WHOLE.format(http, "", ""), "add_header") == ["A 1", "B 2"]
    assert holding(WHOLE.format(http, server, ""), "add_header") == ["C 3"]


def test_names_that_count_as_one_replace_each_other() -> None:
    text = WHOLE.format("", "allow 10.0.0.1; deny all;", "allow 10.0.0.2;")
    assert holding(text, "allow", "deny") == ["10.0.0.2"]
    assert holding(WHOLE.format("root /a;", "alias /b;", ""), "root", "alias") == ["/b"]


def test_headers_are_merged_where_that_is_said() -> None:
    merge, header = "add_header_inherit merge;", "add_header {0} 1;".format
    assert holding(WHOLE.format(header("A"), header("B"), merge + header("C")), "add_header") == [
        "C 1",
        "B 1",
    ]
    assert holding(WHOLE.format(merge + header("A"), header("B"), header("C")), "add_header") == [
        "C 1",
        "B 1",
        "A 1",
    ]
    assert holding(WHOLE.format(header("A"), "add_header_inherit off;", ""), "add_header") == []
    assert holding(
        WHOLE.format(header("A"), merge, "add_header_inherit on;" + header("C")), "add_header"
    ) == ["C 1"]
    assert holding(WHOLE.format(header("A"), merge, header("C")), "proxy_set_header") == []


def test_what_answers_does_not_hold_further_inside() -> None:
    text = "server { location /a { proxy_pass http://a; return 204; location /a/b { } } }"
    assert holding(text, "proxy_pass") == []
    assert holding(text, "return") == []


def test_a_condition_is_its_location_once_more() -> None:
    text = "server { location / { proxy_pass http://a; root /b; limit_except GET { if ($c) { } } } }"
    assert holding(text, "proxy_pass", at="if") == ["http://a"]
    assert holding(text, "root", at="if") == ["/b"]
    assert holding(text, "limit_except", at="if") == []
    assert holding("server { proxy_pass http://a; location / { if ($b) {} } }", "proxy_pass", at="if") == []


def test_a_piece_leaves_open_what_it_does_not_say() -> None:
    def is_open(text: str) -> bool:
        found = configuration(text)
        *_, block = found.named("server")
        return held(found, block, "server_tokens").is_open

    assert is_open("server { listen 80; }")
    assert not is_open("server { server_tokens off; }")
    assert not is_open("server_tokens off; server { listen 80; }")
    assert not is_open("http { server { listen 80; } }")


def test_gaps_count_up_to_the_level_that_says_something() -> None:
    def has_gaps(http: str, server: str) -> bool:
        found = configuration(f"http {{ {http} server {{ {server} }} }}")
        *_, block = found.named("server")
        return held(found, block, "root").has_gaps

    assert has_gaps("include /a/*;", "")
    assert has_gaps("", "include /a/*;")
    assert has_gaps("", "include /a/*; root /b;")
    assert not has_gaps("include /a/*;", "root /b;")


def test_the_level_of_the_file_can_be_asked() -> None:
    found = configuration("root /a; server { root /b; }")
    assert [each.texts for each in held(found, None, "root").statements] == [("/a",)]


# --- locations ---


def server(text: str) -> Statement:
    (found,) = configuration(f"server {{ {text} }}").statements
    return found


def chosen(text: str, path: str) -> str | None:
    found = answer(server(text), path)
    assert found.undecided == ()
    return " ".join(found.location.statement.texts) if found.location else None


@pytest.mark.parametrize(
    ("written", "modifier", "path"),
    [
        ("/a", "", "/a"),
        ("= /a", "=", "/a"),
        ("=/a", "=", "/a"),
        ("^~ /a", "^~", "/a"),
        ("^~/a", "^~", "/a"),
        ("~ a", "~", "a"),
        ("~* a", "~*", "a"),
        ("~*a", "~*", "a"),
        ("@a", "@", "a"),
        ('"/a b"', "", "/a b"),
    ],
)
def test_a_location_is_read(written: str, modifier: str, path: str) -> None:
    (block,) = server(f"location {written} {{}}").named("location")
    found = location(block)
    assert found is not None
    assert (found.modifier, found.path) == (modifier, path)


@pytest.mark.parametrize("written", ["", "a b", "= /a b"])
def test_a_location_with_other_arguments_is_none(written: str) -> None:
    (block,) = server(f"location {written} {{}}").named("location")
    assert location(block) is None


ORDER = "location / {} location = /a {} location /a {} location ^~ /a/b/ {} location ~ c$ {} location ~* C {}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "/"),
        ("/a", "= /a"),
        ("/ab", "/a"),
        ("/a/b/c", "^~ /a/b/"),
        ("/a/c", "~ c$"),
        ("/a/cd", "~* C"),
        ("/c", "~ c$"),
        ("b", None),
    ],
)
def test_locations_are_asked_in_the_order_of_nginx(path: str, text: str | None) -> None:
    assert chosen(ORDER, path) == text


def test_locations_inside_of_the_chosen_one_are_asked_as_well() -> None:
    text = "location /a { location /a/b { } location ~ d { } } location ~ c { }"
    assert chosen(text, "/a/b") == "/a/b"
    assert chosen(text, "/a/bd") == "~ d"
    assert chosen(text, "/a/bc") == "~ c"
    assert chosen(text, "/a/bcd") == "~ d"


def test_named_locations_answer_for_no_path() -> None:
    assert chosen("location @a { }", "@a") is None


def test_a_pattern_that_is_not_tried_leaves_the_answer_open() -> None:
    text = "location / { } location ~ (a+)+$ { } location ~ b { } location ~ (?<!c) { }"
    found = answer(server(text), "/b")
    assert isinstance(found, Answer)
    assert found.location is not None
    assert found.location.path == "b"
    assert [each.path for each in found.undecided] == ["(a+)+$"]


@pytest.mark.parametrize(
    ("regex", "path", "verdict"),
    [
        (r"\.php$", "/a.php", True),
        (r"\.php$", "/aphp", False),
        (r"^/(?:a|b)/[^/]+\.js$", "/b/x.js", True),
        (r"/\.(?!well-known)", "/.git", True),
        (r"/\.(?!well-known)", "/.well-known/a", False),
        (r"(?<=a)b", "/ab", None),
        (r"^/~(?<user>[a-z]+)/", "/~me/", True),
        ("(?i)A", "/a", True),
        (r"(a|b)?c", "/c", True),
        (r"(a|b)*c", "/c", None),
        (r"a.*b.*c", "/abc", True),
        (r"a.*b.*c.*d", "/abcd", None),
        (r"a{2,3}$", "/aa", True),
        (r"a{2}{3}", "/aa", None),
        (r"\1", "/", None),
        (r"\x41", "/A", None),
        (r"[[:alpha:]]", "/a", None),
        (r"[a-z", "/a", None),
        ("(", "/", None),
        (")", "/", None),
        ("[z-a]", "/", None),
        ("a++a", "/aa", False),
        ("é", "/é", True),
    ],
)
def test_a_pattern_is_tried_if_it_is_plain(regex: str, path: str, verdict: bool | None) -> None:
    assert matches(regex, path) is verdict


def test_a_long_path_is_not_tried() -> None:
    assert matches("a", "a" * 1_000) is None


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab.*+?(){}[]|^$\\0123,:<>=!-dw/"), max_size=30))
def test_any_pattern_is_tried_quickly_or_not_at_all(regex: str) -> None:
    assert matches(regex, "/" + "ab" * 90) in (True, False, None)
