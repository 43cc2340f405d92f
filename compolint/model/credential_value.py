"""What stands where a credential belongs: a real one, a weak one, a placeholder, or none at all.

By kind rather than by entropy, because most real passwords are plain words, and most random texts are no
passwords.
"""

import re
from itertools import pairwise
from typing import Literal

from compolint.model.credential_name import words_of
from compolint.model.knowledge import passwords

# `default`: known or trivially weak; `placeholder`: asks to be replaced; `hash`: of a password.
Strength = Literal["real", "default", "placeholder", "hash"]

_DIGITS = frozenset("0123456789")
_LONGEST_GUESSABLE = 64
_LONGEST_WORD = 20
_LEET = str.maketrans("@013$5!", "aoiessi")


def strength_of(value: str, near: str = "", *, is_literal: bool = False) -> Strength | None:
    """What the value is; `None` for one that only says where the credential is, or that is no secret half.

    `near` are words from around it, which make a password that repeats them weak. In a text that is not
    `is_literal` every `$NAME` is a reference.
    """
    lowered = value.lower()
    if (
        not value
        or _is_reference(value, lowered, is_literal=is_literal)
        or _is_place(value)
        or _is_name(value)
        or _is_open(value)
    ):
        return None
    if lowered.startswith(passwords.HASHES):
        return "hash"
    if is_placeholder(value):
        return "placeholder"
    return "default" if weak_password(value, near) else "real"


def is_setting(value: str, *, may_be_number: bool = True) -> bool:
    """Whether the value shows that its variable is about credentials: a switch, a number, a duration."""
    if value.lower() in passwords.KEYWORDS:
        return True
    if not value[:1].isdigit():
        return False
    if value.isdigit():
        return len(value) == 1 or (may_be_number and len(value) < 6)
    # 30d   1-day   10MB
    return bool(re.fullmatch(r"[\d.]+[ -]?(?:[smhdwy]|ms|min|days?|hours?|weeks?|[KMG]i?B?)", value))


def is_placeholder(value: str) -> bool:
    """Whether a value asks its reader to write another one: `<your password>`, `CHANGE_ME`, `xxx`, `***`."""
    if value.startswith("#") or "..." in value or "…" in value:
        return True
    if value[:1] in ("<", "[") and value[-1] in ">]":
        return True
    if len(value) > 200:
        return False
    if not set(value.lower()) - set("x*.-_?•0 "):
        return len(value) > 1
    joined = "".join(re.findall(r"[a-z0-9]+", value.lower()))
    if any(part in joined for part in passwords.ASKING_PARTS):
        return True
    if not passwords.ASKING.isdisjoint(words_of(value)) and not looks_random(value):
        return True
    return bool(re.fullmatch(r"[A-Z]+(?:_[A-Z]+)+", value))  # DB_PASSWORD


def weak_password(value: str, near: str = "") -> bool:
    """Whether a password is a known default, short, or made of words that anybody tries first."""
    if len(value) > _LONGEST_GUESSABLE:
        return len(set(value)) <= 2
    lowered = value.lower()
    if _is_licence(value):
        return False
    if len(value) < 6 or lowered in passwords.WEAK_WHOLE or len(set(lowered)) <= 2:
        return True
    if any(part in lowered for part in passwords.WEAK_PARTS):
        return True
    if value.isdigit():
        return len(value) <= 12
    if value.isalpha() and len(value) <= 10 and value in (lowered, value.upper(), value.capitalize()):
        return True  # one word
    around = frozenset(word for word in re.findall(r"[a-z]{3,}", near.lower()) if len(word) < _LONGEST_WORD)
    return _is_made_of_words(lowered, around)


def looks_random(value: str) -> bool:
    """Whether a machine seems to have made it: a long run of mixed letters and digits."""
    run = re.search(r"[A-Za-z0-9+/]{12,}", value)
    if not run or len(set(run[0])) < 7 or not re.fullmatch(r"[\w+/=.~!@#$%^&*:-]+", value):
        return False
    digits = sum(char in _DIGITS for char in run[0])
    if digits < 2:
        return changes_case(run[0])
    return (
        digits < len(run[0]) and not re.fullmatch(r"[A-Za-z/]+\d{1,4}", run[0]) and not weak_password(value)
    )


