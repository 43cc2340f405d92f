"""Commands that fetch a program and run it at once: what they fetch, and whether it is always the same.

npx https://docs.npmjs.com/cli/commands/npx, pnpm https://pnpm.io/cli/dlx, yarn
https://yarnpkg.com/cli/dlx, bun https://bun.com/docs/cli/bunx, uv https://docs.astral.sh/uv/guides/tools,
pipx https://pipx.pypa.io, deno https://docs.deno.com/runtime/reference/cli/run, go
https://pkg.go.dev/cmd/go, dnx https://learn.microsoft.com/dotnet/core/tools/dotnet-tool-exec
"""

import re
from collections.abc import Iterator
from typing import Literal

from compolint.model.command import Command
from compolint.model.values import ImageName
from compolint.pattern import pattern
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Undecided, Unknown


class Fetched(NamedTuple):
    """A package or an image."""

    kind: Literal["npm", "pypi", "go", "nuget", "image", "repository"]
    name: str
    version: str | None  # as it is asked for
    is_pinned: bool  # it is the same tomorrow


class _Runner(NamedTuple):
    kind: Literal["npm", "pypi", "go", "nuget"]
    naming: frozenset[str] = frozenset()  # options whose value names the package to run
    adding: frozenset[str] = frozenset()  # options whose value names further packages
    valued: frozenset[str] = frozenset()  # other options with a value
    offline: frozenset[str] = frozenset()  # options that keep it from fetching
    is_named: bool = True  # the first operand names a package, where no option does


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NPX = _Runner(
    "npm",
    naming=_words("-p --package"),
    valued=_words(
        "-c --call --registry --prefix -w --workspace --loglevel --cache --userconfig --node-options"
    ),
    offline=_words("--no-install --no --offline"),
)
_UVX = _Runner(
    "pypi",
    naming=_words("--from --spec"),
    adding=_words("--with -w"),
    valued=_words(
        "-p --python --index-url -i --default-index --index --extra-index-url --find-links -f --directory"
        " --project --with-editable --with-requirements --refresh-package --prerelease --cache-dir --env-file"
        " --link-mode -c --constraints --overrides --exclude-newer --color --config-file --resolution"
        " --keyring-provider --allow-insecure-host --pip-args --backend --suffix -C --config-setting"
    ),
    offline=_words("--offline --no-index"),
)
# By the program and, where it has them, its subcommands.
_RUNNERS: dict[tuple[str, ...], _Runner] = {
    **dict.fromkeys((("npx",), ("bunx",), ("pnpx",), ("npm", "exec"), ("npm", "x")), _NPX),
    **dict.fromkeys((("pnpm", "dlx"), ("yarn", "dlx"), ("bun", "x")), _NPX),
    **dict.fromkeys((("uvx",), ("uv", "tool", "run"), ("pipx", "run")), _UVX),
    # What `uv run` runs is the project's own, which has a lockfile.
    ("uv", "run"): _UVX._replace(
        naming=frozenset(),
        valued=_UVX.valued | _words("--extra --group --package --only-group --no-group --frozen-lockfile"),
        is_named=False,
    ),
    ("go", "run"): _Runner("go", valued=_words("-C -exec -mod -modfile -tags")),
    ("dnx",): _Runner("nuget", valued=_words("--source --add-source --configfile --framework")),
    ("dotnet", "tool", "exec"): _Runner("nuget", valued=_words("--source --add-source --configfile")),
    ("deno", "run"): _Runner("npm", valued=_words("-c --config --import-map --lock --cert --location")),
}
_ENDS = (".cmd", ".exe", ".ps1", ".bat")
# 1.2.3  v1.2.3-rc.1+build  =1.2.3
_EXACT_NPM = pattern(r"=?v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$")
# ==1.2  1.2.3rc1  ===1.2, but not 1.*
_EXACT_PYPI = pattern(r"(?:===?)?\s*v?\d[\w.!+-]*$")
_EXACT = pattern(r"v?\d+\.\d[\w.+-]*$|[0-9a-f]{12,40}$")
# name[extra]  and what is asked of its version
_REQUIREMENT = pattern(r"([\w.-]+)(?:\[[\w.,\s-]*\])?\s*(?:@\s*)?(.*)$", re.DOTALL)
# mcp-1.2.3.tgz  x@v1.2/mod.ts
_VERSION_IN_URL = pattern(r"\d+\.\d+")
# mcp[cli],httpx>=0.27,<1
_PARTING = pattern(r",(?=\s*[A-Za-z])(?![^\[\]]*\])")
_LOCAL = (".", "/", "~", "file:", "\\")
_LONGEST_LIST = 1000
_ARCHIVES = (".tgz", ".tar.gz", ".whl", ".zip")


