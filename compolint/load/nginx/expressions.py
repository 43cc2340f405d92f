"""The expressions that Nginx compares what a client says with."""

from typing import Literal

from compolint.load.nginx.comparisons import EXPRESSIVE, expressions_of
from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.reading import Reading
from compolint.model.web import Pattern

About = Literal["path", "origin", "referer", "host", "other"]
_ABOUT: dict[str, About] = {
    "$uri": "path",
    "$document_uri": "path",
    "$request_uri": "path",
    "$http_origin": "origin",
    "$http_referer": "referer",
    "$host": "host",
    "$http_host": "host",
}


def patterns(reading: Reading) -> None:
    for statement in reading.every:
        if statement.name not in EXPRESSIVE:
            continue
        for expression in expressions_of(statement):
            about = _ABOUT.get(expression.subject.replace("{", "").replace("}", ""))
            if about is None and not _is_said_by_client(reading, expression.subject, statement):
                continue
            reading.found.append(
                Pattern(
                    key=reading.unique(f"{reading.key}!{statement.name}.{expression.text}"),
                    span=expression.at,
                    owner=reading.key,
                    server="nginx",
                    text=expression.text,
                    about=about or "other",
                    use=statement.name,
                    ignores_case=expression.ignores_case,
                    lets_in=_lets_in(statement),
                    repeats=any(each in expression.text for each in (")*", ")+", "){")),
                )
            )


def _is_said_by_client(reading: Reading, subject: str, statement: Statement) -> bool:
    return any(part.client for part in reading.variables.parts(subject, statement))


def _lets_in(statement: Statement) -> bool:
    """Whether what an expression matches gets more than the rest, and not less."""
    if statement.name == "valid_referers":
        return True
    if statement.name == "map":
        # Names of robots, scanners and spammers are listed more often than those of friends.
        return statement.texts[0].lower() == "$http_origin"
    if statement.name != "if" or len(statement.texts) < 2:
        return False
    refuses = any(each.texts and each.texts[0][:1] == "4" for each in statement.named("return"))
    return refuses == statement.texts[1].startswith("!")
