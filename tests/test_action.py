"""The GitHub action: its steps' scripts, run by bash as a runner does it."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
ACTION: dict[str, Any] = YAML(typ="safe").load(ROOT / "action.yml")
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXAMPLE = ROOT / "examples" / "exposed-vps"
# What `shell: bash` stands for.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")

pytestmark = pytest.mark.skipif(
    not shutil.which("bash") and "CI" not in os.environ, reason="there is no bash"
)


class Ended(NamedTuple):
    code: int
    out: str
    outputs: dict[str, str]
    folder: Path  # the runner's own


def step(name: str) -> dict[str, Any]:
    return next(step for step in STEPS if step.get("name") == name)


def run(name: str, tmp_path: Path, inputs: dict[str, str] | None = None, **environment: str) -> Ended:
    """Runs the script of a step in the example, with these inputs of the action."""
    folder = tmp_path / "runner"
    program = folder / "compolint" / "bin" / "compolint"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m compolint "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    given = {key: str(each["default"]) for key, each in ACTION["inputs"].items()} | (inputs or {})
    values = {f"${{{{ inputs.{key} }}}}": value for key, value in given.items()}
    outputs = folder / "outputs"
    ended = subprocess.run(
        [*BASH, "-c", step(name)["run"]],
        cwd=tmp_path if (tmp_path / "compose.yaml").exists() else EXAMPLE,
        env={
            "PATH": os.environ["PATH"],
            "RUNNER_TEMP": str(folder),
            "GITHUB_OUTPUT": str(outputs),
            **{key: values.get(value, "") for key, value in step(name)["env"].items()},
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    lines = outputs.read_text().splitlines() if outputs.exists() else []
    return Ended(
        ended.returncode,
        ended.stdout + ended.stderr,
        {key: value for key, _, value in (line.partition("=") for line in lines)},
        folder,
    )


def test_a_scan_annotates_writes_sarif_and_leaves_the_exit_code_to_the_last_step(tmp_path: Path) -> None:
    ended = run("Scan", tmp_path)
    sarif = str(ended.folder / "compolint.sarif")
    assert (ended.code, ended.outputs) == (0, {"sarif-file": sarif, "exit-code": "1"})
    assert "::error file=" in ended.out
    assert json.loads(Path(sarif).read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_the_least_severity_that_fails_can_be_chosen(tmp_path: Path) -> None:
    assert run("Scan", tmp_path, {"fail-on": "never"}).outputs["exit-code"] == "0"


def test_paths_come_one_a_line_and_may_hold_blanks(tmp_path: Path) -> None:
    for name in ("my stack", "other"):
        (tmp_path / name).mkdir()
        shutil.copy(EXAMPLE / "compose.yaml", tmp_path / name)
    (tmp_path / "compose.yaml").touch()
    ended = run("Scan", tmp_path, {"paths": "my stack\n\nother/compose.yaml\n"})
    assert ended.outputs["exit-code"] == "1"
    assert "file=my stack/compose.yaml" in ended.out
    assert "file=other/compose.yaml" in ended.out


def test_a_configuration_file_can_be_named(tmp_path: Path) -> None:
    configuration = tmp_path / "policy.toml"
    configuration.write_text('fail-on = "low"\nexclude = ["**"]\n')
    assert run("Scan", tmp_path, {"config": str(configuration)}).outputs["exit-code"] == "3"


def test_wrong_usage_writes_no_sarif(tmp_path: Path) -> None:
    ended = run("Scan", tmp_path, {"fail-on": "much"})
    assert (ended.code, ended.outputs) == (0, {"exit-code": "2"})


def test_the_sarif_of_an_earlier_step_is_not_taken_for_that_of_this_one(tmp_path: Path) -> None:
    stale = tmp_path / "runner" / "compolint.sarif"
    stale.parent.mkdir()
    stale.write_text("{}")
    assert run("Scan", tmp_path, {"fail-on": "much"}).outputs == {"exit-code": "2"}


@pytest.mark.parametrize("name", ["paths", "fail-on", "config", "category"])
@pytest.mark.parametrize(
    "text",
    [
        "$(touch {0})",
        "`touch {0}`",
        '"; touch {0}; "',
        "'; touch {0}; '",
        "x\n touch {0}\n",
        "& touch {0} #",
        "--help",
    ],
)
def test_an_input_is_never_a_command(tmp_path: Path, name: str, text: str) -> None:
    harmed = tmp_path / "harmed"
    ended = run("Scan", tmp_path, {name: text.format(harmed)})
    assert not harmed.exists()
    assert ended.code == 0
    assert ended.outputs["exit-code"] == ("1" if name == "category" else "2")


@pytest.mark.parametrize(("code", "expected"), [("0", 0), ("1", 1), ("3", 3), ("", 4)])
def test_the_last_step_ends_as_the_scan_did(tmp_path: Path, code: str, expected: int) -> None:
    assert run("Result", tmp_path, CODE=code).code == expected


def test_no_script_has_an_expression_in_it() -> None:
    assert [each["run"] for each in STEPS if "${{" in each.get("run", "")] == []


def test_foreign_actions_are_pinned_to_a_commit() -> None:
    for each in STEPS:
        if "uses" in each:
            name, _, revision = each["uses"].partition("@")
            assert (name, len(revision), set(revision) <= set("0123456789abcdef")) == (name, 40, True)


def test_every_input_and_output_is_described_and_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for kind in ("inputs", "outputs"):
        assert all(each["description"] for each in ACTION[kind].values())
    for name in ACTION["inputs"]:
        assert f"inputs.{name}" in text
