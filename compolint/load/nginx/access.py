"""Who gets through to a block of Nginx: addresses, passwords, certificates, other servers."""

import re
from collections.abc import Mapping

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.reading import Reading, as_written
from compolint.load.nginx.scope import Held
from compolint.load.nginx.variables import mentioned
from compolint.model.web import Access
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_EVERYBODY = frozenset(("all", "0.0.0.0/0"))
# Settings that ask who comes, with what that is called here.
_ASKING = {
    "auth_basic": "basic",
    "auth_request": "forward",
    "auth_jwt": "token",
    "auth_digest": "digest",
    "auth_ldap": "ldap",
    "auth_pam": "pam",
    "auth_gss": "kerberos",
    "access_by_lua_block": "program",
    "access_by_lua_file": "program",
    "access_by_lua": "program",
    "secure_link": "link",
    "js_access": "program",
}
# ### fastcgi_params   snippets/ssl-params.conf   /etc/letsencrypt/options-ssl-nginx.conf   proxy.conf ###
_ABOUT_OTHER_THINGS = pattern(
    r"ssl|tls|letsencrypt|certbot|acme|mime|param|fastcgi|fcgi|uwsgi|scgi|proxy|header|gzip|brotli|compress"
    r"|resolver|cache|expires|log|websocket|upgrade|charset|timeout|robots|favicon|error|php|cors|hsts",
    re.I,
)
# ($lan = 0)   ($blocked)   ($ok != "1")
_COMPARED = pattern(r"\(?\s*\$\{?(\w+)\}?(?:\s*(!?=)\s*([^\s()]*))?\s*\)?")
_MOST_TABLES = 4  # that lead from one to the next
_MOST_PLACES = 20  # of rules that are told of
_REFUSALS = ("401", "403", "404", "444", "418")


class Asked(NamedTuple):
    """The access to a block, and where the files say so."""

    access: Access
    spans: Mapping[str, Span]  # of the rules
    realm: Statement | None = None  # what asks
    level: Statement | None = None  # the innermost block that says any of it


def asked(reading: Reading, block: Statement) -> Asked:
    """Who gets through to a location or a server."""
    held = reading.held(block, "allow", "deny")
    rules = _rules(reading, held)
    authentication, realm = _authentication(reading, block)
    gap = _gap(reading, block)
    satisfy = reading.last(block, "satisfy")
    access = Access(
        allows=rules.allows,
        denies=rules.denies,
        authentication=gap if authentication is None else authentication,
        needs_all=satisfy is None or satisfy.text != "any",
        is_known=gap is None,
    )
    levels = [held.level if held.statements else None, realm.parent if realm else None]
    inner = [block, *block.around()]
    return Asked(access, rules.spans, realm, next((each for each in inner if each in levels), None))


class Rules(NamedTuple):
    """What `allow` and `deny` say at one level."""

    allows: tuple[Maybe[str], ...]
    denies: tuple[Maybe[str], ...]
    spans: Mapping[str, Span]


def _rules(reading: Reading, held: Held) -> Rules:
    """The addresses that are let in and those that are not.

    The first rule that fits decides: behind one for all there is none that counts, and before a rule against
    some addresses one for others is an exception to it.
    """
    first = held.statements[0] if held.statements else None
    if first in reading.rules:
        return reading.rules[first]
    found: dict[str, list[tuple[Maybe[str], Span]]] = {"allow": [], "deny": []}
    for statement in held.statements:
        for word in statement.arguments[:1]:
            text = as_written(word)
            is_for_all = isinstance(text, str) and text in _EVERYBODY
            found[statement.name].append(("all" if is_for_all else text, word.span))
        if statement.name == "deny" and not _is_for_all(statement):
            found["allow"].clear()
        if _is_for_all(statement):
            break
    spans = {
        f"{field}.{number}": at
        for field, name in (("allows", "allow"), ("denies", "deny"))
        for number, (_, at) in enumerate(found[name][:_MOST_PLACES])
    }
    allows, denies = (tuple(text for text, _ in found[name]) for name in ("allow", "deny"))
    reading.rules[first] = Rules(allows, denies, spans)
    return reading.rules[first]


