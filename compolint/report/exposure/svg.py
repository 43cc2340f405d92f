"""The exposure as a picture: who asks on the left, the layers as columns, services on the right.

Each line is some zones' way to a port. It ends in an arrow where it is open and in a bar at the layer that
holds it; where the files leave that open it is dashed from a question mark on. No colour is needed to tell.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from compolint.report import Options
from compolint.report.exposure.shown import METADATA, Lane, Outward, Shown, Verdict
from compolint.report.exposure.words import bundles, by_host, folded, pictured, summary
from compolint.report.markup import xml
from compolint.report.visible import visible, width
from compolint.tuples import NamedTuple

_WIDTH = 1180
_LEFT, _RIGHT = 24, _WIDTH - 24
_START = 352  # where lines begin
_BOX = 880  # where services begin
_COLUMNS = {"cloud firewall": 440, "host firewall": 560, "engine": 680, "address": 800}
_FIREWALL = _COLUMNS["host firewall"]
_LINE, _TEXT, _GAP = 30, 18, 14
_WAYS = 2  # other ways to a service that are named
_CHARACTER, _CAPITAL, _WIDE = 7.2, 10, 14  # the width of one at 13 pixels
_WIDEST = "mwMW@%"
_PILLS = {"internet": 62, "tailnet": 54, "lan": 34, "containers": 76, "host": 42}
_OWN_LINE = 24  # for the zones of the configuration
_LONGEST_PILL, _MORE = 120, 64
_TOLD = {"open": "open", "undecided": "undecided", "closed": "held"}
_LEGEND = (
    "circle: the layer lets it pass; arch: it goes past the layer; bar: it is held there;"
    " question mark: the files leave it open"
)
_STYLE = """
.paper{fill:#fff}.band{fill:#f1f3f6}.box{fill:#fff;stroke:#333;stroke-width:1.5}
.open .box{stroke:#b3261e;stroke-width:3}.undecided .box{stroke:#8a6100;stroke-width:3;stroke-dasharray:7 4}
text{font:13px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#1c1e21}
.title{font-size:18px;font-weight:700}.head{font-weight:700;text-anchor:middle}.name{font-weight:700}
.quiet{fill:#555}.mark{font-size:11px}.pill{fill:#fff;stroke:#8b93a0}.pills{font-size:11px;text-anchor:middle}.lead{stroke:#d3d8df}
.internet{font-weight:700}
.way{fill:none;stroke-width:2.5}.way.open{stroke:#3c4757}.way.open.alarm{stroke:#b3261e}
.way.undecided{stroke:#8a6100}
.way.closed{stroke:#1b6e3c}.dashed{stroke-dasharray:6 5}.tip.open{fill:#3c4757}.tip.open.alarm{fill:#b3261e}
.tip.undecided{fill:#8a6100}
.bar{fill:#1b6e3c}.gate{fill:#fff;stroke:#555;stroke-width:1.5}.sign{font-size:12px;font-weight:700;
text-anchor:middle}.open-text{fill:#3c4757;font-weight:700}.open-text.alarm{fill:#b3261e}.undecided-text{fill:#8a6100;font-weight:700}
.closed-text{fill:#1b6e3c;font-weight:700}
"""


class _Part(NamedTuple):
    """Elements, and how high they are together."""

    text: str
    height: int


def render(shown: Shown, options: Options) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield from drawing(shown)


def drawing(shown: Shown) -> Iterator[str]:
    """The picture without the declaration that stands before XML: it may stand in HTML, too."""
    listed = [*folded(shown.lanes)]
    sentence = summary(listed, shown.openings)[0].capitalize()
    parts = [*_lanes(shown, pictured(shown)), *_outward(shown)]
    top = 126
    height = top + sum(part.height for part in parts) + 36
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
    yield f' height="{height}" role="img" aria-label="Who reaches what">\n'
    yield f"<title>Who reaches what</title><desc>{xml(sentence)}</desc>\n<style>{_STYLE}</style>\n"
    yield f'<rect class="paper" width="{_WIDTH}" height="{height}"/>\n'
    yield f'<text class="title" x="{_LEFT}" y="34">Who reaches what</text>\n'
    yield f'<text x="{_LEFT}" y="58">{xml(_cut(sentence, _RIGHT - _LEFT))}</text>\n'
    yield from _heads(top - 50, height - top - 6)
    yield f'<text class="quiet mark" x="{_LEFT}" y="{height - 14}">{_LEGEND}</text>\n'
    y = top
    for part in parts:
        yield f'<g transform="translate(0 {y})">{part.text}</g>\n'
        y += part.height
    yield "</svg>\n"


def _heads(y: int, height: int) -> Iterator[str]:
    for name, x in _COLUMNS.items():
        yield f'<rect class="band" x="{x - 54}" y="{y}" width="108" height="{height}" rx="6"/>\n'
        yield f'<text class="head" x="{x}" y="{y + 24}">{name}</text>\n'
    yield f'<text class="name" x="{_LEFT}" y="{y + 24}">from</text>\n'
    yield f'<text class="name" x="{_BOX}" y="{y + 24}">to</text>\n'


def _lanes(shown: Shown, listed: list[Lane]) -> Iterator[_Part]:
    for host, lanes in by_host(listed):
        if host:
            yield _Part(f'<text class="name" x="{_LEFT}" y="20">on {xml(_cut(host, 300))}</text>', 32)
        several = len({lane.at.path for lane in lanes}) > 1
        for path, those in groupby(lanes, key=lambda lane: lane.at.path):
            if several:
                yield _file(shown.path(path))
            yield from map(_lane, those)


def _file(path: str) -> _Part:
    name = xml(_cut(path, _RIGHT - _LEFT))
    return _Part(f'<text class="quiet" x="{_LEFT}" y="14">{name}</text>', 26)


def _lane(lane: Lane) -> _Part:
    ways = [*bundles(lane)]
    heights = [_LINE if _PILLS.keys() >= {*zones} else _LINE + _OWN_LINE for zones, _ in ways]
    words = [lane.ports if lane.is_opening else f"{lane.ports} on {lane.binding}"]
    words += [f"leads to {each.target}" for each in lane.leads[:_WAYS]]
    if len(lane.leads) > _WAYS:
        words.append(f"and to {len(lane.leads) - _WAYS} more")
    words += [f"also by {way.name} ({way.kind})" for way in lane.ways[:_WAYS]]
    if len(lane.ways) > _WAYS:
        words.append(f"and {len(lane.ways) - _WAYS} ways more")
    high = max(sum(heights), (1 + len(words)) * _TEXT + 10)
    top = (high - sum(heights)) // 2
    pieces = [
        f'<g class="{lane.answer}"><title>{xml(lane.owner)}</title>'
        f'<rect class="box" x="{_BOX}" y="0" width="{_RIGHT - _BOX}" height="{high}" rx="6"/></g>',
        f'<text class="name" x="{_BOX + 12}" y="{_TEXT + 2}">{xml(_cut(lane.owner, 225))}</text>',
    ]
    for number, line in enumerate(words):
        y = (number + 2) * _TEXT + 2
        pieces.append(f'<text class="quiet" x="{_BOX + 12}" y="{y}">{xml(_cut(line, 255))}</text>')
    for height, (zones, verdict) in zip(heights, ways, strict=True):
        pieces += _way(lane, zones, verdict, top + _LINE // 2)
        top += height
    return _Part("".join(pieces), high + _GAP)


def _way(lane: Lane, zones: list[str], verdict: Verdict, y: int) -> Iterator[str]:
    """One line: its zones, what it passes, and where it ends."""
    yield from _pills(zones, y)
    answer = f"{verdict.answer} alarm" if "internet" in zones else verdict.answer
    stop = _COLUMNS[verdict.layer] if verdict.layer else _BOX
    yield f"<g>{_hint(verdict)}"
    passed = [*_passed(lane, zones, stop)]
    arch = f"H{_FIREWALL - 18}a18 11 0 0 1 36 0" if "arch" in passed else ""
    yield f'<path class="way {answer}" d="M{_START} {y}{arch}H{min(stop, _BOX - 10)}"/>'
    for name in passed:
        if name != "arch":
            yield f'<circle class="gate" cx="{_COLUMNS[name]}" cy="{y}" r="5"/>'
    yield _end(answer, stop, y)
    yield "</g>"


def _passed(lane: Lane, zones: list[str], stop: int) -> Iterator[str]:
    """The layers that let a line pass before it ends; an arch where it goes past one."""
    for name in ("cloud firewall", "host firewall", "engine"):
        is_asked = name != "cloud firewall" or "internet" in zones
        if lane.gate(name).state == "passes" and is_asked and _COLUMNS[name] < stop:
            yield "arch" if name == "host firewall" and lane.is_past_firewall else name


def _hint(verdict: Verdict) -> str:
    """What a browser shows of the reasons when it is pointed at a line."""
    return f"<title>{xml('; '.join(reason.text for reason in verdict.chain))}</title>"


def _end(answer: str, stop: int, y: int) -> str:
    if answer.startswith("open"):
        return _tip(answer, y) + _word(answer, _BOX - 62, y)
    return _doubtful(stop, y) if answer.startswith("undecided") else _held(stop, y)


def _doubtful(stop: int, y: int) -> str:
    return (
        f'<path class="way undecided dashed" d="M{stop} {y}H{_BOX - 10}"/>{_tip("undecided", y)}'
        f'<circle class="gate" cx="{stop}" cy="{y}" r="9"/><text class="sign" x="{stop}" y="{y + 4}">?</text>'
        + (_word("undecided", stop + 14, y) if stop < _BOX - 90 else "")
    )


def _held(stop: int, y: int) -> str:
    return f'<rect class="bar" x="{stop - 3}" y="{y - 11}" width="6" height="22"/>' + _word(
        "closed", stop + 9, y + 10
    )


def _tip(answer: str, y: int) -> str:
    return f'<path class="tip {answer}" d="M{_BOX} {y}l-13 -6v12z"/>'


def _word(answer: str, x: int, y: int) -> str:
    kind, _, alarm = answer.partition(" ")
    return f'<text class="mark {kind}-text {alarm}" x="{x}" y="{y - 6}">{_TOLD[kind]}</text>'


def _pills(zones: Iterable[str], y: int) -> Iterator[str]:
    """The names of zones, each at its own place so that they stand below each other."""
    x = _LEFT
    listed = [*zones]
    yield f'<path class="lead" d="M{_LEFT} {y}H{_START}"/>'
    for zone, wide in _PILLS.items():
        if zone in listed:
            yield _pill(zone, x, y, wide, zone)
        x += wide + 8
    yield from _own_pills([zone for zone in listed if zone not in _PILLS], y + _OWN_LINE)


def _own_pills(zones: list[str], y: int) -> Iterator[str]:
    """Those of the configuration, below the others, as many as there is room for."""
    x = _LEFT
    for number, zone in enumerate(zones):
        name = _cut(zone, _LONGEST_PILL)
        wide = int(_pixels(name)) + 16
        if x + wide > _START - _MORE:
            yield f'<text class="mark" x="{x}" y="{y + 4}">and {len(zones) - number} more</text>'
            return
        yield _pill(name, x, y, wide)
        x += wide + 8


def _pill(name: str, x: int, y: int, wide: int, style: str = "") -> str:
    return (
        f'<rect class="pill" x="{x}" y="{y - 10}" width="{wide}" height="20" rx="10"/>'
        f'<text class="pills {style}" x="{x + wide // 2}" y="{y + 4}">{xml(name)}</text>'
    )


def _outward(shown: Shown) -> Iterator[_Part]:
    """What containers reach by themselves."""
    if not shown.egress:
        return
    yield _Part(f'<text class="name" x="{_LEFT}" y="24">what containers reach by themselves</text>', 40)
    several = len({each.at.path for each in shown.egress}) > 1
    for path, those in groupby(shown.egress, key=lambda each: each.at.path):
        if several:
            yield _file(shown.path(path))
        yield from map(_network, those)


def _network(each: Outward) -> _Part:
    label = f"network {each.network} ({', '.join(each.workloads)})"
    pieces = [
        f'<rect class="box" x="{_LEFT}" y="0" width="{_START - _LEFT - 6}" height="{2 * _LINE}" rx="6"/>',
        f'<text x="{_LEFT + 12}" y="{_LINE + 4}">{xml(_cut(label, _START - _LEFT - 30))}</text>',
    ]
    for number, verdict in enumerate(each.verdicts[:2]):
        pieces.append(_leaves(verdict, number * _LINE + _LINE // 2))
    return _Part("".join(pieces), 2 * _LINE + _GAP)


def _leaves(verdict: Verdict, y: int) -> str:
    names = {"internet": "the internet", METADATA: f"{METADATA} (a cloud's credentials)"}
    name = names.get(verdict.zone, verdict.zone)
    label = f'<text x="{_BOX + 12}" y="{y + 4}">{xml(name)}</text>'
    stop = _COLUMNS["host firewall"] if verdict.answer != "open" else _BOX
    answer = f"{verdict.answer} alarm" if verdict.zone == METADATA else verdict.answer
    line = f'<path class="way {answer}" d="M{_START} {y}H{min(stop, _BOX - 10)}"/>'
    return f"<g>{_hint(verdict)}{line}{_end(answer, stop, y)}{label}</g>"


def _cut(text: str, room: int) -> str:
    """As much of a text as there is room for, in pixels."""
    text = visible(text)
    if _pixels(text) <= room:
        return text
    kept, used = [], _CHARACTER
    for character in text:
        used += _pixels(character)
        if used > room:
            break
        kept.append(character)
    return "".join(kept) + "…"


def _pixels(text: str) -> float:
    """How wide a text is drawn, generously; which font a viewer takes is not known here."""
    return sum(
        _WIDE if each in _WIDEST else _CAPITAL if each.isupper() else _CHARACTER * width(each)
        for each in text
    )
