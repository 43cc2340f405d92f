"""Files that are credentials themselves."""

from compolint.model import Entity


class Certificate(Entity):
    """A certificate of X.509."""

    path: str
    name: str = ""  # the common name of its subject
    not_after: str | None = None  # the last day on which it counts, as an ISO date; `None`: unreadable


class PrivateKey(Entity):
    """The secret half of a pair of keys."""

    path: str
    is_encrypted: bool = False
    tracked: bool | None = None  # by git; `None` outside a repository
    ignored: bool | None = None
