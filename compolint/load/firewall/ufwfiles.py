"""Which files belong to one UFW: what lies in `/etc/ufw`, and `/etc/default/ufw`."""

from collections.abc import Iterable, Iterator

from compolint.text import Source
from compolint.tree import Tree, Unreadable

RULES = frozenset((
    "user.rules", "user6.rules", "before.rules", "before6.rules", "after.rules", "after6.rules",
))  # fmt: skip
_SHOWN = (".example", ".sample", ".dist", ".template", ".tmpl", ".bak", ".old", ".j2")


def role(path: str) -> str | None:
    """What a file is to UFW: its own name, or `default`."""
    folder, _, name = path.rpartition("/")
    for end in _SHOWN:
        name = name.removesuffix(end)
    if name in RULES:
        return name
    folder = folder.rpartition("/")[2]
    if name == "ufw.conf" and folder == "ufw":
        return name
    if (name == "ufw" and folder == "default") or name in ("default-ufw", "ufw.default"):
        return "default"
    return None


def is_one(source: Source) -> bool:
    """Whether a file that is called so is indeed one of UFW's."""
    name = role(source.path)
    return name is not None and (name not in RULES or "/ufw/" in f"/{source.path}" or "ufw" in source.text)


def home(path: str) -> str:
    """The folder of the UFW that a file belongs to."""
    folder, _, name = path.rpartition("/")
    if folder.rpartition("/")[2] != "default" or name != "ufw":
        return folder
    above = folder.rpartition("/")[0]
    return f"{above}/ufw" if above else "ufw"


def group(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        if role(path) and _is_one(tree, path):
            folders.setdefault(home(path), []).append(path)
        else:
            yield (path,)
    yield from (tuple(files) for files in folders.values())


def _is_one(tree: Tree, path: str) -> bool:
    try:
        source = tree.read(path)
    except Unreadable:
        return False
    return source is not None and is_one(source)
