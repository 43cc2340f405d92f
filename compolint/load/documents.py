"""Configuration files in JSON, YAML or TOML, as one kind of tree."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from compolint.load import speaks_to_us
from compolint.model.linter import Fault
from compolint.syntax import yaml_nodes as nodes
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

if TYPE_CHECKING:
    from compolint.config import Keys
    from compolint.syntax.json import Dialect

# Programs that read with their language's own parser of JSON, and refuse anything else.
_STRICT = frozenset((".mcp.json", "mcp.servers.json", "claude_desktop_config.json"))
Place = tuple[int, int]


class Document(NamedTuple):
    """What a file says. Without a root, a fault says why it could not be read."""

    root: nodes.Node | None
    faults: tuple[nodes.Fault, ...]
    comments: tuple[Span, ...] = ()

    def instructions(self, source: Source) -> tuple[Span, ...]:
        """The comments that speak to the linter."""
        return tuple(at for at in self.comments if speaks_to_us(source.text[at.start : at.end]))


def parse(source: Source) -> Document:
    """The document of a file, in the language that its name tells."""
    suffix = source.path.rpartition(".")[2].lower()
    if suffix in {"yaml", "yml"}:
        from compolint.syntax import yaml

        first, *_ = yaml.parse(source)
        return Document(first.root, first.faults, first.comments)
    if suffix == "toml":
        return _toml(source)
    from compolint.syntax import json

    return Document(*json.parse(source, dialect(source.path)))


def dialect(path: str) -> "Dialect":
    """How the program that reads a file wants its JSON."""
    name = path.rpartition("/")[2]
    if name in _STRICT:
        return "json"
    return "json5" if name.startswith("openclaw") or name.endswith(".json5") else "jsonc"


def faults(path: str, found: Iterable[nodes.Fault], *, is_unread: bool) -> Iterator[Fault]:
    """Why a text, or a part of it, is not taken."""
    for number, fault in enumerate(found):
        yield Fault(
            key=f"{path}!{fault.kind}.{number}",
            span=fault.span,
            kind=fault.kind,  # type: ignore[arg-type]  # the reader's words are the field's
            message=fault.message,
            notes=fault.notes,
            fatal=is_unread,
        )


def _toml(source: Source) -> Document:
    from compolint.config import Misconfigured
    from compolint.config.file import parsed
    from compolint.config.places import places

    try:
        return Document(_node(parsed(source), source.path, places(source.text), (), (0, 0)), ())
    except Misconfigured as error:
        reason = str(error).partition(": ")[2]
    except RecursionError:
        reason = "nested too deeply"
    return Document(None, (nodes.Fault("syntax", reason, Span(source.path, 0, 0)),))


def _node(value: Any, path: str, found: "Mapping[Keys, Place]", keys: "Keys", around: Place) -> nodes.Node:
    """A value of TOML at the place of its key, which is all that is known of its own."""
    start, end = here = found.get(keys, around)
    if isinstance(value, dict):
        pairs = []
        for name, inner in value.items():
            first, last = found.get((*keys, name), here)
            key = nodes.Scalar(path, first, last, name, '"', None)
            pairs.append((key, _node(inner, path, found, (*keys, name), here)))
        return nodes.Mapping(path, start, end, pairs)
    if isinstance(value, list):
        items = [_node(item, path, found, (*keys, number), here) for number, item in enumerate(value)]
        return nodes.Sequence(path, start, end, items)
    if isinstance(value, bool | int | float):
        return nodes.Scalar(path, start, end, str(value).lower(), "", None)
    return nodes.Scalar(path, start, end, str(value), '"', None)
