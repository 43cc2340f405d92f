"""Whose machine a file is about: as the project's configuration lists them; where it does not, by folder."""

from collections.abc import Iterable

from compolint import glob
from compolint.model.host import Host


class Machines:
    """The machines of the inventory that say which files are theirs."""

    def __init__(self, hosts: Iterable[Host]) -> None:
        self._hosts = [each for each in hosts if each.paths]
        self._names: dict[str, str | None] = {}

    def name(self, path: str) -> str | None:
        """The machine that a file belongs to; `None` where nobody says so."""
        if path not in self._names:
            owners = (each.name for each in self._hosts if any(glob.matches(one, path) for one in each.paths))
            self._names[path] = next(owners, None)
        return self._names[path]

    def may_be_one(self, path: str, other: str) -> bool:
        """Whether two files may be about the same machine."""
        names = {self.name(path), self.name(other)}
        return len(names) == 1 or None in names


def root_of(path: str, *below: str) -> str:
    """The folder that a machine's files lie in, by one of them that has its place on every machine.

    `vps1` for `vps1/etc/docker/daemon.json`, where `below` names `etc` and `docker`.
    """
    folder = path.rpartition("/")[0]
    for name in reversed(below):
        above, _, last = folder.rpartition("/")
        if last != name:
            break
        folder = above
    return folder
