"""Web servers and proxies: which names they answer to, what a request leads to, who may ask.

Nginx, Caddy and Traefik say the same things in different words; a check asks here, and seldom has to
know who said it.
"""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Address
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

Server = Literal["nginx", "caddy", "traefik", "tailscale"]


class WebServer(Entity):
    """A configuration of a web server, with what holds for all of it."""

    server: Server
    name: str  # the path of its main file
    project: str = ""  # the key of what is deployed together
    given_to: str | None = None  # the key of the workload whose Compose file it stands in
    homes: tuple[str, ...] | None = None  # the containers that its file is given to; `None`: no container
    is_whole: bool = True  # `False`: a piece that some other file includes
    is_complete: bool = True  # `False`: some of what holds for all sites stands in files that are not here
    user: Maybe[str] | None = None
    tells_version: Maybe[bool] | None = None  # `None`: nothing is said, and the server's default holds
    trusted: tuple[Maybe[str], ...] = ()  # networks whose word about a client's address counts
    automatic_https: Maybe[str] = "on"  # of Caddy: "on", "off", "disable_redirects", "disable_certs"
    on_demand_permission: Maybe[bool] = False  # something is asked before a certificate is ordered
    logs_credentials: Maybe[bool] = False


class Site(Entity):
    """A virtual host: names, and the sockets on which it answers to them.

    Its sockets are `Listener`s with its key for their owner.
    """

    owner: str  # the key of the web server
    server: Server
    name: str  # as people call it: its first name, else its first address
    hosts: tuple[Maybe[str], ...] = ()  # empty: whatever a client asks for
    access: "Access | None" = None  # to one of `stream`, which has no locations and hands on by itself
    tls: Maybe[bool] = False  # on some socket
    plain: Maybe[bool] = False  # on some socket it speaks HTTP without TLS
    protocols: tuple[Maybe[str], ...] | None = None  # "TLSv1.2", …; `None`: the server's default
    ciphers: Maybe[str] | None = None
    issuer: Maybe[str] | None = None  # "internal", "acme", …
    on_demand: Maybe[bool] = False  # certificates for any name that a client asks for
    key_log: Maybe[str] | None = None  # the file that the keys of its connections are written to
    vanishes_without: str | None = None  # the variable without which its block is taken for something else
    client_certificate: Literal["", "requested", "verified"] = ""
    redirects: bool = False  # it sends all requests elsewhere, and has nothing of its own
    rejects: bool = False  # it refuses all requests
    homes: tuple[str, ...] | None = None  # the containers that its file is given to; `None`: no container
    is_default: bool | None = None  # it answers for names that no site has; `None`: there is no telling
    is_complete: bool = True  # `False`: some of it stands in files that are not here

    @property
    def is_public(self) -> bool:
        """Whether it has a name that the internet may know."""
        from compolint.model.knowledge.hostnames import place_of

        # A name that is left open tells nothing, nor does an expression.
        names = [host for host in self.hosts if isinstance(host, str) and not host.startswith("~")]
        return any(name[-1:].isalpha() and place_of(name) == "internet" for name in names)


class Access(NamedTuple):
    """Who gets through to a location, by all that is asked on the way to it."""

    # Networks, or "all"; without those that a rule before them decides, and exceptions to a narrow `denies`.
    allows: tuple[Maybe[str], ...] = ()
    denies: tuple[Maybe[str], ...] = ()
    authentication: Maybe[str] | None = None  # "basic", "forward", "certificate", …; `None`: nobody asks
    needs_all: bool = True  # addresses and authentication, rather than one of them
    is_known: bool = True  # `False`: a part of it stands in files that are not here

    @property
    def is_limited(self) -> bool:
        """Whether only some addresses get through."""
        return "all" in self.denies

    @property
    def asks(self) -> bool:
        """Whether something is asked of who comes, as far as the files tell."""
        return self.is_limited or isinstance(self.authentication, str)


