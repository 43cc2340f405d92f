"""The real git, with nobody's configuration."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "HOME": os.devnull,
}


def git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What a git command prints; without git the test is skipped, but never in continuous integration."""
    program = shutil.which("git")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("git is missing")
        pytest.skip("git is missing")
    run = subprocess.run(
        [program, "-C", str(folder), "-c", "protocol.file.allow=always", *arguments],
        input=given,
        capture_output=True,
        env={"PATH": os.environ["PATH"], **_ENVIRONMENT},
    )
    # `check-ignore` says by 1 that it found nothing.
    assert run.returncode == 0 or (run.returncode == 1 and arguments[0] == "check-ignore"), run.stderr
    return run.stdout
