"""Which files an `include` means, among those that are here.

The paths are those of the machine that Nginx runs on. What lies there in `/etc/nginx` lies in a repository
beside `nginx.conf`, or below a folder that is copied to the root of an image.
"""

from collections.abc import Iterator, Sequence
from posixpath import join, normpath

from compolint.load import globs
from compolint.pattern import pattern
from compolint.tree import Tree

# Where Nginx has its configuration on a machine.
_HOMES = (
    "etc/nginx",
    "usr/local/etc/nginx",
    "usr/local/nginx/conf",
    "usr/local/openresty/nginx/conf",
    "etc/openresty",
    "opt/bitnami/nginx/conf",
    "config/nginx",
)
# Folders beside `nginx.conf` that hold pieces of the configuration.
_PARTS = frozenset(
    ("conf.d", "http.d", "includes", "sites-available", "sites-enabled", "snippets", "stream.d", "vhosts")
)
_HIGHEST = 5  # folders above a piece in which its `nginx.conf` may lie
_IS_GLOB = pattern(r"[*?\[]")


def is_glob(text: str) -> bool:
    """Whether Nginx takes it for a pattern, which need not match anything."""
    return bool(_IS_GLOB.search(text))


def bases(tree: Tree, path: str, is_whole: bool) -> list[str]:
    """The folders that the paths in a file may count from, the likeliest first.

    They count from the folder of the main file; for a piece of a configuration, that has to be guessed.
    """
    folder = path.rpartition("/")[0]
    if is_whole:
        return [folder]
    found, above = [], folder
    for _ in range(_HIGHEST):
        if tree.exists(join(above, "nginx.conf")):
            found.append(above)
        above = above.rpartition("/")[0]
    if folder.rpartition("/")[2] in _PARTS:
        found.append(folder.rpartition("/")[0])
    return list(dict.fromkeys([*found, folder]))


def candidates(text: str, bases: Sequence[str]) -> Iterator[str]:
    """The paths in the tree that an include may mean, the likeliest first."""
    if not text.startswith("/"):
        yield from (normpath(join(base, text)) for base in bases)
        return
    path = normpath(text).lstrip("/")
    for home in _HOMES:
        for base in bases:
            if base == home or base.endswith(f"/{home}"):
                yield normpath(join(base[: len(base) - len(home)], path))
        if path.startswith(f"{home}/"):
            yield from (normpath(join(base, path[len(home) + 1 :])) for base in bases)
    parts = path.split("/")
    for start in range(1, len(parts) - 1):
        yield from (normpath(join(base, *parts[start:])) for base in bases)


def matching(tree: Tree, glob: str) -> list[str]:
    """The paths that a glob means, in the order in which Nginx reads them.

    A wildcard does not stand for the dot that a name begins with.
    """
    wanted = glob.split("/")
    found = globs.matching(tree, glob) if is_glob(glob) else []
    return [path for path in found if not any(map(_is_hidden, path.split("/"), wanted))]


def _is_hidden(name: str, part: str) -> bool:
    return name.startswith(".") and not part.startswith(".")


def has_folder(tree: Tree, path: str) -> bool:
    """Whether the folder that holds a path is here."""
    folder = path.rpartition("/")[0]
    return not folder or bool(tree.names(folder))
