"""How a service's image is built, and what runs beside the service when it starts and stops."""

from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import REMOTE, Invalid, is_null, items, mapping
from compolint.load.paths import host_path
from compolint.model import Entity
from compolint.model.build import BuildUse, Context
from compolint.model.host import Mention
from compolint.model.workload import Hook
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Source
from compolint.unknown import Maybe, Unknown


def dockerfile_of(service: Service, node: Node) -> str | None:
    """The key of the Dockerfile that a `build` names: its path, where it lies in this tree."""
    fields = {key.value: value for key, value in mapping(node)}
    if "dockerfile_inline" in fields:
        return f"{service.key}!dockerfile"
    context = service.values.text(fields.get("context")) if fields else service.values.text(node)
    dockerfile = service.values.text(fields.get("dockerfile"))
    if isinstance(context, Unknown) or isinstance(dockerfile, Unknown) or (context or "").startswith(REMOTE):
        return None
    folder = host_path(context or ".", service.folder(fields.get("context", node)))
    path = host_path(dockerfile or "Dockerfile", folder)
    if not dockerfile and not service.project.tree.exists(path):
        container = host_path("Containerfile", folder)
        path = container if service.project.tree.exists(container) else path
    return path


def builds(service: Service) -> Iterator[Entity]:
    node = service.fields.get("build")
    if node is None or is_null(node):
        return
    fields = {key.value: value for key, value in mapping(node)}
    if "dockerfile_inline" in fields and "dockerfile" in fields:
        raise Invalid(
            "a build has `dockerfile` or `dockerfile_inline`, not both", fields["dockerfile_inline"].span
        )
    text = service.values.text
    context = text(fields.get("context")) if fields else text(node)
    spans = {name: value.span for name, value in fields.items()}
    entitlements: list[Maybe[str]] = []
    for item in items(fields.get("entitlements")):
        if (said := text(item)) is not None:
            spans[f"entitlements.{len(entitlements)}"] = item.span
            entitlements.append(said)
    context = "." if context is None else context
    if not isinstance(context, Unknown) and not context.startswith(REMOTE):
        context = host_path(context or ".", service.folder(fields.get("context", node)))
    build = dockerfile_of(service, node) or ""
    files = _look(service, context, build)
    yield BuildUse(
        key=f"{service.key}!build",
        span=node.span,
        spans=spans,
        name=service.name,
        build=build,
        context=context,
        files=files,
        target=text(fields.get("target")),
        privileged=service.values.flag(fields.get("privileged")),
        network=text(fields.get("network")),
        entitlements=tuple(entitlements),
    )
    if isinstance(inline := fields.get("dockerfile_inline"), Scalar):
        yield from _inline(service, inline, build)


def _look(service: Service, context: Maybe[str], build: str) -> Context | None:
    """What lies in the folder that a build copies from, if it is one of this tree."""
    if isinstance(context, Unknown) or context.startswith((*REMOTE, "/", "~")):
        return None
    from compolint.load.context import context_of

    return context_of(service.project.tree, context, build)


def _inline(service: Service, node: Scalar, build: str) -> Iterator[Entity]:
    """A Dockerfile inside of the Compose file, whose variables Compose fills in first."""
    from compolint.load.compose.texts import Text
    from compolint.load.dockerfile import entities

    text = Text(service, node)
    source = Source(node.path, text.text)
    read = entities(source, build, service.name, lambda span: text.place(span.start, span.end))
    service.project.comments += read.comments
    yield from read.entities


def hooks(service: Service) -> Iterator[Hook]:
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


def mentions(service: Service) -> Iterator[Mention]:
    """The machines that a service is told the addresses of."""
    for name, key, value, begins in service.values.assignments(service.fields.get("extra_hosts")):
        text = service.values.text(value)
        if isinstance(text, str):
            # `name=address` or `name:address` in a list, the address alone in a mapping
            yield Mention(
                key=f"{service.key}!host.{name}",
                span=key.span if value is None else value.span,
                owner_name=service.name,
                text=text if begins else f"{name} {text}",
                role="an extra host",
            )
