"""The handlers of Caddy's JSON, under the names that a Caddyfile has for them."""

from collections.abc import Iterator
from typing import Literal

from compolint.load.caddy.addresses import socket
from compolint.load.caddy.configuration import (
    Account,
    BasicAuth,
    Condition,
    Detail,
    FileServer,
    Handler,
    HeaderChange,
    Headers,
    Invocation,
    Matcher,
    Proxy,
    Redirect,
    Response,
    Root,
    Setting,
    Transport,
    Upstream,
    Word,
)
from compolint.load.caddy.json_nodes import (
    at,
    is_true,
    key_word,
    lines,
    mapping,
    sequence,
    word_of,
    words_of,
)
from compolint.syntax.yaml import Mapping, Sequence

# The names that a Caddyfile has for the handlers.
_NAMES = {
    "authentication": "basic_auth",
    "headers": "header",
    "static_response": "respond",
    "subroute": "route",
}


def handlers(routes: Sequence) -> Iterator[Handler]:
    for route in map(mapping, routes.items):
        matcher = _matcher(route)
        for node in map(mapping, sequence(route.get("handle")).items):
            yield _handler(node, matcher)


def _matcher(route: Mapping) -> Matcher | None:
    key = route.key("match")
    sets = [_conditions(mapping(each)) for each in sequence(route.get("match")).items]
    if key is None or not sets:
        return None
    if len(sets) == 1:
        return Matcher("", key.span, sets[0])
    each = tuple(Condition("all", key.span, conditions=conditions) for conditions in sets)
    return Matcher("", key.span, (Condition("any", key.span, conditions=each),))


def _conditions(matcher: Mapping) -> tuple[Condition, ...]:
    found = []
    for name, value in matcher.pairs():
        if name.value == "not":
            inner = [_conditions(mapping(each)) for each in sequence(value).items]
            found += [Condition("not", name.span, conditions=each) for each in inner]
            continue
        words = words_of(value)
        if isinstance(value, Mapping):
            words = tuple(each for key, node in value.pairs() for each in (key_word(key), *words_of(node)))
        found.append(Condition(name.value, name.span, words))
    return tuple(found)


def _handler(node: Mapping, matcher: Matcher | None) -> Handler:
    name = word_of(node.get("handler")) or Word("", node.span)
    kind = str(name)
    handler = Handler(_NAMES.get(kind, kind), name.span, matcher, (), lines(node))
    if kind == "subroute":
        return handler._replace(
            settings=(),
            handlers=tuple(handlers(sequence(node.get("routes")))),
        )
    detail = _detail(kind, node)
    if isinstance(detail, Redirect):
        handler = handler._replace(name="redir")
    elif isinstance(detail, Root):
        handler = handler._replace(name="root")
    return handler._replace(detail=detail)


def _detail(kind: str, node: Mapping) -> Detail | None:
    if kind == "reverse_proxy":
        return _proxy(node)
    if kind == "file_server":
        browse = node.key("browse")
        reveals = mapping(node.get("browse")).key("reveal_symlinks")
        return FileServer(
            word_of(node.get("root")),
            browse and browse.span,
            reveals and reveals.span,
            words_of(node.get("hide")),
        )
    if kind == "authentication":
        return _basic_auth(node)
    if kind == "static_response":
        return _response(node)
    if kind == "headers":
        return Headers(
            tuple(_changes(mapping(node.get("response")))) + tuple(_changes(mapping(node.get("request"))))
        )
    if kind == "vars" and (root := word_of(node.get("root"))):
        return Root(root)
    if kind == "invoke" and (route := word_of(node.get("name"))):
        return Invocation(route)
    return None


def _proxy(node: Mapping) -> Proxy:
    transport = mapping(node.get("transport"))
    tls = transport.key("tls")
    skips = mapping(transport.get("tls")).key("insecure_skip_verify")
    if not is_true(at(transport, "tls", "insecure_skip_verify")):
        skips = None
    protocol = word_of(transport.get("protocol"))
    key = node.key("transport")
    dials = (word_of(mapping(each).get("dial")) for each in sequence(node.get("upstreams")).items)
    dynamic = node.key("dynamic_upstreams")
    return Proxy(
        tuple(Upstream(socket(dial), "https" if tls else "") for dial in dials if dial),
        Transport(
            str(protocol) if protocol else "http",
            tls is not None,
            skips and skips.span,
            key and key.span,
            lines(transport),
        ),
        dynamic and Setting("dynamic", dynamic.span, settings=lines(mapping(node.get("dynamic_upstreams")))),
        words_of(node.get("trusted_proxies")),
    )


def _basic_auth(node: Mapping) -> BasicAuth | None:
    basic = at(node, "providers", "http_basic")
    if not isinstance(basic, Mapping):
        return None
    accounts = []
    for each in map(mapping, sequence(basic.get("accounts")).items):
        user = word_of(each.get("username")) or Word("", each.span)
        accounts.append(Account(user, word_of(each.get("password"))))
    algorithm = word_of(at(basic, "hash", "algorithm"))
    return BasicAuth(tuple(accounts), str(algorithm) if algorithm else "")


def _response(node: Mapping) -> Response | Redirect:
    status = word_of(node.get("status_code")) or Word("200", node.span)
    headers = mapping(node.get("headers"))
    target = next((name for name, _ in headers.pairs() if name.value.lower() == "location"), None)
    if target and (words := words_of(headers.get(target.value))):
        return Redirect(words[0], status.value)
    return Response("" if is_true(node.get("abort")) else status.value, word_of(node.get("body")))


_OPERATIONS: tuple[Literal["set", "add"], ...] = ("set", "add")


def _changes(operations: Mapping) -> Iterator[HeaderChange]:
    for operation in _OPERATIONS:
        for name, values in mapping(operations.get(operation)).pairs():
            yield HeaderChange(operation, key_word(name), next(iter(words_of(values)), None))
    for word in words_of(operations.get("delete")):
        yield HeaderChange("delete", word)
    for name, _ in mapping(operations.get("replace")).pairs():
        yield HeaderChange("replace", key_word(name))
