"""Command that rewrites the history of a repository

A forced push, and whatever rewrites commits, throws away what others have: their work, and the record of who
changed what and why. What an intruder changed can vanish the same way. In a build, where the repository is
thrown away afterwards, only a push counts.

```yaml compose.yaml
services:
  sync:
    image: alpine/git:2.49
    command: sh -c "git commit --amend && git push --force origin main"  #! --amend #! git push --force
```

## Instead

```yaml compose.yaml
services:
  sync:
    image: alpine/git:2.49
    command: sh -c "git pull --ff-only && git commit -m 'no push --force' && git push origin main"
```
"""

from compolint.api import Command, Problem, Problems, Severity, check, rewritten_history


@check(
    Severity.MEDIUM,
    clauses="P3",
    references=("https://git-scm.com/docs/git-push",),
    when="acts",
)
def history_rewrite(command: Command) -> Problems:
    words = rewritten_history(command)
    if words and (command.where != "RUN" or words.startswith("git push")):
        yield Problem(f"{words} rewrites the history of the repository", at=command.at("words", 0))
