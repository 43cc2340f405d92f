"""Tables of cron: when, as whom, and what.

crontab(5) https://man7.org/linux/man-pages/man5/crontab.5.html. A `%` ends the command, and what follows is
its input.
"""

from collections.abc import Iterator

from compolint.load.commands import Said
from compolint.load.script.spliced import Spliced
from compolint.pattern import pattern
from compolint.text import Source

_NAME = pattern(r"crontab(?:\.[\w-]+)?$|.*\.cron(?:tab)?$")
_FIELD = r"[\d*/,A-Za-z~-]+"
# */5 * * * *   @daily
_TIMES = pattern(rf"(?m)^[ \t]*+(?:@\w+|{_FIELD}(?:[ \t]+{_FIELD}){{4}})[ \t]++")
_USER = pattern(r"([a-z_][\w.-]*\$?)[ \t]++")
_SYSTEM = frozenset(("cron.d",))
_VARIABLE = pattern(r"(?m)^[ \t]*+\w+[ \t]*=")


def is_named(folder: str, name: str) -> bool:
    return folder in _SYSTEM or bool(_NAME.match(name))


def looks_like(text: str) -> bool:
    """Whether a text has a line of a table."""
    return bool(_TIMES.search(text))


def jobs(source: Source) -> Iterator[Said]:
    """The commands of a table; a system's has the name of a user before each."""
    folder, _, name = source.path.rpartition("/")
    has_user = folder.rpartition("/")[2] in _SYSTEM or (name == "crontab" and folder.endswith("etc"))
    for times in _TIMES.finditer(source.text):
        end = source.text.find("\n", times.end())
        end = len(source.text) if end < 0 else end
        start = times.end()
        if has_user and (user := _USER.match(source.text, start, end)):
            start = user.end()
        yield _command(source, start, end)


def _command(source: Source, start: int, end: int) -> Said:
    spliced, text = Spliced(source.path), source.text
    at = start
    while (percent := text.find("%", at, end)) >= 0:
        if text[percent - 1] != "\\" or percent == start:
            end = percent
            break
        spliced.add(text[start : percent - 1], start, percent - 1)
        start, at = percent, percent + 1
    spliced.add(text[start:end].rstrip("\r"), start, start + len(text[start:end].rstrip("\r")))
    return spliced.said()
