"""The SSH server's configuration: `sshd_config` and `sshd_config.d/*.conf`.

https://man.openbsd.org/sshd_config. No package reads it. Of a keyword that occurs twice the first counts,
except for those that add up; what stands below `Match` holds for some connections only.
"""

from collections.abc import Iterator

from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.model.listener import Listener
from compolint.model.setting import Setting
from compolint.model.values import Address, Ports
from compolint.pattern import pattern
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

# Port 22   PermitRootLogin=no   Match User "backup"
_LINE = pattern(r"(?m)^[ \t]*([A-Za-z]\w*)(?:[ \t]*=[ \t]*|[ \t]+)([^\r\n]*?)[ \t]*(?:[ \t]#[^\r\n]*)?\r?$")
_ADDING = frozenset(("port", "listenaddress", "hostkey", "acceptenv", "setenv", "subsystem", "include"))
# 10.0.0.1   10.0.0.1:2222   [::1]:22   fe80::1   host rdomain eth1
_ADDRESS = pattern(r"(?:\[([^\]]+)\]|([^\s:]+)|(\S+?))(?::(\d+))?(?:[ \t]+rdomain[ \t]+\S+)?$")


class _Line(NamedTuple):
    name: str
    value: str
    name_at: Span
    value_at: Span


def entities(source: Source) -> Iterator[Entity]:
    section, seen = "", set[tuple[str, str]]()
    doors: dict[str, list[_Line]] = {"port": [], "listenaddress": []}
    for match in _LINE.finditer(source.text):
        line = _Line(
            match[1].lower(),
            match[2][1:-1] if match[2].startswith('"') and match[2].count('"') == 2 else match[2],
            Span(source.path, *match.span(1)),
            Span(source.path, *match.span(2)),
        )
        if match[2].count('"') % 2 and match[0].count('"') % 2:
            yield _unclosed(line)
        if line.name == "match":
            section = "" if line.value.lower() == "all" else line.value
            continue
        if line.name in doors and not section:
            doors[line.name].append(line)
        if (section, line.name) not in seen or line.name in _ADDING:
            yield _setting(source.path, section, line, is_first=(section, line.name) not in seen)
        seen.add((section, line.name))
    yield from _listeners(source.path, doors["port"], doors["listenaddress"])


def _unclosed(line: _Line) -> Fault:
    return Fault(
        key=f"{line.value_at.path}!syntax.{line.value_at.start}",
        span=line.value_at,
        kind="syntax",
        message="the quote is never closed, so sshd refuses the file",
        fatal=True,
    )


def _setting(path: str, section: str, line: _Line, *, is_first: bool) -> Setting:
    within = f"[{section}]" if section else ""
    return Setting(
        key=f"{path}!{within}{line.name}" + ("" if is_first else f"={line.value}"),
        span=line.name_at._replace(end=line.value_at.end),
        spans={"name": line.name_at, "value": line.value_at},
        scope="sshd",
        section=section,
        name=line.name,
        value=line.value,
    )


def _listeners(path: str, ports: list[_Line], addresses: list[_Line]) -> Iterator[Listener]:
    """Where it waits, as far as the file says so: an address without a port takes all that are stated."""
    stated = [(int(line.value), line) for line in ports if line.value.isdecimal() and len(line.value) < 6]
    for line in addresses:
        match = _ADDRESS.match(line.value)
        if not match:
            continue
        host = match[1] or match[2] or match[3]
        own = [(int(match[4]), line)] if match[4] else stated or [(22, line)]
        yield from (_listener(path, host, number, line, at) for number, at in own)
    if not addresses:
        yield from (_listener(path, "", number, line, line) for number, line in stated)


def _listener(path: str, host: str, port: int, address: _Line, at: _Line) -> Listener:
    return Listener(
        key=f"{path}:{host}:{port}/tcp",
        span=address.value_at,
        spans={"address": address.value_at, "ports": at.value_at},
        owner=path,
        name="sshd",
        address=Address.of(host),
        ports=Ports(port, port),
        origin="socket",
        project=path,
    )
