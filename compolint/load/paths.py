"""Paths of the host as configuration files write them."""

from posixpath import join, normpath


def host_path(path: str, folder: str) -> str:
    """The path without detours: absolute, in a home (`~/…`), or relative to the tree.

    A relative one is relative to `folder`, which itself is relative to the tree.
    """
    if path.startswith("/"):
        return "/" + normpath(path).lstrip("/")
    if path.startswith("~"):
        return normpath(path)
    return normpath(join(folder, path)) if path else folder
