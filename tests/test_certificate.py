"""Certificates and private keys in PEM files."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import packs
from compolint.load.certificate import load
from compolint.model.credential_file import Certificate, PrivateKey
from compolint.record import replace
from compolint.tree import MemoryTree

OLD = """-----BEGIN CERTIFICATE-----
MIIBHDCBwgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA9vbGQuZXhhbXBsZS5j
b20wHhcNMTkwMTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9v
bGQuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQvNcsEm98S
o5yDfnM2aFbPDRgns5bMxo9GknJkZmVtVmgqt/hz00lacVOAaJ30VKZhqvK6Gkp0
EB+4z4yCvOb4MAoGCCqGSM49BAMCA0kAMEYCIQCMWqpVBHKnVTgxKVkvOSvCtdAx
A40iPyWcTJbVbDFNQQIhAO9EXMWP62ouQyihBg7rUKp/da0VDs0VsPQhxhl++p+5
-----END CERTIFICATE-----
"""
NEW = """-----BEGIN CERTIFICATE-----
MIIBijCCATGgAwIBAgIUZvkDvcwfegeEWG5bDZ2KyNl9O74wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPb2xkLmV4YW1wbGUuY29tMCAXDTI2MTEyMTE0NDg1NloYDzIx
MjYxMDI4MTQ0ODU2WjAaMRgwFgYDVQQDDA9vbGQuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQvNcsEm98So5yDfnM2aFbPDRgns5bMxo9GknJk
ZmVtVmgqt/hz00lacVOAaJ30VKZhqvK6Gkp0EB+4z4yCvOb4o1MwUTAdBgNVHQ4E
FgQUK/dm7QcYKzvuMDIVj1ipwxmP/+IwHwYDVR0jBBgwFoAUK/dm7QcYKzvuMDIV
j1ipwxmP/+IwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBeDpTC
VjsGxxAfXHo5TVfbWE9jWOuvFCf47NHa6am32gIgJkrzUvCTGyq191yXe+VtBUPJ
/AW0bT+EZeEPTkU72ro=
-----END CERTIFICATE-----
"""


def entities(content: str | bytes) -> list[Certificate | PrivateKey]:
    loaded = load(MemoryTree({"a.pem": content}), ("a.pem",)).entities
    return [each for each in loaded if isinstance(each, (Certificate, PrivateKey))]


def certificates(content: str) -> list[tuple[str, str | None]]:
    return [(each.name, each.not_after) for each in entities(content) if isinstance(each, Certificate)]


def test_a_certificate_tells_whose_it_is_and_its_last_day() -> None:
    assert certificates(OLD) == [("old.example.com", "2020-01-01")]  # two digits of the year, no version
    assert certificates(NEW) == [("old.example.com", "2126-10-28")]  # four digits, and a version


def test_a_certificate_that_ends_soon_is_told_from_one_that_has_ended() -> None:
    (check,) = [offer.check for offer in packs.load() if offer.name == "expired-certificate"]
    (old,) = entities(OLD)
    found = []
    for days in (-1, 0, 10, 40):
        ends = replace(old, not_after=(date.today() + timedelta(days)).isoformat())
        found.append([str(problem.severity) for problem in check.run(ends)])
    assert found == [["None"], ["low"], ["low"], []]


def test_a_file_may_hold_a_chain() -> None:
    assert [last for _, last in certificates(OLD + NEW)] == ["2020-01-01", "2126-10-28"]


def test_the_place_is_the_first_line_of_the_block() -> None:
    (found,) = entities(f"Bag attributes\n{OLD}")
    assert (found.span.start, found.span.end) == (15, 15 + len("-----BEGIN CERTIFICATE-----"))


@pytest.mark.parametrize(
    ("text", "is_encrypted"),
    [
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", False),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", False),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", True),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            True,
        ),
    ],
)
def test_a_private_key_is_known_by_its_label(text: str, is_encrypted: bool) -> None:
    (found,) = entities(text)
    assert isinstance(found, PrivateKey)
    assert found.is_encrypted is is_encrypted
    assert found.tracked is None


def test_a_public_key_and_a_request_are_neither() -> None:
    for label in ("PUBLIC KEY", "CERTIFICATE REQUEST", "DH PARAMETERS"):
        assert not entities(f"-----BEGIN {label}-----\nAAAA\n-----END {label}-----")


def test_bytes_that_are_no_text_give_nothing() -> None:
    assert not entities(b"0\x82\x01\x1c0\x81\xc2\x02\x01\xff\xfe")


@given(st.text() | st.text("-BEGINCERTFAKY \nab=+/0", max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_loader(text: str) -> None:
    entities(text)
    entities(f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----")


@given(st.integers(0, 400), st.binary(max_size=4))
@settings(max_examples=200, deadline=None)
def test_no_broken_certificate_breaks_the_loader(at: int, noise: bytes) -> None:
    from base64 import b64decode, b64encode

    der = b64decode("".join(NEW.splitlines()[1:-1]))
    broken = b64encode(der[:at] + noise + der[at + len(noise) :]).decode()
    certificates(f"-----BEGIN CERTIFICATE-----\n{broken}\n-----END CERTIFICATE-----")


def test_a_file_with_many_certificates_says_whom_somebody_trusts() -> None:
    assert len(certificates(OLD * 10)) == 10
    assert certificates(OLD * 11) == []
    assert len(entities(OLD * 11 + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")) == 1
