"""Writes what the documentation says about checks: `docs/checks/`, and the table in the README.

`--check` writes nothing and fails where something would change.
"""

import sys
from pathlib import Path

from compolint import packs
from compolint.check import Check
from compolint.page import page

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- checks: begin -->\n", "<!-- checks: end -->"
TITLES = {
    "exposure": "Exposure",
    "container": "Containers",
    "image": "Images and supply chain",
    "secret": "Secrets",
    "command": "Commands",
    "linter": "About the files and the linter",
}


def main(arguments: list[str]) -> int:
    checks = [offer.check for offer in packs.load()]
    wanted = {ROOT / "docs" / "checks" / f"{check.name}.md": page(check) for check in checks}
    wanted[ROOT / "docs" / "checks" / "README.md"] = index(checks)
    readme = ROOT / "README.md"
    wanted[readme] = with_table(readme.read_text(encoding="utf-8"), checks)
    present = set((ROOT / "docs" / "checks").glob("*.md"))
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
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


def with_table(text: str, checks: list[Check]) -> str:
    """The README with its table of checks renewed: a line a category."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit("README.md has no place for the table of checks")
    rows = ["| | |", "|---|---|"]
    for category in sorted({check.category for check in checks}, key=list(TITLES).index):
        names = ", ".join(
            f"[{check.name}](docs/checks/{check.name}.md)" for check in checks if check.category == category
        )
        rows.append(f"| **{TITLES[category]}** | {names} |")
    return f"{before}{begin}\n" + "\n".join(rows) + f"\n\n{end}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
