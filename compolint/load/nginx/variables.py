"""What the variables of Nginx hold: constants, what a client says, or what nobody can tell from the files.

A client says a path, which Nginx decodes, so that it may hold line ends; and headers, arguments and the rest
of the request, which it leaves as they are. What an expression captures is a part of that, as far as the
expression lets anything through; a table gives what stands in it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from compolint.load.nginx.comparisons import EXPRESSIVE, Expression, compared_at, expressions_of
from compolint.load.nginx.configuration import Configuration, Statement, every
from compolint.load.nginx.locations import location
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

# $name   ${name}   $1
_VARIABLE = pattern(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*|[0-9]))")
# ### ${NGINX_HOST}   %%NAME%%   @NAME@ ###
_INSERTED = pattern(r"\$\{?([A-Z][A-Z0-9_]*)\}?|%%(\w+)%%|@([A-Z][A-Z0-9_]*)@")
_DEEPEST = 8  # variables in variables
_LONGEST = 4096  # characters of a value, its variables filled in
_MOST_CHOICES = 16  # values of a table, each of which is one place more to hand on to
_MOST = 50  # values that one variable may be given, and expressions that it may be captured by
_NEAR = 6  # blocks around a `set` that it may count in

# Bits of characters, as `compolint.model.knowledge.expressions` has them.
_LINE_ENDS = 1 << 10 | 1 << 13
ANYTHING = (1 << 129) - 1
_RAW = ANYTHING & ~_LINE_ENDS
_HOST = _RAW & ~(1 << ord("/") | 1 << ord("\\") | 1 << ord(" "))
_TAILS = ("", "/", "?")
_TAIL_BITS = 1 << ord("/") | 1 << ord("?")
_PATHS = frozenset(("document_uri", "is_args", "request_uri", "uri"))
_DECODED = frozenset(("uri", "document_uri"))
_AS_SENT = frozenset(("args", "query_string", "request", "request_uri", "content_type"))
_AS_SENT_PREFIXES = ("arg_", "cookie_", "http_")
_TABLES = frozenset(("map", "geo", "split_clients"))
# The lines of a table that values fit which no other line names.
_ANY_VALUE = frozenset(("default", "~.", "~.*", "~.+", "~^.*$", "~^.+$", "~*.", "~*.*", "~*.+", "~^"))


class Part(NamedTuple):
    """A piece of a value: a text, or a variable that has no constant value."""

    text: str  # as it is, or with the `$`
    client: int = 0  # the characters that a client may put here; 0: nothing of it is the client's
    is_open: bool = False  # what is here is decided where the file is filled in
    is_variable: bool = False
    is_tail: bool = False  # it begins as what stands behind a host does: with a slash or a question mark


class Variables:
    """The variables of one configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self.tables: dict[str, Statement] = {}
        self._sets: dict[tuple[str, Statement | None], list[Statement]] = {}  # by the blocks around
        self._captures: dict[str, list[Expression]] = {}
        self._given: dict[tuple[str, Statement | None], tuple[Part, ...]] = {}
        self._known: dict[tuple[str, Statement | None], tuple[Part, ...]] = {}
        self.named: set[Statement] = set()  # servers that answer for names which they state only
        self._refusing: dict[Statement, bool] = {}  # blocks that turn requests with line ends away
        self._expressions: dict[Statement, tuple[Expression, ...]] = {}
        for statement in every(configuration.statements):
            name, texts = statement.name, statement.texts
            if name == "set" and len(texts) == 2:
                around = [None, *islice(statement.around(), _NEAR)]
                for block in around:
                    self._sets.setdefault((texts[0].lstrip("$").lower(), block), []).append(statement)
            elif name in _TABLES and texts and statement.block is not None:
                self.tables.setdefault(texts[-1].lstrip("$").lower(), statement)
            if name not in EXPRESSIVE:
                continue
            for expression in expressions_of(statement):
                for captured in _NAMED.findall(expression.text):
                    self._captures.setdefault(captured.lower(), []).append(expression)

    def parts(self, text: str, block: Statement | None, depth: int = 0) -> tuple[Part, ...]:
        """A text as it counts inside a block, with what is known of its variables."""
        if "$" not in text and "%%" not in text and "@" not in text:
            return (Part(text),)
        found: list[Part] = []
        at = length = 0
        for match in _mentions(text):
            if match.start() < at:
                continue
            if match.start() > at:
                found.append(Part(text[at : match.start()]))
            at = match.end()
            more = self._variable(match[0], block, depth)
            length += sum(len(part.text) for part in more)
            found += more if length <= _LONGEST else [Part(match[0], is_open=True)]
        if at < len(text):
            found.append(Part(text[at:]))
        return tuple(found)

    def value(self, text: str, at: Span, block: Statement | None) -> Maybe[str]:
        """A text with its constants filled in; it is open if something else in it decides."""
        parts = self.parts(text, block)
        return _value(text, at, parts, [part.is_variable or part.is_open for part in parts])

    def answer(self, text: str, at: Span, block: Statement | None) -> Maybe[str]:
        """The same for what is told to others: variables that each request decides stand in it as written."""
        parts = self.parts(text, block)
        return _value(text, at, parts, [part.is_open for part in parts])

    def choices(self, text: str, block: Statement | None) -> tuple[str, ...]:
        """The texts that a table makes of one, if it has a variable of a table with constants only."""
        if "$" not in text:
            return (text,)
        known = "".join(part.text for part in self.parts(text, block))
        for mention in _VARIABLE.finditer(known):
            name = (mention[1] or mention[2]).lower()
            table = self.tables.get(name)
            if table is None or (name, self._set_in(name, block)) in self._sets:
                continue
            entries = (
                each for each in table.block or () if each.name not in ("hostnames", "volatile", "include")
            )
            values = dict.fromkeys(each.texts[0] for each in islice(entries, _MOST + 1) if each.texts)
            values.pop("", None)
            if (
                values
                and len(values) <= _MOST_CHOICES
                and not table.gaps
                and not any("$" in each for each in values)
            ):
                return tuple(known[: mention.start()] + each + known[mention.end() :] for each in values)
        return (text,)

    def echoed(self, parts: Iterable[Part], depth: int = 0) -> Iterator[str]:
        """The headers of a request that stand in a value whatever they say, also by way of tables."""
        for part in parts:
            name = part.text.strip("${}").lower() if part.is_variable else ""
            table = self.tables.get(name)
            if name.startswith("http_"):
                yield name.removeprefix("http_").replace("_", "-")
            elif table and table.name == "map" and depth < _DEEPEST:
                usual = next((each for each in table.block or () if each.name in _ANY_VALUE), None)
                if usual and usual.texts:
                    yield from self.echoed(self.parts(usual.texts[0], usual), depth + 1)

    def _variable(self, mention: str, block: Statement | None, depth: int) -> tuple[Part, ...]:
        if mention[0] != "$" or depth >= _DEEPEST:
            return (Part(mention, is_open=True),)
        name = mention.strip("${}").lower()
        known = self._known.get((mention, block))
        if known is None:
            known = self._known[mention, block] = self._looked_up(mention, name, block, depth)
        return known

    def _looked_up(self, mention: str, name: str, block: Statement | None, depth: int) -> tuple[Part, ...]:
        level = self._set_in(name, block)
        if sets := self._sets.get((name, level)):
            if (mention, level) not in self._given:
                options = ((each.texts[1], each.parent) for each in sets)
                self._given[mention, level] = self._one_of(mention, options, depth)
            return self._given[mention, level]
        if table := self.tables.get(name):
            return self._known.get((mention, table)) or self._of_table(mention, table, depth)
        if name.isdigit() or name in self._captures:
            expressions = self._expressions_at(block) if name.isdigit() else self._captures[name]
            characters, first = self._captured(name, expressions, depth)
            is_tail = bool(first) and not first & ~_TAIL_BITS
            return (Part(mention, characters & self._limit(block), False, True, is_tail),)
        if _INSERTED.fullmatch(mention):
            return (Part(mention, is_open=True),)
        said = 0 if name == "host" and self._is_named(block) else _said_by_client(name, block)
        return (Part(mention, said & self._limit(block), False, True, name in _PATHS),)

    def _is_named(self, block: Statement | None) -> bool:
        """Whether the server around answers for the names that it states, and for no others."""
        return block is not None and any(each in self.named for each in (block, *block.around()))

    def _limit(self, block: Statement | None) -> int:
        """The characters that requests can have which lead to a block."""
        while block:
            if block not in self._refusing:
                self._refusing[block] = any(map(_turns_line_ends_away, block.named("if")))
            if self._refusing[block]:
                return _RAW
            block = block.parent
        return ANYTHING

    def _set_in(self, name: str, block: Statement | None) -> Statement | None:
        """The innermost block around that sets a variable which is used in one; None for anywhere else."""
        while block and (name, block) not in self._sets:
            block = block.parent
        return block

    def _one_of(
        self, mention: str, texts: Iterable[tuple[str, Statement | None]], depth: int
    ) -> tuple[Part, ...]:
        """What a variable holds that is given one of several values."""
        some = list(islice(texts, _MOST + 1))
        options = list(dict.fromkeys(self.parts(text, block, depth + 1) for text, block in some))
        if len(options) == 1:
            return options[0]
        characters, is_open = 0, len(some) > _MOST
        for option in options:
            for part in option:
                characters |= part.client
                is_open |= part.is_open
        is_tail = all(not option or option[0].is_tail or option[0].text[:1] in _TAILS for option in options)
        return (Part(mention, characters, is_open, True, is_tail),)

    def _of_table(self, mention: str, table: Statement, depth: int) -> tuple[Part, ...]:
        if table.name != "map" or len(table.texts) != 2:
            return (Part(mention, is_variable=True),)
        characters = 0
        for entry in table.block or ():
            if entry.name in ("hostnames", "volatile") or not entry.texts or "$" not in entry.texts[0]:
                continue
            for part in self.parts(entry.texts[0], entry, depth + 1):
                characters |= part.client
        found = self._known[mention, table] = (Part(mention, characters, is_variable=True),)
        return found

    def _captured(self, name: str, expressions: Iterable[Expression], depth: int) -> tuple[int, int]:
        """The characters that a client may put into a group, and those that it can begin with."""
        from compolint.model.knowledge.expressions import groups

        found = first = 0
        for expression in islice(expressions, _MOST):
            said = 0
            for part in self.parts(expression.subject, None, depth + 1):
                said |= part.client
            known = groups(expression.text)
            if known is None:
                # What the expression says is not clear, so nothing is claimed of line ends.
                found |= said & _RAW
                first |= _RAW
            elif (group := known.get(name)) and not group.is_listed:
                found |= said & group.characters
                first |= group.first
        return found, first

    def _expressions_at(self, block: Statement | None) -> tuple[Expression, ...]:
        """Those whose groups `$1` and the like are about, in a block, or in one value of a table."""
        if block is None:
            return ()
        if block not in self._expressions:
            self._expressions[block] = tuple(islice(compared_at(block), _MOST))
        return self._expressions[block]


