"""What the linter has to say about the files themselves and about its own instructions in them."""

from typing import Literal

from compolint.model import Entity
from compolint.text import Note
from compolint.unknown import Maybe


class Fault(Entity):
    """Something in a file that keeps it, or a part of it, from being understood.

    `fatal` means that what the file declares is not in the model, so that the result is incomplete;
    `is_part`, that it is one statement of a script, which may well be right: that is told, but fails nobody.
    """

    kind: Literal["unreadable", "syntax", "schema", "duplicate key", "invalid", "unsupported", "legacy"]
    message: str
    fatal: bool = False
    is_part: bool = False
    notes: tuple[Note, ...] = ()
    holds: Maybe[object] = True  # what decides it, where no file says that


class Suppression(Entity):
    """A comment or an entry of the configuration that allows findings."""

    checks: tuple[str, ...]
    reason: str = ""
    until: str | None = None  # an ISO date
    whole_file: bool = False
    form: Literal["comment", "configuration"] = "comment"
    state: Literal["used", "unused", "expired", "without reason", "malformed", "misplaced", "forbidden"] = (
        "used"
    )
    unknown: tuple[str, ...] = ()  # names that are no check
