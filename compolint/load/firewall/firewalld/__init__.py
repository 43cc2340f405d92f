"""firewalld: its zones, as files or as `firewall-cmd` lists them."""

from compolint.load import Loaded
from compolint.load.firewall.firewalld import chains, files, listing
from compolint.load.firewall.firewalld.elements import parse
from compolint.load.firewall.firewalld.zones import Zone
from compolint.model.linter import Fault
from compolint.text import Source, Span
from compolint.tree import Tree


def load(tree: Tree, sources: list[Source]) -> Loaded:
    """What the files of one firewalld say together."""
    home = files.home(sources[0].path)
    services = files.services_of(tree, home)
    zones: list[Zone] = []
    faults: list[Fault] = []
    default, default_at = "public", None
    for source in sources:
        if not source.path.endswith(".xml"):
            default, default_at = files.default_zone(source), Span(source.path, 0, 0)
            continue
        document = parse(source)
        if document.fault:
            faults.append(_fault(*document.fault))
        if found := files.zone(source, document, services):
            if document.fault:
                found.aim("unknown")
            zones.append(found)
    paths = tuple(source.path for source in sources)
    if not zones and default_at is None:
        return Loaded(tuple(faults), (), paths)
    first = zones[0].span if zones else default_at or Span(paths[0], 0, 0)
    given = chains.Given(home or "firewalld", first, zones, default, default_at or first, "intent", services)
    return Loaded((*chains.entities(given), *faults), (), paths)


def load_list(source: Source) -> Loaded:
    """What `firewall-cmd` printed."""
    found = listing.zones(source, lambda name: None)
    first = found.zones[0].span if found.zones else Span(source.path, 0, 0)
    default = next((zone.span for zone in found.zones if zone.name == found.default), first)
    given = chains.Given(source.path, first, found.zones, found.default, default, "state", lambda name: None)
    faults = [_fault("this is nothing that firewall-cmd prints", at) for at in found.foreign[:100]]
    return Loaded((*chains.entities(given), *(fault for fault in faults)), (), (source.path,))


def _fault(message: str, at: Span) -> Fault:
    return Fault(key=f"{at.path}!syntax.{at.start}", span=at, kind="syntax", message=message, fatal=True)
