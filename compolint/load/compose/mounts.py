"""What the container of a service sees of the host: its volumes, tmpfs, secrets and configs."""

from collections.abc import Iterable, Iterator
from typing import Any

from compolint.load.compose.service import Service
from compolint.load.compose.values import Invalid, as_read, colons, fields, is_empty, is_null, items, part
from compolint.load.paths import host_path, plain
from compolint.model.workload import Mount
from compolint.pattern import pattern
from compolint.record import replace
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown

_LIMIT = 20  # of services whose volumes one takes over
_PROPAGATIONS = frozenset({"shared", "rshared", "slave", "rslave", "private", "rprivate"})
_BINDING = frozenset({"bind", "rbind"})
# C:\data:/data   c:/data:/data
_DRIVE = pattern(r"[A-Za-z]:(?:\\|/[^:]*:)")


def read(service: Service) -> Iterator[Mount]:
    said, reader = service.fields, _Reader(service)
    if "volumes" in said:
        for mount in reader.volumes(said["volumes"]):
            if mount.kind == "volume":
                service.refers("volume", mount.source, "mount", mount.span)
            yield mount
    if "volumes_from" in said:
        yield from _inherited(reader, service.name, said["volumes_from"], {service.name})
    for item in items(said.get("tmpfs")):
        if isinstance(item, Scalar):
            yield reader.tmpfs(item)
    for given_by in ("secret", "config"):
        for name, body in references(said.get(f"{given_by}s")):
            service.refers(given_by, reader.text(name), "use", name.span)
            declared = service.declared.find(f"{given_by}s", reader.text(name))
            if declared and (file := reader.file(given_by, name, body, declared)):
                yield file


def _inherited(reader: "_Reader", taker: str, node: Node | None, seen: set[str]) -> Iterator[Mount]:
    """The mounts of other services that one takes over with `volumes_from`, each service's once."""
    for item in items(node):
        text = reader.values.required(item)
        name, _, mode = ("", "", "") if isinstance(text, Unknown) else text.partition(":")
        declared = reader.service.declared.find("services", name)
        if declared is None or name in seen or len(seen) > _LIMIT:
            continue
        seen.add(name)
        said = fields(declared[1])
        taken = [*reader.volumes(said.get("volumes"))]
        taken += _inherited(reader, name, said.get("volumes_from"), seen)
        note = Note(f"{taker} takes it over here", item.span)
        for mount in taken:
            told = {at: (note, *mount.via.get(at, ())) for at in mount.places()}
            yield replace(mount, read_only=True if mode == "ro" else mount.read_only, via=told)


