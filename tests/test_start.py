"""What a start imports: the price of a module that is not needed is paid at every run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import compolint

HOME = str(Path(compolint.__file__).parent.parent)
PROGRAM = """
import os
import sys
from compolint.__main__ import main

def leave(code):
    print(*sorted(sys.modules), file=sys.stderr)
    sys.exit(code)

os._exit = leave
main()
"""
# Each costs milliseconds, and a plain scan needs none of them.
FORBIDDEN = {
    "asyncio", "concurrent.futures", "dataclasses", "difflib", "email", "importlib.metadata", "ipaddress",
    "logging", "multiprocessing", "pathlib", "pickle", "shutil", "socket", "subprocess", "tempfile",
    "tomllib", "unittest", "urllib.parse", "xml",
    "attr", "dockerfile_parse", "hcl2", "jsonschema", "lark", "sarif_om", "tree_sitter", "tree_sitter_bash",
}  # fmt: skip
COMPOSE = """
services:
  web:
    image: nginx:1.29
    ports: ["80:80"]
    environment: {PASSWORD: "${PASSWORD}"}
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    tmp_path.joinpath("compose.yaml").write_text(COMPOSE)
    return tmp_path


def imported(*arguments: str, at: Path, code: int) -> set[str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=at,
        env={**os.environ, "PYTHONPATH": HOME},
        check=False,
    )
    assert ended.returncode == code, ended.stderr
    return set(ended.stderr.splitlines()[-1].split())


def foreign(modules: set[str]) -> set[str]:
    """The packages that are not of the standard library and do not belong to the interpreter."""
    names = {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names)
    return {name for name in names if not name.startswith("_")} - {"cython_runtime", "sitecustomize"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", "compose.yaml"],
        ["scan", "--format", "concise", "."],
        ["scan", "--format", "github", "--fail-on", "high"],
        [],
    ],
)
def test_a_plain_scan_imports_click_and_a_yaml_parser_and_nothing_else(
    project: Path, arguments: list[str]
) -> None:
    modules = imported(*arguments, at=project, code=1)
    assert not modules & FORBIDDEN
    assert foreign(modules) == {"click", "compolint", "ruamel"}


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_the_version_and_the_overview_need_only_click(project: Path, argument: str) -> None:
    modules = imported(argument, at=project, code=0)
    ours = {module for module in modules if module.startswith("compolint")}
    assert ours == {"compolint", "compolint.__main__", "compolint.cli"}
    assert foreign(modules) == {"click", "compolint"}
    # To ask for the terminal's width, click wants `shutil`.
    assert not modules & (FORBIDDEN | {"json"}) - {"shutil"}


def test_a_configuration_costs_its_parser_only(project: Path) -> None:
    project.joinpath("compolint.toml").write_text('profile = "strict"\nexclude = ["vendor/**"]\n')
    modules = imported("scan", at=project, code=1)
    assert "tomllib" in modules
    assert not modules & (FORBIDDEN - {"tomllib"})


def test_only_the_format_that_needs_it_imports_sarif(project: Path) -> None:
    modules = imported("scan", "--format", "sarif", at=project, code=1)
    assert "sarif_om" in modules
    assert "jsonschema" not in modules


def test_only_checks_of_what_occurs_are_imported(project: Path) -> None:
    project.joinpath("compose.yaml").unlink()
    project.joinpath(".env").write_text("A=1\n")
    modules = imported("scan", at=project, code=0)
    assert not any(module.startswith("compolint.checks.exposure.") for module in modules)
    assert not any(module.startswith("compolint.load.compose") for module in modules)
