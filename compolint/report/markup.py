"""Text for the languages that reports are written in: nothing of it is taken for markup."""

from collections.abc import Iterable, Iterator

from compolint.report.visible import visible

ROOM = 50_000  # characters of a list in a comment, of which GitHub takes 65,536


def markdown(text: str) -> str:
    """Text in which nothing is taken for markup, a link, a mention or the end of a cell."""
    text = "".join(
        f"\\{character}" if character in "\\`*_[]|~#!" else character for character in visible(text)
    )
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), ("@", "&#64;"), ("://", "&#58;//")):
        text = text.replace(character, entity)
    return text


def within(pieces: Iterable[str], room: int, rest: str) -> Iterator[str]:
    """As many pieces as there is room for, and then how many there are more."""
    more = 0
    for piece in pieces:
        room -= len(piece)
        if room >= 0 and not more:
            yield piece
        else:
            more += 1
    if more:
        yield rest.format(more)


def xml(text: str) -> str:
    """Text for elements and attributes of XML and HTML, in which no other character may occur."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(character, entity)
    return visible(text)


def mermaid(text: str) -> str:
    """Text for a label in quotes: whatever might mean something to Mermaid or Markdown is an entity."""
    return "".join(
        character if character.isalnum() or character in " .,/" else f"#{ord(character)};"
        for character in visible(text)
    )
