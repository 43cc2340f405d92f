"""Whether a file that may hold anything configures agents."""

from compolint.pattern import pattern

# "mcp": {   "mcp.servers": {
_MCP = pattern(r'"mcp(?:\.servers)?"\s*:\s*\{')


def looks_like(text: str) -> bool:
    return _MCP.search(text) is not None
