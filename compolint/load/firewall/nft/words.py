"""The words of one statement, taken one after the other."""

from collections.abc import Sequence

from compolint.load.firewall.nft.values import Refused
from compolint.syntax.nft import Block, Group, Node, Word
from compolint.text import Span

_PLAIN = ("word", "mark")


class Words:
    """A place in a sequence of nodes; what is asked for and is not there is refused."""

    __slots__ = ("_nodes", "_plain", "at", "end", "path")

    def __init__(self, nodes: Sequence[Node], path: str, end: int) -> None:
        self._nodes, self.path = nodes, path
        self.end = end  # of the text that they stand in
        self.at = 0
        # What is asked for most often, and nothing behind the end
        self._plain = [node.text if type(node) is Word and node.kind in _PLAIN else "" for node in nodes]
        self._plain += ("", "", "", "")

    def __bool__(self) -> bool:
        return self.at < len(self._nodes)

    @property
    def node(self) -> Node | None:
        return self._nodes[self.at] if self.at < len(self._nodes) else None

    @property
    def word(self) -> str:
        """The next word, if it is a plain one or a mark; else nothing."""
        return self._plain[self.at]

    def ahead(self, count: int) -> str:
        """The word behind so many others; at most three."""
        return self._plain[self.at + count]

    def kind(self, count: int = 0) -> str:
        place = self.at + count
        node = self._nodes[place] if place < len(self._nodes) else None
        return node.kind if isinstance(node, Word) else "" if node is None else "group"

    def take(self) -> Word:
        """The next word, whatever it is."""
        node = self.node
        if not isinstance(node, Word):
            raise Refused("a word is missing here", self.here)
        self.at += 1
        return node

    def take_plain(self, what: str) -> Word:
        """A word that is a name, a number or a text."""
        node = self.node
        if not isinstance(node, Word) or node.kind == "mark":
            raise Refused(f"{what} is missing here", self.here)
        self.at += 1
        return node

    def take_name(self, what: str) -> Word:
        if self.kind() not in ("word", "text"):
            raise Refused(f"{what} is missing here", self.here)
        return self.take()

    def group(self, what: str) -> Group | Block:
        node = self.node
        if not isinstance(node, Group | Block):
            raise Refused(f"{what} is missing here", self.here)
        self.at += 1
        return node

    def has(self, *texts: str) -> bool:
        """Takes the words if they come next."""
        if self._plain[self.at] != texts[0] or tuple(self._plain[self.at : self.at + len(texts)]) != texts:
            return False
        self.at += len(texts)
        return True

    def skip(self, text: str) -> None:
        if not self.has(text):
            raise Refused(f"`{text}` is missing here", self.here)

    def finish(self) -> None:
        if self:
            raise Refused("nft expects the end of the statement here", self.here)

    @property
    def here(self) -> Span:
        """The place of the next node, or the end."""
        node = self.node
        if node is not None:
            return Span(self.path, node.start, node.end if isinstance(node, Word) else node.start + 1)
        last = self._nodes[-1] if self._nodes else None
        return Span(self.path, last.start, last.end) if last else Span(self.path, self.end, self.end)

    def span(self, start: int) -> Span:
        """From the node of that number up to the last one that was taken."""
        first = self._nodes[min(start, len(self._nodes) - 1)]
        last = self._nodes[max(start, self.at - 1)] if self.at else first
        return Span(self.path, first.start, last.end)
