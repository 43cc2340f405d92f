"""What `ufw show added` prints: the commands that its rules were made with.

    Added user rules (see 'ufw status' for running firewall):
    ufw allow 22/tcp

They are read as a script is. Whether UFW is on they do not tell.
"""

from collections.abc import Sequence

from compolint.load.firewall import script
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.text import Source
from compolint.tree import MemoryTree


def entities(source: Source) -> Sequence[Entity]:
    start = source.text.find("\nufw ")
    above = pattern(r"[^\r\n]").sub(" ", source.text[:start])
    return script.entities(MemoryTree({}), Source(source.path, above + source.text[start:]))
