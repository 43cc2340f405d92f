"""The way back from entities to the text: what to write where, so that the files say what a fix wants.

An edit is offered only where the place holds plain text of a known form. Where a variable, an anchor's
alias or an option of a command says it, a person has to decide.
"""

from compolint.check import Patch
from compolint.model.listener import Listener
from compolint.pattern import pattern
from compolint.text import Edit, Source, Span

# "0.0.0.0"   [::]
_ADDRESS = pattern(r"(?P<quote>[\"']?)[0-9A-Fa-f.:\[\]]+(?P=quote)")
# 80   8000-8010   ${PORT:-80}   $PORT
_NUMBER = pattern(r"\d+(?:-\d+)?|\$\{[A-Za-z_]\w*(?::?[-?][\w ]*)?\}|\$[A-Za-z_]\w*")
# "8080:80"   80/udp   :8080:80
_SHORT = pattern(
    rf"(?P<quote>[\"']?)(?P<port>(?:(?:{_NUMBER.pattern})?:){{0,2}}(?:{_NUMBER.pattern})(?:/\w+)?)(?P=quote)"
)
# target: 80   { published: 8080
_LONG = pattern(r"(?P<brace>\{\s*)?(?P<key>target|published|protocol|mode|name|app_protocol)(?=[ \t]*:)")


def edit(source: Source, patch: Patch) -> Edit | None:
    """How the file must change for the entity to say so; `None` if that is not known."""
    listener = patch.entity
    if not isinstance(listener, Listener) or patch.field != "address" or listener.origin != "published":
        return None
    if at := listener.spans.get("address"):
        return _replaced(source, listener, at, patch.value)
    return _prefixed(source, listener.span, patch.value) or _added(source, listener.span, patch.value)


def _replaced(source: Source, listener: Listener, at: Span, address: str) -> Edit | None:
    match = _ADDRESS.fullmatch(source.text, at.start, at.end)
    if match is None or at in (listener.span, listener.spans.get("ports")):
        return None
    return Edit(at, f"{match['quote']}{address}{match['quote']}")


def _prefixed(source: Source, at: Span, address: str) -> Edit | None:
    """A port in short form with its address: `127.0.0.1:8080:80`, `127.0.0.1::80`."""
    match = _SHORT.fullmatch(source.text, at.start, at.end)
    if match is None:
        return None
    port, quote = match["port"], match["quote"]
    colons = _NUMBER.sub("", port).count(":")
    if (colons == 0 and port.startswith("$")) or (colons == 2 and not port.startswith(":")):
        return None
    return Edit(at, f"{quote}{address}{':' * (2 - colons)}{port}{quote}")


def _added(source: Source, at: Span, address: str) -> Edit | None:
    """A port in long form with a key more, before the first that it has."""
    match = _LONG.match(source.text, at.start, at.end)
    if match is None:
        return None
    place, said = Span(at.path, *match.span("key")), f"host_ip: {address}"
    if match["brace"]:
        return Edit(place, f"{said}, {match['key']}")
    line, column = source.position(place.start)
    before = source.line(line)[: column - 1]
    if before.strip(" -"):
        return None
    ending = "\r\n" if "\r\n" in source.text else "\n"
    return Edit(place, f"{said}{ending}{' ' * len(before)}{match['key']}")
