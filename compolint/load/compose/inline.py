"""Configurations of web servers that stand in the Compose file itself: `configs:` with `content:`.

Each is read as a file at its place in the container, beside the others that its service is given, and what
it declares is told where a person finds it.
"""

from collections.abc import Iterator
from posixpath import normpath

from compolint.load import Loaded, Root, load, looks, named
from compolint.load.compose.mounts import references
from compolint.load.compose.service import Service
from compolint.load.compose.texts import Text
from compolint.load.host.tailscale import looks_like as is_served
from compolint.load.moved import moved
from compolint.model import Entity
from compolint.model.listener import Listener
from compolint.model.web import ControlApi, WebServer
from compolint.record import replace
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Span
from compolint.tree import MemoryTree, Unreadable
from compolint.unknown import Unknown

_MOST = 2_000_000  # characters of a project, a text counted for each service that is given it


def read(service: Service) -> Iterator[Entity]:
    texts = {path: Text(service, node) for path, node in _contents(service).items()}
    if not texts or _is_too_much(service, texts):
        return
    tree = MemoryTree({path: text.text for path, text in texts.items()})
    kinds = {path: _kind(path, text.text) for path, text in texts.items()}
    loads = [_loaded(service, tree, Root(kind, (path,))) for path, kind in kinds.items() if kind]
    absorbed = {path for loaded in loads for path in loaded.absorbed}
    for loaded in loads:
        if absorbed.isdisjoint(loaded.files[:1]):
            yield from _told(service, loaded, texts)


def _loaded(service: Service, tree: MemoryTree, root: Root) -> Loaded:
    try:
        return load(tree, root)
    except Unreadable as error:
        message = f"{_name(root.files[0], service)} {error.reason}"
        service.project.fault("unreadable", message, service.fields["configs"].span)
        return Loaded()


def _told(service: Service, loaded: Loaded, texts: dict[str, Text]) -> Iterator[Entity]:
    """What one of the configurations declares, in the words of the project."""

    def place(span: Span) -> Span:
        text = texts.get(span.path)
        return text.place(span.start, span.end) if text else span

    project = service.project
    project.comments += map(place, loaded.comments)
    shown = (each._replace(path=place(Span(each.path, 0, 0)).path) for each in loaded.skipped)
    project.skipped += shown
    for entity in loaded.entities:
        entity = moved(entity, place)
        match entity:
            case WebServer():
                name = _name(entity.name, service)
                yield replace(entity, name=name, project=service.root, given_to=service.key)
            case ControlApi():
                yield replace(entity, name=_name(entity.name, service))
            case Listener():
                yield replace(entity, project=service.root)
            case _:
                yield entity


def _name(path: str, service: Service) -> str:
    """As people say it: `/etc/caddy/Caddyfile of proxy`."""
    return f"{path.removeprefix(service.key)} of {service.name}"


def _contents(service: Service) -> dict[str, Scalar]:
    """The texts that a service is given, by their paths in the container behind its key."""
    found: dict[str, Scalar] = {}
    for name, body in references(service.fields.get("configs")):
        declared = service.declared.find("configs", service.values.text(name))
        content = declared[1].get("content") if declared and isinstance(declared[1], Mapping) else None
        if declared and isinstance(content, Scalar):
            target = _target(service, body) or declared[0].value
            found[normpath(f"{service.key}/{target}")] = content
    return found


def _target(service: Service, body: Node | None) -> str:
    said = service.values.text(body.get("target")) if isinstance(body, Mapping) else None
    return "" if said is None or isinstance(said, Unknown) else said


def _is_too_much(service: Service, texts: dict[str, Text]) -> bool:
    project = service.project
    project.configs_read += sum(len(text.text) for text in texts.values())
    if project.configs_read > _MOST:
        message = f"the configurations in this project have more than {_MOST} characters; no more are read"
        project.fault_once("unsupported", message, service.name_at)
    return project.configs_read > _MOST


def _kind(path: str, text: str) -> str | None:
    """Whose configuration a text is, if it is that of a web server."""
    kind = named(path) or next((kind for kind, looks_like in looks(path) if looks_like(text)), None)
    is_read = kind in ("caddy", "nginx") or (kind == "host" and path.endswith(".json") and is_served(text))
    return kind if is_read else None
