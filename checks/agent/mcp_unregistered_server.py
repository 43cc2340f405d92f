"""MCP server that is not among the allowed ones

A server is code by somebody that the agent runs and believes, and one line adds it. A fixed list of what
may run makes each new one a decision. The list is the option `allowed-servers`: packages
(`@modelcontextprotocol/*`), images (`ghcr.io/acme/*`), addresses (`https://mcp.example.com/**`), programs
(`./tools/mcp.sh`), with a version (`@playwright/mcp@0.0.41`) or without; while it is empty nothing is
reported.

```toml compolint.toml
[options.mcp-unregistered-server]
allowed-servers = ["@modelcontextprotocol/*", "https://mcp.example.com/**", "tools/*"]
```

```json .mcp.json
{
  "mcpServers": {
    "git": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-git@2025.7.1"]},
    "docs": {"type": "http", "url": "https://mcp.example.com/docs"},
    "own": {"command": "./tools/server.py"},
    "github": {"command": "npx", "args": ["-y", "githubb-mcp@1.0.3"]},  #! github runs githubb-mcp
    "other": {"url": "https://mcp.example.com.evil.example/"}  #! asked at mcp.example.com.evil.example
  }
}
```

## Instead

```json .mcp.json
{"mcpServers": {"git": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-git@2025.7.1"]}}}
```

The name that a file gives to a server says nothing about what it is, so it is not compared.
"""

from compolint.api import McpServer, Problem, Problems, Severity, check, is_allowed_server, server_sources


@check(
    Severity.HIGH,
    clauses="H6",
    cwe=(829,),
    references=("https://modelcontextprotocol.io/specification/draft/basic/security_best_practices",),
    when="--allowed_servers",
)
def mcp_unregistered_server(server: McpServer, *, allowed_servers: tuple[str, ...] = ()) -> Problems:
    if not allowed_servers or not server.is_enabled:
        return
    for source in server_sources(server):
        if not is_allowed_server(source, allowed_servers):
            does = "is asked at" if source.is_remote else "runs"
            yield Problem(
                f"{server.name} {does} {source.shown}, which is not among the allowed servers", at=source.at
            )
