"""The locations of a server of Nginx, the conditions in them, and the server itself where it answers."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from posixpath import normpath
from typing import Literal

from compolint.load.nginx import accounts
from compolint.load.nginx.access import Asked, asked
from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.headers import condition_of, headers, names_of
from compolint.load.nginx.includes import candidates
from compolint.load.nginx.locations import answer, location
from compolint.load.nginx.reading import Reading, via
from compolint.load.nginx.upstreams import PASSING, upstreams
from compolint.model.web import Guard, Location
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

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
_FPM_STATUS = pattern(r"\^?/\(?(?:status|fpm[-_]?status|php[-_]?fpm[-_]?status)\b")
# What does in `if` what it says.
_SAFE_IN_IF = frozenset(("return", "rewrite", "set", "break"))
# What else answers, so that no file is looked for.
_ANSWERING = (
    *PASSING, "content_by_lua", "content_by_lua_block", "content_by_lua_file", "echo", "empty_gif",
    "js_content", "perl", "rtmp_stat", "stub_status", "vhost_traffic_status_display",
)  # fmt: skip
# Files that nobody means to publish.
_HIDDEN = (
    ".env", ".git/config", ".env.production", ".env.local", ".htpasswd", ".svn/entries", ".npmrc",
    ".DS_Store", ".bash_history", ".dockerignore", ".vscode/settings.json",
)  # fmt: skip
_MOST_GUARDS = 100  # of one server; each is held against its other locations
_SCRIPT = pattern(r"\\\.(?:\(\?:|\()?php")
_MOST_DROPPED = 50
_DEEPEST = 50


class Drops(NamedTuple):
    """Headers of outer levels that are not set at this one."""

    names: tuple[str, ...]
    spans: dict[str, Span]
    at: Span | None = None


class Places:
    """The locations of one server."""

    def __init__(self, reading: Reading, server: Statement, key: str, name: str) -> None:
        self._reading, self._server, self._key, self._name = reading, server, key, name
        self.found: list[tuple[Location, Statement]] = []
        self._keys: dict[Statement, str] = {}
        self._asked: dict[Statement, Asked] = {}
        self._answers: dict[Statement | None, tuple[str, ...]] = {}
        self._names: dict[tuple[Statement | None, str], dict[str, Span]] = {}
        self._lying: dict[str, list[str]] = {}  # by roots the hidden files that they have
        self._answering: dict[str, Statement | None] = {}  # by paths who answers; None where that is open

    def read(self) -> None:
        self._place(self._server, None, 0)
        guarded = [each for each in self.found if self._asked[each[1]].level is each[1]]
        for place, statement in guarded[:_MOST_GUARDS]:
            self._guard(place, statement)
        self._reading.found += [place for place, _ in self.found]

    def _place(self, block: Statement, above: str | None, depth: int) -> None:
        """Adds a block as a location, with those in it."""
        place = self._location(block, above)
        self._keys[block] = place.key
        self.found.append((place, block))
        headers(self._reading, block, place.key, self._name)
        upstreams(self._reading, block, place.key, self._name)
        accounts.accounts(self._reading, block, place.key)
        for inner in block.block or ():
            if inner.block is None or depth >= _DEEPEST:
                continue
            if inner.name == "location" or (inner.name == "if" and _counts(inner)):
                self._place(inner, None if block is self._server else place.key, depth + 1)

    def _location(self, block: Statement, above: str | None) -> Location:
        reading, scope = self._reading, self._reading.scope
        found = location(_located(block)) if block is not self._server else None
        path, match = (found.path, _MATCHES[found.modifier]) if found else ("/", "other")
        if block is self._server and not _has_root_location(block):
            match = "prefix"
        condition = condition_of(block)
        asked_here = self._asked[block] = asked(reading, block)
        spans: dict[str, Span] = {**asked_here.spans}
        if block.arguments and block is not self._server:
            spans["path"] = block.arguments[-1].span
        if asked_here.realm:
            spans["authentication"] = asked_here.realm.head
        root = self._said(block, "root", spans)
        alias = self._own(block, "alias", spans)
        root = None if alias is not None else root
        listing, spans_of_listing = reading.is_on(block, "autoindex")
        if spans_of_listing:
            spans["listing"] = spans_of_listing
        returns = self._returns(block, spans)
        status = self._status(block, path, spans)
        serves = (
            (match not in ("other", "named") or bool(condition))
            and returns is None
            and not scope.own(block, *_ANSWERING)
            and not self._is_handed_on(block)
        )
        drops = self._drops(block, "add_header")
        upstream = self._drops(block, "proxy_set_header") if self._hands_on_below(block) else Drops((), {})
        spans |= {f"drops.{each}": at for each, at in drops.spans.items()}
        spans |= {f"drops_upstream.{each}": at for each, at in upstream.spans.items()}
        if drops.at:
            spans["drops"] = drops.at
        if upstream.at:
            spans["drops_upstream"] = upstream.at
        in_if = tuple(self._in_if(block, spans)) if block is not self._server and not condition else ()
        word = "server" if block is self._server else " ".join(_located(block).texts)
        return Location(
            key=reading.unique(f"{above or self._key}!{word}{' if ' + condition if condition else ''}"),
            span=block.head,
            spans=spans,
            via=via((block,)),
            owner=self._key,
            server="nginx",
            name=self._name,
            path=path,
            match=match,
            above=above,
            condition=condition,
            access=asked_here.access,
            internal=bool(scope.own(block, "internal")),
            root=root,
            alias=alias,
            serves_files=serves,
            listing=listing or False,
            hidden=tuple(self._hidden(block, root, alias, serves)),
            status=status,
            returns=returns,
            answers=self._answer_names(block),
            drops=drops.names,
            drops_upstream=upstream.names,
            websocket=self._hands_on_upgrades(block),
            skips_access=self._skips_access(block, asked_here, spans),
            in_if=in_if,
        )

    def _said(self, block: Statement, name: str, spans: dict[str, Span]) -> Maybe[str] | None:
        word = self._reading.last(block, name)
        if word is None:
            return None
        spans[name] = word.span
        return self._reading.value(word, block)

    def _own(self, block: Statement, name: str, spans: dict[str, Span]) -> Maybe[str] | None:
        statements = self._reading.scope.own(block, name)
        return self._said(block, name, spans) if statements else None

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
            return "the status of PHP-FPM" if _FPM_STATUS.match(path) else None
        return "metrics" if _METRICS.fullmatch(path) else None

    def _is_handed_on(self, block: Statement) -> bool:
        return block.name == "if" and bool(self._reading.held(block, *PASSING).statements)

    def _hands_on_below(self, block: Statement) -> bool:
        """Whether a block hands requests on, or one in it does that says nothing of its own."""
        waiting = [block]
        for _ in range(200):
            if not waiting:
                return False
            each = waiting.pop()
            if self._reading.scope.own(each, "proxy_pass"):
                return True
            waiting += [
                inner
                for inner in self._reading.scope.own(each, "location", "if")
                if inner.block is not None and not self._reading.scope.own(inner, "proxy_set_header")
            ]
        return False

    def _drops(self, block: Statement, name: str) -> Drops:
        """Headers that hold around a block and not in it, because it states others."""
        reading = self._reading
        own = reading.scope.own(block, name)
        # What a condition returns by itself is no page that would need them.
        if not own or (block.name == "if" and reading.scope.own(block, "return")):
            return Drops((), {})
        held = reading.held(block, name).statements
        outer = reading.held(block.parent, name)
        if not outer.statements or len(held) > len(own):
            return Drops((), {})
        if (outer.level, name) not in self._names:
            self._names[outer.level, name] = names_of(outer.statements)
        here = names_of(own)
        known = self._names[outer.level, name].items()
        missing = dict(islice(((each, at) for each, at in known if each not in here), _MOST_DROPPED))
        return Drops(tuple(missing), missing, own[0].head if missing else None)

    def _answer_names(self, block: Statement) -> tuple[str, ...]:
        held = self._reading.held(block, "add_header", "more_set_headers")
        if held.level not in self._answers:
            names = []
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
            if len(statement.arguments) == 2:
                parts = self._reading.variables.parts(statement.texts[1], block)
                said[statement.texts[0].lower()] = any(part.client for part in parts)
        return said.get("upgrade", False) and said.get("connection", False)

    def _skips_access(self, block: Statement, asked_here: Asked, spans: dict[str, Span]) -> bool:
        """Whether a block that itself asks who comes answers before that."""
        if asked_here.level is not block or not asked_here.access.asks:
            return False
        scope = self._reading.scope
        inside = [block, *scope.own(block, "if")]
        for statement in [each for level in inside for each in scope.own(level, "return")]:
            texts = statement.texts
            if texts and texts[0] == "200" and len(texts) > 1:
                spans["skips_access"] = statement.head
                return True
        return False

    def _in_if(self, block: Statement, spans: dict[str, Span]) -> Iterator[str]:
        number = 0
        for condition in self._reading.scope.own(block, "if"):
            inner = condition.block or ()
            if any(each.name == "return" for each in inner):
                continue  # then all that stands there counts
            for each in inner:
                if each.name not in _SAFE_IN_IF:
                    spans[f"in_if.{number}"] = each.head
                    number += 1
                    yield each.name
                    break

    def _hidden(
        self, block: Statement, root: Maybe[str] | None, alias: Maybe[str] | None, serves: bool
    ) -> Iterator[str]:
        """Files beginning with a dot that lie in the root and that this location answers for."""
        if not serves or alias is not None or root is None or isinstance(root, Unknown):
            return
        for name in self._hidden_below(root):
            if name not in self._answering:
                found = answer(self._server, f"/{name}")
                chosen = found.location.statement if found.location else self._server
                self._answering[name] = None if found.undecided else chosen
            if self._answering[name] is block:
                yield name

    def _hidden_below(self, root: str) -> list[str]:
        if root not in self._lying:
            around = self._reading.configuration.path.rpartition("/")[0]
            folders = dict.fromkeys([*candidates(root, [around]), normpath(root).lstrip("/")])
            inside = [folder for folder in folders if not folder.startswith(".")]
            exists = self._reading.tree.exists
            self._lying[root] = [
                name for name in _HIDDEN if any(exists(f"{folder}/{name}") for folder in inside)
            ]
        return self._lying[root]

    def _guard(self, place: Location, statement: Statement) -> None:
        """A location that asks who comes, with those that answer below its path and do not ask."""
        if statement is self._server or not place.access.asks or place.condition or place.internal:
            return
        access = place.access
        kind = access.authentication if isinstance(access.authentication, str) else "address"
        self._reading.found.append(
            Guard(
                key=self._reading.unique(f"{place.key}!guard"),
                span=place.span,
                spans={"path": place.at("path")},
                owner=self._key,
                server="nginx",
                name=self._name,
                kind=kind,
                path=place.path,
                passes=tuple(self._passing(place, statement)),
            )
        )

    @cached_property
    def _has_scripts(self) -> bool:
        """Whether some location is for all paths that end like scripts."""
        found = (location(each) for each in self._server.named("location"))
        return any(each and each.is_pattern and _SCRIPT.search(each.path) for each in found)

    def _passing(self, place: Location, statement: Statement) -> Iterator[str]:
        """The keys of locations that answer for scripts below a guarded prefix, and do not ask."""
        if place.match not in ("prefix", "first prefix") or not isinstance(place.path, str):
            return
        if statement.parent is not self._server or not place.serves_files or not self._has_scripts:
            return
        found = answer(self._server, f"{place.path.rstrip('/')}/index.php")
        chosen = found.location
        if chosen is None or chosen.statement is statement or not chosen.is_pattern:
            return
        other = self._asked.get(chosen.statement)
        is_open = other is not None and not other.access.asks and other.access.is_known
        if is_open and _SCRIPT.search(chosen.path) and self._reading.scope.own(chosen.statement, *PASSING):
            yield self._keys[chosen.statement]


def _counts(condition: Statement) -> bool:
    """Whether a condition has something of a location."""
    return any(each.name not in ("rewrite", "set", "break") for each in condition.block or ())


def _located(block: Statement) -> Statement:
    """The location that a block is, or stands in."""
    return next((each for each in (block, *block.around()) if each.name == "location"), block)


def _has_root_location(server: Statement) -> bool:
    found = (location(each) for each in server.named("location"))
    return any(each and each.modifier in ("", "^~") and each.path == "/" for each in found)
