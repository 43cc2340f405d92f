"""Commands that run somewhere, and by whose hand."""

from typing import Literal

from compolint.model import Entity
from compolint.unknown import Maybe

Where = Literal[
    "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "command", "entrypoint", "healthcheck", "hook", "script",
    # what a unit of systemd runs
    "ExecCondition", "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecReloadPost", "ExecStop",
    "ExecStopPre", "ExecStopPost",
]  # fmt: skip
_ENDING = frozenset(("ExecReload", "ExecReloadPost", "ExecStop", "ExecStopPre", "ExecStopPost"))
# They ask, wait, answer or compare, and no check knows of harm that they do; most health checks are these.
_HARMLESS = frozenset((
    "[", "cat", "curl", "exit", "false", "grep", "healthcheck", "http", "httpd", "java", "nc", "nginx",
    "node", "pg_isready", "pgrep", "postgres", "redis-server", "sleep", "test", "true", "wget",
))  # fmt: skip


class Command(Entity):
    """One simple command, found through `sudo`, `sh -c`, pipes and substitutions.

    `words` are the command's own, without what only starts it; a word that the text leaves open is an
    `Unknown`. They begin with an option where only the image names the program. `spans["words.N"]` is the
    place of a word.
    """

    owner: str  # the key of the workload or stage
    owner_name: str
    where: Where
    name: str | None = None  # the program's name without folders; `None` where the text leaves it open
    words: tuple[Maybe[str], ...] = ()
    assignments: tuple[tuple[str, Maybe[str]], ...] = ()
    wrappers: tuple[str, ...] = ()  # "sudo", "sh -c", "ssh", …
    input_from: tuple[str, ...] = ()  # names of the programs whose output it reads
    output_to: tuple[str, ...] = ()  # names of the programs that read its output
    prints_password: bool = False  # one of them takes it for a password
    handed_on: frozenset[int] = frozenset()  # the numbers of the words that other commands are made of
    input_text: str = ""  # what a heredoc gives it to read, as far as that is known
    runs_download: str | None = None  # the program that fetched what it runs, if nobody compared that
    verified: bool = False  # a checksum or signature is checked in the same script
    ships: bool = True  # for a build: in the stage that ends up in the image
    network: Maybe[str] | None = None  # RUN --network
    security: Maybe[str] | None = None  # RUN --security
    script: str = ""  # what the commands of one text have in common
    caches: tuple[str, ...] = ()  # the folders of RUN --mount=type=cache
    writes: tuple[Maybe[str], ...] = ()  # the files that its output is sent to
    given: frozenset[int] = (
        frozenset()
    )  # the numbers of the words that a variable from elsewhere gave a part of

    def has(self, *options: str) -> bool:
        """Whether one of the options is given, `--name=value` and joined short flags included."""
        for word in self.words:
            if not isinstance(word, str):
                continue
            for option in options:
                if word == option or (option.startswith("--") and word.startswith(option + "=")):
                    return True
                if len(option) == 2 and option[0] == "-" and _is_joined(word) and option[1] in word[1:]:
                    return True
        return False

    @property
    def acts(self) -> str | None:
        """The program where it may change something; `None` for one that is known not to."""
        return None if self.name in _HARMLESS and not self.writes else self.name or "unknown"

    @property
    def is_of_unit(self) -> bool:
        """Whether systemd runs it."""
        return self.where.startswith("Exec")

    @property
    def ends_unit(self) -> bool:
        """Whether it is how a unit stops or reloads what it started itself."""
        return self.where in _ENDING

    @property
    def is_on_host(self) -> bool:
        """Whether a machine runs it, rather than a container or a build."""
        return self.where == "script" or self.is_of_unit

    @property
    def arguments(self) -> tuple[Maybe[str], ...]:
        """The words that are no options and not the program."""
        return tuple(word for word in self.words[1:] if not (isinstance(word, str) and word.startswith("-")))


def _is_joined(word: str) -> bool:
    return len(word) > 2 and word[0] == "-" and word[1:].isalpha()
