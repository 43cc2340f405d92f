"""A configuration of Nginx as it counts: with the files that it includes, each in its place."""

from collections.abc import Iterable, Iterator

from compolint.syntax.nginx import Directive, Fault, NginxFile, Word
from compolint.text import Span
from compolint.tree import Skipped
from compolint.tuples import NamedTuple

# What is said at one level only; the first level of which a file says something is its own.
_OWN = (
    ("main", frozenset((
        "daemon", "env", "events", "http", "load_module", "mail", "master_process", "pcre_jit",
        "pid", "rtmp", "stream", "user", "worker_cpu_affinity", "worker_priority",
        "worker_processes", "worker_rlimit_nofile", "worker_shutdown_timeout",
    ))),
    ("http", frozenset((
        "charset_map", "fastcgi_cache_path", "geo", "js_import", "limit_conn_zone",
        "limit_req_zone", "log_format", "lua_package_path", "lua_shared_dict", "map",
        "map_hash_bucket_size", "perl_modules", "proxy_cache_path",
        "server_names_hash_bucket_size", "server_names_hash_max_size", "split_clients",
        "upstream", "uwsgi_cache_path", "variables_hash_bucket_size",
    ))),
    ("server", frozenset(("listen", "location", "server_name"))),
    ("location", frozenset((
        "alias", "break", "fastcgi_param", "fastcgi_pass", "grpc_pass", "grpc_set_header",
        "internal", "limit_except", "memcached_pass", "proxy_pass", "proxy_set_header",
        "scgi_param", "scgi_pass", "try_files", "uwsgi_param", "uwsgi_pass",
    ))),
)  # fmt: skip
_OF_UPSTREAM = frozenset(
    ("hash", "ip_hash", "keepalive", "keepalive_timeout", "least_conn", "random", "server", "zone")
)
_OF_STREAM = frozenset(("preread_timeout", "proxy_responses", "proxy_timeout", "ssl_preread"))


class Statement:
    """A directive in the place where it counts."""

    __slots__ = ("block", "context", "directive", "gaps", "parent", "via")

    def __init__(
        self, directive: Directive, context: str, parent: "Statement | None", via: tuple[Span, ...]
    ) -> None:
        self.directive = directive
        self.context = context  # the name of the block that it stands in: "main", "http", …; "" if unknown
        self.parent = parent
        self.via = via  # the includes that lead to it, the outermost first
        self.block: tuple[Statement, ...] | None = None
        self.gaps: tuple[Span, ...] = ()  # where its block has something that is not in the files

    @property
    def name(self) -> str:
        return self.directive.name

    @property
    def arguments(self) -> tuple[Word, ...]:
        return self.directive.arguments

    @property
    def texts(self) -> tuple[str, ...]:
        return self.directive.texts

    @property
    def span(self) -> Span:
        return self.directive.span

    @property
    def head(self) -> Span:
        return self.directive.head

    def named(self, *names: str) -> "Iterator[Statement]":
        """What stands in its block and has one of the names."""
        return (inner for inner in self.block or () if inner.name in names)

    def around(self) -> "Iterator[Statement]":
        """The blocks that it stands in, the innermost first."""
        block = self.parent
        while block:
            yield block
            block = block.parent

    def __repr__(self) -> str:
        return f"Statement({self.context!r}, {self.name!r})"


class Configuration(NamedTuple):
    """What one file says, with all that it includes."""

    path: str
    context: str  # what its statements stand in: "main" for a whole configuration, "" if there is no telling
    statements: tuple[Statement, ...]
    gaps: tuple[Span, ...]  # where it has something between them that is not in the files
    files: tuple[NginxFile, ...]  # each once, itself first
    faults: tuple[Fault, ...]
    skipped: tuple[Skipped, ...]  # what it includes and is not here

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(file.source.path for file in self.files)

    @property
    def is_whole(self) -> bool:
        return self.context == "main"

    def named(self, *names: str) -> Iterator[Statement]:
        """All statements with one of the names, at any depth, in the order in which Nginx reads them."""
        return (statement for statement in every(self.statements) if statement.name in names)


def every(statements: Iterable[Statement]) -> Iterator[Statement]:
    """All statements, each before those in its block."""
    waiting = [*reversed(tuple(statements))]
    while waiting:
        yield (statement := waiting.pop())
        waiting += reversed(statement.block or ())


def context_of(directives: Iterable[Directive]) -> str:
    """What the directives of a file stand in, by what they are: a piece of a configuration does not say."""
    directives = tuple(directives)
    names = {directive.name for directive in directives}
    servers = [directive for directive in directives if directive.name == "server" and directive.block]
    if names & _OWN[0][1]:
        return "main"
    if servers:
        return "stream" if all(map(_is_of_stream, servers)) else "http"
    if "server" in names and names <= _OF_UPSTREAM:
        return "upstream"
    if names and all("/" in name for name in names):
        return "types"
    return next((level for level, own in _OWN if names & own), "")


def _is_of_stream(server: Directive) -> bool:
    """Whether a server passes on connections, not requests."""
    names = {directive.name for directive in server.block or ()}
    # In `http` it is locations that pass on.
    return bool(names & _OF_STREAM) or (
        "proxy_pass" in names and not names & {"location", "root", "server_name"}
    )
