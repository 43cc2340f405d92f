"""The exposure for programs, as `schemas/exposure.json` describes it: one row for each port."""

from collections.abc import Iterable, Iterator
from typing import Any

from compolint.report import Options
from compolint.report.exposure.shown import Lane, Outward, Reason, Shown, Verdict
from compolint.report.json import text

VERSION = 1


def render(shown: Shown, options: Options) -> Iterator[str]:
    """One object; each port has a line for itself, so that two reports can be compared by lines."""
    import json

    encode = json.JSONEncoder(check_circular=False).encode
    yield f'{{"version": {VERSION}, "listeners": ['
    separator = "\n"
    for lane in shown.lanes:
        yield separator + encode(_listener(lane, shown))
        separator = ",\n"
    yield '\n], "openings": ['
    separator = "\n"
    for lane in shown.openings:
        yield separator + encode(_opening(lane, shown))
        separator = ",\n"
    yield '\n], "egress": ['
    separator = "\n"
    for each in shown.egress:
        yield separator + encode(_egress(each, shown))
        separator = ",\n"
    yield f'\n], "warnings": {encode([text(each) for each in shown.warnings])}}}\n'


def _listener(lane: Lane, shown: Shown) -> dict[str, Any]:
    return {
        "owner": text(lane.owner),
        "address": text(lane.address),
        "port": lane.port,
        **({"last": lane.last} if lane.last != lane.port else {}),
        "protocol": lane.protocol,
        **_place(lane, shown),
        **_answers(lane.verdicts, "zones", shown),
        "layers": _layers(lane, shown),
        "ways": [
            {"name": text(way.name), "kind": way.kind, "asks": way.asks, "tls": way.tls, **_place(way, shown)}
            for way in lane.ways
        ],
        "leads_to": [
            {
                "name": text(each.name),
                "target": text(each.target),
                "kind": each.kind,
                "asks": each.asks,
                "tls": each.tls,
                **_place(each, shown),
            }
            for each in lane.leads
        ],
        "host": lane.host and text(lane.host),
    }


def _opening(lane: Lane, shown: Shown) -> dict[str, Any]:
    return {
        "port": lane.port,
        "last": lane.last,
        "protocol": lane.protocol,
        **_place(lane, shown),
        **_answers(lane.verdicts, "zones", shown),
        "layers": _layers(lane, shown),
        "host": lane.host and text(lane.host),
    }


def _layers(lane: Lane, shown: Shown) -> list[dict[str, Any]]:
    return [
        {
            "name": gate.name,
            "state": gate.state,
            "message": text(gate.words),
            "because": _because(gate.reasons, shown),
        }
        for gate in lane.gates
    ]


def _egress(each: Outward, shown: Shown) -> dict[str, Any]:
    return {
        "network": text(each.network),
        "workloads": [text(name) for name in each.workloads],
        **_place(each, shown),
        **_answers(each.verdicts, "destinations", shown),
    }


def _answers(verdicts: Iterable[Verdict], name: str, shown: Shown) -> dict[str, Any]:
    listed = [*verdicts]
    return {
        name: {text(each.zone): each.answer for each in listed},
        "because": {text(each.zone): _because(each.chain, shown) for each in listed},
        "families": {text(each.zone): [f"ipv{family}" for family in each.families] for each in listed},
        "sources": {text(each.zone): [*each.sources] for each in listed},
    }


def _because(reasons: Iterable[Reason], shown: Shown) -> list[dict[str, Any]]:
    return [{"message": text(reason.text), **_place(reason, shown)} for reason in reasons]


def _place(thing: Any, shown: Shown) -> dict[str, Any]:
    place = shown.place(thing.at)
    return {"path": text(place.path), "line": place.line}