def fetched(command: Command) -> Iterator[tuple[int, Maybe[Fetched]]]:
    """What a command fetches and runs, with the numbers of the words that name it."""
    words = command.words
    for start, _ in enumerate(words):
        found = _runner(words, start)
        before = words[start - 1] if start else "--"
        if found and isinstance(before, str) and before == "--":
            yield from _named(words, *found)
            return
    yield from _image(command)


def _runner(words: tuple[Maybe[str], ...], start: int) -> tuple[_Runner, int] | None:
    """The runner that is called at a word, and the number of the word behind its own."""
    said: list[str] = []
    for number in range(start, min(start + 3, len(words))):
        word = words[number]
        if not isinstance(word, str):
            return None
        said.append(_program(word) if number == start else word)
        if runner := _RUNNERS.get(tuple(said)):
            return runner, number + 1
    return None


def _program(word: str) -> str:
    name = word.replace("\\", "/").rpartition("/")[2].lower()
    return next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), name)


def _named(words: tuple[Maybe[str], ...], runner: _Runner, at: int) -> Iterator[tuple[int, Maybe[Fetched]]]:
    found: list[tuple[int, str | Unknown]] = []
    is_named = not runner.is_named
    while at < len(words):
        word = words[at]
        if isinstance(word, Unknown) or not word.startswith("-"):
            if not is_named:
                found.append((at, word))
            break
        option, equals, value = word.partition("=")
        if option in runner.offline:
            return
        at += 1
        if word == "--":
            continue
        if not (equals or option in runner.naming | runner.adding | runner.valued):
            continue
        given: str | Unknown = value
        number = at - 1
        if not equals:
            if at >= len(words):
                break
            number, given = at, words[at]
            at += 1
        if option in runner.naming or option in runner.adding:
            is_named = is_named or option in runner.naming
            found.append((number, given))
    for number, given in found:
        if isinstance(given, Unknown):
            yield number, _open(given, runner.kind)
        else:
            for part in _parted(given) if runner.kind == "pypi" else (given,):
                if part and not part.startswith(_LOCAL) and (package := _package(part, runner.kind)):
                    yield number, package


def _parted(word: str) -> list[str]:
    """The requirements in a list of them."""
    return _PARTING.split(word) if len(word) <= _LONGEST_LIST else [word]


def _open(word: Unknown, kind: str) -> Maybe[Fetched]:
    """A package that has an open part; the version may be known all the same."""
    version = word.tail.rpartition("@")[2] if "@" in word.tail else ""
    if version and _EXACT.match(version):
        return Fetched("npm" if kind == "npm" else "pypi", word.text, version, True)
    return word


def _package(word: str, kind: Literal["npm", "pypi", "go", "nuget"]) -> Fetched | None:
    if repository := _repository(word, kind):
        return repository
    match kind:
        case "npm":
            if word.endswith((".ts", ".js", ".mjs")):
                return None  # a script, which deno runs
            word = word.removeprefix("npm:").removeprefix("jsr:")
            name, at, version = word[1:].partition("@")
            return Fetched("npm", word[:1] + name, version or None, _EXACT_NPM.match(version) is not None)
        case "pypi":
            found = _REQUIREMENT.match(word)
            if found is None or word.endswith(".py"):
                return None
            return Fetched("pypi", found[1], found[2] or None, _EXACT_PYPI.match(found[2]) is not None)
        case "go":
            name, at, version = word.partition("@")
            # Without a version it is a part of the module around it, which has a lockfile.
            return Fetched("go", name, version, _EXACT.match(version) is not None) if at else None
    name, _, version = word.partition("@")
    return Fetched("nuget", name, version or None, _EXACT.match(version) is not None)


