"""The images that quadlets build."""

from collections.abc import Iterator
from posixpath import dirname

from compolint.load.paths import host_path
from compolint.load.unit.environment import in_tree
from compolint.load.unit.reading import Reading
from compolint.model.build import BuildUse
from compolint.tree import Tree
from compolint.unknown import Maybe, Unknown

_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


def build(reading: Reading) -> Iterator[BuildUse]:
    folder = _folder(reading)
    fields = {"target": "Target", "network": "Network", "context": "SetWorkingDirectory"}
    texts = {field: _text(reading, key) for field, key in fields.items()}
    yield BuildUse(
        key=f"{reading.key}!build",
        span=reading.span,
        spans={field: at.value_span for field, key in fields.items() if (at := reading.last(key))},
        name=reading.title,
        build=dockerfile(reading) or "",
        context=folder,
        is_local=isinstance(folder, str) and not folder.startswith((*_REMOTE, "/", "~")),
        target=texts["target"],
        network=texts["network"],
    )


def dockerfile(reading: Reading) -> str | None:
    """The path of the file that is built, where it lies in the tree."""
    file, folder = _text(reading, "File"), _folder(reading)
    if isinstance(file, Unknown) or isinstance(folder, Unknown):
        return None
    if file is not None:
        return in_tree(reading.tree, file, reading.folder)
    return _named(reading.tree, folder)


def _named(tree: Tree, folder: str) -> str | None:
    """The file that podman takes from a folder."""
    paths = (host_path(name, folder) for name in ("Containerfile", "Dockerfile"))
    return next((path for path in paths if tree.exists(path)), None)


def _folder(reading: Reading) -> Maybe[str]:
    """The folder that is built in: `unit` is that of the quadlet, `file` that of the `File=`."""
    said = _text(reading, "SetWorkingDirectory")
    if isinstance(said, Unknown) or (said and said.startswith(_REMOTE)):
        return said
    file = _text(reading, "File")
    if said == "file" and isinstance(file, str):
        return dirname(in_tree(reading.tree, file, reading.folder) or host_path(file, reading.folder))
    return host_path("." if said in (None, "unit", "file") else said or ".", reading.folder)


def _text(reading: Reading, key: str) -> Maybe[str] | None:
    setting = reading.last(key)
    return reading.filling.value(setting) if setting else None
