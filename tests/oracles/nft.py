"""The real nft, in network namespaces of its own: it changes nothing on the machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

import pytest

_BETWEEN = "@@ next @@"
_PLACE = re.compile(r"^(?:/dev/stdin|\S*):(\d+):\d+(?:-\d+)?: (Error: .*)$", re.M)


class Loaded(NamedTuple):
    """What nft says of a text that it has loaded."""

    fault: str  # the first, empty where it took the text
    line: int
    text: str = ""
    json: str = ""


def program() -> str:
    """Where nft is, if it may be used; else the test is skipped, but never in continuous integration."""
    found = shutil.which("nft", path=f"{os.environ['PATH']}:/usr/sbin")
    why = "nft is missing" if found is None else ""
    if found and subprocess.run(["unshare", "-n", found, "list", "ruleset"], capture_output=True).returncode:
        why = "nft may not be used here"
    if why:
        if "CI" in os.environ:
            pytest.fail(why)
        pytest.skip(why)
    return str(found)


def loaded(texts: Sequence[str], *, check_only: bool = False) -> list[Loaded]:
    """What becomes of each text, by itself."""
    nft = program()
    found = []
    for text in texts:
        script = (
            f"{nft} -c -f /dev/stdin"
            if check_only
            else f"{nft} -f /dev/stdin && {nft} list ruleset && echo '{_BETWEEN}' && {nft} -j list ruleset"
        )
        ended = subprocess.run(
            ["unshare", "-n", "sh", "-c", script],
            input=text,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        if ended.returncode:
            place = _PLACE.search(ended.stderr)
            assert place, ended.stderr
            found.append(Loaded(place[2], int(place[1])))
            continue
        listed, _, json = ended.stdout.partition(f"{_BETWEEN}\n")
        found.append(Loaded("", 0, listed, json))
    return found
