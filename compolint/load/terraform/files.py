"""The files of a tree as Terraform takes them: which ones belong to a folder, and what they say together."""

from collections.abc import Iterable, Iterator
from posixpath import dirname, join

from compolint import load
from compolint.load.hcl.scope import Budget
from compolint.model.linter import Fault
from compolint.syntax import hcl
from compolint.syntax.hcl import Attribute, Block, HclFile
from compolint.syntax.hcl_nodes import Member, Name
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree, Unreadable

_MODULE = (".tf", ".tofu", ".tf.json", ".tofu.json")
_VARIABLES = (".tfvars", ".tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")
_ALWAYS = frozenset(("terraform.tfvars", "terraform.tfvars.json"))
_LABELS = {
    "resource": 2, "data": 2, "variable": 1, "module": 1, "output": 1, "provider": 1, "locals": 0,
    "terraform": 0,
}  # fmt: skip


class Files:
    """The files that one load reads, each once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.budget = Budget()
        self.skipped: list[Skipped] = []
        self.faults: list[Fault] = []
        self._read: dict[str, HclFile | None] = {}

    def blocks(self, folder: str, more: tuple[str, ...] = ()) -> list[Block]:
        """The blocks of a module; those of override files are laid over the others."""
        paths = self._of(folder, _MODULE, more)
        found: dict[object, Block] = {}
        for path in sorted(paths, key=_is_override):
            for block in file.body.blocks if (file := self.read(path)) else ():
                identity = (block.keyword, block.labels) if block.labels else len(found)
                if _is_override(path) and identity in found:
                    found[identity] = _laid_over(found[identity], block)
                else:
                    found[identity if identity not in found else len(found)] = block
        return list(found.values())

    def variables(self, folder: str, more: tuple[str, ...]) -> dict[str, Attribute]:
        """What the `.tfvars` files give: those that always count, then what the others agree in."""
        paths = self._of(folder, _VARIABLES, more)
        automatic = [path for path in paths if _is_automatic(path)]
        others: dict[str, list[Attribute]] = {}
        for path in paths:
            if path not in automatic and (file := self.read(path)):
                for name, attribute in file.body.attributes.items():
                    others.setdefault(name, []).append(attribute)
        found = {name: _agreed(attributes) for name, attributes in others.items()}
        for path in automatic:
            if file := self.read(path):
                found |= file.body.attributes
        return found

    def read(self, path: str) -> HclFile | None:
        if path not in self._read:
            self._read[path] = None
            try:
                source = load.read(self.tree, path)
            except Unreadable as error:
                at = Span(path, error.offset or 0, error.offset or 0)
                self.fault("unreadable", error.reason, at, fatal=True)
                return None
            if source:
                self._read[path] = file = _parsed(source)
                for fault in file.faults:
                    self.fault("syntax", fault.message, fault.span, fatal=True)
        return self._read[path]

    def fault(self, kind: str, message: str, at: Span, *, fatal: bool = False) -> None:
        self.faults.append(
            Fault(
                key=f"{at.path}!{kind}.{len(self.faults)}",
                span=at,
                kind=kind,  # type: ignore[arg-type]  # the callers' words are the field's
                message=message,
                fatal=fatal,
            )
        )

    def add_expression_faults(self) -> None:
        for fault in self.budget.faults.values():
            self.fault("syntax", fault.message, fault.span, fatal=True)

    def paths(self) -> tuple[str, ...]:
        return tuple(self._read)

    def public(self) -> Iterator[HclFile]:
        """The files that git does not keep out of the repository."""
        return (file for path, file in self._read.items() if file and not self.tree.is_ignored(path))

    def comments(self) -> tuple[Span, ...]:
        """Those that speak to the linter."""
        return tuple(
            span
            for file in self._read.values()
            if file and "ompolint" in file.source.text
            for span in file.comments
            if load.speaks_to_us(file.source.text[span.start : span.end])
        )

    def _of(self, folder: str, ends: tuple[str, ...], more: Iterable[str]) -> list[str]:
        found = {join(folder, name) for name in self.tree.names(folder) if name.endswith(ends)}
        return sorted(found | {path for path in more if path.endswith(ends) and dirname(path) == folder})


def _parsed(source: Source) -> HclFile:
    if not source.path.endswith(".json"):
        return hcl.parse(source)
    from compolint.load.hcl import json

    return json.parse(source, _LABELS if source.path.endswith(_MODULE) else {})


def _is_override(path: str) -> bool:
    stem = path.rpartition("/")[2].partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _is_automatic(path: str) -> bool:
    return path.endswith(_AUTOMATIC) or path.rpartition("/")[2] in _ALWAYS


def _agreed(attributes: list[Attribute]) -> Attribute:
    """What several files give a variable; left open where they differ."""
    first = attributes[0]
    texts = {each.source.text[each.start : each.end] for each in attributes}
    if len(texts) == 1:
        return first
    unknown = Member(first.span, Name(first.span, "var"), first.name)
    name_at, at = (first.name_start, first.name_end), (first.start, first.end)
    return Attribute(first.source, first.name, name_at, at, unknown)


def _laid_over(block: Block, over: Block) -> Block:
    """https://developer.hashicorp.com/terraform/language/files/override"""
    merged = Block(block.source, block.keyword, block.labels, block.start, block.header_end)
    merged.attributes = {**block.attributes, **over.attributes}
    replaced = {inner.keyword for inner in over.blocks}
    merged.blocks = [inner for inner in block.blocks if inner.keyword not in replaced] + over.blocks
    return merged
