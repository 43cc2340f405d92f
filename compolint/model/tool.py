"""The programs that agents may call, and the rules that agents are held to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from compolint.model import Entity
from compolint.model.knowledge.fetchers import Fetched
from compolint.text import Note
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

_NONE: Mapping[str, Any] = MappingProxyType({})


class McpServer(Entity):
    """A server of the Model Context Protocol, as the configuration of an agent names it.

    `spans["packages.N"]` is the place of the word that names a package.
    """

    name: str
    transport: Maybe[str] = "stdio"  # or "http", "sse", "ws"
    words: tuple[Maybe[str], ...] = ()  # the command with its arguments
    url: Maybe[str] | None = None
    packages: tuple[Maybe[Fetched], ...] = ()  # what its command fetches when it starts
    is_enabled: bool = True

    @property
    def program(self) -> Maybe[str] | None:
        return self.words[0] if self.words else None


class RiskLevel(NamedTuple):
    """A row of a risk matrix: what may be done with whose consent."""

    name: str
    actions: tuple[str, ...] = ()
    auto_approve: str | None = None  # "always", "work_hours_only", "never"
    requires: str | None = None
    queues: bool = False  # what comes outside of the hours waits


class Window(NamedTuple):
    """A stretch of each day, in minutes from midnight; it may go past midnight."""

    name: str
    start: int
    end: int

    def overlaps(self, other: "Window") -> bool:
        return self._has(other.start) or other._has(self.start)

    def _has(self, minute: int) -> bool:
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class PolicyFile(Entity):
    """Rules for agents: a risk matrix, guardrails, what a broker lets each agent do.

    The places are `levels.NAME`, `actions.LEVEL.N`, `windows.NAME`, `limits.NAME`, `allowed.AGENT.N`.
    """

    name: str
    levels: tuple[RiskLevel, ...] = ()  # from the least to the most risky
    windows: tuple[Window, ...] = ()
    limits: Mapping[str, float] = _NONE  # by the name of what is limited: "budget.daily_token_limit"
    allowed: Mapping[str, tuple[str, ...]] = _NONE  # tools, by agent
    denied: Mapping[str, tuple[str, ...]] = _NONE
    faults: tuple[Note, ...] = ()  # what its schema has against it


class SchemaFault(Entity):
    """What a schema that the project names for a configuration file has against it."""

    path: str
    schema: str
    message: str
    kind: Literal["violation", "no schema"] = "violation"
