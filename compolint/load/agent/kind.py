"""Which files configure agents, by a look at what they say, and which of their keys have commands."""

from compolint.pattern import pattern

# "mcp": {   "mcp.servers": {
_MCP = pattern(r'"mcp(?:\.servers)?"\s*:\s*\{')

# What Claude Code asks for keys and headers, each a text for a shell: https://code.claude.com/docs/en/settings
HELPERS = ("apiKeyHelper", "awsAuthRefresh", "awsCredentialExport", "otelHeadersHelper")
# The keys under which settings have commands.
RUN = frozenset(("hooks", *HELPERS))


def looks_like(text: str) -> bool:
    return _MCP.search(text) is not None
