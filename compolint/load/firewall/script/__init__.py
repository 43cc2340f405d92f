"""Scripts of commands that set up a packet filter, followed to the rules that they leave.

A script says what shall be: `iptables`, `ip6tables`, `nft`, `ufw`, what they read from heredocs, and the
files of rules that it writes. Nothing is run.
"""

from collections.abc import Iterator, Mapping

from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree, Unreadable
from compolint.tuples import NamedTuple

_PROGRAM = pattern(
    r"(?<![\w./-])(?:ufw|nft|ip6?tables)\b|(?<=bin/)(?:ufw|nft|ip6?tables)\b|(?:before|after)6?\.rules"
)
_STARTERS = pattern(
    r"(?:^|/)(?:network/if-[\w.-]+|init\.d|NetworkManager/dispatcher\.d|rc\.d)/|(?:^|/)rc\.local$"
)
_UNITS = (".service", ".timer", ".cron", "crontab")
_MOST_UNITS = 50
_LONGEST = 200_000
# What starts the program of a container sets up the container's own network.
_OF_CONTAINERS = "entrypoint"


class Followed(NamedTuple):
    """The firewalls that a script leaves, with their chains and rules."""

    entities: tuple[Entity, ...] = ()
    others: Mapping[str, Source] = {}  # the scripts that it runs, as far as they are here


def entities(tree: Tree, source: Source) -> tuple[Entity, ...]:
    return follow(tree, source).entities


def taken(tree: Tree, path: str, followed: Followed) -> Iterator[str]:
    """The keys of what scripts leave by themselves that are run by this one, and do not run it."""
    for source in followed.others.values():
        own = follow(tree, source)
        if path not in own.others:
            yield from (each.key for each in own.entities if not isinstance(each, Fault))


def follow(tree: Tree, source: Source) -> Followed:
    if _OF_CONTAINERS in source.path.rpartition("/")[2].lower():
        return Followed()
    first = _PROGRAM.search(source.text)
    if first is None:
        return Followed()
    from compolint.load.firewall.script.host import Machine
    from compolint.load.firewall.script.shell import Shell
    from compolint.syntax.shell_words import outermost

    text = source.text
    end = text.find("\n", first.end())
    machine = Machine(tree, source, Span(source.path, first.start(), len(text) if end < 0 else end))
    Shell(machine).run(outermost(text[:_LONGEST]))
    if len(text) > _LONGEST:
        machine.unread((_LONGEST, len(text)), text[_LONGEST:])
    machine.is_persistent = machine.is_persistent or _is_started(tree, source.path)
    if machine.others and not machine.is_own:
        return Followed()  # those stand for themselves
    return Followed(tuple(machine.entities()), machine.others)


def _is_started(tree: Tree, path: str) -> bool:
    """Whether the machine runs a script at each start: by its place, or by a unit that lies beside it."""
    if _STARTERS.search(path):
        return True
    folder, _, name = path.rpartition("/")
    above = folder.rpartition("/")[0]
    folders = dict.fromkeys((folder, above, f"{folder}/systemd", f"{above}/systemd"))
    count = 0
    for each in folders:
        for file in tree.names(each.strip("/")):
            if not file.endswith(_UNITS):
                continue
            count += 1
            if count > _MOST_UNITS:
                return False
            try:
                unit = tree.read(f"{each}/{file}".strip("/"))
            except Unreadable:
                continue
            if unit and name in unit.text and ("[Unit]" in unit.text or "@reboot" in unit.text):
                return True
    return False
