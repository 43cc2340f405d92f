"""`compolint exposure`, as its users see it."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import cli
from compolint.report import Options
from compolint.report.exposure import FORMATS, render
from compolint.report.exposure.shown import Byway, Gate, Lane, Outward, Reason, Shown, Verdict
from compolint.report.shown import Files
from compolint.text import Span
from compolint.tree import MemoryTree
from tests.test_start import imported

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schemas/exposure.json").read_text(encoding="utf-8"))
CHANGES = json.loads((ROOT / "schemas/exposure-changes.json").read_text(encoding="utf-8"))
ZONES = ("internet", "tailnet", "lan", "containers", "host")
COMPOSE = """\
services:
  web:
    image: nginx:1.29
    ports: ["8080:80", "9000-9002:9000-9002/udp"]
  db:
    image: postgres:17
    ports: ["127.0.0.1:5432:5432"]
  api:
    image: api:1
    ports: ["${BIND}:3000:3000"]
  job:
    image: job:1
    ports: ["80"]
"""
TABLE = """\
PORT           SERVICE  BINDING    CLOUD  FIREWALL  ENGINE    REACHED BY
8080/tcp       web      *          none   none      forwards  everybody
9000-9002/udp  web      *          none   none      forwards  everybody
5432/tcp       db       127.0.0.1  none   none      forwards  host
3000/tcp       api      ${BIND}    none   none      forwards  internet?, tailnet?, lan?,
                                                              containers?, host [1]
random/tcp     job      *          none   none      forwards  everybody

[1] internet, tailnet, lan, containers: `${BIND}`, its address, is not known here; published on
    every interface

*: every interface; none: no file declares one; ?: the files leave it open

FROM NETWORK  OF                 TO INTERNET  TO 169.254.169.254
default       web, db, api, job  open         open

169.254.169.254: where clouds hand a machine its credentials

The internet reaches 3 of 5 ports: 8080/tcp, 9000-9002/udp, random/tcp; undecided for 1 of 5 ports:
  3000/tcp
