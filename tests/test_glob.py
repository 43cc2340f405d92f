import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import glob


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("compose.yaml", "compose.yaml"),
        ("*.yaml", "compose.yaml"),
        ("comp?se.*", "compose.yaml"),
        ("stacks/*/compose.yaml", "stacks/web/compose.yaml"),
        ("**/compose.yaml", "compose.yaml"),
        ("**/compose.yaml", "a/b/compose.yaml"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("a/**/b/c*/**/d", "a/b/x/b/cc/d"),
        ("**", "a/b"),
        ("vendor", "vendor/a/b.yaml"),
        ("vendor/", "vendor/a/b.yaml"),
        ("vendor/**", "vendor/a/b.yaml"),
        ("./vendor", "vendor/a"),
        ("**/examples/**", "docs/examples/compose.yaml"),
        ("ghcr.io/acme/*", "ghcr.io/acme/web"),
        ("a**b", "axxb"),
    ],
)
def test_a_glob_covers(pattern: str, path: str) -> None:
    assert glob.matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.yaml", "stacks/compose.yaml"),
        ("compose", "compose.yaml"),
        ("compose.yaml", "stacks/compose.yaml"),
        ("stacks/*/compose.yaml", "stacks/a/b/compose.yaml"),
        ("vendor/**", "vendor"),
        ("vendor", "vendors/a"),
        ("a?b", "a/b"),
        ("a.c", "abc"),
        ("**/b", "a/bb"),
    ],
)
def test_a_glob_does_not_cover(pattern: str, path: str) -> None:
    assert not glob.matches(pattern, path)


@pytest.mark.parametrize("pattern", ["", "/", ".", "a\\b", "*.{yml,yaml}", "[ab].yaml", "!a", "../a", "a "])
def test_what_means_nothing_here_is_a_fault(pattern: str) -> None:
    assert glob.fault(pattern)


@pytest.mark.parametrize("pattern", ["**", "a/*.yaml", "**/x?.env", ".env"])
def test_a_glob_has_no_fault(pattern: str) -> None:
    assert glob.fault(pattern) is None


def test_globs_start_from_a_folder() -> None:
    assert glob.covers("a/", ["x", "b"], "a/b/c")
    assert not glob.covers("a/", ["x", "b"], "b/c")
    assert not glob.covers("", [], "b/c")


@given(st.text("ab*?/", min_size=1, max_size=12), st.text("ab/", min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_glob_means_what_its_definition_says(pattern: str, path: str) -> None:
    names = [name for name in pattern.split("/") if name]
    assert glob.matches(pattern, path) == _covers(names, path.split("/"))


def test_many_stars_take_no_time() -> None:
    assert not glob.matches("*a" * 40 + "b", "a" * 4000)
    assert not glob.matches("**/a*a/" * 20 + "b", "aa/" * 1500)


def _covers(names: list[str], path: list[str]) -> bool:
    if not names:
        return True
    if names[0] == "**":
        if len(names) == 1:
            return bool(path)
        return any(_covers(names[1:], path[start:]) for start in range(len(path) + 1))
    return bool(path) and _fits(names[0], path[0]) and _covers(names[1:], path[1:])


def _fits(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_fits(pattern[1:], name[start:]) for start in range(len(name) + 1))
    return bool(name) and pattern[0] in {"?", name[0]} and _fits(pattern[1:], name[1:])
