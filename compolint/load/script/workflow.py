"""The commands of pipelines: steps of GitHub's workflows and composite actions, jobs of GitLab.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax, https://docs.gitlab.com/ci/yaml.
What the service fills in itself, `${{ … }}`, is open; it never reaches the shell as it stands.
"""

from collections.abc import Iterator

from compolint.load.commands import Said, Stretch
from compolint.load.documents import faults
from compolint.load.scalars import Places
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax import yaml
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Source

_FILLED_IN = pattern(r"\$\{\{.*?\}\}", 16)
_SHELLS = frozenset(("bash", "sh"))
_SCRIPTS = ("before_script", "script", "after_script")
_GITLAB = pattern(r"\.gitlab-ci(?:[-_.][\w.-]+)?\.ya?ml$")


def is_named(path: str) -> bool:
    """Whether the place of a file says that a pipeline is in it."""
    folder, _, name = path.rpartition("/")
    if not name.endswith((".yml", ".yaml")):
        return False
    is_github = f"/{folder}".endswith("/.github/workflows") or name in ("action.yml", "action.yaml")
    return is_github or bool(_GITLAB.match(name))


def steps(source: Source) -> Iterator[Said | Fault]:
    """The texts that a shell gets, and why some cannot be found."""
    for document in yaml.parse(source):
        root = document.root
        yield from faults(source.path, document.faults, is_unread=root is None)
        if not isinstance(root, Mapping):
            continue
        is_gitlab = _GITLAB.match(source.path.rpartition("/")[2])
        scalars = _of_gitlab(root) if is_gitlab else _of_github(root)
        yield from (_said(scalar, source) for scalar in scalars)


def _of_github(root: Mapping) -> Iterator[Scalar]:
    jobs = root.get("jobs")
    parts = [node for _, node in jobs.pairs()] if isinstance(jobs, Mapping) else [root.get("runs")]
    for part in parts:
        if not isinstance(part, Mapping):
            continue
        default = _default(part) or _default(root) or _shell_of(part.get("runs-on"))
        for step in _items(part.get("steps")):
            run = step.get("run") if isinstance(step, Mapping) else None
            if (
                isinstance(run, Scalar)
                and isinstance(step, Mapping)
                and _is_shell(_text(step, "shell") or default)
            ):
                yield run


def _default(mapping: Mapping) -> str | None:
    """`defaults: {run: {shell: bash}}`"""
    defaults = mapping.get("defaults")
    run = defaults.get("run") if isinstance(defaults, Mapping) else None
    return _text(run, "shell") if isinstance(run, Mapping) else None


def _shell_of(machine: Node | None) -> str | None:
    """The shell of a machine where nothing is said: `windows-latest`, `[self-hosted, windows]`."""
    labels = machine.get("labels") if isinstance(machine, Mapping) else machine
    names = [item.value.lower() for item in _items(labels) if isinstance(item, Scalar)]
    return "pwsh" if any(name.startswith("windows") for name in names) else None


def _is_shell(name: str | None) -> bool:
    """Whether it is a shell of the Bourne family, as it is where nothing is said: `bash -e {0}`."""
    return name is None or name.split(" ", 1)[0] in _SHELLS


def _of_gitlab(root: Mapping) -> Iterator[Scalar]:
    for job in [root, *(node for _, node in root.pairs())]:
        if isinstance(job, Mapping):
            for name in _SCRIPTS:
                yield from _scalars(job.get(name))


def _scalars(node: Node | None) -> Iterator[Scalar]:
    """The texts of a list, which may be made of further lists by `!reference` and anchors."""
    for item in _items(node):
        for each in _items(item):
            if isinstance(each, Scalar):
                yield each


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Sequence) else [node] if isinstance(node, Scalar) else []


def _text(mapping: Mapping, name: str) -> str | None:
    node = mapping.get(name)
    return node.value if isinstance(node, Scalar) else None


def _said(node: Scalar, source: Source) -> Said:
    found = [(*match.span(), (match[0][3:-2].strip()[:80],)) for match in _FILLED_IN.finditer(node.value)]
    text = _FILLED_IN.sub(lambda match: "_" * len(match[0]), node.value)

    def open_in(start: int, end: int) -> list[Stretch]:
        return [stretch for stretch in found if stretch[0] < end and start < stretch[1]]

    return Said(text, Places(node, source.text).of, open_in if found else None)
