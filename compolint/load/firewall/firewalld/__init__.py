"""firewalld: its zones, as files or as `firewall-cmd` lists them."""

from compolint.load import Loaded
from compolint.load.firewall.firewalld import chains, files, listing, rich
from compolint.load.firewall.firewalld.elements import parse
from compolint.load.firewall.firewalld.zones import SERVICE, Zone
from compolint.model.linter import Fault
from compolint.record import replace
from compolint.text import Source, Span
from compolint.tree import Tree

_MOST = 100  # faults


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
    faults += _unknown(zones)
    first = zones[0].span if zones else default_at or Span(paths[0], 0, 0)
    given = chains.Given(home or "firewalld", first, zones, default, default_at or first, "intent", services)
    return Loaded((*chains.entities(given), *faults), (), paths)


def load_list(source: Source) -> Loaded:
    """What `firewall-cmd` printed."""
    found = listing.zones(source, lambda name: None)
    first = found.zones[0].span if found.zones else Span(source.path, 0, 0)
    default = next((zone.span for zone in found.zones if zone.name == found.default), first)
    given = chains.Given(source.path, first, found.zones, found.default, default, "state", lambda name: None)
    faults = [_fault("this is nothing that firewall-cmd prints", at) for at in found.foreign[:_MOST]]
    faults += _unknown(found.zones)
    return Loaded((*chains.entities(given), *faults), (), (source.path,))


def _unknown(zones: list[Zone]) -> list[Fault]:
    """Services and words of rules that nothing here explains."""
    found: dict[Span, Fault] = {}
    for draft in (draft for zone in zones for draft in zone.rules):
        text = draft.action.text
        if draft.action.kind == "unknown" and text.startswith(rich.STRANGE):
            message = f"firewalld knows no `{text.removeprefix(rich.STRANGE)}` in a rule"
            found[draft.span] = _fault(message, draft.span)
        for match in draft.matches:
            if match.what == "maybe" and match.text.startswith(SERVICE):
                message = f"nothing here tells the ports of the {match.text}, so the rule may match or not"
                fault = replace(_fault(message, draft.span), kind="unsupported", fatal=False, is_part=True)
                found[draft.span] = fault
    return list(found.values())[:_MOST]


def _fault(message: str, at: Span) -> Fault:
    return Fault(key=f"{at.path}!syntax.{at.start}", span=at, kind="syntax", message=message, fatal=True)
