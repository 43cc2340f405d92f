"""Writes what the documentation quotes: the checks' pages, the settings, what commands print of examples.

`--check` writes nothing and fails where something would change.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compolint import packs
from compolint.check import Check
from compolint.cli.init import CONFIG
from compolint.load.schema import published
from compolint.page import page

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "examples/exposed-vps"
SHOWN = 2  # findings of the example in the README
# ```yaml compose.yaml
# text
# ```
FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLES = {
    "exposure": "Exposure",
    "firewall": "Firewalls",
    "container": "Containers",
    "image": "Images and supply chain",
    "secret": "Secrets",
    "command": "Commands",
    "web": "Web servers and proxies",
    "unit": "systemd",
    "host": "The host's own programs",
    "cloud": "Cloud firewalls",
    "agent": "Agents and policies",
    "linter": "About the files and the linter",
}


def main(arguments: list[str]) -> int:
    checks = [offer.check for offer in packs.load()]
    wanted = {ROOT / "docs" / "checks" / f"{check.name}.md": page(check) for check in checks}
    wanted[ROOT / "docs" / "checks" / "README.md"] = index(checks)
    wanted[ROOT / "docs" / "exposure.svg"] = picture()
    wanted[ROOT / "docs" / "configuration.md"] = configuration(published("compolint-config.json"))
    exposure = ROOT / "docs" / "exposure.md"
    wanted[exposure] = with_output(exposure.read_text(encoding="utf-8"))
    readme = ROOT / "README.md"
    text = between(readme.read_text(encoding="utf-8"), "checks", table(checks))
    wanted[readme] = between(text, "output", example())
    present = set((ROOT / "docs" / "checks").glob("*.md"))
    stale = [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    stale += present - wanted.keys()
    if "--check" in arguments:
        for path in sorted(stale):
            print(f"{path.relative_to(ROOT)} is not what docs/generate.py makes of the checks")
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


def index(checks: list[Check]) -> str:
    lines = ["# The checks", ""]
    for category in sorted({check.category for check in checks}, key=list(TITLES).index):
        lines += [f"## {TITLES[category]}", "", "| check | severity | |", "|---|---|---|"]
        lines += [
            f"| [{check.name}]({check.name}.md) | {check.severity} | {check.title} |"
            for check in checks
            if check.category == category
        ]
        lines.append("")
    return "\n".join(lines)


def configuration(schema: dict[str, Any]) -> str:
    """What a configuration file may say, from the schema that it is held against."""
    lines = ["# Configuration", "", schema["description"], ""]
    for name, member in schema["properties"].items():
        lines += [f"## `{name}`", "", member["description"]]
        if "enum" in member:
            lines += ["", "One of " + ", ".join(f"`{value}`" for value in member["enum"]) + "."]
        if member.get("default"):
            lines += ["", f"Default: `{member['default']}`"]
        inner = member.get("items", member.get("additionalProperties", {}))
        if isinstance(inner, dict) and "properties" in inner:
            lines += ["", "| key | |", "|---|---|"]
            lines += [f"| `{key}` | {value['description']} |" for key, value in inner["properties"].items()]
        lines.append("")
    lines += ["## An example", "", "```toml", CONFIG.strip(), "```", ""]
    return "\n".join(lines)


def table(checks: list[Check]) -> str:
    """The checks, a line a category."""
    rows = ["| | |", "|---|---|"]
    for category in sorted({check.category for check in checks}, key=list(TITLES).index):
        names = ", ".join(
            f"[{check.name}](docs/checks/{check.name}.md)" for check in checks if check.category == category
        )
        rows.append(f"| **{TITLES[category]}** | {names} |")
    return "\n".join(rows)


def example() -> str:
    """What a scan of the example prints: its first critical findings, and its end."""
    blocks = printed("scan").strip().split("\n\n")
    critical = [block for block in blocks if block.startswith("critical[")]
    shown = "\n\n".join(["…", *critical[:SHOWN], "…", blocks[-1]])
    return f"```text\n{shown}\n```"


def picture() -> str:
    """Who reaches what on the example."""
    return printed("exposure", "--format", "svg")


def printed(command: str, *options: str) -> str:
    """What a command prints of the example."""
    return called(command, "--isolated", "--color=never", *options, EXAMPLE, at=ROOT)


def called(*arguments: str, at: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    program = [sys.executable, "-m", "compolint", *arguments]
    return subprocess.run(program, cwd=at, env=environment, capture_output=True, text=True).stdout


def with_output(text: str) -> str:
    """A page with what its commands print of the files that stand above them."""
    with TemporaryDirectory() as folder:

        def renewed(fence: re.Match[str]) -> str:
            language, name, content = fence.groups()
            if name:
                Path(folder, name).write_text(content, encoding="utf-8")
            if language != "console":
                return fence[0]
            return f"```console\n{''.join(session(content, Path(folder)))}```"

        return FENCE.sub(renewed, text)


def session(text: str, folder: Path) -> Iterator[str]:
    for command in re.findall(r"^\$ compolint (.*)$", text, re.MULTILINE):
        yield f"$ compolint {command}\n{called(*shlex.split(command), at=folder)}"


def between(text: str, name: str, content: str) -> str:
    """The text with what stands between two comments renewed."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"README.md has no place for {name}")
    return f"{before}{begin}\n{content}\n\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
