"""The variables and labels that a service and its build are given, and the routes that they declare."""

from collections.abc import Iterable, Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import Assignment, File, Values, items, part
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.workload import Variable
from compolint.record import replace
from compolint.secret import Secret
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Unreadable
from compolint.unknown import Maybe, Unknown

_WORDS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_MOST_LABELS = 100_000  # that files give to all services of a project
_ROUTING = "traefik."  # how the labels begin that a proxy listens to
_NUMERIC = frozenset("0123456789+-.")


def read(service: Service) -> Iterator[Entity]:
    said, values = service.fields, service.values
    if "env_file" in said:
        yield from _env_files(service)
    if "environment" in said:
        given = values.assignments(said["environment"])
        yield from assigned(values, service.name, given, service.key, "environment")
        if any(name == "VIRTUAL_HOST" for name, _, _, _ in given):
            from compolint.load.compose.routes import of_environment

            yield from of_environment(service, given)
    build = said.get("build")
    if isinstance(build, Mapping):
        arguments = values.assignments(build.get("args"))
        yield from assigned(values, service.name, arguments, f"{service.key}!build", "build argument")
    if labels := service.labels:
        yield from assigned(values, service.name, labels, f"{service.key}!labels", "label")
        if any(name.lower().startswith(_ROUTING) for name, _, _, _ in labels):
            from compolint.load.compose.routes import of_labels

            yield from of_labels(service, labels)


def assigned(
    values: Values, owner_name: str, assignments: Iterable[Assignment], owner: str, given_by: str
) -> Iterable[Variable]:
    """The variables that are assigned; of several with one name the last counts."""
    found: dict[str, Variable] = {}
    for name, key, value, begins in assignments:
        given: Maybe[Secret] | None = None
        written = default = None
        path, start, end, raw, style, _ = key
        span = name_at = Span(path, start, end)
        if begins >= 0 and isinstance(value, Scalar):
            if begins:
                raw = raw[begins:]
                span = part(value, begins, len(value.value))
            else:
                path, start, end, raw, style, _ = value
                span = Span(path, start, end)
            written = Secret(raw)
            if "$" in raw:
                around = value.span
                text = values.fill(raw, around)
                default = values.default_of(raw, around)
                given = text if isinstance(text, Unknown) else Secret(text)
                if begins and around in values.notes:
                    values.notes[span] = values.notes[around]
            elif begins or style or not (raw[:1] in _NUMERIC or raw in _WORDS):
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
    return found.values()


def _env_files(service: Service) -> Iterator[Entity]:
    from compolint.load import env

    project = service.project
    for node, path, source in _files(service, "env_file"):
        if path not in project.files:
            yield from env.load(project.tree, (path,)).entities
        project.files[path] = None
        note = Note(f"{service.name} reads this file", node.span)
        for variable in env.variables_of(source, service.key, service.name, "env_file"):
            told: dict[Span, tuple[Note, ...]] = {variable.span: (note,)}
            yield replace(variable, key=f"{service.key}!{path}.{variable.name}", via=told)


def of_label_files(service: Service) -> Iterator[Assignment]:
    """The labels of the files that `label_file` names, which are written as env files are."""
    from compolint.syntax import env

    project = service.project
    for node, path, source in _files(service, "label_file"):
        project.files[path] = None
        file = File.of(path, "", project.environment)
        note = Note(f"{service.name} reads this file", node.span)
        extent = Span(path, 0, len(source.text))
        project.extended[service.name] = (*project.extended.get(service.name, ()), (extent, (note,)))
        parsed = env.parse(source)
        project.labels_read += len(parsed.pairs)
        if project.labels_read > _MOST_LABELS:
            message = f"files give the services more than {_MOST_LABELS} labels; these do not count"
            project.fault_once("unsupported", message, node.span)
            return
        for fault in parsed.faults:
            project.fault("syntax", fault.message, fault.span)
        for pair in parsed.pairs:
            if pair.value is not None:
                text = pair.value.replace("$", "$$") if pair.literal else pair.value
                key = Scalar(file, pair.name_span.start, pair.name_span.end, pair.name, "", None)
                value = Scalar(file, pair.value_span.start, pair.value_span.end, text, '"', None)
                yield pair.name, key, value, 0


def _files(service: Service, key: str) -> Iterator[tuple[Node, str, Source]]:
    """The files that a key names, each once with the node that does; what is not here is passed over."""
    project = service.project
    seen: set[str] = set()
    for item in items(service.fields[key]):
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
        else:
            yield node, path, source


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
