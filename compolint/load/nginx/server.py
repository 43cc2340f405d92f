"""What holds for a whole configuration of Nginx: users, logs, trusted proxies, tables, and secrets in it."""

import re
from collections.abc import Iterable

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.headers import headers
from compolint.load.nginx.reading import Reading, as_written, via
from compolint.load.nginx.variables import mentioned
from compolint.model.web import Table, WebServer
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.syntax.nginx import Word
from compolint.text import Span

# What tells who somebody is, and lets whoever reads a log be them.
_CREDENTIALS = frozenset(("http_authorization", "http_cookie", "http_x_api_key", "http_proxy_authorization"))
# ### Basic bWU6MDEyMw==   Bearer 0123 ###
_SCHEME = pattern(r"(Basic|Bearer|Token|ApiKey)[ \t]+(?=\S)", re.I)
_PERHAPS_SECRET = frozenset(
    ("proxy_set_header", "proxy_pass", "fastcgi_param", "set", "secure_link_md5", "secure_link_secret")
)
# A variable, or what stands between them: ### "$secure_link_expires$uri secret" ###
_SIGNED = pattern(r"\$\{?\w++\}?|([^\s$]++)")
_SHORTEST = 4  # characters of a value that may be a secret
_TABLES = frozenset(("map", "geo"))
_SWITCHES = frozenset(("default", "hostnames", "volatile", "proxy", "proxy_recursive", "ranges", "delete"))


def web_server(reading: Reading) -> WebServer:
    """The web server, after the tables and the headers that stand on its level are found."""
    configuration = reading.configuration
    spans: dict[str, Span] = {}
    trusted: list[Word] = []
    formats: dict[str, tuple[Statement, Word]] = {}
    used: set[str] = set()
    level: Statement | None = None
    for statement in reading.every:
        name, words = statement.name, statement.arguments
        if name == "set_real_ip_from" and words:
            trusted.append(words[0])
        elif name == "log_format" and len(words) > 1 and (telling := _telling(words[1:])):
            formats.setdefault(words[0].text, (statement, telling))
        elif name == "access_log" and len(words) > 1:
            used.add(words[1].text)
        elif name == "http":
            level = level or statement
        elif name in _TABLES and statement.block is not None:
            _table(reading, statement)
        elif name in _PERHAPS_SECRET:
            _secret(reading, statement)
    logged = next((each for name, each in formats.items() if name in used), None)
    if logged:
        spans["logs_credentials"] = logged[1].span
    spans |= {f"trusted.{number}": word.span for number, word in enumerate(trusted)}
    tells, tells_at = reading.is_on(level, "server_tokens")
    if tells_at:
        spans["tells_version"] = tells_at
    user = reading.last(None, "user")
    if user:
        spans["user"] = user.span
    headers(reading, level, reading.key, reading.key)
    if level is not None:
        headers(reading, None, reading.key, reading.key)
    has_gaps = bool(configuration.gaps or (level and level.gaps))
    return WebServer(
        key=reading.key,
        span=level.directive.name_span if level else Span(configuration.path, 0, 0),
        spans=spans,
        via=via(each for each in (level,) if each),
        server="nginx",
        name=configuration.path,
        is_whole=configuration.is_whole and level is not None,
        is_complete=not has_gaps,
        user=as_written(user) if user else None,
        tells_version=tells,
        trusted=tuple(map(as_written, trusted)),
        logs_credentials=logged is not None,
    )


def _telling(words: Iterable[Word]) -> Word | None:
    """The word of a format that writes down what people prove with who they are."""
    return next((word for word in words if not _CREDENTIALS.isdisjoint(mentioned(word.text))), None)


def _table(reading: Reading, statement: Statement) -> None:
    words = statement.arguments
    if not words or "$" not in words[-1].text:
        return
    names = {entry.name for entry in statement.block or ()}
    reading.found.append(
        Table(
            key=reading.unique(f"{reading.key}!{statement.name}.{words[-1].text}"),
            span=words[-1].span,
            via=via((statement,)),
            owner=reading.key,
            server="nginx",
            name=words[-1].text,
            kind="map" if statement.name == "map" else "geo",
            source=words[0].text if len(words) > 1 else "$remote_addr",
            has_default="default" in names or bool(statement.gaps),
            is_empty=not names - _SWITCHES,
        )
    )


def _secret(reading: Reading, statement: Statement) -> None:
    """A value that may hold a secret: what is handed on or signed with, or an address with a password."""
    words = statement.arguments
    if statement.name.startswith("secure_link"):
        if words:
            _signing(reading, statement, words[0])
        return
    if statement.name == "proxy_pass":
        if not words or "@" not in words[0].text:
            return
        name, word = statement.name, words[0]
    elif len(words) >= 2:
        name, word = words[0].text.lstrip("$"), words[1]
    else:
        return
    value = as_written(word)
    if not isinstance(value, str) or len(value) < _SHORTEST or ("$" in value and "://" not in value):
        return
    scheme = _SCHEME.match(value)
    if name.lower() in ("authorization", "proxy-authorization"):
        name += " password" if scheme and scheme[1].lower() == "basic" else " token"
    _keep(reading, statement, name, word, scheme.end() if scheme else 0, len(value))


def _signing(reading: Reading, statement: Statement, word: Word) -> None:
    """What stands between the variables of which a link's signature is made."""
    for found in _SIGNED.finditer(word.text) if isinstance(as_written(word), str) else ():
        if found[1] and len(found[1]) >= _SHORTEST:
            _keep(reading, statement, f"{statement.name} secret", word, *found.span(1))


def _keep(reading: Reading, statement: Statement, name: str, word: Word, start: int, end: int) -> None:
    is_plain = word.end - word.start - 2 * len(word.quote) == len(word.text)  # without escapes
    first = word.start + len(word.quote)
    at = word.span._replace(start=first + start, end=first + end)
    secret = Secret(word.text[start:end])
    reading.found.append(
        Variable(
            key=reading.unique(f"{reading.key}!{statement.name}.{name}"),
            span=word.span,
            spans={"value": at if is_plain else word.span},
            owner=reading.key,
            owner_name=reading.key,
            name=name,
            value=secret,
            written=secret,
            given_by="proxy",
        )
    )
