"""Private key in the repository

Who has the key is the server, or its administrator: every clone has it, and all of the history, also after
the file is deleted. Make a new pair, take the old one out of everything that trusts it, and keep private
keys where git ignores them.

```text .git/HEAD
ref: refs/heads/main
```

```text certs/site.key
-----BEGIN PRIVATE KEY-----  #! git does not ignore this private key
MC4CAQAwBQYDK2VwBCIEIJ3bNl5qIkmZk0W0m1WbUuqzLJc0sd0bI0y0lC9uvQ1n
-----END PRIVATE KEY-----
```

## Instead

```text .git/HEAD
ref: refs/heads/main
```

```text .gitignore
*.key
```

```text certs/site.key
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ3bNl5qIkmZk0W0m1WbUuqzLJc0sd0bI0y0lC9uvQ1n
-----END PRIVATE KEY-----
```

A key that a passphrase protects is reported with low severity.
"""

from compolint.api import Fix, PrivateKey, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="C7",
    cwe=(540, 732),
    references=("https://cwe.mitre.org/data/definitions/540.html",),
)
def world_readable_key(key: PrivateKey) -> Problems:
    if key.tracked or key.ignored is False:
        yield Problem(
            f"git {'tracks' if key.tracked else 'does not ignore'} this private key",
            at=key.span,
            fix=Fix("make a new pair of keys, and keep the private one where git ignores it"),
            severity=Severity.LOW if key.is_encrypted else None,
        )
