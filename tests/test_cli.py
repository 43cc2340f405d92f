"""The command line, as its users see it."""

import io
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from ruamel.yaml import YAML

import compolint
from compolint import cli
from compolint.cli.init import PRE_COMMIT, WORKFLOW
from compolint.config import Misconfigured
from compolint.config.file import schema, understood
from compolint.report import FORMATS
from compolint.text import Source

HOME = str(Path(compolint.__file__).parent.parent)
OPEN = 'services:\n  web:\n    image: nginx:1.29\n    ports: ["9090:80"]\n'
CLOSED = OPEN.replace("9090:80", "127.0.0.1:9090:80")
BROKEN = "services: [\n"
FOUND = "compose.yaml:4:13: high: web publishes 9090->80/tcp on every interface [wildcard-bind]\n"
ONLY = ("--select", "wildcard-bind", "--format", "concise")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Ended]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Calls the program in a project of the given files."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_STEP_SUMMARY", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(
        *arguments: str, files: dict[str, str] | None = None, stdin: str | bytes = "", at: str = "."
    ) -> Ended:
        for name, text in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        monkeypatch.chdir(tmp_path / at)
        code = cli.run(arguments)
        return Ended(code, *capsys.readouterr())

    return run


def program(*arguments: str, at: Path, **options: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]  # the options are the callers'
        [sys.executable, "-m", "compolint", *arguments],
        cwd=at,
        env={**os.environ, "PYTHONPATH": HOME},
        text=True,
        **options,
    )


# Exit codes


def test_a_clean_project_gives_0(call: Call) -> None:
    assert call("scan", *ONLY, files={"compose.yaml": CLOSED}).code == 0


def test_a_finding_gives_1(call: Call) -> None:
    ended = call("scan", *ONLY, files={"compose.yaml": OPEN})
    assert (ended.code, ended.out, ended.err) == (1, FOUND, "")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("text", "code"), [(OPEN, 1), (CLOSED, 0)])
def test_the_code_does_not_depend_on_the_format(call: Call, format: str, text: str, code: int) -> None:
    files = {"compose.yaml": text}
    assert call("scan", "--select", "wildcard-bind", "--format", format, files=files).code == code


@pytest.mark.parametrize(
    ("fail_on", "code"), [("critical", 0), ("high", 1), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)]
)
def test_fail_on_says_what_is_too_severe(call: Call, fail_on: str, code: int) -> None:
    assert call("scan", *ONLY, "--fail-on", fail_on, files={"compose.yaml": OPEN}).code == code


@pytest.mark.parametrize(("fail_on", "code"), [("critical", 1), ("never", 0)])
def test_a_file_that_is_not_understood_fails_unless_nothing_does(call: Call, fail_on: str, code: int) -> None:
    ended = call("scan", "--fail-on", fail_on, "--format", "concise", files={"compose.yaml": BROKEN})
    assert ended.code == code
    assert "[syntax-error]" in ended.out


def test_a_file_that_is_not_understood_fails_whatever_is_selected(call: Call) -> None:
    ended = call("scan", *ONLY, files={"compose.yaml": BROKEN})
    assert ended.code == 1
    assert "[syntax-error]" in ended.out


