"""Lines of `docker ps`, `docker compose ps` and `docker port`; podman prints the same.

web   0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 9000/tcp
80/tcp -> 0.0.0.0:8080
"""

import re

from compolint.load.capture.sockets import Door
from compolint.model.capture import Source
from compolint.model.values import Ports
from compolint.pattern import pattern

# 0.0.0.0:8080->80/tcp   [::]:3000-3001->3000-3001/tcp   :::80->80/tcp   8080->80/tcp   9000/tcp
_ITEM = r"(?:(?:[^\s,]*:)?\d+(?:-\d+)?->)?\d+(?:-\d+)?/(?:tcp|udp|sctp)(?![\w-])"
_LIST = pattern(rf"(?<!\S){_ITEM}(?:, ?{_ITEM})*+")
_PUBLISHED = pattern(
    r"(?:(?P<address>[^\s,]*):)?(?P<port>\d+(?:-\d+)?)->(?P<first>\d+)(?:-(?P<last>\d+))?/(?P<protocol>\w+)"
)
_HEADING = pattern(
    r"(?=.*\b(?:NAMES?|PORTS)\b)[ \t]*[A-Z]+(?: [A-Z]+)*(?:[ \t]{2,}[A-Z]+(?: [A-Z]+)*)*[ \t]*$"
)
_CELL = pattern(r"[^ \t]+(?: [^ \t]+)*")
_ID = pattern(r"[ \t]*[0-9a-f]{12}(?:[0-9a-f]{52})?[ \t]")
_PORT_LINE = pattern(
    r"[ \t]*(?P<first>\d{1,5})(?P<last>)/(?P<protocol>tcp|udp|sctp) -> (?P<address>\S*):(?P<port>\d+)[ \t]*$"
)
# sudo docker port web
_ASKED = pattern(r".*?\b(?:docker|podman)(?:[ \t]+container)?[ \t]+port[ \t]+([\w.-]+)")
# A list that does not go on as it should: 0.0.0.0:80->   0.0.0.0:80->80/tcp, [::]:8
_CUT = pattern(r"(?:.*[\s,])?[^\s,]*:\d+(?:-\d+)?-?>?\S*[ \t]*$")


class Tables:
    """Knows the heading that a row stands below, and the container whose ports were asked for."""

    def __init__(self) -> None:
        self._is_table = False
        self._name_at: int | None = None
        self._asked = ""

    def ask(self, prompt: str) -> None:
        """A command, with whose output another table begins."""
        asked = _ASKED.match(prompt)
        self._asked = asked[1] if asked else ""
        self._is_table, self._name_at = False, None

    def doors(self, line: str) -> tuple[Door, ...] | None:
        """What a line shows; none where it is no such line."""
        if is_heading(line):
            columns = {cell[0]: cell.start() for cell in _CELL.finditer(line)}
            self._name_at = columns.get("NAMES", columns.get("NAME"))
            self._is_table = True
            return ()
        if found := _PORT_LINE.match(line):
            return (_door("docker port", self._asked, found),)
        listed = _LIST.search(line)
        if listed is None or ("->" not in listed[0] and not self._is_row(line)):
            return () if self._is_row(line) and not is_cut(line) else None
        name = self._container(line, *listed.span())
        return tuple(_door("docker ps", name, item) for item in _PUBLISHED.finditer(line, *listed.span()))

    def _is_row(self, line: str) -> bool:
        return self._is_table or bool(_ID.match(line))

    def _container(self, line: str, start: int, end: int) -> str:
        """The name in a row: below its heading, else where the usual tables have it."""
        before = list(_CELL.finditer(line, 0, start))
        after = list(_CELL.finditer(line, end))
        if self._name_at is not None:
            below = [cell[0] for cell in before if cell.start() <= self._name_at < cell.end()]
            return below[0] if below else after[-1][0] if after else ""
        if after and (not before or _ID.match(line)):
            return after[-1][0]
        return before[0][0].rstrip(":") if before else ""


def is_heading(line: str) -> bool:
    return bool(_HEADING.match(line))


def is_cut(line: str) -> bool:
    """Whether the list of ports at the end of a line breaks off."""
    last = line.rstrip().rpartition(" ")[2]
    if _PORT_LINE.match(line):
        return False
    return bool(_CUT.match(last)) and not _LIST.match(last)


def _door(source: Source, name: str, found: re.Match[str]) -> Door:
    first = int(found["first"])
    target = Ports(first, int(found["last"] or first))
    address, start = (found["address"] or ""), found.start()
    if source == "docker port":
        start = found.start("address")
    return Door(source, name, found["protocol"], address, found["port"], start, found.end("port"), target)
