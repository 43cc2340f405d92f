"""The resources of all modules that one load reads, and what references among them point at."""

from collections.abc import Iterable, Iterator

from compolint.load.hcl.fields import Fields, as_text
from compolint.load.hcl.values import Namespace, Reference, Value, text_of
from compolint.load.terraform.links import FIREWALLS, GROUP_OF_REGISTRY, INSTANCE_OF_REGISTRY, RELEVANT, RULES
from compolint.load.terraform.module import Module
from compolint.pattern import pattern
from compolint.syntax.hcl import Block
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_MOST = 10_000
_NAMES = ("name", "label", "hostname", "computer_name", "display_name", "instance_name")
# terraform-aws-modules/ec2-instance/aws   github.com/terraform-aws-modules/terraform-aws-ec2-instance?ref=v6
_OF_REGISTRY = pattern(
    r"(?:[\w.:/@-]*/)?(?:terraform-aws-)?(security-group|ec2-instance)(?:/aws|\.git|\?|/|$)"
)
# module.web   ["web-1"]
_IN_ADDRESS = pattern(r"\bmodule\.([\w-]+)|\[\"([^\"\]]+)\"\]")


class TooMuch(Exception):
    """There are more resources than anybody has who is not out to keep the linter busy."""


class Resource:
    """One instance of a resource, or of a module that makes one."""

    __slots__ = ("_block", "address", "base", "fields", "is_sure", "key", "kind", "span")

    def __init__(
        self, kind: str, base: str, suffix: str, module: Module, fields: Fields, block: Block
    ) -> None:
        self.kind, self.fields, self.span, self._block = kind, fields, fields.span, block
        self.base, self.address = base, f"{base}{suffix}"
        self.key = f"{module.root}!{self.address}"
        self.is_sure = True

    @property
    def provider(self) -> str:
        return "aws" if self.kind.startswith("module") else self.kind.partition("_")[0]

    @property
    def is_whole(self) -> bool:
        """Whether all its rules are read: not those that a module of the registry is to compute."""
        return not any(name.startswith("computed_") for name in self._block.attributes)

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, as far as the files tell."""
        said = [self.fields.get(name) for name in _NAMES]
        tags = self.fields.get("tags")
        if tags and isinstance(tags.of, dict):
            said.append(tags.of.get("Name"))
        texts = (text_of(value) for value in said if value)
        around = (found[1] or found[2] for found in _IN_ADDRESS.finditer(self.address))
        return tuple(dict.fromkeys((self._block.labels[-1], *around, *(text for text in texts if text))))

    @property
    def body(self) -> Span:
        """All that its block says."""
        end, waiting = self._block.header_end, [self._block]
        while waiting:
            block = waiting.pop()
            waiting += block.blocks
            end = max((end, *(attribute.end for attribute in block.attributes.values())))
        return Span(self.span.path, self.span.start, end)

    def along(self, way: str) -> Iterator[tuple[Value, Span]]:
        """The items at the end of a way through blocks, with the attribute that gives them."""
        *blocks, name = way.split(".")
        found = [self.fields]
        for block in blocks:
            found = [inner for fields in found for inner in fields.blocks(block)]
        for fields in found:
            for value in fields.items(name):
                # Before Terraform 0.12 brackets stood around lists that were variables: `["${var.groups}"]`.
                for item in value.of if isinstance(value.of, tuple) else (value,):
                    yield item, fields.at(name)


class Graph:
    """The resources that have to do with machines and firewalls, by their addresses."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.resources: list[Resource] = []
        self._by_base: dict[str, list[Resource]] = {}
        self._by_kind: dict[str, list[Resource]] = {}
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        for module in modules:
            for block in module.blocks:
                if kind := _kind(module, block):
                    self._add(module, block, kind)
        for resource in self.resources:
            name = resource.fields.get("name") if resource.kind in FIREWALLS else None
            if name and (text := text_of(name)):
                self._by_name.setdefault((resource.provider, text), []).append(resource)

    def _add(self, module: Module, block: Block, kind: str) -> None:
        prefix = "module." if block.keyword == "module" else ""
        base = f"{module.address}{prefix}{'.'.join(block.labels)}"
        is_sure = module.is_sure(block)
        for suffix, scope in module.instances(block):
            made = Resource(kind, base, suffix, module, Fields(scope, block), block)
            made.is_sure = is_sure
            self.resources.append(made)
            self._by_base.setdefault(base, []).append(made)
            self._by_kind.setdefault(kind, []).append(made)
        if len(self.resources) > _MOST:
            raise TooMuch

    @property
    def has_firewalls(self) -> bool:
        return not FIREWALLS.isdisjoint(self._by_kind)

    def of(self, kind: str) -> list[Resource]:
        return self._by_kind.get(kind, [])

    def at(self, base: str) -> list[Resource]:
        return self._by_base.get(base, [])

    def referred(self, value: Value, provider: str) -> list[Resource]:
        """The resources that a value names: by a reference, or a firewall by its name."""
        if not isinstance(value.of, Reference | Namespace):
            return self._by_name.get((provider, text_of(value) or ""), [])
        those, index = self.at(value.of.resource), value.of.index
        if not index:
            return those
        ends = (f'["{index}"]', f"[{index}]")
        exact = [each for each in those if each.address == each.base or each.address.endswith(ends)]
        return exact or [each for each in those if not each.is_sure]

    def firewalls_of(self, kind: str, fields: Fields, key: str) -> tuple[Maybe[str], ...]:
        """The keys of the firewalls that rules belong to: those of others, or the resource itself."""
        attribute = RULES.get(kind)
        found: list[Maybe[str]] = []
        for value in fields.items(attribute) if attribute else ():
            those = self.referred(value, kind.partition("_")[0])
            if those:
                found += [each.key for each in those]
            else:
                found.append(foreign(value, key))
        return tuple(found) or (key,)


def foreign(value: Value, key: str) -> Maybe[str]:
    """The key of a firewall that is declared elsewhere, as rules and machines of one root name it."""
    text = as_text(value)
    if isinstance(text, Unknown):
        return text
    is_reference = isinstance(value.of, Reference | Namespace)
    return f"{key.partition('!')[0]}!{text.rpartition('.')[0] if is_reference else text}"


def _kind(module: Module, block: Block) -> str | None:
    """What a block is to us; `None` for what has nothing to do with firewalls."""
    if block.keyword == "resource" and len(block.labels) == 2:
        return block.labels[0] if block.labels[0] in RELEVANT else None
    if block.keyword != "module" or len(block.labels) != 1:
        return None
    found = _OF_REGISTRY.match(module.source_of(block) or "") if module.folder_of(block) is None else None
    if found is None:
        return None
    return GROUP_OF_REGISTRY if found[1] == "security-group" else INSTANCE_OF_REGISTRY
