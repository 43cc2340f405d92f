"""The order in which Caddy asks the directives of a site, whatever the order in which they are written."""

from collections.abc import Iterable
from functools import cmp_to_key

from compolint.load.caddy.configuration import Handler, Setting

# https://caddyserver.com/docs/caddyfile/directives#directive-order
_ORDER = (
    "tracing", "map", "vars", "fs", "root", "log_append", "log_skip", "log_name", "header",
    "copy_response_headers", "request_body", "timeouts", "redir", "method", "rewrite", "uri", "try_files",
    "basic_auth", "forward_auth", "request_header", "encode", "push", "intercept", "templates", "invoke",
    "handle", "handle_path", "route", "abort", "error", "copy_response", "respond", "metrics",
    "reverse_proxy", "php_fastcgi", "file_server", "acme_server",
)  # fmt: skip
# What takes no part in answering, but belongs to a site all the same.
_OTHERS = frozenset({"bind", "handle_errors", "log", "tls"})
_RENAMED = {"basicauth": "basic_auth", "skip_log": "log_skip"}


def canonical(name: str) -> str:
    return _RENAMED.get(name, name)


def is_directive(name: str) -> bool:
    """Whether Caddy itself, without plugins, knows a directive."""
    return canonical(name) in _ORDER or name in _OTHERS


def positions(changes: Iterable[Setting]) -> dict[str, int]:
    """The places of the directives, after the `order` options."""
    order = list(_ORDER)
    for change in changes:
        if not change.words:
            continue
        name, *place = (canonical(str(word)) for word in change.words[:3])
        if len(place) == 1 and place[0] in ("first", "last"):
            order = [each for each in order if each != name]
            order.insert(0 if place[0] == "first" else len(order), name)
        elif len(place) == 2 and place[1] in order and place[1] != name:
            order = [each for each in order if each != name]
            order.insert(order.index(place[1]) + (place[0] == "after"), name)
    return {name: place for place, name in enumerate(order)}


def in_order(handlers: Iterable[Handler], places: dict[str, int]) -> tuple[Handler, ...]:
    """The handlers as Caddy asks them: by directive, then the one with the longer path first.

    What plugins bring comes first, where those that ask who comes have their place, as what is not here may.
    """

    def compare(one: Handler, other: Handler) -> int:
        if one.name != other.name:
            return places.get(one.name, -1) - places.get(other.name, -1)
        order = _by_path(one, other)
        return -order if one.name == "vars" else order

    return tuple(sorted(handlers, key=cmp_to_key(compare)))


def _by_path(one: Handler, other: Handler) -> int:
    path, other_path = _only_path(one), _only_path(other)
    if not path or not other_path:
        return (not _has_test(one)) - (not _has_test(other))
    if path.rstrip("*") == other_path.rstrip("*"):
        return len(path) - len(other_path)
    return len(other_path) - len(path)


def _only_path(handler: Handler) -> str:
    matcher = handler.matcher
    if matcher is None:
        return ""
    paths = [each for each in matcher.conditions if each.name == "path"]
    return str(paths[0].words[0]) if len(paths) == 1 and len(paths[0].words) == 1 else ""


def _has_test(handler: Handler) -> bool:
    return handler.matcher is not None and bool(handler.matcher.conditions)
