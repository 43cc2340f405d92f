"""A configuration of Nginx, read from its main file, or from a piece that lies about for itself."""

from collections.abc import Iterable
from functools import cached_property

from compolint.load.nginx.configuration import Configuration, Statement, context_of
from compolint.load.nginx.includes import bases, candidates, has_folder, is_glob, matching
from compolint.pattern import pattern
from compolint.syntax.nginx import Directive, Fault, NginxFile, parse
from compolint.text import Note, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple

_LONGEST = 1_000_000  # characters of a file
_MOST = 200_000  # statements, those of a file counted as often as it is included
_MOST_INCLUDES = 1_000  # different ones
_DEEPEST = 100  # blocks and includes
# What every installation brings along: without any of these nothing is missing that could matter.
_STOCK = pattern(r"(?:.*/)?(?:mime\.types|koi-(?:utf|win)|win-utf|modules(?:-enabled)?/[^/]*)$")
# ${NGINX_DIR}/x.conf   %%NAME%%.conf
_FILLED_IN = pattern(r"\$|%%|@\w+@")


def read(tree: Tree, path: str) -> Configuration | None:
    """What the file at a path says, with what it includes; None where there is no such file.

    Raises `Unreadable` for the file itself only.
    """
    return _Reader(tree, path).configuration()


