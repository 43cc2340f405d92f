"""The broken ciphers that a string of OpenSSL lets through.

Hand-written because no library reads these strings, and a program that does knows only the ciphers that it
was compiled with: by openssl-ciphers(1), https://docs.openssl.org/master/man1/openssl-ciphers/, and the
levels of SSL_CTX_set_security_level(3). Only broken ciphers are listed: no encryption, nobody
authenticated, 40 and 56 bits, RC4 (RFC 7465), blocks of 64 bits (https://sweet32.info) and MD5.
"""

from functools import cache

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

_LONGEST = 20_000  # characters
# Name, key exchange, authentication, encryption, bits, digest
_SUITES = """
NULL-MD5 RSA RSA NULL 0 MD5
NULL-SHA RSA RSA NULL 0 SHA1
NULL-SHA256 RSA RSA NULL 0 SHA256
ECDHE-RSA-NULL-SHA ECDHE RSA NULL 0 SHA1
ECDHE-ECDSA-NULL-SHA ECDHE ECDSA NULL 0 SHA1
AECDH-NULL-SHA ECDHE NULL NULL 0 SHA1
PSK-NULL-SHA PSK PSK NULL 0 SHA1
EXP-RC4-MD5 RSA RSA RC4 40 MD5
EXP-RC2-CBC-MD5 RSA RSA RC2 40 MD5
EXP-DES-CBC-SHA RSA RSA DES 40 SHA1
EXP-EDH-RSA-DES-CBC-SHA DHE RSA DES 40 SHA1
EXP-EDH-DSS-DES-CBC-SHA DHE DSS DES 40 SHA1
EXP-ADH-RC4-MD5 DHE NULL RC4 40 MD5
EXP-ADH-DES-CBC-SHA DHE NULL DES 40 SHA1
DES-CBC-SHA RSA RSA DES 56 SHA1
EDH-RSA-DES-CBC-SHA DHE RSA DES 56 SHA1
EDH-DSS-DES-CBC-SHA DHE DSS DES 56 SHA1
ADH-DES-CBC-SHA DHE NULL DES 56 SHA1
RC4-MD5 RSA RSA RC4 128 MD5
RC4-SHA RSA RSA RC4 128 SHA1
ECDHE-RSA-RC4-SHA ECDHE RSA RC4 128 SHA1
ECDHE-ECDSA-RC4-SHA ECDHE ECDSA RC4 128 SHA1
ADH-RC4-MD5 DHE NULL RC4 128 MD5
AECDH-RC4-SHA ECDHE NULL RC4 128 SHA1
PSK-RC4-SHA PSK PSK RC4 128 SHA1
IDEA-CBC-SHA RSA RSA IDEA 128 SHA1
DES-CBC3-SHA RSA RSA 3DES 112 SHA1
EDH-RSA-DES-CBC3-SHA DHE RSA 3DES 112 SHA1
EDH-DSS-DES-CBC3-SHA DHE DSS 3DES 112 SHA1
ECDHE-RSA-DES-CBC3-SHA ECDHE RSA 3DES 112 SHA1
ECDHE-ECDSA-DES-CBC3-SHA ECDHE ECDSA 3DES 112 SHA1
ADH-DES-CBC3-SHA DHE NULL 3DES 112 SHA1
AECDH-DES-CBC3-SHA ECDHE NULL 3DES 112 SHA1
PSK-3DES-EDE-CBC-SHA PSK PSK 3DES 112 SHA1
ADH-AES128-SHA DHE NULL AES128 128 SHA1
ADH-AES256-SHA DHE NULL AES256 256 SHA1
ADH-AES128-SHA256 DHE NULL AES128 128 SHA256
ADH-AES256-SHA256 DHE NULL AES256 256 SHA256
ADH-AES128-GCM-SHA256 DHE NULL AESGCM128 128 SHA256
ADH-AES256-GCM-SHA384 DHE NULL AESGCM256 256 SHA384
AECDH-AES128-SHA ECDHE NULL AES128 128 SHA1
AECDH-AES256-SHA ECDHE NULL AES256 256 SHA1
"""
_OTHER_NAMES = {
    "DHE-RSA-DES-CBC3-SHA": "EDH-RSA-DES-CBC3-SHA",
    "DHE-DSS-DES-CBC3-SHA": "EDH-DSS-DES-CBC3-SHA",
}
_KEY_EXCHANGES = {
    "RSA": "kRSA RSA", "DHE": "kDHE kEDH DH", "ECDHE": "kECDHE kEECDH ECDH", "PSK": "kPSK PSK",
}  # fmt: skip
_AUTHENTICATIONS = {
    "RSA": "aRSA", "DSS": "aDSS DSS", "ECDSA": "aECDSA ECDSA", "PSK": "aPSK PSK", "NULL": "aNULL",
}  # fmt: skip
# Without and with authentication
_EPHEMERAL = {"DHE": ("ADH", "DHE", "EDH"), "ECDHE": ("AECDH", "ECDHE", "EECDH")}
_ENCRYPTIONS = {
    "NULL": "eNULL NULL COMPLEMENTOFALL",
    "AES128": "AES AES128 HIGH",
    "AES256": "AES AES256 HIGH",
    "AESGCM128": "AES AES128 AESGCM HIGH",
    "AESGCM256": "AES AES256 AESGCM HIGH",
}
# Who writes one of these wants what it stands for; it is no oversight that some version makes harmless.
_NAMING = frozenset({
    "3DES", "ADH", "AECDH", "COMPLEMENTOFALL", "COMPLEMENTOFDEFAULT", "DES", "EXP", "EXPORT", "EXPORT40",
    "IDEA", "LOW", "MD5", "NULL", "RC2", "RC4", "aNULL", "eNULL",
})  # fmt: skip
# Of RFC names: TLS_RSA_WITH_RC4_128_SHA, TLS_DH_anon_WITH_AES_128_CBC_SHA
_BROKEN = pattern(r"_(?:NULL|EXPORT|anon|RC4|RC2|DES40|DES|3DES|IDEA)_|_MD5$")


