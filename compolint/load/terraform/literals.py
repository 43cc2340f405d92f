"""The texts that stand literally in a file, of which any may be a secret."""

from collections.abc import Iterator

from compolint.load.hcl.scope import Budget
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.syntax.hcl import Attribute, Block, HclFile
from compolint.syntax.hcl_nodes import Call, Expression, Fault, Literal, Object, Template, Tuple
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_MOST = 20_000  # of one file


def literals(file: HclFile, budget: Budget) -> Iterator[Variable]:
    path, text = file.source.path, file.source.text
    seen: dict[str, int] = {}
    for owner, name, attribute in _attributes(file.body):
        if not any(sign in text[attribute.start : attribute.end] for sign in ('"', "<<")):
            continue
        expression = attribute.expression()
        if isinstance(expression, Fault):
            budget.faults[expression.span] = expression
            continue
        for said, node in texts(name, expression):
            key = f"{path}#{owner}.{said}" if owner else f"{path}#{said}"
            count = seen[key] = seen.get(key, 0) + 1
            if len(seen) > _MOST:
                return
            key = key if count == 1 else f"{key}~{count}"
            yield _variable(key, path, owner or path, said, node, attribute.name_span, text)


def _attributes(body: Block) -> Iterator[tuple[str, str, Attribute]]:
    """The attributes with what they belong to and what they are called; a default by its variable's name."""
    waiting = [(body, "")]
    while waiting:
        block, owner = waiting.pop()
        if block.keyword == "variable" and block.labels:
            if "default" in block.attributes:
                yield f"var.{block.labels[0]}", block.labels[0], block.attributes["default"]
            continue
        for name, attribute in block.attributes.items():
            yield owner, name, attribute
        inner = ((each, owner or ".".join(each.labels) or each.keyword) for each in block.blocks)
        waiting += [*inner][::-1]


def texts(name: str, expression: Expression) -> Iterator[tuple[str, Literal | Template]]:
    """The texts in an expression, each by the key that is next to it."""
    waiting = [(name, expression)]
    while waiting:
        near, node = waiting.pop()
        match node:
            case Literal(_, str(value)) if value:
                yield near, node
            case Template():
                yield near, node
            case Tuple(_, items):
                waiting += [(near, item) for item in items[::-1]]
            case Object(_, items):
                pairs = [
                    (str(key.value) if isinstance(key, Literal) else near, value) for key, value in items
                ]
                waiting += pairs[::-1]
            case Call(_, _, arguments, _):
                waiting += [(near, argument) for argument in arguments[::-1]]


def _variable(
    key: str, path: str, owner: str, name: str, node: Literal | Template, at: Span, text: str
) -> Variable:
    if isinstance(node, Literal):
        written = str(node.value)
        value: Maybe[Secret] = Secret(written)
    else:
        written = text[node.span.start : node.span.end].strip('"')
        value = Unknown("its value", node.span)
    return Variable(
        key=key,
        span=at,
        spans={"name": at, "value": node.span},
        owner=path,
        owner_name=owner,
        name=name,
        value=value,
        written=Secret(written),
        given_by="terraform",
    )