def test_what_is_undecided_fails_in_the_strict_profile_only(call: Call) -> None:
    files = {"compose.yaml": OPEN.replace("9090:80", "${ADDRESS}:9090:80")}
    ended = call("scan", *ONLY, files=files)
    assert (ended.code, "open" in ended.out) == (0, True)
    assert call("scan", *ONLY, "--profile", "strict").code == 1
    assert "Failed: 1 at or above high" in call("scan", *ONLY[:2], "--profile", "strict").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "there is no file or folder `nowhere`"),
        (["chekcs"], "there is no file or folder `chekcs`; did you mean `checks`?"),
        (["scan", "--frobnicate"], "No such option"),
        (["scan", "--fail-on", "sometimes"], "is not one of"),
        (
            ["scan", "--select", "wildcard-bnd"],
            "no check, category or pack `wildcard-bnd`; did you mean `wildcard-bind`?",
        ),
        (["scan", "--ignore", "exposre"], "no check, category or pack `exposre`; did you mean `exposure`?"),
        (["scan", "--exclude", "*.{a,b}"], "--exclude: '*.{a,b}' is no glob"),
        (["scan", "--output", "xml"], "--output: there is no format `xml`"),
        (["scan", "--format", "json", "--output", "text"], "cannot both go to standard output"),
        (
            ["scan", "--output", "json=no/such/folder"],
            "cannot write no/such/folder: no such file or directory",
        ),
        (["scan", "--config", "no.toml"], "no.toml cannot be read: no such file or directory"),
        (["scan", "README"], "what is `README`? Say it with --kind, which is one of compose"),
        (["scan", "-", "compose.yaml"], "goes with no other path"),
        (["scan", "-"], "what is `<stdin>`? Say it with --kind"),
        (["scan", "--stdin-filename", "compose.yaml"], "--stdin-filename is the name of `-`"),
        (["scan", "--kind", "env", "."], "--kind is for files that are named"),
        (["explain", "wildcard-bnd"], "there is no check `wildcard-bnd`; did you mean `wildcard-bind`?"),
        (["completion", "ksh"], "is not one of"),
    ],
)
def test_wrong_usage_gives_2_and_says_what_would_do(call: Call, arguments: list[str], words: str) -> None:
    ended = call(*arguments, files={"compose.yaml": OPEN, "README": "words\n"})
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


@pytest.mark.parametrize("command", [["scan"], ["checks"], ["config", "show"], ["explain", "wildcard-bind"]])
def test_a_wrong_configuration_gives_2(call: Call, command: list[str]) -> None:
    ended = call(*command, files={"compolint.toml": "fail_on = 'high'"})
    assert (ended.code, ended.out) == (2, "")
    assert "Error: compolint.toml:1: there is no `fail_on`; did you mean `fail-on`?" in ended.err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[severity]\nnothing = 'off'", "compolint.toml:2: there is no check `nothing`"),
        ("[options.wildcard-bind]\nx = 1", "compolint.toml:2: wildcard-bind has no option `x`"),
        ("[severity]\nsyntax-error = 'off'", "compolint.toml:2: syntax-error cannot be off"),
        ("[severity]\nprivileged-host-network = 'low'", ":2: privileged-host-network is absolute"),
        ("packs = ['nowhere']", "there is no pack `nowhere`"),
    ],
)
def test_a_setting_about_checks_that_cannot_be_followed_gives_2(
    call: Call, settings: str, words: str
) -> None:
    ended = call("scan", files={"compolint.toml": settings, "compose.yaml": CLOSED})
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


def test_what_is_said_to_be_a_dockerfile_and_builds_on_nothing_fails(call: Call) -> None:
    ended = call("scan", "--kind", "dockerfile", "notes", files={"notes": "RUN a\n"})
    assert ended.code == 1
    assert "RUN stands before the first FROM" in ended.out


def test_nothing_to_check_gives_3(call: Call) -> None:
    ended = call("scan", files={"README": "words\n"})
    assert ended.code == 3
    assert "nothing to check" in ended.err
    assert "ignored" not in ended.err
    assert call("scan", "--allow-empty").code == 0


@pytest.mark.parametrize(
    "settings", [{".gitignore": "*.yaml\n"}, {"compolint.toml": "exclude = ['compose.yaml']\n"}]
)
def test_where_all_files_are_left_out_that_is_said(call: Call, settings: dict[str, str]) -> None:
    ended = call("scan", files={"compose.yaml": OPEN, **settings})
    assert ended.code == 3
    assert "some are ignored by git or excluded, which -v names" in ended.err


BAD_CHECK = '''"""Check that breaks down"""

from compolint.api import Listener, Problem, Problems, Severity, check


@check(Severity.LOW)
def breaks(listener: Listener) -> Problems:
    yield Problem(f"{listener.name} is found", at=listener.span)
    raise RuntimeError("secret words")
'''


def test_a_check_that_breaks_down_gives_4_and_the_report_is_whole(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "site/bad_pack/test/breaks.py": BAD_CHECK,
        "compose.yaml": OPEN,
        "compolint.toml": 'packs = ["bad_pack"]',
    }
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    ended = call("scan", "--format", "concise", files=files)
    assert ended.code == 4
    assert FOUND in ended.out
    assert "web is found" in ended.out
    assert "internal error" in ended.err
    assert "secret" not in ended.err


