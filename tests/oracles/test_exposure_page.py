"""The page and the picture of `compolint exposure`, in a real browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from compolint.report.exposure import render
from compolint.report.exposure.shown import Shown
from tests.oracles.browser import PROGRAM, Browser, browser
from tests.test_exposure_command import HOSTILE, made

pytestmark = pytest.mark.skipif(
    PROGRAM is None and "CI" not in os.environ, reason="there is no Chromium here"
)
VISIBLE = "[...document.querySelectorAll('tbody tr')].filter(row => row.offsetHeight).length"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def several() -> Shown:
    """Three services, of which the names of one try to be everything that a page can be."""
    shown = made("db")
    (lane,) = shown.lanes
    closed = tuple(verdict._replace(answer="closed", layer="address") for verdict in lane.verdicts)
    web = lane._replace(owner="web", port=443, last=443, verdicts=closed)
    hostile = lane._replace(owner=f"{HOSTILE}<script>hacked = 1</script>", port=9000, last=9000)
    return shown._replace(lanes=(lane, web, hostile))


def opened(page: Browser, to: Path, format: str, shown: Shown) -> None:
    page.complaints.clear()
    page.requests.clear()
    to.write_text("".join(render(format, shown)), encoding="utf-8")
    page.open(to)


def test_the_page_loads_without_a_complaint_and_asks_for_nothing(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "exposure.html"
    opened(page, file, "html", several())
    assert page.run("document.title") == "Who reaches what"
    assert page.complaints == []
    assert [url for url in page.requests if not url.startswith("data:")] == [file.as_uri()]


def test_names_run_nothing(page: Browser, tmp_path: Path) -> None:
    opened(page, tmp_path / "exposure.html", "html", several())
    assert page.run("typeof hacked") == "undefined"
    assert page.run("document.images.length + document.scripts.length") == 1
    # What stands in the page could not run even if it were a script.
    page.run("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"hacked = 1\">')")
    page.run("document.body.append(Object.assign(document.createElement('script'), {text: 'hacked = 1'}))")
    assert page.run("typeof hacked") == "undefined"


def test_the_filter_keeps_what_has_all_words_and_the_answer(page: Browser, tmp_path: Path) -> None:
    opened(page, tmp_path / "exposure.html", "html", several())

    def typed(field: str, value: str) -> tuple[int, str]:
        page.run(f"{field}.value = {value!r}; {field}.dispatchEvent(new Event('input'))")
        return page.run(VISIBLE), page.run("shown.textContent")

    assert page.run(VISIBLE) == 3
    assert typed("words", "DB 80/tcp") == (1, "1 of 3")
    assert typed("words", "") == (3, "3 of 3")
    assert typed("answer", "open") == (2, "2 of 3")
    assert typed("zone", "tailnet") == (0, "0 of 3")
    assert typed("answer", "undecided") == (2, "2 of 3")
    assert typed("answer", "") == (3, "3 of 3")


def test_reasons_unfold_with_their_lines(page: Browser, tmp_path: Path) -> None:
    opened(page, tmp_path / "exposure.html", "html", made("db", text="published on every interface"))
    page.run("folded = document.querySelector('details:not([open])')")
    assert page.run("folded.querySelector('pre').checkVisibility()") is False
    page.run("folded.querySelector('summary').click()")
    assert page.run("folded.querySelector('pre').checkVisibility()") is True
    assert page.run("folded.querySelector('pre').innerText") == "published on every interface"


@pytest.mark.parametrize(
    "owner", ["db", "a-very-long-name-of-a-service " * 5, "数据库服务器" * 20, "${THE_HOST}" * 9, "m" * 99]
)
def test_no_text_of_the_picture_leaves_it(page: Browser, tmp_path: Path, owner: str) -> None:
    opened(page, tmp_path / "exposure.html", "html", made(owner, owner))
    outside = """
        const all = document.querySelector("svg").getBoundingClientRect();
        [...document.querySelectorAll("svg text")].filter(each => {
          const box = each.getBoundingClientRect();
          return box.left < all.left || box.right > all.right || box.bottom > all.bottom;
        }).map(each => each.textContent)
    """
    assert page.run(f"{{ {outside} }}") == []


def test_the_picture_is_drawn_and_not_only_coloured(page: Browser, tmp_path: Path) -> None:
    file = tmp_path / "exposure.svg"
    opened(page, file, "svg", several())
    assert page.complaints == []
    signs = "[...document.querySelectorAll('text')].map(each => each.textContent)"
    assert {"open", "held", "undecided", "?"} <= set(page.run(signs))
    page.picture(tmp_path / "exposure.png")
    assert tmp_path.joinpath("exposure.png").stat().st_size > 10_000
