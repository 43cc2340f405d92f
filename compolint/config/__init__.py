"""What a project asks of the checks: the settings of its configuration file and of the command line.

Understanding the file is the matter of `compolint.config.file`, which is imported only where there is one.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from compolint import glob
from compolint.check import Check, Severity
from compolint.model.host import Host, OwnZone
from compolint.spelling import meant
from compolint.text import Source, Span
from compolint.tree import Tree, Unreadable
from compolint.tuples import NamedTuple

FILES = ("compolint.toml", ".compolint.toml", "pyproject.toml")
PROFILES = ("quiet", "default", "strict")
_NONE: Mapping[Any, Any] = MappingProxyType({})
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}

Keys = tuple[str | int, ...]


class Misconfigured(Exception):
    """A setting that cannot be followed; the message says where it stands and what would do."""


class Ignore(NamedTuple):
    """Findings that the configuration accepts, and why."""

    checks: tuple[str, ...]
    reason: str
    at: Span
    paths: tuple[str, ...] = ("**",)
    subject: str | None = None
    until: str | None = None


class Mapped(NamedTuple):
    """A JSON schema that the project names for configuration files."""

    files: str  # a glob
    schema: str  # the name of one that we ship, else its path in the tree
    at: Span

    @property
    def is_shipped(self) -> bool:
        return not self.schema.endswith(".json")


class Config(NamedTuple):
    """The settings of one run."""

    path: str | None = None  # of the file they are from
    profile: str = "default"
    fail_on: str = "high"  # a severity, or "never"
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    projects: tuple[tuple[str, ...], ...] = ()
    hosts: tuple[Host, ...] = ()
    zones: tuple[OwnZone, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    schemas: tuple[Mapped, ...] = ()
    severities: Mapping[str, str] = _NONE
    environments: Mapping[str, str] = _NONE
    shared_options: Mapping[str, Any] = _NONE  # for all checks that have one of that name
    own_options: Mapping[str, Mapping[str, Any]] = _NONE  # by the name of the check
    document: Mapping[str, Any] = _NONE  # what the file says, as it says it
    places: Mapping[Keys, str] = _NONE  # "compolint.toml:3" of `("severity", NAME)`
    base: str = ""  # the folder that globs start from, with a slash at its end; "" is the tree's root
    selected: frozenset[str] | None = None  # by the command line; `None`: all
    left_out: frozenset[str] = frozenset()
    is_partial: bool = False  # only some files of the project are looked at
    today: str = ""  # an ISO date; "": what the clock says

    @property
    def is_strict(self) -> bool:
        return self.profile == "strict"

    def is_enabled(self, name: str, profile: str = "default") -> bool:
        """Whether a check may run at all, by what is known without importing it."""
        if name in self.left_out or (self.selected is not None and name not in self.selected):
            return False
        if self.severities.get(name) == "off":
            return False
        return profile != "strict" or self.is_strict or self._is_asked_for(name)

    def runs(self, check: Check) -> bool:
        """Whether the profile includes a check; one that is asked for by name always runs."""
        if self._is_asked_for(check.name):
            return True
        if self.profile == "quiet" and (check.hardening or check.severity is Severity.INFO):
            return False
        return self.is_strict or check.profile != "strict"

    def _is_asked_for(self, name: str) -> bool:
        return name in self.severities or self.selected is not None

    def sets(self, name: str, option: str) -> bool:
        """Whether the project says something about an option of a check."""
        key = option.replace("_", "-")
        return key in self.shared_options or key in self.own_options.get(name, ())

    def options(self, check: Check) -> Mapping[str, object]:
        """What the project says about a check's options; for the others the check has its defaults."""
        names = {name.replace("_", "-"): name for name in check.options}
        said = {key: value for key, value in self.shared_options.items() if key in names}
        said |= self.own_options.get(check.name, {})
        types = check.run.__annotations__
        chosen = {}
        for key, value in said.items():
            if key not in names:
                words = f"{check.name} has no option `{key}`{meant(key, names)}"
                raise self._wrong(check, key, f"{words}; it has: {', '.join(sorted(names)) or 'none'}")
            try:
                chosen[names[key]] = _typed(types[names[key]], value)
            except TypeError as error:
                raise self._wrong(check, key, f"`{key}` of {check.name} must be {error}") from None
        return chosen

    def severity(self, check: Check, severity: Severity, path: str) -> Severity:
        """How severe a problem of a check is in this project, at this place."""
        said = self.severities.get(check.name, "off")
        if said != "off":
            severity = Severity[said.upper()]
        elif check.hardening and self.is_strict:
            severity = max(severity, Severity.MEDIUM)
        if check.absolute or self.is_production(path):
            return severity
        return Severity(max(severity - 1, Severity.INFO))

    def reports(self, check: Check, severity: Severity, path: str) -> bool:
        """Whether a finding is worth telling here; one that is not counts for nothing."""
        if self.profile == "quiet" and severity is Severity.INFO:
            return False
        return not check.hardening or self.is_production(path)

    def is_production(self, path: str) -> bool:
        """Whether a file belongs to production, as every file does of which nothing else is said."""
        said = "production"
        for pattern, environment in self.environments.items():
            if self.covers((pattern,), path):
                said = environment
        return said == "production"

    def schemas_of(self, path: str) -> tuple[Mapped, ...]:
        """The schemas that a file must fulfil, as the project says."""
        return tuple(each for each in self.schemas if self.covers((each.files,), path))

    def kind_of(self, path: str) -> str | None:
        """The kind of a file that nothing but its schema says anything about."""
        return "mapped" if self.schemas_of(path) else None

    def may_map(self, path: str) -> bool:
        """Whether a schema may be named for a file, by its bare name."""
        name = path.rpartition("/")[2]
        last = (each.files.rstrip("/").rpartition("/")[2] for each in self.schemas)
        # What has no end may be a folder.
        return any("." not in pattern or glob.matches(pattern, name) for pattern in last)

    def covers(self, globs: Iterable[str], path: str) -> bool:
        """Whether one of the configuration's globs covers a path of the tree."""
        return glob.covers(self.base, globs, path)

    def is_past(self, until: str) -> bool:
        """Whether a day is over."""
        if self.today:
            return until < self.today
        from datetime import date

        return until < date.today().isoformat()

    def insist_on_names(self, known: Collection[str]) -> None:
        """Raises `Misconfigured` for a setting about a check that there is not."""
        said: list[tuple[Keys, str]] = [(("severity", name), name) for name in self.severities]
        said += [(("options", name), name) for name in self.own_options]
        for number, ignore in enumerate(self.ignores):
            said += [(("ignore", number, "checks", i), name) for i, name in enumerate(ignore.checks)]
        wrong = [
            f"{self.places[keys]}: there is no check `{name}`{meant(name, known)}"
            for keys, name in said
            if name not in known
        ]
        if wrong:
            raise Misconfigured("\n".join(wrong))

    def _wrong(self, check: Check, key: str, words: str) -> Misconfigured:
        where = self.places.get(("options", check.name, key)) or self.places.get((key,))
        return Misconfigured(f"{where}: {words}" if where else words)


