"""Variables and quotes in a Dockerfile's words, as BuildKit resolves them, and the heredocs they announce.

Hand-written after the rules of BuildKit's `shell/lex.go`, because this is no shell: `${V%.*}` knows only `*`
and `?`, a backslash in double quotes escapes three characters, there is no `${V=x}` and no `$(…)`. The
standard library's `string.Template` and `shlex` read it differently, and so does dockerfile-parse: it turns
`${V:-3}` into `:-3}`.
"""

from collections.abc import Callable

from compolint.pattern import pattern
from compolint.syntax.dockerfile_glob import Refused, replaced, trimmed
from compolint.tuples import NamedTuple

Lookup = Callable[[str], str | None]

# What `unicode.IsSpace` of Go calls a space; that of Python has the separators 1C to 1F as well.
SPACES = " \t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

# The kernel takes no longer string in an environment; without a bound `ENV A=$A$A` doubles with each line.
_LONGEST = 131_072
_DEEPEST = 40  # `${A:-${B:-…}}`


class Expansion(NamedTuple):
    """A word after variables and quotes are resolved.

    `used` are the variables that had a part in it, `missing` those of them that have no value and no default,
    and so left nothing behind. With a `fault` there is no text: BuildKit stops here.
    """

    text: str
    used: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    fault: str | None = None


class HeredocWord(NamedTuple):
    """What `<<-"EOF"` announces."""

    name: str
    expand: bool
    strip_tabs: bool
    descriptor: int


def expand(text: str, lookup: Lookup, escape: str = "\\") -> Expansion:
    """The value of a word; `lookup` gives a variable's value, or None if it has none."""
    if not _SPECIAL.search(text):
        return Expansion(text)
    lexer = _Lexer(text, lookup, escape)
    try:
        value = "".join(piece for piece, _ in lexer.pieces())
    except Refused as refused:
        return Expansion("", frozenset(lexer.used), frozenset(lexer.missing), str(refused))
    return Expansion(value, frozenset(lexer.used), frozenset(lexer.missing))


def heredoc_words(line: str) -> tuple[HeredocWord, ...]:
    """The heredocs that a RUN, COPY or ADD announces, in the order of their bodies.

    The escape character is always a backslash here, whatever the directive says. A line whose quotes do not
    match announces nothing.
    """
    try:
        words = _words(_Lexer(line, _unset, "\\", raw=True).pieces())
    except Refused:
        return ()
    return tuple(found for word in words if (found := heredoc_word(word)))


def heredoc_word(word: str) -> HeredocWord | None:
    """The heredoc that a word announces; None if it is another word."""
    match = _HEREDOC.match(word)
    if not match or not match[3]:
        return None
    try:
        names = _words(_Lexer(match[3], _unset, "\\", keep_unset=True).pieces())
        quoted = _words(_Lexer(match[3], _unset, "\\", keep_unset=True, raw_quotes=True).pieces())
    except Refused:
        return None
    if len(names) != 1:
        return None
    descriptor = int(match[1][-4:] or 0)  # no shell has a thousand descriptors, and int() has a limit
    return HeredocWord(names[0], _quotes(names) == _quotes(quoted), match[2] == "-", descriptor)


# 3<<-"EOF", << EOF; never <<<
_HEREDOC = pattern(r"(\d*)<<(-?)\s*([^<]*)\Z")
_SPECIAL = pattern(r"[$'\"\\`]")
_PLAIN = pattern(r"[^$'\"\\`}/<]+")
_PLAIN_IN_QUOTES = pattern(r"[^$\"\\`]+")
_NAME = pattern(r"\d+|[@*#?\-$!]|[^\W\d]\w*")  # $1, $@, $name
_SHELL_SLICE = pattern(r":[^#%]")
_GAP = pattern(f"[{SPACES}]+")