def references(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    """Uses of secrets or configs: names, or mappings with a `source`."""
    for item in items(node):
        if isinstance(item, Scalar):
            yield item, None
        elif isinstance(item, Mapping) and isinstance(source := item.get("source"), Scalar):
            yield source, item


class _Reader:
    """Reads the mounts of one service."""

    __slots__ = ("key", "name", "service", "values")

    def __init__(self, service: Service) -> None:
        self.service, self.values, self.key, self.name = service, service.values, service.key, service.name

    def volumes(self, node: Node | None) -> Iterable[Mount]:
        """The mounts of `volumes`; of two at one place in the container the last counts."""
        found: dict[str, Mount] = {}
        for item in items(node):
            try:
                mount = self._long(item) if isinstance(item, Mapping) else self._short(item)
            except Invalid as error:
                self.service.project.fault("invalid", error.message, error.span)
                continue
            if mount:
                found.pop(mount.key, None)
                found[mount.key] = mount
        return found.values()

    def tmpfs(self, item: Scalar) -> Mount:
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        (start, end), *rest = _parts(raw)
        options = raw[rest[0][0] :] if rest else ""
        return self._made(
            "tmpfs",
            None,
            self._fill_part(raw[start:end], item, text),
            item.span,
            options=tuple(option for option in options.split(",") if option),
            given_by="tmpfs",
        )

    def file(
        self, given_by: str, name: Scalar, body: Node | None, declared: tuple[Scalar, Node]
    ) -> Mount | None:
        """A secret or a config that is a file of the host."""
        file = declared[1].get("file") if isinstance(declared[1], Mapping) else None
        if file is None:
            return None
        folder = "/run/secrets" if given_by == "secret" else ""
        said = self._scalar(body.get("target")) if isinstance(body, Mapping) else None
        target = declared[0].value if is_empty(said) or said is None else said
        is_name = not isinstance(target, Unknown) and not target.startswith("/")
        return self._made(
            "bind",
            self._path(self.text(file), file.path),
            f"{folder}/{target}" if is_name else target,
            name.span,
            {"source": file.span},
            via={file.span: (Note(f"{self.name} uses it here", name.span),)},
            read_only=True,
            given_by=given_by,
        )

    def text(self, node: Node | None) -> Maybe[str]:
        text = self._scalar(node)
        return "" if text is None else text

    def _scalar(self, node: Node | None) -> Maybe[str] | None:
        if not isinstance(node, Scalar) or is_null(node):
            return None
        return self._fill(node.value, node)

    def _fill(self, text: str, node: Scalar) -> Maybe[str]:
        """The text with its variables, of which the shell always gives these two."""
        if "$" not in text:
            return text
        return self.values.fill(text, node.span, {"HOME": "~", "PWD": as_read(node.path).folder or "."})

    def _fill_part(self, text: str, node: Scalar, whole: Maybe[str]) -> Maybe[str]:
        """A part of a scalar, which was taken apart before it was filled in if `whole` is not known."""
        return self._fill(text, node) if isinstance(whole, Unknown) else text

    def _path(self, path: Maybe[str], file: str) -> Maybe[str]:
        """A path of the host: absolute, in a home (`~/…`), or relative to the tree."""
        return path if isinstance(path, Unknown) else host_path(path, as_read(file).folder)

    def _short(self, item: Node) -> Mount | None:
        if not isinstance(item, Scalar) or is_null(item):
            return None
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        pieces = _parts(raw)
        if len(pieces) > 3:
            raise Invalid("a volume has at most three parts, `source:target:options`", item.span)
        whole = item.span
        texts = [self._fill_part(raw[start:end], item, text) for start, end in pieces]
        if len(pieces) == 1:
            return self._made("volume", None, texts[0], whole)
        is_written = raw == item.value
        spans = {
            name: part(item, start, end) if is_written else whole
            for name, (start, end) in zip(("source", "target", "options"), pieces, strict=False)
        }
        options = _options(texts[2]) if len(texts) == 3 else {}
        return self._from(texts[0], texts[1], whole, spans, **options)

    def _long(self, item: Mapping) -> Mount | None:
        said, bind = fields(item), fields(item.get("bind"))
        kind = self.values.required(said.get("type"))
        spans: dict[str, Span] = {
            name: said[name].span for name in ("source", "target", "read_only") if name in said
        }
        target = self.text(said.get("target"))
        more: dict[str, Any] = {"read_only": self.values.flag(said.get("read_only"))}
        if "propagation" in bind:
            spans["propagation"] = bind["propagation"].span
            more["propagation"] = self.values.text(bind["propagation"])
        source = self._scalar(said.get("source"))
        if isinstance(kind, Unknown) or not kind:  # what it is then shows in how its source looks
            return self._from("" if source is None else source, target, item.span, spans, **more)
        if kind == "tmpfs":
            return self._made("tmpfs", None, target, item.span, spans, **more)
        if kind == "bind":
            path = self._path("" if source is None else source, item.path)
            return self._made("bind", path, target, item.span, spans, **more)
        if source is None or kind != "volume":
            known = kind if kind in {"image", "npipe", "cluster"} else "volume"
            return self._made(known, source, target, item.span, spans, **more)
        return self._volume(source, target, item.span, spans, **more)

    def _from(
        self, source: Maybe[str], target: Maybe[str], span: Span, spans: dict[str, Span], **more: Any
    ) -> Mount:
        """A mount whose source decides by its look whether it is a path or the name of a volume."""
        if isinstance(source, Unknown):
            is_path = not source.head or source.head[0] in "./~\\"
        else:
            is_path = source[:1] in {".", "/", "~", "\\"} or _is_drive(source + ":")
        if is_path:
            return self._made("bind", self._path(source, span.path), target, span, spans, **more)
        return self._volume(source, target, span, spans, **more)

    def _volume(
        self, name: Maybe[str], target: Maybe[str], span: Span, spans: dict[str, Span], **more: Any
    ) -> Mount:
        """A named volume; one that the local driver binds to a path of the host is that path."""
        declared = self.service.declared.find("volumes", name)
        body = declared[1] if declared else None
        options = fields(body.get("driver_opts")) if isinstance(body, Mapping) else {}
        device = options.get("device")
        if device is None or not self._may_bind(options):
            return self._made("volume", None if is_empty(name) else name, target, span, spans, **more)
        path = self._path(self.text(device), device.path)
        via = {device.span: (Note(f"{self.name} mounts this volume here", span),)}
        return self._made("bind", path, target, span, {**spans, "source": device.span}, via=via, **more)

    def _may_bind(self, options: dict[str, Node]) -> bool:
        """Whether the options of a volume make it a bind, or are open and so may do it."""
        kind, flags = self.values.required(options.get("type")), self.values.required(options.get("o"))
        if isinstance(kind, Unknown) or kind == "none":
            return True
        return not kind if isinstance(flags, Unknown) else not _BINDING.isdisjoint(flags.split(","))

    def _made(
        self,
        kind: Any,
        source: Maybe[str] | None,
        target: Maybe[str],
        span: Span,
        spans: dict[str, Span] | None = None,
        **more: Any,
    ) -> Mount:
        if isinstance(target, str) and target.startswith("/"):
            target = plain(target)
        return Mount(
            key=f"{self.key}:{target}",
            span=span,
            spans=spans or {},
            owner=self.key,
            name=self.name,
            kind=kind,
            source=source,
            target=target,
            **more,
        )


def _parts(raw: str) -> list[tuple[int, int]]:
    """The parts of a short volume; the colon behind a Windows drive's letter divides nothing."""
    found = colons(raw, "{")
    if len(found) > 1 and _is_drive(raw):
        return [(0, found[1][1]), *found[2:]]
    return found


def _is_drive(path: str) -> bool:
    return path[1:2] == ":" and bool(_DRIVE.match(path))


def _options(options: Maybe[str]) -> dict[str, Any]:
    """What the options of a short volume say: `ro,rshared`."""
    if isinstance(options, Unknown):
        return {"read_only": options, "propagation": options}
    said = options.split(",")
    return {
        "read_only": "ro" in said,
        "propagation": next((option for option in said if option in _PROPAGATIONS), None),
    }
