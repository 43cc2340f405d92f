"""Which paths the ignore files of a folder leave out, as git reads them.

Hand-written although there is `pathspec`, which takes 24 ms to import and three times as long as the
whole walk; and instead of asking `git`, which containers often lack and which would run programs that
a foreign repository's configuration names.

A pattern becomes a lookup where it can (`build/`, `*.log`, `/docs/api`) and a regular expression
where it cannot. No text makes these expressions slow: a star takes the first place that fits and
never gives it back, which loses nothing, since all that follows it up to the next star has a fixed
length.

Paths are compared byte by byte, as git does: they are read as Latin-1 here, whatever they are.
"""

import os
import re
from collections.abc import Callable, Iterator

from compolint.pattern import compiled, pattern
from compolint.tuples import NamedTuple

# How many patterns may have to be looked at for one path. Where ignore files have more, those of the
# inner folders have no effect: then too much is read, never too little.
LIMIT = 1000
_LONGEST = 4096
_SPECIAL = pattern(r"[*?\[\\]")
_NOTHING = "(?!)"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": " \\t\\n\\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class _Rule(NamedTuple):
    order: int
    negated: bool
    folders_only: bool
    text: str


class _Glob(NamedTuple):
    rule: _Rule
    expression: str


class _Globs:
    """Patterns that are no lookup: all of them are asked at once, and one by one only if one fits."""

    __slots__ = ("_globs", "fit")

    def __init__(self) -> None:
        self._globs: list[_Glob] = []
        self.fit: Callable[[str], object] = self._fit_first

    def __len__(self) -> int:
        return len(self._globs)

    def add(self, rule: _Rule, expression: str) -> None:
        self._globs.append(_Glob(rule, expression))

    def rules(self, text: str) -> Iterator[_Rule]:
        return (rule for rule, expression in self._globs if compiled(expression, re.DOTALL).fullmatch(text))

    def _fit_first(self, text: str) -> object:
        """Compiles the patterns when they are asked for the first time, which may be never."""
        expression = "|".join(glob.expression for glob in self._globs) or _NOTHING
        self.fit = compiled(expression, re.DOTALL).fullmatch
        return self.fit(text)


class Rules:
    """The patterns of one ignore file; the later of two that fit decides."""

    __slots__ = ("_name_globs", "_names", "_path_globs", "_paths", "_suffix_rules", "_suffixes")

    def __init__(self, data: bytes) -> None:
        self._names: dict[str, list[_Rule]] = {}
        self._paths: dict[str, list[_Rule]] = {}
        self._suffix_rules: list[_Rule] = []
        self._name_globs, self._path_globs = _Globs(), _Globs()
        lines = data.removeprefix(_BYTE_ORDER_MARK).decode("latin-1").split("\n")
        for order, line in enumerate(lines):
            self._add(order, line.removesuffix("\r"))
        self._suffixes = tuple(rule.text for rule in self._suffix_rules)

    def __len__(self) -> int:
        """How many patterns each path is compared with, one by one."""
        return len(self._suffixes) + len(self._name_globs) + len(self._path_globs)

    def __bool__(self) -> bool:
        return bool(self._names or self._paths or len(self))

    def verdict(self, path: str, name: str, is_folder: bool) -> bool | None:
        """Whether a path, as seen from the ignore file, is ignored; None if no pattern fits it."""
        if not (
            name in self._names
            or path in self._paths
            or name.endswith(self._suffixes)
            or self._name_globs.fit(name)
            or self._path_globs.fit(path)
        ):
            return None
        rules = [*self._names.get(name, ()), *self._paths.get(path, ())]
        rules += (rule for rule in self._suffix_rules if name.endswith(rule.text))
        rules += self._name_globs.rules(name)
        rules += self._path_globs.rules(path)
        decisive = max((rule for rule in rules if is_folder or not rule.folders_only), default=None)
        return None if decisive is None else not decisive.negated

    def _add(self, order: int, line: str) -> None:
        if line.startswith("#"):
            return
        pattern = _trimmed(line.partition("\0")[0])
        negated = pattern.startswith("!")
        pattern = pattern[1:] if negated else pattern
        folders_only = pattern.endswith("/")
        pattern = pattern[:-1] if folders_only else pattern
        is_path = "/" in pattern
        tokens = _tokens(pattern.removeprefix("/"), is_path) if len(pattern) <= _LONGEST else []
        if not tokens:
            return
        if tokens[0].kind == "any folders" and all(token.kind == "one" for token in tokens[1:]):
            tokens, is_path = tokens[1:], False  # `**/name`
        literal = _literal(tokens)
        rule = _Rule(order, negated, folders_only, literal or "")
        if literal is not None:
            (self._paths if is_path else self._names).setdefault(literal, []).append(rule)
        elif not is_path and tokens[0].kind == "star" and (suffix := _literal(tokens[1:])):
            self._suffix_rules.append(rule._replace(text=suffix))
        else:
            (self._path_globs if is_path else self._name_globs).add(rule, _expression(tokens))


