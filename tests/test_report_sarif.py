"""The SARIF report: what the specification and GitHub ask for. A foreign judge is in `oracles`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from compolint import __version__
from compolint.check import Severity
from compolint.engine import Report
from compolint.report import HOME, Options, render
from compolint.report.line_hash import line_hashes
from compolint.text import Note, Span
from compolint.tree import Skipped
from tests.reports import HIGH, about_files, found, made, marked, on_loopback, report

ROOT = Path(__file__).parent.parent
PATH = "compose.yaml"


def run(made_up: Report, options: Options = Options()) -> Any:  # noqa: B008
    (only,) = json.loads("".join(render("sarif", made_up, options)))["runs"]
    return only


def result(made_up: Report, options: Options = Options()) -> Any:  # noqa: B008
    (only,) = run(made_up, options)["results"]
    return only


def at(start: int = 0, end: int = 1, path: str = PATH) -> Span:
    return Span(path, start, end)


def test_a_region_counts_in_units_of_utf16() -> None:
    plain, (port,) = marked(PATH, 'a: 🐳\n[🐳é, ‹"🐳:80"›]\n')
    region = result(report({PATH: plain}, found(port)))["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 2,
        "startColumn": 7,
        "endLine": 2,
        "endColumn": 14,
        "snippet": {"text": '"🐳:80"'},
    }
    assert run(report({PATH: plain}))["columnKind"] == "utf16CodeUnits"


def test_an_empty_region_is_widened_to_a_character() -> None:
    region = result(report({PATH: "ab\n"}, found(at(1, 1))))["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (2, 3)


def test_a_fix_that_a_program_can_make_has_its_replacements() -> None:
    plain, (port,) = marked(PATH, '[🐳, ‹"80:80"›]\n')
    (fix,) = result(report({PATH: plain}, found(port, fix="bind it", patches=(on_loopback(port),))))["fixes"]
    (change,) = fix["artifactChanges"]
    assert fix["description"] == {"text": "bind it."}
    assert change["artifactLocation"] == {"uri": PATH, "uriBaseId": "%SRCROOT%"}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 13},
            "insertedContent": {"text": '"127.0.0.1:80:80"'},
        }
    ]


def test_a_fix_in_words_alone_is_none_that_a_program_can_make() -> None:
    plain, (port,) = marked(PATH, '[‹"${PORTS}"›]\n')
    assert "fixes" not in result(report({PATH: plain}, found(port, fix="a", patches=(on_loopback(port),))))
    assert "fixes" not in result(report({PATH: plain}, found(port, fix="bind it")))


def test_a_path_is_relative_to_the_root_and_percent_encoded() -> None:
    path = "my stack/a:b%é.yaml"
    location = result(report({path: "x"}, found(at(path=path))))["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {
        "uri": "my%20stack/a%3Ab%25%C3%A9.yaml",
        "uriBaseId": "%SRCROOT%",
    }
    assert "uri" not in run(report({}))["originalUriBaseIds"]["%SRCROOT%"]


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.HIGH, "error"),
        (Severity.MEDIUM, "warning"),
        (Severity.LOW, "note"),
        (Severity.INFO, "note"),
    ],
)
def test_a_severity_that_was_changed_survives(severity: Severity, level: str) -> None:
    """`warning` is the class's default, the rule's is `error`: a result without a level would be an error."""
    made_up = report({PATH: "x"}, found(at(), severity=severity))
    assert result(made_up)["level"] == level
    assert run(made_up)["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "error"


def test_what_is_undecided_is_open_and_has_no_level() -> None:
    undecided = result(report({PATH: "x"}, found(at(), status="open")))
    assert (undecided["kind"], undecided["level"]) == ("open", "none")


def test_accepted_findings_are_left_out_or_all_results_tell_of_suppressions() -> None:
    findings = [
        found(at()),
        found(at(), "other", status="accepted", reason="it must"),
        found(at(), "third", status="known"),
    ]
    made_up = report({PATH: "x"}, *findings)
    assert "suppressions" not in result(made_up)
    assert [each["suppressions"] for each in run(made_up, Options(show_accepted=True))["results"]] == [
        [],
        [{"kind": "inSource", "justification": "it must"}],
        [{"kind": "external"}],
    ]


def test_a_message_links_to_what_it_speaks_of() -> None:
    plain, (service, port) = marked(PATH, "‹db›:\n  ‹80›\n")
    finding = found(port, "db [x](http://evil) is open", notes=(Note("this [one]", service),))
    made_up = result(report({PATH: plain}, finding))
    assert made_up["message"]["text"] == ("db \\[x\\](http://evil) is open. See [this \\[one\\]](1).")
    assert [each["id"] for each in made_up["relatedLocations"]] == [1]
    assert "codeFlows" not in made_up


def test_a_way_through_files_is_a_code_flow() -> None:
    finding = found(at(), notes=(Note("set here", at(path=".env")),))
    (flow,) = result(report({PATH: "x", ".env": "y"}, finding))["codeFlows"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in steps] == [
        ".env",
        PATH,
    ]


def test_a_rule_has_all_that_github_shows() -> None:
    rules = run(report({PATH: "x"}, found(at())), Options(checks=(made("another"),)))["tool"]["driver"][
        "rules"
    ]
    assert [rule["id"] for rule in rules] == ["another", "wildcard-bind"]
    assert rules[1] == {
        "id": "wildcard-bind",
        "name": "WildcardBind",
        "shortDescription": {"text": "A port is published on every interface."},
        "fullDescription": {
            "text": "Docker's own firewall rules come before the host's, so the port is open to the internet."
            " Everybody can try it."
        },
        "help": {"text": rules[1]["help"]["text"], "markdown": rules[1]["help"]["text"]},
        "helpUri": f"{HOME}/blob/v{__version__}/docs/checks/wildcard-bind.md",
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "tags": ["security", "network", "external/cwe/cwe-668"],
            "precision": "high",
            "problem.severity": "error",
            "security-severity": "8.0",
            "clauses": ["C1", "H2"],
        },
    }
    assert "## Instead\n\nPublish it on 127.0.0.1." in rules[1]["help"]["markdown"]


def test_results_point_to_their_rules() -> None:
    findings = [found(at(), "one", made(name)) for name in ("b", "a")]
    made_up = run(report({PATH: "x"}, *findings))
    for each in made_up["results"]:
        assert made_up["tool"]["driver"]["rules"][each["ruleIndex"]]["id"] == each["ruleId"]


def test_advice_without_danger_has_no_security_severity() -> None:
    (rule,) = run(report({PATH: "x"}, found(at(), check=made("odd-name", Severity.INFO))))["tool"]["driver"][
        "rules"
    ]
    assert "security-severity" not in rule["properties"]
    assert rule["properties"]["problem.severity"] == "recommendation"


def test_what_was_not_checked_is_notified() -> None:
    made_up = report(
        {PATH: "x"},
        found(at(), "line 1 is no YAML", about_files()),
        skipped=(Skipped("pipe", "is a named pipe"),),
        errors=("odd broke down",),
        incomplete=True,
    )
    (invocation,) = run(made_up)["invocations"]
    assert invocation["executionSuccessful"] is True
    assert [
        (each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]
    ] == [
        ("error", "odd broke down."),
        (
            "error",
            "Some files, or parts of them, could not be understood, and what they declare was not checked.",
        ),
        ("error", "line 1 is no YAML."),
        ("warning", "pipe was skipped: it is a named pipe."),
    ]


def test_the_most_severe_of_too_many_are_kept() -> None:
    findings = [found(at(), severity=Severity.LOW)] * 5000 + [found(at(), "worse")]
    made_up = run(report({PATH: "x"}, *findings))
    assert len(made_up["results"]) == 5000
    assert made_up["results"][-1]["message"]["text"] == "worse."
    (notification,) = made_up["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].endswith("most severe findings are listed, without 1 other.")


def test_a_category_is_said_only_when_asked_for() -> None:
    assert "automationDetails" not in run(report({}))
    details = run(report({}), Options(sarif_category="production"))["automationDetails"]
    assert details == {"id": "compolint/production/"}


def test_results_and_rules_are_there_even_when_empty() -> None:
    made_up = run(report({}))
    assert (made_up["results"], made_up["tool"]["driver"]["rules"]) == ([], [])


# Computed with the published algorithm of GitHub's upload action, run by Node on these texts.
HASHES = {
    "a": {1: "53b5d4aabe50d64:1"},
    "services:\n  db:\n    image: postgres\n    image: postgres\n": {
        1: "fb95916dce7f99e5:1",
        2: "4bea659685d5ada1:1",
        3: "71a0225f9cbd8bdf:1",
        4: "6b7002b108b68d0d:1",
        5: "c129715d7a2bc9a3:1",
    },
}


@pytest.mark.parametrize("text", HASHES)
def test_lines_have_githubs_hashes(text: str) -> None:
    assert line_hashes(text, range(1, 9)) == HASHES[text]


def test_equal_lines_are_numbered_and_line_ends_and_blanks_do_not_count() -> None:
    text = f"image: {'x' * 120}\n" * 2
    first, second = line_hashes(text, [1, 2]).values()
    assert (first[:-2], first[-2:], second[-2:]) == (second[:-2], ":1", ":2")
    assert line_hashes(text.replace("\n", "\r\n").replace(" ", "\t "), [1, 2]) == {1: first, 2: second}


def test_a_file_that_is_gone_has_no_hash() -> None:
    finding = result(report({}, found(at(path="gone.yaml"))))
    assert finding["partialFingerprints"] == {"compolintLogical/v1": "d6b2854b07edfcfbd0b01b23"}


def test_other_formats_do_not_import_the_object_model() -> None:
    program = (
        "import sys; from compolint.report import render, Options; from tests.reports import *\n"
        "for form in ('text', 'concise', 'github'): ''.join(render(form, report({})))\n"
        "print({'sarif_om', 'attr', 'json', 'urllib.parse', 'unicodedata', 'textwrap'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout == "set()\n"


def test_severities_of_findings_are_kept_beside_githubs() -> None:
    properties = result(report({PATH: "x"}, found(at(), fix="bind it", severity=HIGH)))["properties"]
    assert properties == {"severity": "high", "subject": "db", "clauses": ["C1", "H2"], "fix": "bind it"}
