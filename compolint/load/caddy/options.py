"""The global options of a Caddyfile."""

from compolint.load.caddy.addresses import socket
from compolint.load.caddy.configuration import Admin, Options, Servers, Setting, Word
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

DEFAULT_ADMIN = "localhost:2019"


def options(settings: tuple[Setting, ...], span: Span | None) -> Options:
    last = {each.name: each for each in settings}
    bind = last.get("default_bind")
    acme = last.get("acme_ca")
    https, debug, local = last.get("auto_https"), last.get("debug"), last.get("local_certs")
    return Options(
        admin=_admin(last["admin"]) if "admin" in last else None,
        auto_https=https.words if https else (),
        default_bind=bind.words if bind else (),
        http_port=_port(last.get("http_port"), 80),
        https_port=_port(last.get("https_port"), 443),
        servers=tuple(_servers(each) for each in settings if each.name == "servers"),
        on_demand=last.get("on_demand_tls"),
        debug=debug and debug.span,
        local_certs=local and local.span,
        acme_ca=acme.words[0] if acme and acme.words else None,
        logs=tuple(each for each in settings if each.name == "log"),
        settings=settings,
        span=span,
    )


def _admin(line: Setting) -> Admin:
    origins, enforces = line.first("origins"), line.first("enforce_origin")
    admin = Admin(
        line.span,
        endpoint=socket(Word(DEFAULT_ADMIN, line.span)),
        origins=origins.words if origins else (),
        enforces_origin=enforces and enforces.span,
    )
    if not line.words:
        return admin
    if str(line.words[0]) == "off":
        return admin._replace(is_off=True, endpoint=None)
    return admin._replace(endpoint=socket(line.words[0], "2019"))


def _servers(line: Setting) -> Servers:
    proxies, secrets = line.first("trusted_proxies"), line.first("log_credentials")
    sni = line.first("strict_sni_host")
    return Servers(
        line.span,
        listener=line.words[0] if line.words else None,
        trusted_proxies=proxies.words if proxies else None,
        trusts_strictly=line.first("trusted_proxies_strict") is not None,
        logs_credentials=secrets and secrets.span,
        strict_sni_host=_first_word(sni),
        settings=line.settings,
    )


def _first_word(line: Setting | None) -> Word | None:
    if line is None:
        return None
    return line.words[0] if line.words else Word("on", line.span)


def _port(line: Setting | None, otherwise: int) -> Maybe[int]:
    if line is None or not line.words:
        return otherwise
    value = line.words[0].value
    if isinstance(value, Unknown):
        return value
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else otherwise