"""
SITES = "a.example.org {\n\treverse_proxy 127.0.0.1:3000\n}\nb.example.org {\n\trespond hi\n}\n"
HOSTILE = "<img src=x onerror=alert(1)>|`${x}`]]>\x1b[2J\n##[command] \u202e&quot;"
SS = 'tcp LISTEN 0 128 {} 0.0.0.0:* users:(("{}",pid=7,fd=3))\n'
PS = "NAMES  PORTS\n"


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the command in a project of the given files."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str, files: dict[str, str] | None = None) -> Ended:
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        code = cli.run(("exposure", *arguments))
        return Ended(code, *capsys.readouterr())

    return run


def flat(out: str) -> str:
    """Words that were wrapped, in one line."""
    return " ".join(out.split())


def listed(socket: str, process: str = "node") -> str:
    return SS.format(socket, process)


# The table


def test_the_table_tells_of_each_port_layer_by_layer_who_reaches_it(call: Call) -> None:
    ended = call(files={"compose.yaml": COMPOSE})
    assert (ended.code, ended.out, ended.err) == (0, TABLE, "")


def test_the_table_fits_into_80_columns(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ended = call(files={"compose.yaml": COMPOSE.replace("  web:", f"  {'very-' * 20}long-name:")})
    assert max(map(len, ended.out.splitlines())) <= 80
    assert "very-very-" in ended.out


def test_a_narrow_table_wraps_between_names_before_it_cuts_one_off(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    sites = SITES.replace("a.example", "shop1.example")
    compose = DB.replace("127.0.0.1", "${A}")
    out = call(files={"Caddyfile": sites, "compose.yaml": compose}).out
    assert max(map(len, out.splitlines())) <= 80
    assert "\n443/tcp   shop1.example.org,  " in out
    assert "\n          b.example.org\n" in out


def test_sites_of_one_web_server_are_one_row(call: Call) -> None:
    ended = call("--format", "json", files={"Caddyfile": SITES})
    rows = {row["port"]: row["owner"] for row in json.loads(ended.out)["listeners"]}
    assert rows[443] == "a.example.org, b.example.org"


def test_another_way_to_a_service_stands_below_its_row(call: Call) -> None:
    compose = 'services:\n  api:\n    image: api:1\n    ports: ["127.0.0.1:3000:3000"]\n'
    ended = call(files={"compose.yaml": compose, "Caddyfile": SITES})
    assert "\n    also through a.example.org (caddy, TLS, without a login)\n" in ended.out


def test_what_is_to_be_said_of_several_ports_is_said_once(call: Call) -> None:
    compose = COMPOSE.replace('"${BIND}:3000:3000"', '"${BIND}:3000:3000", "${BIND}:3001:3001"')
    sites = SITES.replace("respond hi", "reverse_proxy /x 127.0.0.1:5432\n\treverse_proxy 127.0.0.1:5432")
    sites = sites.replace(":3000", ":5432")
    out = call(files={"compose.yaml": compose, "Caddyfile": sites}).out
    assert flat(out).count("host [1]") == 2
    assert out.count("is not known here") == 1
    assert out.count("also through") == 1
    assert "    also through a.example.org, b.example.org (caddy, TLS, without a login)\n" in out


def test_what_containers_reach_stands_below_their_file_where_there_are_several(
    call: Call, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
    out = call(files={"one/compose.yaml": DB, "two/compose.yaml": DB.replace("5432", "5433")}).out
    _, egress = out.split("FROM NETWORK")
    assert [line.split()[0] for line in egress.splitlines()[1:5]] == [
        "one/compose.yaml",
        "default",
        "two/compose.yaml",
        "default",
    ]


RULES = """\
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp --dport 22 -j ACCEPT
COMMIT
"""


def test_a_published_port_bypasses_the_firewall_that_holds_one_of_the_host(call: Call) -> None:
    compose = 'services:\n  api:\n    image: api:1\n    ports: ["3000:3000"]\n'
    files = {
        "compose.yaml": compose,
        "Caddyfile": "a.example.org {\n}\n",
        "rules.v4": RULES,
        "rules.v6": RULES,
    }
    out = call(files=files).out
    assert re.search(r"^3000/tcp +api +\* +none +bypassed +forwards +internet, ", out, re.MULTILINE)
    assert re.search(r"^443/tcp +a.example.org +\* +none +holds +– +host \[1\]$", out, re.MULTILINE)
    assert "\n[1] one layer holds it: the host firewall\n" in out
    picture = call("--format", "svg").out
    assert picture.count("a18 11 0 0 1 36 0") == 1
    held = call("--why", "443").out
    assert "the policy of INPUT drops what no rule decides" in held
    assert "\n  2 | :INPUT DROP [0:0]\n" in held


def test_of_several_files_each_row_stands_below_its_own(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
    lines = call(
        files={"one/compose.yaml": DB, "two/compose.yaml": DB.replace("5432", "5433")}
    ).out.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == [
        "one/compose.yaml",
        "5432/tcp",
        "two/compose.yaml",
        "5433/tcp",
    ]


def test_pictures_tell_services_of_one_name_apart(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
    files = {"one/compose.yaml": DB, "two/compose.yaml": DB.replace("5432", "5433")}
    chart = call("--format", "mermaid", files=files).out
    assert chart.count("db of one/compose.yaml<br/>") == chart.count("db of two/compose.yaml<br/>") == 1
    picture = call("--format", "svg").out
    assert chart.count("containers of network default of one/compose.yaml<br/>") == 1
    assert re.findall(r">(one|two)/compose.yaml<", picture) == ["one", "two", "one", "two"]
    assert "of one" not in call("--format", "mermaid", "one").out
    assert ">compose.yaml<" not in call("--format", "svg", "one").out


def test_colours_are_those_of_a_scan(call: Call) -> None:
    ended = call("--color", "always", files={"compose.yaml": COMPOSE})
    assert "\x1b[1;31meverybody\x1b[0m" in ended.out
    assert re.sub(r"\x1b\[[0-9;]*m", "", ended.out) == TABLE


def test_the_last_line_names_the_machines_where_there_are_several(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
    wide = DB.replace("127.0.0.1:", "")
    files = {
        "compolint.toml": '[hosts.vps1]\npaths = ["one/**"]\n\n[hosts.vps2]\npaths = ["two/**"]\n',
        "one/compose.yaml": wide,
        "two/compose.yaml": wide,
    }
    assert call(files=files).out.endswith("reaches 2 of 2 ports: 5432/tcp on vps1, 5432/tcp on vps2\n")


def test_zones_of_the_configuration_are_among_those_who_reach_a_port(call: Call) -> None:
    files = {
        "compolint.toml": '[zones."the <office>"]\nsources = ["10.8.0.0/24"]\n',
        "compose.yaml": COMPOSE,
    }
    ended = call(files=files)
    assert re.search(r"internet\?, tailnet\?, lan\?, containers\?, +host, the <office>\?", flat(ended.out))
    told = json.loads(call("--format", "json").out)
    jsonschema.validate(told, SCHEMA)
    assert [row["zones"]["the <office>"] for row in told["listeners"]][-3:] == ["closed", "undecided", "open"]
    assert "the &lt;office>, undecided" not in call("--format", "markdown").out
    for format in ("svg", "html"):
        assert ">the &lt;office&gt;</" in call("--format", format).out
    assert "the #60;office#62;" in call("--format", "mermaid").out
    assert "containers, the <office>: closed\n" in call("--why", "5432").out


def test_what_is_told_of_the_machines_is_grouped_by_them(call: Call) -> None:
    files = {
        "compolint.toml": '[hosts.vps1]\npaths = ["compose.yaml"]\n',
        "compose.yaml": COMPOSE,
    }
    assert call(files=files).out.startswith("host vps1\nPORT")


# Why


def test_why_tells_for_each_zone_the_reasons_with_their_lines(call: Call) -> None:
    ended = call("--why", "5432", files={"compose.yaml": COMPOSE})
    assert ended.code == 0
    assert ended.out == (
        "5432/tcp of db, bound to 127.0.0.1 (compose.yaml:7)\n"
        "\n"
        "internet, tailnet, lan, containers: closed\n"
        "  1. bound to the loopback, where only the host itself asks\n"
        "   --> compose.yaml:7:14\n"
        "    |\n"
        '  7 |     ports: ["127.0.0.1:5432:5432"]\n'
        "    |              ^^^^^^^^^\n"
        "    |\n"
        "\n"
        "host: open (IPv4 only)\n"
        "  1. published on 127.0.0.1\n"
        "   --> compose.yaml:7:14\n"
        "    |\n"
        '  7 |     ports: ["127.0.0.1:5432:5432"]\n'
        "    |              ^^^^^^^^^\n"
        "    |\n"
        "\n"
        "The internet reaches none of 1 port\n"
    )


CLOUD = """\
resource "hcloud_firewall" "server" {
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "5432"
    source_ips = ["0.0.0.0/0", "::/0"]
  }
}
"""


def test_why_begins_with_the_cloud_s_rule_for_those_who_pass_it(call: Call) -> None:
    files = {"compose.yaml": DB.replace("127.0.0.1:", ""), "main.tf": CLOUD}
    out = call("--why", "5432", files=files).out
    assert (
        "internet, tailnet, lan: open\n"
        "  1. from the internet: hcloud_firewall.server lets everybody in\n"
        "   --> main.tf:6:19\n"
        "    |\n"
        '  6 |     source_ips = ["0.0.0.0/0", "::/0"]\n'
        "    |                   ^^^^^^^^^^^\n"
        "    |\n"
        "  2. published on every interface\n"
    ) in out
    because = json.loads(call("--format", "json").out)["listeners"][0]["because"]
    assert [each["path"] for each in because["internet"]][:2] == ["main.tf", "compose.yaml"]
    assert because["lan"] == because["internet"][1:]


def test_a_comment_at_the_head_of_a_file_is_not_quoted_as_a_reason(call: Call, tmp_path: Path) -> None:
    ufw = tmp_path / "etc/ufw"
    ufw.mkdir(parents=True)
    ufw.joinpath("ufw.conf").write_text("# /etc/ufw/ufw.conf\nENABLED=yes\n")
    ufw.joinpath("user.rules").write_text("*filter\n:ufw-user-input - [0:0]\nCOMMIT\n")
    out = call("--why", "443", files={"Caddyfile": SITES}).out
    assert "   --> etc/ufw/ufw.conf:1:1\n" in out
    assert "# /etc/ufw/ufw.conf" not in out


@pytest.mark.parametrize(("why", "code"), [("9001/udp", 0), ("9001/tcp", 3), ("9001", 0), ("1", 3)])
def test_why_is_about_one_port_of_one_protocol_or_of_all(call: Call, why: str, code: int) -> None:
    ended = call("--why", why, files={"compose.yaml": COMPOSE})
    assert ended.code == code
    if code:
        assert ended.out == ""
        assert ended.err == (
            f"compolint: no file here opens {why};"
            " there is 8080/tcp, 9000-9002/udp, 5432/tcp, 3000/tcp, random/tcp\n"
        )


@pytest.mark.parametrize("why", ["x", "80/", "-1", "٣"])
def test_what_is_no_port_is_wrong_usage(call: Call, why: str) -> None:
    assert call(f"--why={why}", files={"compose.yaml": COMPOSE}).code == 2


# For programs


def test_each_port_of_a_range_is_a_listener(call: Call) -> None:
    ended = call("--format", "json", files={"compose.yaml": COMPOSE})
    told = json.loads(ended.out)
    jsonschema.validate(told, SCHEMA)
    assert [(row["owner"], row["port"], row["protocol"]) for row in told["listeners"]] == [
        ("web", 8080, "tcp"), ("web", 9000, "udp"), ("web", 9001, "udp"), ("web", 9002, "udp"),
        ("db", 5432, "tcp"), ("api", 3000, "tcp"), ("job", None, "tcp"),
    ]  # fmt: skip


def test_a_listener_is_described_with_its_reasons(call: Call) -> None:
    ended = call("--format", "json", "--why", "5432", files={"compose.yaml": COMPOSE})
    (row,) = json.loads(ended.out)["listeners"]
    bound = [
        {
            "message": "bound to the loopback, where only the host itself asks",
            "path": "compose.yaml",
            "line": 7,
        }
    ]
    published = [{"message": "published on 127.0.0.1", "path": "compose.yaml", "line": 7}]
    assert {key: row[key] for key in [*row][:8]} == {
        "owner": "db",
        "address": "127.0.0.1",
        "port": 5432,
        "protocol": "tcp",
        "path": "compose.yaml",
        "line": 7,
        "zones": {**dict.fromkeys(ZONES, "closed"), "host": "open"},
        "because": {**dict.fromkeys(ZONES, bound), "host": published},
    }
    assert row["families"]["host"] == ["ipv4"]
    assert [layer["state"] for layer in row["layers"]] == ["absent", "absent", "passes", "holds"]


def test_several_formats_go_to_several_files(call: Call, tmp_path: Path) -> None:
    ended = call(
        "--format", "json", *(f"--output={name}=out.{name}" for name in FORMATS if name != "json"),
        files={"compose.yaml": COMPOSE},
    )  # fmt: skip
    assert (ended.code, json.loads(ended.out)["version"]) == (0, 1)
    assert tmp_path.joinpath("out.text").exists()
    assert tmp_path.joinpath("out.mermaid").read_text(encoding="utf-8").startswith("flowchart LR\n")
    ElementTree.parse(tmp_path / "out.svg")


# Exit codes


def test_a_project_without_ports_has_nothing_to_show(call: Call) -> None:
    ended = call(files={"compose.yaml": "services:\n  a:\n    image: a:1\n"})
    assert (ended.code, ended.err) == (3, "compolint: nothing to show: no file here opens a port\n")
    assert call("--allow-empty").code == 0


def test_a_file_that_is_not_understood_makes_the_table_incomplete(call: Call) -> None:
    ended = call(files={"compose.yaml": COMPOSE, "compose.prod.yaml": "services: [\n"})
    assert ended.code == 1
    assert "\nINCOMPLETE: compose.prod.yaml:" in ended.out
    assert "what stands there is not in this report" in flat(ended.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--before", "a.txt"),
        ("--before", "a.txt", "--after", "a.txt", "--captured", "a.txt"),
        ("--captured", "a.txt", "--why", "80"),
        ("--before", "a.txt", "--after", "a.txt", "--format", "svg"),
        ("--output", "pdf"),
        ("nowhere",),
        ("--captured", "nowhere"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(call: Call, arguments: tuple[str, ...]) -> None:
    assert call(*arguments, files={"a.txt": listed("0.0.0.0:80")}).code == 2


# Two captures


def compared(call: Call, before: str, after: str, *arguments: str) -> Ended:
    return call("--before", "a.txt", "--after", "b.txt", *arguments, files={"a.txt": before, "b.txt": after})


def test_the_same_capture_twice_has_no_difference(call: Call) -> None:
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22"))
    assert (ended.code, ended.out) == (0, "Compared a.txt with b.txt: no difference\n")


def test_a_new_wildcard_binding_is_to_be_reverted(call: Call) -> None:
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22") + listed("*:3000"))
    assert ended.code == 1
    assert flat(ended.out).startswith(
        "new: node listens on every interface, port 3000/tcp, and did not before: revert it, or list 3000 as"
        " public-ports in the configuration --> b.txt:2:18"
    )
    assert ended.out.endswith("\nFailed: 1 port stands open that nobody approved\n")


def test_a_wildcard_binding_in_the_place_of_a_loopback_one_fails_too(call: Call) -> None:
    ended = compared(call, listed("127.0.0.1:5432"), listed("0.0.0.0:5432"))
    assert ended.code == 1
    assert "node listens on every interface, port 5432/tcp, before on 127.0.0.1: revert it" in ended.out


def test_a_wildcard_binding_of_the_other_family_is_new(call: Call) -> None:
    ended = compared(call, listed("0.0.0.0:80"), listed("0.0.0.0:80") + listed("[::]:80"))
    assert ended.code == 1
    assert "every interface, port 80/tcp by IPv6, and did not before" in ended.out


def test_a_container_is_named_where_its_proxy_holds_the_port(call: Call) -> None:
    after = f"{listed('0.0.0.0:5432', 'docker-proxy')}{PS}db     0.0.0.0:5432->5432/tcp\n"
    ended = compared(call, listed("0.0.0.0:22"), after)
    assert "db listens on every interface, port 5432/tcp, and did not before" in ended.out
    assert "docker-proxy listens" not in ended.out


def test_a_port_that_the_configuration_lists_may_be_public(call: Call) -> None:
    files = {"compolint.toml": "public-ports = [443]\n"}
    call(files=files)
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22") + listed("0.0.0.0:443", "caddy"))
    assert ended.code == 0
    assert "as the configuration says that it may" in flat(ended.out)


@pytest.mark.parametrize("socket", ["127.0.0.1:9", "100.64.0.7:9", "192.168.1.5:9", "0.0.0.0%tailscale0:9"])
def test_a_new_binding_to_one_address_that_is_not_public_is_told_only(call: Call, socket: str) -> None:
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22") + listed(socket))
    assert ended.code == 0
    assert ended.out.startswith("new: node listens on ")


def test_a_new_binding_to_a_public_address_fails(call: Call) -> None:
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22") + listed("203.0.113.7:9"))
    assert ended.code == 1


def test_a_port_of_udp_that_its_system_chooses_anew_is_no_new_door(call: Call) -> None:
    before, after = (
        f'udp UNCONN 0 0 0.0.0.0:{port} 0.0.0.0:* users:(("avahi-daemon",pid=7,fd=3))\n'
        for port in (40001, 50001)
    )
    ended = compared(call, before, after)
    assert ended.code == 0
    assert "every interface, port 50001/udp, before on port 40001: its system chooses it anew" in flat(
        ended.out
    )
    assert "gone" not in ended.out
    assert compared(call, before, before + after).code == 1
    assert compared(call, before, after.replace("avahi-daemon", "nc")).code == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("203.0.113.7:9", "0.0.0.0:9"),
        ("0.0.0.0%eth0:9", "0.0.0.0:9"),
        ("203.0.113.7:9", "203.0.113.8:9"),
        ("0.0.0.0:9", "[2001:db8::1]:9"),
    ],
)
def test_a_wider_binding_than_a_wide_one_fails(call: Call, before: str, after: str) -> None:
    ended = compared(call, listed(before), listed(after))
    assert (ended.code, ended.out.startswith("changed: ")) == (1, True)


@pytest.mark.parametrize(("before", "after"), [("0.0.0.0:9", "203.0.113.7:9"), ("*:9", "0.0.0.0%eth0:9")])
def test_a_narrower_binding_does_not_fail(call: Call, before: str, after: str) -> None:
    assert compared(call, listed(before), listed(after)).code == 0


def test_a_port_of_udp_that_moves_hides_no_port_of_tcp(call: Call) -> None:
    udp = 'udp UNCONN 0 0 {} 0.0.0.0:* users:(("node",pid=7,fd=3))\n'
    before, after = udp.format("0.0.0.0:40001"), udp.format("0.0.0.0:50001")
    assert compared(call, before, after).code == 0
    assert compared(call, before, after + listed("0.0.0.0:50001")).code == 1
    assert compared(call, before, after + udp.format("[::]:50001")).code == 1


def test_what_is_gone_and_who_took_a_port_over_is_told(call: Call) -> None:
    ended = compared(
        call, listed("127.0.0.1:1") + listed("0.0.0.0:2", "caddy"), listed("0.0.0.0:2", "nc")
    )  # fmt: skip
    assert ended.code == 0
    assert "changed: nc listens on every interface, port 2/tcp, which was caddy's" in ended.out
    assert "gone: node no longer listens on 127.0.0.1, port 1/tcp" in ended.out


@pytest.mark.parametrize("after", ["", "done\n"])
def test_a_capture_without_any_listener_is_no_proof_that_all_is_well(call: Call, after: str) -> None:
    ended = compared(call, listed("0.0.0.0:22", "sshd"), after)
    assert (ended.code, ended.err) == (3, "compolint: nothing to compare: the capture shows no listener\n")
    assert "Unlike" not in ended.out
    assert "Nothing to compare: a.txt with b.txt, and no listener is shown" in ended.out
    assert compared(call, listed("0.0.0.0:22", "sshd"), after, "--allow-empty").code == 0


def test_captures_of_different_programs_are_compared_with_a_hint(call: Call) -> None:
    ended = compared(call, f"{PS}db     0.0.0.0:5432->5432/tcp\n", listed("0.0.0.0:5432", "docker-proxy"))
    assert ended.code == 0
    assert "Unlike: a.txt has nothing of ss, so all that b.txt shows by it is new" in ended.out


def test_a_line_that_is_cut_off_fails(call: Call) -> None:
    ended = compared(call, listed("0.0.0.0:22"), listed("0.0.0.0:22") + "tcp LISTEN 0 128 0.0.0.0:")
    assert ended.code == 1
    assert "INCOMPLETE: b.txt:2: " in ended.out


def test_captures_that_show_nothing_are_nothing_to_compare(call: Call) -> None:
    assert compared(call, PS, PS).code == 3


def test_a_comparison_is_told_to_programs(call: Call) -> None:
    told = json.loads(compared(call, PS, listed("*:3000"), "--format", "json").out)
    jsonschema.validate(told, CHANGES)
    (difference,) = told["differences"]
    assert (told["failing"], difference["kind"], difference["fails"]) == (1, "new", True)
    assert (difference["owner"], difference["path"], difference["line"]) == ("node", "b.txt", 1)


def test_a_comparison_as_a_comment_begins_with_the_verdict_and_what_fails(call: Call) -> None:
    after = listed("127.0.0.1:9090", "prometheus") + listed("*:3000")
    out = compared(call, listed("127.0.0.1:9090", "prometheus"), after, "--format", "markdown").out
    assert out == (
        "## Exposure: a.txt with b.txt\n\n"
        "🔴 **Failed: 1 port stands open that nobody approved**\n\n"
        "| | | what | where |\n"
        "|---|---|---|---|\n"
        "| 🔴 | new | node listens on every interface, port 3000/tcp, and did not before: revert it, or list"
        " 3000 as public-ports in the configuration | b.txt:2 |\n"
    )
    assert compared(call, after, after, "--format", "markdown").out == (
        "## Exposure: a.txt with b.txt\n\n🟢 **Compared a.txt with b.txt: no difference**\n"
    )


def test_a_comparison_is_no_longer_than_a_comment_may_be(call: Call) -> None:
    many = "".join(listed(f"127.0.0.1:{port}") for port in range(1, 2000)) + listed("*:3000")
    out = compared(call, PS, many, "--format", "markdown").out
    assert len(out) < 65_536
    assert "🔴" in out.splitlines()[6]
    assert re.search(r"^\| \| \| and \d{4} more, for which there is no room here", out, re.MULTILINE)


@pytest.mark.parametrize("format", ["mermaid", "svg", "html"])
@pytest.mark.parametrize("option", ["--format={}", "--output={}=out"])
def test_a_comparison_is_no_picture_and_says_so(call: Call, format: str, option: str) -> None:
    ended = compared(call, PS, PS, option.format(format))
    assert ended.code == 2
    assert f"{format} shows what files declare; a comparison is told as text, json, markdown" in ended.err


def test_ranges_of_many_ports_cost_what_one_port_costs(call: Call) -> None:
    many = "".join(f"db{n}     0.0.0.0:{n}-65535->{n}-65535/tcp\n" for n in range(1, 1000))
    assert compared(call, PS + many, PS + many).code == 0


# A capture against the files


def held(call: Call, compose: str, captured: str, *arguments: str) -> Ended:
    return call("--captured", "ss.txt", *arguments, files={"compose.yaml": compose, "ss.txt": captured})


DB = 'services:\n  db:\n    image: postgres:17\n    ports: ["127.0.0.1:5432:5432"]\n'


def test_what_runs_as_it_is_declared_is_no_difference(call: Call) -> None:
    ended = held(call, DB, listed("127.0.0.1:5432", "docker-proxy"))
    assert (ended.code, ended.out) == (0, "Compared ss.txt with what the files declare: no difference\n")


def test_a_wider_binding_than_the_declared_one_fails(call: Call) -> None:
    ended = held(call, DB, listed("0.0.0.0:5432", "docker-proxy"))
    assert ended.code == 1
    assert "listens on every interface, port 5432/tcp, but is declared on 127.0.0.1: revert it" in flat(
        ended.out
    )


def test_a_narrower_binding_than_the_declared_one_is_told(call: Call) -> None:
    ended = held(call, DB.replace("127.0.0.1:", ""), listed("127.0.0.1:5432", "docker-proxy"))
    assert ended.code == 0
    assert "other address: docker-proxy listens on 127.0.0.1" in ended.out


def test_what_no_file_declares_fails_where_strangers_reach_it(call: Call) -> None:
    known = listed("127.0.0.1:5432", "docker-proxy")
    ended = held(call, DB, known + listed("0.0.0.0:4444", "nc") + listed("127.0.0.1:631", "cupsd"))
    assert ended.code == 1
    assert "undeclared: nc listens on every interface, port 4444/tcp, and no file declares it" in ended.out
    assert "undeclared: cupsd listens on 127.0.0.1, port 631/tcp, and no file declares it\n" in ended.out
    assert "Failed: 1 port stands open" in ended.out


@pytest.mark.parametrize(
    ("compose", "captured", "kinds"),
    [
        (0, "127.0.0.1:5432", []),
        (0, "0.0.0.0:5432", ["other address"]),
        (0, "0.0.0.0:1", ["undeclared", "not running"]),
        (1, "0.0.0.0:5432", ["undecided"]),
        (2, "0.0.0.0:5432", ["undecided"]),
    ],
)
def test_what_a_capture_shows_is_told_to_programs(
    call: Call, compose: int, captured: str, kinds: list[str]
) -> None:
    text = (DB, DB.replace("127.0.0.1", "${BIND}"), DB.replace(":5432:", ":${PORT}:"))[compose]
    told = json.loads(held(call, text, listed(captured, "docker-proxy"), "--format", "json").out)
    jsonschema.validate(told, CHANGES)
    assert [each["kind"] for each in told["differences"]] == kinds
    assert bool(told["unseen"]) == (compose == 2)


def test_what_is_declared_and_does_not_run_is_told(call: Call) -> None:
    ended = held(call, DB, listed("127.0.0.1:22", "sshd"))
    assert ended.code == 0
    assert "not running: db declares 5432/tcp on 127.0.0.1, and nothing listens there" in ended.out


def test_of_ports_that_docker_cannot_show_nothing_is_said_but_that(call: Call) -> None:
    ended = call(
        "--captured", "ps.txt",
        files={"Caddyfile": SITES, "ps.txt": f"{PS}db     127.0.0.1:5432->5432/tcp\n", "compose.yaml": DB},
    )  # fmt: skip
    assert ended.code == 0
    assert "not running" not in ended.out
    assert "docker shows no programs of the host, nor those of host-network services" in flat(ended.out)


def test_an_address_that_the_files_leave_open_is_undecided(call: Call) -> None:
    ended = held(call, DB.replace("127.0.0.1", "${BIND}"), listed("0.0.0.0:5432", "docker-proxy"))
    assert ended.code == 0
    assert "undecided: docker-proxy listens on every interface, port 5432/tcp, and its files" in ended.out


def test_a_port_that_docker_chose_belongs_to_its_service(call: Call) -> None:
    compose = 'services:\n  web:\n    image: nginx:1.29\n    ports: ["80"]\n'
    ended = held(call, compose, f"{PS}shop-web-1  0.0.0.0:49153->80/tcp\n")
    assert (ended.code, ended.out) == (0, "Compared ss.txt with what the files declare: no difference\n")


def test_a_port_that_docker_chose_is_held_to_its_address(call: Call) -> None:
    compose = 'services:\n  web:\n    image: nginx:1.29\n    ports: ["127.0.0.1::80"]\n'
    ended = held(call, compose, f"{PS}shop-web-1  0.0.0.0:49153->80/tcp\n")
    assert ended.code == 1
    assert "but is declared on 127.0.0.1" in flat(ended.out)


def test_of_a_port_that_the_files_leave_open_nothing_is_said_but_that(call: Call) -> None:
    ended = held(call, DB.replace(":5432:", ":${PORT}:"), listed("0.0.0.0:5432", "docker-proxy"))
    assert ended.code == 0
    assert "may be a port whose number the files leave open" in flat(ended.out)
    assert "Unseen: 1 declared port may be open or not: the files leave open which port it is" in ended.out


def test_a_range_of_which_a_part_is_declared_is_not_declared(call: Call) -> None:
    compose = DB.replace("127.0.0.1:5432:5432", "8000-8001:8000-8001")
    assert held(call, compose, f"{PS}db  0.0.0.0:8000-8001->8000-8001/tcp\n").code == 0
    assert held(call, compose, f"{PS}db  0.0.0.0:8000-8002->8000-8002/tcp\n").code == 1


def test_a_wildcard_binding_of_what_is_declared_on_a_public_address_fails(call: Call) -> None:
    ended = held(call, DB.replace("127.0.0.1", "203.0.113.7"), listed("0.0.0.0:5432", "docker-proxy"))
    assert ended.code == 1


def test_a_capture_of_one_machine_is_held_against_its_files_only(call: Call, tmp_path: Path) -> None:
    for name in ("one", "two"):
        tmp_path.joinpath(name).mkdir()
    files = {
        "compolint.toml": '[hosts.one]\npaths = ["one/**"]\n\n[hosts.two]\npaths = ["two/**"]\n',
        "one/compose.yaml": DB,
        "two/compose.yaml": DB.replace("5432", "5433"),
        "one/ss.txt": listed("127.0.0.1:5432", "docker-proxy"),
    }
    ended = call("--captured", "one/ss.txt", files=files)
    assert (ended.code, ended.out) == (0, "Compared one/ss.txt with what the files declare: no difference\n")


# What a firewall lets in, and what proxies lead to

SCRIPT = """\
ufw default deny incoming
ufw allow 22/tcp
ufw allow 60000:61000/udp
ufw allow from 192.168.1.0/24 to any port 9100 proto tcp
ufw allow in on tailscale0
ufw --force enable
"""
LET_IN = """\
What the firewall lets in, and no file declares who listens there:
PORT                BY          REACHED BY
22/tcp              setup.sh:2  everybody
60000-61000/udp     setup.sh:3  everybody
9100/tcp            setup.sh:4  tailnet, lan
any other tcp port  setup.sh:5  tailnet
any other udp port  setup.sh:5  tailnet

