"""Which files an `include` of nftables means, among those that are here.

The paths are those of the machine. What lies there in `/etc` lies in a repository beside the file, or below a
folder that is copied to the root of an image.
"""

from posixpath import join, normpath

from compolint.load.globs import matching
from compolint.tree import Tree

_SIGNS = "*?["


def included(tree: Tree, text: str, main: str) -> list[str] | None:
    """The files, in nft's order; None where what is meant is not here."""
    is_glob = any(sign in text for sign in _SIGNS)
    options = [path for path in _options(text, main) if not path.startswith("../")]
    if is_glob:
        for path in options:
            found = [each for each in matching(tree, path) if not each.rpartition("/")[2].startswith(".")]
            if found:
                return found
        # Where the folder is here, nothing is missing.
        return [] if any(tree.names(path.rpartition("/")[0]) for path in options if "/" in path) else None
    return next(([path] for path in options if tree.exists(path) and not tree.names(path)), None)


def _options(text: str, main: str) -> list[str]:
    """The paths in the tree that may be meant, the likeliest first."""
    folder = main.rpartition("/")[0]
    if not text.startswith("/"):
        return [normpath(join(folder, text))]
    parts = normpath(text).strip("/").split("/")
    found = []
    for number in range(len(parts) - 1):
        # …/etc/nftables.conf lies where the machine has /etc/nftables.conf
        above = "/".join(parts[: number + 1])
        if folder == above or folder.endswith(f"/{above}"):
            found.append(normpath(join(folder[: len(folder) - len(above)], *parts)))
    found += [normpath(join(folder, *parts[start:])) for start in range(len(parts))]
    return list(dict.fromkeys(found))
