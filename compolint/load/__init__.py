"""Which file is what, and the way from files to entities.

A kind of file is a module here with a function `load(tree, files) -> Loaded`, and a line in the tables
below that says which files it claims. Its module is imported when the first such file occurs.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from compolint.model import Entity
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.tuples import NamedTuple


class Loaded(NamedTuple):
    entities: tuple[Entity, ...] = ()
    comments: tuple[Span, ...] = ()  # those that speak to the linter
    files: tuple[str, ...] = ()  # all that were read on the way, the root included
    skipped: tuple[Skipped, ...] = ()  # what belongs to it and could not be had
    absorbed: tuple[
        str, ...
    ] = ()  # files that it takes in as wholes, so that they need no loading of their own


class Root(NamedTuple):
    """What one call of a loader reads: a file, or several that are merged in order."""

    kind: str
    files: tuple[str, ...]


_SUFFIX = r"(?:\.(?:example|sample|dist|template|tmpl|bak|old))?$"
# In order; the first that matches the file's name decides.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # compose.yaml, docker-compose.prod.yml, docker-compose_dev.yml.example
    ("compose", pattern(r"(?:docker-)?compose(?:[-_.][\w.-]+)?\.ya?ml" + _SUFFIX)),
    # Dockerfile, Dockerfile.dev, app.dockerfile, Containerfile, prod.Dockerfile
    ("dockerfile", pattern(r"(?:[\w.-]+\.)?(?:docker|container)file(?:[-_.][\w.-]+)?$", re.I)),
    # .env, .env.example, prod.env, env.sample
    (
        "env",
        pattern(r"(?:\.env(?:[-_.][\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?|env\.(?:example|sample|dist))$"),
    ),
    # server.pem, tls.key
    ("certificate", pattern(r"[\w.-]+\.(?:pem|crt|cer|key)$")),
)
# Dockerfile.md and dockerfile_lint.py speak of Dockerfiles, they are none.
_OTHER = pattern(r"\.(?:md|rst|txt|py|go|js|ts|rs|rb|sh|json|ya?ml|toml|html|lock|dockerignore)$", re.I)
_LOOK_INSIDE = pattern(r"\.ya?ml" + _SUFFIX)
# A top-level `services:` that is a mapping (GitLab's is a list) …
_SERVICES = pattern(r"^services:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+[^\s#-]", re.M)
# … and something in it that only Compose says (Symfony's services say nothing of the kind).
_SERVICE = pattern(r"^[ \t]+(?:image|build|container_name|extends)[ \t]*:", re.M)
_TOP_KEY = pattern(r"^([A-Za-z][\w-]*)[ \t]*:", re.M)
_TOP_LEVEL = frozenset(
    {"version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs"}
)

KINDS = tuple(dict.fromkeys(kind for kind, _ in _NAMES))
_LONGEST = 1_000_000  # characters; what people write has a few ten thousand
# A link to an env file or a key that is not here is nothing unusual: they are kept out of repositories.
_NEEDED = frozenset({"compose", "dockerfile"})


def may_count(name: str) -> bool:
    """Whether a file of this bare name is worth a look."""
    return bool(_named(name) or _LOOK_INSIDE.search(name))


def needed(path: str) -> str | None:
    """The kind of a file that must be read, whatever it is that stands in its place."""
    kind = _named(path.rpartition("/")[2])
    return kind if kind in _NEEDED else None


def kind_of(tree: Tree, path: str) -> str | None:
    """The kind of a file by its name, else by a look at its content."""
    name = path.rpartition("/")[2]
    if kind := _named(name):
        return kind
    if _LOOK_INSIDE.search(name):
        source = tree.read(path)
        if source and "services:" in source.text and _is_compose(source.text):
            return "compose"
    return None


def _named(name: str) -> str | None:
    for kind, names in _NAMES:
        if names.match(name) and (kind == "compose" or not _OTHER.search(name)):
            return kind
    return None


def _is_compose(text: str) -> bool:
    """Whether a YAML file declares services as Compose does, and nothing that Compose doesn't know."""
    if not _SERVICES.search(text) or not _SERVICE.search(text):
        return False
    return all(key in _TOP_LEVEL or key.startswith("x-") for key in _TOP_KEY.findall(text))


def read(tree: Tree, path: str) -> Source | None:
    """The text of a file that is to be taken apart, which costs more than to read it."""
    source = tree.read(path)
    if source and len(source.text) > _LONGEST:
        raise Unreadable(f"is longer than {_LONGEST} characters", path=path)
    return source


def roots(
    tree: Tree, kinds: Iterable[tuple[str, str]], projects: Iterable[tuple[str, ...]] = ()
) -> Iterator[Root]:
    """What to load, given the files with their kinds and the sets of files that belong together."""
    together = [files for files in projects if files]
    taken = {path for files in together for path in files}
    yield from (Root("compose", files) for files in together)
    of: dict[str, list[str]] = {}
    for path, kind in kinds:
        if path not in taken:
            of.setdefault(kind, []).append(path)
    for kind, paths in of.items():
        group = getattr(_loader(kind), "group", None)
        yield from (Root(kind, files) for files in (group(tree, paths) if group else ((p,) for p in paths)))


def load(tree: Tree, root: Root) -> Loaded:
    loaded: Loaded = _loader(root.kind).load(tree, root.files)
    return loaded


def _loader(kind: str) -> Any:
    return import_module(f"compolint.load.{kind}")
