"""Scripts of commands that set up a packet filter, followed to the rules that they leave.

A script says what shall be: `iptables`, `ip6tables`, `nft`, `ufw`, what they read from heredocs, and the
files of rules that it writes. Nothing is run.
"""

from compolint.model import Entity
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree, Unreadable

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


def entities(tree: Tree, source: Source) -> list[Entity]:
    """The firewalls that a script leaves, with their chains and rules."""
    if _OF_CONTAINERS in source.path.rpartition("/")[2].lower():
        return []
    first = _PROGRAM.search(source.text)
    if first is None:
        return []
    from compolint.load.firewall.script.host import Machine
    from compolint.load.firewall.script.shell import Shell
    from compolint.syntax.shell_words import outermost

    text = source.text
    end = text.find("\n", first.end())
    machine = Machine(source, Span(source.path, first.start(), len(text) if end < 0 else end))
    Shell(machine).run(outermost(text[:_LONGEST]))
    if len(text) > _LONGEST:
        machine.unread((_LONGEST, len(text)), text[_LONGEST:])
    machine.is_persistent = machine.is_persistent or _is_started(tree, source.path)
    return list(machine.entities())


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
