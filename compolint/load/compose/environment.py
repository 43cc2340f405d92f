"""The variables that a service and its build are given."""

from collections.abc import Iterator

from compolint.load import env
from compolint.load.compose.service import Service
from compolint.load.compose.values import Values, items, part
from compolint.load.env import variables_of
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.workload import Variable
from compolint.record import replace
from compolint.secret import Secret
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.tree import Skipped, Unreadable
from compolint.unknown import Maybe, Unknown

_WORDS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})


def variables(service: Service) -> Iterator[Entity]:
    yield from _env_files(service)
    for item in items(service.fields.get("label_file")):
        path = str(service.values.required(item))
        service.project.skipped.append(Skipped(path, f"has labels of {service.name}, which are not read"))
    yield from assigned(
        service.values, service.name, service.fields.get("environment"), service.key, "environment"
    )
    build = service.fields.get("build")
    if isinstance(build, Mapping):
        yield from assigned(
            service.values, service.name, build.get("args"), f"{service.key}!build", "build argument"
        )
    yield from assigned(
        service.values, service.name, service.fields.get("labels"), f"{service.key}!labels", "label"
    )


def assigned(
    values: Values, owner_name: str, node: Node | None, owner: str, given_by: str
) -> Iterator[Variable]:
    """The variables of a mapping, or of a sequence of `NAME=value`."""
    if node is None:
        return
    found: dict[str, Variable] = {}
    for name, key, value, begins in values.assignments(node):
        given: Maybe[Secret] | None = None
        written = default = None
        span = name_at = key.span
        if isinstance(value, Scalar) and begins >= 0:
            raw = value.value[begins:]
            span = part(value, begins, len(value.value)) if begins else value.span
            written = Secret(raw)
            if "$" in raw:
                text = values.fill(raw, value.span)
                default = values.default_of(raw, value.span)
                given = text if isinstance(text, Unknown) else Secret(text)
                if span in values.notes or value.span in values.notes:
                    values.notes[span] = values.notes[value.span]
            elif begins or value.style or not (raw[:1] in "0123456789+-." or raw in _WORDS):
                given = written
            else:
                given = Secret(_as_handed_on(value))
        found[name] = Variable(
            key=f"{owner}.{name}",
            span=span,
            spans={"name": name_at, "value": span},
            owner=owner,
            owner_name=owner_name,
            name=name,
            value=given,
            written=written,
            given_by=given_by,  # type: ignore[arg-type]  # the callers' words are the field's
            by_default=default,
        )
    yield from found.values()


def _env_files(service: Service) -> Iterator[Entity]:
    project = service.project
    seen: set[str] = set()
    for item in items(service.fields.get("env_file")):
        node = item.get("path") if isinstance(item, Mapping) else item
        text = service.values.text(node)
        if isinstance(text, Unknown):
            project.skipped.append(Skipped(text.text, f"is read by {service.name}, and is not known here"))
        if node is None or not isinstance(text, str) or not text:
            continue
        path = host_path(text, service.folder(node))
        if path in seen:
            continue
        seen.add(path)
        try:
            source = project.read(path)
        except Unreadable as error:
            project.skipped.append(Skipped(path, error.reason))
            continue
        if source is None:
            project.skipped.append(Skipped(path, f"is read by {service.name}, and is not here"))
            continue
        if path not in project.files:
            yield from env.load(project.tree, (path,)).entities
        project.files[path] = None
        for variable in variables_of(source, service.key, service.name, "env_file"):
            told: dict[Span, tuple[Note, ...]] = {
                variable.span: (Note(f"{service.name} reads this file", node.span),)
            }
            yield replace(variable, key=f"{service.key}!{path}.{variable.name}", via=told)


def _as_handed_on(node: Scalar) -> str:
    """An unquoted number or boolean as Compose prints it: `1.10` becomes `1.1`, `0o17` becomes `15`."""
    value = node.resolved()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and abs(value) < 1e15:
        return repr(value).removesuffix(".0")
    return node.value
