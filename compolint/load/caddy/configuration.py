"""What a configuration of Caddy says, however it is written: as a Caddyfile, as JSON or in labels.

Values are `Unknown` where a variable, or a placeholder like `{env.NAME}`, leaves them open.
"""

from typing import Literal, TypeAlias

from compolint.syntax.caddy import Token
from compolint.text import Source, Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

Kind: TypeAlias = Literal["syntax", "invalid", "missing", "elsewhere", "legacy", "unsupported"]


class Word(NamedTuple):
    value: Maybe[str]
    span: Span

    def __str__(self) -> str:
        """The text as it is written, with what is open in it."""
        return str(self.value)


class Fault(NamedTuple):
    """Why something is not understood, or not taken by Caddy.

    `missing` is a file that is imported and not here, `elsewhere` one that cannot be here; `legacy` is the
    language of Caddy 1.
    """

    kind: Kind
    message: str
    span: Span
    fatal: bool = False  # something that the file declares is lost


class Setting(NamedTuple):
    """A line of a block: its name, the words behind it, and the lines of its own block."""

    name: str
    span: Span  # of the name
    words: tuple[Word, ...] = ()
    settings: "tuple[Setting, ...]" = ()
    variables: tuple[str, ...] = ()  # whose defaults are in the words

    def all(self, name: str) -> "tuple[Setting, ...]":
        return tuple(each for each in self.settings if each.name == name)

    def first(self, name: str) -> "Setting | None":
        return next((each for each in self.settings if each.name == name), None)


class Endpoint(NamedTuple):
    """A socket: where Caddy listens, or what it dials. `text` is as Caddy itself writes it."""

    text: str
    network: str  # tcp, unless the file says another: tcp4, udp, unix, fd
    host: Maybe[str]  # "" for every interface, or for this host; the path of a Unix socket
    ports: Maybe[tuple[int, int]] | None  # the first and the last; None where there are none
    span: Span


class Listen(NamedTuple):
    endpoint: Endpoint
    tls: Maybe[bool]
    bind: Span | None = None  # the word that says which interface, if any does


class Address(NamedTuple):
    """`https://example.com:8443/path`: what a site answers to, which is never what it binds to."""

    text: Maybe[str]
    scheme: str
    host: Maybe[str]
    port: Maybe[int] | None
    path: str
    span: Span


class Condition(NamedTuple):
    """`path /a /b`: one of the tests of a matcher; under `not`, the tests in it have to fail."""

    name: str
    span: Span
    words: tuple[Word, ...] = ()
    conditions: "tuple[Condition, ...]" = ()


class Matcher(NamedTuple):
    """Which requests a directive is for: all conditions hold. Without a condition, all requests."""

    text: str  # as it is written: `*`, `/path*` or `@name`
    span: Span
    conditions: tuple[Condition, ...] = ()
    is_known: bool = True  # not, if nothing declares a matcher of this name


class Transport(NamedTuple):
    protocol: str  # http or fastcgi, unless a plugin gives another
    tls: bool = False
    skips_verification: Span | None = None
    span: Span | None = None
    settings: tuple[Setting, ...] = ()


class Upstream(NamedTuple):
    endpoint: Endpoint
    scheme: str  # "" if none is written; else http, https or h2c


class Proxy(NamedTuple):
    """`reverse_proxy`, and the `php_fastcgi` and `forward_auth` that are made of it."""

    upstreams: tuple[Upstream, ...]
    transport: Transport
    dynamic: Setting | None = None  # where upstreams are looked up at run time
    trusted_proxies: tuple[Word, ...] = ()
    root: Word | None = None  # of php_fastcgi
    uri: Word | None = None  # of forward_auth


class FileServer(NamedTuple):
    root: Word | None = None  # its own; else that of the `root` directive counts
    browse: Span | None = None
    reveals_symlinks: Span | None = None
    hide: tuple[Word, ...] = ()


class Account(NamedTuple):
    user: Word
    password: Word | None  # a hash, as it should be


class BasicAuth(NamedTuple):
    accounts: tuple[Account, ...]
    algorithm: str = ""  # as it is written


