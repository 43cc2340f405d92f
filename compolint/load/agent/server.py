"""The servers that an agent may call, in every shape that programs write them in."""

from collections.abc import Iterator

from compolint.load.agent.values import said as spoken
from compolint.load.agent.values import text, variables
from compolint.load.commands import Commands, Run
from compolint.model import Entity
from compolint.model.command import Command
from compolint.model.knowledge.fetchers import Fetched, fetched
from compolint.model.tool import McpServer
from compolint.pattern import pattern
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.text import Span
from compolint.tree import Tree, Unreadable
from compolint.unknown import Maybe, Unknown

_TRANSPORTS = {
    "stdio": "stdio", "local": "stdio", "http": "http", "streamable-http": "http", "streamablehttp": "http",
    "remote": "http", "sse": "sse", "ws": "ws", "websocket": "ws",
}  # fmt: skip
_URLS = ("url", "serverUrl", "httpUrl", "server_url")
# "tsx": "^4.20.0"
_DEPENDENCY = pattern(r'"([^"\s]{1,214})"\s*:\s*"')
# What starts a program on Windows, where `npx` is a script.
_LAUNCHERS = frozenset(("cmd", "cmd.exe"))


def servers(tree: Tree, path: str, root: Mapping) -> Iterator[Entity]:
    project = _Project(tree, path)
    for name, body in _bodies(root):
        if _is_server(body):
            yield from _Server(project, path, name, body).entities()


def _bodies(root: Mapping) -> Iterator[tuple[Scalar | None, Mapping]]:
    """What may be servers, each with its name."""
    mcp = root.get("mcp")
    places = [root.get("mcpServers"), root.get("servers"), root.get("mcp_servers"), root.get("mcp.servers")]
    if isinstance(mcp, Mapping):
        inner = [mcp.get("servers"), mcp.get("mcpServers")]
        places += inner if any(inner) else [mcp]
    if not any(places):
        places = [root]
    for place in places:
        if isinstance(place, Mapping):
            yield from ((key, value) for key, value in place.pairs() if isinstance(value, Mapping))
        elif isinstance(place, Sequence):
            for item in place.items:
                if isinstance(item, Mapping):
                    name = item.get("name") or item.get("id")
                    yield name if isinstance(name, Scalar) else None, item


def _is_server(body: Mapping) -> bool:
    return isinstance(body.get("command"), Scalar | Sequence) or any(
        isinstance(body.get(name), Scalar) for name in _URLS
    )


class _Server:
    """One server, and what it is given."""

    def __init__(self, project: "_Project", path: str, name: Scalar | None, body: Mapping) -> None:
        self._project, self._path, self._body = project, path, body
        self._at = name.span if name else Span(path, body.start, body.start + 1)
        self._name = name.value if name else "a server without a name"
        self._key = f"{path}#{self._name}"
        self._spans: dict[str, Span] = {}

    def entities(self) -> Iterator[Entity]:
        nodes = self._nodes()
        said = self._commands(nodes)
        packages = tuple(self._packages([each for each in said if isinstance(each, Command)]))
        url = next((node for name in _URLS if isinstance(node := self._body.get(name), Scalar)), None)
        if url is not None:
            self._spans["url"] = url.span
        for number, node in enumerate(nodes):
            self._spans[f"words.{number}"] = node.span
        yield McpServer(
            key=self._key,
            span=self._at,
            spans=self._spans,
            name=self._name,
            transport=self._transport(has_url=url is not None),
            words=tuple(map(text, nodes)),
            url=text(url) if url is not None else None,
            packages=packages,
            is_enabled=not (_says(self._body, "disabled", "true") or _says(self._body, "enabled", "false")),
        )
        yield from said
        for field in ("env", "environment", "headers"):
            if isinstance(given := self._body.get(field), Mapping):
                yield from variables(self._path, self._name, given, are_headers=field == "headers")
        if url is not None:
            address = Mapping(self._path, url.start, url.end, [(Scalar(*url[:3], "url", '"', None), url)])
            yield from variables(self._path, self._name, address)

    def _nodes(self) -> list[Scalar]:
        """The scalars of the command and its arguments."""
        found: list[Scalar] = []
        for field in ("command", "args"):
            node: Node | None = self._body.get(field)
            if isinstance(node, Scalar):
                found.append(node)
            elif isinstance(node, Sequence):
                found += (item for item in node.items if isinstance(item, Scalar))
        return found

    def _commands(self, nodes: list[Scalar]) -> list[Entity]:
        """The commands that it comes down to, `cmd /c` and shells looked through."""
        words = [spoken(node) for node in nodes]
        if words and words[0].text.replace("\\", "/").rpartition("/")[2].lower() in _LAUNCHERS:
            words = words[1:]
            while words and words[0].text[:1] == "/":
                words = words[1:]
        found: list[Entity] = []
        maker = Commands(self._key, self._name, found.append)
        run = Run("command", self._key)
        if len(words) == 1 and " " in words[0].text and len(nodes) > 1:
            maker.of_text(words[0], run)
        else:
            maker.of_words(words, run)
        return found

    def _packages(self, commands: list[Command]) -> Iterator[Maybe[Fetched]]:
        count = 0
        for command in commands:
            for number, package in fetched(command):
                if isinstance(package, Unknown) or not self._project.has(package):
                    self._spans[f"packages.{count}"] = command.at("words", number)
                    count += 1
                    yield package

    def _transport(self, *, has_url: bool) -> Maybe[str]:
        for field in ("type", "transport"):
            if isinstance(node := self._body.get(field), Scalar):
                self._spans["transport"] = node.span
                value = text(node)
                return value if isinstance(value, Unknown) else _TRANSPORTS.get(value.lower(), value)
        return "http" if has_url else "stdio"


class _Project:
    """What the project around a configuration has installed, from where npx takes it."""

    def __init__(self, tree: Tree, path: str) -> None:
        self._tree, self._path = tree, path
        self._names: frozenset[str] | None = None

    def has(self, package: Fetched) -> bool:
        if package.kind != "npm" or package.version is not None:
            return False
        if self._names is None:
            self._names = frozenset(self._listed())
        return package.name in self._names

    def _listed(self) -> Iterator[str]:
        folder = self._path.rpartition("/")[0]
        for around in dict.fromkeys((folder, folder.rpartition("/")[0], "")):
            try:
                manifest = self._tree.read(f"{around}/package.json" if around else "package.json")
            except Unreadable:
                continue
            if manifest is not None:
                yield from _DEPENDENCY.findall(manifest.text)


def _says(body: Mapping, field: str, word: str) -> bool:
    node = body.get(field)
    return isinstance(node, Scalar) and not node.style and node.value == word
