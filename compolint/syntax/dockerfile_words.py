"""How BuildKit cuts the text of an instruction into flags, words and pairs.

All functions take the text with continuations joined, and give offsets into it. Hand-written, because
BuildKit's rules (`split_command.go`, `line_parsers.go`) are those of no library: only some instructions see
quotes, JSON with one fault in it is a shell command, and what separates words is not the same everywhere.
"""

import re
from functools import cache

from compolint.pattern import compiled, pattern
from compolint.syntax.dockerfile_expand import SPACES
from compolint.tuples import NamedTuple


class Piece(NamedTuple):
    """A piece of the text, and what it says."""

    text: str
    start: int
    end: int


class FlagPiece(NamedTuple):
    """`--from=build`; without `=` the value is None, and its place is the end of the flag."""

    name: str
    value: str | None
    start: int
    value_start: int
    end: int


class Exposed(NamedTuple):
    """The ports that a word of EXPOSE names; `mapped` if it says something about the host as well."""

    first: int
    last: int
    protocol: str
    mapped: bool


class NotStrings(ValueError):
    """A JSON array that holds something else than strings."""


def flags(text: str, start: int) -> tuple[list[FlagPiece], int]:
    """The flags that stand before the words, and where those begin."""
    start = _end_of(_SPACE, text, start)
    found: list[FlagPiece] = []
    while text.startswith("--", start):
        end = _end_of(_FLAG, text, start)
        flag = _unquoted(text[start:end])
        if flag == "--":
            return found, _end_of(_SPACE, text, end)
        name, equals, value = flag[2:].partition("=")
        value_start = text.find("=", start, end) + 1 if equals else end
        found.append(FlagPiece(name, value if equals else None, start, value_start or end, end))
        start = _end_of(_SPACE, text, end)
    return found, start


def json_words(text: str, start: int) -> list[Piece] | None:
    """The strings of a JSON array; None if the text is no valid JSON, which makes it a shell command."""
    if not text.startswith("[", start):
        return None
    if not _JSON_ARRAY.match(text, start):
        if _PERHAPS_JSON.match(text, start) and _is_json_list(text[start:]):
            raise NotStrings
        return None
    return [_json_word(match) for match in _JSON_STRING.finditer(text, start)]


def plain_words(text: str, start: int) -> list[Piece]:
    """Words between blanks; quotes do not bind here."""
    return [Piece(match[0], match.start(), match.end()) for match in _PLAIN_WORD.finditer(text, start)]


def quoted_words(text: str, start: int, escape: str) -> list[Piece]:
    """Words between spaces that are not quoted or escaped; the quotes stay in them."""
    words = [_quoted_word(match, escape) for match in _quoted_word_pattern(escape).finditer(text, start)]
    return [word for word in words if word.text]


def split_at_blank(text: str, start: int) -> tuple[Piece, Piece | None]:
    """The first word, and the rest of the line."""
    first = _PLAIN_WORD.match(text, start)
    end = first.end() if first else start
    rest = _end_of(_BLANK, text, end)
    following = Piece(text[rest:], rest, len(text)) if rest < len(text) else None
    return Piece(text[start:end], start, end), following


def exposed(text: str) -> Exposed | None:
    """The ports of a word of EXPOSE, after its variables are resolved; None if it is no port."""
    match = compiled(_EXPOSED).match(text)
    if not match:
        return None
    first = int(match["first"])
    last = int(match["last"] or first)
    protocol = (match["protocol"] or "tcp").lower()
    fine = first <= last <= 65535 and protocol in ("tcp", "udp", "sctp")
    return Exposed(first, last, protocol, bool(match["host"])) if fine else None


# 80, 80/udp, 8000-8010, 127.0.0.1:8080:80, :80
_EXPOSED = (
    r"(?P<host>(?:\[[0-9A-Fa-f:.]*\]:|[0-9.]*:)?(?:[0-9]*(?:-[0-9]+)?:)?)"
    r"(?P<first>[0-9]{1,5})(?:-(?P<last>[0-9]{1,5}))?(?:/(?P<protocol>[A-Za-z]+))?\Z"
)
_SPACE = pattern(f"[{SPACES}]*")
_BLANK = pattern(r"[\t\v\f\r ]*")
_PLAIN_WORD = pattern(r"[^\t\v\f\r ]+")
# --name="a b": spaces inside quotes or after a backslash belong to the flag
_FLAG = pattern(
    rf"""(?:[^{SPACES}'"\\]++|\\.|'(?:[^'\\]++|\\.)*+(?:'|\\?\Z)|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|\\\Z)*+"""
)
_FLAG_PIECE = pattern(r"""[^'"\\]+|\\(.?)|'((?:[^'\\]|\\.)*+)(?:'|\\?\Z)|"((?:[^"\\]|\\.)*+)(?:"|\\?\Z)""")
_ESCAPED = pattern(r"\\(.)")


@cache
def _quoted_word_pattern(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    single, double = r"'[^']*+(?:'|\Z)", rf'"(?:[^"{e}]++|{e}.)*+(?:"|{e}?\Z)'
    return pattern(rf"(?:[^{SPACES}'\"{e}]++|{e}.?|{single}|{double})++", re.DOTALL)


_JSON_TEXT = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_JSON_ARRAY = pattern(
    rf"\[[ \t\r\n]*+(?:{_JSON_TEXT}[ \t\r\n]*+(?:,[ \t\r\n]*+(?=\")|(?=\])))*+\][ \t\r\n]*+\Z"
)
_PERHAPS_JSON = pattern(r"\[[ \t\r\n]*(?:[\"{[\d]|-\d|true|false|null)")  # not `[ -f x ]`
_JSON_STRING = pattern(_JSON_TEXT)


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _unquoted(flag: str) -> str:
    if not any(special in flag for special in "'\"\\"):
        return flag
    return "".join(_flag_piece(match) for match in _FLAG_PIECE.finditer(flag))


def _flag_piece(match: re.Match[str]) -> str:
    escaped, single, double = match.groups()
    if escaped is not None:
        return escaped
    quoted = single if single is not None else double
    return match[0] if quoted is None else _ESCAPED.sub(r"\1", quoted)


def _quoted_word(match: re.Match[str], escape: str) -> Piece:
    start, end = match.span()
    lone_escape = end == len(match.string) and (end - start - len(match[0].rstrip(escape))) % 2
    return Piece(match.string[start : end - lone_escape], start, end)


def _json_word(match: re.Match[str]) -> Piece:
    inner = match[0][1:-1]
    if "\\" in inner:
        import json

        inner = json.loads(match[0])
    return Piece(inner, *match.span())


def _is_json_list(text: str) -> bool:
    import json

    def refuse(constant: str) -> None:
        raise ValueError(constant)  # NaN is JSON only to Python

    try:
        return isinstance(json.loads(text, parse_constant=refuse), list)
    except (ValueError, RecursionError):
        return False
