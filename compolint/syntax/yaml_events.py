"""The events of YAML texts, from whichever parser of ruamel.yaml reads them.

The C parser (libyaml 0.1) is thirty times as fast as the pure one, but refuses some lists in brackets that
Compose takes. It gets those a second time, with the signs that it stumbles over hidden from it; that agrees
better with newer versions of libyaml, and so with Compose, than the pure parser does. The pure one reads
where there is no C parser.
"""

import re
from collections.abc import Callable
from typing import Any

from compolint.syntax.yaml_library import CParser, ScalarEvent, YAMLError

Events = Callable[[], Any]
Reader = Callable[[str], Events | None]

_LONGEST_PURE = 256_000  # characters, for which the pure parser takes seconds


class TooLarge(YAMLError):
    """The text would keep the pure parser busy for too long."""


def c_events(text: str) -> Events | None:
    next_event: Events = CParser(text).get_event
    return next_event


# What is an indicator to libyaml 0.1, and text to later ones and to Compose: ### [80:80, a?b] ###
_COLON = r"""(?<=[^\s,"'\[\]{}])([ \t]*):(?=[^\s,?\[\]{}])"""
_QUESTION = r"""(?<=[^\s,"'\[\]{}])\?"""
_COLON_MASK, _QUESTION_MASK = "\ue03a", "\ue03f"  # of private use


def masked_events(text: str) -> Events | None:
    """The events of the C parser as it reads the text with those signs hidden from it."""
    masked = re.sub(_QUESTION, _QUESTION_MASK, re.sub(_COLON, rf"\1{_COLON_MASK}", text))
    if masked == text or _COLON_MASK in text or _QUESTION_MASK in text:
        return None
    next_event = CParser(masked).get_event

    def unmasked() -> Any:
        event = next_event()
        if isinstance(event, ScalarEvent):
            event.value = event.value.replace(_COLON_MASK, ":").replace(_QUESTION_MASK, "?")
        return event

    return unmasked


def pure_events(text: str) -> Events | None:
    if len(text) > _LONGEST_PURE:
        raise TooLarge
    from ruamel.yaml import YAML

    next_event = YAML(typ="safe", pure=True).get_constructor_parser(text)[1].get_event

    def styled() -> Any:
        try:
            event = next_event()
        except Exception as error:  # on odd texts it lets index, assertion and recursion errors out
            raise error if isinstance(error, YAMLError) else YAMLError(str(error)) from error
        if isinstance(event, ScalarEvent):
            event.style = event.style or ""
        return event

    return styled


# To be tried one after the other; one that gives no events has nothing to add.
READERS: tuple[Reader, ...] = (c_events, masked_events) if CParser is not None else (pure_events,)
