"""A configuration of Caddy in the terms that all web servers share."""

from collections.abc import Callable, Iterator

from compolint.load.caddy.certificates import needs_certificate
from compolint.load.caddy.configuration import Admin, Configuration, Options, Word
from compolint.load.caddy.credentials import variables
from compolint.load.caddy.locations import Around, follow, roots_in
from compolint.load.caddy.sites import host_of, judged, listeners, site_of
from compolint.load.caddy.trail import Budget
from compolint.model import Entity
from compolint.model.linter import Fault
from compolint.model.setting import Setting
from compolint.model.web import ControlApi, WebServer
from compolint.text import Span

_AUTOMATIC = ("off", "disable_certs", "disable_redirects", "ignore_loaded_certs", "prefer_wildcard")
# Global options that are told as they are; the others are in the model, or may hold secrets.
_SETTINGS = frozenset({
    "acme_ca", "debug", "grace_period", "http_port", "https_port", "persist_config", "skip_install_trust",
})  # fmt: skip


def entities(
    configuration: Configuration, is_whole: bool = True, has: Callable[[str], bool] = lambda _: False
) -> Iterator[Entity]:
    """All that a configuration declares; a piece of one has options that stand elsewhere.

    `has` tells whether there is a file beside the configuration.
    """
    path, options, budget = configuration.path, configuration.options, Budget()
    trusted = [each for servers in options.servers for each in (servers.trusted_proxies or ())[1:]]
    around = Around({route.name: route for route in configuration.routes}, budget, has)
    keys: dict[str, int] = {}
    for written in configuration.sites:
        site = site_of(written, configuration, is_whole, keys)
        authentication = "certificate" if needs_certificate(written.tls) else None
        followed = follow(site, written.handlers, around, authentication)
        # A folder that was named for a request holds for its error, too.
        roots = tuple(roots_in(written.handlers)) if written.errors else ()
        errors = follow(site, (*roots, *written.errors), around, authentication, is_error=True)
        trusted += [*followed.trusted, *errors.trusted]
        yield judged(site, followed.locations)
        yield from listeners(written, site, path)
        yield from (*followed.locations, *errors.locations, *followed.entities, *errors.entities)
    yield _server(configuration, trusted, is_whole)
    if options.admin:
        yield from _control(options.admin, path)
    if any(line.name == "layer4" for line in options.settings):
        from compolint.load.caddy import layer4

        yield from layer4.entities(options.settings, path)
    yield from _settings(options, path)
    yield from variables(configuration)
    if budget.is_spent:
        message = "there is more in this file than can be followed"
        at = Span(path, 0, 0)
        yield Fault(key=f"{path}!size", span=at, kind="unsupported", message=message, fatal=True)


def _server(configuration: Configuration, trusted: list[Word], is_whole: bool) -> WebServer:
    options, path = configuration.options, configuration.path
    spans = {f"trusted.{number}": each.span for number, each in enumerate(trusted)}
    said = {str(word): word for word in options.auto_https}
    automatic = next((said[name] for name in _AUTOMATIC if name in said), None)
    if automatic:
        spans["automatic_https"] = automatic.span
    logging = next((each.logs_credentials for each in options.servers if each.logs_credentials), None)
    if logging:
        spans["logs_credentials"] = logging
    asking = options.on_demand and any(
        each.name in ("ask", "permission", "permission_http") for each in options.on_demand.settings
    )
    return WebServer(
        key=path,
        span=options.span or (configuration.sites[0].span if configuration.sites else Span(path, 0, 0)),
        spans=spans,
        server="caddy",
        name=path,
        project=path,
        is_whole=is_whole,
        tells_version=False,
        trusted=tuple(each.value for each in trusted),
        automatic_https=str(automatic) if automatic else "on",
        on_demand_permission=bool(asking),
        logs_credentials=logging is not None,
    )


def _control(admin: Admin, path: str) -> Iterator[ControlApi]:
    endpoint = admin.endpoint
    if endpoint is None:
        return
    is_network = not endpoint.network.startswith(("unix", "fd"))
    ports = endpoint.ports if is_network else None
    yield ControlApi(
        key=f"{path}!admin",
        span=admin.span,
        spans={"address": endpoint.span},
        owner=path,
        server="caddy",
        name=path,
        address=host_of(endpoint) if is_network else None,
        port=ports[0] if isinstance(ports, tuple) else ports,
    )


def _settings(options: Options, path: str) -> Iterator[Setting]:
    last = {each.name: each for each in options.settings if each.name in _SETTINGS}
    for name, line in last.items():
        yield Setting(
            key=f"{path}!{name}",
            span=line.span,
            spans={"value": line.words[0].span} if line.words else {},
            scope="caddy",
            name=name,
            value=line.words[0].value if line.words else "",
        )