No port is declared; the firewall lets the internet ask for 22/tcp, 60000-61000/udp, which nobody
  declares
"""


def test_a_script_of_a_firewall_alone_shows_what_it_leaves_open(call: Call) -> None:
    assert call(files={"setup.sh": SCRIPT}) == (0, LET_IN, "")


def test_what_a_firewall_lets_in_is_told_to_programs_apart_from_listeners(call: Call) -> None:
    told = json.loads(call("--format", "json", files={"setup.sh": SCRIPT}).out)
    jsonschema.validate(told, SCHEMA)
    assert told["listeners"] == []
    rows = [(each["port"], each["last"], each["protocol"], each["line"]) for each in told["openings"]]
    assert rows[:3] == [(22, 22, "tcp", 2), (60000, 61000, "udp", 3), (9100, 9100, "tcp", 4)]
    assert rows[3:] == [(None, None, "tcp", 5), (None, None, "udp", 5)]
    assert [each["zones"]["internet"] for each in told["openings"]] == ["open", "open", *["closed"] * 3]


@pytest.mark.parametrize("format", ["markdown", "mermaid", "svg", "html"])
def test_every_format_shows_what_a_firewall_lets_in(call: Call, format: str) -> None:
    ended = call("--format", format, files={"setup.sh": SCRIPT})
    assert ended.code == 0
    assert "22/tcp" in ended.out
    assert "any other tcp port" in ended.out


def test_a_declared_port_is_no_opening(call: Call) -> None:
    files = {"setup.sh": SCRIPT, "sshd_config": "Port 22\n"}
    told = json.loads(call("--format", "json", files=files).out)
    assert [each["port"] for each in told["listeners"]] == [22]
    assert 22 not in [each["port"] for each in told["openings"]]


def test_why_tells_of_a_port_that_a_rule_opens_and_of_one_that_none_names(call: Call) -> None:
    out = call("--why", "22", files={"setup.sh": SCRIPT}).out
    assert out.startswith("22/tcp, for which nothing is declared (setup.sh:2)\n")
    assert "any other" not in out.split("\n\n")[0]
    assert call("--why", "4711/tcp").out.startswith("any other tcp port, for which nothing is declared")


def test_what_a_firewall_may_let_in_is_not_passed_over_in_the_summary(call: Call) -> None:
    ended = call(files={"setup.sh": SCRIPT.replace("ufw --force enable\n", "")})
    assert "; the firewall may let the internet ask for 9100/tcp, any other tcp" in flat(ended.out)


def test_a_firewall_that_keeps_everybody_out_shows_that_nothing_is_open(call: Call) -> None:
    closed = RULES.replace("-A INPUT -p tcp --dport 22 -j ACCEPT\n", "")
    ended = call(files={"rules.v4": closed, "rules.v6": closed})
    assert ended.code == 3


def test_a_port_of_traefik_leads_to_services_with_labels(call: Call) -> None:
    compose = """\
