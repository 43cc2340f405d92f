"""Env file with secrets in git

What git tracks is in every clone and in all of the history, also after the file is deleted; a file that no
pattern ignores is in it with the next `git add .`. Add it to `.gitignore`, take it out with
`git rm --cached`, and change every secret in it.

```text .git/HEAD
ref: refs/heads/main
```

```sh .env
DOMAIN=example.com
DB_PASSWORD=kd0s9lskA1l1xW  #! git does not ignore this file, and it holds DB_PASSWORD
```

## Instead

```text .git/HEAD
ref: refs/heads/main
```

```text .gitignore
.env
```

```sh .env
DOMAIN=example.com
DB_PASSWORD=kd0s9lskA1l1xW
```

Files with nothing but settings, placeholders and references are none, and neither are examples.
"""

from compolint.api import (
    EnvFile,
    Fix,
    Problem,
    Problems,
    Severity,
    Variable,
    World,
    check,
    credentials_of,
)


@check(
    Severity.HIGH,
    clauses="J4",
    cwe=(540, 312),
    references=("https://git-scm.com/docs/gitignore",),
)
def env_file_tracked(file: EnvFile, world: World) -> Problems:
    if file.is_example or not (file.tracked or file.ignored is False):
        return
    found = [
        (variable, credential.form)
        for variable in world.owned(Variable, file.path)
        for credential, _ in credentials_of(variable)
        if credential.strength in {"real", "default"}
    ]
    if found:
        names = list(dict.fromkeys(variable.name for variable, _ in found))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        git = "git tracks this file" if file.tracked else "git does not ignore this file"
        has_token = any(form in {"token", "private key"} for _, form in found)
        yield Problem(
            f"{git}, and it holds {names[0]}{more}",
            at=found[0][0].span,
            fix=Fix("add the file to .gitignore, take it out of git, and change the secrets in it"),
            severity=Severity.CRITICAL if has_token else None,
        )