class _Reader:
    def __init__(self, tree: Tree, path: str) -> None:
        self._tree, self._main = tree, path
        self._files: dict[str, NginxFile | None] = {}
        self._insertions: set[Span] = set()
        self._faults: list[Fault] = []
        self._skipped: dict[Skipped, None] = {}
        self._known: dict[str, _Found] = {}
        self._count = 0
        self._context = ""

    def configuration(self) -> Configuration | None:
        file = self._file(self._main)
        if file is None:
            return None
        self._context = context_of(file.directives)
        statements: list[Statement] = []
        gaps: list[Span] = []
        self._add(file, _Place(self._context, None, statements, gaps, (self._main,), (), 0))
        return Configuration(
            self._main,
            self._context,
            tuple(statements),
            tuple(gaps),
            tuple(each for each in self._files.values() if each),
            tuple(dict.fromkeys(self._faults)),
            tuple(self._skipped),
        )

    def _add(self, file: NginxFile, place: "_Place") -> None:
        if any(fault.kind == "unsupported" for fault in file.faults):
            place.gaps.append(Span(file.source.path, 0, 0))
        self._add_all(file.directives, place)

    def _add_all(self, directives: Iterable[Directive], place: "_Place") -> None:
        """Adds what directives say in a place; is called again for their blocks, `_DEEPEST` times."""
        for directive in directives:
            if self._is_too_much(directive.head):
                return
            if directive.span in self._insertions:
                place.gaps.append(directive.span)
            elif directive.name == "include" and len(directive.arguments) == 1 and directive.block is None:
                self._include(directive, place)
            else:
                self._add_statement(directive, place)

    def _is_too_much(self, at: Span) -> bool:
        self._count += 1
        if self._count == _MOST + 1:
            self._fault(f"the includes make more than {_MOST} statements of this", at)
        return self._count > _MOST

    def _add_statement(self, directive: Directive, place: "_Place") -> None:
        statement = Statement(directive, place.context, place.parent, place.via)
        place.statements.append(statement)
        if directive.block is None:
            return
        inside: list[Statement] = []
        gaps: list[Span] = []
        if place.depth < _DEEPEST:
            self._add_all(directive.block, place.inside(statement, inside, gaps))
        else:
            self._fault(f"blocks and includes are nested deeper than {_DEEPEST} levels", directive.head)
        statement.block, statement.gaps = tuple(inside), tuple(gaps)

    def _include(self, directive: Directive, place: "_Place") -> None:
        (word,) = directive.arguments
        if word.text not in self._known:
            self._known[word.text] = self._find(word.text, word.span)
        found = self._known[word.text]
        if found.is_gap:
            place.gaps.append(word.span)
        for path in found.paths:
            # A pattern is as much work as the files that it means.
            if self._is_too_much(word.span):
                return
            if path in place.chain:
                if not is_glob(word.text):
                    self._fault(f"{word.text} includes this file in turn, without end", word.span)
            elif place.depth >= _DEEPEST:
                self._fault(f"blocks and includes are nested deeper than {_DEEPEST} levels", word.span)
            elif file := self._included(path, word.span, place):
                self._add(file, place.included(path, word.span))

    def _find(self, text: str, at: Span) -> "_Found":
        """The files that an include means; where there are none, what that means is noted."""
        if _FILLED_IN.search(text):
            return _Found([], True)
        if len(self._known) >= _MOST_INCLUDES:
            if len(self._known) == _MOST_INCLUDES:
                self._fault(f"more than {_MOST_INCLUDES} different files are included", at)
            return _Found([], True)
        options = [path for path in candidates(text, self._bases) if not path.startswith("../")]
        if is_glob(text):
            found = next(filter(None, (matching(self._tree, path) for path in options)), [])
            return _Found(found, not found and not _STOCK.match(text) and not self._is_known_folder(options))
        for path in options:
            if self._is_here(path):
                return _Found([path])
        # An image brings files that a repository lacks; beside others of their folder they would be here.
        is_beside = not text.startswith("/") and "/" in text and self._is_known_folder(options)
        if self._context == "main" and is_beside:
            note = Note("paths count from the folder of this file", Span(self._main, 0, 0))
            message = f"Nginx does not start without {text}, which is not here"
            self._faults.append(Fault("missing", message, at, (note,)))
        else:
            self._skipped[Skipped(text, "is included and not here")] = None
        return _Found([], not _STOCK.match(text))

    def _included(self, path: str, at: Span, place: "_Place") -> NginxFile | None:
        try:
            return self._file(path)
        except Unreadable as error:
            self._skipped[Skipped(error.path or path, error.reason)] = None
            place.gaps.append(at)
            return None

    def _file(self, path: str) -> NginxFile | None:
        if path not in self._files:
            source = self._tree.read(path)
            if source and len(source.text) > _LONGEST:
                raise Unreadable(f"is longer than {_LONGEST} characters", path=path)
            file = self._files[path] = parse(source) if source else None
            if file:
                self._faults += file.faults
                self._insertions.update(file.insertions)
        return self._files[path]

    def _is_here(self, path: str) -> bool:
        try:
            return self._tree.read(path) is not None
        except Unreadable:
            return self._tree.exists(path)

    def _is_known_folder(self, options: list[str]) -> bool:
        return any(has_folder(self._tree, path) for path in options)

    @cached_property
    def _bases(self) -> list[str]:
        return bases(self._tree, self._main, self._context == "main")

    def _fault(self, message: str, at: Span) -> None:
        self._faults.append(Fault("invalid", message, at))


class _Found(NamedTuple):
    paths: list[str]
    is_gap: bool = False  # whether something may be there that we do not see


class _Place:
    """Where statements are to be added."""

    __slots__ = ("chain", "context", "depth", "gaps", "parent", "statements", "via")

    def __init__(
        self,
        context: str,
        parent: Statement | None,
        statements: list[Statement],
        gaps: list[Span],
        chain: tuple[str, ...],  # the files that are open, each including the next
        via: tuple[Span, ...],
        depth: int,
    ) -> None:
        self.context, self.parent, self.statements, self.gaps = context, parent, statements, gaps
        self.chain, self.via, self.depth = chain, via, depth

    def inside(self, block: Statement, statements: list[Statement], gaps: list[Span]) -> "_Place":
        return _Place(block.name, block, statements, gaps, self.chain, self.via, self.depth + 1)

    def included(self, path: str, at: Span) -> "_Place":
        """The same place, for the statements of a file."""
        chain, via = (*self.chain, path), (*self.via, at)
        return _Place(self.context, self.parent, self.statements, self.gaps, chain, via, self.depth + 1)
