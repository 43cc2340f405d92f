"""What names say of their values: POSTGRES_PASSWORD asks for a password, POSTGRES_PASSWORD_FILE does not."""

import re
from functools import lru_cache

from compolint.model.knowledge import names

# The words of `OPENAI_API_KEY`, `dbPassword`, `APIKey`, `x-api-key2`; numbers are none.
_WORDS = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+"
_LONGEST = 200


def names_credential(name: str) -> bool:
    """Whether what has this name is a password, a token or a secret key, rather than about one."""
    return certainty(name) > 0 and not _lists_users(name)


@lru_cache(16384)
def certainty(name: str) -> int:
    """How sure a name asks for a credential: 2 for any value, 1 for one that looks random, 0 for none."""
    if _whole(name) in names.WHOLE_NAMES or holds_pair(name):
        return 2
    words = words_of(name)
    at, sure = _asking_word(words)
    if not sure or not names.SWITCHES.isdisjoint(words[:at]) or not names.OPEN.isdisjoint(words):
        return 0
    rest = words[at + 1 :]
    if not names.ABOUT.isdisjoint(rest):
        return 0
    if not rest or names.WHICH.issuperset(rest):
        return sure
    return sure if len(rest) == 1 and words[at] != "pass" and _is_password(words[at]) else 1


def holds_pair(name: str) -> bool:
    """Whether the value is a user and a password in one: `NEO4J_AUTH=neo4j/password`."""
    return _whole(name) in names.PAIRS or _lists_users(name)


def is_foreign(name: str) -> bool:
    """Whether another provider gives the credential out, so that a weak one opens no door here."""
    return not names.FOREIGN.isdisjoint(words_of(name))


def asks_for_text(name: str) -> bool:
    """Whether a number would be a bad password rather than a setting."""
    words = words_of(name)
    return bool(words) and (_is_password(words[-1]) or words[-1] == "secret")


def words_of(name: str) -> list[str]:
    return [word.lower() for word in re.findall(_WORDS, name[-_LONGEST:])]


def _lists_users(name: str) -> bool:
    return _whole(name).endswith(names.PAIR_ENDINGS)


def _whole(name: str) -> str:
    return name[-_LONGEST:].lower().replace("-", "_").replace(".", "_")


def _asking_word(words: list[str]) -> tuple[int, int]:
    """The last word that asks for a credential, and how sure that is."""
    for at in range(len(words) - 1, -1, -1):
        word, before = words[at], words[at - 1] if at else ""
        if word == "key":
            if before not in names.OPEN_KEYS:
                return at, 2 if before in names.SECRET_KEYS else 1
        elif word in names.INNOCENT or (word == "pwd" and not at):  # PWD is the shell's own
            continue
        elif _is_password(word) or word in names.SECRETS or word.endswith(names.SECRET_ENDINGS):
            return at, 2
        elif word in names.DOUBTFUL:
            return at, 1
    return 0, 0


def _is_password(word: str) -> bool:
    return word in names.PASSWORDS or word.endswith(names.PASSWORD_ENDINGS)
