"""The real systemd's judgement of units, without a running systemd and without the machine's own units."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

# What Debian 12 has; the score is pinned to it.
VERSION = "252"
_MANAGER = "/usr/lib/systemd/systemd"
_OVERALL = re.compile(r"^. Overall exposure level for (\S+): ([\d.]+ [A-Z]+)", re.MULTILINE)


class Verdict(NamedTuple):
    overall: str  # "9.6 UNSAFE"
    rows: dict[str, dict[str, Any]]  # by name


def configuration_items() -> str:
    """The settings that the installed systemd has."""
    analyze("--version", at=Path("/"))
    said = subprocess.run(
        [_MANAGER, "--dump-configuration-items"], capture_output=True, text=True, check=True
    )
    return said.stdout


def analyze(*arguments: str, at: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `systemd-analyze` says; without it the test is skipped, but never in continuous integration."""
    program = shutil.which("systemd-analyze") or ""
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""
    if not said.startswith(f"systemd {VERSION} "):
        if "CI" in os.environ:
            pytest.fail(f"systemd {VERSION} is missing")
        pytest.skip(f"systemd {VERSION} is missing")
    return subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=at,
        env={"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": str(at), "LANG": "C.UTF-8", **environment},
        check=False,
    )


def verdicts(names: Iterable[str], at: Path) -> dict[str, Verdict]:
    """The verdict on each unit of a folder that systemd does not refuse."""
    files = [f"./{name}" for name in names]
    text = analyze("security", "--offline=true", "--no-pager", *files, at=at).stdout
    given = analyze(
        "security", "--offline=true", "--no-pager", "--json=short", *files, at=at, SYSTEMD_ANALYZE_DEBUG="1"
    )
    overall = _OVERALL.findall(text)
    tables = [json.loads(line) for line in given.stdout.splitlines() if line.startswith("[")]
    assert len(overall) == len(tables)
    return {
        name: Verdict(value, {row["name"]: row for row in table})
        for (name, value), table in zip(overall, tables, strict=True)
    }


def dumps(names: Iterable[str], at: Path) -> dict[str, list[tuple[str, str]]]:
    """What systemd makes of each unit: the lines of its dump as names and values."""
    files = [f"./{name}" for name in names]
    arguments = ("security", "--offline=true", "--no-pager", *files)
    text = analyze(*arguments, at=at, SYSTEMD_LOG_LEVEL="debug").stdout
    found: dict[str, list[tuple[str, str]]] = {}
    lines: list[tuple[str, str]] = []
    for line in text.splitlines():
        if line.startswith("\t-> Unit "):
            lines = found.setdefault(line.removeprefix("\t-> Unit ").rstrip(":"), [])
        elif line.startswith("\t\t") and ": " in line:
            name, _, value = line.strip("\t").partition(": ")
            lines.append((name, value))
    return found
