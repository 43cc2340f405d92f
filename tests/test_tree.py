"""Trees of files, and what hostile folders may try."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.gitindex import display
from compolint.tree import FolderTree, MemoryTree, Skipped, Tree, Unreadable, decode
from tests.oracles.git import git

COMPOSE = "services: {}\n"


def is_yaml(name: str) -> bool:
    return name.endswith(".yml")


def folder(root: Path, *paths: str) -> FolderTree:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(COMPOSE)
    return FolderTree(str(root))


def text(tree: Tree, path: str) -> str | None:
    source = tree.read(path)
    return None if source is None else source.text


def outcome(tree: Tree, path: str) -> str | Unreadable | None:
    try:
        return text(tree, path)
    except Unreadable as error:
        return error


def reason(tree: Tree, path: str) -> str:
    with pytest.raises(Unreadable) as error:
        tree.read(path)
    assert error.value.path == path
    return error.value.reason


def test_the_paths_are_those_of_all_files_in_order(tmp_path: Path) -> None:
    tree = folder(tmp_path, "b.yml", "a/x.yml", "a.yml", "a/b/c/d.txt", ".env")
    assert list(tree.paths()) == [".env", "a.yml", "a/b/c/d.txt", "a/x.yml", "b.yml"]


def test_only_wanted_names_are_given(tmp_path: Path) -> None:
    tree = folder(tmp_path, "b.yml", "a/x.yml", "a/x.txt")
    assert list(tree.paths(is_yaml)) == ["a/x.yml", "b.yml"]


def test_both_trees_give_the_same(tmp_path: Path) -> None:
    folder_tree = folder(tmp_path, "b.yml", "a/x.yml")
    memory_tree = MemoryTree({"b.yml": COMPOSE, "./a/x.yml": COMPOSE.encode()})
    trees: tuple[Tree, ...] = (folder_tree, memory_tree)
    for tree in trees:
        assert list(tree.paths()) == ["a/x.yml", "b.yml"]
        assert text(tree, "a/x.yml") == text(tree, "a/../a//./x.yml") == COMPOSE
        assert (source := tree.read("./b.yml")) is not None
        assert source.path == "b.yml"
        assert [tree.exists(path) for path in ("b.yml", "a", "a/x.yml", "c", "b.yml/c")] == [True] * 3 + [
            False
        ] * 2
        assert tree.read("c.yml") is None
        assert tree.read("b.yml/c.yml") is None
        assert (
            reason(tree, "/etc/hostname") == reason(tree, "../x.yml") == "lies outside of the scanned folder"
        )


def test_well_known_folders_are_never_looked_into(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml", "node_modules/a.yml", "b/venv/a.yml", "b/__pycache__/x/a.yml")
    assert list(tree.paths()) == ["a.yml"]
    assert tree.skipped == []
    assert {skipped.path for skipped in tree.pruned} == {"node_modules", "b/venv", "b/__pycache__"}


def test_what_git_ignores_is_left_out_but_can_be_read(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml", "b/.env", "c/a.yml")
    (tmp_path / ".gitignore").write_text("c/\n")
    (tmp_path / "b" / ".gitignore").write_text("/.env\n")
    assert list(tree.paths()) == [".gitignore", "a.yml", "b/.gitignore"]
    assert Skipped("b/.env", "is ignored by git") in tree.pruned
    assert text(tree, "b/.env") == COMPOSE
    assert "b/.env" in set(FolderTree(str(tmp_path), use_gitignore=False).paths())


def test_what_is_tracked_in_an_ignored_folder_is_not_ignored(tmp_path: Path) -> None:
    paths = ("a.yml", "out/b.yml", "out/c.yml", "out/d/e.yml", "out/node_modules/f.yml")
    tree = folder(tmp_path, *paths)
    (tmp_path / ".gitignore").write_text("out/\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", "out/b.yml", "out/d/e.yml", "out/node_modules/f.yml")
    assert list(tree.paths(is_yaml)) == ["a.yml", "out/b.yml", "out/d/e.yml"]
    assert text(tree, "out/b.yml") == COMPOSE
    excluding = FolderTree(str(tmp_path), exclude=("/out/d",))
    assert list(excluding.paths(is_yaml)) == ["a.yml", "out/b.yml"]


def test_what_is_tracked_and_gone_is_not_there(tmp_path: Path) -> None:
    tree = folder(tmp_path, "out/b.yml")
    (tmp_path / ".gitignore").write_text("out/\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-f", "out/b.yml")
    (tmp_path / "out" / "b.yml").unlink()
    assert list(tree.paths(is_yaml)) == []


def test_an_exclusion_is_not_lifted_by_an_ignore_file(tmp_path: Path) -> None:
    folder(tmp_path, "a.yml", "b/a.yml", "b/c.yml")
    (tmp_path / ".gitignore").write_text("!a.yml\n")
    tree = FolderTree(str(tmp_path), exclude=("/b/a.yml", "*.txt", ".gitignore"))
    assert list(tree.paths()) == ["a.yml", "b/c.yml"]


def test_an_ignore_file_that_is_a_link_has_no_effect_but_is_named(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    (tmp_path / "rules").write_text("*")
    (tmp_path / ".gitignore").symlink_to("rules")
    assert "a.yml" in set(tree.paths())
    assert Skipped(".gitignore", "is a link, so what it ignores is read") in tree.skipped


def test_an_ignore_file_with_too_many_patterns_has_no_effect_but_is_named(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    (tmp_path / ".gitignore").write_text("\n".join(f"a*{number}*" for number in range(5000)) + "\n*\n")
    assert "a.yml" in set(tree.paths())
    assert tree.skipped == [Skipped(".gitignore", "has too many patterns, so what it ignores is read")]


def test_a_reference_may_lead_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    folder(tmp_path, "r/common.yml", "r/apps/web/compose.yml", "secret.yml", "r/.git/HEAD")
    tree = FolderTree(str(tmp_path / "r" / "apps" / "web"))
    assert text(tree, "../../common.yml") == COMPOSE
    assert tree.exists("../..")
    assert not tree.exists("../../..")
    assert reason(tree, "../../../secret.yml") == "lies outside of the scanned folder"


def test_without_a_repository_no_reference_leads_up(tmp_path: Path) -> None:
    folder(tmp_path, "common.yml", "web/compose.yml")
    tree = FolderTree(str(tmp_path / "web"))
    assert reason(tree, "../common.yml") == "lies outside of the scanned folder"
    assert text(tree, "../web/compose.yml") == COMPOSE


def test_a_link_to_a_file_inside_is_read(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a/real.yml")
    (tmp_path / "link.yml").symlink_to("a/real.yml")
    assert list(tree.paths()) == ["a/real.yml", "link.yml"]
    assert text(tree, "link.yml") == COMPOSE


def test_a_link_that_leads_out_is_skipped(tmp_path: Path) -> None:
    tree = folder(tmp_path / "r", "a.yml")
    folder(tmp_path, "secret.yml", "other/secret.yml")
    (tmp_path / "r" / "link.yml").symlink_to("../secret.yml")
    (tmp_path / "r" / "folder").symlink_to("../other")
    (tmp_path / "r" / "hosts.yml").symlink_to("/etc/hosts")
    assert list(tree.paths(is_yaml)) == ["a.yml"]
    assert set(tree.skipped) == {
        Skipped("link.yml", "is a link that leads out of the scanned folder"),
        Skipped("hosts.yml", "is a link that leads out of the scanned folder"),
        Skipped("folder", "is a link to a folder outside"),
    }
    assert reason(tree, "link.yml") == "is a link that leads out of the scanned folder"
    assert reason(tree, "folder/secret.yml") == "lies outside of the scanned folder"


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a/b/x.yml")
    (tmp_path / "a" / "b" / "up").symlink_to("..")
    (tmp_path / "a" / "self.yml").symlink_to("self.yml")
    (tmp_path / "a" / "one.yml").symlink_to("two.yml")
    (tmp_path / "a" / "two.yml").symlink_to("one.yml")
    (tmp_path / "a" / "nothing.yml").symlink_to("nowhere")
    assert list(tree.paths(is_yaml)) == ["a/b/x.yml"]
    assert set(tree.skipped) == {
        Skipped(f"a/{name}.yml", "is a link to nothing") for name in ("self", "one", "two", "nothing")
    }
    assert text(tree, "a/b/up/b/up/b/x.yml") == COMPOSE
    assert reason(tree, "a/one.yml") == "is a link that leads in a circle"
    assert "too many levels" in reason(tree, "a/one.yml/x.yml")
    assert reason(tree, "a/nothing.yml") == "is a link to nothing"


def test_pipes_sockets_and_devices_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = folder(tmp_path, "a.yml")
    os.mkfifo(tmp_path / "pipe.yml")
    (tmp_path / "link.yml").symlink_to("pipe.yml")
    monkeypatch.chdir(tmp_path)  # a socket's path may have 107 bytes only
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.yml")
        assert list(tree.paths(is_yaml)) == ["a.yml"]
        assert set(tree.skipped) == {
            Skipped("pipe.yml", "is a named pipe"),
            Skipped("link.yml", "is a named pipe"),
            Skipped("socket.yml", "is a socket"),
        }
        assert reason(tree, "pipe.yml") == reason(tree, "link.yml") == "is a named pipe"
        assert reason(tree, "socket.yml") == "is a socket"
    assert reason(FolderTree("/dev"), "null") == "is a device"


def test_a_link_to_nothing_on_purpose_is_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.yml").symlink_to("/dev/null")
    tree = FolderTree(str(tmp_path))
    assert list(tree.paths(is_yaml)) == ["a.yml"]
    source = tree.read("a.yml")
    assert source is not None
    assert source.text == ""


def test_a_pipe_that_takes_the_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    assert list(tree.paths()) == ["a.yml"]
    (tmp_path / "a.yml").unlink()
    os.mkfifo(tmp_path / "a.yml")
    assert reason(tree, "a.yml") == "is a named pipe"


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    assert list(tree.paths()) == ["a.yml"]
    (tmp_path / "a.yml").unlink()
    (tmp_path / "a.yml").symlink_to("/etc/hosts")
    assert reason(tree, "a.yml").startswith("cannot be read")


def test_a_file_that_disappears_after_it_was_found_is_no_missing_file(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml", "b/a.yml")
    (tmp_path / "link.yml").symlink_to("a.yml")
    assert list(tree.paths()) == ["a.yml", "b/a.yml", "link.yml"]
    for path in ("a.yml", "link.yml", "b/a.yml"):
        (tmp_path / path).unlink()
    (tmp_path / "b").rmdir()
    for path in ("a.yml", "link.yml", "b/a.yml"):
        assert reason(tree, path) == "disappeared during the scan"


def test_a_folder_is_no_text(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml/b")
    assert reason(tree, "a.yml") == reason(tree, ".") == "is a folder"


def test_a_folder_that_cannot_be_opened_is_skipped(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # deeper than any path may be long
        os.mkdir("d" * 250, dir_fd=handle)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(os.open("lost.yml", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)
    assert list(tree.paths()) == ["a.yml"]
    (skipped,) = tree.skipped
    assert skipped.reason == "cannot be read: file name too long"


def test_a_folder_that_is_not_there_is_skipped(tmp_path: Path) -> None:
    tree = FolderTree(str(tmp_path / "nothing"))
    assert list(tree.paths()) == []
    assert tree.skipped == [Skipped(".", "cannot be read: no such file or directory")]


def test_a_very_large_file_is_not_read(tmp_path: Path) -> None:
    tree = folder(tmp_path)
    with open(tmp_path / "large.yml", "wb") as file:
        file.truncate(21 * 1024 * 1024)
    assert reason(tree, "large.yml") == "is larger than 20 MB"


def test_a_file_that_hides_its_size_is_read_to_its_end() -> None:
    # What the kernel writes on demand is 0 bytes long by its own account.
    tree = FolderTree("/proc/self")
    source = tree.read("status")
    assert source is not None
    assert "VmPeak" in source.text


@pytest.mark.parametrize("path", ["a\0b", "\ud800"])
def test_a_path_that_no_file_can_have_gives_nothing(tmp_path: Path, path: str) -> None:
    tree = folder(tmp_path, "a.yml")
    assert not tree.exists(path)
    assert tree.read(path) is None


@pytest.mark.parametrize("path", ["x" * 300, "y/" * 3000 + "z"])
def test_a_path_that_is_too_long_says_so(tmp_path: Path, path: str) -> None:
    tree = folder(tmp_path, "a.yml")
    assert not tree.exists(path)
    assert reason(tree, path) == "cannot be read: file name too long"


def test_a_name_that_is_no_utf8_can_be_printed_and_read(tmp_path: Path) -> None:
    tree = folder(tmp_path)
    os.makedirs(os.fsencode(tmp_path) + b"/donn\xe9es-\xc3\xa9")
    for name in (b"a.yml", b"b\xff.yml"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/donn\xe9es-\xc3\xa9/" + name)).write_text(COMPOSE)
    assert list(tree.paths()) == ["donn\\xe9es-é/a.yml", "donn\\xe9es-é/b\\xff.yml"]
    assert text(tree, "donn\\xe9es-é/b\\xff.yml") == COMPOSE
    assert text(FolderTree(str(tmp_path)), "donn\\xe9es-é/a.yml") == COMPOSE


def test_of_two_names_that_look_the_same_one_is_reported(tmp_path: Path) -> None:
    tree = folder(tmp_path, "b\\xff.yml")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.yml")).write_text(COMPOSE)
    assert list(tree.paths()) == ["b\\xff.yml"]
    assert tree.skipped == [Skipped("b\\xff.yml", "is one of two files whose names look the same")]


def test_each_file_is_read_once(tmp_path: Path) -> None:
    tree = folder(tmp_path, "a.yml")
    first = tree.read("a.yml")
    (tmp_path / "a.yml").write_text("changed")
    assert tree.read("./a.yml") is first


def test_what_is_kept_in_memory_has_a_limit(tmp_path: Path) -> None:
    tree = folder(tmp_path)
    for number in range(3):
        (tmp_path / f"{number}.yml").write_text("x" * 18_000_000)
    first, second = tree.read("0.yml"), tree.read("1.yml")
    assert tree.read("0.yml") is first
    tree.read("2.yml")
    assert tree.read("0.yml") is first
    assert tree.read("1.yml") is not second


def test_byte_order_marks_are_removed() -> None:
    for codec in ("utf-8-sig", "utf-16"):
        assert decode("services: é\n".encode(codec)) == "services: é\n"
    assert decode(b"\xfe\xff\0a\0b") == "ab"
    assert decode(b"") == ""


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        ("a: é\nb: é".encode("latin-1"), "is not UTF-8: byte 0xe9 in line 1", 3),
        ("a: é\r\nb: ".encode() + b"\xff", "is not UTF-8: byte 0xff in line 2", 9),
        (b"\xef\xbb\xbfa\xff", "is not UTF-8: byte 0xff in line 1", 1),
        (b"a: \xed\xa0\x80", "is not UTF-8: byte 0xed in line 1", 3),
        (b"\xff\xfea\0\0\xd8", "is not UTF-16: byte 0x00 in line 1", 1),
        (b"a\nb\0c", "is no text file: NUL in line 2", 3),
        ("services:".encode("utf-16-le"), "is no text file: NUL in line 1", 1),
        (b"\xff\xfe\0\0a\0\0\0", "is no text file: NUL in line 1", 0),
    ],
)
def test_what_is_no_text_says_why_and_where(data: bytes, reason: str, offset: int) -> None:
    with pytest.raises(Unreadable) as error:
        decode(data)
    assert (error.value.reason, error.value.offset) == (reason, offset)
    # Nothing of the file hangs on the error, where a traceback could print it.
    assert error.value.__cause__ is None


def test_a_given_text_with_half_a_character_is_unreadable() -> None:
    assert reason(MemoryTree({"a.yml": "a: \ud800"}), "a.yml") == "is not UTF-8: byte 0xed in line 1"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_decoding_gives_text_or_a_reason(data: bytes) -> None:
    result = outcome(MemoryTree({"a.yml": data}), "a.yml")
    if isinstance(result, Unreadable):
        assert result.offset is not None
        assert 0 <= result.offset <= len(data)
    else:
        assert result is not None
        assert "\0" not in result.encode().decode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=20))
def test_every_name_can_be_written(name: bytes) -> None:
    display(os.fsdecode(name)).encode()


paths = st.lists(st.sampled_from(["a", "..", ".", "", "b.yml", "link", "\\xe9", "\0"]), max_size=6).map(
    "/".join
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> FolderTree:
    root = tmp_path_factory.mktemp("guarded")
    (root / "b.yml").write_text("secret")
    (root / "r" / "a").mkdir(parents=True)
    (root / "r" / "b.yml").write_text(COMPOSE)
    (root / "r" / "a" / "b.yml").write_text(COMPOSE)
    (root / "r" / "a" / "link").symlink_to("../..")
    (root / "r" / "link").symlink_to("a")
    return FolderTree(str(root / "r"))


@settings(max_examples=200, deadline=None)
@given(paths)
def test_no_path_leads_out(guarded: FolderTree, path: str) -> None:
    result = outcome(guarded, path)
    assert isinstance(result, Unreadable) or result in (None, COMPOSE)


def test_a_tree_tells_what_lies_in_a_folder(tmp_path: Path) -> None:
    files = {"b.conf": "", "a/x": "", "a/.y": "", "a/c/z": ""}
    for name, text in files.items():
        tmp_path.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        tmp_path.joinpath(name).write_text(text)
    for tree in (MemoryTree(files), FolderTree(str(tmp_path))):
        assert tree.names("") == ["a", "b.conf"]
        assert tree.names("a") == [".y", "c", "x"]
        assert tree.names("b.conf") == tree.names("nowhere") == tree.names("..") == []