class _Suite(NamedTuple):
    name: str
    words: frozenset[str]  # that mean it
    bits: int


def weak_ciphers(text: str) -> list[str]:
    """The broken ciphers that a string allows, by their names; none if it allows only sound ones.

    A group such as `HIGH` or `ALL` is read at security level 1, as all versions since 1.1 do: it brings in
    nothing without encryption or authentication.
    """
    active: dict[_Suite, bool] = {}  # with whether it is named
    killed: set[_Suite] = set()
    level: int | None = None
    found = []
    for rule in text[:_LONGEST].replace(",", ":").replace(";", ":").replace(" ", ":").split(":"):
        if rule.startswith("TLS_") and _BROKEN.search(rule):
            found.append(rule)
        elif rule.startswith("@"):
            _, _, number = rule.partition("SECLEVEL=")
            level = int(number) if number.isdecimal() and len(number) == 1 else level
        elif rule[:1] == "!":
            killed |= _meant(rule[1:])
        elif rule[:1] == "-":
            for suite in _meant(rule[1:]):
                active.pop(suite, None)
        elif rule[:1] != "+":
            is_named = not _NAMING.isdisjoint(rule.split("+")) or rule in _names()
            for suite in _meant(rule):
                active[suite] = is_named or active.get(suite, False)
    for suite, is_named in active.items():
        if suite not in killed and _is_allowed(suite, (0 if is_named else 1) if level is None else level):
            found.append(suite.name)
    return sorted(found)


def _meant(words: str) -> set[_Suite]:
    """The suites that all words mean, joined with `+`."""
    wanted = {_OTHER_NAMES.get(word, word) for word in words.split("+")}
    return {suite for suite in _suites() if wanted <= suite.words}


def _is_allowed(suite: _Suite, level: int) -> bool:
    if level == 0:
        return True
    if suite.bits < 80 or "aNULL" in suite.words or "MD5" in suite.words:
        return False
    return level == 1 or ("RC4" not in suite.words and suite.bits >= (112 if level == 2 else 128))


@cache
def _names() -> frozenset[str]:
    return frozenset(suite.name for suite in _suites()) | frozenset(_OTHER_NAMES)


@cache
def _suites() -> tuple[_Suite, ...]:
    return tuple(_suite(*line.split()) for line in _SUITES.strip().splitlines())


def _suite(name: str, exchange: str, authentication: str, encryption: str, bits: str, digest: str) -> _Suite:
    words = {name, digest, *_KEY_EXCHANGES[exchange].split(), *_AUTHENTICATIONS[authentication].split()}
    if exchange in _EPHEMERAL:
        anonymous, *authenticated = _EPHEMERAL[exchange]
        words |= {anonymous} if authentication == "NULL" else {*authenticated}
    words |= set(_ENCRYPTIONS.get(encryption, f"{encryption} MEDIUM").split())
    if digest == "SHA1":
        words.add("SHA")
    oldest = {"TLSv1", "TLSv1.0"} if exchange == "ECDHE" else {"SSLv3"}
    words |= oldest if digest in ("SHA1", "MD5") else {"TLSv1.2"}
    if 0 < int(bits) < 80:
        words -= {"MEDIUM"}
        words |= {"EXP", "EXPORT", "EXPORT40"} if bits == "40" else {"LOW"}
    if encryption != "NULL":
        words.add("ALL")
    if authentication == "NULL" or encryption == "RC4":
        words.add("COMPLEMENTOFDEFAULT")
    return _Suite(name, frozenset(words), int(bits))
