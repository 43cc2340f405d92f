"""Directives as handlers, in the order in which Caddy asks them."""

from collections.abc import Callable

from compolint.load.caddy import matchers
from compolint.load.caddy.configuration import (
    Account,
    BasicAuth,
    Detail,
    FileServer,
    Handler,
    HeaderChange,
    Headers,
    Invocation,
    Matcher,
    Redirect,
    Response,
    Root,
    Setting,
    Word,
)
from compolint.load.caddy.order import canonical, in_order, is_directive
from compolint.load.caddy.proxies import proxy
from compolint.load.caddy.scope import Scope
from compolint.load.caddy.words import settings, word, words
from compolint.pattern import pattern
from compolint.syntax.caddy import Segment, Token

_GROUPS = frozenset({"handle", "handle_path", "route"})
_NO_MATCHER = frozenset({"try_files", "invoke"})
# With a single word, that is what they are about.
_ONE_WORD = frozenset({"rewrite", "root"})
_ALGORITHMS = ("argon2id", "bcrypt", "scrypt")
_STATUS = pattern(r"[1-5][0-9x]{2}")
# What only Caddy 1 had.
_LEGACY = frozenset(
    {"browse", "errors", "expvar", "ext", "fastcgi", "gzip", "markdown", "mime", "on", "proxy",
     "shutdown", "startup", "websocket"}
)  # fmt: skip


def handlers(
    segments: tuple[Segment, ...], scope: Scope, in_source_order: bool = False
) -> tuple[Handler, ...]:
    """The handlers of a site, or of a block in it; matchers that it declares are known in it."""
    known = scope.matchers
    declared = {each.name.text: each for each in segments if each.name.text.startswith("@")}
    scope.matchers = known.new_child({name: matchers.declared(each) for name, each in declared.items()})
    found = [_handler(each, scope) for each in segments if not each.name.text.startswith("@")]
    scope.matchers = known
    return tuple(found) if in_source_order else in_order(found, scope.places)


def _handler(segment: Segment, scope: Scope) -> Handler:
    name = canonical(segment.name.text)
    _look_for_legacy(segment, scope)
    matcher, arguments = _without_matcher(name, segment.arguments, scope)
    known = is_directive(name) or name in scope.ordered
    if not known and ("." in name or ":" in name):
        message = f"{name} is an address in the block of another site: a brace that closes is missing above"
        scope.fault("invalid", message, segment.name.span, fatal=True)
    handler = Handler(name, segment.name.span, matcher, words(arguments), (), is_known=known)
    if name in _GROUPS:
        inner = handlers(segment.body or (), scope, in_source_order=name == "route")
        return handler._replace(handlers=inner)
    handler = handler._replace(settings=settings(segment.body))
    return handler._replace(detail=_detail(handler, scope))


def _without_matcher(
    name: str, arguments: tuple[Token, ...], scope: Scope
) -> tuple[Matcher | None, tuple[Token, ...]]:
    if not arguments or name in _NO_MATCHER or (name in _ONE_WORD and len(arguments) == 1):
        return None, arguments
    found = matchers.of_token(arguments[0], scope.matchers)
    if found and not found.is_known:
        scope.fault("invalid", f"no matcher is called {found.text}", found.span)
    if found is None and name == "handle_path":
        found = matchers.path(word(arguments[0]))
    return found, arguments[1:] if found else arguments


def _look_for_legacy(segment: Segment, scope: Scope) -> None:
    name = segment.name.text
    is_old_login = name == "basicauth" and segment.body is None and len(segment.arguments) >= 3
    if (name in _LEGACY and name not in scope.ordered) or is_old_login:
        if not scope.is_legacy:
            message = f"{name} belongs to Caddy 1; Caddy 2 does not take this file"
            scope.fault("legacy", message, segment.name.span, fatal=True)
        scope.is_legacy = True


def _detail(handler: Handler, scope: Scope) -> Detail | None:
    name, own, lines = handler.name, handler.words, handler.settings
    if name in ("reverse_proxy", "php_fastcgi", "forward_auth"):
        return proxy(name, own, lines, scope)
    read = _READERS.get(name)
    return read(own, lines) if read else None


def _file_server(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> FileServer:
    listing = next((each.span for each in own if str(each) == "browse"), None)
    root, reveals = None, None
    hide: tuple[Word, ...] = ()
    for line in lines:
        if line.name == "root" and line.words:
            root = line.words[0]
        elif line.name == "hide":
            hide += line.words
        elif line.name == "browse":
            listing = line.span
            revealing = line.first("reveal_symlinks")
            reveals = revealing and revealing.span
    return FileServer(root, listing, reveals, hide)


def _basic_auth(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> BasicAuth:
    accounts = tuple(
        Account(Word(line.name, line.span), line.words[0] if line.words else None) for line in lines
    )
    return BasicAuth(accounts, str(own[0]) if own and str(own[0]) in _ALGORITHMS else "")


def _response(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Response:
    body = next((line.words[0] for line in lines if line.name == "body" and line.words), None)
    if not own:
        return Response("200", body)
    if len(own) == 1 and _STATUS.fullmatch(str(own[0])):
        return Response(own[0].value, body)
    return Response(own[1].value if len(own) > 1 else "200", own[0])


def _error(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Response:
    found = _response(own, lines)
    return found._replace(status="500") if str(found.status) == "200" and len(own) < 2 else found


def _abort(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Response:
    return Response("")


def _redirect(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Redirect | None:
    if not own:
        return None
    status = own[1].value if len(own) > 1 else "302"
    if isinstance(status, str):
        status = {"permanent": "301", "temporary": "302", "html": "200"}.get(status, status)
    return Redirect(own[0], status)


def _root(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Root | None:
    return Root(own[0]) if own else None


def _invocation(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Invocation | None:
    return Invocation(own[0]) if own else None


def _headers(own: tuple[Word, ...], lines: tuple[Setting, ...]) -> Headers:
    changes = [_change(own[0], own[1:])] if own else []
    changes += [_change(Word(line.name, line.span), line.words) for line in lines]
    return Headers(tuple(each for each in changes if str(each.name) != "defer"))


def _change(name: Word, values: tuple[Word, ...]) -> HeaderChange:
    sign = str(name)[:1]
    value = values[-1] if values else None
    bare = Word(name.value[1:], name.span) if sign in _SIGNS and isinstance(name.value, str) else name
    if sign == "-":
        return HeaderChange("delete", bare)
    if len(values) > 1:
        return HeaderChange("replace", bare, value)
    if sign in ("+", "?"):
        return HeaderChange("add" if sign == "+" else "default", bare, value)
    return HeaderChange("set", bare, value)


_SIGNS = ("+", "-", "?", ">")
_READERS: dict[str, Callable[[tuple[Word, ...], tuple[Setting, ...]], Detail | None]] = {
    "abort": _abort,
    "basic_auth": _basic_auth,
    "error": _error,
    "file_server": _file_server,
    "header": _headers,
    "invoke": _invocation,
    "redir": _redirect,
    "request_header": _headers,
    "respond": _response,
    "root": _root,
}
