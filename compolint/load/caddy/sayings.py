"""What the handlers of a site say about a location: its path, its answer, its headers."""

from collections.abc import Iterator

from compolint.load.caddy.configuration import Handler, HeaderChange, Redirect, Word
from compolint.load.caddy.requests import Test, required_by
from compolint.load.caddy.trail import Direction, Tests
from compolint.pattern import pattern
from compolint.unknown import Maybe, Unknown

# {header.Origin}   {http.request.header.Origin}
_HEADER = pattern(r"\{(?:http\.request\.)?header\.([\w-]+)\}")
_PATHS = ("path", "path_regexp")


def path_of(tests: Tests) -> str:
    """The innermost path that requests must have."""
    return next((test.words[0] for test in reversed(tests) if test.name in _PATHS and test.words), "/")


def kind_of_path(tests: Tests) -> str:
    test = next((test for test in reversed(tests) if test.name in _PATHS and test.words), None)
    if test is None:
        return "other" if tests else "prefix"
    if test.name == "path_regexp":
        return "regex"
    path = test.words[0]
    if "*" not in path:
        return "exact"
    return "prefix" if path.index("*") == len(path) - 1 else "other"


def written(tests: Tests) -> str:
    """Tests as a name, for matchers of JSON, which have none. What a header must be may be a secret."""
    return " ".join(
        f"{test.name}:{','.join(test.words)}" if test.name in (*_PATHS, "host") else test.name
        for test in tests[-3:]
    )


def taken_away(handler: Handler) -> str:
    """What `handle_path` takes away from the front of paths."""
    if handler.name != "handle_path":
        return ""
    tests = required_by(handler.matcher)
    words = tests[0].words if len(tests) == 1 and tests[0] == Test("path", tests[0].words) else ()
    return words[0].rstrip("*").rstrip("/") if len(words) == 1 else ""


def echoed(value: str) -> tuple[str, ...]:
    """The headers of a request that stand in a value: `{header.Origin}`."""
    return tuple(dict.fromkeys(name.lower() for name in _HEADER.findall(value)))


def redirect(detail: Redirect) -> Maybe[str]:
    target, status = detail.target.value, detail.status
    for part in (status, target):
        if isinstance(part, Unknown):
            return Unknown(f"{status} {target}", part.span, part.names, head="3")
    return f"{status} {target}"


def proxy_headers(handler: Handler) -> Iterator[tuple[HeaderChange, Direction]]:
    for line in handler.settings:
        if line.name in ("header_up", "header_down") and len(line.words) == 2:
            name, value = line.words
            sign = str(name)[:1]
            bare = Word(str(name)[1:], name.span) if sign in "+?>" else name
            if sign != "-":
                yield HeaderChange("set", bare, value), "request" if line.name == "header_up" else "answer"
