"""Files that nobody wrote in good faith: what the program says of them, beside a file that is well formed.

The program runs as its users run it, in a process that is killed after ten seconds and gets little memory.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from compolint import engine, packs
from compolint.config import Config
from compolint.report import FORMATS, render
from compolint.text import Source
from compolint.tree import MemoryTree

ROOT = Path(__file__).parent.parent
SECONDS, MEMORY = 10, 1536 << 20
# What is found in it does not make the exit code 1.
GOOD = "services:\n  web:\n    image: nginx:1.29\n    ipc: host\n"
FOUND_IN_GOOD = "web shares the memory that processes of the host share"
MANY = 100_000
TOO_LONG = (1, 1, "unreadable-file", "is longer than 1000000 characters")
TOO_MANY_VALUES = "the file has more than 100000 values"
TOO_LONG_LINE = "the line is longer than 65535 bytes"
CONFLICT = "a merge conflict is not resolved"
TEMPLATE = "this looks like a template"

Content = str | bytes
Place = tuple[int, int, str, str]  # line, column, check, the beginning of the message


class Ended(NamedTuple):
    code: int
    err: str
    findings: list[dict[str, Any]]
    summary: dict[str, Any]

    def faults(self, folder: str = "") -> list[tuple[str, int, int, str, str]]:
        """What is said about the files themselves: path, line, column, check, message."""
        checks = {"syntax-error", "unreadable-file", "schema-violation", "duplicate-key"}
        return [
            (each["path"], each["line"], each["column"], each["check"], each["message"])
            for each in self.findings
            if each["check"] in checks and each["path"].startswith(folder)
        ]

    def finds(self, message: str, path: str) -> bool:
        return any((each["message"], each["path"]) == (message, path) for each in self.findings)


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(folder: Path, format: str, *more: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "compolint", "scan", "--format", format, *(more or ("--isolated",))],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=bounded,
        timeout=SECONDS,
        capture_output=True,
        check=False,
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def scan(folder: Path) -> Ended:
    """What the program says of a folder, to which a file is added that is well formed."""
    written(folder, {"good/compose.yaml": GOOD})
    code, out, err = run(folder, "json")
    assert code in (0, 1), err
    report = json.loads(out)
    return Ended(code, err, report["findings"], report["summary"])


def written(folder: Path, files: Mapping[str, Content]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def is_told(ended: Ended, folder: str, name: str, *places: Place) -> None:
    """Holds that these places are told, and nothing else about files in the folder."""
    said = ended.faults(folder)
    wanted = [(f"{folder}{name}", *place) for place in places]
    assert len(said) == len(wanted), said[:5]
    for given, (*place, message) in zip(said, wanted, strict=True):
        assert [*given[:-1]] == place
        assert given[-1].startswith(str(message)), given


# --- small files, all in one scan ---


class Small(NamedTuple):
    file: str
    content: Content
    places: tuple[Place, ...] = ()
    finds: str | None = None  # what is found in it all the same


WEB = 'services:\n  app:\n    image: nginx:1.29\n    ports: ["9090:80"]\n'
FOUND = "app publishes 9090->80/tcp on every interface"
SMALL = {
    "NUL": Small(
        "compose.yaml",
        "services:\n  app:\n    image: a\0b\n",
        ((3, 13, "unreadable-file", "is no text file: NUL in line 3"),),
    ),
    "NUL in a Dockerfile": Small(
        "Dockerfile", "FROM a\nRUN b\0\n", ((2, 6, "unreadable-file", "is no text file"),)
    ),
    "NUL in an env file": Small(".env", "A=b\n\0\n", ((2, 1, "unreadable-file", "is no text file"),)),
    "invalid UTF-8": Small(
        "compose.yaml",
        b"services:\n  app:\n    image: \xc3\xa9\xff\n",
        ((3, 13, "unreadable-file", "is not UTF-8: byte 0xff in line 3"),),
    ),
    "invalid UTF-8 in a Dockerfile": Small(
        "Dockerfile", b"FROM a\nRUN \xff\n", ((2, 5, "unreadable-file", "is not UTF-8"),)
    ),
    "invalid UTF-8 in an env file": Small(".env", b"A=\xff\n", ((1, 3, "unreadable-file", "is not UTF-8"),)),
    "UTF-16": Small("compose.yaml", f"\ufeff{WEB}".encode("utf-16-le"), finds=FOUND),
    "UTF-16, big end first": Small("compose.yaml", f"\ufeff{WEB}".encode("utf-16-be"), finds=FOUND),
    "UTF-16 cut off": Small(
        "compose.yaml",
        f"\ufeff{WEB}".encode("utf-16-le")[:-1],
        ((4, 23, "unreadable-file", "is not UTF-16"),),
    ),
    "UTF-16 without a mark": Small(
        "compose.yaml", WEB.encode("utf-16-le"), ((1, 2, "unreadable-file", "is no text file"),)
    ),
    "a byte order mark": Small("compose.yaml", f"\ufeff{WEB}", finds=FOUND),
    "CRLF": Small("compose.yaml", WEB.replace("\n", "\r\n"), finds=FOUND),
    "CR": Small("compose.yaml", WEB.replace("\n", "\r"), finds=FOUND),
    "CR in a Dockerfile": Small(
        "Dockerfile", "FROM a\rRUN b\r", ((1, 1, "syntax-error", "FROM takes an image"),)
    ),
    "tabs": Small(
        "compose.yaml",
        "services:\n\tapp:\n\t\timage: a\n",
        ((2, 1, "syntax-error", "YAML does not indent with tabs"),),
    ),
    "a key twice": Small(
        "compose.yaml",
        f"{WEB}    image: b\n",
        ((5, 5, "duplicate-key", "the key image occurs twice"),),
        finds=FOUND,
    ),
    "a list as a key": Small(
        "compose.yaml",
        WEB.replace("services:\n", "services:\n  ? [a, b]\n  : {image: a}\n"),
        ((2, 5, "syntax-error", "a key must be text"),),
        finds=FOUND,
    ),
    "a mapping as a key": Small(
        "compose.yaml", "services:\n  {a: b}: {image: a}\n", ((2, 3, "syntax-error", "a key must be text"),)
    ),
    "an alias in its own anchor": Small(
        "compose.yaml",
        "services: &a\n  app: *a\n",
        ((2, 8, "syntax-error", "the alias *a stands inside of what it names"),),
    ),
    "a merge conflict": Small(
        "compose.yaml",
        "services:\n  app:\n<<<<<<< HEAD\n    image: a\n=======\n    image: b\n>>>>>>> other\n",
        ((3, 1, "syntax-error", CONFLICT),),
    ),
    "a merge conflict in a Dockerfile": Small(
        "Dockerfile",
        "FROM a\n<<<<<<< HEAD\nRUN a\n=======\nRUN b\n>>>>>>> other\n",
        ((2, 1, "syntax-error", CONFLICT),),
    ),
    "a merge conflict in an env file": Small(
        ".env", "A=1\n<<<<<<< HEAD\nB=1\n=======\nB=2\n>>>>>>> other\n", ((2, 1, "syntax-error", CONFLICT),)
    ),
    "a template": Small(
        "compose.yaml",
        "services:\n{% for a in b %}\n  {{ a }}:\n    image: a\n{% endfor %}\n",
        ((2, 1, "syntax-error", TEMPLATE),),
    ),
    "a template that is nearly YAML": Small(
        "compose.yaml",
        WEB.replace("nginx:1.29", "{{ image }}"),
        ((3, 12, "syntax-error", TEMPLATE),),
        finds=FOUND,
    ),
    "a template of a Dockerfile": Small(
        "Dockerfile", "FROM {{ a }}\n{% if x %}\nRUN a\n{% endif %}\n", ((1, 6, "syntax-error", TEMPLATE),)
    ),
    "an unclosed variable": Small(
        "compose.yaml",
        WEB.replace("nginx", "${A:-nginx"),
        ((3, 12, "schema-violation", "`${` is never closed"),),
        finds=FOUND,
    ),
    "an unclosed variable in an env file": Small(
        ".env", "A=b\nB=${A\n", ((2, 3, "schema-violation", "`${` is never closed"),)
    ),
    "numbers without end": Small(
        "compose.yaml",
        f"{WEB}    mem_limit: {'9' * MANY}\n    cpus: 1e{'9' * MANY}\n    scale: 0x{'f' * 5000}\n",
        (),
        finds=FOUND,
    ),
    "tags that run code elsewhere": Small(
        "compose.yaml",
        "services:\n  app: !!python/object:os.system\n    image: !!python/name:os.system nginx:1.29\n",
    ),
    "a name that steers the terminal": Small(
        "compose.yaml",
        'services: {"a\\e[31m\\u202e": {image: "b\\e]8;;x\\a"}}\n',
        ((1, 12, "schema-violation", "the name `a\x1b[31m\u202e` in `services` may only"),),
    ),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder = tmp_path_factory.mktemp("small")
    for name, case in SMALL.items():
        written(folder, {f"{name}/{case.file}": case.content})
    return scan(folder)


def test_small_files_of_all_kinds_are_scanned_together(small: Ended) -> None:
    assert (small.code, small.err, small.summary["errors"]) == (1, "", [])
    assert small.summary["incomplete"]
    assert small.finds(FOUND_IN_GOOD, "good/compose.yaml")


@pytest.mark.parametrize("name", SMALL)
def test_a_small_file_is_told_with_its_place(small: Ended, name: str) -> None:
    case = SMALL[name]
    is_told(small, f"{name}/", case.file, *case.places)
    if case.finds:
        assert small.finds(case.finds, f"{name}/{case.file}")


# --- large files, each in a scan of its own ---

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
MERGE_BOMB = "x0: &m0 {a: 1}\n" + "".join(
    f"x{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]\n  k{n}: 1\n" for n in range(1, 12)
)
DOUBLING = "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 100))


def nested(closed: bool = True) -> str:
    return "${A:-" * MANY + "x" + "}" * MANY * closed


def service(line: str) -> str:
    return f"services:\n  app:\n    image: nginx:1.29\n    {line}\n"


def numbered(text: str, count: int) -> str:
    return "".join(text.replace("#", str(number)) for number in range(count))


LARGE: dict[str, tuple[str, Callable[[], Content], tuple[Place, ...]]] = {
    "alias bomb": (
        "compose.yaml",
        lambda: f"{BOMB}services: *a11\n",
        ((6, 10, "syntax-error", "aliases expand to more than 100000 nodes"),),
    ),
    "merge bomb": (
        "compose.yaml",
        lambda: f"{MERGE_BOMB}services: {{app: {{<<: *m11}}}}\n",
        ((15, 23, "syntax-error", "aliases expand to more than 100000 nodes"),),
    ),
    "lists in brackets": (
        "compose.yaml",
        lambda: "services: " + "[" * MANY,
        ((1, 210, "syntax-error", "nested deeper than 200 levels"),),
    ),
    "mappings in braces": (
        "compose.yaml",
        lambda: "services: " + "{a: " * MANY,
        ((1, 807, "syntax-error", "nested deeper than 200 levels"),),
    ),
    "lists in lists": (
        "compose.yaml",
        lambda: "services:\n" + "- " * MANY + "a\n",
        ((2, 399, "syntax-error", "nested deeper than 200 levels"),),
    ),
    "mappings in mappings": (
        "compose.yaml",
        lambda: "services:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 1200)),
        ((201, 201, "syntax-error", "nested deeper than 200 levels"),),
    ),
    "keys in keys": (
        "compose.yaml",
        lambda: "services:\n  " + "? " * MANY,
        ((2, 401, "syntax-error", "nested deeper than 200 levels"),),
    ),
    "variables in variables": (
        "compose.yaml",
        lambda: service(f'environment: {{A: "{nested()}"}}'),
        ((4, 22, "schema-violation", "variables are nested too deeply"),),
    ),
    "variables that stay open": (
        "compose.yaml",
        lambda: service(f'ports: ["{nested(closed=False)}:80"]'),
        ((4, 13, "schema-violation", "`${` is never closed"),),
    ),
    "variables in variables of a command": (
        "compose.yaml",
        lambda: service(f'command: "{nested()}"'),
        ((4, 14, "schema-violation", "variables are nested too deeply"),),
    ),
    "variables in variables of an env file": (
        ".env",
        lambda: f"A={nested()}\n",
        ((1, 3, "schema-violation", "variables are nested too deeply"),),
    ),
    "variables in variables of a Dockerfile": (
        "Dockerfile",
        lambda: "FROM a\nENV A=" + "${A:-" * 9000 + "}" * 9000 + "\n",
        ((2, 7, "schema-violation", "variables are nested too deeply"),),
    ),
    "variables that double": (
        ".env",
        lambda: f"A0=0123456789\n{DOUBLING}",
        ((15, 5, "schema-violation", "the variables give more than 131072 characters"),),
    ),
    "variables of a Dockerfile that double": (
        "Dockerfile",
        lambda: "FROM a\nENV A0=0123456789\n" + DOUBLING.replace("A", "ENV A", 1).replace("\nA", "\nENV A"),
        ((16, 9, "schema-violation", "a word becomes longer than 131072 characters"),),
    ),
    "substitutions in substitutions": (
        "compose.yaml",
        lambda: service("command: [sh, -c, '" + "$$(" * MANY + ")" * MANY + "']"),
        ((4, 24, "syntax-error", "a part of this command cannot be understood"),),
    ),
    "ONBUILD ONBUILD": (
        "Dockerfile",
        lambda: "FROM a\n" + "ONBUILD " * MANY + "RUN a\n",
        ((2, 1, "syntax-error", TOO_LONG_LINE),),
    ),
    "ONBUILD over lines": (
        "Dockerfile",
        lambda: "FROM a\n" + "ONBUILD \\\n" * 90_000 + "RUN a\n",
        ((3, 1, "syntax-error", "ONBUILD cannot hold ONBUILD"),),
    ),
    "heredocs that nobody ends": (
        "Dockerfile",
        lambda: "FROM a\nRUN " + numbered("<<E# ", 8000) + "\n",
        ((2, 5, "syntax-error", "no line ends this heredoc"),),
    ),
    "heredocs on a line without end": (
        "Dockerfile",
        lambda: "FROM a\nRUN " + numbered("<<E# ", MANY) + "\n",
        ((2, 1, "syntax-error", TOO_LONG_LINE),),
    ),
    "heredocs in a heredoc": (
        "Dockerfile",
        lambda: "FROM a\nRUN <<E\n" + numbered("sh <<F#\n", 50_000) + "E\n",
        ((3, 1, "syntax-error", "a part of this command cannot be understood"),),
    ),
    "50 MB": ("compose.yaml", lambda: b"", ((1, 1, "unreadable-file", "is larger than 20 MB"),)),
    "50 MB of a Dockerfile": (
        "Dockerfile",
        lambda: b"",
        ((1, 1, "unreadable-file", "is larger than 20 MB"),),
    ),
    "50 MB of an env file": (".env", lambda: b"", ((1, 1, "unreadable-file", "is larger than 20 MB"),)),
    "19 MB": ("compose.yaml", lambda: GOOD + "# ...\n" * 3_000_000, (TOO_LONG,)),
    "19 MB of a Dockerfile": ("Dockerfile", lambda: "FROM a\n" + "RUN b\n" * 3_000_000, (TOO_LONG,)),
    "19 MB of an env file": (".env", lambda: "A=bbb\n" * 3_000_000, (TOO_LONG,)),
    "one line of 10 MB": ("compose.yaml", lambda: service(f"user: {'a' * 10_000_000}"), (TOO_LONG,)),
    "one line of almost 1 MB": ("compose.yaml", lambda: service(f"user: {'a' * 990_000}"), ()),
    "one line of a Dockerfile": (
        "Dockerfile",
        lambda: "FROM a\nRUN " + "a" * 900_000 + "\n",
        ((2, 1, "syntax-error", TOO_LONG_LINE),),
    ),
    "a million services": (
        "compose.yaml",
        lambda: "services:\n" + numbered(" a#: {}\n", 1_000_000),
        (TOO_LONG,),
    ),
    "many services": (
        "compose.yaml",
        lambda: "services:\n" + numbered(" a#: {image: b}\n", 5_001),
        ((5_002, 2, "syntax-error", "the project has more than 5000 services"),),
    ),
    "100,000 ports": (
        "compose.yaml",
        lambda: service("ports: [" + "80," * MANY + "]"),
        ((4, 299_986, "syntax-error", TOO_MANY_VALUES),),
    ),
    "100,000 unknown settings": (
        "compose.yaml",
        lambda: "services:\n" + numbered(" a#: 1\n", 60_000),
        ((50_000, 10, "syntax-error", TOO_MANY_VALUES),),
    ),
    "many documents": (
        "compose.yaml",
        lambda: "---\nservices: {app: {image: a}}\n" * 1_000,
        ((201, 1, "syntax-error", "the file has more than 100 documents"),),
    ),
    "many values of one variable": (
        "compose.yaml",
        lambda: service(
            "environment:\n" + f"      A: {'a' * 131_000}\n" + numbered("      B#: ${A}$A\n", 5_000)
        ),
        (),
    ),
    "many variables": (
        ".env",
        lambda: numbered("A#=b\n", 50_000),
        ((10_001, 1, "syntax-error", "the file has more than 10000 variables and comments"),),
    ),
    "an unclosed quote": (
        ".env",
        lambda: 'A="' + ("b" * 5_000 + "\n") * 190,
        ((1, 3, "syntax-error", "the quote is never closed"),),
    ),
    "an unclosed quote of 5 MB": (".env", lambda: 'A="' + ("b" * 5_000 + "\n") * 1_000, (TOO_LONG,)),
    "many instructions": (
        "Dockerfile",
        lambda: "FROM a\n" + "RUN b\n" * 20_000,
        ((10_001, 1, "syntax-error", "the file has more than 10000 instructions"),),
    ),
    "many stages": ("Dockerfile", lambda: numbered("FROM a AS s#\n", 9_000), ()),
    "services that extend one another": (
        "compose.yaml",
        lambda: (
            "services:\n a0: {image: b}\n"
            + "".join(f" a{number}: {{extends: a{number - 1}}}\n" for number in range(1, 1_000))
        ),
        ((3, 16, "syntax-error", "more than 10 services extend one another"),),
    ),
    "services that take over much": (
        "compose.yaml",
        lambda: (
            "services:\n a: {image: b, cap_add: ["
            + numbered("C#,", 50_000)
            + "]}\n"
            + numbered(" b#: {extends: a, cap_add: [D]}\n", 4_000)
        ),
        ((6, 16, "syntax-error", "the services take over more than 200000 values"),),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    file, content, places = LARGE[name]
    written(tmp_path, {file: content()})
    if name.startswith("50 MB"):
        os.truncate(tmp_path / file, 50 << 20)
    ended = scan(tmp_path)
    is_told(ended, "", file, *places)
    assert (ended.code, ended.err, ended.summary["errors"]) == (int(bool(places)), "", [])
    assert ended.finds(FOUND_IN_GOOD, "good/compose.yaml")


# --- many files ---


def chain(key: str, count: int, *, circle: bool = False) -> Iterator[tuple[str, str]]:
    """Files each of which asks for the next one, the first of them `compose.yaml`."""
    # Named so that they are no projects of their own.
    names = ["compose.yaml", *(f"part{number}.inc" for number in range(1, count))]
    for number, name in enumerate(names):
        following = names[(number + 1) % count] if circle or number + 1 < count else None
        if key == "include":
            asks = f"include: [{following}]\n" if following else ""
            yield name, f"{asks}services: {{s{number}: {{image: a}}}}\n"
        else:
            asks = f", extends: {{file: {following}, service: s}}" if following else ""
            yield name, f"services: {{s: {{image: a{asks}}}}}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "count", "circle", "path", "place"),
    [
        ("include", 1_000, False, "part10.inc", (1, 11, "syntax-error", "more than 10 files include")),
        ("include", 1_000, True, "part10.inc", (1, 11, "syntax-error", "more than 10 files include")),
        ("include", 10, True, "part9.inc", (1, 11, "schema-violation", "compose.yaml includes itself")),
        ("extends", 1_000, False, "part11.inc", (1, 35, "syntax-error", "more than 10 services extend")),
        ("extends", 1_000, True, "part11.inc", (1, 35, "syntax-error", "more than 10 services extend")),
        ("extends", 10, True, "compose.yaml", (1, 35, "schema-violation", "s extends itself")),
    ],
)
def test_a_chain_of_files_ends(
    tmp_path: Path, key: str, count: int, circle: bool, path: str, place: Place
) -> None:
    written(tmp_path, dict(chain(key, count, circle=circle)))
    ended = scan(tmp_path)
    is_told(ended, "", path, place)
    assert (ended.code, ended.err) == (1, "")
    assert ended.finds(FOUND_IN_GOOD, "good/compose.yaml")


@pytest.mark.slow
def test_files_that_include_the_next_one_many_times_do_not_multiply_the_work(tmp_path: Path) -> None:
    files = {
        f"part{number}.inc" if number else "compose.yaml": (
            f"include: [{', '.join([f'part{number + 1}.inc'] * 9)}]\n" if number < 10 else ""
        )
        + f"services: {{s{number}: {{image: a}}}}\n"
        for number in range(11)
    }
    written(tmp_path, files)
    ended = scan(tmp_path)
    is_told(ended, "", "")
    assert {each["subject"] for each in ended.findings} >= {f"s{number}" for number in range(11)}


@pytest.mark.slow
def test_many_files_over_one_large_base_do_not_multiply_the_work(tmp_path: Path) -> None:
    files = {f"compose.x{number}.yaml": f"services: {{s{number}: {{ipc: host}}}}\n" for number in range(300)}
    services = numbered(" s#: {image: a, extends: base, environment: [A=1]}\n", 2_000)
    written(tmp_path, {**files, "compose.yaml": f"services:\n base: {{image: a}}\n{services}"})
    ended = scan(tmp_path)
    is_told(ended, "", "")
    shared = {each["subject"] for each in ended.findings if each["check"] == "host-ipc"}
    assert shared == {"web", *(f"s{number}" for number in range(300))}


@pytest.mark.slow
def test_services_that_share_large_env_files_are_bounded(tmp_path: Path) -> None:
    written(
        tmp_path,
        {
            "compose.yaml": "services:\n" + numbered(" a#: {image: b, env_file: [x.env, y.env]}\n", 4_000),
            "x.env": numbered("A#=$B#\n", 9_000),
            "y.env": "# nothing\n" * 9_000,
        },
    )
    ended = scan(tmp_path)
    is_told(ended, "", "x.env", (4_994, 1, "syntax-error", "the project declares more than 50000 things"))
    assert ended.code == 1


@pytest.mark.slow
def test_units_that_share_large_drop_ins_are_bounded(tmp_path: Path) -> None:
    dropin = "[Service]\n" + numbered("Environment=A#=b\n", 2_900)
    remarks = "[Service]\n" + "# nothing\n" * 9_900 + "User=a\n"
    files = {f"service.d/{number:02}.conf": dropin if number else remarks for number in range(100)}
    files |= {f"a{number}.service": "[Service]\nExecStart=/bin/a\n" for number in range(1_000)}
    written(tmp_path, files)
    ended = scan(tmp_path)
    assert {each[4].partition(";")[0] for each in ended.faults()} == {
        "drop-ins count for so many units that from here on they are not checked",
        "the unit has 1000 settings or more",
        "the unit has more than 100 files",
    }
    assert ended.finds(FOUND_IN_GOOD, "good/compose.yaml")


# --- what stands in a file's place, and names ---


def as_pipe(path: Path) -> None:
    os.mkfifo(path)


def as_link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.symlink_to(path.name), "is a link that leads in a circle"),
        (as_link("nowhere"), "is a link to nothing"),
        (as_link("/etc/hosts"), "is a link that leads out of the scanned folder"),
        (as_link("/dev/zero"), "is a link that leads out of the scanned folder"),
        (as_pipe, "is a named pipe"),
    ],
)
@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile"])
def test_what_stands_in_the_place_of_a_file_is_told(
    tmp_path: Path, make: Callable[[Path], None], reason: str, name: str
) -> None:
    make(tmp_path / name)
    ended = scan(tmp_path)
    is_told(ended, "", name, (1, 1, "unreadable-file", reason))
    assert (ended.code, ended.err, ended.summary["skipped"]) == (1, "", [])
    assert ended.finds(FOUND_IN_GOOD, "good/compose.yaml")


def test_an_env_file_that_is_kept_elsewhere_is_only_named(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to("../secrets/.env")
    ended = scan(tmp_path)
    assert ended.summary["skipped"] == [{"path": ".env", "reason": "is a link to nothing"}]
    assert (ended.code, ended.faults()) == (0, [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    written(tmp_path, {"compose.yaml": WEB})
    (tmp_path / "compose.yaml").chmod(0)
    ended = scan(tmp_path)
    is_told(ended, "", "compose.yaml", (1, 1, "unreadable-file", "cannot be read: permission denied"))
    assert ended.code == 1


def test_a_folder_with_the_name_of_a_file_is_a_folder(tmp_path: Path) -> None:
    written(tmp_path, {"compose.yaml/compose.yaml": WEB})
    ended = scan(tmp_path)
    assert ended.faults() == []
    assert ended.finds(FOUND, "compose.yaml/compose.yaml")


def test_folders_that_link_to_one_another_are_walked_once(tmp_path: Path) -> None:
    written(tmp_path, {"a/b/compose.yaml": WEB})
    (tmp_path / "a" / "b" / "up").symlink_to("../..")
    ended = scan(tmp_path)
    assert ended.faults() == []
    assert sum(each["message"] == FOUND for each in ended.findings) == 1


def test_a_pipe_that_a_file_asks_for_is_told_where_it_does(tmp_path: Path) -> None:
    written(tmp_path, {"compose.yaml": f"include: [part.yml]\n{WEB}"})
    os.mkfifo(tmp_path / "part.yml")
    ended = scan(tmp_path)
    is_told(ended, "", "compose.yaml", (1, 11, "unreadable-file", "part.yml is a named pipe"))
    assert (ended.code, ended.err) == (1, "")
    assert ended.finds(FOUND, "compose.yaml")


@pytest.mark.parametrize("format", ["json", "concise", "text"])
def test_names_of_any_bytes_are_told_without_harm(tmp_path: Path, format: str) -> None:
    names = (b"a\nb", b"\x1b[31mred", b"\xff\xfe", b"::error::x", b"a\rb")
    for name in names:
        folder = os.path.join(os.fsencode(tmp_path), name)
        os.mkdir(folder)
        with open(os.path.join(folder, b"compose.yaml"), "w", encoding="utf-8") as file:
            file.write(WEB)
    code, out, err = run(tmp_path, format)
    assert (code, err) == (1, "")
    assert out.count(FOUND) == len(names)
    assert all(line.isprintable() and not line.startswith("::") for line in out.split("\n"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = \0", "is no text file: NUL in line 1"),
        (b"a = \xff", "is not UTF-8: byte 0xff in line 1"),
        (b"# ...\n" * 3_000_000, "it is longer than 1000000 characters"),
        (b"a = " + b"[" * MANY, "it has a line of more than 8192 characters"),
        (b"a = [\n" + b"[\n" * MANY, "it is nested too deeply"),
    ],
    ids=("NUL", "no UTF-8", "long", "a long line", "nested"),
)
def test_a_configuration_that_cannot_be_read_is_wrong_usage(
    tmp_path: Path, content: bytes, words: str
) -> None:
    written(tmp_path, {"compose.yaml": GOOD, "compolint.toml": content})
    code, out, err = run(tmp_path, "concise", "--config", "compolint.toml")
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err


def test_a_file_that_vanishes_during_the_scan_is_told() -> None:
    class Vanishing(MemoryTree):
        """A tree with a file that is gone when it is read."""

        def read(self, path: str) -> Source | None:
            return None if path == "Dockerfile" else super().read(path)

    tree = Vanishing({"Dockerfile": "FROM a\n", "good/compose.yaml": GOOD})
    report = engine.check(tree, engine.survey(tree, Config()), Config(), packs.load())
    told = [(each.at.path, each.message) for each in report.findings if each.check.name == "unreadable-file"]
    assert told == [("Dockerfile", "disappeared during the scan")]
    assert (report.incomplete, report.errors) == (True, ())
    assert FOUND_IN_GOOD in {each.message for each in report.findings}


def test_an_override_that_cannot_be_read_leaves_its_base_in_the_scan() -> None:
    tree = MemoryTree({"compose.yaml": WEB, "compose.override.yaml": b"\xff\xff"})
    report = engine.check(tree, engine.survey(tree, Config()), Config(), packs.load())
    assert {"compose.override.yaml", "compose.yaml"} == {each.at.path for each in report.findings}
    assert (report.incomplete, report.errors) == (True, ())


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_keeps_a_long_name_short(format: str) -> None:
    tree = MemoryTree({"compose.yaml": service("ports: ['80:80']").replace("nginx", "a/" * 100_000 + "b")})
    report = engine.check(tree, engine.survey(tree, Config()), Config(), packs.load())
    assert sum(map(len, render(format, report))) < 100_000
