"""What a scan looks at: the settings that hold, and the files with their kinds."""

import os
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from compolint import config as configuration
from compolint import glob, load
from compolint.cli.place import Place
from compolint.config import Config, Misconfigured
from compolint.gitindex import display
from compolint.text import Source
from compolint.tree import FolderTree, Skipped, Tree, Unreadable, decode
from compolint.tuples import NamedTuple
from compolint.walk import EXCLUDED, IGNORED, is_inside

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def files_or_folders(_: click.Context, __: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """What a shell completes; `click.Path` does the same, and looks for translations at every start."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


config_option = click.option(
    "--config",
    "config_file",
    metavar="FILE",
    shell_complete=files_or_folders,
    help="Use this configuration file.",
)
isolated_option = click.option("--isolated", is_flag=True, help="Use no configuration file.")
kind_option = click.option(
    "--kind", type=click.Choice(load.KINDS), help="What the files that are named are, whatever their names."
)
exclude_option = click.option(
    "--exclude", multiple=True, metavar="GLOB", help="Leave files out, as the setting does; may be repeated."
)
no_gitignore_option = click.option(
    "--no-gitignore", is_flag=True, help="Look at files that git ignores, too."
)

# For files that are named on the command line, whatever their names are.
_CONTENT = {"compose": r"(?m)^services[ \t]*:", "dockerfile": r"(?mi)^FROM[ \t]+\S"}
_SPECIAL = r"[\\*?\[\]!# ]"

Excluded = tuple[tuple[str, tuple[str, ...]], ...]  # folders, and the globs that start from them


class Wishes(NamedTuple):
    """What the command line says about files."""

    kind: str | None = None
    exclude: tuple[str, ...] = ()  # globs that start from the current folder
    use_gitignore: bool = True
    is_hook: bool = False  # the files say what is reported, and the whole tree is looked at


class Files(NamedTuple):
    """The files to look at, and those that are not."""

    kinds: dict[str, str]
    skipped: list[Skipped]  # because they cannot be read
    pruned: list[Skipped]  # on purpose

    def left_out(self) -> bool:
        """Whether somebody said that some are not to be looked at."""
        return any(reason in (IGNORED, EXCLUDED) for _, reason in self.pruned)


def globs(wanted: Iterable[str]) -> tuple[str, ...]:
    """What `--exclude` says, made sure of."""
    for pattern in (found := tuple(wanted)):
        if reason := glob.fault(pattern):
            raise click.UsageError(f"--exclude: {pattern!r} is no glob: {reason}")
    return found


def settings(tree: Tree, place: Place, file: str | None) -> Config:
    """The configuration of a given file, else of the nearest to what is scanned."""
    config = configuration.read(tree, place.common) if file is None else _given(place, file)
    for number, project in enumerate(config.projects):
        for item, path in enumerate(project):
            if not tree.exists(path):
                where = config.places["project", number, "files", item]
                raise Misconfigured(f"{where}: there is no file `{path}`")
    return config


def _given(place: Place, file: str) -> Config:
    from compolint import regular
    from compolint.config.file import understood

    real = os.path.realpath(file)
    try:
        text = decode(regular.read(real))
    except OSError as error:
        raise Misconfigured(f"{file} {regular.refusal(error)}") from None
    except Unreadable as error:
        raise Misconfigured(f"{file} {error.reason}") from None
    folder, name = os.path.split(real)
    if not is_inside(folder, place.root):
        return understood(Source(file, text), base="")
    folder = folder[len(place.root) :].strip("/")
    return understood(Source(f"{folder}/{name}" if folder else name, text))


def find(tree: Tree, place: Place, config: Config, wishes: Wishes) -> Files:
    """The files that are wanted, with what they are."""
    if wishes.kind and not place.files:
        raise click.UsageError("--kind is for files that are named, and there is none")
    found = Files({}, [], [])
    excluded = ((config.base, config.exclude), (_slashed(place.current or ""), wishes.exclude))
    for folder in ("",) if wishes.is_hook else place.folders:
        _walk(tree, place, folder, excluded, wishes.use_gitignore, config, found)
    for path in place.files:
        if not wishes.is_hook:
            found.kinds[path] = wishes.kind or _kind(tree, path, config)
        elif path not in found.kinds and not _is_excluded(path, excluded):
            # What git tracks may be ignored all the same.
            _add(tree, path, config, found)
    return found


def _walk(
    tree: Tree,
    place: Place,
    folder: str,
    excluded: Excluded,
    use_gitignore: bool,
    config: Config,
    found: Files,
) -> None:
    below = _slashed(folder)
    walker = FolderTree(
        os.path.join(place.root, folder), exclude=_prunable(below, excluded), use_gitignore=use_gitignore
    )
    for name in walker.paths(lambda name: load.may_count(name) or config.may_map(name)):
        path = display(below) + name
        if _is_excluded(path, excluded):
            found.pruned.append(Skipped(path, EXCLUDED))
            continue
        _add(tree, path, config, found)
    for name, reason in walker.skipped:
        path = display(below) + name
        if _is_excluded(path, excluded):
            continue
        if kind := load.needed(path):
            found.kinds[path] = kind
        else:
            found.skipped.append(Skipped(path, reason))
    found.pruned.extend(Skipped(display(below) + path, reason) for path, reason in walker.pruned)


def _add(tree: Tree, path: str, config: Config, found: Files) -> None:
    try:
        kind = load.kind_of(tree, path) or config.kind_of(path)
    except Unreadable as error:
        found.skipped.append(Skipped(path, error.reason))
        return
    if kind:
        found.kinds[path] = kind
    else:
        found.pruned.append(Skipped(path, "has nothing that compolint knows"))


def _kind(tree: Tree, path: str, config: Config) -> str:
    """What a file is that was named on the command line: by its name, else by its content."""
    try:
        if kind := load.kind_of(tree, path) or config.kind_of(path):
            return kind
        source = tree.read(path)
    except Unreadable as error:
        raise click.UsageError(f"`{path}` {error.reason}") from None
    for kind, said in _CONTENT.items():
        if source and re.search(said, source.text):
            return kind
    raise click.UsageError(f"what is `{path}`? Say it with --kind, which is one of {', '.join(load.KINDS)}")


def _is_excluded(path: str, excluded: Excluded) -> bool:
    return any(glob.covers(folder, globs, path) for folder, globs in excluded)


def _prunable(below: str, excluded: Excluded) -> tuple[str, ...]:
    """The globs that start in a folder or below it, as patterns of git, to save walking there."""
    return tuple(
        "/" + re.sub(_SPECIAL, r"\\\g<0>", folder[len(below) :]) + pattern.removeprefix("./")
        for folder, globs in excluded
        if folder.startswith(below)
        for pattern in globs
    )


def _slashed(folder: str) -> str:
    return f"{folder}/" if folder else ""