def _is_for_all(statement: Statement) -> bool:
    return statement.texts[:1] != () and statement.texts[0] in _EVERYBODY


def _authentication(reading: Reading, block: Statement) -> tuple[Maybe[str] | None, Statement | None]:
    """What asks who comes, and the statement that says so."""
    for name, kind in _ASKING.items():
        if name in reading.names:
            held = reading.held(block, name).statements
            if held and held[-1].texts[:1] != ("off",):
                return kind, held[-1]
    verifying = reading.held(block, "ssl_verify_client").statements
    if verifying and verifying[-1].texts[:1] == ("on",):
        return "certificate", verifying[-1]
    return _by_condition(reading, block), None


def _by_condition(reading: Reading, block: Statement) -> str | None:
    """Whether a condition turns requests away: ### if ($http_x_token != "…") { return 403; } ###"""
    for level in (block, *block.around()):
        if level not in reading.refusing:
            conditions = reading.scope.own(level, "if")
            reading.refusing[level] = any(_turns_away(reading, each) for each in conditions)
        if reading.refusing[level]:
            return "condition"
    return None


def _turns_away(reading: Reading, condition: Statement) -> bool:
    refuses = any(each.texts[:1] and each.texts[0] in _REFUSALS for each in condition.named("return"))
    words = " ".join(condition.texts)
    if not refuses or _asks_for_secret(words):
        return refuses
    return _asks_for_secret(_looked_up(reading, words)) and _is_for_strangers(reading, words)


def _is_for_strangers(reading: Reading, words: str) -> bool:
    """Whether a condition holds for who is in none of the tables, which then say who may come."""
    match = _COMPARED.fullmatch(words)
    if match is None:
        return True
    usual = _usual(reading, match[1].lower(), 0)
    if match[2] is None:
        return usual not in ("", "0")
    return (usual == match[3]) == (match[2] == "=")


def _usual(reading: Reading, name: str, depth: int) -> str:
    """What a table gives for who is not in it."""
    table = reading.variables.tables.get(name)
    if table is None or depth > _MOST_TABLES:
        return ""
    if name not in reading.usual:
        reading.usual[name] = _looked_at(reading, table, depth)
    return reading.usual[name]


def _looked_at(reading: Reading, table: Statement, depth: int) -> str:
    values = {each.name: each.texts[0] for each in table.block or () if each.texts}
    source = next(mentioned(_source(table)), "")
    before = _usual(reading, source, depth + 1) if source in reading.variables.tables else None
    return values.get("default", "") if before is None else values.get(before, values.get("default", ""))


def _looked_up(reading: Reading, words: str) -> str:
    """The words of a condition, with what the tables look at that its variables come from."""
    for _ in range(_MOST_TABLES):
        tables = (reading.variables.tables.get(name) for name in mentioned(words))
        sources = [_source(each) for each in tables if each]
        added = " ".join(each for each in dict.fromkeys(sources) if each not in words)
        if not added:
            break
        words = f"{words} {added}"
    return words


def _source(table: Statement) -> str:
    return table.texts[0] if len(table.texts) > 1 else "$remote_addr"


def _asks_for_secret(words: str) -> bool:
    """Whether a condition is about what tells people apart, and not about methods, names and robots."""
    told = ("$http_authorization", "$cookie_", "$remote_addr", "$ssl_client", "$arg_", "$http_x_", "$auth")
    return any(each in words.lower() for each in (*told, "token", "allowed", "$binary_remote_addr", "$geo"))


def _gap(reading: Reading, block: Statement) -> Unknown | None:
    """What is not here and may ask who comes to a block: a file that is included, or the server around it."""
    for level in (block, *block.around()):
        for gap in level.gaps:
            text = reading.text(gap)
            if not _ABOUT_OTHER_THINGS.search(text):
                return Unknown(f"include {text}", gap)
        if level.name == "server":
            return None
    return None if reading.configuration.is_whole else Unknown("the server around it", block.head)
