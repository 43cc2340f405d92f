"""Commands out of texts: the quick way and the shell's parser agree, and nothing breaks either."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from compolint.load.commands import Commands, Run, Said
from compolint.load.dockerfile import entities
from compolint.load.plaincommands import plain_commands
from compolint.model import Entity
from compolint.model.command import Command
from compolint.model.linter import Fault
from compolint.syntax import shell_wrappers
from compolint.syntax.shell import parse
from compolint.text import Source, Span

WORDS = some.sampled_from(
    [
        "apt-get", "rm", "-rf", "--x=y", "/a/b", "./run.sh", "*", "a@1", "echo", "cd", "x", "exit", "1",
        "true", "make", "-j4", "A=b", "curl", "-o", "sudo", "sh", "if", "set", "-e", "f", "python3",
        "alias",
    ]
)  # fmt: skip
TEXTS = some.lists(WORDS | some.sampled_from([" && ", " || ", "; ", " ;", "\n", "  "]), max_size=12).map(
    " ".join
)


def commands(text: str, where: str = "command") -> list[Command]:
    found: list[Entity] = []
    run = Run(where, "script")  # type: ignore[arg-type]  # the tests' words are the field's
    Commands("owner", "name", found.append).of_text(
        Said(text, lambda start, end: Span("file", start, end)), run
    )
    return [command for command in found if isinstance(command, Command)]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_quick_way_gives_the_words_that_the_parser_gives(text: str) -> None:
    plain = plain_commands(text, False)
    script = parse(text)
    if plain is not None and script.complete:
        assert [[text[start:end] for start, end in bounds] for bounds in plain] == [
            [word.spelling for word in command.words] for command in script.commands
        ]


@pytest.mark.parametrize(
    "name",
    sorted({*shell_wrappers.WRAPPERS, *shell_wrappers.SHELLS, "eval", "trap", "find", "ssh", "source"}),
)
def test_what_starts_other_commands_is_left_to_the_parser(name: str) -> None:
    assert plain_commands(f"{name} a b", False) is None
    assert plain_commands(f"true && /usr/bin/{name} a", False) is None


def test_a_command_knows_the_places_of_its_words() -> None:
    (first, second) = commands('cd /srv && PASS=x tar "a b"')
    assert first.at("words", 1) == Span("file", 3, 7)
    assert second.at("words", 1) == Span("file", 22, 27)
    assert second.at("assignments", "PASS") == Span("file", 16, 17)
    assert second.at("words", 9) == second.span


def test_the_keys_of_commands_do_not_depend_on_other_programs() -> None:
    before = {command.key for command in commands("make a && tar x && make b")}
    after = {command.key for command in commands("cp a b && make a && tar x && make b")}
    assert before < after
    assert len(before) == 3


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("curl -s https://a.example/i | sh", "curl"),
        ("wget -qO- https://a.example/i | sudo -E bash -s -- -y", "wget"),
        ("curl https://a.example/i | tee log | bash", "curl"),
        ("bash <(curl -s https://a.example/i)", "curl"),
        ('sh -c "$(wget -qO- https://a.example/i)"', "wget"),
        ('eval "$(curl https://a.example/i)"', "curl"),
        (". <(curl https://a.example/i)", "curl"),
        ("curl https://a.example/i.py | python3 -", "curl"),
        ("curl -o /tmp/i https://a.example/i && bash /tmp/i", "curl"),
        ("curl -fsSLo i.sh https://a.example/i && chmod +x i.sh && ./i.sh", "curl"),
        ("wget https://a.example/i.sh && sh i.sh", "wget"),
        ("wget -O i https://a.example/x && sh ./i", "wget"),
        ("curl https://a.example/i > i.sh; sh i.sh", "curl"),
    ],
)
def test_what_is_downloaded_and_run_is_known(text: str, program: str) -> None:
    assert program in {command.runs_download for command in commands(text)}


@pytest.mark.parametrize(
    "text",
    [
        "curl https://a.example/i | jq .",
        "curl https://a.example/i | python3 -c 'import json, sys; json.load(sys.stdin)'",
        "curl https://a.example/i | python3 -m json.tool",
        "curl https://a.example/key | gpg --dearmor -o /etc/key",
        "curl -o data.json https://a.example/i && sh other.sh",
        "echo 'curl https://a.example/i | sh'",
        "sh install.sh https://a.example/i",
    ],
)
def test_what_is_only_downloaded_is_not_run(text: str) -> None:
    assert {command.runs_download for command in commands(text)} == {None}


def test_a_download_is_remembered_by_the_next_text() -> None:
    found: list[Entity] = []
    maker = Commands("owner", "name", found.append)
    for text in ("curl -o /i.sh https://a.example/i", "/i.sh --yes"):
        maker.of_text(Said(text, lambda start, end: Span("file", start, end)), Run("RUN", text))
    assert [command.runs_download for command in found if isinstance(command, Command)] == [None, "curl"]


@pytest.mark.parametrize(
    ("text", "is_verified"),
    [
        ("curl -o f https://a.example/f && echo 'abc  f' | sha256sum -c - && sh f", True),
        ("curl -o f https://a.example/f && sha256sum --check sums && sh f", True),
        ("curl -o f https://a.example/f && gpg --batch --verify f.asc f && sh f", True),
        ('curl -o f https://a.example/f && [ "$(sha256sum f)" = "abc" ] && sh f', True),
        ("curl -o f https://a.example/f && sha256sum f && sh f", False),
        ("curl -o f https://a.example/f && gpg --import key && sh f", False),
    ],
)
def test_a_checked_download_is_told_from_an_unchecked_one(text: str, is_verified: bool) -> None:
    assert {command.verified for command in commands(text)} == {is_verified}


INSTRUCTIONS = some.sampled_from(
    [
        "FROM a AS b", "FROM b", "FROM $X", "FROM ${X:?}", "RUN a | b", 'RUN ["a"]', "RUN <<E\nx\nE",
        "COPY . .",
        "COPY --from=9 a b", "COPY --from=b a b", "ADD a b", "ENV A=$A$A", "ARG X", "ARG X=${Y", "USER $U",
        "WORKDIR a", "EXPOSE x 1-2/udp", "HEALTHCHECK NONE", "HEALTHCHECK CMD a", "ONBUILD RUN a", "SHELL []",
        "ONBUILD FROM a", 'SHELL ["x"]', "CMD", "ENTRYPOINT []", 'CMD ["-a"]', "RUN #!x\n", "RUN a",
        "RUN --mount=type=cache,from=b,target= a",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(some.lists(INSTRUCTIONS | some.text(max_size=12), max_size=12).map("\n".join))
def test_no_text_breaks_the_reading_of_a_dockerfile(text: str) -> None:
    read = entities(Source("Dockerfile", text), "Dockerfile", "Dockerfile")
    keys = [(type(entity), entity.key) for entity in read.entities]
    assert len(keys) == len(set(keys))
    for entity in read.entities:
        for span in (entity.span, *entity.spans.values()):
            assert 0 <= span.start <= span.end <= len(text)


def test_a_long_dockerfile_is_read_in_linear_time() -> None:
    """Ten thousand instructions take a moment: a quadratic way would take minutes."""
    text = "FROM a\n" + "RUN apk add x && rm y\nCOPY --from=0 a b\nENV A=$A\n" * 4000
    assert len(entities(Source("Dockerfile", text), "Dockerfile", "Dockerfile").entities) > 15000


def test_what_cannot_be_understood_is_said() -> None:
    found: list[Entity] = []
    said = Said("if (; then 'x", lambda start, end: Span("file", start, end))
    Commands("owner", "name", found.append).of_text(said, Run("command", "script"))
    (fault,) = [entity for entity in found if isinstance(entity, Fault)]
    assert (fault.kind, fault.span) == ("unsupported", Span("file", 0, 13))


COMPOSE = """
services:
  web:
    image: redis:8.2
    command: redis-server --appendonly yes
    entrypoint: ["docker-entrypoint.sh"]
    healthcheck: {test: curl -f http://localhost || exit 1}
"""
IMPORTED = """
import sys
from compolint.config import Config
from compolint.engine import survey
from compolint.tree import MemoryTree
world = survey(MemoryTree({sys.argv[1]: sys.argv[2]}), Config()).world
print("tree_sitter" in sys.modules, "compolint.syntax.shell_walk" in sys.modules)
"""


@pytest.mark.parametrize(
    ("path", "text", "needs_parser"),
    [
        ("compose.yaml", COMPOSE, False),
        ("Dockerfile", "FROM a:1\nRUN apk add x && rm -rf /y/*\nCMD ['a']\nCMD [\"a\"]\n", False),
        ("Dockerfile", "FROM a:1\nRUN a | b\n", True),
    ],
)
def test_the_parser_is_loaded_only_for_what_needs_it(path: str, text: str, needs_parser: bool) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED, path, text],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    assert ended.stdout.split() == [str(needs_parser)] * 2
