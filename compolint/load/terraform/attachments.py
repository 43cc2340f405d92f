"""The machines of a project, each with the firewalls that are attached to it, however that is said."""

from collections.abc import Iterable, Iterator

from compolint.load.hcl.fields import as_text
from compolint.load.hcl.values import resource_of
from compolint.load.terraform.graph import Graph, Resource, foreign
from compolint.load.terraform.links import MACHINES, SUBNETS
from compolint.load.terraform.resources import PROVIDERS
from compolint.load.terraform.tags import add_tagged, network_of
from compolint.load.terraform.ways import Found, Layer, Link, Links
from compolint.model.cloud import CloudAttachment, CloudMachine
from compolint.unknown import Unknown

_LONGEST = 80  # name of what is declared elsewhere


def attachments(graph: Graph) -> Iterator[CloudMachine | CloudAttachment]:
    """The machines of a project, and what is attached to them."""
    links = Links(graph)
    machines = [each for each in graph.resources if each.kind in MACHINES]
    if not machines:
        return
    add_tagged(links, machines)
    found = {machine.address: [*links.walk(machine)] for machine in machines}
    used = {each.address for machine in machines for each in links.near(machine)}
    for machine in machines:
        if machine.address in used:
            continue  # the template of another
        provider = PROVIDERS[machine.provider][0]
        yield CloudMachine(
            key=machine.key,
            span=machine.span,
            spans={"body": machine.body},
            provider=provider,
            resource=machine.address,
            names=machine.names,
            network=(network_of(graph, machine) or "") if machine.provider == "google" else "",
        )
        ends = found[machine.address]
        yield from _entities(machine, provider, [*ends, *_defaults(links, machine, ends)])


def _entities(machine: Resource, provider: str, ends: Iterable[Found]) -> Iterator[CloudAttachment]:
    seen: set[tuple[str, str]] = set()
    for (to, at, *_), layer, is_sure in ends:
        is_whole = isinstance(to, Resource) and to.is_whole
        name = to.address if isinstance(to, Resource) else str(as_text(to))[:_LONGEST]
        if (layer, name) not in seen:
            seen.add((layer, name))
            yield CloudAttachment(
                key=f"{machine.key}!{layer}.{name}",
                span=at,
                provider=provider,
                machine=machine.key,
                firewall=to.key if isinstance(to, Resource) else foreign(to, machine.key),
                name=name,
                layer=layer,
                is_sure=is_sure,
                is_whole=is_whole,
            )


def _defaults(links: Links, machine: Resource, ends: list[Found]) -> Iterator[Found]:
    """What a cloud attaches to a machine that nothing else is attached to."""
    if machine.provider != "aws":
        return
    taken = {each.layer for each in ends if each.is_sure}
    own = {_vpc(subnet, "vpc_id") for subnet in _subnets(links, machine)} - {""}
    kinds: tuple[tuple[str, Layer, str], ...] = (
        ("aws_default_security_group", "machine", "vpc_id"),
        ("aws_default_network_acl", "subnet", "default_network_acl_id"),
    )
    for kind, layer, attribute in kinds:
        for each in links.graph.of(kind) if layer not in taken else ():
            links.count()
            vpc = _vpc(each, attribute)
            if not own or not vpc or vpc in own:
                yield Found(Link(each, each.span), layer, each.is_sure and bool(own) and vpc in own)


def _subnets(links: Links, machine: Resource) -> Iterator[Resource]:
    """The subnets that a machine is in."""
    near = links.near(machine)
    for each in (*near, *(other for one in near for other in links.near(one))):
        if each.kind in SUBNETS:
            yield each


def _vpc(resource: Resource, attribute: str) -> str:
    value = resource.fields.get(attribute)
    if value is None or isinstance(value.of, Unknown):
        return ""
    return resource_of(value) or str(as_text(value))
