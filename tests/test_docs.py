"""The documentation says what is so: its pages, links, commands, settings and exit codes."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from ruamel.yaml import YAML

from compolint import cli
from compolint.config.file import understood
from compolint.text import Source

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/checks/README.md")])
# ```toml name
# text
# ```
FENCE = re.compile(r"^(`{3,})(\w*) ?([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(compolint(?: [^`]+)?)`")
# [words](place)   [words](place#part)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


class Block(NamedTuple):
    page: Path
    language: str
    text: str


def blocks(language: str) -> list[Block]:
    return [
        Block(page, match[2], match[4])
        for page in PAGES
        for match in FENCE.finditer(page.read_text(encoding="utf-8"))
        if match[2] == language
    ]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands() -> Iterator[str]:
    """The calls of the program that the pages show, in lines of their own and in sentences."""
    for block in blocks("sh"):
        for line in re.split(r"\n|&&|\|", block.text):
            if re.match(r"(?:\S*/)?compolint\b", line.strip()):
                yield line.strip()
    for page in PAGES:
        for match in INLINE.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
            yield match[1].replace("\n", " ")


def shown_help(path: list[str]) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", "compolint", *path, "--help"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout


def heading_anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_generated_pages_are_what_the_checks_say() -> None:
    ended = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_link_leads_to_a_file_that_is_there(page: Path) -> None:
    for place, part in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / place if place else page
        assert target.exists(), f"{name(page)} links to {place}"
        if part:
            assert part in heading_anchors(target), f"{name(page)} links to {place}#{part}"


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_that_is_shown_is_taken(command: str) -> None:
    words = shlex.split(command, comments=True)[1:]
    # `FORMAT=PATH` and `[--check]` stand for something; only names of commands and options are held true.
    if not words or words[0].startswith("-"):
        words = ["scan", *words]
    assert words[0] in cli.COMMANDS or (ROOT / words[0]).exists()
    with click.Context(cli.commands) as context:
        called = cli.commands.get_command(context, words[0] if words[0] in cli.COMMANDS else "scan")
    assert called is not None
    known = {option for each in called.params for option in each.opts} | {"-h", "--help", "-V", "--version"}
    assert {word.partition("=")[0] for word in words[1:] if word.startswith("-")} <= known


def test_help_that_is_quoted_is_what_the_program_prints() -> None:
    for block in blocks("text"):
        for path in re.findall(r"Usage: compolint((?: [a-z]+)*)", block.text):
            assert block.text.strip() == shown_help(path.split()).strip()


def test_the_readme_and_the_help_tell_the_same_exit_codes() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| (\d+) \|", readme, re.MULTILINE))
    assert told == set(re.findall(r"^ +(\d+) {2,}", shown_help([]), re.MULTILINE)) - {str(cli.INTERRUPTED)}


def test_the_settings_that_are_shown_are_understood() -> None:
    for block in blocks("toml"):
        if "[project]" not in block.text:
            understood(Source("compolint.toml", block.text))


def test_the_hooks_that_are_shown_are_published() -> None:
    read: Any = YAML(typ="safe")
    published = {hook["id"] for hook in read.load(ROOT / ".pre-commit-hooks.yaml")}
    for block in blocks("yaml"):
        content = read.load(block.text)
        for repository in content.get("repos", []) if isinstance(content, dict) else []:
            assert {hook["id"] for hook in repository["hooks"]} <= published
