"""Which broken ciphers a string of OpenSSL lets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model.knowledge.ciphers import weak_ciphers
from compolint.model.knowledge.passwordhashes import form_of_password


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what servers have by default, and what is recommended
        ("HIGH:!aNULL:!MD5", []),
        ("DEFAULT", []),
        ("EECDH+AESGCM:EDH+AESGCM", []),
        ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305", []),
        # a group brings in nobody unauthenticated, as no version allows that at its level
        ("HIGH", []),
        ("kEDH+AESGCM", []),
        # what is named is meant
        ("HIGH:AECDH+AES:-ADH", ["AECDH-AES128-SHA", "AECDH-AES256-SHA"]),
        ("AES128-SHA:DES-CBC3-SHA", ["DES-CBC3-SHA"]),
        ("DHE-RSA-DES-CBC3-SHA", ["EDH-RSA-DES-CBC3-SHA"]),
        ("RC4+RSA", ["EXP-RC4-MD5", "RC4-MD5", "RC4-SHA"]),
        # `DES` is the single one
        ("DES-CBC3-SHA:!DES", ["DES-CBC3-SHA"]),
        ("DES-CBC3-SHA:!3DES", []),
        # what is killed stays so, what is taken away may come back, `+` only moves
        ("!RC4:RC4-SHA", []),
        ("RC4-SHA:-RC4:RC4-SHA", ["RC4-SHA"]),
        ("RC4-SHA:-RC4", []),
        ("+RC4", []),
        # levels
        ("RC4-SHA:DES-CBC3-SHA:NULL-SHA:@SECLEVEL=1", ["DES-CBC3-SHA", "RC4-SHA"]),
        ("RC4-SHA:DES-CBC3-SHA:@SECLEVEL=2", ["DES-CBC3-SHA"]),
        ("RC4-SHA:DES-CBC3-SHA:@SECLEVEL=3", []),
        ("HIGH:@SECLEVEL=0:!aNULL", []),
        # other separators, and names of RFCs
        ("RC4-SHA, DES-CBC3-SHA;AES128-SHA", ["DES-CBC3-SHA", "RC4-SHA"]),
        ("TLS_RSA_WITH_RC4_128_MD5:TLS_RSA_WITH_AES_128_CBC_SHA", ["TLS_RSA_WITH_RC4_128_MD5"]),
        ("", []),
        ("nonsense:!!:+:@", []),
    ],
)
def test_a_string_lets_these_broken_ciphers_through(text: str, expected: list[str]) -> None:
    assert weak_ciphers(text) == expected


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_an_answer(text: str) -> None:
    assert isinstance(weak_ciphers(text), list)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("tiger42", "plain"),
        ("$2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG", "hash"),
        ("$2y$05$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG", "weak hash"),
        ("JDJhJDE0JE5EU1pqMm9zZ2dYd0FqYnBQMXlSNC5N", "hash"),
        ("$6$salt$hash", "hash"),
        ("$apr1$0JqAnfHk$uYPTMz4uZ9q3vWOJqGY8G.", "weak hash"),
        ("{SHA}0DPiKuNIrrVmD8IUCuw1hQxNqZc=", "weak hash"),
        ("rqXexS6ZhobKA", "weak hash"),
        ("correcthorses", "plain"),
    ],
)
def test_a_password_and_its_hashes_are_told_apart(text: str, form: str) -> None:
    assert form_of_password(text) == form