class Location(Entity):
    """What a request for a path of a site leads to."""

    owner: str  # the key of the site
    server: Server
    name: str  # of the site
    path: Maybe[str] = "/"  # as the file writes it: a prefix, an expression, a matcher
    match: Literal["prefix", "first prefix", "exact", "regex", "named", "other"] = "prefix"
    above: str | None = None  # the key of the location that it stands in
    condition: str = ""  # it answers only if this holds
    access: Access = Access()
    internal: bool = False  # no client comes here by itself
    root: Maybe[str] | None = None  # in force here, wherever it is stated
    alias: Maybe[str] | None = None  # stated here
    serves_files: bool = False
    answers: tuple[str, ...] = ()  # the names of headers that it adds to answers, in lower case
    listing: Maybe[bool] = False  # a folder without an index is listed
    hidden: tuple[str, ...] = ()  # files beginning with a dot that it would hand out
    status: str | None = None  # the status page that it shows: "stub_status", "metrics", "pprof", …
    returns: Maybe[str] | None = None  # what it answers by itself: "301 https://…", "403"
    drops: tuple[str, ...] = ()  # headers of the levels above that are not set here, in answers
    drops_upstream: tuple[str, ...] = ()  # and in the requests that are handed on
    websocket: bool = False  # the client's own Upgrade and Connection headers are handed on
    skips_access: bool = False  # it answers by itself before anybody asks who comes
    in_if: tuple[str, ...] = ()  # directives in an `if` that does not do what it says with them

    @property
    def place(self) -> str:
        """As people say it: `/admin of example.com`, `example.com` for all of it."""
        is_whole = self.match in ("prefix", "other") and self.path == "/"
        return self.name if is_whole and "path" not in self.spans else f"{self.path} of {self.name}"


class Guard(Entity):
    """Something that asks who comes, and for which requests."""

    owner: str  # the key of the site
    server: Server
    name: str  # of the site
    kind: str  # "basic", "forward", "address", …
    path: Maybe[str] = "/"
    passes: tuple[str, ...] = ()  # the keys of locations that stand beside what it guards, and seem meant
    # Why they pass: it asks for its path and nothing below, after the answer, for some methods, or elsewhere.
    gap: Literal["", "exact", "late", "methods", "beside"] = ""


class ControlApi(Entity):
    """The socket on which a web server takes orders: Caddy's admin endpoint, Traefik's API."""

    owner: str  # the key of the web server, or of the workload whose environment says it
    server: Server
    name: str
    address: Maybe[Address] | None = None  # `None` for a socket in the file system
    port: Maybe[int] | None = None
    protected: Maybe[bool] = False  # certificates or a password are asked for


class Upstream(Entity):
    """Where a location hands requests on to."""

    owner: str  # the key of the location
    server: Server
    name: str  # of the site
    text: str  # as the file writes it
    scheme: Maybe[str] = "http"
    host: Maybe[str] | None = None  # `None` for a socket in the file system
    port: Maybe[int] | None = None
    socket: Maybe[str] | None = None  # the path of such a socket
    protocol: Literal["http", "fastcgi", "uwsgi", "scgi", "grpc", "memcached", "tcp", "udp"] = "http"
    chosen_by_client: tuple[str, ...] = ()  # what a client says that decides over scheme, host or port
    verified: Maybe[bool] | None = None  # its certificate is checked; `None`: nothing is said
    service: str | None = None  # the key of the workload that it leads to
    is_looked_up: bool = False  # its host was looked for among the containers that the server can reach
    out_of_reach: str | None = None  # the key of a port of the host's loopback, which containers do not reach


class Header(Entity):
    """A header that a location adds to answers, or to the requests that it hands on.

    A redirect is an answer with a `Location`. What of a client's words stands in the path of a request that
    is handed on is a header `:path`, as HTTP/2 has it.
    """

    owner: str  # the key of the location, or of the site or the web server, for all locations in it
    server: Server
    name: str
    direction: Literal["answer", "request"]
    site: str = ""  # the name of the site
    value: Maybe[str] = ""
    by_client: tuple[str, ...] = ()  # what a client says that is in it, but for a host's checked name
    from_client: tuple[str, ...] = ()  # the client's words in it, decoded: they may hold line ends
    echoes: tuple[str, ...] = ()  # the client's headers that stand in it whatever they say, in lower case
    condition: str = ""  # it is set only if this holds
    always: bool = True

    @property
    def is_guarded(self) -> bool:
        """Whether a condition on more than the method decides over it."""
        return bool(self.condition) and "method" not in self.condition


class Pattern(Entity):
    """A regular expression that something of a request is compared with."""

    owner: str
    server: Server
    text: str
    about: Literal["path", "origin", "referer", "host", "other"] = "other"
    use: str = ""  # "location", "rewrite", "if", "map", "server_name", "cors"
    ignores_case: bool = False
    lets_in: bool = False  # what it matches gets what other requests do not get
    repeats: bool = False  # a group in it is repeated


class Table(Entity):
    """A variable that is looked up in a table, by something that is known of a request."""

    owner: str  # the key of the web server
    server: Server
    name: str
    kind: Literal["map", "geo"] = "map"
    source: str = ""
    has_default: bool = False
    is_empty: bool = False


class Account(Entity):
    """A user that a web server lets in by password."""

    owner: str
    server: Server
    name: str
    form: Literal["plain", "weak hash", "hash", "unknown"]
