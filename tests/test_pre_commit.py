"""The hooks as pre-commit itself runs them, installed from a clone of this folder."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from compolint import load
from tests.oracles.git import git

ROOT = Path(__file__).parent.parent
HOOKS: list[dict[str, Any]] = YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml")
OPEN = 'services:\n  web:\n    image: nginx:1.29\n    ports: ["9090:80"]\n'
CLOSED = OPEN.replace("9090:80", "127.0.0.1:9090:80")
FOUND = "web publishes 9090->80/tcp on every interface"

needs_pre_commit = pytest.mark.skipif(
    not find_spec("pre_commit") and "CI" not in os.environ, reason="pre-commit is not installed"
)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """With a cache of its own for pre-commit, and with a `compolint` on the path."""
    folder = tmp_path_factory.mktemp("bin")
    program = folder / "compolint"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m compolint "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHONPATH"))
    }
    return {
        **outside,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache")),
        "COLUMNS": "200",
    }


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what this folder holds now, committed or not."""
    folder = tmp_path_factory.mktemp("published")
    names = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").decode()
    for name in names.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


def commit(
    files: dict[str, str], hook: str, at: Path, published: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """What pre-commit says to a commit of some files."""
    revision = git(published, "rev-parse", "HEAD").decode().strip()
    repository = {"repo": str(published), "rev": revision, "hooks": [{"id": hook}]}
    files = {".pre-commit-config.yaml": json.dumps({"repos": [repository]}), **files}
    for name, text in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text(text, encoding="utf-8")
    git(at, "init", "--quiet")
    git(at, "add", "--all")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--verbose"],
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_pre_commit
@pytest.mark.slow
@pytest.mark.parametrize("hook", [hook["id"] for hook in HOOKS])
class TestHook:
    def test_a_fault_in_a_staged_file_stops_the_commit(
        self, hook: str, tmp_path: Path, published: Path, environment: dict[str, str]
    ) -> None:
        ended = commit({"web/compose.yaml": OPEN}, hook, tmp_path, published, environment)
        assert (ended.returncode, FOUND in ended.stdout) == (1, True), ended.stdout
        assert "web/compose.yaml:4:13" in ended.stdout

    def test_a_clean_file_is_committed(
        self, hook: str, tmp_path: Path, published: Path, environment: dict[str, str]
    ) -> None:
        ended = commit({"compose.yaml": CLOSED}, hook, tmp_path, published, environment)
        assert (ended.returncode, "Passed" in ended.stdout) == (0, True), ended.stdout
        assert "1 compose" in ended.stdout

    def test_what_the_configuration_excludes_is_committed(
        self, hook: str, tmp_path: Path, published: Path, environment: dict[str, str]
    ) -> None:
        files = {"compolint.toml": 'exclude = ["vendor/**"]\n', "vendor/compose.yaml": OPEN}
        ended = commit(files, hook, tmp_path, published, environment)
        assert (ended.returncode, FOUND in ended.stdout) == (0, False), ended.stdout


@needs_pre_commit
@pytest.mark.slow
def test_what_a_staged_file_refers_to_is_read_with_it(
    tmp_path: Path, published: Path, environment: dict[str, str]
) -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: base/web.yaml, service: web}\n",
        "base/web.yaml": OPEN,
    }
    ended = commit(files, "compolint-system", tmp_path, published, environment)
    assert "base/web.yaml:4:13" in ended.stdout, ended.stdout


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if "files" in hook], ids=lambda hook: hook["id"])
@pytest.mark.parametrize(
    "name",
    [
        "compose.yaml", "docker-compose.prod.yml", "docker-compose_dev.yml.example", "stack.yml",
        "Dockerfile", "Dockerfile.dev", "app.dockerfile", "Containerfile", "dockerfile-arm",
        ".env", ".env.example", "prod.env", "web.env.dist", "env.sample", "server.pem", "tls.key",
        "nginx.conf", "site.nginx", "Caddyfile", "Caddyfile.prod", "dev.caddyfile", "caddy.json",
        "app.service", "web.container", "deploy.sh", "Makefile", "rules.mk", "crontab", "main.tf",
        "prod.tfvars",
        "docker-bake.hcl", ".mcp.json", "mcp.json", "daemon.json", "sshd_config", "jail.local",
        "99-local.conf",
    ],
)  # fmt: skip
def test_every_file_that_a_scan_looks_at_starts_the_hook(hook: dict[str, Any], name: str) -> None:
    assert load.may_count(name)
    assert re.search(hook["files"], name)
    assert re.search(hook["files"], f"stacks/web/{name}")


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_is_never_split_over_processes(hook: dict[str, Any]) -> None:
    assert hook["require_serial"]
