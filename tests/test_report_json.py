"""The reports for programs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.engine import Report
from compolint.report import render
from compolint.text import Note, Span
from compolint.tree import Skipped
from compolint.unknown import Unknown
from tests.reports import found, marked, on_loopback, report

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas/findings.json").read_text(encoding="utf-8"))
PATH = "compose.yaml"


def written(made_up: Report) -> Any:
    return json.loads("".join(render("json", made_up)))


def rich() -> Report:
    plain, (service, port) = marked(PATH, 'services:\n  ‹db›:\n    ports: ["🐳é", ‹"80:80"›]\n')
    value = Unknown("${BIND}", port, ("BIND",))
    return report(
        {PATH: plain},
        found(
            port,
            notes=(Note("this service", service),),
            fix="publish it on 127.0.0.1",
            patches=(on_loopback(port),),
        ),
        found(port, "who knows", status="open", undecided=value),
        found(service, status="accepted", reason="it must"),
        skipped=(Skipped("pipe", "is a named pipe"),),
        errors=("odd broke down",),
        incomplete=True,
    )


def test_a_finding_is_described_by_code_points_from_1() -> None:
    assert written(rich())["findings"][0] == {
        "check": "wildcard-bind",
        "severity": "high",
        "status": "fail",
        "message": "db publishes 5432/tcp on every interface",
        "path": "compose.yaml",
        "line": 3,
        "column": 19,
        "end_line": 3,
        "end_column": 26,
        "subject": "db",
        "clauses": ["C1", "H2"],
        "fingerprint": "6ce706743d3767ad9f9fc332",
        "related": [{"path": "compose.yaml", "line": 2, "column": 3, "message": "this service"}],
        "fix": "publish it on 127.0.0.1",
        "edits": [
            {
                "path": "compose.yaml",
                "line": 3,
                "column": 19,
                "end_line": 3,
                "end_column": 26,
                "text": '"127.0.0.1:80:80"',
            }
        ],
    }


def test_the_summary_counts_and_says_what_was_left_out() -> None:
    assert written(rich())["summary"] == {
        "severities": {"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0},
        "statuses": {"fail": 1, "open": 1, "accepted": 1, "known": 0, "approved": 0},
        "files": {"compose": 1},
        "skipped": [{"path": "pipe", "reason": "is a named pipe"}],
        "incomplete": True,
        "errors": ["odd broke down"],
        "undecided": [
            {"value": "${BIND}", "checks": ["wildcard-bind"], "path": "compose.yaml", "line": 3, "column": 19}
        ],
    }


def test_an_accepted_finding_is_there_with_its_reason() -> None:
    accepted = written(rich())["findings"][2]
    assert (accepted["status"], accepted["reason"]) == ("accepted", "it must")


def test_reports_keep_to_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for made_up in (rich(), report({})):
        validator.validate(written(made_up))


def test_lines_hold_the_same_and_end_with_the_summary() -> None:
    *findings, last = map(json.loads, "".join(render("jsonl", rich())).splitlines())
    assert [*findings] == written(rich())["findings"]
    assert last == {"summary": written(rich())["summary"]}


def test_the_same_findings_give_the_same_bytes() -> None:
    for form in ("text", "concise", "json", "jsonl", "sarif", "github"):
        assert [*render(form, rich())] == [*render(form, rich())]


@given(st.text(max_size=50))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_written_and_read_by_strict_readers(words: str) -> None:
    made_up = report({PATH: "x"}, found(Span(PATH, 0, 1), words, subject=words), errors=(words,))
    said = "".join(render("json", made_up))
    assert said.isascii()
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(said))
    json.loads(said)["findings"][0]["message"].encode("utf-8")
