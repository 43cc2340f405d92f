"""The locations of a server of Nginx, the conditions in them, and the server itself where it answers."""

from collections.abc import Iterator
from typing import Literal

from compolint.load.nginx.access import Asked, asked
from compolint.load.nginx.accounts import accounts
from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.dropped import Dropped
from compolint.load.nginx.guards import guards
from compolint.load.nginx.headers import condition_of, headers
from compolint.load.nginx.hidden import Hidden
from compolint.load.nginx.locations import location
from compolint.load.nginx.reading import Reading, via
from compolint.load.nginx.upstreams import PASSING, upstreams
from compolint.model.web import Access, Location
from compolint.pattern import pattern
from compolint.text import Span
from compolint.unknown import Maybe

Match = Literal["prefix", "first prefix", "exact", "regex", "named", "other"]
_MATCHES: dict[str, Match] = {
    "": "prefix",
    "^~": "first prefix",
    "=": "exact",
    "~": "regex",
    "~*": "regex",
    "@": "named",
}
_STATUS = {
    "stub_status": "stub_status",
    "vhost_traffic_status_display": "vhost_traffic_status",
    "check_status": "check_status",
    "upstream_show": "upstream_show",
    "req_status_show": "req_status",
}
_METRICS = pattern(r"/(?:metrics|server-status)/?$")
_PROFILES = pattern(r"(?:/debug)?/pprof(?:/|$)")
# ### ^/(status|ping)$   /fpm-status ###
_FPM_STATUS = pattern(r"\^?/\(?(?:status|fpm[-_]?status|php[-_]?fpm[-_]?status)\b")
# What does in `if` what it says.
_SAFE_IN_IF = frozenset(("return", "rewrite", "set", "break"))
# What answers, so that no file is looked for.
_ANSWERING = (
    *PASSING, "content_by_lua", "content_by_lua_block", "content_by_lua_file", "echo", "empty_gif",
    "js_content", "perl", "return", "rtmp_stat", "stub_status", "vhost_traffic_status_display",
)  # fmt: skip
_DEEPEST = 50


