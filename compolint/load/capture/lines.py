"""What `ss`, `netstat`, `docker ps` and `docker port` print, as people paste it.

No package reads these with places. Prompts, headings and several outputs stand in one file, and `grep` has
cut the headers away, so that each line is known by its own form.
"""

from compolint.load.capture.sockets import CUT, CUT_NAMES, Door, process, sockets
from compolint.load.capture.tables import Tables, is_cut, is_heading
from compolint.model import Entity
from compolint.model.capture import Captured
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.record import replace
from compolint.text import Source, Span

_MOST_FAULTS = 100
_LONGEST = 10_000  # characters of a line; a container with many ports has a few thousand
_MOST_LOOKED_AT = 40  # lines
# What stands around: nothing, headings, fences, the time, a container without ports, details of a socket
_AROUND = pattern(
    r"[ \t]*(?:$|#|`{3}|[-=*_~]{3}|Total:|[\w.-]+[ \t]*$|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d)|\t|[^\t]*:[ \t]*$"
)
_PROMPT = pattern(
    r"[ \t]*(?:[#$>%][ \t]|[\w.-]+@[^$#]{1,300}[$#][ \t]"
    r"|(?:sudo[ \t]+)?(?:ss|netstat|docker|podman)[ \t]+[-a-z])"
)


def looks_like(text: str) -> bool:
    """Whether the first line of a text that says something is one of those."""
    for line in text[:4096].split("\n")[:_MOST_LOOKED_AT]:
        line = line.rstrip("\r")
        if is_heading(line):
            return "PORTS" in line
        if not (_PROMPT.match(line) or _AROUND.match(line)):
            return sockets(line) is not None or ("->" in line and bool(Tables().doors(line)))
    return False


def entities(source: Source) -> list[Entity]:
    """The doors that the lines show, and the lines that are none."""
    return _Reader(source).entities()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._tables = Tables()
        self._found: list[Entity] = []
        self._faults: list[Fault] = []
        self._is_foreign = True  # no line is known so far
        self._unnamed = False  # whether the process of the last socket may stand on the next line

    def entities(self) -> list[Entity]:
        at = 0
        for line in self._source.text.splitlines(keepends=True):
            self._line(line.rstrip("\r\n"), at)
            at += len(line)
        if self._is_foreign and self._faults:
            message = "this is nothing that ss, netstat or docker prints"
            return [replace(self._faults[0], message=message, fatal=True)]
        return [*self._found, *self._faults]

    def _line(self, line: str, at: int) -> None:
        if len(line) > _LONGEST:
            self._fault(line[:1], at, f"is longer than {_LONGEST} characters", is_lost=True)
            return
        if (name := process(line)) is not None:
            self._name(name)
            return
        doors = sockets(line)
        is_known = doors is not None
        if doors is None and _PROMPT.match(line):
            self._tables.ask(line)
            return
        if doors is None:
            doors = self._tables.doors(line)
        for door in doors or ():
            self._add(door, line, at)
        if is_known and doors and CUT_NAMES.match(line):
            self._fault(line, at, "is cut off behind the address", is_lost=True)
        elif not is_known and (is_cut(line) or (doors is None and CUT.match(line))):
            self._fault(line, at, "is cut off, so what it shows is not known", is_lost=True)
        elif doors is None and not _AROUND.match(line):
            self._fault(line, at, "is none of ss, netstat or docker, so it is passed over", is_lost=False)
        self._is_foreign &= doors is None

    def _add(self, door: Door, line: str, at: int) -> None:
        where, ports = door.where(), door.ports
        span = Span(self._source.path, at + door.start, at + door.end)
        self._unnamed = door.source == "ss" and not door.name
        if where is None or ports is None:
            what = "port" if where else "address"
            message = f"has a name or less for its {what}, so the socket is not known (-n shows numbers)"
            self._fault(line, at, message, is_lost=True)
            return
        target = f":{door.target}" if door.target else ""
        shown = f"{door.address}:{ports}{target}/{door.protocol}"
        self._found.append(
            Captured(
                key=f"{self._source.path}!{door.source}:{door.name}:{shown}",
                span=span,
                spans={"address": span, "ports": span},
                source=door.source,
                name=door.name,
                address=where.address,
                families=where.families,
                interface=where.interface,
                ports=ports,
                protocol=door.protocol,
                target=door.target,
                capture=self._source.path,
            )
        )

    def _name(self, name: str) -> None:
        last = self._found[-1] if self._found else None
        if self._unnamed and isinstance(last, Captured):
            key = last.key.replace("!ss::", f"!ss:{name}:", 1)
            self._found[-1] = replace(last, key=key, name=name)
        self._unnamed = False

    def _fault(self, line: str, at: int, message: str, *, is_lost: bool) -> None:
        if len(self._faults) >= _MOST_FAULTS:
            return
        start = at + len(line) - len(line.lstrip())
        self._faults.append(
            Fault(
                key=f"{self._source.path}!syntax.{len(self._faults)}",
                span=Span(self._source.path, start, max(start, at + len(line.rstrip()))),
                kind="syntax" if is_lost else "unsupported",
                message=f"this line {message}",
                fatal=is_lost,
            )
        )
