"""The words of a Caddyfile in the order in which they count: `import` gives way to what it names.

An import takes the words of a snippet or of files, with the import's own arguments and block put in the
places that ask for them: `{args[0]}`, `{args[1:]}`, `{block}`, `{blocks.name}`. All that one import brings
in has a frame of its own, so that nothing in it is on one line with what stands around it.
"""

import re
from collections.abc import Callable, Sequence

from compolint.pattern import pattern
from compolint.syntax.caddy_lexer import Lexed, Token
from compolint.syntax.caddy_variables import Fault, Kind
from compolint.text import Span
from compolint.tuples import NamedTuple

_MOST = 100_000  # words that imports bring in
_LONGEST = 4_000_000  # characters that arguments bring in
_MOST_FAULTS = 100
_MOST_IMPORTS = 5_000
_DEEPEST = 50
# {args[0]}   {args.0}   and a brace behind a backslash, which is just a brace
_ARGUMENT = pattern(r"\\([{}])|\{args(?:\[([0-9]+)\]|\.([0-9]+))\}")
_SEVERAL = pattern(r"\{args\[([0-9]*):([0-9]*)\]\}")
_BLOCK = pattern(r"\{block(?:s\.(.*))?\}", re.DOTALL)


class Imported(NamedTuple):
    """What an import of files finds; a refusal says why it finds nothing, if that is not as it should be."""

    files: tuple[Lexed, ...]
    refusal: str | None = None
    is_elsewhere: bool = False  # nobody can expect it to be here


# Given what is imported, and the file that does so.
Find = Callable[[Token, str], Imported]


class _Frame(NamedTuple):
    parent: int
    name: str  # of the snippet or the file
    depth: int


class _Import(NamedTuple):
    """An import as it is written."""

    keyword: Token
    what: Token
    arguments: list[Token]
    block: list[Token]
    blocks: dict[str, list[Token]]


class Feed:
    """Words one by one, with a look at the next one."""

    def __init__(self, lexed: Lexed, find: Find) -> None:
        self.faults: list[Fault] = list(lexed.faults)
        self.read: dict[str, Lexed] = {lexed.source.path: lexed}
        self.snippets: dict[str, list[Token]] = {}
        self._find = find
        self._ahead: list[tuple[Sequence[Token], int]] = [(lexed.tokens, 0)]
        self._frames = [_Frame(-1, lexed.source.path, 0)]
        self._brought_in = 0
        self._budget = _LONGEST
        self._is_full = False  # nothing more is brought in

    def peek(self) -> Token | None:
        while self._ahead:
            tokens, at = self._ahead[-1]
            if at < len(tokens):
                return tokens[at]
            self._ahead.pop()
        return None

    def next(self) -> Token | None:
        token = self.peek()
        if token is not None:
            tokens, at = self._ahead[-1]
            self._ahead[-1] = tokens, at + 1
        return token

    def fault(self, message: str, at: Span, kind: Kind = "syntax") -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(message, at, kind))

    def arguments(self, after: Token) -> list[Token]:
        """The words that follow on the same line, up to a brace that opens."""
        found: list[Token] = []
        while (token := self.peek()) and not after.ends_before(token) and not token.is_brace("{"):
            found.append(token)
            after = token
            self.next()
        return found

    def block(self, after: Token) -> list[Token]:
        """The words in the braces that open on the same line."""
        opening = self.peek()
        if opening is None or after.ends_before(opening) or not opening.is_brace("{"):
            return []
        self.next()
        return self.rest_of_block(opening)

    def rest_of_block(self, opening: Token) -> list[Token]:
        """The words up to the brace that closes the one that was just read."""
        found: list[Token] = []
        depth = 1
        while token := self.next():
            depth += token.is_brace("{") - token.is_brace("}")
            if not depth:
                return found
            found.append(token)
        self.fault("this brace is never closed", opening.span)
        return found

    def define(self, name: Token, opening: Token) -> None:
        """Keeps the words of a snippet for when it is imported."""
        tokens = self.rest_of_block(opening)
        key = name.text[1:-1]
        if key in self.snippets:
            self.fault(f"the snippet {name.text} is declared a second time", name.span)
        else:
            self.snippets[key] = tokens

    def take_in(self, keyword: Token, is_in_block: bool) -> Token | None:
        """Puts what an import names in its place; the keyword has just been read. Gives what is not here."""
        arguments = self.arguments(keyword)
        block = self.block(arguments[-1] if arguments else keyword)
        if not arguments:
            self.fault("import does not say what", keyword.span)
            return None
        what, *rest = arguments
        if not what.text:
            self.fault("import does not say what", what.span)
            return None
        if self._is_full:
            return None
        statement = _Import(keyword, what, rest, block, _named(block))
        parts = self._parts(statement)
        if parts is None:
            return what
        for name, tokens in parts:
            frame = self._enter(name, keyword, what)
            if frame is None:
                return None
            self._budget -= _cost(tokens, rest)
            if self._budget < 0:
                self._stop(f"imports bring in more than {_LONGEST} characters", keyword.span)
                return None
            copied = _copied(tokens, statement, frame, int(is_in_block))
            self._brought_in += len(copied)
            if self._brought_in > _MOST:
                self._stop(f"imports bring in more than {_MOST} words", keyword.span)
                return None
            self._ahead.append((copied, 0))
        return None

    def _stop(self, message: str, at: Span) -> None:
        self._is_full = True
        self.fault(message, at, "unsupported")

    def _parts(self, statement: _Import) -> list[tuple[str, Sequence[Token]]] | None:
        """What is to be read, by its name; the last part comes first, as it lies below the others."""
        what = statement.what
        if what.text in self.snippets:
            return [(f"({what.text})", self.snippets[what.text])]
        imported = self._find(what, statement.keyword.span.path)
        if imported.refusal:
            self.fault(imported.refusal, what.span, "elsewhere" if imported.is_elsewhere else "missing")
            return None
        for lexed in imported.files:
            if lexed.source.path not in self.read:
                self.read[lexed.source.path] = lexed
                self.faults += lexed.faults
        return [(lexed.source.path, lexed.tokens) for lexed in reversed(imported.files)]

    def _enter(self, name: str, keyword: Token, what: Token) -> int | None:
        around = keyword.frame
        frame = self._frames[around]
        if frame.depth >= _DEEPEST:
            self.fault(f"imports are nested deeper than {_DEEPEST} levels", what.span, "unsupported")
            return None
        if len(self._frames) > _MOST_IMPORTS:
            self._stop(f"there are more than {_MOST_IMPORTS} imports", what.span)
            return None
        at = around
        while at >= 0:
            if self._frames[at].name == name:
                self.fault("this import leads in a circle", what.span)
                return None
            at = self._frames[at].parent
        self._frames.append(_Frame(around, name, frame.depth + 1))
        return len(self._frames) - 1


