"""The folder that a build copies from: what its .dockerignore keeps out, and what it should have kept out.

Nothing is listed: a folder may hold a hundred thousand files. The names that matter are asked for one by one.
"""

from collections.abc import Iterable
from posixpath import dirname, join, normpath

from compolint import glob
from compolint.model.build import Context
from compolint.tree import Tree, Unreadable

# Files and folders of one developer or one server, by the names that the programs which use them expect.
_SECRETS = (
    ".env", ".env.local", ".env.prod", ".env.production", ".git", ".ssh", ".aws", ".kube", ".netrc",
    ".pypirc", ".docker/config.json", "id_rsa", "id_ed25519", "credentials.json", "service-account.json",
    "server.key", "private.key", "privkey.pem", "key.pem",
)  # fmt: skip


def context_of(tree: Tree, folder: str, dockerfile: str = "") -> Context:
    """What a look at the folder tells; a `.dockerignore` of the Dockerfile's own goes before the folder's."""
    ignored = _patterns(tree, f"{dockerfile}.dockerignore") if dockerfile else None
    if ignored is None:
        ignored = _patterns(tree, _inside(folder, ".dockerignore"))
    return Context(
        folder=folder,
        ignored=ignored,
        secrets=tuple(
            name for name in _SECRETS if tree.exists(_inside(folder, name)) and not is_ignored(ignored, name)
        ),
    )


def likely_folder(tree: Tree, dockerfile: str, sources: Iterable[str]) -> str:
    """The folder that a Dockerfile is probably built in: the nearest around it that has what it copies.

    That is its own folder, unless its sources lie in one above: `docker build -f docker/Dockerfile .`
    """
    own = dirname(dockerfile)
    wanted = [source for source in sources if source.strip("./") and not set(source) & set("*?[$")][:3]
    folder = own
    while wanted:
        if all(tree.exists(_inside(folder, source)) for source in wanted):
            return folder
        if not folder:
            break
        folder = dirname(folder)
    return own


def is_ignored(patterns: Iterable[str] | None, path: str) -> bool:
    """Whether a .dockerignore keeps a path out: of the patterns that cover it, the last one decides."""
    ignored = False
    for pattern in patterns or ():
        is_exception = pattern.startswith("!")
        if is_exception == ignored and glob.matches(pattern[is_exception:], path):
            ignored = not is_exception
    return ignored


def _patterns(tree: Tree, path: str) -> tuple[str, ...] | None:
    try:
        source = tree.read(path)
    except Unreadable:
        return ("**",)  # there is one, and what it keeps out nobody can say: so nothing is claimed to come in
    if source is None:
        return None
    lines = (line.strip() for line in source.text.split("\n") if not line.startswith("#"))
    return tuple(_tidy(line) for line in lines if line.strip("!/ "))


def _tidy(pattern: str) -> str:
    is_exception = pattern.startswith("!")
    path = normpath(pattern[is_exception:].strip()).lstrip("/")
    return f"!{path}" if is_exception else path


def _inside(folder: str, name: str) -> str:
    return normpath(join(folder, name.lstrip("/")))
