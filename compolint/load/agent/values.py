"""Values of an agent's configuration, with the references in it that only a run fills in."""

import re
from collections.abc import Iterator

from compolint.load.commands import Said, Stretch
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

# ${NAME}  ${NAME:-default}  ${env:NAME}  ${input:id}  ${workspaceFolder}  {env:NAME}  {file:path}  %NAME%
_REFERENCE = pattern(
    r"\$?\{(?:env:|input:|file:|secret:|config:)?([^{}\s\"':]+)(?::-[^{}]*)?\}|%([A-Z_]\w*)%"
)
# The word before a header's credential, as in `Authorization: Bearer …`
_SCHEME = pattern(r"(?:Bearer|Basic|Token|Bot|ApiKey|Key)[ \t]+", re.IGNORECASE)
_DEEPEST = 20


def text(node: Scalar) -> Maybe[str]:
    """What a scalar says, as far as the file tells."""
    found = list(_references(node.value))
    if not found:
        return node.value
    names = tuple(dict.fromkeys(name for _, _, names in found for name in names))
    head, tail = node.value[: found[0][0]], node.value[found[-1][1] :]
    return Unknown(f"${{{names[0]}}}", node.span, names, head, tail)


def said(node: Scalar) -> Said:
    """A scalar as a text that is run."""
    found = list(_references(node.value))

    def place(start: int, end: int) -> Span:
        return part(node, start, end)

    def within(start: int, end: int) -> list[Stretch]:
        return [each for each in found if each[0] < end and start < each[1]]

    return Said(node.value, place, within if found else None)


def part(node: Scalar, start: int, end: int) -> Span:
    """The place of a part of a scalar; the whole where escapes have moved it."""
    if node.end - node.start != len(node.value) + 2:
        return node.span
    return Span(node.path, node.start + 1 + start, node.start + 1 + end)


def variables(path: str, owner: str, mapping: Mapping, *, are_headers: bool = False) -> Iterator[Variable]:
    """The variables that a mapping gives, or the headers of a request, whose values are as secret."""
    for key, value in mapping.pairs():
        if isinstance(value, Scalar) and (value.style or value.value not in {"null", "true", "false"}):
            yield _variable(f"{path}#{owner}.{key.value}", path, owner, key, value, is_header=are_headers)


def variables_below(path: str, owner: str, root: Mapping) -> Iterator[Variable]:
    """Every text of a configuration by its name, since tokens may stand anywhere in it."""
    ahead: list[tuple[Scalar | None, Node, str]] = [(None, root, "")]
    while ahead:
        key, node, where = ahead.pop()
        if isinstance(node, Mapping) and where.count(".") < _DEEPEST:
            # Servers and the environment are read for themselves.
            pairs = [pair for pair in node.pairs() if where or pair[0].value not in {"mcp", "env"}]
            ahead += ((name, value, f"{where}.{name.value}") for name, value in reversed(pairs))
        elif isinstance(node, Sequence) and where.count(".") < _DEEPEST:
            ahead += ((key, item, f"{where}.{number}") for number, item in enumerate(node.items))
        elif isinstance(node, Scalar) and key is not None and node.style:
            yield _variable(f"{path}#{where[1:]}", path, owner, key, node)


def _variable(
    key: str, path: str, owner: str, name: Scalar, node: Scalar, *, is_header: bool = False
) -> Variable:
    value = text(node)
    scheme = _SCHEME.match(node.value) if is_header else None
    start = scheme.end() if scheme else 0
    written = node.value[start:]
    return Variable(
        key=key,
        span=name.span,
        spans={"value": part(node, start, len(node.value)) if start else node.span},
        owner=path,
        owner_name=owner,
        # Of this header it is the value that is secret, though its name does not say so.
        name="Authorization token" if name.value.lower() == "authorization" else name.value,
        value=value if isinstance(value, Unknown) else Secret(written),
        # Of the references, those without a dollar would be taken for a part of the text.
        written=Secret(written) if isinstance(value, str) or "$" in written else None,
        given_by="agent",
    )


def _references(written: str) -> Iterator[Stretch]:
    if "{" in written or "%" in written:
        for reference in _REFERENCE.finditer(written):
            yield reference.start(), reference.end(), (reference[1] or reference[2],)
