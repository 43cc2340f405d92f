"""What there is to show of an exposure: each port with what stands before it, in words."""

from collections.abc import Iterable

from compolint.exposure import Egress, Exposure, Layer, Lead, Reach, Row, Way
from compolint.exposure.openings import Opening, Openings
from compolint.report.exposure.shown import Byway, Gate, Lane, Outward, Reason, Target, Verdict
from compolint.report.shown import told
from compolint.text import Note
from compolint.unknown import Unknown

NO_SERVICE = "(no service)"


def lanes(exposure: Exposure) -> tuple[Lane, ...]:
    return tuple(map(_lane, exposure.rows))


def openings(found: Openings) -> tuple[Lane, ...]:
    return tuple(map(_opening, found.rows))


def outward(exposure: Exposure) -> tuple[Outward, ...]:
    return tuple(map(_outward, exposure.egress))


def _lane(row: Row) -> Lane:
    listener = row.listener
    cloud = row.layers[0]
    before = _reasons(cloud.because) if cloud.state == "passes" else ()
    address = listener.address
    shown = address.text if isinstance(address, Unknown) else address.text or "*"
    return Lane(
        owner=told(row.name),
        address=told(shown),
        port=row.port,
        last=row.last,
        unnumbered="random" if listener.ports is None else told(str(listener.ports)),
        protocol=listener.protocol,
        at=listener.span,
        verdicts=tuple(
            _verdict(zone, row.zones[zone], row.decided_by(zone), before if zone == "internet" else ())
            for zone in row.zones
        ),
        gates=tuple(map(_gate, row.layers)),
        ways=tuple(map(_byway, row.ways)),
        leads=tuple(map(_target, row.leads)),
        host=row.host,
        is_past_firewall=_is_past_firewall(row),
    )


def _opening(row: Opening) -> Lane:
    ports = row.ports
    return Lane(
        owner=NO_SERVICE,
        address="*",
        port=ports and ports.first,
        last=ports and ports.last,
        unnumbered=f"any {'' if row.is_only else 'other '}{row.protocol} port",
        protocol=row.protocol,
        at=row.at,
        verdicts=tuple(_verdict(zone, reach, row.decided_by(zone)) for zone, reach in row.zones.items()),
        gates=tuple(map(_gate, row.layers)),
        host=row.host,
        is_opening=True,
    )


def _is_past_firewall(row: Row) -> bool:
    """Whether the engine's own rules lead a client past those that the host's firewall has."""
    states = {layer.name: layer for layer in row.layers}
    firewall, own = states["host firewall"], row.listener.places()
    forwards = states["engine"].state == "passes" and firewall.state == "passes"
    return forwards and all(note.at in own or _is_of_engine(note) for note in firewall.because)


def _is_of_engine(note: Note) -> bool:
    """Whether it is a rule that the engine wrote, which a dump shows among the host's own."""
    return note.text.startswith("`-A DOCKER") and not note.text.startswith("`-A DOCKER-USER")


def _verdict(zone: str, reach: Reach, layer: str | None = None, before: tuple[Reason, ...] = ()) -> Verdict:
    return Verdict(
        zone=zone,
        answer=reach.answer,
        reasons=_reasons(reach.because),
        families=reach.families,
        sources=reach.sources,
        layer=layer,
        # What lets a packet pass is no reason why it is held further on.
        before=() if reach.answer == "closed" else before,
    )


def _gate(layer: Layer) -> Gate:
    return Gate(layer.name, layer.state, told(layer.words), _reasons(layer.because))


def _byway(way: Way) -> Byway:
    return Byway(told(way.name), way.kind, way.asks, way.tls, way.at.at)


def _target(lead: Lead) -> Target:
    return Target(told(lead.name), told(lead.target), lead.kind, lead.asks, lead.tls, lead.at)


def _outward(egress: Egress) -> Outward:
    names = tuple(dict.fromkeys(map(told, egress.workloads)))
    answers = tuple(_verdict(destination, reach) for destination, reach in egress.to.items())
    return Outward(told(egress.name), egress.span, names, answers)


def _reasons(notes: Iterable[Note]) -> tuple[Reason, ...]:
    return tuple(Reason(told(note.text), note.at) for note in dict.fromkeys(notes))
