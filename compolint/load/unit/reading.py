"""A unit that is being read: what its files say, in the order in which it counts."""

import re
from collections.abc import Iterable, Iterator
from posixpath import dirname
from typing import cast

from compolint.load import read, speaks_to_us
from compolint.load.unit.names import QUADLETS, instance_of, is_dropin, name_of, suffix_of, unit_name
from compolint.load.unit.texts import Filling, Text
from compolint.model.linter import Fault
from compolint.model.unit import Settings, UnitType
from compolint.pattern import pattern
from compolint.syntax import unit as syntax
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import Unbalanced, words
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree
from compolint.unknown import Maybe

# What other programs fill in: {{ name }}   {% if x %}   <%= x %>
_TEMPLATE = pattern(r"\{\{|\{%|<%")
_BLOCK = pattern(r"^[ \t]*(?:\{%|<%)", re.MULTILINE)
# systemd/user/foo.service   .config/systemd/user/foo.service
_USER = pattern(
    r"(?:^|/)(?:systemd/user|\.config/(?:systemd|containers/systemd)|containers/systemd/users)(?:/|$)"
)
_SYSTEM = pattern(r"(?:^|/)etc/(?:systemd/system|containers/systemd)(?:/|$)")
# Targets that only a user's manager has:
# https://www.freedesktop.org/software/systemd/man/latest/systemd.special.html
_USER_TARGETS = frozenset((
    "graphical-session.target", "graphical-session-pre.target", "xdg-desktop-autostart.target",
))  # fmt: skip
_MOST_FILES = 100
_MOST_SETTINGS = 1_000  # of a unit; people write a few dozen
_MOST_WORDS = 20_000
_MOST_SHARED = 5_000_000  # characters that are read again, for one unit after another
# Words are cut out of their values before anything is filled in.
_CUT = frozenset(
    {"Environment", "PassEnvironment", "UnsetEnvironment", "SetCredential", "SetCredentialEncrypted"}
)


class Sharing:
    """What the units of a tree have read of files that count for several of them."""

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, tree: Tree | None) -> None:
        self._tree = tree
        self._read: set[str] = set()
        self._length = 0
        self.is_told = False

    def is_spent(self, tree: Tree) -> bool:
        if tree is not self._tree:
            self.begin(tree)
        return self._length > _MOST_SHARED

    def note(self, source: Source) -> None:
        if source.path in self._read:
            self._length += len(source.text)
        self._read.add(source.path)


SHARING = Sharing()


