"""A module: the blocks of a folder, and what the names in its expressions stand for."""

from collections.abc import Callable, Iterator, Mapping
from posixpath import join, normpath

from compolint.load.hcl.fields import each_of
from compolint.load.hcl.operators import number
from compolint.load.hcl.scope import Budget, Scope
from compolint.load.hcl.values import Namespace, Reference, Value, resource_of, shown
from compolint.syntax.hcl import Attribute, Block
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_MOST_INSTANCES = 100  # of one block


class Given(NamedTuple):
    """What a module is called with."""

    attributes: Mapping[str, Attribute]
    scope: Scope | None = None  # where they are evaluated; `None`: they are those of the outermost module
    root: str | None = None  # the folder of the outermost module; `None`: it is this one


class Module:
    """One use of a folder."""

    def __init__(self, folder: str, address: str, blocks: list[Block], given: Given, budget: Budget) -> None:
        self.folder, self.address = folder, address  # `module.web.`, empty for the outermost
        self._budget = budget
        self.children: dict[str, Module] = {}  # by name, with the index of one of several
        self.blocks = blocks
        self._given = given
        self._variables = {block.labels[0]: block for block in blocks if _is(block, "variable", 1)}
        self._locals = {
            name: attribute
            for block in blocks
            if block.keyword == "locals"
            for name, attribute in block.attributes.items()
        }
        self._resources: dict[tuple[str, str], Block] = {
            (block.labels[0], block.labels[1]): block for block in blocks if _is(block, "resource", 2)
        }
        self._known: dict[tuple[str, ...], Value | None] = {}
        self.scope = Scope(self._root, budget)

    @property
    def root(self) -> str:
        """The folder of the outermost module."""
        return self.folder if self._given.root is None else self._given.root

    def calls(self, name: str) -> Iterator[tuple[str, Block, Scope]]:
        """The uses that a `module` block makes of another module, each with the end of its address."""
        for block in self.blocks:
            if block.keyword == "module" and block.labels == (name,):
                yield from ((suffix, block, scope) for suffix, scope in self.instances(block))

    def instances(self, block: Block) -> Iterator[tuple[str, Scope]]:
        """The things that a block stands for, each with the end of its address and its names."""
        if over := block.attributes.get("for_each"):
            value = self.scope.of(over)
            is_map = isinstance(value.of, dict)
            for key, item in each_of(value)[:_MOST_INSTANCES]:
                name = key if is_map else item
                each = Value({"key": name, "value": item}, item.span)
                yield f'["{shown(name)}"]', self.scope.bound({"each": each})
            return
        if not (count := block.attributes.get("count")):
            yield "", self.scope
            return
        value = self.scope.of(count)
        times = number(value)
        if times is None:
            index = _unknown_in("count")("index", value.span)
            yield "", self.scope.bound({"count": Value({"index": index}, value.span)})
            return
        for index_number in range(min(int(times), _MOST_INSTANCES)):
            counted = Value({"index": Value(index_number, value.span)}, value.span)
            suffix = f"[{index_number}]" if times > 1 else ""
            yield suffix, self.scope.bound({"count": counted})

    def folder_of(self, block: Block) -> str | None:
        """The folder that a `module` block takes, if that is not elsewhere."""
        text = self.source_of(block)
        if text is None or not text.startswith(("./", "../")):
            return None
        folder = normpath(join(self.folder, text))
        return "" if folder == "." else folder

    def source_of(self, block: Block) -> str | None:
        """Where a `module` block takes its module from, if that is told."""
        attribute = block.attributes.get("source")
        text = self.scope.of(attribute).of if attribute else None
        return text if isinstance(text, str) else None

    def _root(self, name: str, span: Span) -> Value:
        readers = {
            "var": self._variable,
            "local": self._local,
            "module": self._child,
            "each": _unknown_in("each"),
            "count": _unknown_in("count"),
            "terraform": _unknown_in("terraform"),
        }
        if name in readers:
            return Value(Namespace(name, readers[name]), span)
        if name in ("data", "path", "self", "ephemeral"):
            return Value(Reference(name), span)
        return Value(Namespace(name, lambda label, at: self._resource(name, label, at)), span)

    def is_sure(self, block: Block) -> bool:
        """Whether it is known how many things a block stands for."""
        if over := block.attributes.get("for_each"):
            value = self.scope.of(over)
            return not isinstance(value.of, Unknown) and (not value.is_open or bool(resource_of(value)))
        count = block.attributes.get("count")
        return count is None or number(self.scope.of(count)) is not None

    def _variable(self, name: str, span: Span) -> Value:
        found = self._once(("var", name), lambda: self._given_to(name))
        return found or Value(Unknown(f"var.{name}", span, (f"var.{name}",)), span)

    def _given_to(self, name: str) -> Value | None:
        block = self._variables.get(name)
        default = block.attributes.get("default") if block else None
        stated, scope = self._given.attributes.get(name), self._given.scope or self.scope
        found = scope.of(stated) if stated else None
        if (found is None or found.of is None) and default:
            found = self.scope.of(default)
        kind = block.attributes.get("type") if block else None
        if found is None or kind is None or not _has_optional(kind):
            return found
        from compolint.load.terraform.types import converted

        return converted(found, kind.expression(), self.scope)

    def _local(self, name: str, span: Span) -> Value:
        attribute = self._locals.get(name)
        found = self._once(("local", name), lambda: self.scope.of(attribute) if attribute else None)
        return found or Value(Unknown(f"local.{name}", span, (f"local.{name}",)), span)

    def _child(self, name: str, span: Span) -> Value:
        text, resource = f"module.{name}", f"{self.address}module.{name}"

        def item(index: str, at: Span) -> Value:
            one = f"{name}[{index}]" if index.isdecimal() else f'{name}["{index}"]'
            child = self.children.get(one) or self.children.get(name)
            if child is None:
                return Value(Reference(f"{text}[{index}]", resource, index), at)
            return Value(Namespace(f"module.{one}", child.output), at)

        def part(output: str, at: Span) -> Value:
            if name in self.children:
                return self.children[name].output(output, at)
            return Value(Reference(f"{text}.{output}", resource), at)

        return Value(Namespace(text, part, item, resource), span)

    def output(self, name: str, span: Span) -> Value:
        block = next(
            (each for each in self.blocks if each.keyword == "output" and each.labels == (name,)), None
        )
        attribute = block.attributes.get("value") if block else None
        found = self._once(("output", name), lambda: self.scope.of(attribute) if attribute else None)
        return found or Value(Reference(f"{self.address}{name}"), span)

    def _resource(self, kind: str, label: str, span: Span) -> Value:
        text = f"{kind}.{label}"
        block = self._resources.get((kind, label))
        if block is None:
            return Value(Reference(text), span)
        return Value(self._instance(block, text, ""), span)

    def _instance(self, block: Block, text: str, index: str) -> Namespace:
        """A resource, or one instance of it."""

        def part(name: str, at: Span) -> Value:
            return item(name, at) if name.isdecimal() else self._part(block, text, index, name, at)

        def item(name: str, at: Span) -> Value:
            return Value(self._instance(block, text, name), at)

        shown = f"{text}[{index}]" if index else text
        return Namespace(shown, part, item, f"{self.address}{text}", index)

    def _part(self, block: Block, text: str, index: str, name: str, span: Span) -> Value:
        """An attribute that a resource states, where that is the same for all of its instances."""
        attribute = block.attributes.get(name)
        found = self._once((text, name), lambda: self.scope.of(attribute) if attribute else None)
        if found is None or found.is_open:
            return Value(Reference(f"{text}.{name}", f"{self.address}{text}", index), span)
        return found

    def _once(self, key: tuple[str, ...], find: Callable[[], Value | None]) -> Value | None:
        """What is found, once; nothing where it needs itself."""
        if key not in self._known:
            self._known[key] = None
            self._known[key] = find()
        return self._known[key]


def _is(block: Block, keyword: str, labels: int) -> bool:
    return block.keyword == keyword and len(block.labels) == labels


def _has_optional(kind: Attribute) -> bool:
    return kind.source.text.find("optional", kind.start, kind.end) >= 0


def _unknown_in(space: str) -> Callable[[str, Span], Value]:
    def find(name: str, span: Span) -> Value:
        text = f"{space}.{name}"
        return Value(Unknown(text, span, (text,)), span)

    return find