# What is scanned


@pytest.mark.parametrize("arguments", [[], ["."], ["compose.yaml"], ["--all"]])
def test_scan_is_the_default_command(call: Call, arguments: list[str]) -> None:
    ended = call(*arguments, files={"compose.yaml": OPEN})
    assert ended.code == 1
    assert "wildcard-bind" in ended.out


def test_a_file_that_is_named_is_taken_for_what_its_content_is(call: Call) -> None:
    ended = call("scan", *ONLY, "stack", files={"stack": OPEN})
    assert ended.out == FOUND.replace("compose.yaml", "stack")
    assert call("scan", "image", files={"image": "# our\nFROM debian:13\n"}).code == 0


def test_a_file_that_is_named_is_taken_for_what_it_is_said_to_be(call: Call) -> None:
    ended = call("scan", "--kind", "env", "--format", "json", "settings", files={"settings": "A=1\n"})
    assert json.loads(ended.out)["summary"]["files"] == {"env": 1}


def test_files_and_folders_go_together(call: Call) -> None:
    files = {"a/compose.yaml": OPEN, "b/c/compose.yaml": OPEN, "d/compose.yaml": OPEN}
    ended = call("scan", *ONLY, "a", "b/c/compose.yaml", files=files)
    assert [line.partition(":")[0] for line in ended.out.splitlines()] == [
        "a/compose.yaml",
        "b/c/compose.yaml",
    ]


def test_paths_are_told_from_the_current_folder(call: Call) -> None:
    files = {".git/HEAD": "", "stacks/web/compose.yaml": OPEN, "other/compose.yaml": OPEN}
    assert call("scan", *ONLY, files=files, at="stacks").out == FOUND.replace("compose", "web/compose")
    assert call("scan", *ONLY, "../other", at="stacks").out == FOUND.replace("compose", "../other/compose")


def test_programs_get_paths_from_the_root_of_the_repository(call: Call) -> None:
    ended = call(
        "scan", "--format", "jsonl", *ONLY[:2], files={".git/HEAD": "", "a/compose.yaml": OPEN}, at="a"
    )
    assert json.loads(ended.out.splitlines()[0])["path"] == "a/compose.yaml"


def test_a_finding_is_the_same_wherever_it_is_called(call: Call) -> None:
    files = {".git/HEAD": "", "a/compose.yaml": OPEN}
    first = call("scan", "--format", "json", *ONLY[:2], files=files)
    assert first.out == call("scan", "--format", "json", *ONLY[:2], at="a").out


def test_a_folder_elsewhere_is_told_by_its_whole_path(call: Call, tmp_path: Path) -> None:
    call(files={"a/compose.yaml": OPEN, "b/x": ""})
    ended = call("scan", *ONLY, str(tmp_path / "a"), at="b")
    assert ended.out == f"{tmp_path}/a/{FOUND}"


def test_standard_input_takes_the_place_of_a_file(call: Call) -> None:
    files = {"stacks/compose.yaml": CLOSED, "stacks/.env": "PORTS=9090:80\n"}
    text = OPEN.replace("9090:80", "${PORTS}")
    ended = call("scan", *ONLY, "--stdin-filename", "stacks/compose.yaml", "-", files=files, stdin=text)
    assert ended.out == f"stacks/{FOUND}"


def test_standard_input_may_be_a_file_in_folders_that_are_not_there_yet(call: Call) -> None:
    ended = call("scan", *ONLY, "--stdin-filename", "new/stack/compose.yaml", "-", stdin=OPEN)
    assert ended.out == f"new/stack/{FOUND}"


def test_standard_input_needs_no_name_where_its_content_tells(call: Call) -> None:
    assert call("scan", *ONLY, "-", stdin=OPEN).out == FOUND.replace("compose.yaml", "<stdin>")
    assert call("scan", "--kind", "env", "-", stdin="A=1\n").code == 0


def test_standard_input_that_is_no_text_is_a_finding(call: Call) -> None:
    ended = call("scan", *ONLY, "--stdin-filename", "compose.yaml", "-", stdin=b"\xff\xfe\xff")
    assert ended.code == 1
    assert "[unreadable-file]" in ended.out


