"""What the container of a service sees of the host: its volumes, tmpfs, secrets and configs."""

from collections.abc import Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import is_empty, items
from compolint.load.compose.volumes import Volumes, parts
from compolint.model.workload import Mount
from compolint.record import replace
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note
from compolint.unknown import Unknown

_LIMIT = 20  # of services whose volumes one takes over


def mounts(service: Service) -> Iterator[Mount]:
    volumes = Volumes(service)
    yield from _of_volumes(volumes, service.fields)
    yield from _inherited(volumes, service.name, service.fields.get("volumes_from"), {service.name})
    for item in items(service.fields.get("tmpfs")):
        if isinstance(item, Scalar):
            yield _tmpfs(volumes, item)
    for given_by, declared in (("secret", service.declared.secrets), ("config", service.declared.configs)):
        for name_node, body in _references(service.fields.get(f"{given_by}s")):
            name = volumes.text(name_node)
            known = declared.get(name) if isinstance(name, str) else None
            if known and (mount := _file(volumes, given_by, name_node, body, known)):
                yield mount


def _of_volumes(volumes: Volumes, fields: dict[str, Node]) -> Iterator[Mount]:
    """The mounts of `volumes`; of two at one place in the container the last counts."""
    found: dict[str, Mount] = {}
    for item in items(fields.get("volumes")):
        if mount := volumes.read(item):
            found.pop(mount.key, None)
            found[mount.key] = mount
    yield from found.values()


def _inherited(volumes: Volumes, taker: str, node: Node | None, seen: set[str]) -> Iterator[Mount]:
    """The mounts of other services that one takes over with `volumes_from`, each service's once."""
    for item in items(node):
        text = volumes.values.required(item)
        name, _, mode = ("", "", "") if isinstance(text, Unknown) else text.partition(":")
        body = volumes.service.declared.services.get(name)
        if not isinstance(body, Mapping) or name in seen or len(seen) > _LIMIT:
            continue
        seen.add(name)
        fields = {key.value: value for key, value in body.pairs()}
        taken = [*_of_volumes(volumes, fields)]
        taken += _inherited(volumes, name, fields.get("volumes_from"), seen)
        note = Note(f"{taker} takes it over here", item.span)
        for mount in taken:
            told = {at: (note, *mount.via.get(at, ())) for at in mount.places()}
            yield replace(mount, read_only=True if mode == "ro" else mount.read_only, via=told)


def _tmpfs(volumes: Volumes, item: Scalar) -> Mount:
    text = volumes.values.required(item)
    raw = item.value if isinstance(text, Unknown) else text
    target_at, *rest = parts(raw)
    options = raw[rest[0][0] :] if rest else ""
    return volumes.made(
        item.span,
        kind="tmpfs",
        target=volumes.fill_part(raw[target_at[0] : target_at[1]], item, text),
        options=tuple(option for option in options.split(",") if option),
        given_by="tmpfs",
    )


def _file(
    volumes: Volumes, given_by: str, name: Scalar, body: Node | None, declared: tuple[Scalar, Node]
) -> Mount | None:
    """A secret or a config that is a file of the host."""
    file = declared[1].get("file") if isinstance(declared[1], Mapping) else None
    if file is None:
        return None
    folder = "/run/secrets" if given_by == "secret" else ""
    said = volumes.scalar(body.get("target")) if isinstance(body, Mapping) else None
    target = declared[0].value if is_empty(said) or said is None else said
    is_name = not isinstance(target, Unknown) and not target.startswith("/")
    return volumes.made(
        name.span,
        {"source": file.span},
        {file.span: (Note(f"{volumes.name} uses it here", name.span),)},
        kind="bind",
        source=volumes.path(volumes.text(file), file.path),
        target=f"{folder}/{target}" if is_name else target,
        read_only=True,
        given_by=given_by,
    )


def _references(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    """Uses of secrets or configs: names, or mappings with a `source`."""
    for item in items(node):
        if isinstance(item, Scalar):
            yield item, None
        elif isinstance(item, Mapping) and isinstance(source := item.get("source"), Scalar):
            yield source, item
