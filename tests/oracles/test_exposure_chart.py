"""The flowchart of `compolint exposure`, drawn by Mermaid itself as GitHub has it draw.

`tests/oracles/install` fetches it.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from compolint.report.exposure import render
from compolint.report.exposure.shown import METADATA, Shown
from tests.oracles.browser import PROGRAM, Browser, browser
from tests.oracles.test_exposure_page import several
from tests.test_exposure_command import HOSTILE, made

OUTWARD = 1 + 2  # a network, and what its containers reach
MERMAID = Path(__file__).parent.parent.parent / ".oracles/mermaid.min.js"

pytestmark = pytest.mark.skipif(
    (PROGRAM is None or not MERMAID.exists()) and "CI" not in os.environ,
    reason="there is no Chromium here, or tests/oracles/install has not been run",
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    home = tmp_path_factory.mktemp("browser")
    home.joinpath("page.html").write_text(f'<meta charset="utf-8"><script src="{MERMAID.as_uri()}"></script>')
    with browser(home) as opened:
        opened.open(home / "page.html")
        opened.run("mermaid.initialize({startOnLoad: false, securityLevel: 'strict'})")
        yield opened


def drawn(page: Browser, shown: Shown) -> None:
    """Has the chart drawn into the page."""
    chart = json.dumps("".join(render("mermaid", shown)))
    page.run(f"mermaid.render('chart', {chart}).then(it => document.body.innerHTML = it.svg)")


def number(page: Browser, selector: str) -> int:
    found: int = page.run(f"document.querySelectorAll({json.dumps(selector)}).length")
    return found


def test_the_chart_has_a_node_for_each_service_and_for_those_who_ask_for_it(page: Browser) -> None:
    drawn(page, several())
    text = page.run("document.body.textContent")
    assert "db" in text
    assert "443/tcp on every interface" in text
    assert number(page, "g.node") == 3 + 9 + OUTWARD
    assert number(page, "path.flowchart-link") == 9 + 2


def test_the_chart_tells_what_containers_reach_by_themselves(page: Browser) -> None:
    (each,) = made("db").egress
    internet, metadata = each.verdicts
    held = metadata._replace(zone=METADATA, answer="closed")
    drawn(page, made("db")._replace(lanes=(), egress=(each._replace(verdicts=(internet, held)),)))
    text = page.run("document.body.textContent")
    assert "containers of network default" in text
    assert f"{METADATA}, a cloud's credentials" in text
    assert number(page, "g.node") == OUTWARD
    assert number(page, "g.node.closed") == 1
    assert number(page, "path.flowchart-link[marker-end*=cross]") == 1


def test_services_stand_on_the_right_on_a_machine_that_has_a_name_too(page: Browser) -> None:
    drawn(page, made("db")._replace(egress=()))
    asker, service = (
        page.run(f"document.querySelector('g.node[id*={name}]').getBoundingClientRect().left")
        for name in ("z0_0", "s0")
    )
    assert asker < service


def test_of_two_thousand_services_as_many_are_drawn_as_mermaid_takes(page: Browser) -> None:
    (lane,) = made("a").lanes
    lanes = tuple(lane._replace(owner=f"{'-' * 90}{n}", host=None) for n in range(2000))
    (each,) = made("a").egress
    drawn(page, made("a")._replace(lanes=lanes, egress=(each,) * 2000))
    text = page.run("document.body.textContent")
    assert "more ports, for which there is no room here" in text
    assert "more networks, for which there is no room here" in text


@pytest.mark.parametrize(
    "name",
    [
        HOSTILE,
        "end",
        "graph",
        "`**bold**`",
        "a --> b",
        "%% comment",
        "click x",
        "#quot;",
        '"]:::x',
        "</svg>",
        "&lt;b",
    ],
)
def test_a_name_is_shown_as_it_is_written(page: Browser, name: str) -> None:
    drawn(page, made(name))
    shown = name.split("\x1b")[0]
    assert shown[:40] in page.run("document.body.textContent")
    assert number(page, "g.node") == 1 + 4 + OUTWARD
    assert number(page, "img") == 0
