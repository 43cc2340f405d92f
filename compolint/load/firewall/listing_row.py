"""One line of a listing on its way back into words of a rule."""

from compolint.syntax.iptables import Word, placed
from compolint.text import Span


class Row:
    """The words of the line, taken one after the other, and those that a command would say."""

    def __init__(self, printed: list[Word], doubtful: str = "") -> None:
        self.printed = printed
        self.said: list[Word] = []
        self.deed: list[Word] = []  # what belongs to the target, whose options come last
        self.at = 0
        self.target = ""
        self.doubtful = doubtful

    def say(self, option: str, word: Word, *values: Word) -> None:
        """An option, of which a `!` before the value is said first."""
        if word.text.startswith("!") and len(word.text) > 1:
            self.said.append(placed("!", word.span))
            word = placed(word.text[1:], word.span)
        self.said += [placed(option, word.span), word, *values]

    def next(self, otherwise: Word) -> Word:
        if self.at >= len(self.printed):
            return placed("$", otherwise.span)
        word = self.printed[self.at]
        self.at += 1
        if word.text == "!" and self.at < len(self.printed):
            following = self.printed[self.at]
            self.at += 1
            return placed(f"!{following.text}", Span(word.span.path, word.span.start, following.span.end))
        return word

    def take(self, *texts: str) -> bool:
        """Goes over words if they are these."""
        here = [word.text for word in self.printed[self.at : self.at + len(texts)]]
        if here != list(texts):
            return False
        self.at += len(texts)
        return True


def behind(word: Word, count: int) -> Word:
    span = word.span
    return placed(word.text[count:], Span(span.path, span.start + count, span.end))
