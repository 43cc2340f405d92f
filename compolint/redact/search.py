"""The search for all that looks like a secret, by its name, by its place or by its form."""

from collections.abc import Iterator

from compolint.model.credential import provider_tokens, url_passwords
from compolint.redact.arguments import arguments
from compolint.redact.directives import directives
from compolint.redact.pairs import assigned, defaults
from compolint.redact.values import compiled, literals

# How hashes begin, after a dollar or two; a text without all of these is not searched for the rest.
_HASHES = (
    "$apr1$", "$1$", "$2", "$5$", "$6$", "$7$", "$y$", "$argon2", "$scrypt$", "$pbkdf2", "{SHA", "{SSHA",
)  # fmt: skip


def search(text: str) -> Iterator[tuple[int, int]]:
    yield from assigned(text)
    yield from defaults(text)
    yield from arguments(text)
    yield from directives(text)
    yield from _private_keys(text)
    yield from _hashes(text)
    for start, end in url_passwords(text):
        yield from literals(text, start, end)
    for start, end, _ in provider_tokens(text):
        yield start, end


def _private_keys(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the first and the last line of a key in PEM or OpenPGP's armour."""
    end = 0
    while (begin := text.find("-----BEGIN ", end)) >= 0:
        end = begin + 11
        body = text.find("-----", end, end + 60)
        if body < 0 or "PRIVATE KEY" not in text[end:body]:
            continue
        end = text.find("-----END ", body)
        end = end if end >= 0 else len(text)
        yield from literals(text, body + 5, end)


def _hashes(text: str) -> Iterator[tuple[int, int]]:
    """Hashes of passwords, as htpasswd, crypt(3), Caddy and LDAP write them; Compose doubles the dollars."""
    if not any(mark in text for mark in _HASHES):
        return
    # `$apr1$salt$hash`, `$$2y$$05$$…`, `$argon2id$v=19$m=65536,t=3,p=4$salt$hash`; `{SHA}hash`
    crypt = r"\$\$?(?:apr1|2[abxy]?|1|5|6|7|y|argon2\w+|scrypt|pbkdf2[\w-]*)\$[^\s\"'`:]{8,}"
    ldap = r"\{S?SHA\d*\}[\w+/=]{20,}"
    for match in compiled(f"{crypt}|{ldap}").finditer(text):
        yield match.span()
