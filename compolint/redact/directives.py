"""Secrets in lines of configuration files that have no sign between name and value: `set $token x;`.

And in lines that their program refuses: a misspelt option of a Dockerfile's instruction, a word that stands
alone. Nobody can tell what those were meant to be.
"""

from collections.abc import Iterator

from compolint.model.credential import names_credential
from compolint.model.credential_name import certainty
from compolint.model.credential_value import looks_random
from compolint.redact.values import QUOTES, compiled, line_end, literals, to_quote, to_space

# A name and a word behind it
_HEADED = (
    r"(?<![\w\-])(?:(?P<set>set)[ \t]++\$"
    r"|(?P<nginx>(?:proxy|grpc)_set_header|(?:fastcgi|uwsgi|scgi)_param|add_header)[ \t]++[\"']?"
    r"|(?:header(?:_up|_down)?|request_header)[ \t]++[+?>]?[\"']?)"
    r"([A-Za-z_][\w\-]*+)[\"']?[ \t]++(?=[^\s;{}])"
)
_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie"))
_SCHEME = r"[\"']?(?:Bearer|Basic|Token|Digest|ApiKey|Key)[ \t]++"
# What is no variable of Nginx's: ### "$secure_link_expires$uri secret" ###
_FIXED = r"\$\{?\w++\}?|([^\s$\"';]++|\$)"
_PLACEHOLDERS = r"\{[\w$][\w.<>~/-]*\}|([^\s\"'{]++|\{)"
_ALGORITHMS = frozenset(("bcrypt", "argon2id", "scrypt"))
_WORD = r"\"(?:[^\"\\\n]|\\[^\n])*+\"|[^\s\"]\S*+"
_MOST_ACCOUNTS = 200
# `api_token x`, alone in its line
_ALONE = (
    r"(?m)^[ \t]*+([A-Za-z][\w.\-]{1,60})[ \t]++(?=[^\s=:{|>&#$\-])(\"[^\"\n]*+\"|[^\s\"]\S*+)[ \t]*+\r?$"
)
# … but not the commands and directives that only sound so
_NO_NAMES = frozenset((
    "pass", "passwd", "fastcgi_pass", "grpc_pass", "memcached_pass", "proxy_pass", "scgi_pass", "uwsgi_pass",
))  # fmt: skip
_PROVIDER = r"(?m)^[ \t]*+(?:acme_dns|dns|provider)[ \t]++[a-z]\w*+[ \t]++([^\s{]\S{7,})[ \t]*+\r?$"
# `"-px"` and `- -px`, of a command whose program stands elsewhere
_ITEM = r"(?m)(?:[\[,][ \t]*+[\"']?|^[ \t]*+-[ \t]++[\"']?)-p(?=[^\s\"',\]=$/\-])"
# `-project`, `-p8080:80/tcp`
_NO_PASSWORD = r"[a-z][a-z\-]*+|[\d.:\-]+(?:/(?:tcp|udp))?"
_OPTIONS = r"(?mi)^[ \t]*+(?:ADD|COPY|FROM|HEALTHCHECK|RUN)(?:[ \t]++--[^\s=]++(?:=\S*+)?)++"
_KNOWN = frozenset((
    "checksum", "chmod", "chown", "device", "exclude", "from", "interval", "keep-git-dir", "link", "mount",
    "network", "parents", "platform", "retries", "security", "start-interval", "start-period", "timeout",
    "unpack",
))  # fmt: skip
_LONE = (
    r"(?m)^[ \t]*+(?:[A-Z]{2,20}[ \t]++)?"  # perhaps behind an instruction
    r"([^\s:/.=][^\s:=]{11,200})[ \t]*+\r?$"
)
# user:password@host without a scheme, but not image:tag@sha256:…
_ACCOUNT = r"(?<![\w/.\-:@{$])(?!mailto:|npm:)[\w.\-]++:([^\s@/:\"',\]]{3,200})@(?!sha\d+:)[\w\[{$]"
# What stands in the place of a port: ### http://host:word1 ###
_NO_PORT = r"://[\w.\-]++:(?=[^\s\d/]*+\d)(?=\d*+[A-Za-z])([A-Za-z\d][^\s/@:\"'{}$<>]{5,200})(?=[\s\"']|$)"


