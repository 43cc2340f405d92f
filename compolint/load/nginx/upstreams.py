"""Where Nginx hands requests on to: `proxy_pass http://app:3000`, `upstream app { server 10.0.0.1; }`."""

from collections.abc import Sequence
from typing import Literal

from compolint.load.nginx.configuration import Statement
from compolint.load.nginx.headers import breaking
from compolint.load.nginx.reading import Place, Reading, via
from compolint.load.nginx.variables import Part, is_filled_in
from compolint.model.web import Header, Upstream
from compolint.pattern import pattern
from compolint.syntax.nginx import Word
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

Protocol = Literal["http", "fastcgi", "uwsgi", "scgi", "grpc", "memcached", "tcp", "udp"]
PASSING: dict[str, Protocol] = {
    "proxy_pass": "http",
    "fastcgi_pass": "fastcgi",
    "uwsgi_pass": "uwsgi",
    "scgi_pass": "scgi",
    "grpc_pass": "grpc",
    "memcached_pass": "memcached",
}
_PORTS = {"http": 80, "https": 443, "grpc": 80, "grpcs": 443}
_VERIFYING = {"https": "proxy_ssl_verify", "grpcs": "grpc_ssl_verify", "suwsgi": "uwsgi_ssl_verify"}
_MOST = 8  # members of one group
_MOST_TOGETHER = 10_000  # of all groups and tables, wherever they are used; then the first stands for all
_USER = pattern(r"(?<=://)[^\s/?#$]*@")  # http://user:password@
_NOT_IN_NAMES = sum(1 << ord(each) for each in "./?#@:[")
_SLASHES = sum(1 << ord(each) for each in "/?#@")


def upstreams(reading: Reading, block: Statement, owner: str, site: str, is_stream: bool = False) -> None:
    """Where a location, or a server of `stream`, hands on what it gets."""
    for statement in reading.scope.own(block, *PASSING):
        if statement.arguments:
            word = statement.arguments[0]
            protocol: Protocol = "tcp" if is_stream else PASSING[statement.name]
            texts = reading.variables.choices(_USER.sub("", word.text), block)
            for text in texts if reading.upstream_count <= _MOST_TOGETHER else texts[:1]:
                _add(reading, statement, word._replace(text=text), block, owner, site, protocol)


def _add(
    reading: Reading,
    statement: Statement,
    word: Word,
    block: Statement,
    owner: str,
    site: str,
    protocol: Protocol,
) -> None:
    parts = reading.variables.parts(word.text, block)
    scheme, authority, path = _taken_apart(parts, protocol)
    chosen = _chosen(scheme, authority)
    shown = _shown(scheme, word.span) if scheme else protocol
    verified, verified_at = _verified(reading, block, shown)
    if ended := breaking(path):
        reading.found.append(
            Header(
                key=reading.unique(f"{owner}!request.:path"),
                span=word.span,
                owner=owner,
                server="nginx",
                name=":path",
                direction="request",
                site=site,
                value=word.text,
                by_client=ended,
                from_client=ended,
            )
        )
    places = _places(reading, authority, shown, word)
    reading.upstream_count += len(places)
    for place, at in places if reading.upstream_count <= _MOST_TOGETHER else places[:1]:
        reading.found.append(
            Upstream(
                key=reading.unique(f"{owner}!upstream.{word.text}"),
                span=word.span,
                spans={"host": at, **({"verified": verified_at} if verified_at else {})},
                via=via((statement,)),
                owner=owner,
                server="nginx",
                name=site,
                text=word.text,
                scheme=shown,
                host=place.host,
                port=place.port,
                socket=place.socket,
                protocol=protocol,
                chosen_by_client=chosen,
                verified=verified,
            )
        )


def _taken_apart(parts: Sequence[Part], protocol: Protocol) -> tuple[list[Part], list[Part], list[Part]]:
    """The scheme, the host with the port, and the path."""
    if protocol not in ("http", "grpc") or not any("://" in part.text for part in parts):
        # A variable may hold all of it; `fastcgi_pass` takes a host, or a socket.
        return [], list(parts), []
    scheme: list[Part] = []
    authority: list[Part] = []
    path: list[Part] = []
    now = scheme
    for part in parts:
        text = part.text
        if now is scheme and "://" in text and not part.is_variable:
            before, _, text = text.partition("://")
            scheme.append(part._replace(text=before))
            now = authority
        if now is authority and authority and part.is_tail:
            now = path
        elif now is authority and not part.is_variable and (end := _end_of_authority(text)) >= 0:
            authority.append(part._replace(text=text[:end]))
            text, now = text[end:], path
        now.append(part._replace(text=text))
    return scheme, [each for each in authority if each.text], path


