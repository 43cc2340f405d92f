"""Globs over paths with forward slashes: `*` and `?` within one name, `**` for any number of folders.

A glob that names a folder covers all that lies in it. The standard library's `fnmatch` lets `*` cross
slashes and knows no `**`; here a glob becomes one regular expression whose groups never give back what
they took, so that the time to match is linear in the length of the path.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from compolint.pattern import compiled


def matches(pattern: str, path: str) -> bool:
    """Whether the glob covers the path, or a folder that it lies in."""
    return _compiled(pattern).match(path + "/") is not None


def covers(folder: str, patterns: Iterable[str], path: str) -> bool:
    """Whether one of the globs covers a path, if they start from a folder (with a slash at its end)."""
    return path.startswith(folder) and any(matches(pattern, path[len(folder) :]) for pattern in patterns)


def fault(pattern: str) -> str | None:
    """What keeps a text from being a glob, if anything does."""
    if not pattern.strip("/."):
        return "it names nothing"
    if pattern != pattern.strip():
        return "it begins or ends with a blank"
    if "\\" in pattern:
        return "folders are parted by `/`"
    if foreign := sorted(set(pattern) & set("[]{}!")):
        return f"`{foreign[0]}` has no meaning in a glob here, only `*`, `?` and `**` have one"
    if ".." in pattern.split("/"):
        return "`..` leads out of the folder that it is about"
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    runs = [""]  # of names with no `**` between them, each name with the slash after it
    for name in pattern.split("/"):
        if name == "**":
            runs.append("")
        elif name not in {"", "."}:
            runs[-1] += _name(name) + "/"
    anchored, *floating = runs
    # The first place where a run fits is as good as any later one: what is left may lie at any depth.
    found = "".join(rf"(?>(?:[^/]*/)*?{run})" for run in floating if run)
    within = "(?=.)" if floating and not floating[-1] else ""
    return compiled(anchored + found + within, re.DOTALL)


def _name(name: str) -> str:
    first, *others = (re.escape(part).replace(r"\?", "[^/]") for part in re.split(r"\*+", name))
    if not others:
        return first
    return first + "".join(rf"(?>[^/]*?{part})" for part in others[:-1]) + "[^/]*" + others[-1]