@pytest.mark.parametrize(
    "arguments", [["--exclude", "a/**"], ["--exclude", "a"], ["--exclude", "**/a/*.yaml"]]
)
def test_what_is_excluded_is_not_looked_at(call: Call, arguments: list[str]) -> None:
    ended = call("scan", *ONLY, *arguments, files={"a/compose.yaml": OPEN, "compose.yaml": CLOSED})
    assert (ended.code, ended.out) == (0, "")


def test_exclude_starts_from_the_current_folder(call: Call) -> None:
    files = {".git/HEAD": "", "s/a/compose.yaml": OPEN, "s/compose.yaml": CLOSED}
    assert call("scan", *ONLY, "--exclude", "a", files=files, at="s").code == 0
    assert call("scan", *ONLY, "--exclude", "a", "s").code == 1


def test_a_file_that_is_named_is_looked_at_though_it_is_excluded(call: Call) -> None:
    assert call("scan", *ONLY, "--exclude", "a", "a/compose.yaml", files={"a/compose.yaml": OPEN}).code == 1


def test_what_git_ignores_is_left_out_unless_asked_for(call: Call) -> None:
    files = {".git/HEAD": "", ".gitignore": "old/\n", "old/compose.yaml": OPEN, "compose.yaml": CLOSED}
    assert call("scan", *ONLY, files=files).code == 0
    assert call("scan", *ONLY, "--no-gitignore").code == 1


# The hook


def test_the_hook_reports_the_named_files_only(call: Call) -> None:
    files = {".git/HEAD": "", "a/compose.yaml": OPEN, "b/compose.yaml": OPEN}
    assert call("scan", *ONLY, "--hook", "a/compose.yaml", files=files).out == f"a/{FOUND}"


def test_the_hook_reports_findings_that_a_named_file_has_a_part_in(call: Call) -> None:
    text = OPEN.replace("9090:80", "${PORTS}")
    files = {".git/HEAD": "", "compose.yaml": text, ".env": "PORTS=9090:80\n", "other.env": "A=1\n"}
    assert "wildcard-bind" in call("scan", *ONLY, "--hook", ".env", files=files).out
    assert call("scan", *ONLY, "--hook", "other.env").out == ""


def test_the_hook_leaves_out_what_is_excluded(call: Call) -> None:
    files = {
        ".git/HEAD": "",
        "a/compose.yaml": OPEN,
        "compolint.toml": "exclude = ['a']",
        "compose.yaml": CLOSED,
    }
    assert call("scan", *ONLY, "--hook", "a/compose.yaml", files=files).code == 0


def test_the_hook_takes_files_of_no_kind(call: Call) -> None:
    files = {".git/HEAD": "", "compose.yaml": OPEN, "README": "words\n"}
    assert call("scan", *ONLY, "--hook", "README", files=files).code == 0


def test_the_hook_does_not_fail_for_a_broken_file_elsewhere(call: Call) -> None:
    files = {".git/HEAD": "", "a/compose.yaml": CLOSED, "b/compose.yaml": BROKEN}
    assert call("scan", "--hook", "--select", "exposure", "a/compose.yaml", files=files).code == 0
    assert call("scan", "--hook", "--select", "exposure", "b/compose.yaml").code == 1


# Settings


def test_settings_of_the_file_hold(call: Call) -> None:
    files = {"compose.yaml": OPEN, "compolint.toml": "[severity]\nwildcard-bind = 'critical'"}
    assert "critical: web" in call("scan", *ONLY, files=files).out


def test_the_command_line_goes_before_the_file(call: Call) -> None:
    files = {"compose.yaml": OPEN, "compolint.toml": "fail-on = 'never'\nprofile = 'strict'"}
    assert call("scan", *ONLY, files=files).code == 0
    assert call("scan", *ONLY, "--fail-on", "high").code == 1


def test_isolated_knows_no_file(call: Call) -> None:
    files = {"compose.yaml": OPEN, "compolint.toml": "fail-on = 'never'"}
    assert call("scan", *ONLY, "--isolated", files=files).code == 1


def test_a_file_elsewhere_can_be_named(call: Call) -> None:
    files = {"compose.yaml": OPEN, "policy/strict.toml": "exclude = ['a']\nfail-on = 'critical'"}
    assert call("scan", *ONLY, "--config", "policy/strict.toml", files=files).code == 0


