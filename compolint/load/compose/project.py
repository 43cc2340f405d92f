"""The files of a Compose project laid over each other: includes, extends, overrides, variables."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Any

from compolint import load
from compolint.load.compose import schema
from compolint.load.compose.values import (
    REMOTE,
    Environment,
    File,
    Invalid,
    Values,
    as_read,
    fields,
    is_null,
    items,
    mapping,
)
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax import interpolate, yaml
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_LIMIT = 10  # of files that include each other
_MOST_FILES, _MOST_DOCUMENTS = 500, 100
_MOST_READ = 50_000_000  # characters of files, each time they are read
_MOST_GIVEN = 500_000  # variables, each time they are handed on
_MOST_PROBLEMS = 100  # that are told
# key: *name, [*name, *other]
_ALIAS = pattern(r"[\s,\[]\*\w")
# ${NAME}   ${NAME:-short}
_WELL_FORMED = pattern(r"\$\{[A-Za-z_]\w*(?::?[-?+][^{}$,\"'\n]*)?\}")
_SAYING_SERVICE = ("image", "build", "extends")
_FATAL = frozenset({"syntax", "unsupported"})


class _Reading(NamedTuple):
    """What stands in a file."""

    path: File
    documents: tuple[Mapping, ...]
    faults: tuple[tuple[str, str, Span, tuple[Note, ...]], ...]  # kind, message, place, notes
    invalid: tuple[Invalid, ...]  # variables that Compose refuses, wherever they stand
    comments: tuple[Span, ...]  # those that speak to the linter
    is_template: bool
    has_aliases: bool
    has_resets: bool


class Project:
    """Reads files of a project; gathers what went wrong and what it passed over on the way."""

    def __init__(self, tree: Tree, folder: str, beneath: "Project | None" = None) -> None:
        """`beneath` has read what the files are laid over."""
        self.tree, self.folder = tree, folder
        self.values = Values()
        self.files: dict[str, None] = {}
        self.absorbed: dict[str, None] = {}
        self.taken: dict[tuple[str, str], None] = {}  # services that others extend, with their files
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self.skipped: list[Skipped] = []
        # By service: what it extends with the notes that tell so, and its bodies in files that have aliases.
        self.extended: dict[str, tuple[tuple[Span, tuple[Note, ...]], ...]] = {}
        self.aliasing: dict[str, tuple[Node, ...]] = {}
        self.taken_over = 0  # values that services have from those that they extend
        self.labels_read = 0  # that files give to services
        self.configs_read = 0  # characters of configurations that stand in the files
        self._characters_read = self._variables_given = self._problems = 0
        self._told: set[tuple[str, Span | None]] = set()
        self._read: dict[tuple[str, str, int], _Reading | None] = {}
        self._environments: dict[tuple[tuple[str, ...], int], Environment] = {}
        self._included_as: dict[str, list[tuple[str, Environment]]] = {}
        self._judged: dict[int, Node] = {}  # kept, so that no other node gets its identity
        self._templates: set[str] = set()
        self._has_resets = False
        if beneath:
            self._lie_over(beneath)
        self.environment = environment_of(tree, folder)  # type: ignore[arg-type]  # every tree has a hash

    def _lie_over(self, other: "Project") -> None:
        self.files.update(other.files)
        self.absorbed.update(other.absorbed)
        self.taken.update(other.taken)
        self.extended.update(other.extended)
        self.aliasing.update(other.aliasing)
        self._read.update(other._read)
        self._judged.update(other._judged)
        self._templates |= other._templates
        self._has_resets = other._has_resets

    def load(self, paths: Iterable[str], under: Mapping | None = None) -> Mapping | None:
        """The files laid over each other in order, with all that they include and extend.

        All that Compose judges on the way is judged, but not the whole.
        """
        whole = self._together(paths, self.folder, self.environment, None, (), under)
        if whole is None or not self._has_resets:
            return whole
        from compolint.load.compose.merge import without_resets

        return _as_mapping(without_resets(whole), whole)

    def judge(self, whole: Mapping, *, is_part: bool = False) -> None:
        """Says what the published schema does not allow, once for what stays the same from file to file.

        Of a part what it leaves out says nothing.
        """
        if self._problems > _MOST_PROBLEMS:
            return
        for problem in schema.problems(whole, self._judged, is_part=is_part):
            # In a template braces are no mappings, so that every one of them would be a problem.
            if problem.span.path in self._templates or (problem.message, problem.span) in self._told:
                continue
            self._problems += 1
            if self._problems > _MOST_PROBLEMS:
                message = f"more settings than the {_MOST_PROBLEMS} that are named are refused"
                self.fault("schema", message, problem.span, fatal=False)
                return
            self.fault("schema", problem.message, problem.span, problem.notes, fatal=False)

    def fault(
        self,
        kind: str,
        message: str,
        at: Span,
        notes: tuple[Note, ...] = (),
        *,
        fatal: bool = True,
        holds: Maybe[object] = True,
    ) -> None:
        if (message, at) in self._told:
            return
        self._told.add((message, at))
        self.faults.append(
            Fault(
                key=f"{at.path}!{kind}:{len(self.faults)}",
                span=at,
                kind=kind,  # type: ignore[arg-type]  # the callers' words are the field's
                message=message,
                notes=notes,
                fatal=fatal,
                holds=holds,
            )
        )

    def fault_once(self, kind: str, message: str, at: Span) -> None:
        """Notes a fault that is told at the first of its places only."""
        if (message, None) not in self._told:
            self._told.add((message, None))
            self.fault(kind, message, at)

    def read(self, path: str) -> Source | None:
        """A file's text, as the tree has it, as long as the project has not read too much."""
        if self._characters_read > _MOST_READ:
            raise Unreadable(f"is not read: the project reads more than {_MOST_READ} characters already")
        source = load.read(self.tree, path)
        self._characters_read += len(source.text) if source else 0
        return source

    def file(
        self, path: str, folder: str, environment: Environment, wanted_at: Span | None
    ) -> Mapping | None:
        """The documents of a file in one; nothing where it cannot be had, which is said at `wanted_at`."""
        documents = self._documents(path, folder, environment, wanted_at)
        return _laid(documents[0], *documents[1:]) if documents else None

    def _together(
        self,
        paths: Iterable[str],
        folder: str,
        environment: Environment,
        wanted_at: Span | None,
        above: tuple[str, ...],
        under: Mapping | None = None,
    ) -> Mapping | None:
        """Files laid over each other, document by document; each must be right with those before it."""
        whole = under
        for path in paths:
            for document in self._documents(path, folder, environment, wanted_at):
                if whole is not None and whole is not under:
                    self.judge(whole)
                document = self._with_includes(document, environment, (*above, path))
                document = self._with_extends(document)
                whole = document if whole is None else _laid(whole, document)
        return whole

    def _documents(
        self, path: str, folder: str, environment: Environment, wanted_at: Span | None
    ) -> Sequence[Mapping]:
        place = path, folder, id(environment)
        if place not in self._read:
            if len(self._read) >= _MOST_FILES:
                self._too_many(wanted_at or Span(path, 0, 0))
                return ()
            self._read[place] = None
            self.files[path] = None
            source = self._source(path, wanted_at)
            if source is not None:
                self._read[place] = reading = _reading(source, folder, environment)
                self._take(reading)
        known = self._read[place]
        return known.documents if known else ()

    def _source(self, path: str, wanted_at: Span | None) -> Source | None:
        try:
            source = self.read(path)
        except Unreadable as error:
            if wanted_at is None:
                raise
            self.fault("unreadable", f"{path} {error.reason}", wanted_at)
            return None
        if source is None and wanted_at is not None:
            self.fault("invalid", f"there is no file `{path}`", wanted_at)
        return source

    def _take(self, reading: _Reading) -> None:
        """Notes what a file has beside its documents."""
        for kind, message, at, notes in reading.faults:
            self.fault(kind, message, at, notes, fatal=kind in _FATAL)
        for error in reading.invalid:
            self.values.invalid.setdefault(error.span, error)
        self.comments += reading.comments
        self._has_resets = self._has_resets or reading.has_resets
        if reading.is_template:
            self._templates.add(reading.path)
        if reading.has_aliases:
            for document in reading.documents:
                for name, body in mapping(document.get("services")):
                    self.aliasing[name.value] = (*self.aliasing.get(name.value, ()), body)

    def _with_extends(self, file: Mapping) -> Mapping:
        services = file.get("services")
        if not any(
            isinstance(body, Mapping) and body.get("extends") is not None for _, body in mapping(services)
        ):
            return file
        from compolint.load.compose.extends import with_extends

        return with_extends(self, file)

    def _with_includes(self, file: Mapping, environment: Environment, above: tuple[str, ...]) -> Mapping:
        include = file.get("include")
        if include is None:
            return file
        parts = [part for item in items(include) if (part := self._included(item, environment, above))]
        return _laid(*parts, file)

    def _included(self, item: Node, environment: Environment, above: tuple[str, ...]) -> Mapping | None:
        """The project that an entry of `include` names; nothing if it is there already, or cannot be had."""
        here = as_read(item.path).folder
        said = fields(item)
        named = items(said.get("path") if said else item)
        paths = [path for node in named if (path := self._path_to_include(node, here, above))]
        if not paths:
            return None
        given = self.values.text(said.get("project_directory"))
        folder = normpath(join(here, given)) if isinstance(given, str) else dirname(paths[0])
        given_by = [self.values.text(node) for node in items(said.get("env_file"))]
        files = tuple(normpath(join(here, name)) for name in given_by if isinstance(name, str))
        if not given_by:
            files = (normpath(join(folder, ".env")),)
        environment = self._environment_of(files, environment)
        new: list[str] = []
        for path in paths:
            before = self._included_as.setdefault(path, [])
            if (folder, environment) not in before:  # what two files include comes in once
                before.append((folder, environment))
                new.append(path)
        self.absorbed.update(dict.fromkeys(new))
        whole = self._together(new, folder, environment, item.span, above)
        if whole is not None:
            self.judge(whole)
        return whole

    def _path_to_include(self, node: Node, here: str, above: tuple[str, ...]) -> str | None:
        text = self.values.required(node)
        if isinstance(text, Unknown):
            message = f"the included file {text} is not known here, so it is not checked"
            self.fault("unsupported", message, node.span, holds=text)
            return None
        if text.startswith(REMOTE):
            message = f"the included file {text} lies outside this project, so it is not checked"
            self.fault("unsupported", message, node.span)
            return None
        path = normpath(join(here, text))
        if path in above:
            self.fault("invalid", f"{path} includes itself", node.span)
            return None
        if len(above) > _LIMIT:
            message = f"more than {_LIMIT} files include one another, so {path} is not checked"
            self.fault("unsupported", message, node.span)
            return None
        return path

    def _too_many(self, wanted_at: Span) -> None:
        message = f"the project has more than {_MOST_FILES} files; from here on they are not part of it"
        self.fault_once("unsupported", message, wanted_at)

    def _environment_of(self, files: tuple[str, ...], around: Environment) -> Environment:
        """The variables of env files; those around the project that is given them win."""
        known = self._environments.get((files, id(around)))
        if known is not None:
            return known
        own: dict[str, tuple[str, Span]] = {}
        for path in files:
            own.update(self._dotenv(path, own, around))
        environment = Environment({**own, **around}) if own else around
        self._environments[files, id(around)] = environment
        return environment

    def _dotenv(
        self, path: str, own: dict[str, tuple[str, Span]], around: Environment
    ) -> dict[str, tuple[str, Span]]:
        """The variables of an env file next to a project; nothing where there is none."""
        try:
            source = None if self._variables_given > _MOST_GIVEN else self.read(path)
        except Unreadable:
            return {}  # the file is found on its own, and said to be unreadable there
        if source is None:
            return {}
        from compolint.load.env import environment

        given = environment(source, {**own, **around})
        self._variables_given += len(given) + len(own) + len(around)
        if self._variables_given > _MOST_GIVEN:
            message = f"files like this one give the project more than {_MOST_GIVEN} variables"
            self.fault_once("unsupported", message, Span(source.path, 0, 0))
        return given