class Response(NamedTuple):
    """`respond`, `error` and `abort`."""

    status: Maybe[str]
    body: Word | None = None


class Redirect(NamedTuple):
    target: Word
    status: Maybe[str]


class Root(NamedTuple):
    path: Word


class HeaderChange(NamedTuple):
    operation: Literal["set", "add", "delete", "replace", "default"]
    name: Word
    value: Word | None = None


class Headers(NamedTuple):
    changes: tuple[HeaderChange, ...]


class Invocation(NamedTuple):
    """`invoke name`."""

    route: Word


Detail: TypeAlias = Proxy | FileServer | BasicAuth | Response | Redirect | Root | Headers | Invocation


class Handler(NamedTuple):
    """A directive that takes part in answering requests, in the order in which Caddy asks them."""

    name: str
    span: Span
    matcher: Matcher | None
    words: tuple[Word, ...]  # without the matcher
    settings: tuple[Setting, ...]
    detail: Detail | None = None
    handlers: "tuple[Handler, ...]" = ()  # of `handle`, `handle_path`, `route` and JSON's `subroute`
    is_known: bool = True  # not, if it belongs to no standard module of Caddy


class Tls(NamedTuple):
    """What `tls` says, or JSON's policies; places are those of the words that say it."""

    span: Span
    is_internal: Span | None = None  # an authority of Caddy's own signs
    on_demand: Span | None = None
    email: Word | None = None
    files: tuple[Word, ...] = ()  # the certificate and its key
    protocols: tuple[Word, ...] = ()
    ciphers: tuple[Word, ...] = ()
    client_mode: Word | None = None  # request, require, verify_if_given or require_and_verify
    client_trust: Span | None = None
    client_auth: Span | None = None  # certificates are asked of clients
    secrets_log: Word | None = None
    settings: tuple[Setting, ...] = ()


class Site(NamedTuple):
    span: Span  # of the first address
    addresses: tuple[Address, ...]
    listens: tuple[Listen, ...]
    tls: Tls | None = None
    handlers: tuple[Handler, ...] = ()
    errors: tuple[Handler, ...] = ()
    logs: tuple[Setting, ...] = ()
    settings: tuple[Setting, ...] = ()  # what neither answers requests nor is any of the above


class Admin(NamedTuple):
    """The API that changes the configuration. Where nothing speaks of it, it listens on localhost:2019."""

    span: Span
    is_off: bool = False
    endpoint: Endpoint | None = None  # None if it is off
    origins: tuple[Word, ...] = ()
    enforces_origin: Span | None = None
    remote: Span | None = None  # JSON only: another endpoint, with client certificates


class Servers(NamedTuple):
    """`servers` among the global options: for all servers, or for the one that listens there."""

    span: Span
    listener: Word | None = None
    trusted_proxies: tuple[Word, ...] | None = None  # the source, mostly `static`, with its ranges
    trusts_strictly: bool = False
    logs_credentials: Span | None = None
    strict_sni_host: Word | None = None
    settings: tuple[Setting, ...] = ()


class Options(NamedTuple):
    """The global options."""

    admin: Admin | None = None
    auto_https: tuple[Word, ...] = ()
    default_bind: tuple[Word, ...] = ()
    http_port: Maybe[int] = 80
    https_port: Maybe[int] = 443
    servers: tuple[Servers, ...] = ()
    on_demand: Setting | None = None  # `on_demand_tls`
    debug: Span | None = None
    local_certs: Span | None = None
    acme_ca: Word | None = None
    logs: tuple[Setting, ...] = ()
    settings: tuple[Setting, ...] = ()  # all of them, as they are written
    span: Span | None = None


class Route(NamedTuple):
    """`&(name)`, which `invoke name` asks."""

    name: str
    span: Span
    handlers: tuple[Handler, ...]


class Configuration(NamedTuple):
    path: str
    options: Options
    sites: tuple[Site, ...]
    routes: tuple[Route, ...]
    faults: tuple[Fault, ...]
    files: tuple[Source, ...]  # all that were read
    comments: tuple[Span, ...] = ()
    defaults: tuple[Token, ...] = ()  # words with a variable's default in them
