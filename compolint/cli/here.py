"""The settings that hold at the current folder, for the commands that look at no files."""

from compolint.cli.place import locate
from compolint.cli.scope import settings
from compolint.config import Config
from compolint.tree import FolderTree


def configured(path: str = ".", file: str | None = None, *, isolated: bool = False) -> Config:
    """The configuration that a scan of the path would have."""
    if isolated:
        return Config()
    place = locate([path])
    return settings(FolderTree(place.root), place, file)
