"""What zizmor says of the action, and of the workflow that `compolint init --action` writes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compolint.cli.init import WORKFLOW

ROOT = Path(__file__).parent.parent.parent
BESIDE = Path(sys.executable).parent / "zizmor"
TOOL = str(BESIDE) if BESIDE.exists() else shutil.which("zizmor")

pytestmark = pytest.mark.skipif(not TOOL and "CI" not in os.environ, reason="zizmor is not installed")


def said(path: Path) -> tuple[int, str]:
    ended = subprocess.run(
        [TOOL or "zizmor", "--offline", "--no-progress", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_the_action_is_sound() -> None:
    code, out = said(ROOT / "action.yml")
    assert code == 0, out


def test_the_workflow_that_init_writes_is_sound(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "compolint.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(WORKFLOW, encoding="utf-8")
    code, out = said(workflow)
    assert code == 0, out


def test_what_is_unsound_is_told(tmp_path: Path) -> None:
    action = tmp_path / "action.yml"
    injected = (
        (ROOT / "action.yml").read_text(encoding="utf-8").replace('"$FAIL_ON"', "${{ inputs.fail-on }}")
    )
    action.write_text(injected, encoding="utf-8")
    code, out = said(action)
    assert (code == 0, "template-injection" in out) == (False, True)
