"""Settings of the kernel: `/etc/sysctl.conf` and `sysctl.d/*.conf`.

https://man7.org/linux/man-pages/man5/sysctl.d.5.html. No package reads it.
"""

from collections.abc import Iterator
from itertools import islice

from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.model.setting import Setting
from compolint.pattern import pattern
from compolint.text import Source, Span

# net.ipv4.ip_forward = 1   -net/ipv4/conf/eth0.1/rp_filter=2   -net.ipv4.conf.all.rp_filter
_LINE = pattern(r"(?m)^[ \t]*-?[ \t]*([^\s=#;-][^\s=]*)[ \t]*=[ \t]*([^\r\n]*?)[ \t]*\r?$")


# what is neither that nor a comment nor, with its `-`, a name that patterns leave out
_OTHER = pattern(r"(?m)^[ \t]*([^\s=#;-][^=\r\n]*?)[ \t]*\r?$")
_MOST_FAULTS = 100


def entities(source: Source) -> Iterator[Entity]:
    seen: dict[str, int] = {}
    for line in _LINE.finditer(source.text):
        name = dotted(line[1])
        count = seen[name] = seen.get(name, 0) + 1
        yield Setting(
            key=f"{source.path}!{name}" + (f"~{count}" if count > 1 else ""),
            span=Span(source.path, line.start(1), line.end(2)),
            spans={"name": Span(source.path, *line.span(1)), "value": Span(source.path, *line.span(2))},
            scope="sysctl",
            name=name,
            value=line[2],
        )
    for number, line in enumerate(islice(_OTHER.finditer(source.text), _MOST_FAULTS)):
        yield Fault(
            key=f"{source.path}!syntax.{number}",
            span=Span(source.path, *line.span(1)),
            kind="syntax",
            message="this is no `name = value`, so sysctl passes over it",
        )


def dotted(name: str) -> str:
    """The name with dots: if the first separator is a slash, dots and slashes have changed places."""
    dot, slash = name.find("."), name.find("/")
    if slash >= 0 and (dot < 0 or slash < dot):
        return name.translate({ord("/"): ".", ord("."): "/"})
    return name
