"""Files of firewalld: `zones/*.xml`, `policies/*.xml`, `services/*.xml`, `firewalld.conf`."""

from collections.abc import Iterable, Iterator
from posixpath import join

from compolint.load.firewall.firewalld import rich
from compolint.load.firewall.firewalld.elements import Document, Element, parse
from compolint.load.firewall.firewalld.services import Listening
from compolint.load.firewall.firewalld.zones import (
    Conditions,
    Services,
    Zone,
    forwarded,
    masquerades,
    opened_port,
    opened_protocol,
    opened_service,
    ports_of,
)
from compolint.model.firewall import Action
from compolint.pattern import pattern
from compolint.text import Source
from compolint.tree import Tree, Unreadable

_FOLDERS = ("zones", "policies", "services")
# DefaultZone=public
_DEFAULT = pattern(r"(?m)^[ \t]*DefaultZone[ \t]*=[ \t]*([\w-]+)")


def group(paths: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Those of one firewalld together."""
    together: dict[str, list[str]] = {}
    for path in paths:
        together.setdefault(home(path), []).append(path)
    yield from (tuple(sorted(files, key=lambda path: path.endswith(".xml"))) for files in together.values())


def home(path: str) -> str:
    folder = path.rpartition("/")[0]
    above, _, name = folder.rpartition("/")
    return above if name in _FOLDERS else folder


def default_zone(source: Source) -> str:
    found = _DEFAULT.search(source.text)
    return found[1] if found else "public"


def services_of(tree: Tree, folder: str) -> Services:
    """The services that files beside the zones define."""

    def find(name: str) -> tuple[Listening, ...] | None:
        if "/" in name or not name:
            return None
        try:
            source = tree.read(join(folder, "services", f"{name}.xml"))
        except Unreadable:
            return None
        return _service(parse(source)) if source else None

    return find


def _service(document: Document) -> tuple[Listening, ...]:
    found: list[Listening] = []
    for each in document.elements:
        if each.name == "port" and (ports := ports_of(each.get("port"))):
            found.append((each.get("protocol") or "tcp", (ports,)))
        elif each.name == "protocol":
            found.append((each.get("value"), ()))
    return tuple(found)


def zone(source: Source, document: Document, services: Services) -> Zone | None:
    """The zone, or the policy, of a file."""
    root = document.elements[0] if document.elements else None
    if root is None or root.name not in ("zone", "policy"):
        return None
    found = Zone(source.path.rpartition("/")[2].removesuffix(".xml"), root.span)
    found.is_policy = root.name == "policy"
    found.aim(root.get("target") or ("CONTINUE" if found.is_policy else "default"))
    priority = root.get("priority") or root.get("ingress-priority")
    if priority.lstrip("-").isdecimal() and len(priority) < 8:
        found.priority = int(priority)
    children: dict[int, list[Element]] = {}
    for each in document.elements:
        children.setdefault(each.parent, []).append(each)
    for number, each in enumerate(document.elements):
        if each.parent == 0:
            _take(found, each, services)
            if each.name == "rule":
                pieces = [rich.Piece("rule", each.attributes)]
                pieces += _pieces(number, children)
                found.rules += rich.drafts(pieces, each.span, services)
    return found


def _pieces(number: int, children: dict[int, list[Element]]) -> Iterator[rich.Piece]:
    for child in children.get(number, ()):
        yield rich.Piece(child.name, child.attributes)


def _take(found: Zone, each: Element, services: Services) -> None:
    given = Conditions(action=Action("accept"))
    at, name = each.span, each.name
    if name == "interface":
        found.is_interface(each.get("name"), at)
    elif name == "source":
        text = each.get("address") or each.get("mac") or f"ipset:{each.get('ipset')}"
        found.is_source(text, at)
    elif name == "service":
        found.rules += opened_service(each.get("name"), at, given, services)
    elif name == "port":
        found.rules.append(opened_port(each.get("port"), each.get("protocol") or "tcp", at, given))
    elif name == "source-port":
        port = opened_port(each.get("port"), each.get("protocol") or "tcp", at, given, "source_port")
        found.rules.append(port)
    elif name == "protocol":
        found.rules.append(opened_protocol(each.get("value"), at, given))
    elif name == "forward-port":
        to = each.get("to-port"), each.get("to-addr")
        found.rules.append(forwarded(each.get("port"), each.get("protocol") or "tcp", *to, at, given))
    elif name == "masquerade":
        found.rules.append(masquerades(at, given))
    elif name == "forward":
        found.forwards = True
    elif name == "ingress-zone":
        found.ingress.append(each.get("name"))
    elif name == "egress-zone":
        found.egress.append(each.get("name"))
