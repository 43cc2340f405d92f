"""The index of a repository, compared with what the real git says of it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.gitindex import discover_root, display, tracked
from tests.oracles.git import git

FILES = ("compose.yml", "a/b/c.yml", "a/b/d.yml", "a/é", "a b", "x" * 200 + "/" + "y" * 200, "zz")


def repository(root: Path, *options: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", *options)
    for name in FILES:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    git(root, "add", ".")
    return root


def listed(root: Path) -> frozenset[str]:
    paths = git(root, "ls-files", "-z").split(b"\0")
    return frozenset(display(os.fsdecode(path)) for path in paths if path)


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_the_tracked_paths_are_those_that_git_lists(tmp_path: Path, version: str) -> None:
    root = repository(tmp_path)
    (root / "later").touch()
    git(root, "add", "--intent-to-add", "later")
    git(root, "update-index", "--index-version", version)
    assert tracked(str(root)) == listed(root) == frozenset({*FILES, "later"})


def test_a_path_of_many_characters_is_tracked(tmp_path: Path) -> None:
    root = repository(tmp_path)
    long = "/".join(["d" * 250] * 15) + "/" + "f" * 200
    blob = git(root, "hash-object", "-w", "--stdin", given=b"").decode().strip()
    git(root, "update-index", "--add", "--cacheinfo", f"100644,{blob},{long}")
    assert tracked(str(root)) == listed(root)


def test_a_name_that_is_no_utf8_is_written_with_backslashes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.yml"))).touch()
    git(root, "add", ".")
    assert "caf\\xe9.yml" in (tracked(str(root)) or ())


def test_a_repository_with_sha256_is_read(tmp_path: Path) -> None:
    root = repository(tmp_path, "--object-format=sha256")
    assert tracked(str(root)) == listed(root)


def test_a_repository_without_index_tracks_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert tracked(str(tmp_path)) == frozenset()


def test_a_worktree_and_a_submodule_are_read_through_their_file(tmp_path: Path) -> None:
    root = repository(tmp_path / "main")
    git(root, "commit", "-q", "-m", "first")
    git(root, "worktree", "add", "-q", str(tmp_path / "worktree"))
    outer = repository(tmp_path / "outer")
    git(outer, "submodule", "--quiet", "add", str(root), "inner")
    for folder in (tmp_path / "worktree", outer / "inner", outer):
        assert tracked(str(folder)) == listed(folder)
    assert "inner" in (tracked(str(outer)) or ())


def test_a_split_index_gives_no_answer(tmp_path: Path) -> None:
    root = repository(tmp_path)
    git(root, "update-index", "--split-index")
    assert tracked(str(root)) is None


@pytest.mark.parametrize("git_file", ["", "gitdir:", "gitdir: nowhere", "gitdir: .", "\xff", "gitdir: \0"])
def test_a_git_file_that_leads_nowhere_gives_no_answer(tmp_path: Path, git_file: str) -> None:
    (tmp_path / ".git").write_text(git_file)
    assert tracked(str(tmp_path)) is None


def test_a_folder_that_is_no_repository_gives_no_answer(tmp_path: Path) -> None:
    assert tracked(str(tmp_path)) is None


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = repository(tmp_path_factory.mktemp("indexed"))
    git(root, "update-index", "--index-version", "4")
    return root


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_index_gives_no_answer(indexed: Path, data: st.DataObject) -> None:
    index = indexed / ".git" / "index"
    whole = index.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1).filter(lambda byte: byte != whole[at : at + 1]))
    try:
        index.write_bytes(whole[:at] + byte + whole[at + 1 :])
        assert tracked(str(indexed)) is None
        index.write_bytes(whole[:at])
        assert tracked(str(indexed)) is None
    finally:
        index.write_bytes(whole)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([2, 3, 4]), st.integers(0, 2**32 - 1))
def test_no_index_breaks_the_reader(indexed: Path, rest: bytes, version: int, count: int) -> None:
    index = indexed / ".git" / "index"
    whole = index.read_bytes()
    header = b"DIRC" + version.to_bytes(4, "big") + count.to_bytes(4, "big")
    try:
        # A checksum of zeros is none, so that what stands before it is read.
        index.write_bytes(header + rest + bytes(20))
        answer = tracked(str(indexed))
        assert answer is None or count == len(answer) == 0 or count > 0
    finally:
        index.write_bytes(whole)


def test_the_root_is_found_from_any_path_below_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    assert discover_root(str(root / "a" / "b")) == str(root)
    assert discover_root(str(root / "a" / "b" / "c.yml")) == str(root)
    assert discover_root(str(root)) == str(root)
    assert discover_root(str(tmp_path)) is None
