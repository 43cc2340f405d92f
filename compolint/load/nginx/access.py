"""Who gets through to a block of Nginx: addresses, passwords, certificates, other servers."""

import re
from collections.abc import Mapping

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.reading import Reading, as_written
from compolint.load.nginx.scope import Held
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
            reading.refusing[level] = any(map(_turns_away, conditions))
        if reading.refusing[level]:
            return "condition"
    return None


def _turns_away(condition: Statement) -> bool:
    refuses = any(each.texts[:1] and each.texts[0] in _REFUSALS for each in condition.named("return"))
    return refuses and _asks_for_secret(" ".join(condition.texts))


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
