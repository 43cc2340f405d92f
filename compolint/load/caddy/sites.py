"""The sites of a configuration, with the sockets on which they answer."""

from collections.abc import Iterable, Iterator

from compolint.load.caddy.certificates import client_certificate, issuer, protocols, tls_spans
from compolint.load.caddy.configuration import Configuration, Endpoint
from compolint.load.caddy.configuration import Site as Written
from compolint.model.listener import Listener
from compolint.model.values import Address, Ports
from compolint.model.web import Location, Site
from compolint.record import replace
from compolint.unknown import Maybe, Unknown


def site_of(written: Written, configuration: Configuration, is_whole: bool, keys: dict[str, int]) -> Site:
    path, tls = configuration.path, written.tls
    hosts = [each for each in written.addresses if str(each.host)]
    named = all(str(each.host) for each in written.addresses)
    text = _address(written)
    keys[text] = keys.get(text, 0) + 1
    spans = {f"hosts.{number}": each.span for number, each in enumerate(hosts)}
    issuer_name, issuer_at = issuer(tls, configuration.options)
    if issuer_at:
        spans["issuer"] = issuer_at
    if tls:
        spans |= tls_spans(tls)
    return Site(
        key=f"{path}#{text}" + (f"#{keys[text]}" if keys[text] > 1 else ""),
        span=written.span,
        spans=spans,
        owner=path,
        server="caddy",
        name=next((str(each.host) for each in hosts), None) or _socket(written) or text,
        hosts=tuple(each.host for each in hosts) if named else (),
        tls=_any(each.tls for each in written.listens),
        plain=_any(_not(each.tls) for each in written.listens),
        protocols=protocols(tls.protocols) if tls and tls.protocols else None,
        ciphers=":".join(map(str, tls.ciphers)) if tls and tls.ciphers else None,
        issuer=issuer_name,
        on_demand=bool(tls and tls.on_demand),
        key_log=tls.secrets_log.value if tls and tls.secrets_log else None,
        vanishes_without=_needed_variable(written, configuration) if is_whole else None,
        client_certificate=client_certificate(tls, written),
        is_default=not named if written.addresses else None,
        is_complete=all(handler.name != "import" for handler in written.handlers),
    )


def judged(site: Site, locations: list[Location]) -> Site:
    """The site with what its locations say of it as a whole."""
    open_ones = [each for each in locations if not each.internal]
    answers = [str(each.returns) for each in open_ones if each.returns is not None]
    if not open_ones or len(answers) < len(open_ones):
        return site
    return replace(
        site,
        redirects=all(each.startswith("3") for each in answers),
        rejects=all(each.startswith(("4", "abort")) for each in answers),
    )


def listeners(written: Written, site: Site, path: str) -> Iterator[Listener]:
    for listen in written.listens:
        endpoint = listen.endpoint
        if endpoint.network.startswith(("unix", "fd")) or endpoint.ports is None:
            continue
        ports = endpoint.ports
        at = listen.bind or endpoint.span
        yield Listener(
            key=f"{site.key}!{endpoint.text}",
            span=at,
            spans={"address": at, "ports": written.span},
            owner=site.key,
            name=site.name,
            address=host_of(endpoint),
            ports=ports if isinstance(ports, Unknown) else Ports(*ports),
            protocol="udp" if endpoint.network.startswith("udp") else "tcp",
            origin="socket",
            project=path,
            web_server=path,
        )


def host_of(endpoint: Endpoint) -> Maybe[Address]:
    return endpoint.host if isinstance(endpoint.host, Unknown) else Address.of(endpoint.host)


def _address(written: Written) -> str:
    return str(written.addresses[0].text) if written.addresses else _socket(written)


def _socket(written: Written) -> str:
    return written.listens[0].endpoint.text if written.listens else ""


def _any(values: Iterable[Maybe[bool]]) -> Maybe[bool]:
    open_one: Maybe[bool] = False
    for value in values:
        if isinstance(value, Unknown):
            open_one = value
        elif value:
            return True
    return open_one


def _not(value: Maybe[bool]) -> Maybe[bool]:
    return value if isinstance(value, Unknown) else not value


def _needed_variable(written: Written, configuration: Configuration) -> str | None:
    """The variable that alone makes the first block of a file a site: `{$DOMAIN} {`."""
    if configuration.options.span or written is not configuration.sites[0] or len(written.addresses) != 1:
        return None
    text = written.addresses[0].text
    if not isinstance(text, Unknown) or text.head or text.tail or len(text.names) != 1:
        return None
    return text.names[0] if text.text == f"{{${text.names[0]}}}" else None
