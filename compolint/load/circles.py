"""Ways that lead back to where they began: services that wait for each other, chains that jump around."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

Step = TypeVar("Step", bound=tuple[Any, ...])  # the name that it leads to, and what else is known of it


def circles(steps: Mapping[str, Sequence[Step]]) -> Iterator[list[tuple[str, Step]]]:
    """Ways round, each from a name step by step; no two of them have a name in common."""
    done: set[str] = set()
    for start in steps:
        if start not in done and (way := _way_round(start, steps, done)):
            yield way


def _way_round(start: str, steps: Mapping[str, Sequence[Step]], done: set[str]) -> list[tuple[str, Step]]:
    """The first way from a name back to itself that a walk from `start` comes upon."""
    way: list[tuple[str, Step]] = []
    here = {start: 0}  # the names on the way, with their numbers
    waiting = [(start, iter(steps[start]))]
    while waiting:
        name, left = waiting[-1]
        step = next(left, None)
        if step is None:
            waiting.pop()
            done.add(name)
            here.pop(name)
            if way:
                way.pop()
        elif step[0] in here:
            done.update(here)
            return [*way[here[step[0]] :], (name, step)]
        elif step[0] in steps and step[0] not in done:
            way.append((name, step))
            here[step[0]] = len(way)
            waiting.append((step[0], iter(steps[step[0]])))
    return []
