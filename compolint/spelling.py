"""Which of the known words somebody meant."""

from collections.abc import Iterable


def meant(word: str, words: Iterable[str], nearness: float = 0.6) -> str:
    """The question that goes after an unknown word: "; did you mean `allow`?", or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word[:100], list(words), n=1, cutoff=nearness)
    return f"; did you mean `{near[0]}`?" if near else ""
