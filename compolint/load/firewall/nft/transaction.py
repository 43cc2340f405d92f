"""A file that nft refuses: it loads all of a file or nothing, so that what else the file says is not loaded.

The machine keeps what it had, which may be an older version of the file, or no rules at all.
"""

from collections.abc import Container, Iterable, Iterator

from compolint.model import Entity
from compolint.model.firewall import Firewall
from compolint.model.linter import Fault
from compolint.record import replace
from compolint.text import Span
from compolint.unknown import Unknown

_OF_ONE = ", so nft refuses it"


def refused(entities: Iterable[Entity], at: Container[Span]) -> Iterator[Entity]:
    """What a file says that is refused at these places."""
    for entity in entities:
        if isinstance(entity, Firewall):
            yield replace(entity, enabled=Unknown("whether any of it is loaded", entity.span))
        elif isinstance(entity, Fault) and entity.span in at:
            message = f"nft loads nothing of this file: {entity.message.removesuffix(_OF_ONE)}"
            yield replace(entity, message=message)
        else:
            yield entity
