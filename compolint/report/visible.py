"""Text that a terminal shows as it is: nothing in a file's name or content may steer the terminal.

Nor the runner of a workflow, which takes `::` at the beginning of a line and `##[` anywhere for commands.
"""

from collections.abc import Iterator


def visible(text: str) -> str:
    """The text with escapes for whatever is not printed: ESC, line ends, marks that turn the direction."""
    text = disarmed(text)
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escape(character) for character in text)


def disarmed(text: str) -> str:
    """The text without what a runner takes for a command wherever it stands; it stays as long as it is."""
    return text.replace("##[", "##(") if "##[" in text else text


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """How many columns a terminal needs for a text."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def wrap(text: str, columns: int, taken: int = 0) -> Iterator[str]:
    """The text in lines of at most so many columns, of which the first has some taken already.

    A word that is longer has a line that is longer.
    """
    line, used = "", taken
    for word in visible(text).split():
        needed = width(word)
        if line and used + 1 + needed > columns and not word.startswith("::"):
            yield line
            line, used = word, needed
        else:
            line, used = (f"{line} {word}", used + 1 + needed) if line else (word, used + needed)
    yield line
