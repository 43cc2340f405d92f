"""Packs of checks, by the very example of the documentation."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from compolint import cli, packs
from compolint.model import Entity, firewall
from compolint.packs import BadPack

PAGE = (Path(__file__).parent.parent / "docs" / "packs.md").read_text(encoding="utf-8")
FENCE = re.compile(
    r"^(?P<ticks>`{3,})\w+ (?P<name>[^\n]+)\n(?P<text>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL
)
FILES = {fence["name"]: fence["text"] for fence in FENCE.finditer(PAGE)}
CHECK = "acme_checks/image/foreign_registry.py"
COMMAND = "compolint scan --format concise compose.yaml"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example, installed as an installer would do it."""
    site = tmp_path / "site"
    check = site / CHECK
    check.parent.mkdir(parents=True)
    check.write_text(FILES[CHECK], encoding="utf-8")
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    about = site / f"acme_checks-{project['version']}.dist-info"
    about.mkdir()
    about.joinpath("METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    (short_name, package), *_ = project["entry-points"]["compolint.packs"].items()
    about.joinpath("entry_points.txt").write_text(f"[compolint.packs]\n{short_name} = {package}\n")
    monkeypatch.syspath_prepend(str(site))
    home = tmp_path / "project"
    home.mkdir()
    for name in ("compolint.toml", "compose.yaml"):
        home.joinpath(name).write_text(FILES[name], encoding="utf-8")
    monkeypatch.chdir(home)
    yield home
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def test_the_example_finds_what_its_page_says(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(COMMAND.split()[1:]) == 1
    found = [line for line in capsys.readouterr().out.splitlines() if "acme" in line]
    assert found == FILES[COMMAND].splitlines()


def test_a_check_of_a_pack_can_be_silenced_by_its_name(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack.joinpath("compolint.toml").write_text(
        'packs = ["acme"]\n[severity]\n"acme/foreign-registry" = "off"\n'
    )
    assert cli.run(COMMAND.split()[1:]) == 0
    assert "acme" not in capsys.readouterr().out


def test_the_options_of_a_check_of_a_pack_reach_it(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = FILES["compolint.toml"].replace('"registry.acme.example"', '"docker.io"')
    pack.joinpath("compolint.toml").write_text(settings)
    assert cli.run(COMMAND.split()[1:]) == 0
    assert "acme" not in capsys.readouterr().out


def test_the_page_of_a_check_of_a_pack_is_shown(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "acme/foreign-registry"]) == 0
    assert capsys.readouterr().out.startswith("Image from another registry\n")


def test_a_pack_that_is_not_named_is_not_used(pack: Path) -> None:
    assert not [offer for offer in packs.load() if "acme" in offer.name]
    assert "acme_checks" not in sys.modules


def test_a_pack_that_is_not_there_is_an_error() -> None:
    with pytest.raises(BadPack, match="there is no pack `nowhere`"):
        packs.load(["nowhere"])


def test_a_whole_pack_can_be_selected(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["scan", "--select", "acme", "--format", "concise"]) == 1
    assert "[acme/foreign-registry]" in capsys.readouterr().out


def test_a_pack_without_checks_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("empty_pack", "image").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(BadPack, match="holds no checks"):
        packs.load(["empty_pack"])


def test_a_file_without_its_check_is_an_error(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = pack.parent / "site" / CHECK
    path.write_text(FILES[CHECK].replace("def foreign_registry", "def other"))
    assert cli.run(["scan"]) == 2
    assert "must define a check named `foreign_registry`" in capsys.readouterr().err


def test_what_an_offer_reads_of_a_check_is_what_the_check_says() -> None:
    for offer in packs.load():
        assert (offer.subject, offer.when) == (offer.check.subject.__name__, offer.check.when)


def test_a_check_that_needs_something_names_what_there_is() -> None:
    assert firewall.Firewall in Entity.__subclasses__()
    for offer in packs.load():
        for condition in offer.when:
            if condition.startswith("--"):
                assert condition[2:] in offer.check.options
            elif condition[0].isupper():
                assert any(kind.__name__ == condition for kind in Entity.__subclasses__())
            else:
                assert hasattr(offer.check.subject, condition.partition(":")[0])


def test_what_is_read_of_a_check_before_it_is_imported_is_what_it_says() -> None:
    for offer in packs.load():
        assert (offer.when, offer.profile) == (offer.check.when, offer.check.profile)
