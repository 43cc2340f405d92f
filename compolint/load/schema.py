"""YAML trees against a JSON schema: a fast yes or no, and precise places for a no.

Almost every file is valid, so the schema is first compiled into closures that run over the nodes
themselves (an order of magnitude faster than a general validator, and nothing to import). Only where
they say no is jsonschema asked what is wrong, and its errors are put into words here.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from compolint._bundled import folder
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Note, Span

Valid = Callable[[Node], bool]
# Words about a schema, and those that are compiled together, in `_members`.
_IGNORED = frozenset(
    {"description", "title", "deprecated", "default", "$schema", "$id", "definitions", "format"}
    | {"properties", "patternProperties", "additionalProperties"}
)
_MOST = 100  # problems that are told of one file


def published(file: str) -> dict[str, Any]:
    """A schema that the package ships."""
    with open(os.path.join(folder("schemas"), file), encoding="utf-8") as text:
        document: dict[str, Any] = json.load(text)
    return document


class _Open(NamedTuple):
    """Stands for a value that is not known yet: a variable, or something to be reset."""

    written: str


class Problem(NamedTuple):
    message: str
    span: Span
    notes: tuple[Note, ...] = ()


class Schema:
    """A published schema, compiled when it is first asked."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._definitions: dict[str, Valid] = {}
        self._validator: Any = None
        self.is_valid = self._compile(self.document)

    def problems(self, root: Node) -> Iterator[Problem]:
        """What is wrong with a tree, each with the smallest place that is to blame."""
        if self.is_valid(root):
            return
        if self._validator is None:
            from jsonschema import Draft7Validator
            from jsonschema.validators import extend

            checks = {**Draft7Validator.VALIDATORS, "uniqueItems": _unique_items}
            lenient = {name: _unless_open(check) for name, check in checks.items()}
            self._validator = extend(Draft7Validator, lenient)(self.document)  # type: ignore[no-untyped-call]
        errors = list(islice(self._validator.iter_errors(_plain(root)), _MOST + 1))
        errors.sort(key=lambda error: list(map(str, error.absolute_path)))
        explained = (each for error in errors for each in _explained(_deepest(error), root))
        told = list(islice(explained, _MOST + 1))
        yield from told[:_MOST]
        if len(told) > _MOST:
            yield Problem(f"more settings than the {_MOST} that are named are refused", told[_MOST].span)

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
        if len(tests) == 1:
            return tests[0]
        if len(tests) == 2:
            first, second = tests
            return lambda node: first(node) and second(node)
        return lambda node: all(test(node) for test in tests)

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
        allowed = frozenset([types] if isinstance(types, str) else types)
        scalars = allowed - {"object", "array"}
        has_string, has_object, has_array = "string" in allowed, "object" in allowed, "array" in allowed

        any_scalar = scalars >= {"string", "number", "boolean", "null"}

        def valid(node: Node) -> bool:
            kind = node.__class__
            if kind is Mapping:
                return has_object or node.tag == "!reset"
            if kind is Sequence:
                return has_array or node.tag == "!reset"
            if any_scalar or (has_string and node.style):  # type: ignore[union-attr]  # a scalar is left
                return True
            said = _type_of(node)  # type: ignore[arg-type]
            return said in scalars or (said == "integer" and "number" in scalars) or _is_open(node)

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
            scalars = [item.value for item in node.items if isinstance(item, Scalar) and not _is_open(item)]
            # Items that are mappings compare as wholes, which is rare enough to be left to jsonschema.
            return (len(set(scalars)) == len(scalars) and len(scalars) >= len(node.items) - 1) or (
                len(set(scalars)) == len(scalars) and _all_differ([_plain(item) for item in node.items])
            )

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
        tests = {name: self._compile(member) for name, member in schema.get("properties", {}).items()}
        patterns = [
            (_search(text), self._compile(member))
            for text, member in schema.get("patternProperties", {}).items()
        ]
        more = schema.get("additionalProperties", True)
        other: Valid = (lambda node: bool(more)) if isinstance(more, bool) else self._compile(more)

        def valid(node: Node) -> bool:
            if not isinstance(node, Mapping):
                return True
            for key, value in node.pairs():
                name = key.value
                test = tests.get(name)
                known = test is not None
                if test is not None and not test(value):
                    return False
                for search, matching in patterns:
                    if search(name):
                        known = True
                        if not matching(value):
                            return False
                if not known and not other(value):
                    return False
            return True

        return valid


def _unless_open(check: Any) -> Any:
    """A keyword of jsonschema that whatever a variable will say satisfies, because it is not known."""
    return lambda validator, value, instance, schema: (
        () if isinstance(instance, _Open) else check(validator, value, instance, schema)
    )


def _unique_items(_: object, wanted: bool, instance: object, __: object) -> Iterator[Any]:
    """What jsonschema does, whose own way compares every mapping with every other."""
    if wanted and isinstance(instance, list) and not _all_differ(instance):
        from jsonschema import ValidationError

        yield ValidationError("two items are the same")


