"""How units are read, against what the real systemd says that it read."""

import random
import re
from collections.abc import Callable
from pathlib import Path

from compolint.load import unit as loader
from compolint.model import Entity
from compolint.model.command import Command
from compolint.model.listener import Listener
from compolint.model.unit import Unit
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.tree import MemoryTree
from tests.oracles.systemd import dumps

RANDOM = 400
INSTALLED = Path("/usr/lib/systemd/system")


def loaded(files: dict[str, str]) -> dict[str, list[Entity]]:
    """What is loaded of each unit, by its name."""
    tree = MemoryTree(files)
    found = {}
    for group in loader.group(tree, list(files)):
        entities = list(loader.load(tree, group).entities)
        found[next(each.name for each in entities if isinstance(each, Unit))] = entities
    return found


def both(files: dict[str, str], folder: Path) -> list[tuple[str, list[tuple[str, str]], list[Entity]]]:
    """Of each unit that systemd takes what it makes of it, and what is loaded here."""
    for path, text in files.items():
        (folder / path).write_text(text, newline="")
    said, ours = dumps(files, folder), loaded(files)
    return [(files[name], lines, ours[name]) for name, lines in said.items()]


def of(lines: list[tuple[str, str]], name: str) -> list[str]:
    return [value for each, value in lines if each == name]


def random_files(make: Callable[[random.Random], str], suffix: str) -> dict[str, str]:
    source = random.Random(5)
    return {f"unit-{number}.{suffix}": make(source) for number in range(RANDOM)}


# --- lines ---


def file(source: random.Random) -> str:
    """Comments, continuations, sections and what is wrong with them."""
    pieces = [
        "Description=one", "two \\", "# comment", "; comment \\", "", "[Unit]", "[X-Foo]", "[Unknown]",
        "Nonsense", "Description = three \\\\", "  Description=", "=value", "Descrip\\", "tion=four",
        " \\", "# Description=no", "Description=a # b", "	[Service]	", "Description=é", "Description==",
    ]  # fmt: skip
    ends = source.choice(["\n", "\n", "\r\n", "\r"])
    lines = [source.choice(pieces) for _ in range(source.randint(1, 12))]
    return ends.join(["[Unit]", *lines, "", "[Service]", "ExecStart=/bin/true", source.choice(["", "\\"])])


def test_lines_are_read_as_systemd_does(tmp_path: Path) -> None:
    judged = both(random_files(file, "service"), tmp_path)
    assert len(judged) > RANDOM / 2
    for text, lines, entities in judged:
        unit = next(each for each in entities if isinstance(each, Unit))
        assert of(lines, "Description") == [unit.description or unit.name], text


# --- words ---


def command(source: random.Random) -> str:
    parts = [
        "a", "b-c", " ", "  ", "\\s", "\\x41", "\\101", "\\u00e4", "\\q", "\\\\", "'", "\"", "'it''s'",
        "\"a b\"", " ; /bin/y ", " \\; ", "a;", "%%", "%n", "%p", "%N", "%i", "%u",
        "$$", "\\\"", "\\'", "\\\n",
        "\\\n# c\n", "=", "ä", "%t/%%",
    ]  # fmt: skip
    prefix = source.choice(["", "", "-", "+", "!!", "-+"])
    return f"{prefix}/bin/x {''.join(source.choice(parts) for _ in range(source.randint(0, 15)))}"


def service(source: random.Random) -> str:
    lines = "\n".join(f"ExecStart={command(source)}" for _ in range(source.randint(1, 3)))
    return f"[Service]\nType=oneshot\n{lines}\n"


def test_commands_are_cut_into_words_as_systemd_does(tmp_path: Path) -> None:
    judged = both(random_files(service, "service"), tmp_path)
    assert len(judged) > RANDOM / 8  # a quote that is never closed costs the unit
    for text, lines, entities in judged:
        # Variables are filled in when the unit starts.
        theirs = [[word.replace("$$", "$") for word in quoted(line)] for line in of(lines, "Command Line")]
        ours = [list(map(str, each.words)) for each in entities if isinstance(each, Command)]
        assert ours == theirs, text