services:
  traefik:
    image: traefik:v3
    ports: ["443:443", "127.0.0.1:8080:8080"]
  app:
    image: acme/app:1
    labels:
      traefik.http.routers.app.rule: Host(`app.example.org`)
      traefik.http.routers.app.middlewares: auth
      traefik.http.middlewares.auth.basicauth.users: "a:b"
      traefik.http.services.app.loadbalancer.server.port: 3000
"""
    out = call(files={"compose.yaml": compose}).out
    line = "    leads to: app.example.org -> app:3000 (traefik, TLS not known, with a login)\n"
    assert out.count(line) == 1
    told = json.loads(call("--format", "json").out)
    jsonschema.validate(told, SCHEMA)
    assert [[each["target"] for each in row["leads_to"]] for row in told["listeners"]] == [["app:3000"], []]
    assert line.strip() in call("--why", "443").out
    for format in ("markdown", "html", "svg", "mermaid"):
        assert "app:3000" in call("--format", format).out.replace("#58;", ":")


def test_a_site_of_labels_stands_at_the_port_of_the_container_that_reads_them(call: Call) -> None:
    compose = """\
services:
  caddy:
    image: lucaslorentz/caddy-docker-proxy:2.9
    ports: ["8443:443"]
  blog:
    image: ghost:5
    labels:
      caddy: blog.example.org
      caddy.reverse_proxy: "{{upstreams 2368}}"
