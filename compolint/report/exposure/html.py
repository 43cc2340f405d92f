"""The exposure as a page for a browser: the picture, and a table with all reasons that can be filtered.

One file that asks no network: its own policy forbids it, and lets no script run but the one that is here.
"""

from collections.abc import Iterator

from compolint.report import Options
from compolint.report.exposure.shown import Lane, Shown, Verdict
from compolint.report.exposure.svg import drawing
from compolint.report.exposure.words import alike, pictured, reached, remarks
from compolint.report.markup import xml

_LONGEST = 400  # characters of a line that is quoted
_HEADS = {
    "port": "port", "service": "service", "binding": "binding", "cloud firewall": "layer",
    "host firewall": "layer", "engine": "layer", "reached by": "by", "why": "why",
}  # fmt: skip
_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:1240px;padding:16px;background:#fff;color:#1c1e21;
font:14px/1.45 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
svg{max-width:100%;height:auto}
form{display:flex;flex-wrap:wrap;gap:12px;align-items:center;margin:16px 0}
input,select{font:inherit;padding:6px 8px;border:1px solid #8b93a0;border-radius:6px}
input{min-width:260px}
table{border-collapse:collapse;width:100%;min-width:1000px;table-layout:fixed}
.port{width:92px}.service{width:190px}.binding{width:118px}.layer{width:72px}.by{width:150px}
th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid #d3d8df;
overflow-wrap:anywhere}
th{position:sticky;top:0;background:#f1f3f6}
.open{color:#b3261e;font-weight:700}.undecided{color:#8a6100;font-weight:700}.closed{color:#1b6e3c}
details{margin:2px 0}summary{cursor:pointer}code,.where{font-family:ui-monospace,"DejaVu Sans Mono",monospace;
font-size:12px}.where{color:#555}pre{margin:2px 0 8px;padding:4px 8px;background:#f1f3f6;overflow:auto}
.warning{border-left:4px solid #b3261e;padding:4px 12px;background:#fdf1f0}
[hidden],pre:empty{display:none}
"""
_SCRIPT = """
const rows = [...document.querySelectorAll("tbody tr")];
const words = document.getElementById("words"), zone = document.getElementById("zone");
const answer = document.getElementById("answer"), shown = document.getElementById("shown");
function filter() {
  const wanted = words.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let number = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const fits = answer.value === "" || row.dataset["z" + zone.selectedIndex] === answer.value;
    row.hidden = !(fits && wanted.every(word => text.includes(word)));
    number += !row.hidden;
  }
  shown.textContent = number + " of " + rows.length;
}
for (const each of [words, zone, answer]) each.addEventListener("input", filter);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
filter();
"""


def render(shown: Shown, options: Options) -> Iterator[str]:
    listed = pictured(shown)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    # Else a browser asks for an icon.
    yield '<link rel="icon" href="data:,">\n<title>Who reaches what</title>\n'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    for warning in shown.warnings:
        yield f'<p class="warning">{xml(warning)}</p>\n'
    yield from drawing(shown)
    yield from _form(listed)
    yield "<table>\n<thead><tr>"
    yield "".join(f'<th class="{name}">{head}</th>' for head, name in _HEADS.items())
    yield "</tr></thead>\n<tbody>\n"
    for lane in listed:
        yield from _row(lane, shown)
    yield f"</tbody>\n</table>\n</main>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _policy() -> str:
    """Lets only our own script run, which is known by its hash, whatever stands in the page."""
    from base64 import b64encode
    from hashlib import sha256

    digest = b64encode(sha256(_SCRIPT.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"


def _form(listed: list[Lane]) -> Iterator[str]:
    zones = [verdict.zone for verdict in listed[0].verdicts] if listed else []
    yield '<form>\n<input id="words" type="search" aria-label="filter"'
    yield ' placeholder="port, service, file, rule">\n'
    yield '<label>for <select id="zone">'
    yield "".join(f"<option>{xml(zone)}</option>" for zone in zones)
    yield '</select></label>\n<label>it is <select id="answer"><option value="">anything</option>'
    yield "".join(f"<option>{answer}</option>" for answer in ("open", "undecided", "closed"))
    yield '</select></label>\n<output id="shown"></output>\n</form>\n'


def _row(lane: Lane, shown: Shown) -> Iterator[str]:
    data = " ".join(f'data-z{number}="{each.answer}"' for number, each in enumerate(lane.verdicts))
    owner = f"{xml(lane.owner)}{f' on {xml(lane.host)}' if lane.host else ''}"
    yield f"<tr {data}><td>{xml(lane.ports)}</td><td>{owner}<br>"
    yield f'<span class="where">{xml(shown.where(lane.at))}</span></td><td>{xml(lane.binding)}</td>'
    for name in ("cloud firewall", "host firewall", "engine"):
        yield f'<td title="{xml(lane.gate(name).words)}">{lane.does(name)}</td>'
    yield f'<td class="{lane.answer}">{xml(reached(lane.verdicts))}</td><td>'
    for line in remarks(lane):
        yield f"<div>{xml(line)}</div>"
    for zones, verdict in alike(lane.verdicts):
        yield from _reasons(zones, verdict, shown)
    yield "</td></tr>\n"


def _reasons(zones: list[str], verdict: Verdict, shown: Shown) -> Iterator[str]:
    answer = verdict.answer
    is_internets = "internet" in zones
    yield f"<details{' open' if answer == 'undecided' and is_internets else ''}>"
    yield f"<summary>{xml(', '.join(zones))}: "
    yield f'<span class="{answer if is_internets or answer != "open" else ""}">{answer}</span></summary><ol>'
    for reason in verdict.chain:
        place = shown.place(reason.at)
        yield f'<li>{xml(reason.text)} <span class="where">{xml(place.path)}:{place.line}</span>'
        yield f"<pre>{xml(shown.line(reason.at).strip()[:_LONGEST])}</pre></li>"
    yield "</ol></details>"
