"""Certificates and private keys in PEM files (RFC 7468).

Of a certificate only its name and its last day are wanted. They are read by a walk of our own over the
DER (RFC 5280, section 4.1) instead of `cryptography`, which would be the heaviest dependency of all, for
two fields; `ssl` reads them, too, but only from a file on the disk, and by a function that is private.
"""

from collections.abc import Iterator

from compolint.load import Loaded
from compolint.model import Entity
from compolint.model.credential_file import Certificate, PrivateKey
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tree import Tree, Unreadable

_BEGIN, _END, _DASHES = "-----BEGIN ", "-----END ", "-----"
_LONGEST_LABEL = 60
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")
_LONGEST_CHAIN = 10  # a file with more certificates says whom somebody trusts
_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18
_COMMON_NAME = b"\x06\x03\x55\x04\x03"  # the object identifier 2.5.4.3
# What a text has in place of a certificate that somebody fills in: ...   ${CERT}   {{ cert }}   <cert>
_PLACEHOLDER = pattern(r"\.\.\.|…|\$|\{\{|<")


class _Malformed(Exception):
    """What is no certificate."""


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    try:
        source = tree.read(path)
    except Unreadable:
        return Loaded()  # DER itself, or another program's file of that name: nothing in it is text
    return Loaded(tuple(_entities(tree, source)), files=files) if source else Loaded()


def _entities(tree: Tree, source: Source) -> Iterator[Entity]:
    blocks = list(_blocks(source))
    is_chain = sum(label in _CERTIFICATES for label, _, _ in blocks) <= _LONGEST_CHAIN
    for number, (label, at, body) in enumerate(blocks):
        key = f"{source.path}!{number}"
        if label in _CERTIFICATES and is_chain:
            name, not_after = _read(body)
            yield Certificate(key=key, span=at, path=source.path, name=name, not_after=not_after)
            if not_after is None and body and not _PLACEHOLDER.search(body):
                message = "the certificate is damaged: what is in it cannot be read"
                yield Fault(key=f"{key}.syntax", span=at, kind="syntax", message=message, fatal=True)
        elif label.endswith("PRIVATE KEY"):
            yield PrivateKey(
                key=key,
                span=at,
                path=source.path,
                is_encrypted=label.startswith("ENCRYPTED") or "ENCRYPTED" in body[:_LONGEST_LABEL],
                tracked=tree.is_tracked(source.path),
                ignored=tree.is_ignored(source.path),
            )


def _blocks(source: Source) -> Iterator[tuple[str, Span, str]]:
    """The blocks with their labels, the places of their first lines, and what is in them."""
    text, end = source.text, 0
    while (begin := text.find(_BEGIN, end)) >= 0:
        start = begin + len(_BEGIN)
        close = text.find(_DASHES, start, start + _LONGEST_LABEL)
        if close < 0:
            end = start
            continue
        stop = text.find(_END, close)
        end = stop if stop >= 0 else len(text)
        first_line = Span(source.path, begin, close + len(_DASHES))
        yield text[start:close], first_line, text[close + len(_DASHES) : end].strip()


def _read(body: str) -> tuple[str, str | None]:
    from binascii import Error, a2b_base64

    try:
        return _name_and_last_day(a2b_base64(body.encode("ascii", "replace")))
    except (Error, _Malformed, ValueError):
        return "", None


def _name_and_last_day(der: bytes) -> tuple[str, str | None]:
    """From `Certificate { tbsCertificate { [version], serial, algorithm, issuer, validity, subject, …`"""
    at = _inside(der, 0)
    at = _inside(der, at)
    if der[at : at + 1] == bytes([_VERSION]):
        at = _behind(der, at)
    for _ in ("serial", "algorithm", "issuer"):
        at = _behind(der, at)
    validity, subject = at, _behind(der, at)
    end = _behind(der, _inside(der, validity))  # of the first of the two days
    return _common_name(der[subject : _behind(der, subject)]), _day(der, end)


def _common_name(subject: bytes) -> str:
    at = subject.find(_COMMON_NAME)
    if at < 0:
        return ""
    _, start, end = _element(subject, at + len(_COMMON_NAME))
    name = subject[start:end].decode("utf-8", "replace")
    return name if name.isprintable() else ""


def _day(der: bytes, at: int) -> str | None:
    tag, start, end = _element(der, at)
    digits = der[start:end].decode("ascii", "replace").rstrip("Z")
    if not digits.isascii() or not digits.isdigit():
        return None
    if tag == _UTC_TIME and len(digits) == 12:  # two digits of the year: 50 to 99 are of the last century
        digits = ("19" if digits >= "50" else "20") + digits
    elif tag != _GENERALIZED_TIME or len(digits) != 14:
        return None
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"


def _inside(der: bytes, at: int) -> int:
    """Where the first member of a sequence begins."""
    tag, start, _ = _element(der, at)
    if tag != _SEQUENCE:
        raise _Malformed
    return start


def _behind(der: bytes, at: int) -> int:
    return _element(der, at)[2]


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start and end of the content of the element at a place."""
    if at + 2 > len(der):
        raise _Malformed
    tag, length, start = der[at], der[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 1 <= size <= 4:
            raise _Malformed
        length, start = int.from_bytes(der[start : start + size], "big"), start + size
    if start + length > len(der):
        raise _Malformed
    return tag, start, start + length
