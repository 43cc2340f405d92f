"""Tables of cron: when, as whom, and what.

crontab(5) https://man7.org/linux/man-pages/man5/crontab.5.html. A `%` ends the command, and what follows is
its input.
"""

from collections.abc import Iterator
from itertools import islice

from compolint.load.commands import Said
from compolint.load.script.spliced import Spliced
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.text import Source, Span

_FIELD = r"(?:[\d*/,~-]|[A-Za-z]{3}(?![A-Za-z]))+"  # a month and a day have three letters
_NAMED = r"@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly|every_\w+)"
# */5 * * * *   @daily
_TIMES = pattern(rf"(?m)^[ \t]*+(?:{_NAMED}|{_FIELD}(?:[ \t]+{_FIELD}){{4}})[ \t]++")
_USER = pattern(r"([a-z_][\w.-]*\$?)[ \t]++")
_SYSTEM = frozenset(("cron.d",))
# What is neither that nor a variable, a comment, or something that is filled in later.
_OTHER = pattern(r"""(?m)^[ \t]*+(?=[\w*])(?!["']?[\w.-]+["']?[ \t]*=)[^\r\n]*""")


def looks_like(text: str) -> bool:
    """Whether a text has a line of a table."""
    return bool(_TIMES.search(text))


def jobs(source: Source) -> Iterator[Said | Fault]:
    """The commands of a table; a system's has the name of a user before each."""
    yield from islice(_faults(source), 1)  # after one cron takes no more of the file
    folder, _, name = source.path.rpartition("/")
    has_user = folder.rpartition("/")[2] in _SYSTEM or (name == "crontab" and folder.endswith("etc"))
    for times in _TIMES.finditer(source.text):
        end = source.text.find("\n", times.end())
        end = len(source.text) if end < 0 else end
        start = times.end()
        if has_user and (user := _USER.match(source.text, start, end)):
            start = user.end()
        yield _command(source, start, end)


def _faults(source: Source) -> Iterator[Fault]:
    for line in _OTHER.finditer(source.text):
        if not _TIMES.match(source.text, line.start()):
            message = "this line is no five fields of times and a command, so cron refuses the file"
            at = Span(source.path, line.end() - len(line[0].lstrip()), line.end())
            yield Fault(key=f"{source.path}!syntax", span=at, kind="syntax", message=message, fatal=True)


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
