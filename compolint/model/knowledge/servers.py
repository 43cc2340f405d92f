"""What the servers of an agent are, whatever they are called: what runs, and where it comes from."""

from collections.abc import Iterator

from compolint import glob
from compolint.model.tool import McpServer
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

# They run a script, and it is the script that counts.
_INTERPRETERS = frozenset((
    "node", "python", "python3", "bun", "deno", "tsx", "ts-node", "ruby", "php", "java", "dotnet", "uv", "sh",
    "bash", "zsh", "run", "cmd", "cmd.exe", "pwsh", "powershell",
))  # fmt: skip


class Source(NamedTuple):
    """What is run or asked, by all the names that a list may have for it."""

    names: tuple[str, ...]
    shown: str
    at: Span
    is_remote: bool = False


def server_sources(server: McpServer) -> Iterator[Source]:
    """What a server consists of: its address, the packages that it fetches, else its program."""
    if server.url is not None:
        yield _address(server, server.url)
    for package, at in server.each("packages"):
        version = (package.version or "").removeprefix("==")
        mark = ":" if package.kind == "image" and not version.startswith("sha256:") else "@"
        names = (package.name, f"{package.name}{mark}{version}")
        yield Source(names, package.name, at)
    if not server.packages and server.words:
        yield _program(server)


def is_allowed_server(source: Source, globs: tuple[str, ...]) -> bool:
    """Whether a list such as `@acme/*`, `https://mcp.example.com/**` has one of the names."""
    return any(_is(name, pattern) for pattern in globs for name in source.names)


def _address(server: McpServer, url: Maybe[str]) -> Source:
    # https://mcp.example.com/${PATH}: the host is known
    if isinstance(url, Unknown) and "/" in url.head.partition("://")[2]:
        url = url.head
    scheme, _, rest = url.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    host = host.rpartition("@")[2]
    return Source((f"{scheme}://{host}{slash}{path}", host), host, server.at("url"), is_remote=True)


def _program(server: McpServer) -> Source:
    """The program, or the script that an interpreter runs."""
    number, word = 0, server.words[0]
    while word.rpartition("/")[2] in _INTERPRETERS:
        rest = [
            (n, w)
            for n, w in enumerate(server.words[number + 1 :], number + 1)
            if not w.startswith(("-", "/c"))
        ]
        if not rest:
            break
        number, word = rest[0]
    name = word.removeprefix("./")
    return Source((name,), name, server.at("words", number))


def _is(name: str, pattern: str) -> bool:
    if "://" in pattern:
        scheme, _, pattern = pattern.partition("://")
        has, _, name = name.partition("://")
        if has != scheme:
            return False
    if "**" not in pattern and name.strip("/").count("/") != pattern.strip("/").count("/"):
        return False  # a glob covers what lies below it, and `acme` is not to allow `acme/other`
    return glob.matches(pattern.removeprefix("./"), name)
