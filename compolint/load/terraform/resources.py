"""The firewall rules that the resources of a module declare."""

from collections.abc import Callable
from importlib import import_module

from compolint.load.hcl.fields import Fields
from compolint.load.terraform.graph import Graph
from compolint.load.terraform.module import Module
from compolint.load.terraform.rules import Rules
from compolint.model.cloud import CloudRule
from compolint.syntax.hcl import Block

# By what the types of its resources begin with: the provider, and the module that reads them.
PROVIDERS = {
    "aws": ("aws", "aws"),
    "azurerm": ("azure", "azure"),
    "digitalocean": ("digitalocean", "hosting"),
    "google": ("google", "google"),
    "hcloud": ("hetzner", "hosting"),
    "linode": ("linode", "hosting"),
    "oci": ("oracle", "stacks"),
    "openstack": ("openstack", "stacks"),
    "scaleway": ("scaleway", "hosting"),
    "vultr": ("vultr", "hosting"),
}
_PARTS = ("security", "secgroup", "firewall", "network_acl")


def rules(module: Module, graph: Graph | None, most: int) -> list[CloudRule]:
    """The rules of a module, and no more of them than this."""
    found: list[CloudRule] = []
    for block in module.blocks:
        read = _reader_of(block, module)
        if read is None:
            continue
        is_call = block.keyword == "module"
        provider = "aws" if is_call else PROVIDERS[block.labels[0].partition("_")[0]][0]
        for suffix, scope in module.instances(block):
            address = f"{module.address}{'module.' if is_call else ''}{'.'.join(block.labels)}{suffix}"
            key = f"{module.root}!{address}"
            fields = Fields(scope, block)
            firewalls = graph.firewalls_of(block.labels[0], fields, key) if graph else (key,)
            reading = Rules(provider, address, block.labels[-1], key, fields, firewalls)
            read(reading)
            found += reading.found
            if len(found) >= most:
                return found[:most]
    return found


def _reader_of(block: Block, module: Module) -> Callable[[Rules], None] | None:
    if block.keyword == "resource" and len(block.labels) == 2:
        return _reader(block.labels[0])
    if block.keyword == "module" and len(block.labels) == 1 and "security" in str(module.source_of(block)):
        from compolint.load.terraform.registry import reader

        return reader(module.source_of(block))
    return None


def _reader(kind: str) -> Callable[[Rules], None] | None:
    provider = PROVIDERS.get(kind.partition("_")[0])
    if provider is None or not any(part in kind for part in _PARTS):
        return None
    readers: dict[str, Callable[[Rules], None]] = import_module(
        f"compolint.load.terraform.{provider[1]}"
    ).READERS
    return readers.get(kind)
