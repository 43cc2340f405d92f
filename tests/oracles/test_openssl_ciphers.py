"""What OpenSSL itself makes of strings of ciphers, as far as it still knows the broken ones."""

import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint.model.knowledge.ciphers import weak_ciphers

TOOL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(not TOOL and "CI" not in os.environ, reason="openssl is not installed")
WORDS = (
    "3DES", "ADH", "AECDH", "AES", "AESGCM", "ALL", "COMPLEMENTOFALL", "DES-CBC3-SHA", "DHE", "ECDHE", "EDH",
    "EECDH", "HIGH", "LOW", "MD5", "MEDIUM", "NULL", "NULL-SHA", "PSK", "RC4", "RSA", "SHA1", "SSLv3",
    "TLSv1.2", "ADH-AES128-SHA", "aNULL", "aRSA", "eNULL", "kDHE", "kECDHE", "kRSA",
)  # fmt: skip

RULES = st.lists(
    st.tuples(
        st.sampled_from(("", "", "!", "-", "+")),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map("+".join),
    ),
    min_size=1,
    max_size=5,
).map(lambda rules: ":".join(sign + word for sign, word in rules))


@given(RULES)
@settings(max_examples=60, deadline=None)
def test_openssl_agrees_about_the_broken_ciphers_that_it_still_knows(rules: str) -> None:
    every = {line.split()[0] for line in _listed("ALL:COMPLEMENTOFALL:@SECLEVEL=0")}
    # A string that begins with a sign would be an option of the program.
    expected = {line.split()[0] for line in _listed(f"!nothing:{rules}:@SECLEVEL=0")}
    known = set(weak_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")) & every
    assert set(weak_ciphers(f"{rules}:@SECLEVEL=0")) & known == expected & known


def _listed(text: str) -> list[str]:
    ended = subprocess.run(["openssl", "ciphers", "-v", text], capture_output=True, text=True, check=False)
    return ended.stdout.splitlines()