"""
    told = json.loads(call("--format", "json", files={"compose.yaml": compose}).out)
    (row,) = told["listeners"]
    assert (row["port"], row["owner"]) == (8443, "caddy")
    assert [(each["name"], each["target"]) for each in row["leads_to"]] == [("blog.example.org", "blog:2368")]


def test_a_funnel_leads_to_what_shares_the_network_of_its_container(call: Call, tmp_path: Path) -> None:
    compose = """\
services:
  ts:
    image: tailscale/tailscale:v1.80
    environment: {TS_SERVE_CONFIG: /config/serve.json}
    volumes: ["./config:/config"]
  web:
    image: acme/web:1
    network_mode: service:ts
"""
    serve = """{"TCP": {"443": {"HTTPS": true}}, "AllowFunnel": {"x:443": true},
      "Web": {"x:443": {"Handlers": {"/": {"Proxy": "http://127.0.0.1:8000"}}}}}"""
    tmp_path.joinpath("config").mkdir()
    out = call(files={"compose.yaml": compose, "config/serve.json": serve}).out
    assert "leads to: the funnel on 443 -> web:8000 (tailscale, " in flat(out)


def test_a_container_with_an_address_of_the_lan_is_reached_there(call: Call) -> None:
    compose = """\
services:
  e:
    image: x/y:1
    ports: ["84:84"]
    networks: [mac]