def _end_of_authority(text: str) -> int:
    if text.startswith("unix:"):
        return len(text)
    return min((at for at in (text.find("/"), text.find("?")) if at >= 0), default=-1)


def _chosen(scheme: Sequence[Part], authority: Sequence[Part]) -> tuple[str, ...]:
    """The client's words that decide where a request goes, and not only below a name that is written down."""
    found = [part.text for part in scheme if part.client]
    for number, part in enumerate(authority):
        after = authority[number + 1].text if number + 1 < len(authority) else ""
        before = authority[number - 1].text if number else ""
        is_below = after[:1] == "." and after[1:2].isalpha() and not part.client & _SLASHES
        is_part_of_name = before[-1:].isalnum() or before[-1:] in ("-", "_")
        if part.client and not is_below and not (is_part_of_name and not part.client & _NOT_IN_NAMES):
            found.append(part.text)
    return tuple(dict.fromkeys(found))


def _shown(parts: Sequence[Part], at: Span) -> Maybe[str]:
    text = "".join(part.text for part in parts)
    if any(part.is_variable or part.is_open for part in parts):
        return Unknown(text, at, tuple(part.text.strip("${}%@") for part in parts if part.is_open))
    return text.lower() if text else "http"


def _places(
    reading: Reading, authority: Sequence[Part], scheme: Maybe[str], word: Word
) -> list[tuple[Place, Span]]:
    """The hosts of a target: its own, or those of the group that it names."""
    text = "".join(part.text for part in authority)
    is_known = not any(part.is_variable or part.is_open for part in authority)
    group = reading.groups.get(text) if is_known else None
    if group is None:
        port = _PORTS.get(scheme) if isinstance(scheme, str) else None
        return [(_place(text, authority, port, word.span), word.span)]
    if group not in reading.members:
        members = [each.arguments[0] for each in reading.scope.own(group, "server")[:_MOST] if each.arguments]
        found = [(_member(reading, group, each), each.span) for each in members]
        reading.members[group] = found or [(Place(Unknown(text, group.head), None), group.head)]
    return reading.members[group]


def _member(reading: Reading, group: Statement, word: Word) -> Place:
    parts = reading.variables.parts(word.text, group)
    return _place("".join(part.text for part in parts), parts, 80, word.span)


def _place(text: str, parts: Sequence[Part], usual: int | None, at: Span) -> Place:
    holes = [part.text for part in parts if (part.is_variable or part.is_open) and part.text]
    names = tuple(part.text.strip("${}%@") for part in parts if part.is_open)
    if text.startswith(("unix:", "/")):
        # http://unix:/run/app.sock:/path
        path = text.removeprefix("unix:").partition(":")[0]
        is_open = is_filled_in(path) or any(hole in path for hole in holes)
        return Place(None, None, Unknown(path, at, names) if is_open else path)
    host, port = _host_and_port(text)
    is_open = is_filled_in(host) or any(hole in host for hole in holes)
    shown: Maybe[str] = _open_host(host, holes, at, names) if is_open else host.lower()
    if not port:
        return Place(shown, Unknown(text, at, names) if is_open else usual)
    is_number = port.isdigit() and len(port) < 6
    return Place(shown, int(port) if is_number else Unknown(port, at, names))


def _open_host(host: str, holes: Sequence[str], at: Span, names: tuple[str, ...]) -> Unknown:
    """A host of which only the ends may be known: `$app.internal`."""
    places = [(host.find(hole), host.rfind(hole) + len(hole)) for hole in holes if hole in host]
    if not places:
        return Unknown(host, at, names)
    start, end = min(start for start, _ in places), max(end for _, end in places)
    return Unknown(host, at, names, host[:start].lower(), host[end:].lower())


def _host_and_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        return host, port.lstrip(":")
    host, _, port = text.partition(":")
    return host, port


def _verified(
    reading: Reading, block: Statement, scheme: Maybe[str]
) -> tuple[Maybe[bool] | None, Span | None]:
    """Whether the certificate of the other end is checked, and where that is said."""
    setting = _VERIFYING.get(scheme) if isinstance(scheme, str) else "proxy_ssl_verify"
    return reading.is_on(block, setting) if setting else (None, None)
