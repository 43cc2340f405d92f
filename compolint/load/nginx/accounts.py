"""The users of a password file, where that lies beside the configuration: `auth_basic_user_file htpasswd`."""

from typing import Literal

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.includes import bases, candidates
from compolint.load.nginx.reading import Reading
from compolint.model.knowledge.passwordhashes import form_of_password
from compolint.model.web import Account
from compolint.pattern import pattern
from compolint.text import Span
from compolint.tree import Unreadable

Form = Literal["plain", "weak hash", "hash", "unknown"]
_LONGEST = 100_000  # characters
_MOST = 1_000  # users
# ### name:$2y$05$…   name:{SSHA}…:a comment ###
_LINE = pattern(r"^([^:#\s][^:\n]{0,255}):([^:\s]*)", 8)
_PLAIN = "{PLAIN}"
_OPEN = ("$", "{", "%", "@")  # what a program fills in, or a form that is not known
_CRYPT = pattern(r"[./0-9A-Za-z]{13}")


def accounts(reading: Reading, block: Statement, owner: str) -> None:
    """The users of the files that a block names itself."""
    for statement in reading.scope.own(block, "auth_basic_user_file"):
        if statement.arguments:
            _read(reading, statement.texts[0], owner)


def _read(reading: Reading, text: str, owner: str) -> None:
    configuration = reading.configuration
    folders = bases(reading.tree, configuration.path, configuration.is_whole)
    for path in candidates(text, folders) if "$" not in text else ():
        if path.startswith("../") or path in reading.password_files:
            continue
        try:
            source = reading.tree.read(path)
        except Unreadable:
            continue
        if source is None or len(source.text) > _LONGEST:
            continue
        reading.password_files.append(path)
        for line in list(_LINE.finditer(source.text))[:_MOST]:
            if line[2]:
                reading.found.append(
                    Account(
                        key=reading.unique(f"{path}!{line[1]}"),
                        span=Span(path, line.start(2), line.end(2)),
                        spans={"name": Span(path, *line.span(1))},
                        owner=owner,
                        server="nginx",
                        name=line[1],
                        form=_form(line[2]),
                    )
                )
        return


def _form(text: str) -> Form:
    if text.startswith(_PLAIN):
        return "plain"
    form = form_of_password(text)
    if form != "plain":
        return form
    # Nginx takes whatever it does not know for what crypt(3) made of old.
    return "weak hash" if _CRYPT.fullmatch(text) else "unknown" if text.startswith(_OPEN) else "plain"