def _repository(word: str, kind: str) -> Fetched | None:
    """A package that comes out of a repository, or as an archive."""
    _, at, source = word.partition("@ ")
    address = (source if at else word).strip()
    is_git = address.startswith(("git+", "git://", "github:", "gitlab:", "bitbucket:")) or ".git" in address
    is_short = kind == "npm" and "/" in address and not address.startswith("@") and ":" not in address
    if "://" in address and not is_git:
        is_file = address.partition("#")[0].endswith(_ARCHIVES)
        is_numbered = _VERSION_IN_URL.search(address) is not None
        return Fetched("repository", _bare(address), None, is_numbered and (is_file or "@" in address))
    if not (is_git or is_short):
        return None
    mark = "#" if kind == "npm" else "@"
    scheme, found, path = address.partition("://")
    name, _, reference = (path if found else scheme).partition(mark)
    if kind == "pypi":
        name, _, reference = (path if found else scheme).partition("#")[0].rpartition("@")
        name, reference = (name, reference) if name and "/" not in reference else (reference, "")
    else:
        reference = reference.removeprefix("semver:")
    is_pinned = _EXACT.match(reference) is not None
    return Fetched("repository", _bare(name), reference or None, is_pinned)


def _bare(address: str) -> str:
    """An address without what may be a password in it."""
    scheme, found, rest = address.rpartition("://")
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{scheme}{found}{host.rpartition('@')[2]}{slash}{path}"


def _image(command: Command) -> Iterator[tuple[int, Maybe[Fetched]]]:
    from compolint.model.knowledge.engineruns import engine_run
    from compolint.model.knowledge.engineswitches import is_switch
    from compolint.model.knowledge.pins import is_unpinned

    run = engine_run(command)
    if run is None or run.verb not in {"run", "create"}:
        return
    for number, word in enumerate(command.words[1:], 1):
        before = command.words[number - 1]
        if isinstance(word, Unknown):
            # Where engine_run found an image with a name, a word that is open before it is an option's.
            is_value = isinstance(before, str) and before.startswith("--") and not is_switch(before)
            if run.image == "a container" and not is_value:
                yield number, _open_image(word)
                return
        elif word == run.image:
            image = ImageName.of(word)
            name = str(image._replace(tag=None, digest=None))
            yield number, Fetched("image", name, image.digest or image.tag, not is_unpinned(image))
            return


def _open_image(word: Unknown) -> Maybe[Fetched]:
    from compolint.model.knowledge.pins import is_unpinned

    try:
        return Fetched("image", f"{word.text}{word.tail}", None, not is_unpinned(word))
    except Undecided:
        return word


# They run what an agent tells them to: servers that are known, then the words that others name themselves by.
_SHELLS = _words(
    "@wonderwhy-er/desktop-commander desktop-commander desktop-commander-mcp @agent-infra/mcp-server-commands"
    " mcp-server-commands @openai/codex-shell-tool-mcp tabby-mcp-server @steipete/macos-automator-mcp"
    " @simonb97/server-win-cli cli-mcp-server iterm-mcp ssh-mcp mcp-ssh-manager mcp-server-docker"
)
_SHELL_WORDS = _words("shell bash zsh powershell terminal cmd commands")
_NAME_PARTS = pattern(r"[^a-z0-9]+")


def gives_shell(package: Fetched) -> bool:
    """Whether a server lets the agent run any command, by its name."""
    name = package.name.lower()
    if name in _SHELLS:
        return True
    parts = set(_NAME_PARTS.split(name.rpartition("/")[2]))
    return bool(parts & _SHELL_WORDS) and bool(parts & {"mcp", "server"}) and "just" not in parts