class Scope:
    """The rules that hold in a folder: those of its own ignore file before those of the folders above."""

    __slots__ = ("_above", "_cost", "_cut", "_rules")
    _cost: int

    def __init__(self, folder: str, rules: Rules, above: "Scope | None" = None) -> None:
        self._rules, self._above = rules, above
        self._cut = len(_octets(folder).rstrip("/")) + 1
        self._cost = 1 + len(rules) + (above._cost if above else 0)

    @property
    def is_too_large(self) -> bool:
        return self._cost > LIMIT

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Whether a path below the folder, written in the same way, is ignored.

        The folders between the two must not be ignored: what is in an ignored folder stays so.
        """
        path = _octets(path)
        name = path[path.rfind("/") + 1 :]
        scope: Scope | None = self
        while scope is not None:
            verdict = scope._rules.verdict(path[scope._cut :], name, is_folder)
            if verdict is not None:
                return verdict
            scope = scope._above
        return False


class _Token(NamedTuple):
    kind: str  # one: a single character; star; slash; anything: `**` at the end; any folders: `**/`
    text: str = ""  # of a single character: what it is, or the expression for what it may be
    is_set: bool = False


_STAR, _SLASH, _ANYTHING = _Token("star"), _Token("slash"), _Token("anything")
_ANY_FOLDERS = _Token("any folders")


def _octets(path: str) -> str:
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def _trimmed(line: str) -> str:
    r"""The line without the blanks at its end; one that a backslash protects stays: `name\ `."""
    kept = line.rstrip(" ")
    backslashes = len(kept) - len(kept.rstrip("\\"))
    return line[: len(kept) + 1] if backslashes % 2 else kept


def _tokens(pattern: str, is_path: bool) -> list[_Token]:
    """What a pattern consists of; nothing for one that fits no path, as `[` without end."""
    tokens: list[_Token] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "*":
            end = at
            while pattern.startswith("*", end):
                end += 1
            token, at = _stars(pattern, at, end) if is_path and end - at > 1 else (_STAR, end)
        elif character == "[":
            token, at = _set(pattern, at + 1)
        elif character == "?":
            token, at = _Token("one", "[^/]", is_set=True), at + 1
        elif character == "\\":
            token, at = _Token("one", pattern[at + 1 : at + 2]), at + 2
        else:
            token, at = _Token("one", character), at + 1
        if token == _Token("one"):
            return []
        tokens.append(_SLASH if token == _Token("one", "/") else token)
    return tokens


def _stars(pattern: str, start: int, end: int) -> tuple[_Token, int]:
    """Two or more stars: across folders if slashes enclose them, else no more than one star.

    As git compares what comes before the first special character on its own, that counts as a slash.
    """
    before = pattern[:start]
    opens = before.endswith("/") or not _SPECIAL.search(before)
    if opens and pattern.startswith("/", end):
        return _ANY_FOLDERS, end + 1
    if opens and (end == len(pattern) or pattern.startswith("\\/", end)):
        return _ANYTHING, end
    return _STAR, end


def _set(pattern: str, at: int) -> tuple[_Token, int]:
    """A bracket expression and where it ends; the empty token for one without end."""
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    parts: list[str] = []
    previous = ""
    first = True
    while first or not pattern.startswith("]", at):
        first = False
        character = pattern[at : at + 1]
        if character == "[" and pattern.startswith(":", at + 1):
            end = pattern.find("]", at + 2)
            if end < 0:
                return _Token("one"), at
            if pattern[end - 1] == ":" and end - 1 >= at + 2:
                if (members := _CLASSES.get(pattern[at + 2 : end - 1])) is None:
                    return _Token("one"), at
                parts.append(members)
                previous, at = "", end + 1
                continue
        if character == "-" and previous and pattern[at + 1 : at + 2] not in ("", "]"):
            at += 2 if pattern.startswith("\\", at + 1) else 1
            last = pattern[at : at + 1]
            if previous <= last:
                parts.append(f"{_escaped(previous)}-{_escaped(last)}")
            previous = ""
        else:
            at += character == "\\"
            last = previous = pattern[at : at + 1]
            parts.append(_escaped(last) if last else "")
        if not last:
            return _Token("one"), at
        at += 1
    members = "".join(parts)
    if negated:
        return _Token("one", f"[^/{members}]", is_set=True), at + 1
    return _Token("one", f"(?!/)[{members}]" if members else _NOTHING, is_set=True), at + 1


def _escaped(character: str) -> str:
    return f"\\x{ord(character):02x}"


def _literal(tokens: list[_Token]) -> str | None:
    """The text that is the only one to fit, if there is one."""
    if any(token.is_set or token.kind not in ("one", "slash") for token in tokens):
        return None
    return "".join("/" if token.kind == "slash" else token.text for token in tokens)


def _expression(tokens: list[_Token]) -> str:
    """The regular expression for a whole path."""
    groups = list(_split(tokens, ("any folders", "anything")))
    if len(groups) == 1:
        return _segments(groups[0][1])
    result = [_segments(groups[0][1])]
    for kind, group in groups[1:-1]:
        result.append(f"(?>{_lead(kind)}{_segments(group)})")
    kind, group = groups[-1]
    result.append(f"{_lead(kind)}{_segments(group)}")
    return "".join(result)


def _lead(kind: str) -> str:
    return "(?:[^/]*/)*?" if kind == "any folders" else ".*?"


def _segments(tokens: list[_Token]) -> str:
    """The expression for tokens none of which crosses folders."""
    return "/".join(_segment(segment) for _, segment in _split(tokens, ("slash",)))


def _segment(tokens: list[_Token]) -> str:
    (_, first), *rest = _split(tokens, ("star",))
    result = [_fixed(first)]
    result += [f"(?>[^/]*?{_fixed(part)})" for _, part in rest[:-1]]
    result += [f"[^/]*{_fixed(part)}" for _, part in rest[-1:]]
    return "".join(result)


def _fixed(tokens: list[_Token]) -> str:
    return "".join(token.text if token.is_set else re.escape(token.text) for token in tokens)


def _split(tokens: list[_Token], kinds: tuple[str, ...]) -> Iterator[tuple[str, list[_Token]]]:
    """The stretches between the tokens of these kinds, each with the kind before it."""
    kind = ""
    part: list[_Token] = []
    for token in tokens:
        if token.kind in kinds:
            yield kind, part
            kind, part = token.kind, []
        else:
            part.append(token)
    yield kind, part
