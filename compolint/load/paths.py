"""Paths of the host as configuration files write them."""

from posixpath import join, normpath


def host_path(path: str, folder: str) -> str:
    """The path without detours: absolute, in a home (`~/…`), or relative to the tree.

    A relative one is relative to `folder`, which itself is relative to the tree.
    """
    if path.startswith("/"):
        return plain(path)
    if path.startswith("~"):
        return normpath(path)
    return normpath(join(folder, path)) if path else folder


def plain(path: str) -> str:
    """An absolute path without detours; most have none."""
    if "//" in path or "/." in path or path.endswith("/"):
        return "/" + normpath(path).lstrip("/")
    return path
