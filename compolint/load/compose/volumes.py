"""Entries of `volumes`, short and long, as Compose takes them apart."""

from typing import Any

from compolint.load.compose.service import Service
from compolint.load.compose.values import Invalid, colons, is_empty, is_null, mapping, part
from compolint.load.paths import host_path, plain
from compolint.model.workload import Mount
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown

_PROPAGATIONS = frozenset({"shared", "rshared", "slave", "rslave", "private", "rprivate"})
_BINDING = frozenset({"bind", "rbind"})
# C:\data:/data   c:/data:/data
_DRIVE = pattern(r"[A-Za-z]:(?:\\|/[^:]*:)")


class Volumes:
    """Reads the mounts of one service."""

    def __init__(self, service: Service) -> None:
        self.service, self.owner, self.name = service, service.key, service.name
        self.values, self.folders = service.values, service.project.folders

    def read(self, item: Node) -> Mount | None:
        return self._long(item) if isinstance(item, Mapping) else self._short(item)

    def made(self, span: Span, spans: dict[str, Span] | None = None, via: Any = None, **fields: Any) -> Mount:
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

    def text(self, node: Node | None) -> Maybe[str]:
        text = self.scalar(node)
        return "" if text is None else text

    def scalar(self, node: Node | None) -> Maybe[str] | None:
        if not isinstance(node, Scalar) or is_null(node):
            return None
        return self.fill(node.value, node)

    def fill(self, text: str, node: Scalar) -> Maybe[str]:
        """The text with its variables, of which the shell always gives these two."""
        if "$" not in text:
            return text
        return self.values.fill(text, node.span, {"HOME": "~", "PWD": self.folders.get(node.path) or "."})

    def fill_part(self, text: str, node: Scalar, whole: Maybe[str]) -> Maybe[str]:
        """A part of a scalar, which was taken apart before it was filled in if `whole` is not known."""
        return self.fill(text, node) if isinstance(whole, Unknown) else text

    def path(self, path: Maybe[str], file: str) -> Maybe[str]:
        """A path of the host: absolute, in a home (`~/…`), or relative to the tree."""
        return path if isinstance(path, Unknown) else host_path(path, self.folders.get(file, ""))

    def _short(self, item: Node) -> Mount | None:
        if not isinstance(item, Scalar) or is_null(item):
            return None
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        pieces = parts(raw)
        if len(pieces) > 3:
            raise Invalid("a volume has at most three parts, `source:target:options`", item.span)

        def fill(at: tuple[int, int]) -> Maybe[str]:
            return self.fill_part(raw[at[0] : at[1]], item, text)

        def place(at: tuple[int, int]) -> Span:
            return part(item, *at) if raw == item.value else item.span

        if len(pieces) == 1:
            return self.made(item.span, kind="volume", source=None, target=fill(pieces[0]))
        options = fill(pieces[2]) if len(pieces) == 3 else ""
        spans = {"source": place(pieces[0]), "target": place(pieces[1])}
        if len(pieces) == 3:
            spans["options"] = place(pieces[2])
        return self._from(fill(pieces[0]), item.span, spans, target=fill(pieces[1]), **_options(options))

    def _long(self, item: Mapping) -> Mount | None:
        fields = _fields(item)
        kind = self.values.required(fields.get("type"))
        spans: dict[str, Span] = {
            name: fields[name].span for name in ("source", "target", "read_only") if name in fields
        }
        bind = _fields(fields.get("bind"))
        common: dict[str, Any] = {
            "target": self.text(fields.get("target")),
            "read_only": self.values.flag(fields.get("read_only")),
        }
        if "propagation" in bind:
            spans["propagation"] = bind["propagation"].span
            common["propagation"] = self.values.text(bind["propagation"])
        source = self.scalar(fields.get("source"))
        if isinstance(kind, Unknown) or not kind:  # what it is then shows in how its source looks
            return self._from("" if source is None else source, item.span, spans, **common)
        if kind == "tmpfs":
            return self.made(item.span, spans, kind="tmpfs", **common)
        if kind == "bind":
            path = self.path("" if source is None else source, item.path)
            return self.made(item.span, spans, kind="bind", source=path, **common)
        if source is None or kind != "volume":
            known = kind if kind in {"image", "npipe", "cluster"} else "volume"
            return self.made(item.span, spans, kind=known, source=source, **common)
        return self._volume(source, item.span, spans, common)

    def _from(self, source: Maybe[str], span: Span, spans: dict[str, Span], **common: Any) -> Mount:
        """A mount whose source decides by its look whether it is a path or the name of a volume."""
        if isinstance(source, Unknown):
            is_path = not source.head or source.head[0] in "./~\\"
        else:
            is_path = source[:1] in {".", "/", "~", "\\"} or bool(_DRIVE.match(source + ":"))
        if is_path:
            return self.made(span, spans, kind="bind", source=self.path(source, span.path), **common)
        return self._volume(source, span, spans, common)

    def _volume(self, name: Maybe[str], span: Span, spans: dict[str, Span], common: dict[str, Any]) -> Mount:
        """A named volume; one that the local driver binds to a path of the host is that path."""
        declared = self.service.declared.volumes.get(name) if isinstance(name, str) else None
        said = _fields(declared[1]) if declared else {}
        options = _fields(said.get("driver_opts"))
        device = options.get("device")
        if device is None or not self._may_bind(options):
            return self.made(span, spans, kind="volume", source=None if is_empty(name) else name, **common)
        path = self.path(self.text(device), device.path)
        via = {device.span: (Note(f"{self.name} mounts this volume here", span),)}
        return self.made(span, {**spans, "source": device.span}, via, kind="bind", source=path, **common)

    def _may_bind(self, options: dict[str, Node]) -> bool:
        """Whether the options of a volume make it a bind, or are open and so may do it."""
        kind, flags = self.values.required(options.get("type")), self.values.required(options.get("o"))
        if isinstance(kind, Unknown) or kind == "none":
            return True
        return not kind if isinstance(flags, Unknown) else not _BINDING.isdisjoint(flags.split(","))


def _fields(node: Node | None) -> dict[str, Node]:
    return {key.value: value for key, value in mapping(node)}


def parts(raw: str) -> list[tuple[int, int]]:
    """The parts of a short volume; the colon behind a Windows drive's letter divides nothing."""
    found = colons(raw, "{")
    if len(found) > 1 and _DRIVE.match(raw):
        return [(0, found[1][1]), *found[2:]]
    return found


def _options(options: Maybe[str]) -> dict[str, Any]:
    """What the options of a short volume say: `ro,rshared`."""
    if isinstance(options, Unknown):
        return {"read_only": options, "propagation": options}
    said = options.split(",")
    return {
        "read_only": "ro" in said,
        "propagation": next((option for option in said if option in _PROPAGATIONS), None),
    }