def read(tree: Tree, folder: str = "", known: Collection[str] | None = None) -> Config:
    """The configuration that holds for a folder of a tree: of the nearest file, from it up to the root."""
    source = find(tree, folder)
    if source is None:
        return Config()
    from compolint.config.file import understood

    config = understood(source)
    if known is not None:
        config.insist_on_names(known)
    return config


def find(tree: Tree, folder: str = "") -> Source | None:
    """The nearest configuration file, from a folder of a tree up to its root."""
    while True:
        for name in FILES:
            path = f"{folder}/{name}" if folder else name
            try:
                source = tree.read(path)
            except Unreadable as error:
                raise Misconfigured(f"{path} {error.reason}") from None
            if source and (name != "pyproject.toml" or _speaks_of_us(source)):
                return source
        if not folder:
            return None
        folder = folder.rpartition("/")[0]


def _speaks_of_us(pyproject: Source) -> bool:
    """Whether a pyproject.toml has settings for us; raises `Misconfigured` for one that does not tell."""
    if "compolint" not in pyproject.text:
        return False
    from compolint.config.file import parsed

    tools = parsed(pyproject).get("tool")
    return isinstance(tools, dict) and "compolint" in tools


def is_day(text: str) -> bool:
    """Whether a text is a date of the form 2027-01-31."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _typed(wanted: Any, value: object) -> object:
    """A value of TOML as a check's parameter wants it; else a `TypeError` with what it would have to be."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        if value in inner:
            return value
        raise TypeError("one of " + ", ".join(f"`{each}`" for each in inner))
    if origin in (tuple, frozenset):
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"a list, each item {_WORDS.get(inner[0], 'a value')}")
        try:
            return origin(_typed(inner[0], item) for item in value)
        except TypeError as error:
            raise TypeError(f"a list, each item {error}") from None
    if type(value) is wanted:
        return value
    if wanted is float and type(value) is int:
        return float(value)
    raise TypeError(_WORDS.get(wanted, f"of the type {wanted}"))
