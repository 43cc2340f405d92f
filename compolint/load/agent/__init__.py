"""What agents are configured with: the servers of the Model Context Protocol that they may call, and hooks.

Each program has its own place for the servers, and all take them in the same few shapes:
https://code.claude.com/docs/en/mcp, https://cursor.com/docs/context/mcp,
https://code.visualstudio.com/docs/copilot/reference/mcp-configuration,
https://docs.openclaw.ai/gateway/configuration-reference.
"""

from collections.abc import Iterator

from compolint.load import Loaded, read
from compolint.load.agent.kind import RUN
from compolint.load.documents import faults, parse
from compolint.model import Entity
from compolint.syntax.yaml_nodes import Mapping
from compolint.text import Source
from compolint.tree import Tree


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    document = parse(source)
    entities: list[Entity] = [*faults(path, document.faults, is_unread=document.root is None)]
    if isinstance(document.root, Mapping):
        entities += _entities(tree, source, document.root)
    return Loaded(tuple(entities), document.instructions(source), files)


def _entities(tree: Tree, source: Source, root: Mapping) -> Iterator[Entity]:
    from compolint.load.agent.server import servers

    yield from servers(tree, source.path, root)
    if not RUN.isdisjoint(key.value for key, _ in root.pairs()):
        from compolint.load.agent.hooks import hooks

        yield from hooks(source.path, root)
    if isinstance(environment := root.get("env"), Mapping):
        from compolint.load.agent.values import variables

        yield from variables(source.path, "the agent", environment)
    if source.path.rpartition("/")[2].startswith("openclaw"):
        from compolint.load.agent.values import variables_below

        yield from variables_below(source.path, "OpenClaw", root)
