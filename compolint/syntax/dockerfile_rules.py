"""What BuildKit refuses in a single instruction: unknown flags, words that are missing, words too many."""

import re
from collections.abc import Callable, Iterator

from compolint.pattern import pattern
from compolint.syntax.dockerfile_expand import heredoc_word
from compolint.syntax.dockerfile_instruction import Flag, Instruction
from compolint.syntax.dockerfile_words import NotStrings
from compolint.text import Note, Span
from compolint.tuples import NamedTuple


class Fault(NamedTuple):
    """Why BuildKit refuses the file at this place."""

    message: str
    span: Span
    notes: tuple[Note, ...] = ()


def is_instruction(keyword: str) -> bool:
    return keyword in _RULES


def fault_of(instruction: Instruction) -> Fault | None:
    """What makes an instruction unreadable."""
    try:
        return _RULES.get(instruction.keyword, _unknown)(instruction)
    except NotStrings:
        return _fault(instruction, f"{instruction.keyword} has an array that holds more than strings")


def flag_faults(instruction: Instruction) -> Iterator[Fault]:
    """What is wrong with the flags; the words can be read all the same."""
    known = _FLAGS.get(instruction.keyword, {})
    if known is None:
        return
    seen: set[str] = set()
    for flag in instruction.flags:
        if problem := _flag_problem(flag, known, seen):
            yield Fault(f"{instruction.keyword} {problem}", flag.span)
        seen.add(flag.name)


def _fault(instruction: Instruction, message: str, span: Span | None = None) -> Fault:
    return Fault(message, span or instruction.span)


def _unknown(instruction: Instruction) -> Fault:
    # the word itself is not repeated: it may be a line of a private key
    meant = _closest(instruction.keyword, _RULES)
    hint = f", perhaps {meant} is meant" if meant else ""
    return _fault(instruction, f"this line begins with no instruction{hint}", instruction.keyword_span)


def _closest(name: str, names: "dict[str, _Rule] | dict[str, _Kind]") -> str | None:
    if not 2 <= len(name) <= 20:
        return None
    import difflib

    return next(iter(difflib.get_close_matches(name, names, 1, 0.6)), None)


# --- words ---


def _anything(_: Instruction) -> None:
    return None


def _some_words(instruction: Instruction) -> Fault | None:
    if instruction.cut.words:
        return None
    return _fault(instruction, f"{instruction.keyword} needs {_NEEDED[instruction.keyword]}")


def _command(instruction: Instruction) -> None:
    instruction.cut  # noqa: B018  (an array that holds more than strings is found here)


def _volume(instruction: Instruction) -> Fault | None:
    if any(not word.text.strip() for word in instruction.cut.words):
        return _fault(instruction, "VOLUME has an empty path")
    return _some_words(instruction)


def _from(instruction: Instruction) -> Fault | None:
    words = instruction.cut.words
    if len(words) == 3 and words[1].text.lower() == "as":
        if _STAGE.match(words[2].text.lower()):
            return None
        message = "a stage's name begins with a letter and has letters, digits, '-', '_' and '.' only"
        return _fault(instruction, message, instruction.arguments[2].span)
    return None if len(words) == 1 else _fault(instruction, "FROM takes an image, or an image, AS and a name")


def _copy(instruction: Instruction) -> Fault | None:
    words = instruction.cut.words
    if len(words) < 2:
        return _fault(instruction, f"{instruction.keyword} needs a source and a destination")
    if heredoc_word(words[-1].text):
        return _fault(
            instruction,
            f"{instruction.keyword} has a heredoc for a destination",
            instruction.arguments[-1].span,
        )
    return None


def _pairs(instruction: Instruction) -> Fault | None:
    keyword, words = instruction.keyword, instruction.cut.words
    if not words:
        return _fault(instruction, f"{keyword} needs {_NEEDED[keyword]}")
    if keyword != "ARG" and "=" not in words[0].text:
        return None if len(words) == 2 else _fault(instruction, f"{keyword} has a name without a value")
    for index, word in enumerate(words):
        if word.text.startswith("="):
            return _fault(
                instruction, f"{keyword} has a value without a name", instruction.arguments[index].span
            )
        if "=" not in word.text and keyword != "ARG":
            return _fault(instruction, f"{keyword} has a word without '='", instruction.arguments[index].span)
    return None