def quoted(line: str) -> list[str]:
    """The words of a command in the dump: `/bin/sh -c "a \\$b"`."""
    found = re.findall(r'(?:"((?:[^"\\]|\\.)*)"|(\S+))(?: |$)', line)
    return [plain or re.sub(r"\\(.)", r"\1", inner) for inner, plain in found]


def test_the_place_of_a_word_is_what_stands_there(tmp_path: Path) -> None:
    for name, text in random_files(service, "service").items():
        for each in loaded({name: text})[name]:
            for number, word in enumerate(each.words if isinstance(each, Command) else ()):
                at = each.at("words", number)
                written = text[at.start : at.end]
                if not set(written) & set("\\'\"%$\n"):
                    assert word == written


# --- variables ---


def variables(source: random.Random) -> str:
    parts = [
        "A=1", "B=two", "A=", "\"C=x y\"", "D='q'", "'E=a \\x41'", " ", "  ", "F=%n", "G=%%", "=x",
        "1=x", "H", "I=\\s", "\"J=", "A=$B", "É=1",
    ]  # fmt: skip
    line = "Environment=" + " ".join(source.choice(parts) for _ in range(source.randint(0, 4)))
    lines = [line for _ in range(source.randint(1, 3))]
    return "\n".join(["[Service]", "ExecStart=/bin/true", *lines, ""])


def test_variables_are_those_of_systemd(tmp_path: Path) -> None:
    judged = both(random_files(variables, "service"), tmp_path)
    assert len(judged) > RANDOM / 2
    for text, lines, entities in judged:
        theirs = dict(each.split("=", 1) for each in of(lines, "Environment"))
        ours = {
            each.name: each.value.reveal() if isinstance(each.value, Secret) else str(each.value)
            for each in entities
            if isinstance(each, Variable)
        }
        assert ours == theirs, text


# --- sockets ---


def socket(source: random.Random) -> str:
    values = [
        "80", "0", "65535", "65536", "127.0.0.1:80", "[::1]:81", "[::]:82", "0.0.0.0:83", "localhost:1",
        "8080/tcp", "/run/x.sock", "@abstract", "vsock:2:80", "vsock::1234", "::1:80", "[::1]",
        "1.2.3.4", "256.0.0.1:80", "-1", "80 81", "[fe80::1]:80%%lo", "080", "+80", "[1.2.3.4]:80",
        "::80", "1.2.3:80", "", "0x50",
    ]  # fmt: skip
    keys = ["ListenStream", "ListenStream", "ListenDatagram", "ListenSequentialPacket"]
    lines = [f"{source.choice(keys)}={source.choice(values)}" for _ in range(source.randint(1, 5))]
    return "\n".join(["[Socket]", "ListenFIFO=/run/fifo", *lines, ""])


def door(listener: Listener) -> str:
    kind = {"tcp": "ListenStream", "udp": "ListenDatagram"}[listener.protocol]
    address = str(listener.address.text) or "::"
    return f"{kind} {f'[{address}]' if ':' in address else address}:{listener.ports}"


def test_sockets_listen_where_systemd_listens(tmp_path: Path) -> None:
    judged = both(random_files(socket, "socket"), tmp_path)
    assert len(judged) > RANDOM / 2
    for text, lines, entities in judged:
        theirs = {
            f"{name} {value.removesuffix('%lo')}"
            for name, value in lines
            if name.startswith("Listen") and ":" in value and value[0] not in "/@v"
        }
        assert {door(each) for each in entities if isinstance(each, Listener)} == theirs, text


def test_the_units_of_this_machine_run_what_systemd_would_run(tmp_path: Path) -> None:
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(INSTALLED.glob("*.service"))
        if not path.is_symlink() and path.stat().st_size and "@" not in path.name
    }
    for text, lines, entities in both(files, tmp_path):
        theirs = {quoted(line)[0] for line in of(lines, "Command Line")}
        unit = next(each for each in entities if isinstance(each, Unit))
        # What it is told to be called stands there in the place of the program.
        assert {str(each.program) for each in unit.execs if "@" not in each.prefixes} <= theirs, text
        assert len(unit.execs) == len(of(lines, "Command Line")), text
