"""Shell text as the simple commands in it, whatever starts them.

`sudo bash -c 'curl x | sh'` has a `curl` and a `sh`; `echo "curl x | sh"` has neither. Pipes, lists, groups,
loops, functions, substitutions and heredocs are walked, what only starts another command is taken off, and a
text that is given to a shell is read as well. Nothing is run, so `unread` tells what could not be read.
"""

from collections.abc import Sequence

from compolint.syntax.shell_commands import Assignment, Command, Redirect, Script
from compolint.syntax.shell_words import Piece, Word, outermost

__all__ = ["LONGEST", "Assignment", "Command", "Piece", "Redirect", "Script", "Word", "from_words", "parse"]

LONGEST = 200_000  # characters; scripts are a tenth of that


def parse(text: str) -> Script:
    """The commands of a text that a shell gets."""
    from compolint.syntax.shell_walk import Walker

    walker = Walker(text)
    walker.read_text(outermost(text[:LONGEST]))
    return walker.script(LONGEST)


def from_words(words: Sequence[str]) -> Script:
    """The commands of words that no shell sees; the text is the words with blanks between them."""
    from compolint.syntax.shell_walk import Walker

    text = " ".join(words)
    walker = Walker(text)
    pieces: list[Word] = []
    start = 0
    for word in words:
        end = start + len(word)
        pieces.append(Word(text, start, end, (Piece(word, start, end),)))
        start = end + 1
    walker.read_words(tuple(piece for piece in pieces if piece.end <= LONGEST))
    return walker.script(min([LONGEST, *(piece.start for piece in pieces if piece.end > LONGEST)]))
