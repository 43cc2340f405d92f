"""sarif-om's objects as dictionaries and lists, ready to be written.

Hand-written because the package brings no serializer, and the one of its authors drops values that
equal a class's default (a level of `warning` would then be read as the rule's) and copies everything
at every level.
"""

from functools import cache
from typing import Any


def plain(value: Any) -> Any:
    """The object without what is absent or the schema's default; a level is always said."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    kind: Any = type(value)
    if not hasattr(kind, "__attrs_attrs__"):
        return value
    written = {}
    for field, name, default in _table(kind):
        item = getattr(value, field)
        if item is not None and (field == "level" or item != default):
            written[name] = plain(item)
    return written


@cache
def _table(kind: Any) -> tuple[tuple[str, str, Any], ...]:
    """A class's fields with their names in the schema and their defaults."""
    return tuple(
        (field.name, field.metadata["schema_property_name"], field.default) for field in kind.__attrs_attrs__
    )
