"""Services that extend others, of their own file or of another one."""

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from compolint.load.compose.merge import merge
from compolint.load.compose.values import REMOTE, as_read, is_null
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

if TYPE_CHECKING:
    from compolint.load.compose.project import Project

_LIMIT = 10  # of services that extend each other
_MOST = 200_000  # values that all services together take over


def with_extends(project: "Project", file: Mapping) -> Mapping:
    """The file with each service laid over what it extends."""
    services = file.get("services")
    if not isinstance(services, Mapping):
        return file
    extended: list[tuple[Scalar, Node]] = [
        (name, _Extending(project, name.value).laid(services, name.value, body, ()))
        for name, body in services.pairs()
    ]
    laid = Mapping(services.path, services.start, services.end, extended)
    return Mapping(
        file.path,
        file.start,
        file.end,
        [(key, laid if key.value == "services" else value) for key, value in file.pairs()],
    )


class _Step(NamedTuple):
    """A service on the way down."""

    path: str
    name: str
    note: Note


class _Extending:
    """Lays one service over its bases, and notes for it where they come from."""

    def __init__(self, project: "Project", name: str) -> None:
        self.project, self.name = project, name

    def laid(self, services: Mapping, name: str, body: Node, above: tuple[_Step, ...]) -> Node:
        """The body of a service laid over the service that it extends."""
        wanted = body.get("extends") if isinstance(body, Mapping) else None
        if wanted is None or is_null(wanted) or wanted.tag == "!reset" or not isinstance(body, Mapping):
            return body
        found = self._base(services, name, wanted, above)
        if found is None or self.project.taken_over > _MOST:
            return body
        here = services.path
        base_name, services, base = found
        step = _Step(here, name, Note(f"{name} extends {base_name} here", wanted.span))
        path = (*above, step)
        told = base.span, tuple(each.note for each in path)
        self.project.taken[services.path, base_name] = None
        self.project.extended[self.name] = (*self.project.extended.get(self.name, ()), told)
        base = self.laid(services, base_name, base, path)
        project = self.project
        project.taken_over += _size(base, _MOST)
        if project.taken_over > _MOST:
            message = f"the services take over more than {_MOST} values; what this one extends is not checked"
            project.fault_once("unsupported", message, wanted.span)
            return body
        own = [(key, value) for key, value in body.pairs() if key.value != "extends"]
        return merge(base, Mapping(body.path, body.start, body.end, own), "service")

    def _base(
        self, services: Mapping, name: str, wanted: Node, above: tuple[_Step, ...]
    ) -> tuple[str, Mapping, Node] | None:
        """The service to extend, with its name and the services of its file."""
        project, text = self.project, self.project.values.text
        base_name = text(wanted.get("service") if isinstance(wanted, Mapping) else wanted)
        file = text(wanted.get("file")) if isinstance(wanted, Mapping) else None
        if isinstance(base_name, Unknown) or isinstance(file, Unknown):
            message = f"what {name} extends is not known here"
            waits_for = base_name if isinstance(base_name, Unknown) else file
            project.fault("unsupported", message, wanted.span, holds=waits_for)
            return None
        if not base_name:
            project.fault("invalid", f"{name} does not say which service it extends", wanted.span)
            return None
        if circle := _circle(services.path, name, above):
            # Told at the same place whoever comes into the circle.
            first = min(circle, key=lambda step: (step.path, step.name))
            project.fault("invalid", f"{first.name} extends itself", first.note.at)
            return None
        if len(above) > _LIMIT:
            message = f"more than {_LIMIT} services extend one another; what this one extends is not checked"
            project.fault_once("unsupported", message, wanted.span)
            return None
        path = None
        if file is not None:
            if file.startswith(REMOTE):
                message = f"{file} lies outside this project, so it is not checked"
                project.fault("unsupported", message, wanted.span)
                return None
            around = as_read(wanted.path)
            path = normpath(join(around.folder, file))
            # Its variables come from the project that extends it, not from an `.env` beside it.
            other = project.file(path, dirname(path), around.environment, wanted.span)
            if other is None:
                return None
            found = other.get("services")
            services = found if isinstance(found, Mapping) else Mapping(path, 0, 0, [])
        base = services.get(base_name)
        if base is None:
            where = f" in {path}" if path else ""
            message = f"there is no service `{base_name}`{where} that {name} could extend"
            project.fault("invalid", message, wanted.span)
            return None
        return base_name, services, base


def _circle(path: str, name: str, above: tuple[_Step, ...]) -> tuple[_Step, ...]:
    """The steps from a service back to itself; none where it is new."""
    names = [(step.path, step.name) for step in above]
    return above[names.index((path, name)) :] if (path, name) in names else ()


def _size(node: Node, most: int) -> int:
    """How many values a node holds, as far as they are counted."""
    count, waiting = 0, [node]
    while waiting and count <= most:
        here = waiting.pop()
        count += 1
        if isinstance(here, Mapping):
            waiting += [value for _, value in here.pairs()]
        elif not isinstance(here, Scalar):
            waiting += here.items
    return count
