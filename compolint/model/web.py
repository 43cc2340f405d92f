"""Web servers and proxies: which names they answer to, what a request leads to, who may ask.

Nginx, Caddy and Traefik say the same things in different words; a check asks here, and seldom has to
know who said it.
"""

from typing import Literal

from compolint.model import Entity
from compolint.model.values import Address
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe

Server = Literal["nginx", "caddy", "traefik"]


class WebServer(Entity):
    """A configuration of a web server, with what holds for all of it."""

    server: Server
    name: str  # the path of its main file
    project: str = ""  # the key of what is deployed together
    is_whole: bool = True  # `False`: a piece that some other file includes
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
    tls: Maybe[bool] = False
    protocols: tuple[Maybe[str], ...] | None = None  # "TLSv1.2", …; `None`: the server's default
    ciphers: Maybe[str] | None = None
    issuer: Maybe[str] | None = None  # "internal", "acme", …
    on_demand: Maybe[bool] = False  # certificates for any name that a client asks for
    client_certificate: Literal["", "requested", "verified"] = ""
    redirects: bool = False  # it sends all requests elsewhere, and has nothing of its own
    is_complete: bool = True  # `False`: some of it stands in files that are not here


class Access(NamedTuple):
    """Who gets through to a location, by all that is asked on the way to it."""

    allows: tuple[Maybe[str], ...] = ()  # networks, or "all"
    denies: tuple[Maybe[str], ...] = ()
    authentication: Maybe[str] | None = None  # "basic", "forward", "certificate", …; `None`: nobody asks
    needs_all: bool = True  # addresses and authentication, rather than one of them
    is_known: bool = True  # `False`: a part of it stands in files that are not here

    @property
    def is_limited(self) -> bool:
        """Whether only some addresses get through."""
        return "all" in self.denies


class Location(Entity):
    """What a request for a path of a site leads to."""

    owner: str  # the key of the site
    server: Server
    name: str  # of the site
    path: Maybe[str] = "/"  # as the file writes it: a prefix, an expression, a matcher
    match: Literal["prefix", "first prefix", "exact", "regex", "named", "other"] = "prefix"
    above: str | None = None  # the key of the location that it stands in
    access: Access = Access()
    internal: bool = False  # no client comes here by itself
    root: Maybe[str] | None = None  # in force here, wherever it is stated
    alias: Maybe[str] | None = None
    serves_files: bool = False
    listing: Maybe[bool] = False  # a folder without an index is listed
    hidden: tuple[str, ...] = ()  # files beginning with a dot that it would hand out
    status: str | None = None  # the status page that it shows: "stub_status", "metrics", "pprof", …
    returns: Maybe[str] | None = None  # what it answers by itself: "301 https://…", "403"
    drops: tuple[str, ...] = ()  # headers of the levels above that are not set here
    websocket: bool = False  # the client's own Upgrade header is handed on


class Guard(Entity):
    """Something that asks who comes, and for which requests."""

    owner: str  # the key of the site
    server: Server
    name: str  # of the site
    kind: str  # "basic", "forward", "address", …
    path: Maybe[str] = "/"
    passes: tuple[str, ...] = ()  # the keys of locations that stand beside what it guards, and seem meant


class ControlApi(Entity):
    """The socket on which a web server takes orders: Caddy's admin endpoint, Traefik's API."""

    owner: str  # the key of the web server
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
    chosen_by_client: tuple[str, ...] = ()  # what a client says that decides over scheme, host or port
    verified: Maybe[bool] | None = None  # its certificate is checked; `None`: nothing is said
    service: str | None = None  # the key of the workload that it leads to


class Header(Entity):
    """A header that a location adds to answers, or to the requests that it hands on."""

    owner: str  # the key of the location
    server: Server
    name: str
    direction: Literal["answer", "request"]
    site: str = ""  # the name of the site
    value: Maybe[str] = ""
    from_client: tuple[str, ...] = ()  # the client's words in it, decoded: they may hold line ends
    always: bool = True


class Pattern(Entity):
    """A regular expression that something of a request is compared with."""

    owner: str
    server: Server
    text: str
    about: Literal["path", "origin", "referer", "host", "other"] = "other"
    use: str = ""  # "location", "rewrite", "if", "map", "server_name", "cors"
    ignores_case: bool = False


class Account(Entity):
    """A user that a web server lets in by password."""

    owner: str
    server: Server
    name: str
    form: Literal["plain", "weak hash", "hash", "unknown"]


class Setting(Entity):
    """A name and a value in a configuration, where nothing more is known than what they do."""

    scope: str  # "nginx", "sshd", "sysctl", "docker daemon", "fail2ban", …
    section: str = ""
    name: str
    value: Maybe[str] | None = None
    words: tuple[Maybe[str], ...] = ()
