"""The elements of an XML file with their places.

By expat itself, since the standard library's trees keep no places; a document that declares entities, which
firewalld's never do, is refused.
"""

from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

_MOST = 200_000
# Up to the end of a tag: quotes may hold one
_TAG = pattern(r"""<[^"'>]*+(?:"[^"]*+"[^"'>]*+|'[^']*+'[^"'>]*+)*+>?""")


class Element(NamedTuple):
    name: str
    attributes: dict[str, str]
    parent: int  # its number; -1 for the outermost
    span: Span  # of the tag that opens it

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


class Document(NamedTuple):
    """The elements in their order, up to the first fault."""

    elements: tuple[Element, ...]
    fault: tuple[str, Span] | None = None


class _Stop(Exception):
    pass


def parse(source: Source) -> Document:
    """What can be read up to the first fault."""
    from pyexpat import ExpatError, ParserCreate

    text = source.text
    parser = ParserCreate("utf-8")
    found: list[Element] = []
    opened: list[int] = []
    before = [0, 0]  # the place of the last element, in bytes and in characters
    data = text.encode("utf-8", "replace")
    is_plain = len(data) == len(text)

    def place() -> int:
        at = parser.CurrentByteIndex
        if is_plain:
            return at
        before[1] += len(data[before[0] : at].decode("utf-8", "ignore"))
        before[0] = at
        return before[1]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) >= _MOST:
            raise _Stop(f"there are more than {_MOST} elements")
        at = place()
        tag = _TAG.match(text, at)
        end = tag.end() if tag else at
        found.append(Element(name, attributes, opened[-1] if opened else -1, Span(source.path, at, end)))
        opened.append(len(found) - 1)

    def end(name: str) -> None:
        opened.pop()

    def refuse(*_: object) -> None:
        raise _Stop("this declares entities, which firewalld's files never do")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.EntityDeclHandler = refuse
    fault = None
    try:
        parser.Parse(data, True)
    except _Stop as stop:
        at = place()
        fault = str(stop), Span(source.path, at, min(at + 1, len(text)))
    except ExpatError as error:
        at = min(source.offset(error.lineno, error.offset + 1), len(text))
        fault = "this is no XML from here on", Span(source.path, at, min(at + 1, len(text)))
    return Document(tuple(found), fault)
