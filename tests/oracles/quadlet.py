"""Quadlets of our own, and what podman's generator makes of them, as it was recorded.

Debian's stable podman has no generator, so `quadlet-answers.json` holds the answers of the version that it
names. To record them anew: `python -m tests.oracles.quadlet PROGRAM`, with the `quadlet` of podman.
"""

import json
import os
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

ANSWERS = Path(__file__).with_name("quadlet-answers.json")
_PORTS = (
    "8080:80", "80", "127.0.0.1:81:80/udp", " 83:83  ", "[::1]:85:85", "::86", "10.0.0.1::87",
    "8000-8010:9000-9010", "${PORT}:80", "${BIND}:88:88", "0.0.0.0:88:88/tcp",
    "[::]:92:92", "93:93/sctp",
)  # fmt: skip
_IMAGE = "[Container]\nImage=nginx:1.29\n"


def quadlets() -> dict[str, dict[str, str]]:
    """The files of each case, by its name."""
    ports = {f"port {port}": {"a.container": f"{_IMAGE}PublishPort={port}\n"} for port in _PORTS}
    return {
        **ports,
        "several": {"a.container": f"{_IMAGE}PublishPort=80:80\nPublishPort=81:81\n"},
        "reset": {"a.container": f"{_IMAGE}PublishPort=80:80\nPublishPort=\nPublishPort=81:81\n"},
        "continued": {"a.container": f"{_IMAGE}PodmanArgs=-p 80:80 \\\n# not this\n  --publish \\\n81:81\n"},
        "arguments": {
            "a.container": f"{_IMAGE}PodmanArgs=--publish 80:80 -p 81:81 --publish=82:82 -dp83:83\n"
        },
        "arguments with a switch": {"a.container": f"{_IMAGE}PodmanArgs=--privileged --init -p 81:81\n"},
        "host network": {"a.container": f"{_IMAGE}PublishPort=80:80\nNetwork=host\n"},
        "no network": {"a.container": f"{_IMAGE}PublishPort=80:80\nNetwork=none\n"},
        "own network": {
            "a.container": f"{_IMAGE}PublishPort=80:80\nNetwork=n.network\n",
            "n.network": "[Network]\nInternal=true\n",
        },
        "drop-in": {
            "a.container": f"{_IMAGE}PublishPort=80:80\n",
            "a.container.d/10-more.conf": "[Container]\nPublishPort=81:81\n",
        },
        "drop-in that resets": {
            "a.container": f"{_IMAGE}PublishPort=80:80\n",
            "a.container.d/10-local.conf": "[Container]\nPublishPort=\nPublishPort=127.0.0.1:80:80\n",
        },
        "drop-in of the type": {
            "a.container": f"{_IMAGE}PublishPort=80:80\n",
            "container.d/all.conf": "[Container]\nPublishPort=82:82\n",
        },
        "pod": {
            "p.pod": "[Pod]\nPublishPort=7:7\nPodmanArgs=-p 8:8\n",
            "a.container": f"{_IMAGE}Pod=p.pod\n",
        },
        "kube": {"k.kube": "[Kube]\nYaml=k.yml\nPublishPort=7:7\n", "k.yml": "kind: Pod\n"},
        "wrong key": {"a.container": f"{_IMAGE}PublishProt=80:80\n"},
        "wrong section": {"a.container": f"{_IMAGE}[Service]\nPublishPort=80:80\n"},
        "another section": {"a.container": f"{_IMAGE}[X-Container]\nPublishPort=80:80\n"},
        "commented": {"a.container": f"{_IMAGE}#PublishPort=80:80\n;PublishPort=80:80\nPublishPort=81:81\n"},
    }  # fmt: skip


def published(line: str) -> list[str]:
    """The values of the options that publish ports, in a command line of podman."""
    words = shlex.split(line)
    found = [after for word, after in pairwise(words) if word in {"--publish", "-p"}]
    joined = [(word, begin) for word in words for begin in ("--publish=", "-dp") if word.startswith(begin)]
    return [*found, *(word.removeprefix(begin) for word, begin in joined)]


def _answer(program: str, files: dict[str, str]) -> dict[str, list[str]]:
    """The command lines of each service that is made of the files."""
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run(
            [program, "-dryrun"],
            env={**os.environ, "QUADLET_UNIT_DIRS": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        made: dict[str, list[str]] = {}
        for line in run.stdout.replace(folder, "/quadlets").splitlines():
            if line.startswith("---"):
                made[line.strip("-")] = lines = []
            elif line.startswith(("ExecStart=", "ExecStartPre=")):
                lines.append(line.partition("=")[2])
        return made


def _record(program: str) -> None:
    run = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    answers = {name: _answer(program, files) for name, files in quadlets().items()}
    recorded = {"version": run.stdout.strip(), "answers": answers}
    ANSWERS.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _record(sys.argv[1])