networks:
  mac: {driver: macvlan, driver_opts: {parent: eth0}}
"""
    ended = call(files={"compose.yaml": compose})
    assert ended.code == 0
    assert "Direct: clients of the LAN reach every port of e (compose.yaml:2)" in flat(ended.out)


def test_ports_of_the_system_are_told_together_and_fail_nobody(call: Call) -> None:
    usual = (
        listed("127.0.0.1:5432", "docker-proxy")
        + listed("0.0.0.0:22", "sshd")
        + 'udp UNCONN 0 0 0.0.0.0:68 0.0.0.0:* users:(("dhclient",pid=7,fd=3))\n'
        + 'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=7,fd=3))\n'
        + "udp UNCONN 0 0 0.0.0.0:41641 0.0.0.0:*\n"
    )
    ended = held(call, DB, usual)
    assert ended.code == 0
    assert "System: what every machine has, and no file declares: sshd 22/tcp, dhclient 68/udp" in flat(
        ended.out
    )
    assert "no difference" in ended.out
    told = json.loads(held(call, DB, usual, "--format", "json").out)
    jsonschema.validate(told, CHANGES)
    assert {each["kind"] for each in told["differences"]} == {"of the system"}


@pytest.mark.parametrize(
    ("files", "socket", "process"),
    [
        ({}, "0.0.0.0:2222", "sshd"),
        ({"sshd_config": "Port 2222\n"}, "0.0.0.0:22", "sshd"),
        ({}, "0.0.0.0:22", "nc"),
        ({}, "0.0.0.0:68", "dhclient"),  # by TCP
    ],
)
def test_what_only_looks_like_the_system_fails(
    call: Call, files: dict[str, str], socket: str, process: str
) -> None:
    known = {"compose.yaml": DB, "ss.txt": listed("127.0.0.1:5432", "docker-proxy") + listed(socket, process)}
    ended = call("--captured", "ss.txt", files=known | files)
    assert ended.code == 1
    assert "and no file declares it: stop it, bind it to 127.0.0.1, or list" in flat(ended.out)


def test_programs_that_docker_cannot_show_are_not_gone(call: Call) -> None:
    after = f"{PS}db     127.0.0.1:5432->5432/tcp\n"
    ended = compared(call, listed("0.0.0.0:22", "sshd") + listed("127.0.0.1:80", "docker-proxy"), after)
    assert "sshd no longer" not in ended.out
    assert "docker-proxy no longer listens on 127.0.0.1, port 80/tcp" in ended.out


@pytest.mark.parametrize("why", ["", "0", "99999", "9" * 5000, "80/foo", "80/", "x"])
def test_a_word_that_cannot_be_a_port_is_wrong_usage(call: Call, why: str) -> None:
    ended = call("--why", why, files={"compose.yaml": DB})
    assert ended.code == 2
    assert "--why" in ended.err


def test_two_dumps_in_one_file_make_the_report_incomplete(call: Call) -> None:
    dump = f"# Generated by iptables-save v1.8.9 on Sat Nov 21 23:44:30 2026\n{RULES}"
    ended = call(files={"save.txt": dump + dump, "compose.yaml": DB})
    assert ended.code == 1
    assert "INCOMPLETE: save.txt:10: this is a second dump of the table filter" in flat(ended.out)
    assert "what hangs on it is undecided" in flat(ended.out)


def test_a_report_that_nobody_can_get_is_an_error(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(COMPOSE, encoding="utf-8")
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m compolint exposure >&-', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (2, "Error: cannot write standard output: it is closed\n")


def test_what_is_open_by_ipv6_only_is_told_so_in_the_table(call: Call) -> None:
    rules = RULES.replace(
        "-A INPUT -i lo", ":DOCKER-USER - [0:0]\n-A DOCKER-USER -i eth0 -j DROP\n-A INPUT -i lo"
    )
    compose = DB.replace("127.0.0.1:", "")
    out = flat(call(files={"compose.yaml": compose, "rules.v4": rules}).out)
    assert "internet (IPv6 only), tailnet" in out
    assert "internet: by IPv6, for which no rules are declared" in out


def test_an_allowlist_is_told_in_one_sentence(call: Call) -> None:
    allow = "-A DOCKER-USER -s 203.0.113.0/24 -j RETURN\n-A DOCKER-USER -i eth0 -j DROP\n"
    rules = RULES.replace("-A INPUT -i lo", f":DOCKER-USER - [0:0]\n{allow}-A INPUT -i lo")
    held_6 = rules.replace("-s 203.0.113.0/24 -j RETURN", "-j DROP")
    compose = DB.replace("127.0.0.1:", "")
    out = call(files={"compose.yaml": compose, "rules.v4": rules, "rules.v6": held_6}).out
    assert "] internet: open for 203.0.113.0/24 only\n" in out


# Hostile words and secrets


def made(owner: str, address: str = "*", text: str = "published", network: str = "default") -> Shown:
    at = Span("compose.yaml", 0, 3)
    reasons = (Reason(text, at),)
    answers = ("open", "undecided", "closed", "open", "closed")
    layers = (None, "host firewall", "address", None, "engine")
    verdicts = tuple(
        Verdict(zone, answer, reasons, (4,), (), layer)
        for zone, answer, layer in zip(ZONES, answers, layers, strict=True)
    )
    gates = (
        Gate("cloud firewall", "holds", text, reasons),
        Gate("host firewall", "undecided", text),
        Gate("engine", "passes", text),
        Gate("address", "passes", text),
    )
    way = Byway(owner, "caddy", None, True, at)
    lane = Lane(owner, address, 80, 80, "random", "tcp", at, verdicts, gates, (way,), f"on {owner}")
    egress = Outward(network, at, (owner,), verdicts[:2])
    return Shown(
        (lane,), (egress,), Files(MemoryTree({"compose.yaml": f"{text}\n"}), {}, {}), str, {}, (text,)
    )


def elements(page: str) -> list[str]:
    """The elements and attributes of a page, as a browser reads it."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(f"{tag} {' '.join(name for name, _ in attrs)}")

    Reader(convert_charrefs=True).feed(page)
    return found