# What a text must have for a pattern to find something: to compile one takes longer than to look.
_MARKS = (
    (_PROVIDER, ("dns ", "dns\t", "provider")),
    (_ACCOUNT, ("@",)),
    (_NO_PORT, ("://",)),
)


def directives(text: str) -> Iterator[tuple[int, int]]:
    if "header" in text or "_param" in text or ("set" in text and "$" in text and ";" in text):
        yield from _headed(text)
    if "basicauth" in text or "basic_auth" in text:
        yield from _accounts(text)
    if "secure_link_" in text:
        for found in compiled(r"secure_link_(?:md5|secret)[ \t]++").finditer(text):
            yield from _but(_FIXED, text, *_value(text, found.end()))
    for found in compiled(_ALONE).finditer(text):
        if certainty(found[1]) == 2 and found[1] not in _NO_NAMES:
            yield from literals(text, *_value(text, found.start(2)))
    for pattern, marks in _MARKS:
        if any(mark in text for mark in marks):
            for found in compiled(pattern).finditer(text):
                yield from literals(text, *found.span(1))
    for found in compiled(_LONE).finditer(text):
        if looks_random(found[1]):
            yield found.span(1)
    if "-p" in text:
        yield from _items(text)
    if "--" in text:
        yield from _options(text)


def _headed(text: str) -> Iterator[tuple[int, int]]:
    for found in compiled(_HEADED).finditer(text):
        name, start = found[3], found.end()
        is_header = name.lower() in _HEADERS and not found["set"]
        if not is_header and not names_credential(name):
            continue
        start, end = _value(text, start)
        if is_header and (scheme := compiled(_SCHEME).match(text, start, end)):
            start = scheme.end()
        yield from _but(_FIXED if found["set"] or found["nginx"] else _PLACEHOLDERS, text, start, end)


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    """`basicauth / me x` of Caddy 1, and what stands in the block of Caddy 2's `basic_auth`."""
    at = 0
    opening = compiled(r"(?m)^[ \t]*+basic_?auth\b([^\n{]*+)(\{[^\n]*+\n)?")
    while found := opening.search(text, at):
        words = list(compiled(_WORD).finditer(text, *found.span(1)))
        if 2 <= len(words) <= 3 and _ALGORITHMS.isdisjoint(word[0] for word in words):
            yield from literals(text, *_value(text, words[-1].start()))
        at = found.end()
        for _ in range(_MOST_ACCOUNTS if found[2] else 0):
            end = line_end(text, at)
            if text[at:end].lstrip().startswith("}") or at >= len(text):
                break
            for word in list(compiled(_WORD).finditer(text, at, end))[1:]:
                yield from _but(_PLACEHOLDERS, text, *word.span())
            at = end + 1


def _items(text: str) -> Iterator[tuple[int, int]]:
    for found in compiled(_ITEM).finditer(text):
        quote = text[found.end() - 3]
        end = to_quote(text, found.end(), quote) if quote in QUOTES else -1
        if end < 0:
            end = min(to_space(text, found.end()), line_end(text, found.end()))
        value = text[found.end() : end].rstrip(",]")
        if len(value) > 3 and not compiled(_NO_PASSWORD).fullmatch(value):
            yield from literals(text, found.end(), found.end() + len(value))


def _options(text: str) -> Iterator[tuple[int, int]]:
    for found in compiled(_OPTIONS).finditer(text):
        for option in compiled(r"--([^\s=]++)=(\S++)").finditer(text, *found.span()):
            if option[1].lower() not in _KNOWN:
                yield from literals(text, *option.span(2))


def _but(pattern: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in compiled(pattern).finditer(text, start, end):
        if found[1]:
            yield found.span(1)


def _value(text: str, start: int) -> tuple[int, int]:
    """A word, without its quotes and the semicolon behind it."""
    quote = text[start : start + 1]
    if quote and quote in QUOTES:
        end = to_quote(text, start + 1, quote)
        return start + 1, end if end >= 0 else line_end(text, start)
    found = compiled(r"\S*").match(text, start)
    end = found.end() if found else start
    return start, end - text.endswith(";", start, end)
