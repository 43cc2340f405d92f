"""Volumes, tmpfs, secrets and configs of a service: what its container sees of the host."""

from collections.abc import Iterator
from typing import Any

from compolint.load.compose.service import Service
from compolint.load.compose.values import Invalid, colons, is_null, items, mapping, part
from compolint.load.paths import host_path, plain
from compolint.model.workload import Mount
from compolint.record import replace
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown

_PROPAGATIONS = frozenset({"shared", "rshared", "slave", "rslave", "private", "rprivate"})


def mounts(service: Service) -> Iterator[Mount]:
    return _Mounts(service).all(service.fields)


class _Mounts:
    """Reads the mounts of one service."""

    def __init__(self, service: Service) -> None:
        self.service, self.owner, self.name = service, service.key, service.name
        self.declared, self.values, self.folders = service.declared, service.values, service.project.folders

    def all(self, fields: dict[str, Node]) -> Iterator[Mount]:
        """The mounts of a service's fields; of two at one place in the container the last counts."""
        found: dict[str, Mount] = {}
        for item in items(fields.get("volumes")):
            mount = self._long(item) if isinstance(item, Mapping) else self._short(item)
            if mount:
                found.pop(mount.key, None)
                found[mount.key] = mount
        yield from found.values()
        yield from self._inherited(fields.get("volumes_from"))
        for item in items(fields.get("tmpfs")):
            if isinstance(item, Scalar):
                yield self._tmpfs(item)
        for given_by, declared in (("secret", self.declared.secrets), ("config", self.declared.configs)):
            for key, body in _references(fields.get(given_by + "s")):
                if key.value in declared and (mount := self._file(given_by, key, body, declared[key.value])):
                    yield mount

    def _inherited(self, node: Node | None) -> Iterator[Mount]:
        """The mounts of other services that this one takes over with `volumes_from`."""
        for item in items(node):
            text = self.values.required(item)
            name, _, mode = ("", "", "") if isinstance(text, Unknown) else text.partition(":")
            body = self.service.declared.services.get(name)
            if not isinstance(body, Mapping) or name == self.name:
                continue
            fields = {key.value: value for key, value in body.pairs() if key.value == "volumes"}
            for mount in self.all(fields):
                told = {at: (Note(f"{self.name} takes it over here", item.span),) for at in mount.places()}
                yield replace(
                    mount, read_only=True if mode == "ro" else mount.read_only, via={**mount.via, **told}
                )

    def _short(self, item: Node) -> Mount | None:
        if not isinstance(item, Scalar) or is_null(item):
            return None
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        pieces = _parts(raw)
        if len(pieces) > 3:
            raise Invalid("a volume has at most three parts, `source:target:options`", item.span)

        def fill(at: tuple[int, int]) -> Maybe[str]:
            return self._fill(raw[at[0] : at[1]], item)

        def place(at: tuple[int, int]) -> Span:
            return part(item, *at) if raw == item.value else item.span

        if len(pieces) == 1:
            return self._made(item.span, kind="volume", source=None, target=fill(pieces[0]))
        options = fill(pieces[2]) if len(pieces) == 3 else ""
        known = () if isinstance(options, Unknown) else tuple(options.split(","))
        spans = {"source": place(pieces[0]), "target": place(pieces[1])}
        if len(pieces) == 3:
            spans["options"] = place(pieces[2])
        return self._from(
            fill(pieces[0]),
            item.span,
            spans,
            target=fill(pieces[1]),
            read_only=options if isinstance(options, Unknown) else "ro" in known,
            propagation=next((option for option in known if option in _PROPAGATIONS), None),
        )

    def _long(self, item: Mapping) -> Mount | None:
        fields = {key.value: value for key, value in item.pairs()}
        text = self.values.text
        kind = self.values.required(fields.get("type"))
        spans: dict[str, Span] = {
            name: fields[name].span for name in ("source", "target", "read_only") if name in fields
        }
        bind = {key.value: value for key, value in mapping(fields.get("bind"))}
        common: dict[str, Any] = {
            "target": self._text(fields.get("target")),
            "read_only": self.values.flag(fields.get("read_only")),
        }
        if isinstance(kind, Unknown):  # what it is then shows in how its source looks
            return self._from(self._text(fields.get("source")), item.span, spans, **common)
        if kind == "tmpfs":
            return self._made(item.span, spans, kind="tmpfs", **common)
        source = self._scalar(fields.get("source"))
        if kind == "bind":
            if "propagation" in bind:
                spans["propagation"] = bind["propagation"].span
            return self._made(
                item.span,
                spans,
                kind="bind",
                source=self._path("" if source is None else source, item.path),
                propagation=text(bind.get("propagation")),
                **common,
            )
        if source is None or kind not in {"volume", ""}:
            known = kind if kind in {"image", "npipe", "cluster"} else "volume"
            return self._made(item.span, spans, kind=known, source=source, **common)
        return self._volume(source, item.span, spans, common)

    def _from(self, source: Maybe[str], span: Span, spans: dict[str, Span], **common: Any) -> Mount:
        """A mount whose source decides by its look whether it is a path or the name of a volume."""
        if isinstance(source, Unknown):
            looks_like_path = not source.head or source.head[0] in "./~\\"
            if looks_like_path:
                return self._made(span, spans, kind="bind", source=self._path(source, span.path), **common)
        elif source[:1] in {".", "/", "~", "\\"} or source[1:3] in {":\\", ":/"}:
            return self._made(span, spans, kind="bind", source=self._path(source, span.path), **common)
        return self._volume(source, span, spans, common)

    def _volume(self, name: Maybe[str], span: Span, spans: dict[str, Span], common: dict[str, Any]) -> Mount:
        """A named volume; one that the local driver binds to a path of the host is that path."""
        declared = self.declared.volumes.get(name) if isinstance(name, str) else None
        options = {}
        if declared and isinstance(declared[1], Mapping):
            options = {key.value: value for key, value in mapping(declared[1].get("driver_opts"))}
        device, kind = options.get("device"), assume_text(self.values.required(options.get("type")))
        flags = self.values.required(options.get("o"))
        if device is None or not (kind == "none" or "bind" in assume_text(flags).split(",")):
            return self._made(span, spans, kind="volume", source=name, **common)
        path = self._path(self._text(device), device.path)
        via = {device.span: (Note(f"{self.name} mounts this volume here", span),)}
        return self._made(span, {**spans, "source": device.span}, via, kind="bind", source=path, **common)

    def _tmpfs(self, item: Scalar) -> Mount:
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        target_at, *rest = _parts(raw)
        options = raw[rest[0][0] :] if rest else ""
        return self._made(
            item.span,
            kind="tmpfs",
            target=self._fill(raw[target_at[0] : target_at[1]], item),
            options=tuple(option for option in options.split(",") if option),
            given_by="tmpfs",
        )

    def _file(
        self, given_by: str, key: Scalar, body: Node | None, declared: tuple[Scalar, Node]
    ) -> Mount | None:
        """A secret or a config that is a file of the host."""
        file = declared[1].get("file") if isinstance(declared[1], Mapping) else None
        if file is None:
            return None
        target = self._scalar(body.get("target")) if isinstance(body, Mapping) else None
        via = {file.span: (Note(f"{self.name} uses it here", key.span),)}
        return self._made(
            key.span,
            {"source": file.span},
            via,
            kind="bind",
            source=self._path(self._text(file), file.path),
            target=f"/run/secrets/{key.value}" if target is None else target,
            read_only=True,
            given_by=given_by,
        )

    def _made(
        self, span: Span, spans: dict[str, Span] | None = None, via: Any = None, **fields: Any
    ) -> Mount:
        target = fields.get("target", "")
        if isinstance(target, str) and target.startswith("/"):
            fields["target"] = target = plain(target)
        return Mount(
            key=f"{self.owner}:{target}",
            span=span,
            spans=spans or {},
            via=via or {},
            owner=self.owner,
            name=self.name,
            **fields,
        )

    def _scalar(self, node: Node | None) -> Maybe[str] | None:
        if not isinstance(node, Scalar) or is_null(node):
            return None
        return self._fill(node.value, node)

    def _text(self, node: Node | None) -> Maybe[str]:
        text = self._scalar(node)
        return "" if text is None else text

    def _fill(self, text: str, node: Scalar) -> Maybe[str]:
        """The text with its variables, of which the shell always gives these two."""
        if "$" not in text:
            return text
        return self.values.fill(text, node.span, {"HOME": "~", "PWD": self.folders.get(node.path) or "."})

    def _path(self, path: Maybe[str], file: str) -> Maybe[str]:
        """A path of the host: absolute, in a home (`~/…`), or relative to the tree."""
        return path if isinstance(path, Unknown) else host_path(path, self.folders.get(file, ""))


def assume_text(text: Maybe[str]) -> str:
    """The text, empty where it is open: for words that only widen what is reported."""
    return "" if isinstance(text, Unknown) else text


def _references(node: Node | None) -> Iterator[tuple[Scalar, Node | None]]:
    """Uses of secrets or configs: names, or mappings with a `source`."""
    for item in items(node):
        if isinstance(item, Scalar):
            yield item, None
        elif isinstance(item, Mapping) and isinstance(source := item.get("source"), Scalar):
            yield source, item


def _parts(raw: str) -> list[tuple[int, int]]:
    """The parts of a short volume; the colon behind a Windows drive's letter divides nothing."""
    parts = colons(raw, "{")
    if len(parts) > 1 and parts[0][1] == 1 and raw[2:3] == "\\":
        return [(0, parts[1][1]), *parts[2:]]
    return parts
