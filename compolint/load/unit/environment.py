"""The variables that a unit gives to its processes."""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Literal

from compolint.load import read as read_source
from compolint.load.paths import host_path
from compolint.load.unit.reading import Reading
from compolint.load.unit.texts import Text
from compolint.model import Entity
from compolint.model.credential import is_example
from compolint.model.workload import EnvFile, Variable
from compolint.pattern import pattern
from compolint.record import replace
from compolint.secret import Secret
from compolint.syntax import unit_env
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import whole
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_NAME = pattern(r"[A-Za-z_]\w*", re.ASCII)
_MOST_FILES = 50
_MOST_FOLDERS = 8  # above the unit, and of a path, in which its files are looked for


class Given(NamedTuple):
    """What a unit gives to its processes."""

    entities: tuple[Entity, ...]
    environment: dict[str, Maybe[str]]  # what `${NAME}` stands for in its commands, as far as that is told


def given(reading: Reading, section: str | None = None) -> Given:
    """The variables, of each name the one that counts, and the files that some come from."""
    found: dict[str, Variable] = {}
    for text in reading.words("Environment", section):
        name, equals, _ = text.text.partition("=")
        if equals and _NAME.fullmatch(name):
            found[name] = _variable(reading, text, name)
    others: list[Entity] = []
    is_all_here = True
    files = reading.said("EnvironmentFile", section)
    if len(files) > _MOST_FILES:
        message = f"the unit reads more than {_MOST_FILES} files; from here on they are not checked"
        reading.fault(message, files[_MOST_FILES].value_span, "unsupported", fatal=True)
        is_all_here = False
    for setting in files[:_MOST_FILES]:
        path = _path(reading, setting)
        source = _read(reading, path, setting)
        if path is None or source is None:
            is_all_here = False
            continue
        read = {pair.name: pair for pair in unit_env.parse(source)}
        others += _of_file(reading, path, read)
        found |= {name: _handed_on(reading, pair, setting) for name, pair in read.items()}
    others += _credentials(reading, section)
    for text in reading.words("PassEnvironment", section):
        found.setdefault(text.text, _variable(reading, text, text.text, is_passed=True))
    for text in reading.words("UnsetEnvironment", section):
        found.pop(text.text.partition("=")[0], None)
    # What a file gives that is not here goes before what the unit gives.
    known = {name: _revealed(each) for name, each in found.items() if each.value is not None}
    return Given((*others, *found.values()), known if is_all_here else {})


def _revealed(variable: Variable) -> Maybe[str]:
    value = variable.value
    assert value is not None
    return value if isinstance(value, Unknown) else value.reveal()


def _variable(reading: Reading, text: Text, name: str, *, is_passed: bool = False) -> Variable:
    start = len(name) + 1
    value = None if is_passed else text.part(start, len(text.text))
    at = text.place(start, len(text.text))
    name_at = text.place(0, len(name))
    return Variable(
        key=f"{reading.key}.{name}",
        span=name_at if is_passed else at,
        spans={"name": name_at, "value": name_at if is_passed else at},
        owner=reading.key,
        owner_name=reading.title,
        name=name,
        value=Secret(value) if isinstance(value, str) else value,
        written=None if is_passed else Secret(text.word.text[start:]),
        given_by="environment",
    )


def _credentials(reading: Reading, section: str | None) -> Iterator[Variable]:
    """What `SetCredential=ID:VALUE` gives, as files of its own."""
    for setting in reading.said("SetCredential", section):
        name, colon, _ = setting.value.partition(":")
        if colon:
            yield _variable(reading, reading.filling.text(setting, whole(setting.value)), name)


def _of_file(reading: Reading, path: str, read: Mapping[str, unit_env.Pair]) -> Iterator[Entity]:
    """The file itself, as something that others read, too."""
    yield EnvFile(
        key=path,
        span=Span(path, 0, 0),
        path=path,
        is_example=is_example(path),
        tracked=reading.tree.is_tracked(path),
        ignored=reading.tree.is_ignored(path),
        used_by=(reading.title,),
        variables=tuple(read),
    )
    for pair in read.values():
        yield _of_pair(pair, f"{path}#{pair.name}", path, path, "env")


def _handed_on(reading: Reading, pair: unit_env.Pair, setting: Setting) -> Variable:
    key = f"{reading.key}!{pair.name_span.path}.{pair.name}"
    variable = _of_pair(pair, key, reading.key, reading.title, "env_file")
    note = Note(f"{reading.title} reads this file", setting.value_span)
    return replace(variable, via={variable.span: (note,)})


def _of_pair(
    pair: unit_env.Pair, key: str, owner: str, owner_name: str, given_by: Literal["env", "env_file"]
) -> Variable:
    value = Secret(pair.value)
    return Variable(
        key=key,
        span=pair.name_span,
        spans={"value": pair.value_span},
        owner=owner,
        owner_name=owner_name,
        name=pair.name,
        value=value,
        written=value,
        given_by=given_by,
    )


def _path(reading: Reading, setting: Setting) -> str | None:
    """Where the file of an `EnvironmentFile=` lies in the tree."""
    text = reading.filling.text(setting, whole(setting.value.removeprefix("-"))).known()
    if isinstance(text, Unknown):
        reading.skipped.append(Skipped(text.text, f"is read by {reading.title}, and is not known here"))
        return None
    found = in_tree(reading.tree, text, reading.folder)
    if found is None:
        reading.skipped.append(Skipped(text, f"is read by {reading.title}, and is not here"))
    return found


def _read(reading: Reading, path: str | None, setting: Setting) -> Source | None:
    if path is None:
        return None
    try:
        source = read_source(reading.tree, path)
    except Unreadable as error:
        reading.skipped.append(Skipped(path, error.reason))
        return None
    if source is not None:
        reading.files[path] = None
    return source


def in_tree(tree: Tree, path: str, folder: str) -> str | None:
    """Where a file of the machine lies in the tree.

    A project keeps `/etc/app/app.env` as it is (`etc/app/app.env`, in a folder around the unit's) or next to
    the unit (`app.env`). Of a folder further up the bare name alone is not enough.
    """
    if path.startswith("~"):
        return None
    if not path.startswith("/"):
        found = host_path(path, folder)
        return found if tree.exists(found) else None
    parts = path.strip("/").split("/")[-_MOST_FOLDERS:]
    above = folder
    for _ in range(_MOST_FOLDERS):
        shortest = 1 if above == folder else 2
        for start in range(len(parts) - shortest + 1):
            candidate = normpath(join(above, *parts[start:]))
            if not candidate.startswith("../") and tree.exists(candidate):
                return candidate
        if not above:
            break
        above = dirname(above)
    return None
