"""Which findings are accepted: by a comment beside them, or by an entry of the configuration.

A comment accepts a finding of the checks it names that points to a line it covers, be it with the
problem or with a note. What accepted nothing is reported by checks of its own.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from compolint import glob
from compolint.allowance import WHOLE_FILE, Allowance, CommentedFile, Lines, State, from_comment, from_config
from compolint.config import Config, Ignore
from compolint.model.linter import Fault, Suppression
from compolint.text import Span
from compolint.tree import Tree, Unreadable

if TYPE_CHECKING:
    from compolint.engine import Finding


class Acceptance:
    """What is allowed, and what of it has been of use so far."""

    def __init__(self, tree: Tree, comments: Iterable[Span], config: Config, known: Collection[str]) -> None:
        self._config, self._known = config, known
        self._allowances: list[Allowance] = []
        self._files: dict[str, CommentedFile] = {}
        self._lines: dict[tuple[str, str], Lines] = {}  # of a file, for a check
        self._entries: dict[str, list[tuple[int, Ignore]]] = {}  # of the configuration, by check
        self._used: set[tuple[int, str]] = set()
        self._absolute: set[str] = set()
        self._not_understood: set[str] = set()  # files, as a whole
        for comment in comments:
            self._read(tree, comment)
        for ignore in config.ignores:
            allowance = from_config(ignore, config)
            for name in allowance.checks if allowance.state == "used" else ():
                self._entries.setdefault(name, []).append((len(self._allowances), ignore))
            self._allowances.append(allowance)

    def judge(self, finding: "Finding") -> "Finding":
        """The finding, accepted if something allows it."""
        if not self._allowances:
            return finding
        name = finding.check.name
        if finding.check.subject is Fault:
            self._not_understood.add(finding.at.path)
        applying = [*self._comments_about(finding), *self._entries_about(finding)]
        self._used.update((number, name) for number in applying)
        if finding.check.absolute:
            self._absolute.add(name)
        elif applying:
            return finding._replace(status="accepted", reason=self._allowances[applying[0]].reason)
        return finding

    def suppressions(self, runs: Callable[[str], bool] = lambda name: True) -> Iterator[Suppression]:
        """What became of each allowance; `runs` says of a check whether the profile includes it."""
        for (_, name), lines in self._lines.items():
            self._used.update((number, name) for number in lines.touched())
        seen: dict[str, int] = {}
        for number, allowance in enumerate(self._allowances):
            for state, is_known, names in self._outcomes(number, allowance, runs):
                key = f"{allowance.at.path}!allow {', '.join(names)}"
                seen[key] = seen.get(key, -1) + 1
                yield Suppression(
                    key=f"{key}#{seen[key]}",
                    span=allowance.at,
                    checks=names,
                    reason=allowance.reason,
                    until=allowance.until,
                    whole_file=allowance.whole_file,
                    form=allowance.form,
                    state=state,
                    unknown=() if is_known else names,
                )

    def _read(self, tree: Tree, comment: Span) -> None:
        file = self._files.get(comment.path)
        if file is None:
            try:
                source = tree.read(comment.path)
            except Unreadable:
                source = None
            if source is None:
                return
            file = self._files[comment.path] = CommentedFile(source)
        said = file.said(comment)
        allowance = from_comment(file.source.text[said.start : said.end], said, self._config)
        if allowance is None:
            return
        if allowance.state == "used":
            covered = (WHOLE_FILE,) if allowance.whole_file else file.covered_by(comment)
            for name in allowance.checks:
                lines = self._lines.setdefault((comment.path, name), Lines())
                lines.add(covered, len(self._allowances))
        self._allowances.append(allowance)

    def _comments_about(self, finding: "Finding") -> Iterator[int]:
        for place in (finding.at, *(note.at for note in finding.notes)):
            lines = self._lines.get((place.path, finding.check.name))
            if lines and (number := lines.touch(*self._files[place.path].lines(place))) is not None:
                yield number

    def _entries_about(self, finding: "Finding") -> Iterator[int]:
        for number, ignore in self._entries.get(finding.check.name, ()):
            if not self._config.covers(ignore.paths, finding.at.path):
                continue
            if ignore.subject is None or glob.matches(ignore.subject, finding.subject):
                yield number

    def _outcomes(
        self, number: int, allowance: Allowance, runs: Callable[[str], bool]
    ) -> Iterator[tuple[State, bool, tuple[str, ...]]]:
        """The checks of an allowance, parted by what became of it, and whether there are such checks."""
        if not allowance.checks:
            yield allowance.state, True, ()
        outcomes: dict[tuple[State, bool], list[str]] = {}
        for name in allowance.checks:
            is_known = name in self._known
            state = allowance.state if allowance.state != "used" else self._state(number, name, runs)
            outcomes.setdefault((state, is_known), []).append(name)
        for (state, is_known), names in outcomes.items():
            yield state, is_known, tuple(names)

    def _state(self, number: int, name: str, runs: Callable[[str], bool]) -> State:
        if (number, name) in self._used:
            return "forbidden" if name in self._absolute else "used"
        allowance, config = self._allowances[number], self._config
        if config.is_partial or config.profile == "quiet" or not config.is_enabled(name):
            return "used"
        files = {allowance.at.path} if allowance.form == "comment" else self._not_understood
        if files & self._not_understood or (name in self._known and not runs(name)):
            return "used"
        return "unused"
