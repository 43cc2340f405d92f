"""Who reaches a port, where the project says more of it than the port itself: by its firewalls.

Without any of them nothing stands before a port but its own address, and nothing is imported to say so.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compolint.check import Problem, Severity
from compolint.world import World

if TYPE_CHECKING:
    from compolint.exposure.reach import Reach
    from compolint.model.listener import Listener

_WORDS = {
    "open": ", and the internet reaches it",
    "undecided": ", and whether the internet reaches it is not decided",
    "closed": ", though a firewall keeps the internet out",
}
_FIREWALLS = frozenset(("Firewall", "CloudRule", "CloudAttachment"))


def reached(listener: "Listener", world: World, zone: str = "internet") -> "Reach | None":
    """Whether clients of a zone reach a port, or any of a range; `None` where no firewall is declared."""
    if not any(kind.__name__ in _FIREWALLS for kind in world.kinds()):
        return None
    from compolint.exposure.questions import answer

    return answer(listener, world, zone)


def most_reached(listeners: Iterable["Listener"], world: World) -> "Listener | None":
    """The one of several ports that the internet gets to most easily."""

    def order(listener: "Listener") -> int:
        found = reached(listener, world)
        return list(_WORDS).index(found.answer) if found else 0

    return min(listeners, key=order, default=None)


def with_reach(problem: Problem, listener: "Listener", world: World) -> Problem:
    """A problem of a port, with who reaches it; less severe where another layer keeps the internet out."""
    found = reached(listener, world)
    if found is None or len(found.because) < 2:
        return problem  # nothing but its own address decides
    severity = problem.severity
    words = _WORDS[found.answer]
    if found.is_for_some:
        words = f", and a firewall lets only {', '.join(found.sources)} in from the internet"
        if not found.by_cloud:
            severity = Severity.MEDIUM if severity is None else min(severity, Severity.MEDIUM)
    elif found.answer == "closed" and found.by_cloud:
        # Whether it is this machine's is seldom said, and one layer is soon opened.
        words = ", which only a cloud's firewall keeps from the internet"
    elif found.answer == "closed":
        severity = Severity.MEDIUM if severity is None else min(severity, Severity.MEDIUM)
    return problem._replace(
        message=problem.message + words,
        # What an engine adds by itself stands nowhere but at the port.
        notes=(*problem.notes, *(note for note in found.because if note.at not in listener.places())),
        severity=severity,
    )
