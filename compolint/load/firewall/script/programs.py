"""Which program a word names."""

from compolint.pattern import pattern
from compolint.syntax.shell_words import Word

# $IPTABLES   ${IPT6}   $nft
_PROGRAM = pattern(r"\$\{?(\w*)(?::?[-=][^}]*)?\}?")
_GUESSES = (("ip6t", "ip6tables"), ("ipt6", "ip6tables"), ("ipt", "iptables"), ("ufw", "ufw"), ("nft", "nft"))


def program(word: Word) -> str:
    """Its name, guessed where a variable of the script has it."""
    text = word.text
    if text is not None:
        return text.rpartition("/")[2]
    guess = _PROGRAM.fullmatch(word.spelling)
    called = guess[1].lower() if guess else ""
    return next((name for part, name in _GUESSES if part in called), word.spelling)
