"""YAML trees against a JSON schema: a fast yes or no, and precise places for a no.

Almost every file is valid, so the schema is first compiled into closures that run over the nodes
themselves (an order of magnitude faster than a general validator, and nothing to import). Only where
they say no is jsonschema asked what is wrong, and `schema_problems` puts its errors into words.
"""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from compolint._bundled import folder
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from compolint.load.schema_problems import Problem

Valid = Callable[[Node], bool]
# A sequence with this tag holds what was laid over each other, of which the last is to be judged.
LAYERS = "layers"
# Words about a schema, and those that are compiled together, in `_members`.
_IGNORED = frozenset(
    {"description", "title", "deprecated", "default", "$schema", "$id", "definitions", "format"}
    | {"properties", "patternProperties", "additionalProperties"}
)
_NO_TEXT = frozenset(["", *"+-.0123456789~tTfFnN"])  # how a plain scalar begins that may be something else
_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def published(file: str) -> dict[str, Any]:
    """A schema that the package ships."""
    import json

    with open(os.path.join(folder("schemas"), file), encoding="utf-8") as text:
        document: dict[str, Any] = json.load(text)
    return document


class Schema:
    """A published schema; each part of it is compiled when something is first held against it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._definitions: dict[str, Valid] = {}
        self._validator: Any = None
        self.is_valid = self._compile(self.document)

    def problems(self, root: Node) -> "Iterator[Problem]":
        """What is wrong with a tree, each with the smallest place that is to blame."""
        if self.is_valid(root):
            return
        from compolint.load.schema_problems import problems, validator

        if self._validator is None:
            self._validator = validator(self.document)
        yield from problems(self._validator, root)

    def _compile(self, schema: dict[str, Any]) -> Valid:
        tests: list[Valid] = []
        for keyword, value in schema.items():
            if keyword in _IGNORED:
                continue
            make = getattr(self, f"_{keyword.lstrip('$')}", None)
            if make is None:
                raise NotImplementedError(f"the schema uses `{keyword}`, which is not compiled")
            tests.append(make(value, schema))
        if "properties" in schema or "patternProperties" in schema or "additionalProperties" in schema:
            tests.append(self._members(schema))
        return _all(tests)

    def _ref(self, reference: str, _: object) -> Valid:
        name = reference.removeprefix("#/definitions/")
        definitions = self._definitions

        def valid(node: Node) -> bool:
            test = definitions.get(name)
            if test is None:
                test = definitions[name] = self._compile(self.document["definitions"][name])
            return test(node)

        return valid

    def _type(self, types: str | list[str], _: object) -> Valid:
        allowed = [types] if isinstance(types, str) else types
        classes = frozenset(each for name in allowed for each in _CLASSES.get(name, ()))
        has_string, has_object, has_array = "string" in allowed, "object" in allowed, "array" in allowed

        def valid(node: Node) -> bool:
            if isinstance(node, Scalar):
                if has_string and (node.style or node.value[:1] not in _NO_TEXT):
                    return True
                return node.resolved().__class__ in classes or _is_open(node)
            return (has_object if isinstance(node, Mapping) else has_array) or node.tag == "!reset"

        return valid

    def _enum(self, values: list[Any], _: object) -> Valid:
        return lambda node: _is_open(node) or (isinstance(node, Scalar) and node.resolved() in values)

    def _pattern(self, text: str, _: object) -> Valid:
        lazy = pattern(text)
        return lambda node: not isinstance(node, Scalar) or bool(lazy.search(node.value)) or _is_open(node)

    def _minimum(self, least: float, _: object) -> Valid:
        return lambda node: not isinstance(value := _number(node), int | float) or value >= least

    def _maximum(self, most: float, _: object) -> Valid:
        return lambda node: not isinstance(value := _number(node), int | float) or value <= most

    def _uniqueItems(self, unique: bool, _: object) -> Valid:
        def valid(node: Node) -> bool:
            if not unique or not isinstance(node, Sequence) or len(node.items) < 2:
                return True
            values = [item.value for item in node.items if isinstance(item, Scalar) and not _is_open(item)]
            if len(set(values)) < len(values):
                return False
            if len(values) >= len(node.items) - 1:
                return True
            from compolint.load.schema_problems import all_differ

            return all_differ(node)

        return valid

    def _required(self, names: list[str], _: object) -> Valid:
        return lambda node: not isinstance(node, Mapping) or all(node.get(name) is not None for name in names)

    def _items(self, schema: dict[str, Any], _: object) -> Valid:
        test = self._compile(schema)
        return lambda node: node.__class__ is not Sequence or all(map(test, node.items))

    def _oneOf(self, schemas: list[dict[str, Any]], _: object) -> Valid:
        # Most choices are between a text, a list and a mapping: the node's own kind leaves one of them.
        forms = [(self._forms(schema), self._compile(schema)) for schema in schemas]
        tests_for = {
            kind: [test for kinds, test in forms if kind in kinds] for kind in (Scalar, Sequence, Mapping)
        }

        def valid(node: Node) -> bool:
            tests = tests_for[node.__class__]
            if node.tag == LAYERS and isinstance(node, Sequence):
                return valid(node.items[-1])
            if len(tests) == 1 and node.tag != "!reset":
                return tests[0](node)
            matches = sum(test(node) for test in tests)
            return matches == 1 or ((matches > 1 or not tests) and _is_open(node))

        return valid

    def _forms(self, schema: dict[str, Any]) -> set[type]:
        """The kinds of node that a schema can allow."""
        if "$ref" in schema:
            return self._forms(self.document["definitions"][schema["$ref"].removeprefix("#/definitions/")])
        types = schema.get("type")
        if types is None:
            return {Scalar, Sequence, Mapping}
        names = [types] if isinstance(types, str) else types
        return {Mapping if name == "object" else Sequence if name == "array" else Scalar for name in names}

    def _members(self, schema: dict[str, Any]) -> Valid:
        properties: dict[str, dict[str, Any]] = schema.get("properties", {})
        tests: dict[str, Valid] = {}  # of the properties
        patterns = [
            (_search(text), self._compile(member))
            for text, member in schema.get("patternProperties", {}).items()
        ]
        more = schema.get("additionalProperties", True)
        other: Valid = (lambda node: bool(more)) if isinstance(more, bool) else self._compile(more)

        def test_of(name: str) -> Valid:
            found = [test for search, test in patterns if search(name)]
            if name not in properties:
                return _all(found) if found else other
            tests[name] = test = _all([*found, self._compile(properties[name])])
            return test

        def valid(node: Node) -> bool:
            if not isinstance(node, Mapping):
                return True
            # Most of the schema's time is spent in this loop, which `all` would make twice as long.
            for key, value in node.pairs():  # noqa: SIM110
                if not (tests.get(key.value) or test_of(key.value))(value):
                    return False
            return True

        return valid


def _all(tests: list[Valid]) -> Valid:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda node: first(node) and second(node)
    return lambda node: all(test(node) for test in tests)


def _search(text: str) -> Callable[[str], object]:
    if text == "^x-":
        return lambda name: name.startswith("x-")
    lazy = pattern(text)
    return bool if text == ".+" else lambda name: lazy.search(name)


def _is_open(node: Node) -> bool:
    """Whether the value is not known before variables are filled in, or will not count at all."""
    return (isinstance(node, Scalar) and "$" in node.value) or node.tag == "!reset"


def _number(node: Node) -> object:
    value = node.resolved() if isinstance(node, Scalar) else None
    return None if isinstance(value, bool) else value
