"""Password, token or key in an agent's configuration

These files are made to be shared with everybody who works on the project, and the agent itself can read them:
what it reads can end up in a log, in a prompt, in somebody else's model. Write a reference (`${NAME}`,
in VS Code `${input:name}`) and keep the value in the environment. Then change the secret.

```json .mcp.json
{
  "mcpServers": {
    "search": {
      "command": "npx",
      "args": ["-y", "search-mcp@1.4.0"],
      "env": {"API_KEY": "kd0s9lskA1l1xWqq83jd"}  #! search is given API_KEY in plain text
    },
    "docs": {
      "type": "http",
      "url": "https://mcp.example.com/docs",
      "headers": {
        "Authorization": "Bearer kd0s9lskA1l1xWqq83jd"  #! docs is given Authorization token in plain text
      }
    }
  }
}
```

## Instead

```json .mcp.json
{
  "mcpServers": {
    "search": {
      "command": "npx",
      "args": ["-y", "search-mcp@1.4.0"],
      "env": {"API_KEY": "${API_KEY}"}
    },
    "docs": {
      "type": "http",
      "url": "https://mcp.example.com/docs",
      "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}
    }
  }
}
```

A placeholder or a password such as `postgres` gives nothing away. A provider's token is reported as
`provider-token`, a secret among the words of a command as `secret-in-command`.
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, check, credentials_of, is_example


@check(
    Severity.HIGH,
    hides=True,
    clauses="H6 J4",
    cwe=(798, 312),
    references=("https://code.visualstudio.com/docs/copilot/reference/mcp-configuration",),
    when="given_by:agent",
)
def mcp_secret_inline(variable: Variable) -> Problems:
    if variable.given_by != "agent" or is_example(variable.span.path):
        return
    for credential, at in credentials_of(variable):
        if credential.form in {"value", "url"} and credential.strength == "real":
            yield Problem(
                f"{variable.owner_name} is given {variable.name} in plain text",
                at=at,
                fix=Fix("write ${NAME} in its place, and keep the value in the environment"),
            )