def _healthcheck(instruction: Instruction) -> Fault | None:
    words = instruction.cut.words
    kind = words[0].text.upper() if words else ""
    if kind == "NONE":
        return _fault(instruction, "HEALTHCHECK NONE takes no command") if words[1:] else None
    if kind != "CMD":
        return _fault(instruction, "HEALTHCHECK needs CMD and a command, or NONE")
    return None if words[1:] else _fault(instruction, "HEALTHCHECK CMD needs a command")


def _shell(instruction: Instruction) -> Fault | None:
    if instruction.form == "exec" and instruction.arguments:
        return None
    return _fault(instruction, "SHELL takes a JSON array of a program and its arguments")


def _onbuild(instruction: Instruction) -> Fault | None:
    trigger = instruction.trigger
    if not trigger:
        return _fault(instruction, "ONBUILD needs an instruction")
    if trigger.keyword in ("ONBUILD", "FROM", "MAINTAINER"):
        return _fault(instruction, f"ONBUILD cannot hold {trigger.keyword}", trigger.keyword_span)
    return fault_of(trigger)


_Rule = Callable[[Instruction], Fault | None]
_RULES: dict[str, _Rule] = {
    "ADD": _copy,
    "ARG": _pairs,
    "CMD": _command,
    "COPY": _copy,
    "ENTRYPOINT": _command,
    "ENV": _pairs,
    "EXPOSE": _some_words,
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _pairs,
    "MAINTAINER": _some_words,
    "ONBUILD": _onbuild,
    "RUN": _command,
    "SHELL": _shell,
    "STOPSIGNAL": _some_words,
    "USER": _some_words,
    "VOLUME": _volume,
    "WORKDIR": _some_words,
}
_NEEDED = {
    "ARG": "a name",
    "ENV": "a name and a value",
    "EXPOSE": "a port",
    "LABEL": "a name and a value",
    "MAINTAINER": "a name",
    "STOPSIGNAL": "a signal",
    "USER": "a user",
    "VOLUME": "a path",
    "WORKDIR": "a path",
}
_STAGE = pattern(r"[a-z][a-z0-9-_.]*\Z")


# --- flags ---

# text: --name=value, once; texts: as often as you like; switch: --name, or =true or =false
_Kind = str
_HEALTHCHECK: dict[str, _Kind] = {
    "interval": "duration",
    "retries": "number",
    "start-interval": "duration",
    "start-period": "duration",
    "timeout": "duration",
}
_FLAGS: dict[str, dict[str, _Kind] | None] = {
    "ADD": {
        "checksum": "text",
        "chmod": "text",
        "chown": "text",
        "exclude": "texts",
        "keep-git-dir": "switch",
        "link": "switch",
        "unpack": "switch",
    },
    "ARG": None,  # here and in STOPSIGNAL BuildKit drops flags unread
    "COPY": {
        "chmod": "text",
        "chown": "text",
        "exclude": "texts",
        "from": "text",
        "link": "switch",
        "parents": "switch",
    },
    "FROM": {"platform": "text"},
    "HEALTHCHECK": _HEALTHCHECK,
    "RUN": {"device": "texts", "mount": "texts", "network": "text", "security": "text"},
    "STOPSIGNAL": None,
}
# 1h30m, 500ms, 0; as Go writes durations
_DURATION = r"[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)\Z"
_NUMBER = pattern(r"\+?\d{1,9}\Z", re.ASCII)


def _flag_problem(flag: Flag, known: dict[str, _Kind], seen: set[str]) -> str | None:
    kind = known.get(flag.name)
    if not kind:
        meant = _closest(flag.name, known)
        return f"does not have this flag{f', perhaps --{meant} is meant' if meant else ''}"
    if flag.name in seen and kind != "texts":
        return f"has --{flag.name} twice"
    if kind == "switch":
        fine = flag.value is None or flag.value.lower() in ("true", "false")
        return None if fine else f"takes --{flag.name} or --{flag.name}=false"
    if flag.value is None:
        return f"has --{flag.name} without a value"
    if kind == "duration" and flag.value and not re.match(_DURATION, flag.value):
        return f"has a --{flag.name} that is no duration like 30s"
    if kind == "number" and flag.value and not _NUMBER.match(flag.value):
        return f"has a --{flag.name} that is no number"
    return None
