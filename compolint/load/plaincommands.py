"""The commands of a text that has no more in it than plain words and lists: `apk update && apk add curl`.

Most texts are like that. They are cut here, so that the shell's parser is loaded only where its grammar is
needed; a test holds the two against each other.
"""

from collections.abc import Sequence

from compolint.pattern import pattern

# Blanks, then a word that means just itself or what parts two commands; no keyword, quote or variable.
_TOKEN = pattern(r"[ \t]*+(?:([\w@%+:,./=^*?-]++)|(&&|\|\||;|\n))[ \t]*+")
_KEYWORDS = frozenset((
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "in",
    "function", "select", "time", "coproc", "export", "declare", "local", "readonly", "typeset", "alias",
))  # fmt: skip
# Programs that start others, or read commands; what the shell's parser knows of them is tested to be here.
_STARTERS = frozenset((
    "sudo", "doas", "run0", "pkexec", "su", "runuser", "env", "nohup", "setsid", "nice", "ionice", "chrt",
    "taskset", "stdbuf", "unbuffer", "timeout", "time", "coproc", "command", "builtin", "exec", "watch",
    "flock", "chroot", "nsenter", "unshare", "setpriv", "capsh", "fakeroot", "xargs", "parallel", "busybox",
    "toybox", "tini", "dumb-init", "catatonit", "gosu", "su-exec", "s6-setuidgid", "strace", "systemd-run",
    "systemd-inhibit", "direnv", "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash", "fish", "csh",
    "tcsh", "eval", "trap", "find", "ssh", "docker", "podman", "nerdctl", "docker-compose",
    "podman-compose", "kubectl", "oc", "lxc", "incus", "source", ".", "at", "batch",
))  # fmt: skip
_INTERPRETERS = ("python", "perl", "ruby", "node", "php", "pwsh")
_CODE_OPTIONS = frozenset(
    ["-c", "-e", "-E", "-ne", "-pe", "-le", "-we", "-r", "-p", "--eval", "--print", "-C", "-Command"]
)
# What is fetched may be run by another command of the text, which takes a look at all of it.
_FETCHING = ("curl", "wget", "fetch", "aria2c", "axel", "http", "xh", "lynx", "w3m", "nc", "ncat")
# What runs no file, and so often stands beside it: `curl -f http://localhost || exit 1`
_HARMLESS = ("exit", "true", "false", "test", "sleep", "echo", "kill", "cd")


def plain_commands(text: str, is_one_of_several: bool) -> list[list[tuple[int, int]]] | None:
    """The words of each command, as their bounds; `None` if the text has more in it than words and lists."""
    found: list[list[tuple[int, int]]] = [[]]
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match[2]:
            found.append([])
            continue
        if not found[-1] and ("=" in match[1] or match[1] in _KEYWORDS or starts_others([match[1]])):
            return None
        found[-1].append(match.span(1))
    if at < len(text.rstrip()):
        return None
    commands = [words for words in found if words]
    programs = {text[slice(*words[0])] for words in commands}
    if is_one_of_several or not programs <= {*_FETCHING, *_HARMLESS}:
        return None if any(program in text for program in _FETCHING) else commands
    return commands


def starts_others(words: Sequence[str]) -> bool:
    name = words[0].rpartition("/")[2]
    if name.startswith(_INTERPRETERS):
        return not _CODE_OPTIONS.isdisjoint(words)
    return name in _STARTERS
