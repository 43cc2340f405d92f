"""The files of a tree that a pattern with wildcards means."""

from fnmatch import translate
from posixpath import join
from re import compile as compiled

from compolint.tree import Tree

_MOST = 10_000  # files; nobody means more


def matching(tree: Tree, pattern: str) -> list[str]:
    """The files that fit a pattern like `conf.d/*.conf`, sorted; a wildcard stands for no slash."""
    found = [""]
    for part in pattern.split("/"):
        if any(sign in part for sign in "*?["):
            fits = compiled(translate(part)).match
            found = [join(folder, name) for folder in found for name in tree.names(folder) if fits(name)]
        else:
            found = [join(folder, part) for folder in found]
        del found[_MOST:]
    return [path for path in found if tree.exists(path) and not tree.names(path)]
