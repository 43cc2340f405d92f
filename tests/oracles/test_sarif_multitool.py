"""What Microsoft's validator says of our SARIF, by the specification's rules and by GitHub's.

`tests/oracles/install` fetches it. Its exit code says nothing, so its own report is read.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compolint.check import Severity
from compolint.report import Options, render
from compolint.text import Note
from compolint.tree import Skipped
from tests.reports import HIGH, about_files, found, hardening, made, marked, on_loopback, report

ROOT = Path(__file__).parent.parent.parent
HOME = ROOT / ".oracles/node_modules/@microsoft/sarif-multitool-linux"
TOOL = Path(os.environ.get("SARIF_MULTITOOL", HOME / "Sarif.Multitool"))
# A newer limit holds for GH1004, which counts by an older one.
OUTDATED = {"GH1004"}

pytestmark = pytest.mark.skipif(
    not TOOL.exists() and "CI" not in os.environ, reason="tests/oracles/install has not been run"
)


def log() -> str:
    """A report with all that a report can hold."""
    compose, (service, port, password, block) = marked(
        "my stack/compose.yaml",
        'services:\n  ‹db›:\n    ports: ["🐳", ‹"5432:5432"›]\n    environment:\n'
        "      PASSWORD: ‹hunter2›\n    ‹deploy:\n      a: 1›\n",
    )
    rules, (rule,) = marked("user.rules", "‹-A ufw-user-input -p tcp --dport 5432 -j ACCEPT›\n")
    notes = (Note("this service", service), Note("this [rule] is in INPUT", rule))
    secret = made("secret-in-environment", Severity.CRITICAL, "secret")
    made_up = report(
        {"my stack/compose.yaml": compose, "user.rules": rules},
        found(port, notes=notes, fix="publish it on 127.0.0.1", patches=(on_loopback(port),)),
        found(port, severity=Severity.MEDIUM),
        found(password, "db has a literal password", secret),
        found(block, "it cannot be decided", status="open"),
        found(
            service,
            "db may write to its root",
            hardening("writable-root"),
            status="accepted",
            reason="it must",
        ),
        found(service._replace(end=service.start), "it is a bit odd", made("odd", Severity.INFO)),
        found(rule, "line 1 is no rule", about_files()),
        skipped=(Skipped("pipe", "is a named pipe"),),
        errors=("some-check broke down at compose.yaml (ValueError)",),
        incomplete=True,
    )
    options = Options(
        show_accepted=True,
        checks=(made("never-found", HIGH),),
        sarif_category="production",
        home="https://example.org/compolint",
        pages="https://example.org/compolint/{name}",
    )
    return "".join(render("sarif", made_up, options))


def verdicts(text: str, folder: Path) -> list[dict[str, Any]]:
    given, judged = folder / "given.sarif", folder / "judged.sarif"
    given.write_text(text, encoding="utf-8")
    command: list[str | Path] = [TOOL, "validate", given, "--output", judged, "--log", "ForceOverwrite"]
    command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--kind", "Fail"]
    subprocess.run(command, capture_output=True, timeout=120, check=False)
    run = json.loads(judged.read_text(encoding="utf-8-sig"))["runs"][0]
    assert run["tool"]["driver"]["name"] == "Sarif.Multitool"
    results: list[dict[str, Any]] = run["results"]
    return [result for result in results if result["ruleId"] not in OUTDATED]


def test_the_validator_has_neither_errors_nor_warnings(tmp_path: Path) -> None:
    assert verdicts(log(), tmp_path) == []


def test_the_validator_would_say_so(tmp_path: Path) -> None:
    broken = log().replace('"startColumn":', '"startColum":', 1)
    assert verdicts(broken, tmp_path) != []


def test_the_log_is_valid_by_the_schema_that_comes_with_the_validator() -> None:
    import jsonschema

    schema = json.loads((TOOL.parent / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    errors = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(log()))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