def _value(text: str, at: Span, parts: tuple[Part, ...], is_open: list[bool]) -> Maybe[str]:
    if True not in is_open:
        return "".join(part.text for part in parts)
    first, last = is_open.index(True), len(parts) - is_open[::-1].index(True)
    names = (part.text.strip("${}%@") for part in parts if part.is_open)
    head, tail = ("".join(part.text for part in some) for some in (parts[:first], parts[last:]))
    return Unknown(text, at, tuple(dict.fromkeys(names)), head, tail)


def mentioned(text: str) -> Iterator[str]:
    """The names of the variables in a text."""
    return ((match[1] or match[2]).lower() for match in _VARIABLE.finditer(text))


def _mentions(text: str) -> Iterator[re.Match[str]]:
    if "%%" not in text and "@" not in text:
        return _VARIABLE.finditer(text)
    found = [*_VARIABLE.finditer(text), *_INSERTED.finditer(text)]
    return iter(sorted(found, key=lambda match: (match.start(), -match.end())))


def _said_by_client(name: str, block: Statement | None) -> int:
    """The characters that a client may put into one of Nginx's own variables."""
    if name in _DECODED:
        return _path_in(block)
    if name in ("host", "http_host", "ssl_preread_server_name", "ssl_server_name"):
        return _HOST
    if name in _AS_SENT or name.startswith(_AS_SENT_PREFIXES):
        return _RAW
    return 0


def _turns_line_ends_away(condition: Statement) -> bool:
    """### if ($request_uri ~* "%0A|%0D") { return 403; } ###"""
    is_about = any("%0a" in text.lower() for text in condition.texts)
    return is_about and any(each.name == "return" for each in condition.block or ())


def _path_in(block: Statement | None) -> int:
    """The characters that a path can have which leads to a block."""
    while block and block.name != "location":
        block = block.parent
    found = block and location(block)
    if not found:
        return ANYTHING
    if found.modifier == "=":
        return 0
    if found.is_pattern:
        from compolint.model.knowledge.expressions import groups, is_anchored

        known = groups(found.path)
        if known and is_anchored(found.path):
            return known["0"].characters
    return ANYTHING


# ### (?<name>   (?P<name>   (?'name' ###
_NAMED = pattern(r"\(\?P?[<']([A-Za-z_]\w*)[>']")


def is_filled_in(text: str) -> bool:
    """Whether a program puts something into a text before Nginx reads it: `${PORT}`, `%%NAME%%`."""
    return bool(_INSERTED.search(text))
