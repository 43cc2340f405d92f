"""What a build runs, and what the image runs: RUN, CMD, ENTRYPOINT and HEALTHCHECK."""

from compolint.load.commands import Run, Said
from compolint.load.dockerfile.file import Draft, File
from compolint.model.values import ImageName
from compolint.syntax.dockerfile import Flag, Instruction, Word
from compolint.text import Span

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "busybox"})


def run(file: File, instruction: Instruction, draft: Draft) -> None:
    flags: dict[str, Flag] = {}
    caches: list[str] = []
    for flag in instruction.flags:
        if flag.name == "mount":
            caches += _mount(file, flag, draft)
        else:
            flags[flag.name] = flag
    draft.runs += 1
    network, security = flags.get("network"), flags.get("security")
    what = Run(
        where="RUN",
        script=f"{draft.key}!RUN.{draft.runs}",
        network=network and network.value,
        security=security and security.value,
        caches=tuple(caches),
        spans={flag.name: file.at(flag.span) for flag in (network, security) if flag},
    )
    _execute(file, instruction, draft, what)


def _mount(file: File, flag: Flag, draft: Draft) -> list[str]:
    """Where a `--mount` keeps a cache: `type=cache,target=/root/.cache`; and the stage that it may name."""
    pairs = (part.partition("=") for part in (flag.value or "").split(","))
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    if origin := fields.get("from"):
        file.sources.append((origin, file.at(flag.value_span), draft, None))
    if fields.get("type") != "cache":
        return []
    return [fields.get("target") or fields.get("dst") or fields.get("destination") or ""]


def remember(file: File, instruction: Instruction, draft: Draft) -> None:
    """CMD and ENTRYPOINT: the last of each in a stage counts."""
    draft.started[instruction.keyword] = instruction
    if instruction.keyword == "ENTRYPOINT":
        draft.say("entrypoint", bool(instruction.arguments), file.at(instruction.span))


def started(file: File, draft: Draft) -> None:
    """What the containers of a stage run; a CMD of options alone belongs behind its ENTRYPOINT."""
    for keyword, instruction in draft.started.items():
        before: tuple[Word, ...] = ()
        entrypoint = draft.started.get("ENTRYPOINT")
        if keyword == "CMD" and entrypoint and entrypoint.form == instruction.form == "exec":
            words = instruction.arguments
            before = entrypoint.arguments if words and words[0].text.startswith("-") else ()
        what = Run(where=keyword, script=f"{draft.key}!{keyword}")  # type: ignore[arg-type]  # these are its words
        _execute(file, instruction, draft, what, before)


def _execute(
    file: File, instruction: Instruction, draft: Draft, what: Run, before: tuple[Word, ...] = ()
) -> None:
    if instruction.form == "exec":
        words = instruction.arguments[instruction.keyword == "HEALTHCHECK" :]
        draft.commands.of_words([_said(file, word) for word in (*before, *words)], what)
        return
    script = instruction.script
    if script is None:
        return
    at = file.at
    if interpreter := _interpreter(script.text):
        words_of_it = interpreter.split()
        whole = at(script.place(0, len(interpreter)))
        draft.commands.of_words([Said(word, lambda start, end: whole) for word in words_of_it], what)
    elif _is_posix(draft):
        said = Said(script.text, lambda start, end: at(script.place(start, end)))
        draft.commands.of_text(said, what)
    else:
        draft.commands.of_foreign_text(at(script.place(0, len(script.text))), what)


def _said(file: File, word: Word) -> Said:
    """A string of a JSON array; an escape in it leaves only the place of the whole."""
    at = file.at(word.span)
    if at.end - at.start != len(word.text) + 2:
        return Said(word.text, lambda start, end: at)
    begin = at.start + 1
    return Said(word.text, lambda start, end: Span(at.path, begin + start, begin + end))


def _interpreter(script: str) -> str | None:
    """The program behind `#!` that a script is for, if it is no shell."""
    if not script.startswith("#!"):
        return None
    line = script[2:].partition("\n")[0].strip()
    words = line.split()
    program = next((word for word in words if not word.endswith("/env") and not word.startswith("-")), "")
    return None if not words or program.rpartition("/")[2] in _SHELLS else line


def _is_posix(draft: Draft) -> bool:
    """Whether the text of a RUN goes to a shell of the Bourne family."""
    program = draft.shell[0].replace("\\", "/").rpartition("/")[2] if draft.shell else ""
    return program in _SHELLS and not _is_windows(draft)


def _is_windows(draft: Draft) -> bool:
    origin = draft.said.get("origin")
    if not isinstance(origin, ImageName):
        return False
    name = f"{origin.repository}:{origin.tag}"
    return "windowsservercore" in name or "nanoserver" in name or name.startswith("windows/")