class _Lexer:
    """One pass over a word, with a place in it."""

    def __init__(
        self,
        text: str,
        lookup: Lookup,
        escape: str,
        *,
        raw: bool = False,
        raw_quotes: bool = False,
        keep_unset: bool = False,
    ) -> None:
        self.text, self.lookup, self.escape = text, lookup, escape
        self.raw_quotes, self.raw_escapes, self.keep_unset = raw or raw_quotes, raw, raw or keep_unset
        self.used: set[str] = set()
        self.missing: set[str] = set()
        self._at = self._depth = self._length = 0

    def pieces(self, stop: str = "") -> list[tuple[str, bool]]:
        """The text up to `stop`, in pieces; True with those in which a space separates no words."""
        pieces: list[tuple[str, bool]] = []
        text = self.text
        while self._at < len(text):
            character = text[self._at]
            if character == stop:
                self._at += 1
                return pieces
            if character == "$":
                pieces.append((self._variable(), False))
            elif character == "'":
                pieces.append((self._single_quoted(), True))
            elif character == '"':
                pieces.append((self._double_quoted(), True))
            elif character == "<":
                pieces.append((self._less(), True))
            elif character == self.escape:
                pieces.append((self._escaped(), True))
            elif plain := _PLAIN.match(text, self._at):
                pieces.append((plain[0], False))
                self._at = plain.end()
            else:
                pieces.append((character, False))
                self._at += 1
        if stop:
            raise Refused(f"missing '{stop}' in a variable")
        return pieces

    def _less(self) -> str:
        start = self._at
        self._at += 1
        if self.text.startswith("<", self._at):  # `<< EOF` announces a heredoc as `<<EOF` does
            self._at += 1
            while self._at < len(self.text) and self.text[self._at] in " \t":
                self._at += 1
        return self.text[start : self._at]

    def _escaped(self) -> str:
        kept = self.escape if self.raw_escapes else ""
        escaped = self.text[self._at + 1 : self._at + 2]
        self._at += 2
        return kept + escaped

    def _single_quoted(self) -> str:
        start = self._at + 1
        end = self.text.find("'", start)
        if end < 0:
            raise Refused("a single quote is not closed")
        self._at = end + 1
        return self.text[start - 1 : end + 1] if self.raw_quotes else self.text[start:end]

    def _double_quoted(self) -> str:
        text, quote = self.text, '"' if self.raw_quotes else ""
        pieces = [quote]
        self._at += 1
        while self._at < len(text):
            character = text[self._at]
            if character == '"':
                self._at += 1
                pieces.append(quote)
                return "".join(pieces)
            if character == "$":
                pieces.append(self._variable())
            elif character == self.escape:
                pieces.append(self._escaped_in_quotes())
            elif plain := _PLAIN_IN_QUOTES.match(text, self._at):
                pieces.append(plain[0])
                self._at = plain.end()
            else:
                pieces.append(character)
                self._at += 1
        raise Refused("a double quote is not closed")

    def _escaped_in_quotes(self) -> str:
        following = self.text[self._at + 1 : self._at + 2]
        kept = self.escape if self.raw_escapes else ""
        if following and following in ('"', "$", self.escape):
            self._at += 2
            return kept + following
        self._at += 1
        return kept + self.escape if following else kept

    def _variable(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Refused("variables are nested too deeply")
        value = self._braced() if self.text.startswith("{", self._at + 1) else self._bare()
        self._depth -= 1
        self._length += len(value)
        if self._length > _LONGEST:
            raise Refused(f"a word becomes longer than {_LONGEST} characters")
        return value

    def _bare(self) -> str:
        self._at += 1
        name = self._name()
        return self._value(name, f"${name}") if name else "$"

    def _braced(self) -> str:
        self._at += 2
        if self.text[self._at : self._at + 1] in ("", "{", "}", ":"):
            raise Refused("a variable in ${} has no name")
        name = self._name()
        operator = self._next()
        if operator == "}":
            return self._value(name, f"${{{name}}}")
        if operator == ":":
            operator += self._next()
        if operator == "/":
            return self._replaced(name)
        # in a RUN with a heredoc BuildKit lets the shell's `${V:0:3}` pass, but not `${V^^}`
        if operator not in _OPERATORS and not (self.keep_unset and _SHELL_SLICE.match(operator)):
            raise Refused("a substitution in ${} is none that a Dockerfile has")
        word = self._nested("}", raw_escapes=operator in "#%")
        if self.keep_unset and self._get(name) is None:
            return f"${{{name}{operator}{word}}}"
        return self._substituted(name, operator, word)

    def _substituted(self, name: str, operator: str, word: str) -> str:
        if operator in "#%":
            value, greedy = self._value(name), word.startswith(operator)
            return trimmed(value, word[greedy:], from_end=operator == "%", greedy=greedy)
        value_or_none = self._get(name)
        absent = value_or_none is None or (operator[0] == ":" and not value_or_none)
        match operator[-1]:
            case "-":
                return word if absent else value_or_none or ""
            case "+":
                return "" if absent else word
        if absent:
            raise Refused(f"{name} must have a value")
        return value_or_none or ""

    def _replaced(self, name: str) -> str:
        everywhere = self.text.startswith("/", self._at)
        self._at += everywhere
        pattern = self._nested("/", raw_escapes=True)
        replacement = self._nested("}", raw_escapes=True)
        if self.keep_unset and self._get(name) is None:
            return f"${{{name}/{pattern}/{replacement}}}"
        return replaced(self._value(name), pattern, replacement, everywhere=everywhere)

    def _nested(self, stop: str, *, raw_escapes: bool) -> str:
        before, self.raw_escapes = self.raw_escapes, raw_escapes
        try:
            return "".join(piece for piece, _ in self.pieces(stop))
        finally:
            self.raw_escapes = before

    def _name(self) -> str:
        match = _NAME.match(self.text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match[0]

    def _next(self) -> str:
        self._at += 1
        return self.text[self._at - 1 : self._at]

    def _get(self, name: str) -> str | None:
        self.used.add(name)
        return self.lookup(name)

    def _value(self, name: str, otherwise: str = "") -> str:
        value = self._get(name)
        if value is not None:
            return value
        self.missing.add(name)
        return otherwise if self.keep_unset else ""


_OPERATORS = frozenset(("-", "+", "?", ":-", ":+", ":?", "#", "%"))


def _unset(_: str) -> None:
    return None


def _quotes(words: list[str]) -> int:
    return sum(word.count("'") + word.count('"') for word in words)


def _words(pieces: list[tuple[str, bool]]) -> list[str]:
    words: list[str] = []
    parts: list[str] = []
    for piece, whole in pieces:
        if whole:
            parts.append(piece)
            continue
        first, *more = _GAP.split(piece)
        parts.append(first)
        for part in more:
            words.append("".join(parts))
            parts = [part]
    return [word for word in [*words, "".join(parts)] if word]
