"""Setting that the schema of its file refuses

The project says in `schemas` which JSON schema a configuration file must fulfil. What does not is a name or a
value that the program behind it does not know: it does not start, or it starts without the setting, and the
protection that was written down is not there.

```toml compolint.toml
[schemas]
"ai/openclaw.json" = "openclaw"
"settings.toml" = "schemas/settings.json"
```

```json ai/openclaw.json
{
  "gateway": {
    "mode": "cloud",  #! must be one of `local` or `remote`
    "bind": "lan"
  }
}
```

```json schemas/settings.json
{"type": "object", "properties": {"port": {"type": "integer"}}, "additionalProperties": false}
```

```toml settings.toml
prot = 8080  #! there is no key `prot`; did you mean `port`?
```

## Instead

```toml compolint.toml
[schemas]
"ai/openclaw.json" = "openclaw"
```

```json5 ai/openclaw.json
{
  gateway: {mode: "local", bind: "${BIND}"}, // JSON with comments, as OpenClaw reads it
}
```
"""

from compolint.api import Problem, Problems, SchemaFault, Severity, check


@check(Severity.HIGH, clauses="H9", references=("https://json-schema.org/understanding-json-schema/",))
def config_schema_violation(fault: SchemaFault) -> Problems:
    yield Problem(fault.message, at=fault.span)
