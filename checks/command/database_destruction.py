"""Command that throws data away

`DROP`, `TRUNCATE`, a `DELETE` without a condition, `FLUSHALL` and the resets of frameworks leave nothing to
come back to but the last backup. In the command of a container they run again with each restart. A build is
left alone, as its database is thrown away with it.

```yaml compose.yaml
services:
  migrate:
    image: ruby:3.4
    command: sh -c "rails db:drop db:create && psql -c 'DROP TABLE users'"  #! rails #! psql
  cache:
    image: redis:8.2
    command: redis-cli -h cache FLUSHALL  #! redis-cli
```

## Instead

```yaml compose.yaml
services:
  migrate:
    image: ruby:3.4
    command: sh -c "rails db:migrate && psql -c 'select 1' && echo 'DROP TABLE users' > /notes"
```
"""

from compolint.api import Command, Problem, Problems, Severity, check, destroyed_data


@check(
    Severity.HIGH,
    clauses="P3",
    references=("https://www.postgresql.org/docs/current/sql-droptable.html",),
    when="acts",
)
def database_destruction(command: Command) -> Problems:
    if command.where == "RUN":
        return
    if what := destroyed_data(command):
        yield Problem(f"{command.name} throws data away: {what}", at=command.at("words", 0))