class Places:
    """The locations of one server."""

    def __init__(self, reading: Reading, server: Statement, key: str, name: str) -> None:
        self._reading, self._server, self._key, self._name = reading, server, key, name
        self._found: dict[Statement, Location] = {}
        self._asking: set[Statement] = set()  # those that say by themselves who may come
        self._dropped, self._hidden = Dropped(reading), Hidden(reading, server)
        self._answers: dict[Statement | None, tuple[str, ...]] = {}
        self._before: dict[str, Access | None] = {}  # named locations with who gets through to them

    def read(self) -> None:
        self._add(self._server, None, 0)
        asking = {each: place for each, place in self._found.items() if each in self._asking}
        found = self._reading.found
        found += guards(self._reading, self._server, asking | self._found)
        found += self._found.values()

    def _add(self, block: Statement, above: str | None, depth: int) -> None:
        """Adds a block as a location, with those in it."""
        place = self._found[block] = self._location(block, above)
        headers(self._reading, block, place.key, self._name)
        upstreams(self._reading, block, place.key, self._name)
        accounts(self._reading, block, place.key)
        around = None if block is self._server else place.key
        for inner in block.block or ():
            if inner.block is not None and depth < _DEEPEST and _is_place(inner):
                self._add(inner, around, depth + 1)

    def _location(self, block: Statement, above: str | None) -> Location:
        reading = self._reading
        path, match = self._matched(block)
        condition = condition_of(block)
        who = asked(reading, block)
        if match == "named" and not who.access.asks:
            if path not in self._before:
                self._before[path] = self._access_before(f"@{path}")
            who = who._replace(access=self._before[path] or who.access)
        if who.level is block:
            self._asking.add(block)
        spans: dict[str, Span] = {**who.spans}
        if who.realm:
            spans["authentication"] = who.realm.head
        if block is not self._server and block.arguments:
            spans["path"] = block.arguments[-1].span
        alias = self._own(block, "alias", spans)
        root = self._said(block, "root", spans) if alias is None else None
        listing, listing_at = reading.is_on(block, "autoindex")
        if listing_at:
            spans["listing"] = listing_at
        serves = self._serves_files(block, match)
        drops = self._dropped.by(block, "add_header", "drops")
        drops_upstream = self._dropped.by(block, "proxy_set_header", "drops_upstream")
        spans.update((*drops.spans, *drops_upstream.spans))
        hidden = self._hidden.handed_out(block, root) if serves and isinstance(root, str) else ()
        words = "server" if block is self._server else " ".join(_located(block).texts)
        return Location(
            key=reading.unique(f"{above or self._key}!{words}{' if ' + condition if condition else ''}"),
            span=block.head,
            via=via((block,)),
            owner=self._key,
            server="nginx",
            name=self._name,
            path=path,
            match=match,
            above=above,
            condition=condition,
            access=who.access,
            internal=bool(reading.scope.own(block, "internal")),
            root=root,
            alias=alias,
            serves_files=serves,
            answers=self._answer_names(block),
            listing=False if listing is None else listing,
            hidden=tuple(hidden),
            status=self._status(block, path, spans),
            returns=self._returns(block, spans),
            drops=drops.names,
            drops_upstream=drops_upstream.names,
            websocket=self._hands_on_upgrades(block),
            skips_access=self._skips_access(block, who, spans),
            in_if=tuple(self._in_if(block, spans)),
            spans=spans,
        )

    def _access_before(self, name: str) -> Access | None:
        """Who gets through to all that leads to a named location, if something of it asks everywhere.

        A `try_files` comes after that, an error may come before.
        """
        leading = [each for each in self._reading.leading(name) if self._server in each.around()]
        if not leading or any(each.name != "try_files" or each.parent is None for each in leading):
            return None
        found = [asked(self._reading, each.parent).access for each in leading if each.parent]
        return found[0] if all(each.asks for each in found) else None

    def _matched(self, block: Statement) -> tuple[str, Match]:
        found = location(_located(block)) if block is not self._server else None
        if found:
            return found.path, _MATCHES[found.modifier]
        return "/", "other" if block is not self._server or _has_root_location(block) else "prefix"

    def _said(self, block: Statement, name: str, spans: dict[str, Span]) -> Maybe[str] | None:
        word = self._reading.last(block, name)
        if word is None:
            return None
        spans[name] = word.span
        return self._reading.value(word, block)

    def _own(self, block: Statement, name: str, spans: dict[str, Span]) -> Maybe[str] | None:
        return self._said(block, name, spans) if self._reading.scope.own(block, name) else None

    def _serves_files(self, block: Statement, match: Match) -> bool:
        """Whether Nginx looks for a file when a request ends here."""
        if match in ("other", "named") or self._reading.scope.own(block, *_ANSWERING):
            return False
        return block.name != "if" or not self._reading.held(block, *PASSING).statements

    def _returns(self, block: Statement, spans: dict[str, Span]) -> Maybe[str] | None:
        for statement in self._reading.scope.own(block, "return"):
            spans["returns"] = statement.head
            text = " ".join(statement.texts)
            return self._reading.variables.answer(text, statement.head, block)
        return None

    def _status(self, block: Statement, path: str, spans: dict[str, Span]) -> str | None:
        for statement in self._reading.scope.own(block, *_STATUS):
            if statement.texts[:1] != ("off",):
                spans["status"] = statement.head
                return _STATUS[statement.name]
        passed = self._reading.scope.own(block, "proxy_pass", "fastcgi_pass")
        if block is self._server or not passed:
            return None
        if passed[0].name == "fastcgi_pass":
            return "status of PHP-FPM" if _FPM_STATUS.match(path) else None
        if _PROFILES.match(path):
            return "pprof"
        return "metrics" if _METRICS.fullmatch(path) else None

    def _answer_names(self, block: Statement) -> tuple[str, ...]:
        held = self._reading.held(block, "add_header", "more_set_headers")
        if held.level not in self._answers:
            names: list[str] = []
            for each in held.statements:
                texts = each.texts if each.name == "more_set_headers" else each.texts[:1]
                names += [text.partition(":")[0].strip().lower() for text in texts]
            self._answers[held.level] = tuple(dict.fromkeys(names))
        return self._answers[held.level]

    def _hands_on_upgrades(self, block: Statement) -> bool:
        """Whether the backend is told by a client's own words to change the protocol."""
        if not self._reading.scope.own(block, "proxy_pass"):
            return False
        said: dict[str, bool] = {}
        for statement in self._reading.held(block, "proxy_set_header").statements:
            name, *values = statement.texts or ("",)
            if name.lower() in ("upgrade", "connection") and values:
                parts = self._reading.variables.parts(values[0], block)
                said[name.lower()] = any(part.client for part in parts)
        return said.get("upgrade", False) and said.get("connection", False)

    def _skips_access(self, block: Statement, who: Asked, spans: dict[str, Span]) -> bool:
        """Whether a block that itself asks who comes answers before that."""
        if who.level is not block or not who.access.asks:
            return False
        scope = self._reading.scope
        for level in (block, *scope.own(block, "if")):
            for statement in scope.own(level, "return"):
                if statement.texts[:1] == ("200",) and len(statement.texts) > 1:
                    spans["skips_access"] = statement.head
                    return True
        return False

    def _in_if(self, block: Statement, spans: dict[str, Span]) -> Iterator[str]:
        """Of each condition in a location the first directive that does not do there what it says."""
        number = 0
        for condition in self._reading.scope.own(block, "if") if block.name == "location" else ():
            inner = condition.block or ()
            if any(each.name == "return" for each in inner):
                continue  # then all that stands there counts
            odd = next((each for each in inner if each.name not in _SAFE_IN_IF), None)
            if odd:
                spans[f"in_if.{number}"] = odd.head
                number += 1
                yield odd.name


def _is_place(block: Statement) -> bool:
    """Whether requests end in a block: a location, or a condition that has something of one."""
    if block.name == "if":
        return any(each.name not in ("rewrite", "set", "break") for each in block.block or ())
    return block.name == "location"


def _located(block: Statement) -> Statement:
    """The location that a block is, or stands in."""
    return next((each for each in (block, *block.around()) if each.name == "location"), block)


def _has_root_location(server: Statement) -> bool:
    found = (location(each) for each in server.named("location"))
    return any(each and each.modifier in ("", "^~") and each.path == "/" for each in found)
