"""What a script calls that the shell does itself, and programs that only ask about something."""

from collections.abc import Callable

from compolint.load.firewall.script import conditions, others
from compolint.load.firewall.script.run import Leave, Run
from compolint.load.firewall.script.status import Status
from compolint.pattern import pattern
from compolint.syntax.shell_words import Word

_NAME = pattern(r"[A-Za-z_]\w*")
_CONFIGURATION = pattern(r"/etc/(?:ufw|default/ufw|iptables|nftables)|rules\.v[46]$")


def _exit(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    raise Leave("exit", is_error=len(words) > 1 and words[1].text != "0")


def _return(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    raise Leave("return", is_error=len(words) > 1 and words[1].text != "0")


def _break(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    raise Leave("break")


def _continue(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    raise Leave("continue")


def _shift(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    count = int(words[1].spelling[:3]) if len(words) > 1 and words[1].spelling.isdecimal() else 1
    if run.expander.arguments is not None:
        run.expander.arguments = run.expander.arguments[count:]
    return "yes"


def _test(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return conditions.of_words([word.text for word in words[1:]])


def _true(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return "yes"


def _false(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return "no"


def _read(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    for word in words[1:]:
        if word.text and _NAME.fullmatch(word.text):
            run.expander.assign(word.text, None)
    return "open"


def _source(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return others.sourced(run, words)


def _eval(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return others.evaluated(run, words) if words[1:] else "yes"


def _look(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    """`command -v ufw`: a script that is about a program is for machines that have it."""
    last = words[-1].text or ""
    is_ours = any(last.startswith(name) for name in ("iptables", "ip6tables", "ufw", "nft"))
    return "yes" if is_ours else "open"


def _nothing(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    return "likely"


def _asks(run: Run, words: tuple[Word, ...], *rest: object) -> Status:
    """`grep -q mine /etc/ufw/after.rules`: what the script is to put there is not there yet."""
    return "absent" if _CONFIGURATION.search(words[-1].spelling) else "open"


BUILTINS: dict[str, Callable[..., Status]] = {
    "exit": _exit,
    "return": _return,
    "break": _break,
    "continue": _continue,
    "shift": _shift,
    "test": _test,
    "true": _true,
    ":": _true,
    "false": _false,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _read,
    "source": _source,
    ".": _source,
    "eval": _eval,
    "which": _look,
    "command": _look,
    "type": _look,
    "hash": _look,
    "trap": _nothing,
    **dict.fromkeys(
        ("grep", "egrep", "fgrep", "pgrep", "ping", "diff", "cmp", "is-active", "id", "getent"), _asks
    ),
}
