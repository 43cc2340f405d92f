"""Words of a unit with what systemd fills in: specifiers such as `%n`, variables such as `${PORT}`."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from compolint.load.commands import Said, Stretch
from compolint.load.unit.names import instance_of
from compolint.pattern import pattern
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import Piece, Unbalanced, Word, cut, place_of, whole, words
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

# %i   %%   @NAME@, which a build fills in
_SPECIFIER = pattern(r"%(?P<specifier>.)|(?P<blank>@[A-Za-z_][A-Za-z0-9_]*@)")
# … and ${NAME}   $$
_ANY = pattern(
    r"%(?P<specifier>.)|(?P<blank>@[A-Za-z_][A-Za-z0-9_]*@)|\$\{(?P<variable>[^}]*)\}|(?P<dollar>\$\$)"
)
_LONGEST = 1_000_000  # characters that the variables of a unit give together
_MOST = 10_000  # specifiers and variables in one word
_USERS = {"h": "~", "E": "~/.config", "C": "~/.cache", "T": "/tmp", "V": "/var/tmp", "%": "%"}
_SYSTEMS = {
    "h": "/root", "u": "root", "U": "0", "g": "root", "G": "0", "t": "/run", "S": "/var/lib",
    "C": "/var/cache", "L": "/var/log", "E": "/etc", "T": "/tmp", "V": "/var/tmp", "%": "%",
}  # fmt: skip


class Text:
    """A text that is made of a word of a setting, and where in the file its characters stand."""

    __slots__ = ("_given", "_open", "_pieces", "_setting", "text", "word")

    def __init__(
        self,
        setting: Setting,
        word: Word,
        text: str,
        pieces: Sequence[Piece],
        opened: Sequence[Stretch] = (),
        given: Sequence[Stretch] = (),
    ) -> None:
        self.text, self.word = text, word
        self._setting, self._pieces = setting, pieces
        self._open = opened  # what no file gives
        self._given = given  # what variables gave

    @property
    def span(self) -> Span:
        """Where the word stands, its quotes included."""
        return self._setting.place(self.word.start, self.word.end)

    def place(self, start: int, end: int) -> Span:
        """Where a stretch of the text stands."""
        return self._setting.place(*(place_of(self._pieces, start, end) or (self.word.end, self.word.end)))

    def known(self) -> Maybe[str]:
        return self.part(0, len(self.text))

    def part(self, start: int, end: int) -> Maybe[str]:
        """A stretch of the text, as far as it is known."""
        opened = _within(self._open, start, end)
        if not opened:
            return self.text[start:end]
        names = tuple(dict.fromkeys(name for _, _, each in opened for name in each))
        first, last = max(opened[0][0], start), min(opened[-1][1], end)
        shown = self.text[first : opened[0][1]]
        return Unknown(shown, self.place(start, end), names, self.text[start:first], self.text[last:end])

    def said(self) -> Said:
        """The text as a word of a command."""
        return Said(
            self.text,
            self.place,
            (lambda start, end: _within(self._open, start, end)) if self._open else None,
            (lambda start, end: bool(_within(self._given, start, end))) if self._given else None,
        )


def _within(stretches: Sequence[Stretch], start: int, end: int) -> Sequence[Stretch]:
    """Those of the sorted stretches that share a character with this one."""
    first = bisect_left(stretches, start + 1, key=lambda stretch: stretch[1])
    last = bisect_left(stretches, end, key=lambda stretch: stretch[0])
    return stretches[first:last]


class Filling:
    """What systemd fills into the texts of one unit."""

    def __init__(self, name: str, *, is_user: bool) -> None:
        self.environment: Mapping[str, Maybe[str]] = {}
        self._values = _values(name, is_user=is_user)
        self._length = 0

    def value(self, setting: Setting) -> Maybe[str]:
        """The whole value of a setting that has no words."""
        if "%" not in setting.value and "@" not in setting.value:
            return setting.value
        return self.text(setting, whole(setting.value)).known()

    def text(self, setting: Setting, word: Word) -> Text:
        """A word with its specifiers filled in."""
        return self._fill(setting, word, _SPECIFIER)

    def argument(self, setting: Setting, word: Word) -> Text:
        """A word that becomes part of a command line, with its variables filled in, too."""
        return self._fill(setting, word, _ANY)

    def arguments(self, setting: Setting, word: Word) -> list[Text]:
        """The words of a command that one becomes: `$NAME` may be several, or none."""
        text = word.text
        if text.startswith("$") and text[1:2] not in ("", "{", "$"):
            return self._split(setting, word, text[1:])
        return [self.argument(setting, word)]

    def _split(self, setting: Setting, word: Word, name: str) -> list[Text]:
        value = self.environment.get(name)
        if not isinstance(value, str) or not self._has_room(len(value)):
            return [Text(setting, word, word.text, word.pieces, ((0, len(word.text), (name,)),))]
        try:
            found = list(words(value))
        except Unbalanced:
            found = []
        return [
            Text(
                setting,
                word,
                each.text,
                (Piece(0, len(each.text), word.start, word.end),),
                given=((0, len(each.text), (name,)),),
            )
            for each in found
        ]

    def _fill(self, setting: Setting, word: Word, what: re.Pattern[str]) -> Text:
        text = word.text
        matches = list(what.finditer(text)) if "%" in text or "$" in text or "@" in text else ()
        if not matches:
            return Text(setting, word, text, word.pieces)
        if len(matches) > _MOST:
            return Text(setting, word, text, word.pieces, ((0, len(text), ()),))
        texts: list[str] = []
        pieces: list[Piece] = []
        opened: list[Stretch] = []
        given: list[Stretch] = []
        length = at = 0
        for match in matches:
            texts.append(text[at : match.start()])
            pieces += (piece.moved(length - at) for piece in cut(word.pieces, at, match.start()))
            length += match.start() - at
            value = self._value(match)
            put = match[0] if value is None else value
            texts.append(put)
            pieces.append(Piece(length, length + len(put), *word.place(*match.span())))
            stretch = length, length + len(put), _names(match)
            if value is None:
                opened.append(stretch)
            elif stretch[2]:
                given.append(stretch)
            length += len(put)
            at = match.end()
        texts.append(text[at:])
        pieces += (piece.moved(length - at) for piece in cut(word.pieces, at, len(text)))
        return Text(setting, word, "".join(texts), pieces, opened, given)

    def _value(self, match: re.Match[str]) -> str | None:
        if specifier := match["specifier"]:
            return self._values.get(specifier)
        if match["blank"]:
            return None
        if match["dollar"]:
            return "$"
        value = self.environment.get(match["variable"])
        return value if isinstance(value, str) and self._has_room(len(value)) else None

    def _has_room(self, length: int) -> bool:
        self._length += length
        return self._length <= _LONGEST


def _names(match: re.Match[str]) -> tuple[str, ...]:
    found = match.groupdict().get("variable")
    return (found,) if found else ()


def _values(name: str, *, is_user: bool) -> dict[str, str]:
    """What the specifiers stand for, as far as the name of the unit tells."""
    values = dict(_USERS if is_user else _SYSTEMS)
    stem = name.rpartition(".")[0]
    prefix, _, instance = stem.partition("@")
    values |= {"p": prefix, "j": prefix.rpartition("-")[2]}
    if instance_of(name) != "":
        values |= {"n": name, "N": stem, "i": instance, "f": f"/{_unescaped(instance or prefix)}"}
        values |= {"P": _unescaped(prefix), "I": _unescaped(instance), "J": _unescaped(values["j"])}
        values["d"] = f"/run/credentials/{name}"
    if is_user:
        values.pop("d", None)
    return values


def _unescaped(text: str) -> str:
    r"""`a-b\x2dc` is `a/b-c`."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), text.replace("-", "/"))