def test_a_link_to_a_file_elsewhere_can_be_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to("policy.toml")
    files = {"compose.yaml": OPEN, "policy.toml": "fail-on = 'critical'"}
    assert call("scan", *ONLY, "--config", "link.toml", files=files).code == 0


def test_globs_of_a_file_outside_of_the_project_start_from_its_root(call: Call) -> None:
    files = {
        "policy.toml": "exclude = ['a']",
        "p/.git/HEAD": "",
        "p/a/compose.yaml": OPEN,
        "p/compose.yaml": CLOSED,
    }
    assert call("scan", *ONLY, "--config", "../policy.toml", files=files, at="p").code == 0


def test_the_nearest_file_up_to_the_root_holds(call: Call) -> None:
    files = {
        ".git/HEAD": "",
        "compolint.toml": "fail-on = 'never'",
        "stacks/web/compose.yaml": OPEN,
        "stacks/.compolint.toml": "fail-on = 'high'",
        "other/compose.yaml": OPEN,
    }
    assert call("scan", *ONLY, "stacks/web", files=files).code == 1
    assert call("scan", *ONLY, "other").code == 0


def test_categories_can_be_selected_and_left_out(call: Call) -> None:
    files = {"compose.yaml": OPEN}
    ended = call("scan", "--select", "exposure", "--format", "concise", files=files)
    assert ended.out.splitlines() == [FOUND.strip()]
    assert (
        call("scan", "--ignore", "container,exposure", "--ignore", "image", "--format", "concise").code == 0
    )


def test_what_is_absolute_is_not_left_out(call: Call) -> None:
    text = CLOSED + "    privileged: true\n    network_mode: host\n"
    files = {"compose.yaml": text.replace('    ports: ["127.0.0.1:9090:80"]\n', "")}
    ended = call("scan", "--ignore", "container", "--format", "concise", files=files)
    assert "[privileged-host-network]" in ended.out
    ended = call("scan", "--ignore", "privileged-host-network")
    assert (ended.code, "is absolute" in ended.err) == (2, True)
    assert call("scan", "--ignore", "syntax-error").code == 2


def test_what_is_absolute_is_found_whatever_a_comment_says(call: Call) -> None:
    text = "services:\n  web:\n    image: nginx:1.29\n    network_mode: host\n    privileged: true"
    files = {"compose.yaml": f"{text}  # compolint: allow privileged-host-network: we need it\n"}
    ended = call("scan", "--format", "concise", files=files)
    assert "[privileged-host-network]" in ended.out
    assert "privileged-host-network cannot be allowed, whatever the reason [unused-suppression]" in ended.out


def test_accepted_findings_are_shown_when_asked_for(call: Call) -> None:
    text = OPEN.rstrip() + "  # compolint: allow wildcard-bind: for the lab\n"
    ended = call("scan", "--select", "exposure", files={"compose.yaml": text})
    assert (ended.code, "for the lab" in ended.out) == (0, False)
    assert "for the lab" in call("scan", "--select", "exposure", "--show-accepted").out


def test_an_unused_comment_is_told_only_where_the_whole_project_is_looked_at(call: Call) -> None:
    text = CLOSED.rstrip() + "  # compolint: allow wildcard-bind: for the lab\n"
    assert "[unused-suppression]" in call("scan", "--format", "concise", files={"compose.yaml": text}).out
    assert "[unused-suppression]" not in call("scan", "--format", "concise", "compose.yaml").out


def test_a_file_that_is_named_twice_is_reported_once(call: Call) -> None:
    ended = call("scan", *ONLY, ".", "a", "a/compose.yaml", files={"a/compose.yaml": OPEN})
    assert ended.out == f"a/{FOUND}"


def test_a_file_of_a_project_that_is_not_there_is_an_error(call: Call) -> None:
    files = {"base.yaml": CLOSED, "compolint.toml": "[[project]]\nfiles = ['base.yaml',\n'live.yaml']"}
    ended = call("scan", *ONLY, files=files)
    assert (ended.code, "compolint.toml:3: there is no file `live.yaml`" in ended.err) == (2, True)


