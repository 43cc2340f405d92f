"""Where the statements and the heredocs of a shell text are, before its grammar is looked at.

tree-sitter-bash reads most of the shell, but not a heredoc with anything behind its name (`<<'EOF'; next`,
`<<'EOF' | sh`, two of them), it sometimes takes a quote in a comment for one, and a faulty text costs it
quadratic time and memory. So the bodies of heredocs are cut out, what announces them becomes a redirection
of the same length, quoted text becomes plain letters, and the text is handed over statement by statement. One
pass, no recursion.
"""

import re

from compolint.pattern import pattern
from compolint.tuples import NamedTuple


class Heredoc(NamedTuple):
    """The body of a heredoc."""

    start: int
    end: int
    expand: bool
    strip_tabs: bool


class Scan(NamedTuple):
    """The text without heredocs, quoted text and comments, and the stretches of its statements.

    `heredocs` has the bodies by the place of their `<<`, `herestrings` the places of `<<<`: in the text both
    are a redirection from a file. `backticks` has the stretches of those, which are plain letters in the
    text: the grammar does not always find their end. `unread` has the stretches where quotes or brackets stay
    open, and the statements that are left out because they are too much for the grammar.
    """

    text: str
    statements: list[tuple[int, int]]
    heredocs: dict[int, Heredoc]
    herestrings: set[int]
    backticks: list[tuple[int, int]]
    unread: list[tuple[int, int]]


def scan(text: str) -> Scan:
    scanner = _Scanner(text)
    scanner.run()
    scanner.finish()
    found = scanner.heredocs, scanner.herestrings, scanner.backticks
    return Scan(_IMPLICIT.sub(r"\1;", scanner.cut()), scanner.statements, *found, scanner.unread)


def substitutions(body: str) -> list[tuple[int, int]]:
    """The `$(…)` and backticks in the body of a heredoc, with what encloses them."""
    scanner = _Scanner(body, _BODY)
    scanner.run()
    return sorted([*scanner.substitutions, *scanner.backticks])


# What encloses a place.
_GROUP, _SUBSTITUTION, _ARRAY, _CASE, _QUOTES, _BRACES, _QUOTED_BRACES, _ARITHMETIC, _BODY = range(9)
_COMMANDS = frozenset((_GROUP, _SUBSTITUTION, _ARRAY, _CASE))

_ESCAPE = r"\\(?:.|\Z)"
_NESTED = (
    r"(?P<arithmetic>\$\(\()|(?P<substitution>\$\()|(?P<braces>\$\{)"
    rf"|(?P<backticks>`(?:[^`\\]|{_ESCAPE})*+`?)"
)
_COMMAND_TOKEN = pattern(
    r"(?P<word>[^\s;&|<>()'\"\\`$#][^\s;&|<>()'\"\\`$]*)"
    r"|(?P<blank>[ \t\r\f\v]+)|(?P<continued>\\\r?\n)|(?P<newline>\n)|(?P<hash>\#)"
    rf"|(?P<quoted>{_ESCAPE}|'[^']*'?|\$'(?:[^'\\]|{_ESCAPE})*+'?)|{_NESTED}|(?P<quotes>\$?\")"
    r"|(?P<open>[<>]?\()|(?P<close>\))|(?P<herestring><<<)|(?P<heredoc><<-?)"
    r"|(?P<join>&&|\|\||\|&?)|(?P<end>;;&?|;&|;)|(?P<redirect>&>>?|[<>]&|>>|>\||<>|[<>])|(?P<background>&)"
    r"|(?P<variable>\$(?:\w+|[@*#?$!-]))|(?P<lone>\$)|.",
    re.DOTALL,
)
_TOKENS = {
    _QUOTES: pattern(
        rf"\$(?:\w+|[@*#?$!-])|(?P<quoted>(?:[^\"\\`$]|{_ESCAPE})++|\$(?![({{]))|{_NESTED}|(?P<close>\")",
        re.DOTALL,
    ),
    _BRACES: pattern(
        rf"[^}}'\"\\`$]+|(?P<quoted>{_ESCAPE}|'[^']*'?)|(?P<quotes>\")|{_NESTED}|(?P<close>\}})|\$", re.DOTALL
    ),
    _QUOTED_BRACES: pattern(
        rf"[^}}\"\\`$]+|(?P<quoted>{_ESCAPE})|(?P<quotes>\")|{_NESTED}|(?P<close>\}})|\$", re.DOTALL
    ),
    _ARITHMETIC: pattern(
        rf"[^()'\"\\`$]+|(?P<quoted>{_ESCAPE}|'[^']*'?)|(?P<quotes>\")|{_NESTED}"
        r"|(?P<open>\()|(?P<close>\))|\$",
        re.DOTALL,
    ),
    _BODY: pattern(rf"[^\\`$]+|{_ESCAPE}|{_NESTED}|\$", re.DOTALL),
}
_ARGUMENTS = pattern(r"(?:[ \t]++[\w@%+:,./-][\w@%+:,./=-]*+(?=[ \t\n;&|]|\Z))++")
# The grammar wants a separator where the shell wants none: ### for file do ###
_IMPLICIT = pattern(
    r"((?:^|[;&|(){\n]|\b(?:do|then|else)[ \t])[ \t]*for[ \t]+[A-Za-z_]\w*[ \t]*)[ \t](?=do\b)"
)
# EOF, 'EOF', "E O"F, \EOF
_NAME = pattern(r"[ \t]*((?:[^\s;&|<>()'\"\\]|\\.|'[^']*'|\"[^\"]*\")+)")
_QUOTE = pattern(r"\\(.)|'([^']*)'|\"([^\"]*)\"")

