"""Caddy's configurations: Caddyfiles with what they import, JSON, and the labels of containers."""

from collections.abc import Iterator, Mapping
from posixpath import dirname, join

from compolint.load import Loaded, read, speaks_to_us
from compolint.load.caddy.caddyfile import adapted
from compolint.load.caddy.configuration import Configuration
from compolint.load.caddy.entities import entities
from compolint.load.caddy.files import Files
from compolint.load.caddy.kind import is_json, is_template, looks_like
from compolint.model.linter import Fault
from compolint.syntax import caddy
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree

__all__ = ["Configuration", "configuration", "load", "looks_like"]

_KINDS = {"missing": "unreadable"}
_INCOMPLETE = ("syntax", "missing", "unsupported", "legacy")


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    if path.endswith(".json") and not is_json(source.text):
        return Loaded()
    found = configuration(tree, source)
    if is_template(path, source.text, is_understood=not found.faults):
        return Loaded(
            skipped=(Skipped(path, "is a template that only its own program can read"),), files=files
        )
    is_whole = not path.endswith(".caddy") or found.options.span is not None
    faults = tuple(_faults(found, is_whole))
    is_legacy = any(fault.kind == "legacy" for fault in faults)

    def has(name: str) -> bool:
        return tree.exists(join(dirname(path), name))

    paths = tuple(dict.fromkeys((path, *(each.path for each in found.files))))
    return Loaded(
        faults if is_legacy else (*entities(found, is_whole, has), *faults),
        tuple(_comments(found)),
        paths,
        tuple(_skipped(found)),
        paths[1:],
    )


def configuration(tree: Tree, source: Source, environment: Mapping[str, str] | None = None) -> Configuration:
    """What a Caddyfile says, or a JSON file."""
    given = environment or {}
    if source.path.endswith(".json") or is_json(source.text):
        from compolint.load.caddy.json import from_json

        return from_json(source)
    files = Files(tree, source.path, given)
    return adapted(caddy.read(source, given, files.find), source.path)


def _faults(found: Configuration, is_whole: bool) -> Iterator[Fault]:
    is_legacy = any(each.kind == "legacy" for each in found.faults)
    for number, each in enumerate(found.faults):
        # Another version's language is one fault; what a piece imports may stand beside what imports it.
        if (
            each.kind == "elsewhere"
            or (is_legacy and each.kind != "legacy")
            or (each.kind == "missing" and not is_whole)
        ):
            continue
        yield Fault(
            key=f"{found.path}!{each.kind}:{number}",
            span=each.span,
            kind=_KINDS.get(each.kind, each.kind),  # type: ignore[arg-type]  # its words are the field's
            message=each.message,
            fatal=each.fatal or each.kind in _INCOMPLETE,
        )


def _skipped(found: Configuration) -> Iterator[Skipped]:
    texts = {source.path: source.text for source in found.files}
    for each in found.faults:
        if each.kind == "elsewhere":
            named = texts.get(each.span.path, "")[each.span.start : each.span.end]
            reason = "which lies outside" if named.startswith("/") else "and nobody says which file that is"
            yield Skipped(each.span.path, f"imports {named}, {reason}")


def _comments(found: Configuration) -> Iterator[Span]:
    texts = {source.path: source.text for source in found.files}
    for at in found.comments:
        if speaks_to_us(texts[at.path][at.start : at.end]):
            yield at