class Reading:
    """The files of one unit, and what is gathered from them."""

    def __init__(self, tree: Tree, files: tuple[str, ...]) -> None:
        self.tree, self.name = tree, name_of(files)
        self.path = files[0]
        self.is_complete = not is_dropin(self.path)
        self.dropins = files[1:] if self.is_complete else files
        self.suffix = suffix_of(self.name)
        self.section = self.suffix.capitalize()
        self.folder = dirname(self.path) if self.is_complete else dirname(dirname(self.path))
        self.key = self._key()
        self.settings: list[Setting] = []
        self.headers: list[syntax.Header] = []
        self.faults: list[Fault] = []
        self.skipped: list[Skipped] = []
        self.comments: list[Span] = []
        self.files: dict[str, None] = {}
        self.is_template = False  # of another program than systemd
        self.is_empty = False  # its own file is
        self._of: dict[tuple[str, str], list[Setting]] = {}
        self.others: dict[str, Reading | None] = {}  # that are named in it, by their names
        self._words = 0
        for path in files[:_MOST_FILES]:
            if len(self.settings) < _MOST_SETTINGS:
                self._read(path)
        if len(files) > _MOST_FILES:
            message = f"the unit has more than {_MOST_FILES} files; from here on they are not checked"
            self.fault(message, Span(files[_MOST_FILES], 0, 0), "unsupported", fatal=True)
        self.is_user = self._is_user()
        is_quadlet = self.suffix in QUADLETS
        self.title = self.name.rpartition(".")[0] if is_quadlet else self.name
        self.filling = Filling(f"{self.title}.service" if is_quadlet else self.name, is_user=self.is_user)

    @property
    def is_meant(self) -> bool:
        """Whether the files are what their names say: other programs have `.service` and `.network` files."""
        names = {header.name for header in self.headers}
        if self.is_template or not names:
            return False
        if self.suffix in QUADLETS:
            # That of systemd-networkd says what it matches.
            return (
                self.section in names
                and "Match" not in names
                and (self.is_complete or self.suffix != "network")
            )
        return not self.is_complete or not names.isdisjoint({self.section, "Unit", "Install"})

    @property
    def span(self) -> Span:
        """Where the unit is named: the header of its own section, else the first of its file."""
        own = next((header for header in self.headers if header.name == self.section), None)
        first = own or next(iter(self.headers), None)
        return first.span if first else Span(self.path, 0, 0)

    def said(self, key: str, section: str | None = None) -> list[Setting]:
        """What counts of all that was assigned: what follows the last empty assignment."""
        found = self._of.get((section or self.section, key), [])
        start = next((at for at in range(len(found), 0, -1) if not found[at - 1].value), 0)
        return found[start:]

    def last(self, key: str, section: str | None = None) -> Setting | None:
        found = self.said(key, section)
        return found[-1] if found else None

    def words(self, key: str, section: str | None = None) -> Iterator[Text]:
        """The words of all settings of a key."""
        for setting in self.said(key, section):
            yield from self.words_of(setting)

    def words_of(self, setting: Setting, *, is_run: bool = False) -> Iterator[Text]:
        """The words of a setting; those that are run have the values of variables in them."""
        fill = self.filling.argument if is_run else self.filling.text
        try:
            for word in words(setting.value):
                if not self.has_room(setting):
                    return
                yield fill(setting, word)
        except Unbalanced as error:
            place = setting.place(error.at, error.at + 1)
            self.fault("the quote is never closed; systemd passes over the rest", place, "syntax")

    def has_room(self, setting: Setting) -> bool:
        """Whether one more word of a setting is taken apart."""
        self._words += 1
        if self._words == _MOST_WORDS:
            message = f"the unit has more than {_MOST_WORDS} words; from here on they are not checked"
            self.fault(message, setting.value_span, "unsupported", fatal=True)
        return self._words < _MOST_WORDS

    def texts(self, settings: Iterable[Setting]) -> Settings:
        """By section and key the values with what systemd fills in."""
        found: dict[tuple[str, str], list[Maybe[str]]] = {}
        for each in settings:
            found.setdefault((each.section, each.key), []).append(self._value(each))
        return Settings({name: tuple(values) for name, values in found.items()})

    def spans(self) -> dict[str, Span]:
        """Where each value and its key stand."""
        found: dict[str, Span] = {}
        for number, header in enumerate(self.sections()):
            found[f"sections.{number}"] = header.span
        for (section, key), settings in self._of.items():
            field = f"{section}.{key}"
            for number, setting in enumerate(settings):
                found[f"{field}.{number}"] = setting.value_span
                found[f"{field}.{number}.name"] = setting.key_span
            found[field] = settings[-1].value_span
            found[f"{field}.name"] = settings[-1].key_span
        return found

    def sections(self) -> list[syntax.Header]:
        """The sections, each once."""
        return list({header.name: header for header in reversed(self.headers)}.values())[::-1]

    def fault(self, message: str, at: Span, kind: str = "invalid", *, fatal: bool = False) -> None:
        self.faults.append(
            Fault(
                key=f"{at.path}!{kind}:{at.start}",
                span=at,
                kind=kind,  # type: ignore[arg-type]  # the callers' words are the field's
                message=message,
                fatal=fatal,
            )
        )

    @property
    def instance(self) -> str | None:
        return instance_of(self.name)

    @property
    def unit_type(self) -> UnitType:
        return cast(UnitType, self.suffix)  # no other suffixes make units

    def _value(self, setting: Setting) -> Maybe[str]:
        if setting.key.startswith("Exec") or setting.key in _CUT:
            return setting.value
        return self.filling.value(setting)

    def _read(self, path: str) -> None:
        if SHARING.is_spent(self.tree) and path != self.path:
            if not SHARING.is_told:
                message = "drop-ins count for so many units that from here on they are not checked"
                self.fault(message, Span(path, 0, 0), "unsupported", fatal=True)
            SHARING.is_told = True
            return
        source = read(self.tree, path)
        if source is None:
            return
        SHARING.note(source)
        self.is_empty = self.is_empty or (path == self.path and not source.text.strip())
        self.files[path] = None
        # `{{.State}}` in a unit of its own name is what `docker inspect` is asked for.
        foreign = _TEMPLATE if unit_name(path) != path.rpartition("/")[2] else _BLOCK
        if foreign.search(source.text):
            self.skipped.append(Skipped(path, "is a template that only its own program can read"))
            self.is_template = True
            return
        parsed = syntax.parse(source)
        taken = parsed.settings[: _MOST_SETTINGS - len(self.settings)]
        self.settings += taken
        self.headers += parsed.headers
        for setting in taken:
            self._of.setdefault((setting.section, setting.key), []).append(setting)
        if len(self.settings) == _MOST_SETTINGS:
            message = f"the unit has {_MOST_SETTINGS} settings or more; from here on they are not checked"
            self.fault(message, self.settings[-1].key_span, "unsupported", fatal=True)
        for fault in parsed.faults:
            passed = f"systemd passes over {'the whole file' if fault.fatal else 'it'}"
            consequence = "from here on it is not checked" if fault.is_limit else passed
            self.fault(f"{fault.message}; {consequence}", fault.span, "syntax", fatal=fault.fatal)
        self.comments += [at for at in parsed.comments if speaks_to_us(source.text[at.start : at.end])]

    def _is_user(self) -> bool:
        if _USER.search(self.folder):
            return True
        if _SYSTEM.search(self.folder):
            return False
        wanted = {word for each in self.said("WantedBy", "Install") for word in each.value.split()}
        bound = {word for each in self.said("PartOf", "Unit") for word in each.value.split()}
        if not _USER_TARGETS.isdisjoint(wanted | bound):
            return True
        # The system has a `default.target` too, but units for it are wanted by another; a user has no other.
        return wanted == {"default.target"} and not self.said("User") and not self.said("DynamicUser")

    def _key(self) -> str:
        """The path of its own file, or the one that it would have: of drop-ins alone, of an instance."""
        is_made = self.instance and instance_of(unit_name(self.path)) == ""
        if self.is_complete and not is_made:
            return self.path
        return f"{self.folder}/{self.name}".lstrip("/")