_OPENING = frozenset(("if", "for", "while", "until", "select", "{"))
_CLOSING = frozenset(("fi", "done", "}"))
_BEFORE_COMMAND = frozenset(("if", "while", "until", "then", "else", "elif", "do", "!", "{", "time"))
_AFTER_KEYWORD = frozenset(["", *" \t\r\n;&|()<>"])
_LONGEST = 12_000  # characters of a statement; the time of the parser grows with the square of it
_MOST_PIPES = 200


class _Pending(NamedTuple):
    at: int
    name: str
    expand: bool
    strip_tabs: bool


class _Scanner:
    def __init__(self, text: str, *enclosed_by: int) -> None:
        self._text = text
        self._stack = list(enclosed_by)
        self._base = len(enclosed_by)
        self._pending: list[_Pending] = []
        self._edits: list[tuple[int, int, str]] = []
        self._start: int | None = None  # of the statement
        self._depth = 0  # of `if`, `{` and their like
        self._pipes = 0
        self._at_command = self._at_word = True
        self._joined = False  # the statement goes on after a newline
        self._named = False  # the next word is the name of a function
        self._break: int | None = None  # a newline behind a command
        self._in = False  # the last word is `in`
        self._substitution = 0
        self.statements: list[tuple[int, int]] = []
        self.heredocs: dict[int, Heredoc] = {}
        self.herestrings: set[int] = set()
        self.substitutions: list[tuple[int, int]] = []
        self.backticks: list[tuple[int, int]] = []
        self.unread: list[tuple[int, int]] = []

    def run(self) -> None:
        at, text = 0, self._text
        while at < len(text):
            enclosing = self._stack[-1] if self._stack else _GROUP
            match = _TOKENS.get(enclosing, _COMMAND_TOKEN).match(text, at)
            if not match:
                at += 1
                continue
            kind = match.lastgroup
            if enclosing in _COMMANDS:
                at = self._command_token(kind, match)
            else:
                at = self._nested_token(kind, match)

    def finish(self) -> None:
        start, end = self._start or 0, len(self._text)
        self._end_statement(end)
        if self._stack or self._depth or self._pending:
            self.unread.append((start, end))

    def cut(self) -> str:
        """The text with blanks in place of the heredocs."""
        pieces: list[str] = []
        at = 0
        for start, end, replacement in sorted(self._edits):
            pieces += self._text[at:start], replacement
            at = end
        return "".join([*pieces, self._text[at:]])

    def _command_token(self, kind: str | None, match: re.Match[str]) -> int:
        start, end = match.span()
        if kind == "blank":
            self._at_word = True
            return end
        if kind == "newline":
            return self._newline(start)
        if kind == "continued":
            self._continue(start, end)
            return end
        if kind == "hash" and self._at_word:
            newline = self._text.find("\n", end)
            end = newline if newline >= 0 else len(self._text)
            self._edits.append((start, end, " " * (end - start)))
            return end
        if self._break is not None:
            if kind not in ("end", "close", "join", "background"):
                self._edits.append((self._break, self._break + 1, ";"))
            self._break = None
        if kind in ("end", "background") and not self._stack and not self._depth:
            self._end_statement(start)
            return end
        if self._start is None:
            self._start = start
        self._take(kind, match)
        if kind == "word" and not (self._at_command or self._named):
            return self._behind_arguments(end)
        return self._announced(match) if kind == "heredoc" else end

    def _take(self, kind: str | None, match: re.Match[str]) -> None:
        start, end = match.span()
        match kind:
            case "word":
                self._word(match[0], start, end)
                return
            case "join" | "end" | "background":
                self._pipes += match[0] == "|"
                self._joined = kind == "join"
                self._at_command = self._at_word = True
                return
            case "open" if self._at_command and self._text.startswith("((", start):
                self._push(_ARITHMETIC, start)
            case "open":
                is_array = not self._at_word and self._text.startswith("=(", start - 1)
                self._push(_ARRAY if is_array else _GROUP if match[0] == "(" else _SUBSTITUTION, start)
                # `f()` and a newline, and then the body
                self._joined = self._text.startswith(")", end)
                self._at_command = self._at_word = True
                return
            case "close":
                group = not self._stack or self._stack[-1] in (_GROUP, _CASE)
                self._pop((_GROUP, _SUBSTITUTION, _ARRAY), end)
                self._at_command = self._at_word = group
                self._joined = self._joined and self._text.startswith("()", start - 1)
                return
            case "substitution":
                self._push(_SUBSTITUTION, start)
                self._at_command = self._at_word = True
                return
            case "herestring":
                self.herestrings.add(start)
                self._edits.append((start, end, "<  "))
            case "redirect" if match[0] == "<>":  # the grammar knows no file for both directions
                self._edits.append((start, end, "< "))
            case "quoted":
                self._quoted(match[0], start)
            case "lone":  # the grammar wants a name behind every `$`
                self._edits.append((start, end, "."))
            case _:
                self._nest(kind, start, end)
        self._at_word = kind in ("redirect", "herestring")
        self._at_command = False
        self._joined = False

    def _word(self, word: str, start: int, end: int) -> None:
        if self._named:
            self._named, self._at_command, self._joined = False, True, True
            return
        at_command, self._at_command = self._at_command, False
        at_word, self._at_word, self._joined = self._at_word, False, False
        self._in = at_word and word == "in"
        if not at_word or not at_command or self._text[end : end + 1] not in _AFTER_KEYWORD:
            return
        self._named = word == "function"
        if word == "case":
            self._push(_CASE, start)
        elif word == "esac":
            self._pop((_CASE,), end)
        self._at_command = word in _BEFORE_COMMAND
        if not self._stack:
            self._depth += (word in _OPENING) - (word in _CLOSING and self._depth > 0)

    def _behind_arguments(self, at: int) -> int:
        """Passes over plain words, which change nothing behind the first word of a command."""
        found = _ARGUMENTS.match(self._text, at)
        if not found:
            return at
        self._in = found[0].endswith((" in", "\tin"))
        return found.end()

    def _newline(self, at: int) -> int:
        inside = bool(self._stack) or self._depth > 0
        if inside and not (self._at_command or self._joined or self._in) and self._stack[-1:] != [_ARRAY]:
            # the grammar sometimes takes the next line for more words of the command
            self._break = at if self._break is None else self._break
        self._at_command = self._at_word = True
        if self._pending:
            at = self._bodies(at + 1) - 1
        if not self._stack and not self._depth and not self._joined:
            self._end_statement(at)
        return at + 1

    def _continue(self, start: int, end: int) -> None:
        """A backslash before a newline: it joins the two halves of a word, and is a blank elsewhere."""
        in_word = not self._at_word and self._text[end : end + 1] not in _AFTER_KEYWORD
        self._edits.append((start, end, ("." if in_word else " ") * (end - start)))
        self._at_word = not in_word

    def _end_statement(self, end: int) -> None:
        if self._start is not None:
            if end - self._start <= _LONGEST and self._pipes <= _MOST_PIPES:
                self.statements.append((self._start, end))
            else:
                self.unread.append((self._start, end))
        self._start = None
        self._pipes = 0
        self._joined = False
        self._break = None
        self._at_command = self._at_word = True

    def _nested_token(self, kind: str | None, match: re.Match[str]) -> int:
        start, end = match.span()
        if kind == "close":
            self._pop((self._stack[-1],), end)
        elif kind == "open":
            self._push(_ARITHMETIC, start)
        elif kind == "quoted":
            self._quoted(match[0], start)
        else:
            self._nest(kind, start, end)
        return end

    def _quoted(self, quoted: str, start: int) -> None:
        self._edits.append((start, start + len(quoted), "." * len(quoted)))
        opening = quoted.find("'", 0, 2)
        is_open = opening >= 0 and quoted[0] in "$'" and (quoted[-1] != "'" or len(quoted) == opening + 1)
        if is_open and self._stack[-1:] != [_QUOTES]:
            self.unread.append((start, start + len(quoted)))

    def _nest(self, kind: str | None, start: int, end: int) -> None:
        """Go into what a token opens, or past backticks."""
        match kind:
            case "arithmetic":
                self._push(_ARITHMETIC, start)
                self._push(_ARITHMETIC, start)
            case "substitution":
                self._push(_SUBSTITUTION, start)
                self._at_command = self._at_word = True
            case "braces":
                quoted = bool(self._stack) and self._stack[-1] in (_QUOTES, _QUOTED_BRACES, _BODY)
                self._push(_QUOTED_BRACES if quoted else _BRACES, start)
            case "quotes":
                if end - start == 2:  # `$"…"`, of which the grammar makes two words
                    self._edits.append((start, start + 1, "."))
                self._push(_QUOTES, start)
            case "backticks":
                self._edits.append((start, end, "." * (end - start)))
                self.backticks.append((start, end))
                if end - start == 1 or self._text[end - 1] != "`":
                    self.unread.append((start, end))

    def _push(self, kind: int, start: int) -> None:
        if len(self._stack) == self._base:
            self._substitution = start
        self._stack.append(kind)

    def _pop(self, kinds: tuple[int, ...], end: int) -> None:
        if len(self._stack) > self._base and self._stack[-1] in kinds:
            self._stack.pop()
            self._left(end)

    def _left(self, end: int) -> None:
        if len(self._stack) == self._base:
            self.substitutions.append((self._substitution, end))
        self._at_word = self._at_command = False

    def _announced(self, match: re.Match[str]) -> int:
        """A heredoc: its name, whose place a plain word takes."""
        name = _NAME.match(self._text, match.end())
        if not name:
            return match.end()
        plain = _QUOTE.sub(lambda quote: quote[1] or quote[2] or quote[3] or "", name[1])
        at, end = match.start(), name.end()
        self._pending.append(_Pending(at, plain, plain == name[1], match[0] == "<<-"))
        self._edits.append((at, end, "<" + "." * (end - at - 1)))
        return end

    def _bodies(self, at: int) -> int:
        """The bodies that begin here; gives the place behind them."""
        start = at
        for pending in self._pending:
            body_end, next_at = self._body_end(pending, at)
            self.heredocs[pending.at] = Heredoc(at, body_end, pending.expand, pending.strip_tabs)
            at = next_at
        self._pending = []
        self._edits.append((start, at, re.sub(r"[^\n]", " ", self._text[start:at])))
        return at

    def _body_end(self, pending: _Pending, at: int) -> tuple[int, int]:
        text, start = self._text, at
        while (found := text.find(pending.name, at)) >= 0:
            line = max(text.rfind("\n", start, found) + 1, start)
            end = text.find("\n", found)
            end = end if end >= 0 else len(text)
            before = text[line:found]
            if text[found:end].rstrip("\r") == pending.name and not before.strip("\t" * pending.strip_tabs):
                return line, min(end + 1, len(text))
            at = end
            if at == len(text):
                break
        return len(text), len(text)