def _search(text: str) -> Callable[[str], object]:
    if text == "^x-":
        return lambda name: name.startswith("x-")
    lazy = pattern(text)
    return bool if text == ".+" else lambda name: lazy.search(name)


def _is_open(node: Node) -> bool:
    """Whether the value is not known before variables are filled in, or will not count at all."""
    return (isinstance(node, Scalar) and "$" in node.value) or node.tag == "!reset"


def _type_of(node: Scalar) -> str:
    value = node.resolved()
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return "number" if isinstance(value, float) else "string"


def _number(node: Node) -> object:
    value = node.resolved() if isinstance(node, Scalar) else None
    return None if isinstance(value, bool) else value


def _all_differ(values: list[Any]) -> bool:
    seen = [_identity(value) for value in values if not isinstance(value, _Open)]
    return len(set(seen)) == len(seen)


def _identity(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _plain(node: Node) -> Any:
    """The tree as JSON would have it. Only for trees that are shallow: the parser bounds their depth."""
    if _is_open(node):
        return _Open(node.value if isinstance(node, Scalar) else "")
    if isinstance(node, Mapping):
        return {key.value: _plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.resolved()


def _deepest(error: Any) -> Any:
    """The error behind a choice of forms: that of the form which the value seems to be meant as."""
    while error.context:
        fitting = [
            each for each in error.context if not (each.validator == "type" and not each.relative_path)
        ]
        if not fitting:
            return error
        error = max(fitting, key=lambda each: len(each.absolute_path))
    return error


def _explained(error: Any, root: Node) -> Iterator[Problem]:
    path = list(error.absolute_path)
    node, key = _found(root, path)
    where = _where(path)
    if error.validator in {"additionalProperties"} and isinstance(node, Mapping):
        known = sorted(error.schema.get("properties", {}))
        patterns = list(error.schema.get("patternProperties", {}))
        for stranger, _ in node.pairs():
            if stranger.value not in known and not any(re.search(p, stranger.value) for p in patterns):
                yield Problem(_unknown_key(stranger.value, where, known), stranger.span)
    elif error.validator == "required" and isinstance(node, Mapping):
        missing = [name for name in error.validator_value if node.get(name) is None]
        yield Problem(f"{where or 'the file'} needs {_listed(missing)}", key.span if key else node.span)
    elif error.validator == "uniqueItems" and isinstance(node, Sequence):
        yield Problem(f"{where} lists the same item twice", _twin(node) or node.span)
    else:
        yield Problem(f"{where} {_expected(error)}", _visible(node, key))


def _found(root: Node, path: list[Any]) -> tuple[Node, Scalar | None]:
    node, key = root, None
    for step in path:
        if isinstance(node, Mapping):
            key = node.key(step) or key
            node = node.get(step) or node
        elif isinstance(node, Sequence):
            node = node.items[step]
    return node, key


def _visible(node: Node, key: Scalar | None) -> Span:
    if node.start == node.end and key is not None:
        return key.span
    if isinstance(node, Scalar) or key is None:
        return node.span
    return key.span


def _where(path: list[Any]) -> str:
    """`services.web.ports[0]`, the way the file nests."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return f"`{text}`" if text else ""


def _unknown_key(name: str, where: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    place = f" in {where}" if where else ""
    return f"there is no key `{name}`{place}" + (f"; did you mean `{close[0]}`?" if close else "")


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


def _expected(error: Any) -> str:
    value = error.validator_value
    match error.validator:
        case "type":
            wanted = _listed(
                [_TYPES[each] for each in ([value] if isinstance(value, str) else value)], "or", plain=True
            )
            hint = (
                "; put it in quotes" if value == "string" and isinstance(error.instance, int | float) else ""
            )
            return f"must be {wanted}, and is {_TYPES[_kind(error.instance)]}{hint}"
        case "enum":
            return f"must be one of {_listed([str(each) for each in value], 'or')}"
        case "minimum":
            return f"must be at least {value}"
        case "maximum":
            return f"must be at most {value}"
        case "oneOf":
            forms = sorted({_form(form) for form in value})
            return f"must be {_listed(forms, 'or', plain=True)}, and is {_TYPES[_kind(error.instance)]}"
        case "pattern":
            return "has a form that is not allowed here"
    return "is not what Compose expects here"


def _form(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "object" if "$ref" in schema else "string")
    return _TYPES[kind if isinstance(kind, str) else kind[0]]


def _kind(value: Any) -> str:
    for kind, types in (
        ("boolean", bool),
        ("integer", int),
        ("number", float),
        ("string", str),
        ("array", list),
    ):
        if isinstance(value, types):
            return kind
    return "null" if value is None else "object"


def _listed(words: list[str], last: str = "and", *, plain: bool = False) -> str:
    shown = words if plain else [f"`{word}`" for word in words]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def _twin(node: Sequence) -> Span | None:
    seen: set[str] = set()
    for item in node.items:
        value = _plain(item)
        identity = _identity(value)
        if identity in seen and not isinstance(value, _Open):
            return item.span
        seen.add(identity)
    return None
