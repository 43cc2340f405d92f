"""The files of a Compose project laid over each other: includes, extends, overrides, variables."""

from collections.abc import Iterable
from posixpath import dirname, join, normpath

from compolint import load
from compolint.load.compose import schema
from compolint.load.compose.extends import with_extends
from compolint.load.compose.merge import merge, without_resets
from compolint.load.compose.origins import Origins
from compolint.load.compose.values import REMOTE, Environment, Values, is_null, items, mapping
from compolint.load.env import environment
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax import env, yaml
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Note, Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.unknown import Unknown

_LIMIT = 50  # of files that include each other
_MOST_FILES, _MOST_DOCUMENTS = 500, 100
_MOST_READ, _MOST_GIVEN = 50_000_000, 100_000  # characters of files, each time they are read; variables
# key: *name, [*name, *other]
_ALIAS = pattern(r"[\s,\[]\*\w")
_SAYING_SERVICE = ("image", "build", "extends")
_FATAL = frozenset({"syntax", "unsupported"})


class Project:
    """Reads files of a project; gathers what went wrong and what it passed over on the way."""

    def __init__(self, tree: Tree, folder: str) -> None:
        self.tree, self.folder = tree, folder
        self.values = Values()
        self.folders: dict[str, str] = {}  # by file: what its relative paths are relative to
        self.files: dict[str, None] = {}
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self.skipped: list[Skipped] = []
        self.origins: dict[str, Origins] = {}  # by service
        self.taken_over = 0  # values that services have from those that they extend
        self._characters_read = self._variables_given = 0
        self._told: set[tuple[str, Span | None]] = set()
        self._read: dict[str, Mapping | None] = {}
        self.absorbed: dict[str, None] = {}
        self._resets = False
        self.environment = self._dotenv(join(folder, ".env"), {})

    def load(self, paths: Iterable[str]) -> Mapping | None:
        """The files merged in order, with all that they include and extend, without what is reset."""
        whole = self._together(paths, self.folder, self.environment, None, ())
        return _as_mapping(without_resets(whole), whole) if whole and self._resets else whole

    def fault(
        self, kind: str, message: str, at: Span, notes: tuple[Note, ...] = (), *, fatal: bool = True
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

    def origins_of(self, service: str) -> Origins:
        return self.origins.setdefault(service, Origins())

    def _together(
        self,
        paths: Iterable[str],
        folder: str,
        environment: Environment,
        wanted_at: Span | None,
        above: tuple[str, ...],
    ) -> Mapping | None:
        whole: Mapping | None = None
        for path in paths:
            file = self.file(path, folder, environment, wanted_at)
            if file is None:
                continue
            file = self._with_includes(file, environment, (*above, path))
            file = with_extends(self, file)
            laid = file if whole is None else merge(whole, file)
            whole = laid if isinstance(laid, Mapping) else whole
        return whole

    def file(
        self, path: str, folder: str, environment: Environment, wanted_at: Span | None
    ) -> Mapping | None:
        """The documents of a file in one; nothing where it cannot be had, which is said at `wanted_at`."""
        if path in self._read:
            return self._read[path]
        if wanted_at is not None and len(self._read) >= _MOST_FILES:
            self._too_many(wanted_at)
            return None
        self._read[path] = None
        self.files[path] = None
        self.folders[path] = folder
        self.values.environments[path] = environment
        try:
            source = self.read(path)
        except Unreadable as error:
            if wanted_at is None:
                raise
            self.fault("unreadable", f"{path} {error.reason}", wanted_at)
            return None
        if source is None:
            if wanted_at is not None:
                self.fault("invalid", f"there is no file `{path}`", wanted_at)
            return None
        whole: Mapping | None = None
        documents = yaml.parse(source)
        if len(documents) > _MOST_DOCUMENTS:
            start = documents[_MOST_DOCUMENTS].span.start
            message = f"the file has more than {_MOST_DOCUMENTS} documents, so this one is not checked"
            self.fault("unsupported", message, Span(path, start, start))
            documents = documents[:_MOST_DOCUMENTS]
        if "compolint:" in source.text:
            for document in documents:
                self.comments += (
                    at for at in document.comments if "compolint:" in source.text[at.start : at.end]
                )
        for document in documents:
            for fault in document.faults:
                self.fault(fault.kind, fault.message, fault.span, fault.notes, fatal=fault.kind in _FATAL)
            root = document.root
            if root is None or is_null(root):
                continue
            if not isinstance(root, Mapping):
                self.fault("schema", "a Compose file is a mapping with `services:`", root.span)
                continue
            root = _modern(root)
            if _ALIAS.search(source.text):
                for name, body in mapping(root.get("services")):
                    self.origins_of(name.value).add_aliases(body, name.value)
            self._resets = self._resets or "!reset" in source.text
            # In a template braces are no mappings, so that every one of them would be a problem.
            if all(fault.kind != "unsupported" for fault in document.faults):
                for problem in schema.problems(root):
                    self.fault("schema", problem.message, problem.span, problem.notes, fatal=False)
            whole = root if whole is None else _as_mapping(merge(whole, root), whole)
        self._read[path] = whole
        return whole

    def _with_includes(self, file: Mapping, environment: Environment, above: tuple[str, ...]) -> Mapping:
        include = file.get("include")
        if include is None:
            return file
        under: Mapping | None = None
        for item in items(include):
            if included := self._included(item, environment, above):
                laid = included if under is None else merge(under, included)
                under = _as_mapping(laid, included)
        return file if under is None else _as_mapping(merge(under, file), file)

    def _included(self, item: Node, environment: Environment, above: tuple[str, ...]) -> Mapping | None:
        here = self.folders.get(item.path, "")
        fields = {key.value: value for key, value in mapping(item)}
        paths: list[str] = []
        for node in items(fields.get("path") if fields else item):
            text = self.values.required(node)
            if isinstance(text, Unknown) or text.startswith(REMOTE):
                why = "is not known here" if isinstance(text, Unknown) else "lies outside this project"
                self.fault("unsupported", f"the included file {text} {why}, so it is not checked", node.span)
                continue
            path = normpath(join(here, text))
            if path in above:
                self.fault("invalid", f"{path} includes itself", node.span)
                continue
            if len(above) > _LIMIT:
                message = f"more than {_LIMIT} files include one another, so {path} is not checked"
                self.fault("unsupported", message, node.span)
                continue
            if len(self._read) >= _MOST_FILES and path not in self._read:
                self._too_many(node.span)
                continue
            if path not in self.absorbed:  # what two files include comes in once
                self.absorbed[path] = None
                paths.append(path)
        if not paths:
            return None
        given = self.values.text(fields.get("project_directory"))
        folder = normpath(join(here, given)) if isinstance(given, str) else dirname(paths[0])
        own: dict[str, tuple[str, Span]] = {}
        files = list(items(fields.get("env_file")))
        for node in files:
            if isinstance(named := self.values.text(node), str):
                own.update(self._dotenv(normpath(join(here, named)), {**own, **environment}))
        if not files:
            own.update(self._dotenv(join(folder, ".env"), environment))
        # The including project's variables win over the included one's own.
        return self._together(paths, folder, {**own, **environment}, item.span, above)

    def _too_many(self, wanted_at: Span) -> None:
        message = f"the project has more than {_MOST_FILES} files; from here on they are not part of it"
        self.fault_once("unsupported", message, wanted_at)

    def _dotenv(self, path: str, around: Environment) -> Environment:
        """The variables of an env file next to a project; nothing where there is none."""
        if self._variables_given > _MOST_GIVEN:
            return {}
        try:
            source = self.read(normpath(path))
        except Unreadable:
            return {}  # the file is found on its own, and said to be unreadable there
        if source is None:
            return {}
        self._variables_given += len(env.parse(source).pairs)
        if self._variables_given > _MOST_GIVEN:
            message = f"files like this one give the project more than {_MOST_GIVEN} variables"
            self.fault_once("unsupported", message, Span(source.path, 0, 0))
            return {}
        return environment(source, around)


def _as_mapping(node: Node, otherwise: Mapping) -> Mapping:
    return node if isinstance(node, Mapping) else otherwise


def _modern(root: Mapping) -> Mapping:
    """A version-1 file, whose top level is its services, as if it said `services:`."""
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
