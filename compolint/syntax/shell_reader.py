"""Words, assignments and redirections of statements, with what is known of the variables in them."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compolint.pattern import pattern
from compolint.syntax.shell_commands import Assignment, Redirect
from compolint.syntax.shell_context import Context, Expansions, heredoc_of
from compolint.syntax.shell_memory import Memory
from compolint.syntax.shell_nodes import REDIRECT, VARIABLE, files_of
from compolint.syntax.shell_words import Expansion, Piece, Word, pieces_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = pattern(r"[\w@%+:,./=-]+", re.ASCII)
_ASSIGNMENT = pattern(r"([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")


class Reader:
    """Reads the parts of commands of one text."""

    def __init__(self, whole: str, memory: Memory) -> None:
        self._whole, self._memory = whole, memory

    def words(self, start: int, end: int, expansions: Expansions, context: Context) -> list[Word]:
        start, end = context.offset + start, context.offset + end
        if _PLAIN.fullmatch(context.text.text, start, end):
            return [context.text.literal(start, end)]
        word = self.word(start, end, expansions, context)
        is_variable = VARIABLE.fullmatch(context.text.text, start, end)
        return list(self.divided([word])) if is_variable else [word]

    def divided(self, words: Iterable[Word]) -> Iterator[Word]:
        """The words that a text is cut into, which comes from a variable without quotes or from an input."""
        for word in words:
            parts = [word.text] if word.text is None else word.text.split()
            for part in parts:
                piece = Piece(part or "", word.start, word.end)
                yield Word(self._whole, word.start, word.end, (piece,)) if part != word.text else word

    def word(
        self, start: int, end: int, expansions: Expansions, context: Context, *, body: bool = False
    ) -> Word:
        def resolve(at: int) -> Piece:
            return self._piece(at, expansions[at], context)

        pieces = pieces_of(context.text, start, end, expansions, resolve, body=body)
        return context.text.word(pieces, start, end)

    def _piece(self, start: int, expansion: Expansion, context: Context) -> Piece:
        text = context.text.text
        variable = VARIABLE.fullmatch(text, start, expansion.end)
        name = variable[1] or variable[2] if variable else ""
        place = context.text.place(start, expansion.end)
        if name in self._memory.constants:
            return Piece(self._memory.constants[name], *place)
        sources = self._memory.outputs(name) if name else tuple(expansion.output)
        return Piece(text[start : expansion.end], *place, False, sources)

    def assignment_of(self, node: "Node", expansions: Expansions, context: Context) -> Assignment:
        start, end = context.offset + node.start_byte, context.offset + node.end_byte
        match = _ASSIGNMENT.match(context.text.text, start, end)
        value = node.child_by_field_name("value")
        if not match or (value and value.type == "array"):
            return Assignment(match[1] if match else "", None)
        return Assignment(match[1], self.word(match.end(), end, expansions, context))

    def redirects(
        self, nodes: "Iterable[Node]", expansions: Expansions, context: Context
    ) -> tuple[Redirect, ...]:
        return tuple([self._redirect(node, expansions, context) for node in nodes])

    def _redirect(self, node: "Node", expansions: Expansions, context: Context) -> Redirect:
        text, start = context.text.text, context.offset + node.start_byte
        match = REDIRECT.match(text, start)
        number = match[1] if match else ""
        descriptor = int(number[-3:]) if number else None
        heredoc = heredoc_of(node, context)
        if heredoc:
            body = self.word(heredoc.start, heredoc.end, expansions, context, body=True)
            if not heredoc.expand:
                body = context.text.literal(heredoc.start, heredoc.end)
            return Redirect("<<", body, descriptor)
        first = next(iter(files_of(node)), (node.end_byte, node.end_byte))
        target = self.word(context.offset + first[0], context.offset + first[1], expansions, context)
        return Redirect(match[2] if match else "", target, descriptor)