def test_compose_files_that_belong_together_are_merged(call: Call) -> None:
    files = {
        "base.yaml": "services:\n  web:\n    image: nginx:1.29\n",
        "live.yaml": "services:\n  web:\n    ports: ['9090:80']\n",
        "compolint.toml": "[[project]]\nfiles = ['base.yaml', 'live.yaml']",
    }
    assert "web publishes" in call("scan", *ONLY, files=files).out
    assert call("scan", *ONLY, "other.yaml", files={"other.yaml": CLOSED}).out == ""


# Reports


def test_a_report_can_go_to_a_file_beside_another(call: Call, tmp_path: Path) -> None:
    ended = call(
        "scan",
        *ONLY,
        "--output",
        "sarif=out.sarif",
        "--output",
        "json=out.json",
        files={"compose.yaml": OPEN},
    )
    assert ended.out == FOUND
    assert json.loads((tmp_path / "out.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((tmp_path / "out.json").read_text())["findings"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["compose.yaml", "out.json", "out.sarif"]


def test_with_reports_in_files_only_people_still_read_one(call: Call) -> None:
    ended = call("scan", "--output", "json=out.json", files={"compose.yaml": OPEN})
    assert "Found" in ended.out
    assert call("scan", "--output", "json=out.json", "-q").out == ""


def test_one_output_may_go_to_standard_output(call: Call) -> None:
    assert (
        call("scan", "--select", "wildcard-bind", "--output", "concise", files={"compose.yaml": OPEN}).out
        == FOUND
    )


def test_a_report_in_a_file_replaces_the_old_one_as_a_whole(call: Call, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x" * 10_000)
    (tmp_path / "link").symlink_to("out")
    call("scan", *ONLY, "--output", "concise=link", files={"compose.yaml": OPEN})
    assert (tmp_path / "out").read_text() == FOUND
    assert (tmp_path / "link").is_symlink()


def test_sarif_has_accepted_findings_only_when_asked_for(call: Call) -> None:
    text = OPEN.rstrip() + "  # compolint: allow wildcard-bind: for the lab\n"
    arguments = ("scan", "--select", "exposure", "--format", "sarif", "--sarif-category", "lab")
    (run,) = json.loads(call(*arguments, files={"compose.yaml": text}).out)["runs"]
    assert run["results"] == []
    assert run["automationDetails"]["id"] == "compolint/lab/"
    (run,) = json.loads(call(*arguments, "--sarif-include-suppressed").out)["runs"]
    assert run["results"][0]["suppressions"][0]["justification"] == "for the lab"


def test_github_gets_a_summary_of_the_job(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    ended = call("scan", "--format", "github", files={"compose.yaml": OPEN})
    assert "::error " in ended.out
    assert "wildcard-bind" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "variables", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_those_who_want_them(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: dict[str, str],
    coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in call("scan", *arguments, files={"compose.yaml": OPEN}).out) == coloured


def test_verbose_tells_what_is_looked_at_and_what_is_not(call: Call) -> None:
    files = {"compose.yaml": OPEN, "a/compose.yaml": OPEN, "compolint.toml": "exclude = ['a']"}
    ended = call("scan", "-v", *ONLY, files=files)
    assert ended.out == FOUND
    assert "configuration: compolint.toml\n" in ended.err
    assert "compose: compose.yaml\n" in ended.err
    assert "not looked at: a is excluded\n" in ended.err


def test_verbose_names_the_files_of_which_a_look_told_nothing(call: Call) -> None:
    files = {"compose.yaml": OPEN, "values.yml": "replicas: 3\n", "notes.md": "services:\n"}
    ended = call("scan", "-v", *ONLY, files=files)
    assert "not looked at: values.yml has nothing that compolint knows\n" in ended.err
    assert "notes.md" not in ended.err


def test_verbose_does_not_call_unread_what_was_read(call: Call) -> None:
    compose = OPEN + "    env_file: .env\n"
    files = {"compose.yaml": compose, ".env": "A=1\n", ".gitignore": ".env\n"}
    ended = call("scan", "-v", *ONLY, files=files)
    assert "env: .env\n" in ended.err
    assert "not looked at" not in ended.err


def test_a_link_that_is_named_is_followed_out_of_the_project_but_not_for_a_hook(
    call: Call, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(OPEN)
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "compose.yaml").symlink_to(outside)
    assert call("scan", *ONLY, "compose.yaml", at="project").out == FOUND
    for arguments in ((".",), ("--hook", "compose.yaml")):
        ended = call("scan", "--format", "concise", *arguments, at="project")
        assert "[unreadable-file]" in ended.out
        assert "wildcard-bind" not in ended.out


def test_an_option_that_is_far_from_all_others_suggests_none(call: Call) -> None:
    assert "Did you mean" not in call("scan", "--bogus").err
    assert "Did you mean '--verbose'?" in call("scan", "--verbos").err


# The other commands


@pytest.mark.parametrize("command", [["checks"], ["config", "show"], ["explain", "wildcard-bind"]])
def test_what_looks_at_no_files_needs_no_configuration_where_it_is_isolated(
    call: Call, command: list[str]
) -> None:
    files = {"compolint.toml": "packs = ['no-such-pack']\n"}
    assert call(*command, files=files).code == 2
    assert call(*command, "--isolated").code == 0


def test_explain_shows_the_page_of_a_check(call: Call) -> None:
    ended = call("explain", "wildcard-bind")
    assert ended.code == 0
    assert ended.out.startswith("Port published on every interface\n----")
    assert "`public-ports`" in ended.out
    assert "#!" not in ended.out
    assert call("explain", "wildcard-bind", "--format", "md").out.startswith(
        "# Port published on every interface\n"
    )
    assert json.loads(call("explain", "wildcard-bind", "--format", "json").out)["severity"] == "high"


def test_checks_lists_all_and_says_which_run_here(call: Call) -> None:
    ended = call("checks", files={"compolint.toml": "[severity]\nwildcard-bind = 'off'"})
    assert "exposure\n" in ended.out
    (line,) = [line for line in ended.out.splitlines() if line.strip().startswith("wildcard-bind ")]
    assert line.endswith("Port published on every interface (does not run here)")
    listed = {check["name"]: check for check in json.loads(call("checks", "--format", "json").out)}
    assert listed["wildcard-bind"]["runs"] is False
    assert listed["syntax-error"]["looks_at"] == "Fault"
    isolated = json.loads(call("checks", "--format", "json", "--isolated").out)
    assert {check["name"]: check["runs"] for check in isolated}["wildcard-bind"] is True


def test_config_show_tells_every_setting_and_where_it_is_from(call: Call) -> None:
    settings = 'fail-on = "low"\n[severity]\nwildcard-bind = "low"\n'
    settings += '[[ignore]]\nchecks = ["wildcard-bind"]\nreason = "x"'
    ended = call("config", "show", files={"compolint.toml": settings})
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert 'profile = "default" # default' in lines
    assert 'fail-on = "low" # compolint.toml:1' in lines
    assert 'severity.wildcard-bind = "low" # compolint.toml:3' in lines
    assert 'ignore[0] = { checks = ["wildcard-bind"], reason = "x" } # compolint.toml:4' in lines
    shown = json.loads(call("config", "show", "--format", "json").out)
    assert {"setting": ["fail-on"], "value": "low", "origin": "compolint.toml:1"} in shown["settings"]
    assert "compolint.toml" not in call("config", "show", "--isolated").out


def test_config_schema_prints_the_schema(call: Call) -> None:
    assert json.loads(call("config", "schema").out) == schema()


def test_init_writes_a_configuration_that_changes_nothing(call: Call, tmp_path: Path) -> None:
    assert call("init").code == 0
    text = (tmp_path / "compolint.toml").read_text()
    assert tomllib.loads(text) == {}
    ended = call("init")
    assert (ended.code, "compolint.toml is there already" in ended.err) == (2, True)


def test_init_shows_every_setting_as_it_may_be_used(call: Call, tmp_path: Path) -> None:
    call("init")
    lines = (tmp_path / "compolint.toml").read_text().splitlines()
    used = "\n".join(line[1:] for line in lines if line[:1] == "#" and line[1:2] not in {" ", ""})
    assert tomllib.loads(used).keys() == schema()["properties"].keys()
    try:
        understood(Source("compolint.toml", used))
    except Misconfigured as error:
        pytest.fail(str(error))


def test_init_writes_a_hook_or_prints_it_where_there_is_a_file(call: Call, tmp_path: Path) -> None:
    assert call("init", "--pre-commit").code == 0
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == PRE_COMMIT
    ended = call("init", "--pre-commit", "--action")
    assert (ended.code, PRE_COMMIT in ended.out) == (0, True)
    assert (tmp_path / ".github/workflows/compolint.yml").read_text() == WORKFLOW


def test_the_hook_that_init_writes_is_the_published_one() -> None:
    published = Path(HOME, ".pre-commit-hooks.yaml")
    if not published.exists():
        pytest.skip("only in a checkout")
    (ours,) = YAML(typ="safe").load(PRE_COMMIT)["repos"][0]["hooks"]
    theirs = next(hook for hook in YAML(typ="safe").load(published) if hook["id"] == "compolint")
    for key in ("entry", "language", "files", "require_serial"):
        assert ours[key] == theirs[key]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(call: Call, shell: str) -> None:
    assert "_COMPOLINT_COMPLETE" in call("completion", shell).out


def test_the_shell_is_told_the_commands(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "compolint"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": HOME,
            "_COMPOLINT_COMPLETE": "bash_complete",
            "COMP_WORDS": "compolint expl",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == "plain,explain\n"


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_is_told(call: Call, option: str) -> None:
    assert call(option).out == f"compolint {compolint.__version__}\n"


def test_help_tells_the_exit_codes_and_gives_examples(call: Call) -> None:
    ended = call("--help")
    assert ended.code == 0
    for words in ("Exit codes", "Examples", *cli.COMMANDS):
        assert words in ended.out


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help(call: Call, command: str) -> None:
    ended = call(command, "--help")
    assert ended.code == 0
    assert f"Usage: compolint {command}" in ended.out


# The process


class Interrupted(io.BytesIO):
    """An input at which somebody presses Ctrl-C."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise KeyboardInterrupt


def test_an_interrupted_scan_gives_130(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    assert cli.run(["scan", "--kind", "compose", "-"]) == 130


def test_whoever_stops_reading_gets_no_complaint(tmp_path: Path) -> None:
    services = "".join(f"  s{n}:\n    image: nginx:1.29\n    ports: ['{n + 1000}:80']\n" for n in range(300))
    tmp_path.joinpath("compose.yaml").write_text(f"services:\n{services}")
    ended = program("scan", at=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ended.stdout is not None
    assert ended.stderr is not None
    ended.stdout.readline()
    ended.stdout.close()
    assert ended.stderr.read() == ""
    ended.stderr.close()
    assert ended.wait() == 1


def test_no_code_of_the_scanned_folder_is_run(tmp_path: Path) -> None:
    evil = 'open("ran", "w")\n'
    for name in ("click.py", "ruamel.py", "evil/__init__.py"):
        tmp_path.joinpath(name).parent.mkdir(exist_ok=True)
        tmp_path.joinpath(name).write_text(evil)
    tmp_path.joinpath("compolint.toml").write_text('packs = ["evil"]')
    ended = program("scan", at=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, complaint = ended.communicate()
    assert (ended.returncode, "there is no pack `evil`" in complaint) == (2, True)
    assert not tmp_path.joinpath("ran").exists()


def test_the_console_s_encoding_does_not_matter(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(OPEN.replace("web", "wéb"), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "compolint", "scan", *ONLY],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": HOME, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "w\\xe9b" in ended.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(OPEN)
    with open("/dev/full", "w") as full:
        ended = program("scan", *ONLY, at=tmp_path, stdout=full, stderr=subprocess.PIPE)
    _, complaint = ended.communicate()
    assert (ended.returncode, complaint) == (
        2,
        "Error: cannot write standard output: no space left on device\n",
    )


def test_closed_streams_are_no_fault(tmp_path: Path) -> None:
    tmp_path.joinpath("compose.yaml").write_text(OPEN)
    ended = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" -m compolint scan >&- 2>&-', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": HOME},
        check=False,
    )
    assert ended.returncode == 1


def test_what_is_undecided_is_told_in_a_folder_of_the_repository(call: Call) -> None:
    files = {".git/HEAD": "", "stacks/compose.yaml": OPEN.replace("9090:80", "${ADDRESS}:9090:80")}
    ended = call("scan", *ONLY, files=files, at="stacks")
    assert ended.out.startswith("compose.yaml:4:13: open: ")