@lru_cache(16)
def environment_of(tree: Tree, folder: str) -> Environment:
    """The variables of the `.env` in a folder, read once for all projects there."""
    try:
        source = load.read(tree, normpath(join(folder, ".env")))
    except Unreadable:
        source = None  # the file is found on its own, and said to be unreadable there
    if source is None:
        return Environment()
    from compolint.load.env import environment

    return Environment(environment(source, {}))


@lru_cache(16)
def _reading(source: Source, folder: str, environment: Environment) -> _Reading:
    """What stands in a file, read once for all projects that it is a part of."""
    path = File.of(source.path, folder, environment)
    faults: list[tuple[str, str, Span, tuple[Note, ...]]] = []
    roots: list[Mapping] = []
    documents = yaml.parse(Source(path, source.text))
    if len(documents) > _MOST_DOCUMENTS:
        start = documents[_MOST_DOCUMENTS].span.start
        message = f"the file has more than {_MOST_DOCUMENTS} documents, so this one is not checked"
        faults.append(("unsupported", message, Span(path, start, start), ()))
        documents = documents[:_MOST_DOCUMENTS]
    for document in documents:
        faults += document.faults
        root = document.root
        if isinstance(root, Mapping):
            roots.append(_modern(root))
        elif root is not None and not is_null(root):
            faults.append(("schema", "a Compose file is a mapping with `services:`", root.span, ()))
    text = source.text
    comments = [at for document in documents for at in document.comments] if "ompolint" in text else []
    return _Reading(
        path,
        tuple(roots),
        tuple(faults),
        tuple(_refused(roots, environment)) if _may_be_refused(text) else (),
        tuple(at for at in comments if load.speaks_to_us(text[at.start : at.end])),
        any(fault.kind == "unsupported" for document in documents for fault in document.faults),
        "&" in text and "*" in text and bool(_ALIAS.search(text)),
        "!reset" in text,
    )