WORDS = st.text(max_size=30) | st.sampled_from([HOSTILE, "</script>", '"]', "a|b", "]]>", "--x", "\ud800"])


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, WORDS)
def test_no_name_becomes_markup(owner: str, text: str, network: str) -> None:
    assert (
        json.loads("".join(render("json", made(owner, owner, text, network))))["listeners"][0]["port"] == 80
    )
    plain, odd = (
        each._replace(
            lanes=tuple(lane._replace(port=None, last=None, unnumbered=lane.owner) for lane in each.lanes)
        )
        for each in (made("a"), made(owner, owner, text, network))
    )
    page = "".join(render("html", odd))
    assert elements(page) == elements("".join(render("html", plain)))
    picture = "".join(render("svg", odd)).encode("utf-8", "replace")
    assert [each.tag for each in ElementTree.fromstring(picture).iter()].count(
        "{http://www.w3.org/2000/svg}svg"
    ) == 1
    assert json.loads("".join(render("json", odd)))["listeners"][0]["port"] is None
    chart = "".join(render("mermaid", odd))
    assert len(chart.splitlines()) == len("".join(render("mermaid", plain)).splitlines())
    assert all(line.count('"') % 2 == 0 for line in chart.splitlines())
    table = next(line for line in "".join(render("markdown", odd)).splitlines() if line.startswith("| 🔴"))
    assert len(re.findall(r"(?<!\\)\|", table)) == 9
    for why in ("", "80"):
        out = "".join(render("text", odd._replace(is_about=why), Options()))
        assert all(line.isprintable() for line in out.splitlines())
        assert "##[" not in out


