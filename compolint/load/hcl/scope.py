"""The evaluation of expressions.

What is left open stays open, and opens no more than what depends on it: of `concat(["10.0.0.0/8"], var.more)`
the first item is known.
"""

from collections.abc import Callable, Mapping

from compolint.load.hcl.functions import FUNCTIONS, Failed
from compolint.load.hcl.operators import computed, truth
from compolint.load.hcl.values import Namespace, Reference, Value, joined, opened, part_of, shown, text_of
from compolint.syntax.hcl import Attribute
from compolint.syntax.hcl_nodes import (
    Binary,
    Call,
    Conditional,
    Expression,
    Fault,
    For,
    Index,
    Literal,
    Member,
    Name,
    Object,
    Opaque,
    Splat,
    Template,
    Tuple,
    Unary,
)
from compolint.text import Span
from compolint.unknown import Unknown

_DEEPEST = 100
_STEPS = 100_000  # that all expressions of one load may take
MOST_ITEMS = 1_000  # of one collection
# Those that give some of what they are given.
_PICKING = frozenset(("element", "flatten", "one", "setunion", "sort", "tolist", "toset", "values"))

Root = Callable[[str, Span], Value]


class Budget:
    """What all evaluations of one load share: how much they have done, and what they could not read."""

    def __init__(self) -> None:
        self.steps, self.depth = _STEPS, 0
        self.faults: dict[Span, Fault] = {}


