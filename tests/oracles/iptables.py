"""The real iptables and UFW, in namespaces of their own: the machine's own rules are never touched."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

TABLES = ("filter", "nat", "mangle", "raw")
_SUFFIX = {4: "iptables", 6: "ip6tables"}


def shell(script: str, *programs: str, private_files: bool = False) -> str:
    """What a script prints in a network of its own; without these programs the test is skipped."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    missing = [name for name in ("unshare", *programs) if shutil.which(name, path=path) is None]
    options = ["-n", *(["-m", "--propagation", "private"] if private_files else [])]
    if not missing:
        tried = subprocess.run(["unshare", *options, "true"], capture_output=True, check=False)
        missing = [] if tried.returncode == 0 else ["the right to make namespaces"]
    if missing:
        if "CI" in os.environ:
            pytest.fail(f"missing: {missing}")
        pytest.skip(f"missing: {missing}")
    ended = subprocess.run(
        ["unshare", *options, "sh"],
        input=script,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": path, "LANG": "C.UTF-8"},
        check=False,
    )
    return ended.stdout


def refused(rules: Iterable[tuple[str, str, str]], family: int = 4, backend: str = "legacy") -> list[str]:
    """What iptables says against each rule (of a table and a chain); nothing where it takes it."""
    tool = f"{_SUFFIX[family]}-{backend}"
    lines = [f"for t in {' '.join(TABLES)}; do {tool} -t $t -N mine; done", "exec 2>&1"]
    for number, (table, chain, rule) in enumerate(rules):
        words = " ".join(f"'{word}'" for word in rule.split())
        lines.append(
            f"said=$({tool} -t {table} -A {chain} {words}) && echo {number} || echo {number} $said ."
        )
        if number % 50 == 49:
            lines.append(f"for t in {' '.join(TABLES)}; do {tool} -t $t -F; done")
    numbered = [line.partition(" ") for line in shell("\n".join(lines), tool).splitlines()]
    return [said for number, _, said in numbered if number.isdecimal()]


def shown(dump: str, family: int, backend: str, at: Path) -> dict[str, str]:
    """A dump as the tools show it when it is loaded: saved, and as the two kinds of lists."""
    tool = f"{_SUFFIX[family]}-{backend}"
    at.joinpath("dump").write_text(dump)
    script = [f"cd '{at}'", f"{tool}-restore < dump || exit 1", f"{tool}-save > save"]
    for table in TABLES:
        script += [f"{tool} -t {table} -S >> list", f"{tool} -t {table} -L -n -v -x >> listing"]
    script.append("echo loaded")
    if shell("\n".join(script), tool).strip() != "loaded":
        raise AssertionError(f"{tool}-restore does not take it")
    return {name: at.joinpath(name).read_text() for name in ("save", "list", "listing")}


def ufw(commands: Iterable[str], at: Path, *, settings: dict[str, str] | None = None) -> dict[str, str]:
    """UFW's files after some commands, what it says of itself, and what iptables then has."""
    etc = at / "etc"
    shutil.copytree("/etc/ufw", etc / "ufw")
    etc.joinpath("default").mkdir()
    default = Path("/etc/default/ufw").read_text()
    for name, value in (settings or {}).items():
        lines = [f"{name}={value}" if line.startswith(f"{name}=") else line for line in default.split("\n")]
        default = "\n".join(lines)
    etc.joinpath("default/ufw").write_text(default)
    at.joinpath("run").mkdir()
    script = [
        f"mount --bind '{etc}/ufw' /etc/ufw",
        f"mount --bind '{etc}/default/ufw' /etc/default/ufw",
        f"mount --bind '{at}/run' /run",
        "ufw --force enable > /dev/null || exit 1",
        *(f"ufw {command} > /dev/null || exit 1" for command in commands),
        *(f"ufw {how} > '{at}/{how}'" for how in ("status", "status verbose", "status numbered")),
        f"iptables-save > '{at}/save4'",
        f"ip6tables-save > '{at}/save6'",
        "echo done",
    ]
    if shell("\n".join(script), "ufw", "iptables-save", private_files=True).strip() != "done":
        raise AssertionError("ufw does not take it")
    names = ("status", "status verbose", "status numbered", "save4", "save6")
    files = {f"etc/{path}": (etc / path).read_text() for path in ("default/ufw", "ufw/ufw.conf")}
    for path in sorted(etc.joinpath("ufw").glob("*.rules")):
        files[f"etc/ufw/{path.name}"] = path.read_text()
    return {**files, **{name: at.joinpath(name).read_text() for name in names}}
