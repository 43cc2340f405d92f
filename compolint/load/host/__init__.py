"""Configurations of a host's own programs: sysctl, sshd, the Docker daemon, fail2ban, Tailscale."""

from collections.abc import Callable, Iterable

from compolint.load import Loaded, read
from compolint.load.host import daemon, fail2ban, sshd, sysctl, tailscale
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree

_COMMENT = pattern(
    r"(?m)^[ \t]*[#;][^\r\n]*?\b(?:compolint:|[Cc]ompolint:?[ \t]+[Aa]llow(?:-file)?[ \t])[^\r\n]*"
)


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    comments = tuple(Span(path, *match.span()) for match in _COMMENT.finditer(source.text))
    return Loaded(tuple(_reader(path)(source)), comments, files)


# By the beginning of a file's name, else of its folder's.
_READERS: dict[str, Callable[[Source], Iterable[Entity]]] = {
    "daemon": daemon.entities,
    "fail2ban": fail2ban.entities,
    "jail": fail2ban.entities,
    "ssh": sshd.entities,
    "sysctl": sysctl.entities,
}


def _reader(path: str) -> Callable[[Source], Iterable[Entity]]:
    folder, _, name = path.rpartition("/")
    for part in (name, folder.rpartition("/")[2]):
        for beginning, read_as in _READERS.items():
            if part.startswith(beginning):
                return read_as
    return tailscale.entities if name.endswith(".json") else sysctl.entities
