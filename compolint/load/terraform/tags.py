"""Firewalls that are attached to whatever has a tag, a label, or a place in a network."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from compolint.load.hcl.fields import as_text
from compolint.load.hcl.values import Value, resource_of, text_of
from compolint.load.terraform.graph import Graph, Resource
from compolint.load.terraform.ways import Link, Links
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

_NETWORKS = ("network", "network_interface.network", "subnetwork", "network_interface.subnetwork")


class Tags(NamedTuple):
    """The tags that something has, or asks for."""

    names: frozenset[str] = frozenset()
    is_open: bool = False  # there may be others

    def meets(self, other: "Tags") -> bool | None:
        if self.names & other.names:
            return True
        return None if self.is_open or other.is_open else False


class Target(NamedTuple):
    """A machine as firewalls choose it."""

    machine: Resource
    tags: Tags
    labels: Mapping[str, Value] | None  # `None`: not known
    network: str | None


class Choice(NamedTuple):
    """The machines that a firewall is for."""

    firewall: Resource
    at: Span
    is_sure: bool
    has: Callable[[Target], bool | None]


def add_tagged(links: Links, machines: Iterable[Resource]) -> None:
    """Adds the links from machines to the firewalls that choose them by what they are."""
    graph = links.graph
    choices: dict[str, list[Choice]] = {}
    for choice in _choices(graph):
        choices.setdefault(choice.firewall.provider, []).append(choice)
    for machine in machines:
        if machine.provider not in choices:
            continue
        target = Target(machine, _tags(graph, machine, "tags"), _labels(machine), network_of(graph, machine))
        for choice in choices[machine.provider]:
            links.count()
            answer = choice.has(target)
            if answer is not False:
                links.add(machine, Link(choice.firewall, choice.at, answer is True and choice.is_sure))


def network_of(graph: Graph, resource: Resource) -> str | None:
    """The name of the network that something is in, or what stands for it."""
    found = next((value for way in _NETWORKS for value, _ in resource.along(way)), None)
    if found is None:
        return None
    for each in graph.at(resource_of(found)):
        if each.kind == "google_compute_subnetwork":
            return next((_named(graph, value) for value in each.fields.items("network")), None)
    return _named(graph, found)


def _named(graph: Graph, value: Value) -> str | None:
    for each in graph.at(resource_of(value)):
        name = each.fields.get("name")
        return (text_of(name) if name else None) or each.address
    text = as_text(value)
    return None if isinstance(text, Unknown) else text.rpartition("/")[2]


def _choices(graph: Graph) -> Iterator[Choice]:
    for firewall in graph.of("digitalocean_firewall"):
        if tags := firewall.fields.items("tags"):
            yield Choice(firewall, tags[0].span, firewall.is_sure, _tagged(_tags(graph, firewall, "tags")))
    for firewall in graph.of("google_compute_firewall"):
        yield _of_google(graph, firewall)
    for firewall in graph.of("hcloud_firewall"):
        for value, at in firewall.along("apply_to.label_selector"):
            yield Choice(firewall, at, firewall.is_sure, _selector(value))
    for join in graph.of("hcloud_firewall_attachment"):
        for value, at in join.along("label_selectors"):
            for named, _ in join.along("firewall_id"):
                for firewall in graph.referred(named, "hcloud"):
                    yield Choice(firewall, at, join.is_sure, _selector(value))


def _tagged(tags: Tags) -> Callable[[Target], bool | None]:
    return lambda target: tags.meets(target.tags)


def _tags(graph: Graph, resource: Resource, attribute: str) -> Tags:
    names, is_open = set(), False
    for value in resource.fields.items(attribute):
        tags = [each for each in graph.at(resource_of(value)) if each.kind == "digitalocean_tag"]
        named = [name for tag in tags if (name := tag.fields.get("name"))] or [value]
        for each in named:
            text = as_text(each)
            is_open = is_open or isinstance(text, Unknown)
            names.add(str(text))
    return Tags(frozenset(names), is_open)


def _of_google(graph: Graph, firewall: Resource) -> Choice:
    """https://cloud.google.com/firewall/docs/firewalls#rule_assignment"""
    fields = firewall.fields
    network = network_of(graph, firewall)
    tags = _tags(graph, firewall, "target_tags") if fields.items("target_tags") else None
    is_for_accounts = bool(fields.items("target_service_accounts"))

    def has(target: Target) -> bool | None:
        if network and target.network and network != target.network:
            return False
        answer = tags.meets(target.tags) if tags else None if is_for_accounts else True
        return None if answer and not (network and target.network) else answer

    return Choice(firewall, fields.at("target_tags" if tags else "network"), firewall.is_sure, has)


def _labels(machine: Resource) -> Mapping[str, Value] | None:
    labels = machine.fields.get("labels")
    if labels is None:
        return {}
    return labels.of if isinstance(labels.of, dict) else None


def _selector(selector: Value) -> Callable[[Target], bool | None]:
    """https://docs.hetzner.cloud/reference/cloud#label-selector: `env=prod`, `env`, all parts of a list"""
    text = text_of(selector)
    parts = text.split(",") if text else []

    def has(target: Target) -> bool | None:
        if not parts or target.labels is None:
            return None
        answers = [_has_label(part, target.labels) for part in parts]
        if False in answers:
            return False
        return None if None in answers else True

    return has


def _has_label(part: str, own: Mapping[str, Value]) -> bool | None:
    name, sign, wanted = (each.strip() for each in part.replace("==", "=").partition("="))
    if not all(letter.isalnum() or letter in "-_./" for letter in name + wanted):
        return None  # `!name`, `name!=value`, `name in (…)`
    if name not in own:
        return False
    said = text_of(own[name])
    return True if not sign else None if said is None else said == wanted
