"""Configurations of a host's own programs: sysctl, sshd, the Docker daemon, fail2ban."""

from collections.abc import Callable, Iterable

from compolint.load import Loaded, read
from compolint.load.host import daemon, fail2ban, sshd, sysctl
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


def _reader(path: str) -> Callable[[Source], Iterable[Entity]]:
    name = path.rpartition("/")[2]
    if name.startswith("daemon"):
        return daemon.entities
    if "ssh" in path:
        return sshd.entities
    return fail2ban.entities if "jail" in path or "fail2ban" in path else sysctl.entities
