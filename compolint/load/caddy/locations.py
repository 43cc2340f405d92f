"""What becomes of the requests to a site: its handlers, followed in the order in which Caddy asks them.

A handler that answers is a `Location`, with what has been asked of who comes before it had its turn; one
that is never reached is none.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compolint.load.caddy.configuration import (
    BasicAuth,
    FileServer,
    Handler,
    HeaderChange,
    Headers,
    Invocation,
    Proxy,
    Redirect,
    Response,
    Root,
    Route,
    Word,
)
from compolint.load.caddy.guards import gap_below, gap_in_methods, password_form
from compolint.load.caddy.order import is_directive
from compolint.load.caddy.proxied import upstreams
from compolint.load.caddy.requests import required_by
from compolint.load.caddy.sayings import (
    echoed,
    kind_of_path,
    path_of,
    proxy_headers,
    redirect,
    taken_away,
    written,
)
from compolint.load.caddy.trail import Answered, Asked, Budget, Direction, Stated, Tests, Trail
from compolint.model import Entity
from compolint.model.web import Account, Guard, Header, Location, Site
from compolint.record import replace
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_DEEPEST = 100
_GROUPS = frozenset({"handle", "handle_path", "route"})
_ANSWERING = frozenset({"acme_server", "metrics"})
_DOTTED = (".env", ".git/HEAD", ".htpasswd")
# Directives of plugins that let nobody in or out.
_HARMLESS = frozenset({
    "cache", "cgi", "coraza_waf", "crowdsec", "geoip", "mercure", "php", "php_server", "rate_limit",
    "replace", "s3proxy", "transform", "ua_parser", "umami", "vulcain", "webdav",
})  # fmt: skip
# Directives of plugins that ask who comes and do not have it in their names.
_ASKING = frozenset({"authp", "jwt", "saml_sso", "security"})


class Followed(NamedTuple):
    entities: list[Entity]
    locations: list[Location]
    trusted: list[Word]  # networks whose word about a client counts for a proxy


class Around(NamedTuple):
    """What the sites of a configuration share."""

    routes: Mapping[str, Route]
    budget: Budget
    has: Callable[[str], bool]  # whether there is a file or a folder beside the configuration


def follow(
    site: Site,
    handlers: tuple[Handler, ...],
    around: Around,
    authentication: str | None,
    is_error: bool = False,
) -> Followed:
    """What the handlers of a site come to, all requests being authenticated in some way, or in none.

    Those for errors are asked by no client itself.
    """
    walk = _Walk(site, around, Trail(around.budget, authentication), is_error)
    walk.follow(handlers, (), ("handle_errors",) if is_error else (), "")
    return Followed([*walk.guards, *walk.entities], walk.locations, walk.trusted)


def roots_in(handlers: tuple[Handler, ...]) -> Iterator[Handler]:
    """What names the folders of files, at any depth."""
    waiting = [*reversed(handlers)]
    while waiting:
        handler = waiting.pop()
        if isinstance(handler.detail, Root):
            yield handler
        waiting += reversed(handler.handlers)


class _Walk:
    def __init__(self, site: Site, around: Around, trail: Trail, is_error: bool) -> None:
        self.entities: list[Entity] = []
        self.guards: list[Guard] = []
        self.locations: list[Location] = []
        self.trusted: list[Word] = []
        self._site, self._around, self._trail = site, around, trail
        self._budget, self._is_error = around.budget, is_error
        self._invoked: list[str] = []
        self._keys: dict[str, int] = {}

    def follow(
        self, handlers: tuple[Handler, ...], tests: Tests, names: tuple[str, ...], prefix: str
    ) -> None:
        alternatives = sum(each.name in ("handle", "handle_path") for each in handlers)
        for handler in handlers:
            if self._budget.is_spent:
                return
            self._budget.handlers -= 1
            own = tests + required_by(handler.matcher, prefix)
            inner = (*names, handler.matcher.text or written(own)) if handler.matcher else names
            if handler.name in _GROUPS and len(names) < _DEEPEST:
                mark = self._trail.mark()
                self.follow(handler.handlers, own, inner, prefix + taken_away(handler))
                if handler.name != "route" and handler.matcher is None and alternatives > 1:
                    self._trail.forget(mark)
            elif isinstance(handler.detail, Invocation):
                self._invoke(str(handler.detail.route), own, inner, prefix)
            else:
                self._handle(handler, own, inner)

    def _invoke(self, name: str, tests: Tests, names: tuple[str, ...], prefix: str) -> None:
        route = self._around.routes.get(name)
        if route and name not in self._invoked and len(self._invoked) < _DEEPEST:
            self._invoked.append(name)
            self.follow(route.handlers, tests, names, prefix)
            self._invoked.pop()

    def _handle(self, handler: Handler, tests: Tests, names: tuple[str, ...]) -> None:
        detail = handler.detail
        match detail:
            case Root():
                self._trail.state(Stated(tests, root=detail.path))
            case Headers():
                direction: Direction = "request" if handler.name == "request_header" else "answer"
                self._trail.state(Stated(tests, changes=detail.changes, direction=direction))
            case BasicAuth():
                self._ask(handler, tests, names, "basic")
                self._accounts(detail)
            case Proxy() if handler.name == "forward_auth":
                self._ask(handler, tests, names, "forward")
                self._proxy(handler, detail, tests, names)
            case Proxy():
                self._proxy(handler, detail, tests, names)
            case FileServer():
                self._files(handler, detail, tests, names)
            case Redirect():
                self._reply(handler, tests, names, redirect(detail), detail.target.span)
            case Response():
                status = detail.status or "abort"
                if isinstance(status, str) and (status.startswith("4") or status == "abort"):
                    self._trail.deny(tests)
                self._reply(handler, tests, names, status, handler.span)
            case _:
                self._other(handler, tests, names)

    def _other(self, handler: Handler, tests: Tests, names: tuple[str, ...]) -> None:
        name = handler.name
        if name in _ANSWERING:
            self._answer(handler, tests, names, False, status="metrics" if name == "metrics" else None)
        elif name in _ASKING or "auth" in name:
            self._ask(handler, tests, names, "plugin")
        elif name not in _HARMLESS and not is_directive(name):
            # A part that is not here, or a directive that some plugin brings.
            written = f"import {handler.words[0]}" if name == "import" and handler.words else name
            self._trail.ask(Asked(tests, Unknown(written, handler.span), -1))

    def _ask(self, handler: Handler, tests: Tests, names: tuple[str, ...], kind: str) -> None:
        before = self._trail.answer_before(tests)
        is_late = before is not None and before.hands_on
        self._trail.ask(Asked(tests, kind, len(self.guards)))
        self.guards.append(
            Guard(
                key=self._key(f"{kind} {' '.join(names)}".strip()),
                span=handler.span,
                owner=self._site.key,
                server="caddy",
                name=self._site.name,
                kind=kind,
                path=path_of(tests),
                passes=(before.key,) if before and is_late else (),
                gap="late" if is_late else "",
            )
        )

    def _accounts(self, detail: BasicAuth) -> None:
        for account in detail.accounts:
            password = account.password
            if str(account.user) == "import" or password is None:
                continue
            self.entities.append(
                Account(
                    key=self._key(f"account {account.user}"),
                    span=account.user.span,
                    spans={"form": password.span},
                    owner=self._site.key,
                    server="caddy",
                    name=str(account.user),
                    form=password_form(password.value, detail.algorithm),
                )
            )

    def _reply(
        self, handler: Handler, tests: Tests, names: tuple[str, ...], text: Maybe[str], at: Span
    ) -> None:
        self._answer(handler, tests, names, False, {"returns": at}, returns=text)

    def _files(self, handler: Handler, detail: FileServer, tests: Tests, names: tuple[str, ...]) -> None:
        root = detail.root or self._trail.root(tests)
        spans = {"root": root.span} if root else {}
        if detail.browse:
            spans["listing"] = detail.browse
        self._answer(
            handler, tests, names, True, spans,
            root=root.value if root else None, serves_files=True, listing=detail.browse is not None,
            hidden=self._hidden(root, detail),
        )  # fmt: skip

    def _hidden(self, root: Word | None, detail: FileServer) -> tuple[str, ...]:
        """The files beginning with a dot that a folder of the tree has, and that nothing hides."""
        folder = root.value if root else None
        if not isinstance(folder, str) or folder.startswith("/") or "{" in folder:
            return ()
        kept = {str(word) for word in detail.hide}
        return tuple(
            name
            for name in _DOTTED
            if not kept & {name.partition("/")[0], ".*"} and self._around.has(f"{folder}/{name}")
        )

    def _proxy(self, handler: Handler, detail: Proxy, tests: Tests, names: tuple[str, ...]) -> None:
        self.trusted += detail.trusted_proxies
        root = detail.root or (self._trail.root(tests) if handler.name == "php_fastcgi" else None)
        location = self._answer(
            handler, tests, names, True, {"root": root.span} if root else {},
            root=root.value if root else None, internal=handler.name == "forward_auth",
        )  # fmt: skip
        if location:
            self.entities += upstreams(detail, location, self._site)
            self._add_headers(location, proxy_headers(handler))

    def _answer(
        self,
        handler: Handler,
        tests: Tests,
        names: tuple[str, ...],
        hands_on: bool,
        spans: Mapping[str, Span] | None = None,
        **said: Any,
    ) -> Location | None:
        """The location that a handler is, if anything reaches it."""
        if self._trail.answer_before(tests):
            return None
        said["internal"] = self._is_error or said.get("internal", False)
        key = self._key(f"{' '.join(names) or '/'} {handler.name}")
        path = handler.matcher.span if handler.matcher else handler.span
        location = Location(
            key=key,
            span=handler.span,
            spans={"path": path, **(spans or {})},
            owner=self._site.key,
            server="caddy",
            name=self._site.name,
            path=path_of(tests),
            match=kind_of_path(tests),  # type: ignore[arg-type]  # its words are the field's
            condition=" ".join(names) if any(test.name != "path" for test in tests) else "",
            access=self._trail.access(tests, handler.span),
            **said,
        )
        self._budget.locations -= 1
        self.locations.append(location)
        self._add_headers(location, self._trail.headers(tests))
        if handler.name not in ("forward_auth", "php_fastcgi"):  # they answer some of the requests
            self._look_for_gaps(location, tests, hands_on)
            self._trail.answer(Answered(tests, key, hands_on))
        return location

    def _look_for_gaps(self, location: Location, tests: Tests, hands_on: bool) -> None:
        """Finds guards that miss requests which are answered here."""
        for asked in self._trail.asked if hands_on else ():
            if asked.number < 0:
                continue
            guard = self.guards[asked.number]
            for gap, missed in (
                ("exact", gap_below(asked.tests, tests)),
                ("methods", gap_in_methods(asked.tests, tests)),
            ):
                if missed is None or guard.gap not in ("", gap):
                    continue
                access = self._trail.access(missed, location.span, but_for=asked)
                if not access.is_limited and access.authentication is None:
                    self.guards[asked.number] = replace(guard, passes=(*guard.passes, location.key), gap=gap)
                    break

    def _add_headers(self, location: Location, changes: Iterator[tuple[HeaderChange, Direction]]) -> None:
        for change, direction in changes:
            if self._budget.is_spent:
                return
            if change.operation == "delete" or change.value is None:
                continue
            self._budget.headers -= 1
            name = str(change.name)
            self.entities.append(
                Header(
                    key=self._key(f"{location.key.removeprefix(f'{self._site.key}!')} {direction} {name}"),
                    span=change.name.span,
                    spans={"value": change.value.span},
                    owner=location.key,
                    server="caddy",
                    name=name,
                    direction=direction,
                    site=self._site.name,
                    value=change.value.value,
                    echoes=echoed(str(change.value)),
                )
            )

    def _key(self, what: str) -> str:
        count = self._keys[what] = self._keys.get(what, 0) + 1
        return f"{self._site.key}!{what}" + (f"#{count}" if count > 1 else "")
