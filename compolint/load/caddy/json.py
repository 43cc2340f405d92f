"""Caddy's own configuration in JSON, in the terms of its Caddyfile."""

from collections.abc import Iterator

from compolint.load.caddy.addresses import socket
from compolint.load.caddy.configuration import (
    Address,
    Admin,
    Configuration,
    Endpoint,
    Fault,
    Listen,
    Options,
    Route,
    Servers,
    Setting,
    Site,
    Tls,
    Word,
)
from compolint.load.caddy.json_handlers import handlers
from compolint.load.caddy.json_nodes import (
    at,
    integer,
    is_true,
    lines,
    mapping,
    sequence,
    word_of,
    words_of,
)
from compolint.load.caddy.options import DEFAULT_ADMIN
from compolint.syntax.yaml import Mapping, Scalar, Sequence, parse
from compolint.text import Source, Span
from compolint.unknown import Maybe, Unknown


def from_json(source: Source) -> Configuration:
    """What a JSON file says; JSON is YAML, whose reader knows the place of everything."""
    document, *_ = parse(source)
    root = mapping(document.root)
    http, tls = mapping(at(root, "apps", "http")), mapping(at(root, "apps", "tls"))
    servers = mapping(http.get("servers"))
    options = _options(root, http, tls, servers)._replace(settings=lines(root))
    faults = [Fault("syntax", fault.message, fault.span, document.root is None) for fault in document.faults]
    named = [
        Route(name.value, name.span, tuple(handlers(Sequence(value.path, 0, 0, [value]))))
        for _, server in servers.pairs()
        for name, value in mapping(mapping(server).get("named_routes")).pairs()
    ]
    sites = [_site(name.span, mapping(server), tls, options) for name, server in servers.pairs()]
    return Configuration(source.path, options, tuple(sites), tuple(named), tuple(faults), (source,))


def _options(root: Mapping, http: Mapping, tls: Mapping, servers: Mapping) -> Options:
    http_port, https_port = integer(http.get("http_port")), integer(http.get("https_port"))
    automatic: list[Word] = []
    details: list[Servers] = []
    for name, node in servers.pairs():
        server = mapping(node)
        automatic += _automatic(mapping(server.get("automatic_https")))
        details.append(_servers(name, server))
    on_demand = mapping(at(tls, "automation")).key("on_demand")
    return Options(
        admin=_admin(root),
        auto_https=tuple(automatic),
        http_port=80 if http_port is None else http_port,
        https_port=443 if https_port is None else https_port,
        servers=tuple(details),
        on_demand=on_demand
        and Setting(
            "on_demand_tls",
            on_demand.span,
            settings=lines(mapping(at(tls, "automation", "on_demand"))),
        ),
    )


def _admin(root: Mapping) -> Admin | None:
    key = root.key("admin")
    if key is None:
        return None
    admin = mapping(root.get("admin"))
    listen = word_of(admin.get("listen")) or Word(DEFAULT_ADMIN, key.span)
    is_off = is_true(admin.get("disabled"))
    enforces, remote = admin.key("enforce_origin"), admin.key("remote")
    return Admin(
        key.span,
        is_off,
        None if is_off else socket(listen, "2019"),
        words_of(admin.get("origins")),
        enforces.span if enforces and is_true(admin.get("enforce_origin")) else None,
        remote and remote.span,
    )


def _automatic(automatic: Mapping) -> Iterator[Word]:
    for name, word in (
        ("disable", "off"),
        ("disable_redirects",) * 2,
        ("disable_certificates", "disable_certs"),
    ):
        key = automatic.key(name)
        if key and is_true(automatic.get(name)):
            yield Word(word, key.span)


def _servers(name: Scalar, server: Mapping) -> Servers:
    proxies = mapping(server.get("trusted_proxies"))
    source = word_of(proxies.get("source"))
    secrets = mapping(server.get("logs")).key("should_log_credentials")
    return Servers(
        name.span,
        listener=next(iter(words_of(server.get("listen"))), None),
        trusted_proxies=(source, *words_of(proxies.get("ranges"))) if source else None,
        trusts_strictly=bool(integer(server.get("trusted_proxies_strict"))),
        logs_credentials=secrets
        and (secrets.span if is_true(at(server, "logs", "should_log_credentials")) else None),
        strict_sni_host=word_of(server.get("strict_sni_host")),
    )


def _site(span: Span, server: Mapping, tls: Mapping, options: Options) -> Site:
    addresses = tuple(
        Address(host.value, "", host.value, None, "", host.span)
        for route in sequence(server.get("routes")).items
        for matcher in sequence(mapping(route).get("match")).items
        for host in words_of(mapping(matcher).get("host"))
    )
    own_tls = _tls(server, tls)
    is_automatic = bool(addresses) and not is_true(at(server, "automatic_https", "disable"))
    return Site(
        span,
        addresses,
        tuple(
            Listen(endpoint, _is_encrypted(endpoint, own_tls is not None, is_automatic, options), word.span)
            for word in words_of(server.get("listen"))
            for endpoint in (socket(word),)
        ),
        own_tls,
        tuple(handlers(sequence(server.get("routes")))),
        tuple(handlers(sequence(at(server, "errors", "routes")))),
    )


def _is_encrypted(endpoint: Endpoint, has_tls: bool, is_automatic: bool, options: Options) -> Maybe[bool]:
    if has_tls or endpoint.ports is None:
        return has_tls
    for each in (endpoint.ports, options.http_port, options.https_port):
        if isinstance(each, Unknown):
            return each
    if endpoint.ports == (options.http_port, options.http_port):
        return False
    return is_automatic or endpoint.ports == (options.https_port, options.https_port)


def _tls(server: Mapping, tls: Mapping) -> Tls | None:
    key = server.key("tls_connection_policies")
    found = Tls(key.span) if key else None
    for policy in map(mapping, sequence(server.get("tls_connection_policies")).items):
        found = found or Tls(policy.span)
        client = mapping(policy.get("client_authentication"))
        trust = next((name.span for name, _ in client.pairs() if name.value != "mode"), None)
        low, secrets = word_of(policy.get("protocol_min")), policy.key("insecure_secrets_log")
        asking = policy.key("client_authentication")
        found = found._replace(
            protocols=found.protocols or ((low,) if low else ()),
            ciphers=found.ciphers or words_of(policy.get("cipher_suites")),
            client_mode=found.client_mode or word_of(client.get("mode")),
            client_trust=found.client_trust or trust,
            client_auth=found.client_auth or (asking and asking.span),
            secrets_log=found.secrets_log or (secrets and word_of(policy.get("insecure_secrets_log"))),
        )
    for policy in map(mapping, sequence(at(tls, "automation", "policies")).items):
        on_demand = policy.key("on_demand")
        if on_demand and is_true(policy.get("on_demand")):
            found = (found or Tls(on_demand.span))._replace(on_demand=on_demand.span)
        for issuer in map(mapping, sequence(policy.get("issuers")).items):
            module = word_of(issuer.get("module"))
            if module and str(module) == "internal":
                found = (found or Tls(module.span))._replace(is_internal=module.span)
    return found
