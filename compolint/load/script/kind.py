"""Which files hold commands, when their names do not say so."""

from compolint.pattern import pattern

# #!/bin/sh   #!/usr/bin/env -S bash -e
_SHEBANG = pattern(r"#![ \t]*\S*?(?:/env[ \t]+(?:-\S+[ \t]+)*|/)([\w.+-]+)(?=[ \t\r\n]|$)")
SHELLS = frozenset(("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"))


def looks_like(text: str) -> bool:
    """Whether the first line of a text says that a shell shall run it."""
    return interpreter(text) in SHELLS


def interpreter(text: str) -> str | None:
    """The program that the first line names; `None` where there is no such line."""
    found = _SHEBANG.match(text)
    return found[1] if found else None
