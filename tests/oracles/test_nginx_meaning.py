"""What a running nginx answers, on a socket that no network reaches, and what we say that it would."""

import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path

import pytest

from compolint.load.nginx.configuration import Configuration, every
from compolint.load.nginx.files import read
from compolint.load.nginx.locations import answer
from compolint.load.nginx.scope import held
from compolint.tree import FolderTree
from tests.oracles.nginx import HTTP, program


@contextmanager
def running(text: str, folder: Path) -> Iterator[Configuration]:
    """An nginx that answers by a configuration, and what we make of that."""
    command = [program(), "-e", "stderr", "-p", str(folder), "-c", "nginx.conf"]
    command += ["-g", f"pid {folder}/pid; daemon off; master_process off;"]
    folder.joinpath("nginx.conf").write_text(text)
    configuration = read(FolderTree(str(folder)), "nginx.conf")
    assert configuration is not None
    assert configuration.faults == ()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(500):
                if process.poll() is not None or answers(folder):
                    break
                time.sleep(0.01)
            assert process.poll() is None
            yield configuration
        finally:
            process.terminate()


def answers(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(folder / "socket")) == 0


def asked(path: str, folder: Path) -> list[str]:
    """The lines of the answer for a path."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(folder / "socket"))
        client.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b"")).decode().split("\r\n")


@pytest.fixture
def folder() -> Iterator[Path]:
    # the path of a socket has 107 bytes at most
    short = Path("/tmp") / f"nginx-{random.getrandbits(48):x}"
    short.mkdir()
    yield short
    shutil.rmtree(short)


ROOTS = ["/", "/a", "/a/", "/ab", "/a/b", "/b", "/a/b/c"]
MORE = ["", "/", "a", "b", "/a", "/b", ".a"]
PATTERNS = ["a", "b$", "^/a", r"/\.", "c", "(?!/a)/b", "[bc]{2}", "A/B"]
PATHS = ["/", "/a", "/a/", "/ab", "/abc", "/a/b", "/a/b/c", "/b", "/b/a", "/.a", "/a/.b", "/bc", "/A/b", "/x"]


def locations(chance: random.Random, numbers: Iterator[int], around: str = "", depth: int = 0) -> str:
    """Some locations that answer with their numbers, and others inside: only patterns if `around` is one."""
    text, seen = "", set()
    for _ in range(chance.randint(1, 5)):
        kind = chance.choice(["~", "~*"] if around in PATTERNS else ["", "", "", "=", "^~", "~", "~", "~*"])
        is_pattern = kind.startswith("~")
        path = chance.choice(PATTERNS) if is_pattern else around + chance.choice(MORE if around else ROOTS)
        if not is_pattern and (path, kind == "=") in seen:
            continue
        seen.add((path, kind == "="))
        has_more = depth < 2 and kind != "=" and chance.random() < 0.4
        inside = locations(chance, numbers, path, depth + 1) if has_more else ""
        text += f'location {kind} "{path}" {{ return 200 "{next(numbers)}"; {inside} }}\n'
    return text


def test_the_same_location_answers(folder: Path) -> None:
    chance = random.Random(1)
    servers = "".join(
        f"server {{ listen unix:socket; server_name s{number}; {locations(chance, count())} }}\n"
        for number in range(400)
    )
    answered = 0
    with running(f"{HTTP} server_names_hash_max_size 8192; {servers} }}", folder) as configuration:
        for number, server in enumerate(configuration.named("server")):
            for path in PATHS:
                status, *_, body = asked(f"http://s{number}{path}", folder)
                found = answer(server, path)
                assert found.undecided == ()
                if found.location is None:
                    assert "404" in status
                    continue
                (given,) = found.location.statement.named("return")
                assert body == given.texts[1], f"{path} {server.directive.span}"
                answered += 1
    assert answered > 2500


LEVELS = ["add_header A a always;", "add_header B b always; add_header C c always;", ""]


def test_the_same_headers_hold(folder: Path) -> None:
    servers = "".join(
        f"server {{ listen unix:socket; server_name s{number}; {outer} location / {{ {inner} return 404;"
        f" location /a {{ {innermost} if ($uri = /a) {{ {condition} return 204; }} return 403; }} }} }}\n"
        for number, (outer, inner, innermost, condition) in enumerate(product(LEVELS, repeat=4))
    )
    text = f"{HTTP} server_names_hash_max_size 8192; {LEVELS[0]} {servers} }}"
    with running(text, folder) as configuration:
        for number, server in enumerate(configuration.named("server")):
            outer, inner, condition = (each for each in every((server,)) if each.name in ("location", "if"))
            for path, block in {"/": outer, "/ab": inner, "/a": condition}.items():
                headers = held(configuration, block, "add_header").statements
                said = [line for line in asked(f"http://s{number}{path}", folder) if line[1:2] == ":"]
                assert said == [f"{name}: {value}" for name, value, _ in (each.texts for each in headers)]


def test_files_are_included_in_the_same_order(folder: Path) -> None:
    names = ["b", "a", "B", "_", "-", "10", "9", "é", "a.b", "a-b", ".a", "A~"]
    folder.joinpath("d").mkdir()
    for name in names:
        folder.joinpath(f"d/{name}.conf").write_text(f"add_header X {len(name)}{name.encode().hex()};")
    text = f"{HTTP} server {{ listen unix:socket; include d/*.conf; location / {{ return 204; }} }} }}"
    with running(text, folder) as configuration:
        (server,) = configuration.named("server")
        expected = [f"X: {header.texts[1]}" for header in server.named("add_header")]
        assert [line for line in asked("/", folder) if line.startswith("X:")] == expected
        assert len(expected) == len(names) - 1
