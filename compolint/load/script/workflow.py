"""The commands of pipelines: steps of GitHub's workflows and composite actions, jobs of GitLab.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax, https://docs.gitlab.com/ci/yaml.
What the service fills in itself, `${{ … }}`, is open; it never reaches the shell as it stands.
"""

from collections import abc
from collections.abc import Iterator

from compolint.load.commands import Said, Stretch
from compolint.load.documents import faults
from compolint.load.scalars import Places
from compolint.load.script.spliced import overlapping
from compolint.model.linter import Fault
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.secret import Secret
from compolint.syntax import yaml
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Source
from compolint.unknown import Unknown

_FILLED_IN = pattern(r"\$\{\{.*?\}\}", 16)
# ${{ matrix.os }}
_MATRIX = pattern(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}")
_SHELLS = frozenset(("bash", "sh"))
_SCRIPTS = ("before_script", "script", "after_script")


def steps(source: Source) -> Iterator[Said | Fault | Variable]:
    """The texts that a shell gets, what they are given, and why some cannot be found."""
    for document in yaml.parse(source):
        root = document.root
        yield from faults(source.path, document.faults, is_unread=root is None)
        if not isinstance(root, Mapping):
            continue
        is_gitlab = source.path.rpartition("/")[2].startswith(".gitlab-ci")
        scalars = _of_gitlab(root) if is_gitlab else _of_github(root)
        yield from (_said(scalar, source) for scalar in scalars)
        yield from _variables(root, source.path, is_gitlab=is_gitlab)


def _variables(root: Mapping, path: str, *, is_gitlab: bool) -> Iterator[Variable]:
    """What the jobs and their steps are told, each by the name that it has there."""
    owner_name = path.rpartition("/")[2]
    for mapping in _given_by_gitlab(root) if is_gitlab else _given_by_github(root):
        for key, node in mapping.pairs():
            if isinstance(node, Mapping):  # GitLab: {value: …, description: …}
                node = node.get("value") or node
            if not isinstance(node, Scalar):
                continue
            filled_in = _FILLED_IN.search(node.value)
            value = Unknown(filled_in[0][:80], node.span) if filled_in else Secret(node.value)
            yield Variable(
                key=f"{path}!{key.value}.{key.start}",
                span=node.span,
                spans={"name": key.span, "value": node.span},
                owner=path,
                owner_name=owner_name,
                name=key.value,
                value=value,
                written=Secret(node.value),
                given_by="pipeline",
            )


def _given_by_github(root: Mapping) -> Iterator[Mapping]:
    jobs = root.get("jobs")
    parts = [node for _, node in jobs.pairs()] if isinstance(jobs, Mapping) else [root.get("runs")]
    for part in [root, *parts]:
        steps = part.get("steps") if isinstance(part, Mapping) else None
        for holder in (part, *(steps.items if isinstance(steps, Sequence) else ())):
            for name in ("env", "with"):
                given = holder.get(name) if isinstance(holder, Mapping) else None
                if isinstance(given, Mapping):
                    yield given


def _given_by_gitlab(root: Mapping) -> Iterator[Mapping]:
    for job in [root, *(node for _, node in root.pairs())]:
        given = job.get("variables") if isinstance(job, Mapping) else None
        if isinstance(given, Mapping):
            yield given


def _of_github(root: Mapping) -> Iterator[Scalar]:
    jobs = root.get("jobs")
    parts = [node for _, node in jobs.pairs()] if isinstance(jobs, Mapping) else [root.get("runs")]
    for part in parts:
        if not isinstance(part, Mapping):
            continue
        default = _default(part) or _default(root) or _shell_of(part)
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


def _shell_of(job: Mapping) -> str | None:
    """The shell of a machine where nothing is said: `windows-latest`, `[self-hosted, windows]`.

    Where a matrix names several machines, it is that of Linux if one of them has it.
    """
    machine = job.get("runs-on")
    labels = machine.get("labels") if isinstance(machine, Mapping) else machine
    names = [item.value for item in _items(labels) if isinstance(item, Scalar)]
    if len(names) == 1 and (found := _MATRIX.fullmatch(names[0])):
        machines = list(_of_matrix(job, found[1]))
        return "pwsh" if machines and all(map(_is_windows, machines)) else None
    return "pwsh" if any(map(_is_windows, names)) else None


def _is_windows(label: str) -> bool:
    return label.lower().startswith("windows")


def _of_matrix(job: Mapping, name: str) -> Iterator[str]:
    strategy = job.get("strategy")
    matrix = strategy.get("matrix") if isinstance(strategy, Mapping) else None
    if not isinstance(matrix, Mapping):
        return
    included = matrix.get("include")
    entries = included.items if isinstance(included, Sequence) else []
    for node in [matrix.get(name), *(each.get(name) for each in entries if isinstance(each, Mapping))]:
        yield from (item.value for item in _items(node) if isinstance(item, Scalar))


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

    def open_in(start: int, end: int) -> abc.Sequence[Stretch]:
        return overlapping(found, start, end)

    return Said(text, Places(node, source.text).of, open_in if found else None)
