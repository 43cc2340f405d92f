"""What Tailscale serves, as the sites of a web server: to the tailnet, or by a funnel to everybody."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compolint.model import Entity
from compolint.model.knowledge.tailscale import Served, opened, served, target_of
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.model.web import Access, Location, Site, Upstream, WebServer
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

if TYPE_CHECKING:
    from compolint.model.command import Command

# Any address of the tailnet stands for the one that the node has there.
_TAILNET, _INTERNET = Address("100.64.0.0"), Address("")


class Handler(NamedTuple):
    """One thing that is served, and where the files say so."""

    what: Served
    target: Maybe[str]
    at: Span  # of the target
    port_at: Span


def of_commands(commands: "Iterable[Command]") -> Iterator[Entity]:
    """What commands of `tailscale` serve."""
    handlers: dict[str, list[Handler]] = {}
    old: set[Span] = set()  # what was served before there were options; a funnel was opened for it alone
    funnels: dict[tuple[str, int], Span] = {}  # the words that open what is served
    for command in commands:
        path = command.span.path
        if found := served("tailscale", command.words):
            at = command.at("words", found.target)
            handlers.setdefault(path, []).append(
                Handler(found, command.words[found.target], at, command.at("words", 1))
            )
            if not any(isinstance(word, str) and word.startswith("-") for word in command.words):
                old.add(at)
        elif port := opened(command.words):
            funnels[path, port] = command.at("words", 1)
    for path, those in handlers.items():
        for number, handler in enumerate(those):
            if handler.at in old and (opening := funnels.get((path, handler.what.port))):
                those[number] = handler._replace(what=handler.what._replace(is_funnel=True), port_at=opening)
        yield from of_handlers(those, path)


def of_handlers(handlers: Iterable[Handler], path: str) -> Iterator[Entity]:
    """The sites of one file, a port being one."""
    server = f"{path}!tailscale"
    sites: set[str] = set()
    keys: dict[str, int] = {}
    for handler in handlers:
        what = handler.what
        name = f"the {'funnel' if what.is_funnel else 'tailnet'} on {what.port}"
        site = f"{server}.{'funnel' if what.is_funnel else 'serve'}:{what.port}"
        if not sites:
            yield WebServer(
                key=server,
                span=handler.port_at,
                server="tailscale",
                name=path,
                is_whole=False,
                is_complete=False,
            )
        if site not in sites:
            sites.add(site)
            yield from _site(site, server, name, handler)
        owner = site
        if not what.is_raw:
            keys[site + what.path] = count = keys.get(site + what.path, 0) + 1
            owner = f"{site}{what.path}" + (f"~{count}" if count > 1 else "")
            yield Location(
                key=owner, span=handler.at, owner=site, server="tailscale", name=name, path=what.path
            )
        yield from _upstream(owner, name, handler)


def _site(key: str, server: str, name: str, handler: Handler) -> Iterator[Entity]:
    what = handler.what
    yield Site(
        key=key,
        span=handler.port_at,
        owner=server,
        server="tailscale",
        name=name,
        access=Access() if what.is_raw else None,
        is_complete=False,
    )
    yield Listener(
        key=f"{key}/tcp",
        span=handler.port_at,
        owner=key,
        name=name,
        address=_INTERNET if what.is_funnel else _TAILNET,
        ports=Ports(what.port, what.port),
        origin="socket",
        project=handler.at.path,
        web_server=server,
    )


def _upstream(owner: str, name: str, handler: Handler) -> Iterator[Upstream]:
    text = handler.target
    target = target_of(text) if isinstance(text, str) else None
    if target is None or not isinstance(text, str):
        return
    yield Upstream(
        key=f"{owner}>",
        span=handler.at,
        owner=owner,
        server="tailscale",
        name=name,
        text=text,
        scheme="https" if target.scheme.startswith("https") else "http",
        host=target.host,
        port=target.port,
        protocol="tcp" if handler.what.is_raw else "http",
        verified=False if target.scheme == "https+insecure" else None,
    )
