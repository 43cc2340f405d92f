"""The sockets that a running nginx has in a network of its own, and those that we say it opens."""

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from compolint.config import Config
from compolint.engine import survey
from compolint.model.listener import Listener
from compolint.tree import FolderTree
from tests.oracles.nginx import HTTP, program

# Nginx starts in it, is asked for its sockets, and stops; nothing of that reaches another network.
SCRIPT = """
ip link set lo up && ip address add 10.99.0.1/32 dev lo || exit 3
"$0" -e stderr -p "$1" -c nginx.conf -g "pid $1/pid; user root; daemon off; master_process off;" &
for try in $(seq 100); do
    kill -0 $! || exit 4
    [ -s "$1/pid" ] && break
    sleep 0.02
done
ss -Hlntu
kill $!
"""
ADDRESSES = ["", "*:", "127.0.0.1:", "[::]:", "[::1]:", "localhost:", "0.0.0.0:", "10.99.0.1:"]
ALONE = ["127.0.0.1", "*", "[::1]", "localhost", "10.99.0.1"]
_SOCKET = re.compile(r"^(tcp|udp)\s+\S+\s+\S+\s+\S+\s+(\S+):(\d+)\s", re.M)


@pytest.fixture
def network() -> list[str]:
    unshare = shutil.which("unshare")
    command = [unshare or "unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    works = unshare and shutil.which("ss") and shutil.which("ip")
    if not works or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        if "CI" in os.environ:
            pytest.fail("no network can be made here")
        pytest.skip("no network can be made here")
    return command


def opened(text: str, folder: Path, network: list[str]) -> set[str]:
    folder.joinpath("nginx.conf").write_text(text)
    ended = subprocess.run(
        [*network, "sh", "-c", SCRIPT, program(), str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, (text, ended.stderr)
    return {f"{address}:{port}/{protocol}" for protocol, address, port in _SOCKET.findall(ended.stdout)}


def said(folder: Path) -> set[str]:
    """The sockets of the listeners; one for every address holds those for single ones as well."""
    listeners = survey(FolderTree(str(folder)), Config()).world.of(Listener)
    found: set[tuple[str, int, str]] = set()
    for each in listeners:
        assert each.ports is not None
        address = each.address.text
        found |= {(address, port, each.protocol) for port in each.ports.numbers()}
    return {
        f"{_shown(address)}:{port}/{protocol}"
        for address, port, protocol in found
        if not _is_covered(address, port, protocol, found)
    }


def _is_covered(address: str, port: int, protocol: str, found: set[tuple[str, int, str]]) -> bool:
    wildcard = "::" if ":" in address else "0.0.0.0"
    return bool(address) and address != wildcard and (wildcard, port, protocol) in found


def _shown(address: str) -> str:
    return f"[{address}]" if ":" in address else address or "*"


def server(chance: random.Random) -> str:
    """A server with some sockets; nginx refuses one that asks twice for the same."""
    lines: list[str] = []
    taken: set[tuple[str, int]] = set()
    for _ in range(chance.randint(0, 3)):
        first, count = (
            (80, 1) if chance.random() < 0.2 else (chance.randint(8000, 8005), chance.choice([1, 1, 3]))
        )
        where = chance.choice(ALONE if first == 80 else ADDRESSES)
        host = {"": "0.0.0.0", "*": "0.0.0.0", "localhost": "127.0.0.1"}.get(
            where.rstrip(":"), where.rstrip(":")
        )
        sockets = {(host, first + number) for number in range(count)}
        if not sockets & taken:
            taken |= sockets
            ports = "" if first == 80 else f"{first}-{first + 2}" if count > 1 else str(first)
            lines.append(f"listen {where}{ports};")
    return f"server {{ {' '.join(lines)} }}"


@pytest.mark.parametrize("seed", range(20))
def test_listeners_are_the_sockets_that_nginx_opens(seed: int, tmp_path: Path, network: list[str]) -> None:
    chance = random.Random(seed)
    servers = [server(chance) for _ in range(chance.randint(1, 3))]
    sockets = opened(f"{HTTP} {' '.join(servers)} }}", tmp_path, network)
    assert said(tmp_path) == sockets


@pytest.mark.parametrize(
    "text",
    [
        HTTP + "server { listen [::]:8080 ipv6only=off; } }",
        HTTP + "server { listen [::]:8081 ipv6only=on; listen unix:here; } }",
        HTTP + "server { } }",
        HTTP + "server { listen 8082; } server { listen 127.0.0.1:8082; } }",
        "load_module /usr/lib/nginx/modules/ngx_stream_module.so; events {} stream { server { listen 8083;"
        " proxy_pass 127.0.0.1:1; } server { listen 8084 udp; proxy_pass 127.0.0.1:1; } }",
    ],
)  # fmt: skip
def test_the_options_of_listen_count(text: str, tmp_path: Path, network: list[str]) -> None:
    if "load_module" in text and not Path("/usr/lib/nginx/modules/ngx_stream_module.so").exists():
        pytest.skip("nginx has no streams here")
    sockets = opened(text, tmp_path, network)
    assert said(tmp_path) == sockets
