"""Token of a provider, or a private key

Its form says whose it is, and bots that watch public repositories use such tokens within minutes. Revoke it
where it was made, also if the repository is private: its history keeps it for everybody who will ever read
it. Then keep the new one in a file that git ignores.

```yaml compose.yaml
services:
  bot:
    image: ghcr.io/acme/bot:2
    environment:
      UPSTREAM: ghp_kJ8mQ2xR7vT4nW9bL3cF6hD1sA5gY0pE8uZ2  #! UPSTREAM holds a token of GitHub
```

## Instead

```yaml compose.yaml
services:
  bot:
    image: ghcr.io/acme/bot:2
    environment:
      UPSTREAM: ${GITHUB_TOKEN:?set it in .env}
```

An `.env` file is where tokens belong, as long as git ignores it; else it is reported as
`env-file-tracked`.
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, check, credentials_of, is_example

_OWN_FILES = ("env", "env_file")


@check(
    Severity.CRITICAL,
    hides=True,
    clauses="C7",
    cwe=(798, 540),
    references=("https://docs.github.com/code-security/secret-scanning/introduction/about-secret-scanning",),
)
def provider_token(variable: Variable) -> Problems:
    if variable.given_by in _OWN_FILES and not is_example(variable.span.path):
        return
    for credential, at in credentials_of(variable):
        if credential.form in {"token", "private key"}:
            what = f"a token of {credential.provider}" if credential.provider else "a private key"
            yield Problem(
                f"{variable.name} holds {what}",
                at=at,
                fix=Fix("revoke it, and keep the new one in a file that git ignores"),
            )
