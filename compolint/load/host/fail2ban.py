"""The jails of fail2ban: `jail.conf`, `jail.local`, `jail.d/*`.

https://manpages.debian.org/jail.conf.5. Read by hand, because Python's `configparser` forgets the places.
"""

from collections.abc import Iterator

from compolint.model.setting import Setting
from compolint.pattern import pattern
from compolint.text import Source, Span

_SECTION = pattern(r"[ \t]*\[([^\]\r\n]+)\]")
# enabled = false   ignoreip: 127.0.0.1/8
_PAIR = pattern(r"([^\s=:#;\[][^=:\r\n]*?)[ \t]*[=:][ \t]*([^\r\n]*)")


def entities(source: Source) -> Iterator[Setting]:
    section, at = "", 0
    found: dict[tuple[str, str], tuple[Span, Span]] = {}
    last: tuple[str, str] | None = None
    for line in source.text.splitlines(keepends=True):
        start, at = at, at + len(line)
        if header := _SECTION.match(line):
            section, last = header[1].strip(), None
        elif line[:1].isspace() and line.strip() and last:  # the value goes on
            name_at, value_at = found[last]
            found[last] = name_at, value_at._replace(end=start + len(line.rstrip()))
        elif pair := _PAIR.match(line):
            last = section, pair[1].lower()
            name_at = Span(source.path, start + pair.start(1), start + pair.end(1))
            value_at = Span(source.path, start + pair.start(2), start + len(line.rstrip()))
            found[last] = name_at, value_at._replace(end=max(value_at.start, value_at.end))
    for (section, name), (name_at, value_at) in found.items():
        yield Setting(
            key=f"{source.path}!{section}.{name}",
            span=name_at._replace(end=value_at.end),
            spans={"name": name_at, "value": value_at},
            scope="fail2ban",
            section=section,
            name=name,
            value=" ".join(source.text[value_at.start : value_at.end].split()),
        )
