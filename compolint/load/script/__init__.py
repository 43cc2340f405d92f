"""Commands that people keep in files: scripts, recipes of Makefiles, tables of cron, steps of pipelines.

Each becomes a `Command`, so that the same checks see it as in a Dockerfile; a container that one of them
starts opens its ports like one of a Compose file.
"""

from collections.abc import Callable, Iterator

from compolint.load import Loaded, read
from compolint.load.commands import Commands, Run, Said
from compolint.load.kernelsettings import settings_of
from compolint.load.kinds import language
from compolint.load.published import Owner, of_commands
from compolint.load.script import cron, makefile, workflow
from compolint.load.script.kind import SHELLS, interpreter
from compolint.model import Entity
from compolint.model.command import Command
from compolint.model.linter import Fault
from compolint.model.workload import Variable
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree

_COMMENT = pattern(r"#[^\r\n]*?\b(?:compolint:|[Cc]ompolint:?[ \t]+[Aa]llow(?:-file)?[ \t])[^\r\n]*")

_FILTERS = ("iptables", "ip6tables", "ufw", "nft")


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    found: list[Entity] = []
    commands = Commands(path, path.rpartition("/")[2], found.append)
    for number, said in enumerate(_texts(source)):
        if isinstance(said, Entity):
            found.append(said)
        else:
            commands.of_text(said, Run("script", f"{path}#{number}"))
    started = [entity for entity in found if isinstance(entity, Command)]
    comments = tuple(Span(path, *match.span()) for match in _COMMENT.finditer(source.text))
    made = (*of_commands(started, Owner(path, path)), *settings_of(started))
    if not _may_set_up_filters(source):
        return Loaded((*found, *made), comments, files)
    from compolint.load.firewall import script

    followed = script.follow(tree, source)
    taken = tuple(script.taken(tree, path, followed))
    return Loaded((*found, *made, *followed.entities), comments, (*files, *followed.others), taken=taken)


def _may_set_up_filters(source: Source) -> bool:
    """Whether it is a script of commands that speaks of packet filters."""
    if not any(name in source.text for name in _FILTERS) or language(source.path) in _READERS:
        return False
    return interpreter(source.text) in {None, *SHELLS}


def _texts(source: Source) -> Iterator[Said | Fault | Variable]:
    """The texts that a shell gets, one by one, and what keeps one from being found."""
    kind, program = language(source.path), interpreter(source.text)
    read_as = _READERS.get(kind or "")
    is_program = program not in {None, *SHELLS} or (program and not cron.looks_like(source.text))
    if read_as and not (kind == "cron" and is_program):
        yield from read_as(source)
    elif program in {None, *SHELLS}:
        yield Said(source.text, lambda start, end: Span(source.path, start, end))


_READERS: dict[str, Callable[[Source], Iterator[Said | Fault | Variable]]] = {
    "makefile": makefile.recipes,
    "cron": cron.jobs,
    "workflow": workflow.steps,
}
