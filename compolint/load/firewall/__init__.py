"""Rules of packet filters: dumps, files of rules and listings of iptables, UFW, nftables and firewalld."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from compolint.load import Loaded, read, speaks_to_us
from compolint.load.firewall import kind, ufwfiles
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree

_LONGEST = 8_000_000  # characters; a dump of a machine with many banned addresses has a million
_COMMENT = pattern(r"(?m)(?:^|(?<=[ \t;}]))#[^\r\n]*?ompolint[^\r\n]*")

# A look at the beginning of a file, and who reads such a one: the first that fits.
_READERS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (kind.is_ufw_status, "compolint.load.firewall.ufw_status"),
    (kind.is_ufw_added, "compolint.load.firewall.ufw_added"),
    (kind.is_listing, "compolint.load.firewall.listing"),
    (kind.is_iptables, "compolint.load.firewall.save"),
)
_FALLBACK = "compolint.load.firewall.save"


def group(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The files of one UFW or one firewalld together, every other file by itself."""
    others = list(paths)
    zones = [path for path in others if kind.is_firewalld(path)]
    if zones:
        from compolint.load.firewall.firewalld.files import group as group_zones

        yield from group_zones(zones)
        others = [path for path in others if path not in set(zones)]
    yield from ufwfiles.group(tree, others)


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    sources = [source for path in files if (source := read(tree, path, _LONGEST))]
    if not sources:
        return Loaded()
    if kind.is_firewalld(sources[0].path):
        from compolint.load.firewall import firewalld

        return firewalld.load(tree, sources)
    head = sources[0].text[: kind.LONGEST_LOOK]
    if kind.is_nft(sources[0].path, head):
        from compolint.load.firewall import nft

        return nft.load(tree, sources[0])
    if kind.is_zone_list(head):
        from compolint.load.firewall import firewalld

        return firewalld.load_list(sources[0])
    comments = tuple(span for source in sources for span in _comments(source))
    return Loaded(tuple(_entities(sources)), comments, files)


def _entities(sources: list[Source]) -> Iterable[Entity]:
    if ufwfiles.is_one(sources[0]):
        from compolint.load.firewall.ufw import entities

        return entities(sources)
    (source,) = sources
    head = source.text[: kind.LONGEST_LOOK]
    module = next((module for looks, module in _READERS if looks(head)), _FALLBACK)
    found: Iterable[Entity] = import_module(module).entities(source)
    return found


def _comments(source: Source) -> Iterator[Span]:
    for match in _COMMENT.finditer(source.text) if "ompolint" in source.text else ():
        if speaks_to_us(match[0]):
            yield Span(source.path, *match.span())
