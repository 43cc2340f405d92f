"""What cannot hold at once in the rules that agents are held to."""

from collections.abc import Iterator

from compolint.model.tool import PolicyFile, RiskLevel, Window
from compolint.text import Note, Span
from compolint.tuples import NamedTuple

_FREEDOM = {"never": 0, "work_hours_only": 1, "always": 2}
# What is within what: a limit of the first that is above the second is never reached.
_WITHIN = (
    ("budget.per_task_token_limit", "budget.daily_token_limit"),
    ("budget.per_task_dollar_limit", "budget.daily_dollar_limit"),
    ("retries.max_per_task", "retries.max_per_hour"),
)


class Contradiction(NamedTuple):
    message: str
    at: Span
    notes: tuple[Note, ...] = ()


def contradictions(policy: PolicyFile) -> Iterator[Contradiction]:
    """The rules of a policy that contradict others, or themselves."""
    yield from _actions(policy)
    yield from _approvals(policy)
    yield from _windows(policy)
    yield from _limits(policy)
    yield from _tools(policy)


def _actions(policy: PolicyFile) -> Iterator[Contradiction]:
    seen: dict[str, tuple[str, Span]] = {}
    for level in policy.levels:
        for number, action in enumerate(level.actions):
            at = policy.at("actions", f"{level.name}.{number}")
            if action in seen and seen[action][0] != level.name:
                other, there = seen[action]
                yield Contradiction(
                    f"the action {action} is in two levels, {other} and {level.name}",
                    at,
                    (Note("and here", there),),
                )
            seen.setdefault(action, (level.name, at))


def _approvals(policy: PolicyFile) -> Iterator[Contradiction]:
    strictest: RiskLevel | None = None
    for level in policy.levels:
        freedom = _freedom(level)
        if level.requires and _FREEDOM.get(level.auto_approve or "never", 0):
            yield Contradiction(
                f"{level.name} requires {level.requires}, and is approved without anybody",
                policy.at("auto_approve", level.name),
                (Note("it is required here", policy.at("requires", level.name)),),
            )
        elif strictest is not None and freedom > _freedom(strictest):
            yield Contradiction(
                f"{level.name} is approved more freely than {strictest.name}, which is less risky",
                policy.at("auto_approve", level.name),
                (Note("the lesser risk", policy.at("levels", strictest.name)),),
            )
        if strictest is None or freedom < _freedom(strictest):
            strictest = level
        if level.queues and level.auto_approve in {"always", "never"}:
            yield Contradiction(
                f"{level.name} is to wait outside of the hours, and its approval does not depend on them",
                policy.at("auto_approve", level.name),
            )


def _freedom(level: RiskLevel) -> int:
    return _FREEDOM.get(level.auto_approve or "never", 0)


def _windows(policy: PolicyFile) -> Iterator[Contradiction]:
    open_windows: list[Window] = []
    for window in policy.windows:
        at = policy.at("windows", window.name)
        if window.start == window.end:
            yield Contradiction(f"the window {window.name} begins when it ends, so it never opens", at)
            continue
        others = [other for other in open_windows if window.overlaps(other)]
        if others:
            notes = (
                Note(f"{other.name} is open then, too", policy.at("windows", other.name)) for other in others
            )
            yield Contradiction(f"the windows {others[0].name} and {window.name} overlap", at, tuple(notes))
        open_windows.append(window)


def _limits(policy: PolicyFile) -> Iterator[Contradiction]:
    for narrow, wide in _WITHIN:
        less, more = policy.limits.get(narrow), policy.limits.get(wide)
        if less is not None and more is not None and less > more:
            yield Contradiction(
                f"{_last(narrow)} is above {_last(wide)}, so it is never reached",
                policy.at("limits", narrow),
                (Note("this is reached first", policy.at("limits", wide)),),
            )


def _tools(policy: PolicyFile) -> Iterator[Contradiction]:
    for agent, tools in policy.allowed.items():
        allowed = {tool: number for number, tool in enumerate(tools)}
        for number, tool in enumerate(policy.denied.get(agent, ())):
            if tool in allowed:
                there = Note("it is allowed here", policy.at("allowed", f"{agent}.{allowed[tool]}"))
                at = policy.at("denied", f"{agent}.{number}")
                yield Contradiction(f"{agent} is allowed {tool} and denied it", at, (there,))


def _last(name: str) -> str:
    return name.rpartition(".")[2]
