"""Credentials among the words of commands.

By the manuals: https://dev.mysql.com/doc/refman/en/connecting.html, https://redis.io/docs/latest/operate/oss_and_stack,
https://curl.se/docs/manpage.html, https://docs.docker.com/reference/cli/docker/login, sshpass(1),
htpasswd(1), chpasswd(8), useradd(8), openssl-passphrase-options(1) https://docs.openssl.org, https://www.rabbitmq.com/docs/man
"""

import re
from collections.abc import Iterator

from compolint.model.command import Command
from compolint.model.credential import literal_secret, names_credential, provider_tokens, url_passwords
from compolint.unknown import Unknown

_MYSQL = frozenset((
    "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlshow", "mysqlcheck", "mariadb", "mariadb-dump",
    "mariadb-admin", "mariadb-check",
))  # fmt: skip
# Programs with a short option whose value is a password.
_SHORT = {
    "redis-cli": "-a", "valkey-cli": "-a", "keydb-cli": "-a", "sshpass": "-p", "docker": "-p", "podman": "-p",
    "helm": "-p", "skopeo": "-p", "mongo": "-p", "mongosh": "-p", "mongodump": "-p", "mongorestore": "-p",
    "useradd": "-p", "usermod": "-p", "sqlcmd": "-P", "ldapadd": "-w", "ldapsearch": "-w", "ldapmodify": "-w",
    "bw": "--session", "influx": "-t", "mosquitto_pub": "-P", "mosquitto_sub": "-P", "az": "-p",
    "ipmitool": "-P",
}  # fmt: skip
# … only with this word: `docker login -p`, `helm registry login -p`.
_LOGINS = frozenset(("docker", "podman", "helm", "skopeo", "az"))
# Programs with an option whose value is `user:password`.
_PAIRS = {
    "curl": ("-u", "--user", "-U", "--proxy-user"),
    "wget": (),
    "http": ("-a", "--auth"),
    "https": ("-a", "--auth"),
}
# Words whose last one is a password: `htpasswd -b FILE USER PASSWORD`.
_LAST = {
    "htpasswd": ("-b", "-nb", "-bn", "-bc", "-cb", "-nbB", "-Bbn", "-bB", "-Bb", "-nbm", "-bnB"),
    "rabbitmqctl": ("add_user", "change_password"),
    "vault": ("login",),
    "mc": ("set",),
}
# -H "Authorization: Bearer …"
_HEADER = re.compile(
    r"(?:authorization|x-[\w-]*(?:key|token|secret)|private-token|api-?key)\s*:\s*(?:\w+\s+)?(\S{6,})$", re.I
)
# user:password, as chpasswd reads it
_ACCOUNT = re.compile(r"[a-z_][\w.-]*:([^:\s]+)$", re.I)
# What they call a key is its public number.
_KEY_PROGRAMS = frozenset(("gpg", "gpg2", "apt-key", "pacman-key", "rpm", "rpmkeys"))
# --name=value, -Dname=value, NAME=value
_NAMED = re.compile(r"(?:-{1,2}|/)?(?:D|e)?([A-Za-z][\w.-]{2,60})[=:](.+)$", re.DOTALL)
_OPTION = re.compile(r"-{1,2}([A-Za-z][\w.-]{2,60})$")


def command_secrets(command: Command) -> Iterator[tuple[str, object]]:
    """Where a command holds a credential: the field and the part of it."""
    for name, value in command.assignments:
        if isinstance(value, str) and literal_secret(name, value):
            yield "assignments", name
    for number, word in enumerate(command.words):
        is_program = not number and command.name is not None
        if not is_program and number not in command.given and _is_secret(command, number, word):
            yield "words", number


def _is_secret(command: Command, number: int, word: object) -> bool:
    if isinstance(word, Unknown):
        return any(True for _ in url_passwords(word.head)) and "@" in word.head
    if not isinstance(word, str) or len(word) > 10_000:
        return False
    before = command.words[number - 1] if number else ""
    return (
        _by_program(command, number, word, before if isinstance(before, str) else "")
        or _by_name(command, word, before if isinstance(before, str) else "")
        or any(True for _ in provider_tokens(word))
        or any(literal_secret("password", word[start:end]) for start, end in url_passwords(word))
        or _is_account(command, word)
    )


def _by_name(command: Command, word: str, before: str) -> bool:
    if command.name in _KEY_PROGRAMS:
        return False
    if (named := _NAMED.match(word)) and names_credential(named[1]):
        return literal_secret(named[1], named[2])
    option = _OPTION.match(before)
    if option and not word.startswith("-") and names_credential(option[1]):
        return literal_secret(option[1], word)
    header = _HEADER.search(word) if ":" in word else None
    return header is not None and literal_secret("password", header[1])


def _by_program(command: Command, number: int, word: str, before: str) -> bool:
    name = command.name or ""
    if name in _MYSQL and word.startswith("-p") and len(word) > 2:
        return literal_secret("password", word[2:])
    if short := _SHORT.get(name):
        if name in _LOGINS and "login" not in command.words[1:4]:
            return False
        joined = word.startswith(short) and len(word) > len(short) and len(short) == 2
        if (before == short and not word.startswith("-")) or joined:
            return literal_secret("password", word[2:] if joined else word)
    if before in _PAIRS.get(name, ()) and ":" in word:
        return literal_secret("password", word.partition(":")[2])
    if name == "openssl" and word.startswith("pass:"):
        return literal_secret("password", word[5:])
    marks = _LAST.get(name)
    if marks and number == len(command.words) - 1 and number > 2:
        return not {w for w in command.words if isinstance(w, str)}.isdisjoint(marks) and literal_secret(
            "password", word
        )
    return False


def _is_account(command: Command, word: str) -> bool:
    """`echo root:password | chpasswd`, and a password that `passwd --stdin` reads."""
    if command.name not in {"echo", "printf"}:
        return False
    if "chpasswd" in command.output_to:
        account = _ACCOUNT.match(word.replace("\\n", ""))
        return account is not None and literal_secret("password", account[1])
    return "passwd" in command.output_to and literal_secret("password", word)