def _may_be_refused(text: str) -> bool:
    braces = text.count("${")
    return braces > 0 and braces != len(_WELL_FORMED.findall(text))


def _refused(roots: Iterable[Node], environment: Environment) -> Iterable[Invalid]:
    """Variables that Compose refuses; it fills in all values of a file, whatever they are for."""
    waiting: list[Any] = list(roots)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            if "${" in node.value:
                try:
                    interpolate.pieces(node.value, lambda name: environment.get(name, (None,))[0])
                except interpolate.Invalid as error:
                    yield Invalid(error.message, node.span)
            continue
        inside = [value for _, value in node.items] if isinstance(node, Mapping) else node.items
        aliases = node.aliases or {}
        waiting += (value for index, value in enumerate(inside) if index not in aliases)


def _laid(first: Mapping, *others: Mapping) -> Mapping:
    """Mappings laid over each other in order."""
    whole = first
    if others:
        from compolint.load.compose.merge import merge

        for other in others:
            whole = _as_mapping(merge(whole, other), whole)
    return whole


def _as_mapping(node: Node, otherwise: Mapping) -> Mapping:
    return node if isinstance(node, Mapping) else otherwise


def _modern(root: Mapping) -> Mapping:
    """A version-1 file, whose top level is its services, as if it said `services:`."""
    if root.get("services") is not None:
        return root
    pairs = root.pairs()
    if any(key.value in schema.top_level() for key, _ in pairs if key.value != "version"):
        return root
    services: list[tuple[Scalar, Node]] = [
        (key, value)
        for key, value in pairs
        if isinstance(value, Mapping) and any(value.get(key) is not None for key in _SAYING_SERVICE)
    ]
    if not services or len(services) < sum(isinstance(value, Mapping) for _, value in pairs):
        return root
    name = Scalar(root.path, root.start, root.start, "services", "", None)
    return Mapping(
        root.path, root.start, root.end, [(name, Mapping(root.path, root.start, root.end, services))]
    )
