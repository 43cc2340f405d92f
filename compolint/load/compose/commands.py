"""What a service runs: its command, entrypoint, healthcheck and hooks."""

import re
from collections.abc import Iterable

from compolint.load.commands import Commands, Run, Said
from compolint.load.compose.service import Service
from compolint.load.compose.texts import Text
from compolint.load.compose.values import is_null, items
from compolint.model import Entity
from compolint.model.command import Where
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence

_HOOKS = ("pre_start", "post_start", "pre_stop")
# Words as https://github.com/mattn/go-shellwords cuts them: an operator ends the command, `$` means nothing.
_WORD = pattern(
    r"[ \t\r\n]*+((?:[^ \t\r\n\\'\"`;&|<>]++|\\.|'[^']*+'|\"(?:[^\"\\]++|\\.)*+\"|`[^`]*+`)++)", re.DOTALL
)
_QUOTED = pattern(r"\\(?P<escaped>.)|'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]++|\\.)*+)\"", re.DOTALL)
_ESCAPED = pattern(r"\\(.)", re.DOTALL)
# What no word goes on with: the quote is not closed, or the text ends.
_NEVER_CLOSED = ("'", '"', "`", "\\")
# A private character of Unicode in place of each one of what is not known: no quote or blank in it counts.
_OPEN = "\ue000"


def read(service: Service) -> Iterable[Entity]:
    found: list[Entity] = []
    maker = Commands(service.key, service.name, found.append)
    entrypoint = _words(service, service.fields.get("entrypoint"))
    command = _words(service, service.fields.get("command"))
    if entrypoint:
        maker.of_words([*entrypoint, *command], _run(service, "entrypoint"))
    else:
        maker.of_words(command, _run(service, "command"))
    _healthcheck(service, maker)
    for when in _HOOKS:
        for number, hook in enumerate(items(service.fields.get(when))):
            if isinstance(hook, Mapping):
                said = _words(service, hook.get("command"))
                maker.of_words(said, _run(service, "hook", f"{when}.{number}"))
    return found


def _run(service: Service, where: Where, part: str = "") -> Run:
    return Run(where, f"{service.key}!{part or where}")


def _healthcheck(service: Service, maker: Commands) -> None:
    healthcheck = service.fields.get("healthcheck")
    test = healthcheck.get("test") if isinstance(healthcheck, Mapping) else None
    run = _run(service, "healthcheck")
    if isinstance(test, Scalar) and not is_null(test):
        maker.of_text(_said(Text(service, test)), run)
    elif isinstance(test, Sequence):
        texts = [Text(service, item) for item in test.items if isinstance(item, Scalar)]
        if texts and texts[0].text == "CMD":
            maker.of_words([_said(text) for text in texts[1:]], run)
        elif texts and texts[0].text == "CMD-SHELL":
            for text in texts[1:2]:
                maker.of_text(_said(text), run)


def _words(service: Service, node: Node | None) -> list[Said]:
    """The words of a command, which is a list of them, or one text that Compose cuts."""
    if isinstance(node, Sequence):
        return [_said(Text(service, item)) for item in node.items if isinstance(item, Scalar)]
    if isinstance(node, Scalar) and not is_null(node):
        text = Text(service, node)
        words, end = _cut(text)
        if not text.open and text.text[end:].lstrip()[:1] in _NEVER_CLOSED:
            message = "a quote in this command is never closed, or nothing stands behind its last backslash"
            service.project.fault("invalid", message, node.span)
        return words
    return []


def _said(text: Text) -> Said:
    return Said(
        text.text, text.place, text.open_in if text.open else None, text.is_given if text.given else None
    )


def _cut(text: Text) -> tuple[list[Said], int]:
    """The words of a text, and where the last one ends."""
    pieces, at = [], 0
    for start, end, _ in text.open:
        pieces += [text.text[at:start], _OPEN * (end - start)]
        at = end
    masked, at = "".join([*pieces, text.text[at:]]), 0
    words: list[Said] = []
    while match := _WORD.match(masked, at):
        start, at = match.span(1)
        words.append(_word(text, masked, start, at))
    return words, at


def _word(text: Text, masked: str, start: int, end: int) -> Said:
    """One word without its quotes; inside of it places are exact where quotes are only around it."""
    raw = masked[start:end]
    if "\\" not in raw and "'" not in raw and '"' not in raw:
        return _part(text, start, end)
    quoted = _QUOTED.fullmatch(raw)
    if quoted and quoted.lastgroup in {"single", "double"} and "\\" not in raw:
        return _part(text, start + 1, end - 1)
    value = _QUOTED.sub(_unquoted, text.text[start:end])
    whole = text.place(start, end)
    opened = text.open_in(start, end)
    return Said(
        value,
        lambda first, last: whole,
        (lambda first, last: [(0, len(value), names) for _, _, names in opened]) if opened else None,
        (lambda first, last: text.is_given(start, end)) if text.given else None,
    )


def _part(text: Text, start: int, end: int) -> Said:
    return Said(
        text.text[start:end],
        lambda first, last: text.place(start + first, start + last),
        (
            lambda first, last: [
                (max(one - start, 0), two - start, names)
                for one, two, names in text.open_in(start + first, start + last)
            ]
        )
        if text.open
        else None,
        (lambda first, last: text.is_given(start + first, start + last)) if text.given else None,
    )


def _unquoted(match: re.Match[str]) -> str:
    if match["escaped"] is not None:
        return match["escaped"]
    if match["single"] is not None:
        return match["single"]
    return _ESCAPED.sub(r"\1", match["double"])
