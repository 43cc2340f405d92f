"""What a target builds, with what arguments."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Literal

from compolint.load.bake.project import Project
from compolint.load.hcl.fields import as_text
from compolint.load.hcl.scope import Scope
from compolint.load.hcl.values import Value
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.build import BuildUse
from compolint.model.workload import Variable
from compolint.secret import Secret
from compolint.syntax.hcl import Attribute, Block
from compolint.syntax.hcl_nodes import Literal as Text
from compolint.text import Source, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_REMOTE = ("http://", "https://", "git@", "ssh://", "git://", "github.com/")
_MOST = 100  # targets that a matrix makes


class Target(NamedTuple):
    """A target as it is built."""

    project: Project
    name: str
    key: str
    blocks: tuple[Block, ...]  # all that is said about it, the last counts
    scope: Scope

    def stated(self, name: str) -> Attribute | None:
        found = [each for block in self.blocks if (each := block.attributes.get(name))]
        return found[-1] if found else None

    def value(self, name: str) -> Value | None:
        attribute = self.stated(name)
        found = self.scope.of(attribute) if attribute else None
        return None if found is None or found.of is None else found

    def text(self, name: str) -> Maybe[str] | None:
        found = self.value(name)
        return None if found is None else as_text(found)

    def texts(self, name: str) -> list[Value]:
        found = self.value(name)
        if found is None:
            return []
        return list(found.of) if isinstance(found.of, tuple) else [found]


def entities(project: Project) -> Iterator[Entity]:
    passed_on: set[Span] = set()
    for name in project.targets:
        if project.is_built(name):
            for target in _targets(project, name):
                for entity in _build(target):
                    passed_on.update((entity.at("value"),) if isinstance(entity, Variable) else ())
                    yield entity
    # What is no argument may be for a secret or a label.
    for name, value in project.defaults():
        if value.span not in passed_on:
            yield _variable(project.path, project.path, name, value, value.span, "bake")


def _targets(project: Project, name: str) -> Iterator[Target]:
    """A target, or those that its matrix makes."""
    blocks = tuple(project.statements(name))
    matrix = [each for block in blocks if (each := block.attributes.get("matrix"))]
    plain = Target(project, name, f"{project.path}#{name}", blocks, project.scope)
    if not matrix:
        yield plain
        return
    of = project.scope.of(matrix[-1]).of
    axes = of if isinstance(of, dict) else {}
    lists = [axis.of for axis in axes.values() if isinstance(axis.of, tuple)]
    if not axes or len(lists) < len(axes):
        yield plain
        return
    for items in islice(product(*lists), _MOST):
        scope = project.scope.bound(dict(zip(axes, items, strict=True)))
        made = plain._replace(scope=scope).text("name")
        shown = made if isinstance(made, str) else name
        yield plain._replace(name=shown, key=f"{project.path}#{shown}", scope=scope)


def _build(target: Target) -> Iterator[Entity]:
    project = target.project
    spans: dict[str, Span] = {}
    for name in ("context", "dockerfile", "target", "network", "entitlements", "args"):
        if attribute := target.stated(name):
            spans[name] = attribute.span
    said = target.text("context")
    context = "." if said is None else said
    if not isinstance(context, Unknown) and not context.startswith(_REMOTE):
        context = host_path(context, project.folder)
    is_local = isinstance(context, str) and not context.startswith((*_REMOTE, "/", "~"))
    entitlements = target.texts("entitlements")
    spans |= {f"entitlements.{number}": value.span for number, value in enumerate(entitlements)}
    key = f"{target.key}!build"
    use = BuildUse(
        key=key,
        span=target.blocks[-1].span,
        spans=spans,
        name=target.name,
        build=_dockerfile(target, context) or "",
        context=context,
        is_local=is_local,
        target=target.text("target"),
        network=target.text("network"),
        entitlements=tuple(as_text(value) for value in entitlements),
    )
    yield use
    arguments = {name: (value, at) for name, value, at in _arguments(target)}
    variables = [_variable(key, target.name, name, *given) for name, given in arguments.items()]
    yield from variables
    if target.value("dockerfile-inline"):
        _read_inline(target, use.build, variables)


def _dockerfile(target: Target, context: Maybe[str]) -> str | None:
    """The key of the Dockerfile: its path, where it lies in this tree."""
    if target.value("dockerfile-inline"):
        return f"{target.key}!dockerfile"
    dockerfile = target.text("dockerfile")
    if isinstance(context, Unknown) or isinstance(dockerfile, Unknown) or context.startswith(_REMOTE):
        return None
    return host_path(dockerfile or "Dockerfile", context)


def _arguments(target: Target) -> Iterator[tuple[str, Value, Span]]:
    for block in target.blocks:
        attribute = block.attributes.get("args")
        of = target.scope.of(attribute).of if attribute else None
        if attribute and isinstance(of, dict):
            for name, value in of.items():
                yield name, value, attribute.span


def _variable(
    owner: str,
    owner_name: str,
    name: str,
    value: Value,
    at: Span,
    given_by: Literal["bake", "build argument"] = "build argument",
) -> Variable:
    given: Maybe[Secret] | None = None
    text = as_text(value) if value.of is not None else None
    if text is not None:
        given = text if isinstance(text, Unknown) else Secret(text)
    is_literal = isinstance(given, Secret)
    return Variable(
        key=f"{owner}.{name}",
        span=value.span if is_literal else at,
        spans={"value": value.span},
        owner=owner,
        owner_name=owner_name,
        name=name,
        value=given,
        written=given if isinstance(given, Secret) else None if given is None else Secret(str(given)),
        given_by=given_by,
    )


def _read_inline(target: Target, key: str, given: list[Variable]) -> None:
    """A Dockerfile inside of the file."""
    from compolint.buildlink import agreed
    from compolint.load.dockerfile import entities as dockerfile

    attribute = target.stated("dockerfile-inline")
    text = target.text("dockerfile-inline")
    if attribute is None or not isinstance(text, str):
        return
    expression = attribute.expression()
    begins = expression.begins if isinstance(expression, Text) else -1

    def place(span: Span) -> Span:
        if begins < 0:
            return attribute.span
        return Span(attribute.source.path, begins + span.start, begins + span.end)

    source = Source(attribute.source.path, text)
    arguments = agreed([{variable.name: variable for variable in given}])
    read = dockerfile(source, key, target.name, place, arguments, target.project.tree)
    target.project.comments += read.comments
    target.project.found += read.entities
