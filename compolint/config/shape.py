"""Whether a value has the shape that a JSON Schema asks for, in words for people.

Hand-written although there is `jsonschema`: that takes 53 ms to import, and its messages know neither
the line nor the word that was meant. It reads as much of the language as our own schema uses.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compolint import glob
from compolint.config import Keys, is_day
from compolint.spelling import meant

Shape = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, str]] = {
    "object": (dict, "a table"),
    "array": (list, "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
}


def faults(value: object, schema: Shape, root: Shape, at: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """What is wrong with a value, each with its keys; `root` is the schema that has the definitions."""
    if reference := schema.get("$ref"):
        schema = {**root["$defs"][reference.rpartition("/")[2]], **schema}
    name = f"`{at[-1]}`" if at and isinstance(at[-1], str) else "an item" if at else "the configuration"
    if (choices := schema.get("enum")) and value not in choices:
        hint = meant(value, choices) if isinstance(value, str) else ""
        yield at, f"{name} must be one of {', '.join(choices)}{hint}"
        return
    kind, words = _TYPES.get(schema.get("type", ""), (object, ""))
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield at, f"{name} must be {words}"
    elif isinstance(value, dict):
        yield from _of_table(value, schema, root, at)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield at, f"{name} must not be empty"
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), root, (*at, number))
    elif isinstance(value, str):
        if not value and schema.get("minLength"):
            yield at, f"{name} must not be empty"
        elif fault := _FORMATS[schema["format"]](value) if "format" in schema else None:
            yield at, f"{value!r} {fault}"
    elif isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield at, f"{name} must be from {schema['minimum']} to {schema['maximum']}"


def _of_table(table: dict[str, object], schema: Shape, root: Shape, at: Keys) -> Iterator[tuple[Keys, str]]:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", {})
    for name in schema.get("required", ()):
        if name not in table:
            yield at, f"`{name}` is missing"
    for name, value in table.items():
        keys = (*at, name)
        yield from faults(name, schema.get("propertyNames", {}), root, keys)
        if name in known:
            yield from faults(value, known[name], root, keys)
        elif others is False:
            yield keys, f"there is no `{name}`{meant(name, known)}; known are {', '.join(sorted(known))}"
        else:
            yield from faults(value, others, root, keys)


def _date(text: str) -> str | None:
    return None if is_day(text) else "is no date of the form 2027-01-31"


def _ip(text: str) -> str | None:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return "is no address of the form 203.0.113.7 or 2001:db8::7"
    return None


def _glob(text: str) -> str | None:
    fault = glob.fault(text)
    return f"is no glob: {fault}" if fault else None


_FORMATS: Mapping[str, Callable[[str], str | None]] = {"date": _date, "glob": _glob, "ip": _ip}
