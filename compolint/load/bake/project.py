"""The blocks of bake files, and what the names in their expressions stand for."""

from collections.abc import Iterator
from posixpath import dirname

from compolint.load.hcl.scope import Budget, Scope
from compolint.load.hcl.values import Namespace, Value
from compolint.model import Entity
from compolint.syntax.hcl import Attribute, Block
from compolint.text import Span
from compolint.tree import Tree
from compolint.unknown import Unknown

_DEEPEST = 20  # targets that inherit from others


class Project:
    """The targets of files that bake reads together."""

    def __init__(self, tree: Tree, path: str, blocks: list[Block], files: list[Block]) -> None:
        self.tree, self.path, self.folder = tree, path, dirname(path)
        self.budget = Budget()
        self.found: list[Entity] = []  # what Dockerfiles in the files declare
        self.comments: list[Span] = []
        self.targets: dict[str, list[Block]] = {}
        self.grouped: set[str] = set()
        self._values: dict[str, Attribute | None] = {}
        self._known: dict[str, Value | None] = {}
        self.scope = Scope(self._root, self.budget)
        for body in files:
            self._values |= body.attributes
        for block in blocks:
            if block.keyword == "variable" and block.labels:
                default = block.attributes.get("default")
                self._values[block.labels[0]] = default or self._values.get(block.labels[0])
            elif block.keyword == "target" and block.labels:
                self.targets.setdefault(block.labels[0], []).append(block)
        for block in blocks:
            if block.keyword == "group" and (listed := block.attributes.get("targets")):
                self.grouped |= set(self.names(self.scope, listed))
        parents = (name for blocks in self.targets.values() for name in self._parents(blocks))
        self.inherited = set(parents)

    def is_built(self, name: str) -> bool:
        """Whether somebody wants an image of a target, which is not only there to be inherited from."""
        return name not in self.inherited or name in self.grouped or name == "default"

    def defaults(self) -> Iterator[tuple[str, Value]]:
        """The variables with what they are where nobody gives them."""
        for name in self._values:
            value = self._root(name, Span(self.path, 0, 0))
            if isinstance(value.of, str):
                yield name, value

    def statements(self, name: str) -> list[Block]:
        """All that is said about a target, its own last."""
        found: list[Block] = []
        self._collect(name, found, 0)
        return found

    def names(self, scope: Scope, attribute: Attribute) -> Iterator[str]:
        of = scope.of(attribute).of
        for item in of if isinstance(of, tuple) else ():
            if isinstance(item.of, str):
                yield item.of

    def _collect(self, name: str, found: list[Block], depth: int) -> None:
        blocks = self.targets.get(name, ())
        if depth < _DEEPEST and len(found) < 1_000:
            for parent in self._parents(blocks):
                self._collect(parent, found, depth + 1)
        found += blocks

    def _parents(self, blocks: "list[Block] | tuple[Block, ...]") -> Iterator[str]:
        stated = [each for block in blocks if (each := block.attributes.get("inherits"))]
        return self.names(self.scope, stated[-1]) if stated else iter(())

    def _root(self, name: str, span: Span) -> Value:
        if name == "target":
            return Value(Namespace("target", self._target), span)
        if name not in self._known:
            self._known[name] = None
            attribute = self._values.get(name)
            self._known[name] = self.scope.of(attribute) if attribute else None
        # A variable without a default may be given in the environment, which goes before any default.
        return self._known[name] or Value(Unknown(f"${{{name}}}", span, (name,)), span)

    def _target(self, name: str, span: Span) -> Value:
        def part(attribute: str, at: Span) -> Value:
            stated = [each for block in self.statements(name) if (each := block.attributes.get(attribute))]
            return self.scope.of(stated[-1]) if stated else Value(None, at)

        return Value(Namespace(f"target.{name}", part), span)
