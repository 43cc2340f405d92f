"""Which requests a handler gets, in terms that can be compared: is all that one gets in what another gets?

By Caddy's documentation of matchers, https://caddyserver.com/docs/caddyfile/matchers.
"""

from compolint.load.caddy.configuration import Condition, Matcher
from compolint.pattern import pattern
from compolint.tuples import NamedTuple

# Matchers with several words let through what one of the words does.
_ANY_OF = frozenset({"client_ip", "host", "method", "path", "path_regexp", "protocol", "remote_ip"})
_KNOWN = _ANY_OF | {"all", "any", "file", "header", "header_regexp", "not", "query", "vars", "vars_regexp"}
_ADDRESSES = ("remote_ip", "client_ip")
_MOST_WORDS, _MOST_TESTS = 200, 40  # of one test, and together; a matcher with more is not taken apart
_EVERY_PATH = frozenset({"*", "/*"})
_MOST_PAIRS = 64  # of paths, that are compared
# !remote_ip('10.0.0.0/8', "private_ranges")
_NOT_FROM = pattern(r"!\s*(?:remote|client)_ip\(([^()]*)\)")
_QUOTED = pattern(r"['\"]([^'\"]+)['\"]")


class Test(NamedTuple):
    """What a request must be like. Under `not`, it must not be like all of the inner ones."""

    name: str
    words: tuple[str, ...] = ()
    tests: "tuple[Test, ...]" = ()

    @property
    def is_known(self) -> bool:
        return self.name in _KNOWN

    @property
    def networks(self) -> tuple[str, ...]:
        """The networks that a request must come from; none, if that does not matter."""
        if self.name in _ADDRESSES:
            return () if any(word.endswith("/0") for word in self.words) else self.words
        return ()

    @property
    def spared_networks(self) -> tuple[str, ...]:
        """The networks that a request must not come from."""
        if self.name == "not" and len(self.tests) == 1:
            return self.tests[0].networks
        if self.name == "expression" and (match := _NOT_FROM.search(" ".join(self.words))):
            return tuple(_QUOTED.findall(match[1])) or (match[1],)
        return ()


def required_by(matcher: Matcher | None, prefix: str = "") -> tuple[Test, ...]:
    """All that a matcher asks; `prefix` is what `handle_path` takes away from paths before."""
    if matcher is None:
        return ()
    if not matcher.is_known:
        return (Test(matcher.text),)
    return tuple(test for test in _together(matcher.conditions, prefix) if not _lets_all_through(test))


def covers(wide: tuple[Test, ...], narrow: tuple[Test, ...]) -> bool:
    """Whether all requests that get through the narrow tests get through the wide ones."""
    return not beyond(wide, narrow)


def beyond(wide: tuple[Test, ...], narrow: tuple[Test, ...]) -> tuple[Test, ...]:
    """The wide tests that a request may fail which gets through the narrow ones."""
    return tuple(test for test in wide if not any(_implies(each, test) for each in narrow))


def path_covers(wide: str, narrow: str) -> bool:
    """Whether one pattern of paths matches all that the other does."""
    wide, narrow = wide.lower(), narrow.lower()
    if wide in _EVERY_PATH or wide == narrow:
        return True
    if wide.endswith("*") and "*" not in wide[:-1]:
        return narrow.startswith(wide[:-1])
    return wide.startswith("*") and "*" not in wide[1:] and narrow.endswith(wide[1:])


def _lets_all_through(test: Test) -> bool:
    return test.name == "path" and not _EVERY_PATH.isdisjoint(test.words)


def _together(conditions: tuple[Condition, ...], prefix: str) -> tuple[Test, ...]:
    """The tests, those of one name being one where any of their words will do."""
    if len(conditions) > _MOST_TESTS:
        return (Test("a long matcher"),)
    found: list[Test] = []
    places: dict[str, int] = {}
    for condition in conditions:
        test = _test(condition, prefix)
        if test.name in _ANY_OF and test.name in places:
            at = places[test.name]
            found[at] = found[at]._replace(words=found[at].words + test.words)
        else:
            places.setdefault(test.name, len(found))
            found.append(test)
    return tuple(found)


def _test(condition: Condition, prefix: str) -> Test:
    if len(condition.words) > _MOST_WORDS:
        return Test(f"a long list of {condition.name}")
    words = tuple(str(word) for word in condition.words)
    if condition.name == "path":
        words = tuple(word if word.startswith("*") else prefix + word for word in words)
    return Test(condition.name, words, _together(condition.conditions, prefix))


def _implies(narrow: Test, wide: Test) -> bool:
    if narrow == wide:
        return True
    if narrow.name != wide.name or narrow.name not in _ANY_OF:
        return False
    if wide.name == "path" and len(wide.words) * len(narrow.words) <= _MOST_PAIRS:
        return all(any(path_covers(each, word) for each in wide.words) for word in narrow.words)
    return set(narrow.words) <= set(wide.words)
