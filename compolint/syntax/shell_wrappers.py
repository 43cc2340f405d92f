"""Commands that only change how another one runs: `sudo`, `env`, `timeout`. The other takes their place."""

from collections.abc import Sequence

from compolint.pattern import pattern
from compolint.syntax.shell_words import Word
from compolint.tuples import NamedTuple


class Inner(NamedTuple):
    """What a command runs: words, or a text that a shell gets."""

    label: str
    words: tuple[Word, ...]
    is_text: bool = False
    remote: bool = False
    open_ended: bool = False  # more words are added when it runs


class Wrapper(NamedTuple):
    """How the words of a wrapper go on until the other command begins.

    `values` are the short options that take a value, `long` the long ones that take it as a word of its own,
    `skipped` is the number of words between the options and the command.
    """

    values: str = ""
    long: frozenset[str] = frozenset()
    skipped: int = 0
    assigns: bool = False
    script: str = ""  # options whose value is a text for a shell
    never: str = ""  # short options with which nothing runs


def _options(*names: str) -> frozenset[str]:
    return frozenset(f"--{name}" for name in names)


_SUDO = Wrapper(
    "ughpCTURDrtca",
    _options(
        "user", "group", "host", "prompt", "close-from", "command-timeout", "chroot", "chdir", "role", "type"
    ),
    assigns=True,
    never="lvKke",
)
WRAPPERS: dict[str, Wrapper] = {
    "sudo": _SUDO,
    "doas": Wrapper("uCa"),
    "run0": Wrapper(
        "ugD", _options("user", "group", "unit", "property", "description", "slice", "nice", "chdir")
    ),
    "pkexec": Wrapper("", _options("user")),
    "su": Wrapper("gGsTC", _options("group", "supp-group", "shell"), 1, script="c command session-command"),
    "runuser": Wrapper("gGsu", _options("group", "supp-group", "shell", "user"), script="c command"),
    "env": Wrapper("uC", _options("unset", "chdir"), assigns=True, script="S split-string"),
    "nohup": Wrapper(),
    "setsid": Wrapper(),
    "nice": Wrapper("n", _options("adjustment")),
    "ionice": Wrapper("cntpPu", _options("class", "classdata", "pid")),
    "chrt": Wrapper("TPDp", skipped=1),
    "taskset": Wrapper("p", skipped=1),
    "stdbuf": Wrapper("ioe", _options("input", "output", "error")),
    "unbuffer": Wrapper(),
    "timeout": Wrapper("ks", _options("kill-after", "signal"), 1),
    "time": Wrapper("fo", _options("format", "output")),
    "coproc": Wrapper(),
    "command": Wrapper(never="vV"),
    "builtin": Wrapper(),
    "exec": Wrapper("a"),
    "watch": Wrapper("nqsw", _options("interval", "equexit")),
    "flock": Wrapper("wEcW", _options("timeout", "wait", "conflict-exit-code"), 1, script="c command"),
    "chroot": Wrapper("", skipped=1),
    "nsenter": Wrapper("tSGw", _options("target", "setuid", "setgid", "wd")),
    "unshare": Wrapper("SGRw", _options("setuid", "setgid", "root", "wd")),
    "setpriv": Wrapper("", _options("reuid", "regid", "groups", "inh-caps", "bounding-set", "ambient-caps")),
    "capsh": Wrapper("", script="c"),
    "fakeroot": Wrapper("lsib"),
    "xargs": Wrapper(
        "IEdLnPsa",
        _options(
            "arg-file", "delimiter", "eof", "replace", "max-lines", "max-args", "max-procs", "max-chars"
        ),
    ),
    "parallel": Wrapper("jNaISL", _options("jobs", "max-args", "arg-file", "delay", "retries", "joblog")),
    "busybox": Wrapper(),
    "toybox": Wrapper(),
    "tini": Wrapper("pe"),
    "dumb-init": Wrapper("r", _options("rewrite")),
    "catatonit": Wrapper(),
    "gosu": Wrapper("", skipped=1),
    "su-exec": Wrapper("", skipped=1),
    "s6-setuidgid": Wrapper("", skipped=1),
    "strace": Wrapper("eoPsabuOSE"),
    "systemd-run": Wrapper(
        "puEMHt",
        _options(
            "property", "unit", "slice", "description", "uid", "gid", "nice", "setenv", "machine", "host"
        )
        | _options(
            "working-directory", "on-calendar", "on-active", "on-boot", "timer-property", "service-type"
        ),
    ),
    "systemd-inhibit": Wrapper("", _options("what", "who", "why", "mode")),
    "direnv": Wrapper("", skipped=2),
}
SHELLS = frozenset(("sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "fish", "csh", "tcsh"))
_EXTENDED = frozenset(("xargs", "parallel"))  # what they run gets more words
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")


class Unwrapped(NamedTuple):
    """The words behind a wrapper, or the text that it gives to a shell."""

    inner: Inner
    assignments: tuple[Word, ...] = ()


def unwrapped(name: str, words: Sequence[Word]) -> Unwrapped | None:
    """What takes the place of a wrapper; None if it runs nothing, or is none."""
    wrapper = WRAPPERS.get(name)
    if name == "runuser" and not any(word.spelling in ("-u", "--user") for word in words):
        wrapper = WRAPPERS["su"]
    if not wrapper:
        return None
    at, skipped = 1, wrapper.skipped
    assignments: list[Word] = []
    while at < len(words):
        word = words[at].spelling
        if word == "--":
            at += 1 + skipped
            break
        if wrapper.assigns and _ASSIGNMENT.match(word):
            assignments.append(words[at])
            at += 1
        elif word.startswith("-"):
            option = _option(words, at, wrapper)
            if not option:
                return None
            if option.text:
                return Unwrapped(Inner(name, (option.text,), is_text=True), tuple(assignments))
            at = option.next
        elif skipped:
            skipped -= 1
            at += 1
        else:
            break
    rest = tuple(words[at:])
    if name == "parallel":
        rest = rest[: next((i for i, word in enumerate(rest) if word.spelling.startswith(":::")), len(rest))]
    if not rest or name == "su":
        return None
    return Unwrapped(Inner(name, rest, name == "watch", open_ended=name in _EXTENDED), tuple(assignments))


class _Option(NamedTuple):
    next: int
    text: Word | None = None


def _option(words: Sequence[Word], at: int, wrapper: Wrapper) -> _Option | None:
    """Where the next word is, and the text for a shell if the option takes one; None if nothing runs."""
    word = words[at]
    option = word.spelling
    value = words[at + 1] if at + 1 < len(words) else None
    if option.startswith("--"):
        name, equals, _ = option.partition("=")
        if name[2:] in wrapper.script.split():
            return _Option(at + 2, word.cut(len(name) + 1) if equals else value)
        return _Option(at + 2 if name in wrapper.long and not equals else at + 1)
    for index, letter in enumerate(option[1:], 2):
        if letter in wrapper.never:
            return None
        if letter in wrapper.script.split():
            return _Option(at + 2, word.cut(index) if index < len(option) else value)
        if letter in wrapper.values:
            return _Option(at + 1 if index < len(option) else at + 2)
    return _Option(at + 1)


# --- what a shell or an interpreter runs ---


class Operands(NamedTuple):
    """What a shell or an interpreter runs: code given as a word, or a file; neither if it reads its input."""

    code: Word | None = None
    file: Word | None = None


def shell_operands(words: Sequence[Word]) -> Operands:
    """The `-c` text or the script of a shell."""
    at, has_code = 1, False
    while at < len(words):
        word = words[at].spelling
        if word in ("-", "--"):
            at += 1
            break
        if word in ("--rcfile", "--init-file"):
            at += 2
        elif word.startswith("--"):
            at += 1
        elif word[:1] in "-+" and word:
            has_code = has_code or (word[0] == "-" and "c" in word)
            if "s" in word[1:] and not has_code:
                return Operands()
            at += 2 if word[-1] in "oO" else 1
        else:
            break
    operand = words[at] if at < len(words) else None
    return Operands(code=operand) if has_code else Operands(file=operand)


def interpreter_operands(name: str, words: Sequence[Word]) -> Operands | None:
    """The code or the file that an interpreter or a shell runs; None for other commands."""
    if name in SHELLS:
        return shell_operands(words)
    if name in ("source", "."):
        return Operands(file=words[1]) if len(words) > 1 else None
    match = INTERPRETER.match(name)
    if not match:
        return None
    letters, takes = _CODE_OPTIONS[match[1]]
    at = 1
    while at < len(words):
        word = words[at].spelling
        if word == "-" or not word.startswith("-"):
            break
        if word in letters:
            return Operands(code=words[at + 1] if at + 1 < len(words) else None)
        if word == "-m":
            return None
        at += 2 if word in takes else 1
    return Operands(file=words[at] if at < len(words) and words[at].spelling != "-" else None)


INTERPRETER = pattern(r"(python|perl|ruby|node|nodejs|php|pwsh)[0-9.]*\Z")
# the options whose value is code, and other options that take a value
_CODE_OPTIONS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "python": (frozenset(("-c",)), frozenset(("-W", "-X"))),
    "perl": (frozenset(("-e", "-E", "-ne", "-pe", "-le", "-we")), frozenset(("-I",))),
    "ruby": (frozenset(("-e", "-ne", "-pe")), frozenset(("-I", "-r"))),
    "node": (frozenset(("-e", "--eval", "-p", "--print", "-pe")), frozenset(("-r", "--require"))),
    "php": (frozenset(("-r",)), frozenset(("-d", "-c"))),
    "pwsh": (frozenset(("-c", "-C", "-Command")), frozenset(("-ExecutionPolicy",))),
}
_CODE_OPTIONS["nodejs"] = _CODE_OPTIONS["node"]
