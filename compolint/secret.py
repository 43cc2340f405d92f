"""A text that never prints, because it may be a secret."""


class Secret:
    """The value of a variable, an argument or a file: compared like a text, shown as dots.

    Whether it really is a secret is for detectors to say; until then it is treated as one, so that
    no message, error or debugger output can give it away.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for detectors only."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return self._text == (other._text if isinstance(other, Secret) else other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __str__(self) -> str:
        return "•••"

    __repr__ = __str__