def _named(block: list[Token]) -> dict[str, list[Token]]:
    """The parts of a block by their first words: what follows those on the line and in braces."""
    found: dict[str, list[Token]] = {}
    at = 0
    while at < len(block):
        key = block[at]
        part: list[Token] = []
        at, depth, before = at + 1, 0, key
        while at < len(block) and (depth or not before.ends_before(block[at])):
            before = block[at]
            depth += before.is_brace("{") - before.is_brace("}")
            is_outer_brace = (depth == 1 and before.is_brace("{")) or (depth == 0 and before.is_brace("}"))
            if not is_outer_brace:
                part.append(before)
            at += 1
        found[key.text] = part
    return found


def _cost(tokens: Sequence[Token], arguments: list[Token]) -> int:
    """How many characters the arguments can bring in at most."""
    longest = max((len(argument.text) for argument in arguments), default=0)
    return longest * sum(token.text.count("{args") for token in tokens)


def _copied(tokens: Sequence[Token], statement: _Import, frame: int, depth: int) -> list[Token]:
    """The words with the import's arguments and block put in, but for snippets that are declared there."""
    found: list[Token] = []
    before: Token | None = None
    place = 0  # of the word on its line
    is_name = is_snippet = False
    for token in tokens:
        if not is_snippet and not depth:
            place = 0 if before is None or before.ends_before(token) else place + 1
            if place == 0:
                is_name = len(token.text) > 2 and token.text[0] == "(" and token.text[-1] == ")"
        if token.is_brace("{"):
            depth += 1
            is_snippet = is_snippet or (is_name and place == 1 and depth == 1)
        elif token.is_brace("}"):
            depth -= 1
            is_snippet = is_snippet and depth > 0
        before = token
        if "{" not in token.text or len(token.text) == 1:
            found.append(token._replace(frame=frame))
        elif wanted := _BLOCK.fullmatch(token.text):
            found += statement.block if wanted[1] is None else statement.blocks.get(wanted[1], ())
        elif is_snippet:
            found.append(token._replace(frame=frame))
        else:
            found += _filled_in(token, statement.arguments, frame)
        if len(found) > _MOST:
            return found
    return found


def _filled_in(token: Token, arguments: list[Token], frame: int) -> list[Token]:
    if several := _SEVERAL.fullmatch(token.text):
        start = int(several[1][:9] or 0)
        end = int(several[2][:9] or len(arguments))
        if start <= end <= len(arguments):
            return [_standing_in(token, argument, frame) for argument in arguments[start:end]]
    match = _ARGUMENT.fullmatch(token.text)
    if match and not match[1]:
        index = int((match[2] or match[3])[:9])
        if index < len(arguments):
            return [_standing_in(token, arguments[index], frame)]
    used: list[Token] = []

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        index = int((match[2] or match[3])[:9])
        if index >= len(arguments):
            return match[0]
        used.append(arguments[index])
        return arguments[index].text

    text = _ARGUMENT.sub(value, token.text)
    variables = tuple(dict.fromkeys(variable for each in used for variable in each.variables))
    return [token._replace(text=text, frame=frame, variables=token.variables + variables)]


def _standing_in(token: Token, argument: Token, frame: int) -> Token:
    """An argument in the place of a word: what it says, and where it does, are the argument's."""
    return token._replace(text=argument.text, span=argument.span, frame=frame, variables=argument.variables)
