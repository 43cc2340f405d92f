"""Commands that run others besides what they do themselves: `sh -c`, `docker exec`, `ssh`, `find -exec`."""

import re
from collections.abc import Iterator, Sequence

from compolint.pattern import pattern
from compolint.syntax.shell_words import Word
from compolint.syntax.shell_wrappers import SHELLS, Inner, interpreter_operands, shell_operands


def carried(name: str, words: Sequence[Word]) -> list[Inner]:
    """The commands and the texts that a command runs besides what it does itself."""
    if name in SHELLS:
        code = shell_operands(words).code
        return [Inner(f"{name} -c", (code,), is_text=True)] if code else []
    if name in ("eval", "trap"):
        return _evaluated(name, words)
    if name == "find":
        return list(_found(words))
    if name == "ssh":
        rest = _operands(words[1:], _SSH_VALUES)[1:]
        rest = rest[1:] if rest and rest[0].spelling == "--" else rest
        return [Inner("ssh", rest, is_text=True, remote=True)] if rest else []
    if name in _ENGINES:
        return _in_container(name, words)
    if name in ("kubectl", "oc", "lxc", "incus"):
        return _behind_dashes(name, words)
    return list(_system_calls(name, words))


def takes_commands(name: str, words: Sequence[Word]) -> bool:
    """Whether a command takes other commands from its input."""
    operands = interpreter_operands(name, words)
    if operands:
        return not operands.code and (not operands.file or operands.file.text == "/dev/stdin")
    if name == "ssh":
        return len(_operands(words[1:], _SSH_VALUES)) == 1
    if name in ("sudo", "doas", "su"):
        return all(word.spelling.startswith("-") for word in words[1:])
    return name in ("at", "batch")


_SSH_VALUES = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopQRSWw")
_ENGINES = frozenset(("docker", "podman", "nerdctl", "docker-compose", "podman-compose"))
# options of the engines that take no value; all others do
_SWITCHES = frozenset(
    (
        *(
            "-D",
            "--debug",
            "--tls",
            "--tlsverify",
            "-d",
            "--detach",
            "-i",
            "--interactive",
            "-t",
            "--tty",
            "-T",
        ),
        *("--no-TTY", "--no-tty", "--privileged", "--rm", "--init", "--no-healthcheck", "--oom-kill-disable"),
        *("-P", "--publish-all", "-q", "--quiet", "--read-only", "--sig-proxy", "--disable-content-trust"),
        *("--use-api-socket", "--replace", "--rmi", "--build", "--no-deps", "--quiet-pull", "--quiet-build"),
        *(
            "--remove-orphans",
            "--service-ports",
            "--use-aliases",
            "--compatibility",
            "--dry-run",
            "--all-resources",
        ),
        *("--verbose", "--no-ansi", "--no-hosts", "--help", "-h", "--tls-verify"),
    )
)
_SWITCH_LETTERS = frozenset("dDitTPqh")
# os.system("…"), subprocess.run("…", shell=True), execSync('…'), system("…"), ["a", "b"] as their argument
_SYSTEM_CALL = pattern(
    r"\b(?:system|popen|getoutput|getstatusoutput|exec|execSync|spawn|spawnSync|shell_exec|passthru"
    r"|run|call|check_call|check_output|Popen)\s*\(?\s*"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|\[(?P<list>[^\]]*)\])",
    re.DOTALL,
)
_STRING = pattern(r"\"([^\"\\]*)\"|'([^'\\]*)'")


def _evaluated(name: str, words: Sequence[Word]) -> list[Inner]:
    rest = tuple(words[1:])
    if name == "trap":
        rest = rest[:1] if rest and not rest[0].spelling.startswith("-") else ()
    elif rest and rest[0].spelling == "--":
        rest = rest[1:]
    return [Inner(name, rest, is_text=True)] if rest else []


def _found(words: Sequence[Word]) -> Iterator[Inner]:
    at = 1
    while at < len(words):
        action = words[at].spelling
        at += 1
        if action not in ("-exec", "-execdir", "-ok", "-okdir"):
            continue
        start = at
        while at < len(words) and words[at].spelling != ";":
            if words[at].spelling == "+" and words[at - 1].spelling == "{}":
                break
            at += 1
        if start < at:
            yield Inner(f"find {action}", tuple([word.unknown("{}") for word in words[start:at]]))


def _operands(words: Sequence[Word], values: frozenset[str]) -> tuple[Word, ...]:
    """The words from the first that is no option on."""
    at = 0
    while at < len(words):
        word = words[at].spelling
        if word == "--":
            return tuple(words[at + 1 :])
        if not word.startswith("-"):
            break
        at += 2 if word in values else 1
    return tuple(words[at:])


def _engine_operands(words: Sequence[Word]) -> tuple[Word, ...]:
    at = 0
    while at < len(words):
        word = words[at].spelling
        if not word.startswith("-") or word == "-":
            break
        at += 1
        if word == "--":
            break
        switches = word in _SWITCHES or "=" in word
        if not switches and not word.startswith("--"):  # -it, -ePASSWORD=x, -e
            first = next((i for i, letter in enumerate(word[1:], 2) if letter not in _SWITCH_LETTERS), None)
            switches = first is None or first < len(word)
        at += not switches
    return tuple(words[at:])


def _in_container(name: str, words: Sequence[Word]) -> list[Inner]:
    """`docker exec NAME …`, `docker run IMAGE …`, `docker compose exec NAME …`."""
    label, rest = [name], _engine_operands(words[1:])
    for noun in ("compose", "container"):
        if rest and rest[0].spelling == noun:
            label.append(noun)
            rest = _engine_operands(rest[1:])
    if not rest or rest[0].spelling not in ("exec", "run"):
        return []
    label.append(rest[0].spelling)
    command = _engine_operands(rest[1:])[1:]
    return [Inner(" ".join(label), command, remote=True)] if command else []


def _behind_dashes(name: str, words: Sequence[Word]) -> list[Inner]:
    spellings = [word.spelling for word in words]
    if "exec" not in spellings or "--" not in spellings:
        return []
    command = tuple(words[spellings.index("--") + 1 :])
    return [Inner(f"{name} exec", command, remote=True)] if command else []


def _system_calls(name: str, words: Sequence[Word]) -> Iterator[Inner]:
    """The commands in `python -c 'import os; os.system("…")'`, as far as they are plain strings."""
    operands = interpreter_operands(name, words)
    code = operands.code if operands else None
    if not code:
        return
    label = f"{name.rstrip('0123456789.')} code"
    for call in _SYSTEM_CALL.finditer(code.spelling):
        group = call.lastgroup or ""
        if group != "list":
            yield Inner(label, (code.cut(*call.span(group)),), is_text=True)
            continue
        items = tuple(
            code.cut(*item.span(1 if item[1] is not None else 2))
            for item in _STRING.finditer(code.spelling, *call.span("list"))
        )
        if items:
            yield Inner(label, items)
