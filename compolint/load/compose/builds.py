"""How a service's image is built, what runs beside it when it starts and stops, and whom it knows."""

from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import REMOTE, Invalid, fields, is_null, items
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.build import BuildUse
from compolint.model.host import Mention
from compolint.model.workload import Hook
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Source, Span
from compolint.unknown import Maybe, Unknown


def read(service: Service) -> Iterator[Entity]:
    yield from _build(service)
    yield from _hooks(service)
    yield from _mentions(service)


def _build(service: Service) -> Iterator[Entity]:
    node = service.fields.get("build")
    if node is None or is_null(node):
        return
    said = fields(node)
    if "dockerfile_inline" in said and "dockerfile" in said:
        raise Invalid(
            "a build has `dockerfile` or `dockerfile_inline`, not both", said["dockerfile_inline"].span
        )
    text = service.values.text
    context = text(said.get("context")) if said else text(node)
    spans = {name: value.span for name, value in said.items()}
    entitlements: list[Maybe[str]] = []
    for item in items(said.get("entitlements")):
        if (entitlement := text(item)) is not None:
            spans[f"entitlements.{len(entitlements)}"] = item.span
            entitlements.append(entitlement)
    context = "." if context is None else context
    if not isinstance(context, Unknown) and not context.startswith(REMOTE):
        context = host_path(context or ".", service.folder(said.get("context", node)))
    use = BuildUse(
        key=f"{service.key}!build",
        span=node.span,
        spans=spans,
        name=service.name,
        build=service.dockerfile or "",
        context=context,
        is_local=not isinstance(context, Unknown) and not context.startswith((*REMOTE, "/", "~")),
        target=text(said.get("target")),
        privileged=service.values.flag(said.get("privileged")),
        network=text(said.get("network")),
        entitlements=tuple(entitlements),
    )
    yield use
    if isinstance(inline := said.get("dockerfile_inline"), Scalar):
        yield from _inline(service, inline, said.get("args"), use.build)


def _inline(service: Service, node: Scalar, arguments: Node | None, build: str) -> Iterator[Entity]:
    """A Dockerfile inside of the Compose file, whose variables Compose fills in first."""
    from compolint.buildlink import agreed
    from compolint.load.compose.environment import assigned
    from compolint.load.compose.texts import Text
    from compolint.load.dockerfile import entities

    values = service.values
    given = assigned(values, service.name, values.assignments(arguments), service.key, "build argument")
    text = Text(service, node)
    source = Source(node.path, text.text)
    read = entities(
        source,
        build,
        service.name,
        lambda span: text.place(span.start, span.end),
        agreed([{variable.name: variable for variable in given}]),
        service.project.tree,
    )
    service.project.comments += read.comments
    yield from read.entities


def _hooks(service: Service) -> Iterator[Hook]:
    for when in ("pre_start", "post_start", "pre_stop"):
        for number, item in enumerate(items(service.fields.get(when))):
            if isinstance(item, Mapping):
                yield Hook(
                    key=f"{service.key}!{when}.{number}",
                    span=item.span,
                    spans={key.value: value.span for key, value in item.pairs()},
                    owner=service.key,
                    name=service.name,
                    when=when,
                    user=service.values.text(item.get("user")),
                    privileged=service.values.flag(item.get("privileged")),
                )


def _mentions(service: Service) -> Iterator[Mention]:
    """The machines that a service is told the addresses of."""
    for name, key, value, begins in service.values.assignments(service.fields.get("extra_hosts")):
        text = service.values.text(value)
        if isinstance(text, str):
            # `name=address` or `name:address` in a list, the address alone in a mapping
            shown = text.replace("=" if begins > 0 else ":", " ", 1) if begins else f"{name} {text}"
            at = key.span if value is None else value.span
            yield _mention(service, f"host.{name}", shown, "an extra host", at)
    for item in items(service.fields.get("dns")):
        text = service.values.text(item)
        if isinstance(text, str):
            yield _mention(service, f"dns.{text}", text, "a DNS server", item.span)


def _mention(service: Service, key: str, text: str, role: str, at: Span) -> Mention:
    return Mention(key=f"{service.key}!{key}", span=at, owner_name=service.name, text=text, role=role)
