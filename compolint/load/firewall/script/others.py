"""Other scripts that a script runs: those that are here are gone into.

What one does that is not here is not known. To doubt the rules for each would say nothing about most scripts,
so that it is done where it may well change them: what is sourced, but for settings and libraries by their
names; what is run and is called after a packet filter; and texts from the network that are run behind the
first rule, as most of those above it install programs.
"""

from collections.abc import Callable, Iterator, Sequence
from posixpath import join, normpath

from compolint.load.firewall.script.run import Run
from compolint.load.firewall.script.status import Status
from compolint.pattern import pattern
from compolint.syntax.shell_words import Word
from compolint.syntax.shell_wrappers import SHELLS, interpreter_operands

# .env   /etc/os-release   ~/.bashrc   lib/common.sh   colors.inc   /etc/default/docker   venv/bin/activate
_PREPARES = pattern(
    r"(?i)(?:.*/)?(?:[\w.-]*\.(?:env|conf|cfg|config|ini|vars)|\.?env(?:\.[\w.-]+)?|[\w-]*release|activate"
    r"|\.?\w*(?:profile|rc)|[\w.-]*(?:lib\w*|utils?|common|helpers?|functions?|colou?rs?|vars?|variables|config"
    r"|settings|defaults|env|log|logging|completion)(?:\.(?:sh|bash|inc))?)"
    r"|/(?:etc/(?:default|sysconfig)|lib|usr)/.*"
)
# open.sh   add-fw-rules   10-nat.sh
_ABOUT_FILTERS = pattern(
    r"(?i)(?:.*[-_.\d])?(?:fw|\w*firewall\w*|ip6?tables\w*|ipt|nft\w*|ufw\w*|rules?|ports?|open\w*|allow\w*|d?nat"
    r"|(?:un)?(?:block|ban)\w*|forward\w*)(?:[-_.].*)?"
)
_SCRIPTS = (".sh", ".bash", ".py", ".pl")
# <(curl …)   $(wget …)
_DOWNLOADS = pattern(r"[<$]\(\s*(?:\S+/)?(?:curl|wget)\s")


def sourced(run: Run, words: Sequence[Word]) -> Status:
    """`. ./more.sh`, which may set every variable anew where it is not here."""
    if len(words) < 2:
        return "no"
    text = run.host.script(paths(words[1]))
    if text is not None:
        return _within(run, run.sourced, text)
    run.expander.variables = dict.fromkeys(run.expander.variables)
    said = words[1].spelling
    if said.startswith("<("):
        _downloaded(run, words)
    elif not _PREPARES.fullmatch(said):
        run.host.opaque(run.place_of(words), _shown(words))
    return "likely"


def started(run: Run, name: str, words: Sequence[Word]) -> Status | None:
    """`./more.sh`, `bash more.sh`; None for what is no file of commands."""
    file = _file(name, words)
    if file is None:
        return None
    text = None if name.startswith("python") else run.host.script(paths(file))
    if text is not None:
        return _within(run, lambda word: run.inner_text((word,)), text)
    said = file.spelling
    if said.startswith("<("):
        _downloaded(run, words)
    elif "$0" not in said and _ABOUT_FILTERS.fullmatch(said.rpartition("/")[2]):
        run.host.opaque(run.place_of(words), _shown(words))
    return "likely"


def evaluated(run: Run, words: Sequence[Word]) -> Status:
    """`eval "$COMMANDS"`, of which nobody knows what is called where that is not given."""
    first = words[1]
    if first.text is None and not first.prefix.strip():
        if first.spelling.lstrip().startswith(("$(", "`")):
            _downloaded(run, words)
        else:
            run.host.opaque(run.place_of(words), _shown(words))
            return "likely"
    return run.inner_text(tuple(words[1:]))


def piped(run: Run, name: str, words: Sequence[Word], given: Sequence[Word] | None) -> None:
    """`curl … | bash`"""
    if name in SHELLS and given == () and _file(name, words) is None:
        run.host.opaque(run.place_of(words), _shown(words), is_late=True)


def paths(file: Word) -> list[str]:
    """The end of its path that is known: `$(dirname "$0")/more.sh` is beside the script."""
    known: list[str] = []
    for piece in reversed(file.pieces):
        if not piece.known:
            break
        known.append(piece.text)
    said = "".join(reversed(known))
    is_whole = len(known) == len(file.pieces)
    return [said if is_whole else said.lstrip("/")] if said.strip("/") else []


def candidates(script: str, path: str) -> Iterator[str]:
    """Where the file may lie: as the script says, or beside it."""
    folder = script.rpartition("/")[0]
    for each in (join(folder, path.lstrip("/")), path.lstrip("/"), join(folder, path.rpartition("/")[2])):
        found = normpath(each)
        if found != script and not found.startswith("../"):
            yield found


def _file(name: str, words: Sequence[Word]) -> Word | None:
    found = interpreter_operands(name, words)
    if found:
        return found.file
    said = words[0].spelling
    is_script = "/" in said and (said.endswith(_SCRIPTS) or said.startswith(("./", "../")))
    return words[0] if is_script else None


def _downloaded(run: Run, words: Sequence[Word]) -> None:
    if any(_DOWNLOADS.match(word.spelling.lstrip()) for word in words):
        run.host.opaque(run.place_of(words), _shown(words), is_late=True)


def _within(run: Run, follow: Callable[[Word], Status], text: Word) -> Status:
    run.host.inside += 1
    site, run.site = run.site, None
    try:
        return follow(text)
    finally:
        run.host.inside -= 1
        run.site = site


def _shown(words: Sequence[Word]) -> str:
    return " ".join(word.spelling for word in words)
