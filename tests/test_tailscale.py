"""What `tailscale serve` and `tailscale funnel` open, by their words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model.knowledge.tailscale import Served, Target, opened, served, target_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tailscale serve 3000", Served(443, False, False, "/", 2)),
        ("tailscale funnel --bg 3000", Served(443, True, False, "/", 3)),
        ("tailscale funnel --https=8443 --set-path=/a localhost:80", Served(8443, True, False, "/a", 4)),
        ("tailscale serve --http 80 --set-path a http://b:80", Served(80, False, False, "/a", 6)),
        ("tailscale serve --tcp 5432 tcp://db:5432", Served(5432, False, True, "/", 4)),
        ("tailscale funnel -tls-terminated-tcp=10000 tcp://db:1", Served(10000, True, True, "/", 3)),
        ("tailscale serve https:8443 / http://127.0.0.1:3000", Served(8443, False, False, "/", 4)),
        ("tailscale serve tcp:22 tcp://localhost:22", Served(22, False, True, "/", 3)),
        ("tailscale serve status", None),
        ("tailscale funnel 443 on", None),
        ("tailscale serve --https=443 off", None),
        ("tailscale up --ssh", None),
        ("tailscale serve", None),
        ("docker serve 3000", None),
    ],
)
def test_a_command_opens_a_port(text: str, expected: Served | None) -> None:
    name, *_ = words = text.split()
    assert served(name, words) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tailscale funnel 8443 on", 8443),
        ("tailscale funnel 443 off", None),
        ("tailscale funnel on", None),
        ("tailscale serve 443 on", None),
    ],
)
def test_a_funnel_was_once_opened_by_a_command_of_its_own(text: str, expected: int | None) -> None:
    assert opened(text.split()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000", Target("http", "127.0.0.1", 3000)),
        ("localhost:3000", Target("http", "localhost", 3000)),
        ("https+insecure://10.0.0.5/x", Target("https+insecure", "10.0.0.5", 443)),
        ("tcp://[::1]:22", Target("tcp", "::1", 22)),
        ("app", Target("http", "app", 80)),
        ("/srv/files", None),
        ("text:hello", None),
    ],
)
def test_a_target_leads_to_a_host_and_a_port(text: str, expected: Target | None) -> None:
    assert target_of(text) == expected


WORDS = st.sampled_from(
    ["serve", "funnel", "--https", "--tcp=", "--set-path", "--", "-", "", "3000", "tcp:", "on"]
)


@given(st.lists(WORDS | st.text(max_size=8), max_size=6))
@settings(max_examples=200, deadline=None)
def test_any_words_are_taken(words: list[str]) -> None:
    found = served("tailscale", ["tailscale", *words])
    assert found is None or 1 < found.target <= len(words)


@given(st.text(alphabet="ab1:/[].-+", max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_target_is_taken(text: str) -> None:
    found = target_of(text)
    assert found is None or (found.host and 0 < found.port < 65536)
