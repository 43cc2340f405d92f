"""What a JSON schema has against a YAML tree, in words, with the smallest place that is to blame.

Only trees that are not valid come here, so here jsonschema is imported.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from compolint.load.schema import LAYERS
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Note, Span
from compolint.tuples import NamedTuple

_MOST = 100  # problems of one tree


class Problem(NamedTuple):
    message: str
    span: Span
    notes: tuple[Note, ...] = ()
    is_for_whole: bool = False  # what the tree is laid over may say what is missing


class _Open(NamedTuple):
    """Stands for a value that is not known yet: a variable, or something to be reset."""

    written: str


def validator(schema: dict[str, Any]) -> Any:
    """The validator of a schema, lenient to what is open."""
    from jsonschema import Draft7Validator
    from jsonschema.validators import extend

    checks = {**Draft7Validator.VALIDATORS, "uniqueItems": _unique_items}
    lenient = {name: _unless_open(check) for name, check in checks.items()}
    return extend(Draft7Validator, lenient)(schema)  # type: ignore[no-untyped-call]


def problems(validator: Any, root: Node) -> Iterator[Problem]:
    """What is wrong with a tree, in the order of the places."""
    errors = list(islice(validator.iter_errors(_plain(root)), _MOST + 1))
    errors.sort(key=lambda error: list(map(str, error.absolute_path)))
    explained = (each for error in errors for each in _explained(_deepest(error), root))
    yield from islice(explained, _MOST + 1)


def all_differ(node: Sequence) -> bool:
    """Whether no item of a list is there twice."""
    return _all_differ([_plain(item) for item in node.items])


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


def _all_differ(values: list[Any]) -> bool:
    seen = [_identity(value) for value in values if not isinstance(value, _Open)]
    return len(set(seen)) == len(seen)


def _identity(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _plain(node: Node) -> Any:
    """The tree as JSON would have it. Only for trees that are shallow: the parser bounds their depth."""
    node = _judged(node)
    if node.tag == "!reset" or (isinstance(node, Scalar) and "$" in node.value):
        return _Open(node.value if isinstance(node, Scalar) else "")
    if isinstance(node, Mapping):
        return {key.value: _plain(value) for key, value in node.pairs()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node.resolved()


def _judged(node: Node) -> Node:
    return node.items[-1] if isinstance(node, Sequence) and node.tag == LAYERS else node


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
        known = tuple(sorted(error.schema.get("properties", {})))
        patterns = list(error.schema.get("patternProperties", {}))
        for stranger, _ in node.pairs():
            if stranger.value not in known and not any(re.search(p, stranger.value) for p in patterns):
                message = None if known else _misnamed(stranger.value, where, patterns)
                yield Problem(message or _unknown_key(stranger.value, where, known), stranger.span)
    elif error.validator == "required" and isinstance(node, Mapping):
        missing = [name for name in error.validator_value if node.get(name) is None]
        message = f"{where or 'the file'} needs {_listed(missing)}"
        yield Problem(message, key.span if key else node.span, is_for_whole=True)
    elif error.validator == "uniqueItems" and isinstance(node, Sequence):
        yield Problem(f"{where} lists the same item twice", _twin(node) or node.span)
    else:
        message = f"{where} {_expected(error)}"
        yield Problem(message, _visible(node, key), is_for_whole=error.instance is None)


def _found(root: Node, path: list[Any]) -> tuple[Node, Scalar | None]:
    node, key = root, None
    for step in path:
        if isinstance(node, Mapping):
            key = node.key(step) or key
            node = _judged(node.get(step) or node)
        elif isinstance(node, Sequence):
            node = _judged(node.items[step])
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


def _misnamed(name: str, where: str, patterns: list[str]) -> str | None:
    """What is wrong with a name that one may choose, where only its characters can be."""
    words = next((_NAMES[each] for each in patterns if each in _NAMES), None)
    place = f" in {where}" if where else ""
    return f"the name `{name}`{place} may only have {words}" if words else None


@lru_cache(256)
def _unknown_key(name: str, where: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    place = f" in {where}" if where else ""
    return f"there is no key `{name}`{place}" + (f"; did you mean `{close[0]}`?" if close else "")


_NAMES = {"^[a-zA-Z0-9._-]+$": "letters, digits, `.`, `_` and `-`", "^[a-z]+$": "small letters"}
_PATTERNS = {
    "[a-zA-Z0-9][a-zA-Z0-9_.-]+": "at least two letters, digits, `_`, `.` or `-`, no sign first",
    "always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+": (
        "`always`, `never`, `build`, `missing`, `refresh`, `daily`, `weekly` or such as `every_2d`"
    ),
}
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
            known = _PATTERNS.get(value)
            return f"must be {known}" if known else f"has a form that is not allowed here: `{value}`"
    return "is not what is expected here"


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