def changes_case(text: str) -> bool:
    """Whether capitals stand among small letters as no word has them."""
    changes = sum(one.isupper() != two.isupper() for one, two in pairwise(text))
    return changes >= len(text) * 0.35


def _is_reference(value: str, lowered: str, *, is_literal: bool) -> bool:
    """Whether the value only says where the secret is: a variable, a template, the address in a store."""
    if lowered.startswith(passwords.REFERENCES) or "${" in value:
        return True
    if value[:2] in ("@@", "__", "%%") and value.endswith(value[:2]):
        return True
    if "$" not in value or lowered.startswith(passwords.HASHES):
        return False
    if re.fullmatch(r"\$+\{?[A-Z_][A-Z0-9_]*\}?", value):
        return True
    return not is_literal and bool(re.search(r"(?<!\$)\$[A-Za-z_]", value))


def _is_place(value: str) -> bool:
    """Whether it is a path or an address, where a secret is fetched or used."""
    if "://" in value:
        return True
    if value.startswith(("/", "./", "../", "~/")):  # as base64 may begin, too
        return bool(re.fullmatch(r"(?:~|\.{0,2})(?:/[\w.@ -]+)+/?", value)) and not looks_random(value)
    return bool(re.fullmatch(r"[A-Za-z]:\\[\w\\. -]+", value))


def _is_name(value: str) -> bool:
    """Whether it is what a secret is called in a store: `db-password-secret-name`."""
    if not value.endswith("name"):
        return False
    said = r"(?:[a-z]+[-_])*(?:secret|password|token|key|credentials?)[-_]name"
    return len(value) <= _LONGEST_GUESSABLE and bool(re.fullmatch(said, value))


def _is_licence(value: str) -> bool:
    """Whether it has the form of a licence's key, as shops give them out: `ABCD-EFGH-1234-5678`."""
    form = r"(?=.*\d)(?=.*[A-Z])[A-Z\d]{4,8}(?:-[A-Z\d]{4,8}){2,9}"
    return "-" in value and bool(re.fullmatch(form, value))


def _is_open(value: str) -> bool:
    """Whether it is the half of a pair of keys that everybody may see."""
    return value.startswith(("ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "age1")) or (
        value.startswith("-----BEGIN ") and "PRIVATE KEY" not in value[:60]
    )


def _is_made_of_words(text: str, more: frozenset[str]) -> bool:
    """Whether words, short numbers and punctuation make up the text, `p@55` read as `pass`.

    A number that stands between words is none that anybody tries: `hunter2hunter`.
    """
    plain = text.translate(_LEET)
    ends = {0}
    for at in range(len(text)):
        if at not in ends:
            continue
        if not text[at].isalnum():
            ends.add(at + 1)
        for end in range(at + 2, min(at + _LONGEST_WORD, len(text)) + 1):
            for word in (text[at:end], plain[at:end]):
                if word in passwords.WEAK_WORDS or word in more:
                    ends.add(end)
        ends |= {at + _number_length(text, at), at + _sequence_length(text, at)}
    return len(text) in ends


def _number_length(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] in _DIGITS:
        end += 1
    is_between = at > 0 and text[at - 1].isalpha() and text[end : end + 1].isalpha()
    return end - at if end - at <= 4 and not is_between else 0


def _sequence_length(text: str, at: int) -> int:
    """The length of `123`, `abcd` or `aaaa`; three letters in a row are chance."""
    best = 0
    for step in (1, -1, 0):
        end = at + 1
        while end < len(text) and _is_next(text[end - 1], text[end], step):
            end += 1
        best = max(best, end - at)
    return best if best >= (3 if text[at] in _DIGITS else 4) else 0


def _is_next(one: str, two: str, step: int) -> bool:
    return ord(two) - ord(one) == step or (step == 1 and one + two == "90")
