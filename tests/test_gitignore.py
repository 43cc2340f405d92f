"""Ignore files, compared with what the real git says of the same trees."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.gitignore import LIMIT, Rules, Scope
from compolint.tree import FolderTree
from tests.oracles.git import git


def ignores(lines: str, path: str) -> bool:
    """Whether a path is ignored; one that ends with a slash is a folder."""
    scope = Scope("", Rules(lines.encode()))
    parts = path.rstrip("/").split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if any(scope.ignores(f"/{folder}", True) for folder in folders):
        return True
    return scope.ignores(f"/{path.rstrip('/')}", path.endswith("/"))


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("build", "build"),
        ("build", "a/build/compose.yml"),
        ("build/", "a/build/compose.yml"),
        ("*.log", "a/b.log"),
        ("/build", "build/"),
        ("a/b", "a/b"),
        ("a/*.yml", "a/b.yml"),
        ("**/b", "a/x/b"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("a/**", "a/x/y"),
        ("[a-c].yml", "b.yml"),
        ("[!a-c].yml", "d.yml"),
        ("[[:upper:]]*", "Makefile"),
        ("\\#a", "#a"),
        ("\\!a", "!a"),
        ("a\\ ", "a "),
        ("a  ", "a"),
        ("a\r\nb", "a"),
        ("\ufeffa", "a"),
        ("*.yml\n!a.yml", "b.yml"),
        ("a/\n!a/b.yml", "a/b.yml"),
        ("caf??", "café"),  # é has two bytes
    ],
)
def test_a_pattern_ignores(lines: str, path: str) -> None:
    assert ignores(lines, path)


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("build", "builds"),
        ("build/", "build"),
        ("/build", "a/build"),
        ("a/b", "x/a/b"),
        ("a/*.yml", "a/b/c.yml"),
        ("a/**", "a"),
        ("a**b/c", "ax/b/c"),
        ("# a", "# a"),
        ("*.yml\n!a.yml", "a.yml"),
        ("/*\n!/a/", "a/b"),
        ("[a", "[a"),
        ("a\\", "a\\"),
        ("[[:nothing:]]", "a"),
        ("[z-a]", "m"),
        ("!", "!"),
        ("/", "a"),
        ("", "a"),
    ],
)
def test_a_pattern_leaves_alone(lines: str, path: str) -> None:
    assert not ignores(lines, path)


def test_the_inner_ignore_file_decides_before_the_outer() -> None:
    outer = Scope("/r", Rules(b"*.yml\n"))
    inner = Scope("/r/a", Rules(b"!keep.yml\n/here.yml\n"), outer)
    assert not inner.ignores("/r/a/keep.yml", False)
    assert inner.ignores("/r/a/other.yml", False)
    assert inner.ignores("/r/a/here.yml", False)


def test_many_stars_take_no_more_time_than_few() -> None:
    rules = Rules(b"*a" * 200 + b"b\n" + b"**/*a" * 50 + b"/b\n" + b"a*/**/" * 100 + b"b\n")
    name = "a" * 250
    # What backtracks would need longer than the universe lasts.
    assert rules.verdict(f"{'a/' * 800}{name}", name, False) is None


def test_a_chain_of_ignore_files_has_a_limit() -> None:
    rules = Rules(b"".join(b"a*%d\n" % number for number in range(LIMIT // 2)))
    outer = Scope("/r", rules)
    assert not outer.is_too_large
    assert Scope("/r/a", rules, outer).is_too_large


FRAGMENTS = [
    *("a", "b", "ab", "*", "**", "***", "?", "/", "/", "/**/", "**/", "/**", "[a]", "[!a]", "[^b-]"),
    *("[a-b]", "[]a]", "[[:alpha:]]", "[[:digit:]1]", "\\", "\\*", " ", "!", "#", "é", ".", "[", "[a"),
    *("[b-a]", "[[:x:]]", "[\\]a]", "[/a]", "A", "-", "[--a]", "[a-\\b]", "[[:]", "[a[:]", "\\/", "\\ "),
]
NAMES = ("a", "b", "ab", "a.b", "[a]", "a-b", "é", "a b", "*", "!a", "#a", "a\\b", "b ", "A1")
patterns = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map("".join)
ignore_files = st.lists(patterns, min_size=1, max_size=4).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join([*lines, ""]))
)
# Paths such as `a/é/b`, whose last parts are files.
trees = st.sets(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(tuple), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    git(root, "init", "-q")
    return root


def plant(root: Path, paths: set[tuple[str, ...]]) -> list[str]:
    """Makes the files, but for those that would have to be files and folders."""
    for entry in root.iterdir():
        if entry.name != ".git":
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    folders = {path[:depth] for path in paths for depth in range(1, len(path))}
    for path in paths - folders:
        file = root.joinpath(*path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return ["/".join(path) for path in sorted(paths - folders)]


def not_ignored(root: Path, files: list[str]) -> set[str]:
    given_paths = "\0".join(files).encode()
    answer = git(root, "check-ignore", "--no-index", "-z", "--stdin", given=given_paths)
    return set(files) - set(os.fsdecode(answer).split("\0"))


@settings(max_examples=120, deadline=None)
@given(paths=trees, lines=ignore_files, inner=ignore_files, excluded=ignore_files)
def test_git_ignores_the_same_files(
    repository: Path, paths: set[tuple[str, ...]], lines: str, inner: str, excluded: str
) -> None:
    files = plant(repository, paths)
    (repository / ".git" / "info" / "exclude").write_text(excluded)
    (repository / ".gitignore").write_text(lines)
    nested = repository / min(files).rpartition("/")[0] / ".gitignore"
    if nested.parent != repository:
        nested.write_text(inner)
    found = set(FolderTree(str(repository)).paths()) - {".gitignore", str(nested.relative_to(repository))}
    assert found == not_ignored(repository, files)


def test_the_rules_of_the_repository_hold_in_a_folder_of_it(repository: Path) -> None:
    plant(repository, {("a", "b", "x.yml"), ("a", "b", "y.yml"), ("a", "b", "z.yml"), ("a", "b", "w.yml")})
    (repository / ".git" / "info" / "exclude").write_text("x.yml")
    (repository / ".gitignore").write_text("/a/b/y.yml")
    (repository / "a" / ".gitignore").write_text("z.*")
    assert list(FolderTree(str(repository / "a" / "b")).paths()) == ["w.yml"]


def test_a_worktree_obeys_the_exclude_file_of_its_repository(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    main.mkdir()
    git(main, "init", "-q")
    git(main, "commit", "-q", "--allow-empty", "-m", "first")
    git(main, "worktree", "add", "-q", str(other))
    (main / ".git" / "info" / "exclude").write_text("x.yml")
    (other / "x.yml").touch()
    (other / "y.yml").touch()
    assert list(FolderTree(str(other)).paths()) == [".git", "y.yml"]
