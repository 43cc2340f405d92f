"""Policies: who must consent to what, how much an agent may spend, when, and with which tools."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from compolint.load import Loaded, read
from compolint.load.documents import faults, parse
from compolint.load.policy.kind import form
from compolint.load.schema import Schema, published
from compolint.model import Entity
from compolint.model.tool import PolicyFile, RiskLevel, Window
from compolint.pattern import pattern
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.text import Note, Span
from compolint.tree import Tree

LEVELS = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
# 08:00-22:00
_WINDOW = pattern(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$")
_MOST = 10_000  # actions, tools, limits


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    document = parse(source)
    entities: list[Entity] = [*faults(path, document.faults, is_unread=document.root is None)]
    if document.root is not None:
        entities.append(policy(path, document.root, form(source.text) or "risk-matrix"))
    return Loaded(tuple(entities), document.instructions(source), files)


def policy(path: str, root: Node, schema: str) -> PolicyFile:
    """What a policy says, as far as it can be understood, and what its schema has against it."""
    spans: dict[str, Span] = {}
    faults = tuple(Note(problem.message, problem.span) for problem in _schema(schema).problems(root))
    top = root if isinstance(root, Mapping) else Mapping(path, 0, 0, [])
    guardrails = _mapping(top, "guardrails")
    agents = (*_mapping(top, "agent_profiles").pairs(), *_mapping(top, "agents").pairs())
    return PolicyFile(
        key=path,
        span=Span(path, root.start, min(root.end, root.start + 1)),
        spans=spans,
        name=path.rpartition("/")[2],
        levels=tuple(_levels(_mapping(top, "risk_matrix"), spans)),
        windows=tuple(_windows(_mapping(guardrails, "time_windows"), spans)),
        limits=dict(_limits(guardrails, spans)),
        allowed={
            key.value: tuple(_texts(body, "tools", f"allowed.{key.value}", spans)) for key, body in agents
        },
        denied={
            key.value: tuple(_texts(body, "denied_tools", f"denied.{key.value}", spans))
            for key, body in agents
        },
        faults=faults,
    )


@lru_cache(4)
def _schema(name: str) -> Schema:
    document: dict[str, Any] = published(f"{name}.json")
    return Schema(document)


def _levels(matrix: Mapping, spans: dict[str, Span]) -> Iterator[RiskLevel]:
    for name in LEVELS:
        key, body = matrix.key(name), matrix.get(name)
        if key is None or not isinstance(body, Mapping):
            continue
        spans[f"levels.{name}"] = key.span
        for field in ("auto_approve", "requires"):
            if (said := body.get(field)) is not None:
                spans[f"{field}.{name}"] = said.span
        yield RiskLevel(
            name,
            tuple(_texts(body, "actions", f"actions.{name}", spans)),
            _text(body, "auto_approve"),
            ", ".join(_texts(body, "requires", f"requires.{name}", {})) or _text(body, "requires"),
            _text(body, "queue_outside_hours") == "true",
        )


def _windows(windows: Mapping, spans: dict[str, Span]) -> Iterator[Window]:
    for key, value in windows.pairs():
        if isinstance(value, Scalar) and (found := _WINDOW.match(value.value.strip())):
            spans[f"windows.{key.value}"] = value.span
            start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
            yield Window(key.value, start % 1440 if start != end else start, end)


def _limits(guardrails: Mapping, spans: dict[str, Span]) -> Iterator[tuple[str, float]]:
    for group in ("budget", "retries"):
        for key, value in _mapping(guardrails, group).pairs()[:_MOST]:
            number = value.resolved() if isinstance(value, Scalar) else None
            if isinstance(number, int | float) and not isinstance(number, bool):
                spans[f"limits.{group}.{key.value}"] = value.span
                yield f"{group}.{key.value}", number


def _texts(body: Node, field: str, place: str, spans: dict[str, Span]) -> Iterator[str]:
    items = body.get(field) if isinstance(body, Mapping) else None
    for number, item in enumerate(items.items[:_MOST] if isinstance(items, Sequence) else ()):
        if isinstance(item, Scalar):
            spans[f"{place}.{number}"] = item.span
            yield item.value


def _text(body: Mapping, field: str) -> str | None:
    value = body.get(field)
    return value.value if isinstance(value, Scalar) else None


def _mapping(body: Mapping, field: str) -> Mapping:
    value = body.get(field)
    return value if isinstance(value, Mapping) else Mapping(body.path, body.start, body.start, [])
