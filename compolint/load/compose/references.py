"""What a service refers to that its project does not declare, and services that wait for each other."""

from collections.abc import Iterable, Iterator

from compolint.load.circles import circles
from compolint.load.compose.service import Service
from compolint.load.compose.values import items
from compolint.model import Entity
from compolint.syntax.yaml import Mapping as MappingNode
from compolint.syntax.yaml import Node
from compolint.text import Note, Span
from compolint.unknown import Unknown

_SHARED = {
    "network_mode": "share the network of",
    "ipc": "share the IPC namespace of",
    "pid": "share the processes of",
}
_SERVICE = "service:"
_SHOWN = 10  # steps of a way round

Dependency = tuple[str, Span, str]  # the other service, where it is named, and what for


def read(service: Service) -> Iterator[Entity]:
    """No entities: it says which names lead nowhere."""
    body, values = service.fields, service.values
    for name, at, _ in values.named(body.get("networks")):
        if name != "default":  # every project has it
            service.refers("network", name, "join", at.span)
    build = body.get("build")
    for item in items(build.get("secrets")) if isinstance(build, MappingNode) else ():
        source = item.get("source") if isinstance(item, MappingNode) else item
        service.refers("secret", values.text(source), "build with", item.span)
    for other, span, use in dependencies(service):
        service.refers("service", other, use, span)
    return iter(())


def dependencies(service: Service) -> Iterator[Dependency]:
    """The services that must be there before a service starts."""
    body, values = service.fields, service.values
    for name, key, said in values.named(body.get("depends_on")):
        required = said.get("required") if isinstance(said, MappingNode) else None
        if required is None or values.flag(required) is True:
            yield name, key.span, "depend on"
    for field, use in (("links", "link to"), ("volumes_from", "take volumes from")):
        for item in items(body.get(field)):
            name = _known(service, item)
            if name and not name.startswith("container:"):
                yield name.partition(":")[0], item.span, use
    for field, use in _SHARED.items():
        mode = _known(service, body.get(field))
        if mode.startswith(_SERVICE):
            yield mode.removeprefix(_SERVICE), body[field].span, use


def _known(service: Service, node: Node | None) -> str:
    text = service.values.text(node)
    return "" if text is None or isinstance(text, Unknown) else text


def waiting(services: Iterable[Service]) -> Iterator[tuple[str, Span, tuple[Note, ...]]]:
    """Services that wait for each other: what is wrong, where, and the other steps of the way round."""
    for way in circles({service.name: list(dependencies(service)) for service in services}):
        (name, (_, span, _)), *others = way
        notes = tuple(Note(f"{one} waits for {step[0]} here", step[1]) for one, step in others)
        steps = [name, *(step[0] for _, step in way)]
        if len(steps) > _SHOWN:
            steps[_SHOWN - 2 : -1] = ["…"]
        yield f"{name} waits for itself: {' → '.join(steps)}", span, notes[:_SHOWN]
