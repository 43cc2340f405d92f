"""MCP server that lets the agent run any command

With such a server a sentence in a web page, an issue or a log that the agent reads can become a command on
this machine: what the agent may do is no longer what its tools can, but all that this user can. Give it
servers with one purpose each, or run this one in a container that holds nothing else.

```json .mcp.json
{
  "mcpServers": {
    "shell": {"command": "uvx", "args": ["mcp-shell-server==1.0.3"]},  #! shell gives the agent a shell
    "desktop": {"command": "npx", "args": ["-y", "@wonderwhy-er/desktop-commander@0.2.52"]}  #! desktop gives
  }
}
```

## Instead

```json .mcp.json
{
  "mcpServers": {
    "git": {"command": "uvx", "args": ["mcp-server-git==2025.7.1"]},
    "build": {"command": "bash", "args": ["-c", "cd tools && ./build-server"]}
  }
}
```

## When to allow it

Where the server runs in a container of its own, without mounts of the host and without its network.
"""

from compolint.api import Fix, McpServer, Problem, Problems, Severity, Unknown, check, gives_shell


@check(
    Severity.HIGH,
    clauses="H6",
    cwe=(78, 250),
    references=("https://modelcontextprotocol.io/specification/draft/basic/security_best_practices",),
    when="packages",
)
def mcp_shell_server(server: McpServer) -> Problems:
    for package, at in server.each("packages") if server.is_enabled else ():
        # A package whose name is open is nothing that anybody would call a shell.
        if not isinstance(package, Unknown) and gives_shell(package):
            yield Problem(
                f"{server.name} gives the agent a shell: {package.name} runs any command",
                at=at,
                fix=Fix("give it servers with one purpose each"),
            )
