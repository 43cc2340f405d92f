"""Where a running nginx lets a client end a header, and where we say that it does."""

from pathlib import Path

import pytest

from compolint.config import Config
from compolint.engine import survey
from compolint.model.web import Header
from compolint.tree import FolderTree
from tests.oracles.nginx import HTTP, SERVER
from tests.oracles.test_nginx_meaning import asked, folder, running

__all__ = ["folder"]

ATTACK = "/a/b%0d%0aInjected:%20yes%0d%0aEnd:%20"
LOCATIONS = [
    "return 302 http://h$uri;",
    "return 302 http://h$document_uri;",
    "return 302 http://h$request_uri;",
    "return 302 http://$host/;",
    "return 302 http://h/?a=$arg_a;",
    "return 204; add_header X $uri always;",
    "return 204; add_header X $request_uri always;",
    "set $x $uri; return 302 http://h$x;",
    "set $x a; return 302 http://h$x;",
    "rewrite ^ http://h$uri redirect;",
    "rewrite ^/a/(.*)$ http://h/$1 redirect;",
    "rewrite ^/a/([^.]*)$ http://h/$1 redirect;",
    "rewrite ^/a/([^.]*)$ http://h/$1? permanent;",
    "rewrite ^/a/([a-z]*) http://h/$1 redirect;",
    "if ($uri ~ ^/a/([^.]*)$) { return 302 http://h/$1; }",
    "if ($uri ~ ^/a/(.*)$) { return 302 http://h/$1; } return 204;",
    "if ($request_uri ~ ^/a/([^.]*)$) { return 302 http://h/$1; }",
    "if ($uri ~ ^/a/(?<part>[^.]*)$) { return 302 http://h/$part; }",
    r"if ($uri ~ ^/a/(\w*)) { return 302 http://h/$1; }",
    r"if ($uri ~ ^/a/(b\s*)) { set $y $1; } return 302 http://h/$y-;",
    "return 302 http://h/$from_table;",
    "return 302 http://h/$constant;",
]
TABLES = (
    "map $uri $from_table { default x; ~^/a/(?<t>[^.]*)$ $t; }"
    " map $uri $constant { default x; ~^/a/[^.]*$ y; }"
)
PLACES = ["location /", "location = /a/b", "location ~ ^/a/(.*)", "location ~ ^/a/([^.]*)$"]


def injects(location: str, folder: Path) -> tuple[bool, bool]:
    """Whether the client's line becomes a header, and whether we say that it can."""
    text = f"{HTTP} {TABLES} {SERVER} {location} }} }}"
    with running(text, folder):
        lines = asked(ATTACK, folder)
    headers = survey(FolderTree(str(folder)), Config()).world.of(Header)
    return any(line.startswith("Injected:") for line in lines), any(each.from_client for each in headers)


@pytest.mark.parametrize("statements", LOCATIONS)
def test_a_client_ends_the_headers_that_we_name(statements: str, folder: Path) -> None:
    really, said = injects(f"location / {{ {statements} }}", folder)
    # A single line end is no header, but no text that should be in one.
    assert said == really or (said and r"\s*" in statements)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", ["$uri", "$1"])
def test_the_path_of_a_location_limits_what_a_client_can_say(place: str, value: str, folder: Path) -> None:
    if value == "$1" and "(" not in place:
        return
    really, said = injects(f"{place} {{ return 302 http://h/{value}; }}", folder)
    assert said == really