class Scope:
    """The names that an expression can use."""

    __slots__ = ("_budget", "_names", "_root")

    def __init__(self, root: Root, budget: Budget, names: Mapping[str, Value] | None = None) -> None:
        self._root, self._budget, self._names = root, budget, names or {}

    def bound(self, names: Mapping[str, Value]) -> "Scope":
        """The scope with more names, which hide those of the same name."""
        return Scope(self._root, self._budget, {**self._names, **names})

    def of(self, attribute: Attribute) -> Value:
        expression = attribute.expression()
        if isinstance(expression, Fault):
            self._budget.faults[expression.span] = expression
            return Value(Unknown("what cannot be read", attribute.span), attribute.span)
        return self.value(expression)

    def value(self, node: Expression) -> Value:
        budget = self._budget
        budget.steps -= 1
        if budget.steps < 0 or budget.depth >= _DEEPEST:
            return Value(Unknown("what takes too long to find out", node.span), node.span)
        budget.depth += 1
        try:
            made: Value = _READERS[type(node)](self, node)
            return made
        finally:
            budget.depth -= 1

    def _literal(self, node: Literal) -> Value:
        return Value(node.value, node.span)

    def _name(self, node: Name) -> Value:
        return self._names.get(node.text) or self._root(node.text, node.span)

    def _template(self, node: Template) -> Value:
        if len(node.parts) == 1:  # which is no text, but what it stands for
            return self.value(node.parts[0])
        return joined([self.value(part) for part in node.parts], node.span)

    def _opaque(self, node: Opaque) -> Value:
        return Value(Unknown("a template", node.span), node.span)

    def _tuple(self, node: Tuple) -> Value:
        return Value(tuple(self.value(item) for item in node.items), node.span)

    def _object(self, node: Object) -> Value:
        found: dict[str, Value] = {}
        for key, item in node.items:
            named = self.value(key)
            name = text_of(named)
            if name is None:
                return opened("an object", node.span, [named])
            found[name] = self.value(item)
        return Value(found, node.span)

    def _member(self, node: Member) -> Value:
        value = self.value(node.of)
        if isinstance(value.of, Namespace):
            return value.of.get(node.name, node.span)
        return _part(value, node.name) or self._missing(value, f"{shown(value)}.{node.name}", node.span)

    def _index(self, node: Index) -> Value:
        value, key = self.value(node.of), self.value(node.key)
        name = text_of(key)
        if name is None or isinstance(value.of, Unknown):
            return opened(f"{shown(value)}[{shown(key)}]", node.span, [value, key])
        if isinstance(value.of, Namespace):
            return value.of.item(name, node.span)
        return _part(value, name) or self._missing(value, f"{shown(value)}[{name}]", node.span)

    def _missing(self, value: Value, text: str, span: Span) -> Value:
        if isinstance(value.of, Reference):
            return part_of(value, text, span)
        names = value.of.names if isinstance(value.of, Unknown) else ()
        return Value(Unknown(text, span, names), span)

    def _call(self, node: Call) -> Value:
        arguments = [self.value(argument) for argument in node.arguments]
        if node.expands and arguments:
            last = arguments.pop()
            arguments += last.of if isinstance(last.of, tuple) else [last]
        try:
            made = FUNCTIONS[node.name](arguments)
        except (Failed, KeyError, ValueError, IndexError, TypeError, OverflowError):
            text = f"{node.name}({', '.join(shown(argument) for argument in arguments[:3])})"
            if node.name in _PICKING and arguments and isinstance(arguments[0].of, Reference | Namespace):
                return part_of(arguments[0], text, node.span)
            if any(argument.is_open for argument in arguments):
                return opened(text, node.span, arguments)
            return Value(Unknown(text, node.span), node.span)
        return made if isinstance(made, Value) else Value(made, node.span)

    def _conditional(self, node: Conditional) -> Value:
        condition = self.value(node.condition)
        known = truth(condition)
        if known is not None:
            return self.value(node.yes if known else node.no)
        yes, no = self.value(node.yes), self.value(node.no)
        if text_of(yes) is not None and text_of(yes) == text_of(no):
            return yes
        names = condition.of.names if isinstance(condition.of, Unknown) else ()
        return Value(Unknown(f"{shown(condition)} ? … : …", node.span, names), node.span)

    def _splat(self, node: Splat) -> Value:
        value = self.value(node.of)
        if value.is_open:
            return part_of(value, f"{shown(value)}[*]", node.span)
        items = value.of if isinstance(value.of, tuple) else () if value.of is None else (value,)
        return Value(
            tuple(self.bound({"*": item}).value(node.each) for item in items[:MOST_ITEMS]), node.span
        )

    def _for(self, node: For) -> Value:
        value = self.value(node.of)
        pairs = pairs_of(value)
        if pairs is None:
            text = f"for … in {shown(value)}"
            is_all = not node.condition and isinstance(value.of, Reference | Namespace)
            return part_of(value, text, node.span) if is_all else opened(text, node.span, [value])
        items: list[Value] = []
        keyed: dict[str, Value] = {}
        for key, item in pairs:
            scope = self.bound(
                dict(zip(node.names, (key, item) if len(node.names) > 1 else (item,), strict=True))
            )
            if node.condition and truth(scope.value(node.condition)) is False:
                continue
            made = scope.value(node.value)
            if node.key is None:
                items.append(made)
                continue
            name = text_of(scope.value(node.key))
            if name is None:
                return opened(f"for … in {shown(value)}", node.span, [scope.value(node.key)])
            earlier = keyed[name].of if name in keyed else ()
            is_more = node.grouped and isinstance(earlier, tuple)
            keyed[name] = Value((*earlier, made), node.span) if is_more else made  # type: ignore[misc]  # a tuple
        return Value(tuple(items) if node.key is None else keyed, node.span)

    def _computed(self, node: Unary | Binary) -> Value:
        if isinstance(node, Unary):
            operands = [self.value(node.of)]
        else:
            operands = [self.value(node.left), self.value(node.right)]
        made = computed(node.sign, operands)
        return (
            opened(f" {node.sign} ".join(map(shown, operands)), node.span, operands)
            if made is None
            else (Value(made, node.span))
        )


def _part(value: Value, name: str) -> Value | None:
    """An item of a list by its number, or of an object by its key."""
    found: Value | None = None
    if isinstance(value.of, dict):
        found = value.of.get(name)
    elif isinstance(value.of, tuple) and name.isascii() and name.isdecimal() and len(name) < 10:
        found = value.of[int(name)] if int(name) < len(value.of) else None
    return found


def pairs_of(value: Value) -> list[tuple[Value, Value]] | None:
    """The keys and items of a collection; `None` where there is no telling."""
    of = value.of
    if isinstance(of, dict):
        return [(Value(key, of[key].span), of[key]) for key in sorted(of)[:MOST_ITEMS]]
    if isinstance(of, tuple):
        return [(Value(number, item.span), item) for number, item in enumerate(of[:MOST_ITEMS])]
    return None


_READERS: dict[type, Callable[..., Value]] = {
    Binary: Scope._computed,
    Call: Scope._call,
    Conditional: Scope._conditional,
    For: Scope._for,
    Index: Scope._index,
    Literal: Scope._literal,
    Member: Scope._member,
    Name: Scope._name,
    Object: Scope._object,
    Opaque: Scope._opaque,
    Splat: Scope._splat,
    Template: Scope._template,
    Tuple: Scope._tuple,
    Unary: Scope._computed,
}