def test_no_format_shows_a_secret(call: Call) -> None:
    script = "#!/bin/sh\ndocker run -d -e POSTGRES_PASSWORD=hunter2-hunter2 -p 5432:5432 postgres:17\n"
    for format in FORMATS:
        ended = call("--format", format, files={"run.sh": script})
        assert ended.code == 0
        assert "5432" in ended.out
        assert "hunter2" not in ended.out
    assert "hunter2" not in call("--why", "5432").out


def test_a_table_for_a_comment_is_no_longer_than_one_may_be() -> None:
    (lane,) = made("a").lanes
    lanes = tuple(lane._replace(owner=f"service-{n}", host=f"host-{n % 50}") for n in range(1000))
    (each,) = made("a").egress
    page = "".join(render("markdown", made("a")._replace(lanes=lanes, egress=(each,) * 1000)))
    assert len(page) < 65_536
    assert re.search(r"^Why of \d+ more ports: `compolint exposure --why PORT`$", page, re.MULTILINE)


def test_of_ports_of_which_the_same_is_to_be_said_it_is_said_once_in_markdown() -> None:
    (lane,) = made("a").lanes
    page = "".join(render("markdown", made("a")._replace(lanes=(lane, lane._replace(port=90, last=90)))))
    assert "\n- 80/tcp, 90/tcp: tailnet undecided: published\n" in page


@pytest.mark.parametrize("format", ["markdown", "mermaid"])
def test_where_there_is_no_room_for_all_ports_those_that_the_internet_reaches_are_told(format: str) -> None:
    (lane,) = made("a").lanes
    closed = tuple(verdict._replace(answer="closed", layer="address") for verdict in lane.verdicts)
    many = tuple(lane._replace(owner=f"s{number}", host=None, verdicts=closed) for number in range(1000))
    page = "".join(render(format, made("a")._replace(lanes=(*many, lane._replace(owner="last", host=None)))))
    assert "last" in page
    assert "s999" not in page


def test_a_chart_keeps_below_the_number_of_arrows_that_mermaid_draws() -> None:
    (lane,) = made("a").lanes
    lanes = tuple(lane._replace(owner=f"s{number}") for number in range(1000))
    chart = "".join(render("mermaid", made("a")._replace(lanes=lanes)))
    assert len(re.findall(r"^  z\d+_\d.* s\d+$", chart, re.MULTILINE)) <= 500
    assert "more ports, for which there is no room here" in chart


# The start


def test_a_scan_imports_nothing_of_the_reports_of_exposure(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(COMPOSE)
    modules = imported("scan", "--fail-on", "never", at=tmp_path, code=0)
    assert not {each for each in modules if each.startswith("compolint.report.exposure")}
    assert "compolint.cli.exposure" not in modules
    assert "compolint.exposure.captures" not in modules


def test_only_the_page_for_a_browser_needs_hashes(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(COMPOSE)
    modules = imported("exposure", at=tmp_path, code=0)
    assert not modules & {"base64", "hashlib", "dataclasses", "subprocess", "xml"}


def completed(word: str) -> list[str]:
    from click.shell_completion import ShellComplete

    words: Any = ShellComplete(cli.commands, {}, "compolint", "_COMPOLINT_COMPLETE")
    return [each.value for each in words.get_completions(["exposure"], word)]


def test_a_shell_completes_the_options_of_the_command() -> None:
    assert completed("--b") == ["--before"]
    assert "--why" in completed("--")
