"""What the readers of a configuration of Nginx share."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from compolint.load.nginx.configuration import Configuration, Statement, every
from compolint.load.nginx.scope import Held, Scope
from compolint.load.nginx.variables import Variables, is_filled_in
from compolint.model import Entity
from compolint.syntax.nginx import Word
from compolint.text import Note, Span
from compolint.tree import Tree
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

if TYPE_CHECKING:
    from compolint.load.nginx.access import Rules

Via = dict[Span, tuple[Note, ...]]


class Place(NamedTuple):
    """Where a request may be handed on to; no host is a socket in the file system."""

    host: Maybe[str] | None
    port: Maybe[int] | None
    socket: Maybe[str] | None = None  # its path


class Reading:
    """One configuration, and the entities that are found in it."""

    def __init__(self, tree: Tree, configuration: Configuration) -> None:
        self.tree, self.configuration = tree, configuration
        self.key = configuration.path
        self.found: list[Entity] = []
        self.scope = Scope(configuration)
        self.variables = Variables(configuration)
        self.every = tuple(every(configuration.statements))
        self.names = frozenset(each.name for each in self.every)
        self.groups = {
            each.texts[0]: each
            for each in self.every
            if each.name == "upstream" and each.texts and each.block
        }
        self.members: dict[Statement, list[tuple[Place, Span]]] = {}  # of groups of upstreams
        self.usual: dict[str, str] = {}  # what tables give for who is not in them, by variables
        self.upstream_count = 0
        self.password_files: list[str] = []
        self.rules: dict[Statement | None, Rules] = {}  # by the first of them
        self.refusing: dict[Statement, bool] = {}  # blocks with a condition that turns requests away
        self._keys: dict[str, int] = {}

    def text(self, at: Span) -> str:
        return self._texts[at.path][at.start : at.end]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {file.source.path: file.source.text for file in self.configuration.files}

    def leading(self, name: str) -> list[Statement]:
        """The statements that send requests on to a named location."""
        return self._leading.get(name, [])

    @cached_property
    def _leading(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for each in self.every:
            if each.block is None and each.texts and each.texts[-1].startswith("@"):
                found.setdefault(each.texts[-1], []).append(each)
        return found

    @cached_property
    def asks_for_verdict(self) -> bool:
        """Whether something looks at whether a client's certificate is good."""
        return any(
            "$ssl_client_" in text
            for each in self.every
            if each.name not in ("log_format", "add_header")
            for text in each.texts
        )

    def unique(self, key: str) -> str:
        count = self._keys[key] = self._keys.get(key, 0) + 1
        return f"{key}~{count}" if count > 1 else key

    def held(self, block: Statement | None, *names: str) -> Held:
        return self.scope.held(block, *names)

    def last(self, block: Statement | None, name: str) -> Word | None:
        """The argument of a setting with one, as it holds in a block."""
        statements = self.scope.held(block, name).statements
        return statements[-1].arguments[0] if statements and statements[-1].arguments else None

    def is_on(self, block: Statement | None, name: str) -> tuple[Maybe[bool] | None, Span | None]:
        """A switch with its place; None where nothing is said."""
        word = self.last(block, name)
        if word is None:
            return None, None
        if is_filled_in(word.text):
            return Unknown(word.text, word.span), word.span
        return word.text.lower() != "off", word.span

    def value(self, word: Word, block: Statement | None) -> Maybe[str]:
        return self.variables.value(word.text, word.span, block)


def as_written(word: Word) -> Maybe[str]:
    """A word in which no variables count."""
    return Unknown(word.text, word.span) if is_filled_in(word.text) else word.text


def via(statements: Iterable[Statement]) -> Via:
    """For the places of statements how they came to count, where files include them."""
    found: Via = {}
    for statement in statements:
        if statement.via:
            notes = tuple(Note("is included here", at) for at in reversed(statement.via))
            found[statement.head] = notes
            found.update((word.span, notes) for word in statement.arguments)
    return found
