"""MCP server that is fetched in no certain version

`npx`, `uvx` and `docker run` fetch the server anew, and it runs with the agent's rights and with every secret
that it is given. Without a version, whoever takes over the package or pushes another image runs code here
at the next start, and nobody has seen a change. Name the version that was looked at.

```json .mcp.json
{
  "mcpServers": {
    "github": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github"]  #! github runs @model
    },
    "fetch": {"command": "uvx", "args": ["mcp-server-fetch@latest"]},  #! asks for `latest`
    "postgres": {"command": "docker", "args": ["run", "-i", "--rm", "mcp/postgres"]}  #! mcp/postgres
  }
}
```

## Instead

```json .mcp.json
{
  "mcpServers": {
    "github": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-github@2025.4.8"]},
    "fetch": {"command": "uvx", "args": ["mcp-server-fetch==2025.4.7"]},
    "postgres": {"command": "docker", "args": ["run", "-i", "--rm", "mcp/postgres:1.2"]}
  }
}
```

A package that `package.json` beside it lists is the project's own: npx takes it from where it is installed.
"""

from compolint.api import Fix, McpServer, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="H6",
    cwe=(494, 829),
    references=(
        "https://docs.npmjs.com/cli/commands/npx",
        "https://docs.astral.sh/uv/guides/tools/",
        "https://modelcontextprotocol.io/specification/draft/basic/security_best_practices",
    ),
    when="packages",
)
def mcp_unpinned_server(server: McpServer) -> Problems:
    for package, at in server.each("packages") if server.is_enabled else ():
        if not package.is_pinned:
            asks = f", as it asks for `{package.version}`" if package.version else ""
            yield Problem(
                f"{server.name} runs {package.name} in no certain version{asks}",
                at=at,
                fix=Fix("name one version, and look at a new one before it is written here"),
            )
