"""Commands that throw away what is in databases.

https://www.postgresql.org/docs/current/app-psql.html, https://dev.mysql.com/doc, https://redis.io/docs/latest/commands,
https://www.mongodb.com/docs/mongodb-shell, https://guides.rubyonrails.org/command_line.html,
https://www.prisma.io/docs/orm/reference/prisma-cli-reference, https://laravel.com/docs/migrations,
https://docs.djangoproject.com/en/stable/ref/django-admin
"""

import re

from compolint.model.command import Command
from compolint.pattern import pattern

_SQL_CLIENTS = frozenset((
    "psql", "mysql", "mariadb", "sqlite3", "sqlcmd", "clickhouse-client", "cockroach", "mycli", "pgcli",
    "duckdb", "cqlsh", "influx",
))  # fmt: skip
# DROP TABLE x, TRUNCATE x, DELETE FROM x without WHERE
_SQL = pattern(
    r"\b(?:(DROP\s+(?:TABLE|DATABASE|SCHEMA|KEYSPACE|COLLECTION|OWNED|USER|ROLE))\b|(TRUNCATE)\b"
    r"|(DELETE\s+FROM)\s+[\w.\"`]+\s*(?:;|$))",
    re.I,
)
_MONGO = pattern(r"\b(dropDatabase|drop|deleteMany\(\s*\{\s*\}|remove\(\s*\{\s*\})", re.I)
_RESETS = {
    "rails": ("db:drop", "db:reset", "db:purge", "db:schema:load", "db:truncate_all"),
    "rake": ("db:drop", "db:reset", "db:purge", "db:schema:load"),
    "prisma": ("reset", "--force-reset", "--accept-data-loss"),
    "manage.py": ("flush", "reset_db", "sqlflush"),
    "django-admin": ("flush", "reset_db"),
    "artisan": ("migrate:fresh", "migrate:reset", "db:wipe"),
    "sequelize": ("db:drop", "db:migrate:undo:all"),
    "sequelize-cli": ("db:drop", "db:migrate:undo:all"),
    "typeorm": ("schema:drop",),
    "knex": ("migrate:rollback",),
    "console": ("doctrine:database:drop", "doctrine:schema:drop"),
    "mix": ("ecto.drop", "ecto.reset"),
    "diesel": ("reset",),
    "dropdb": ("",),
    "flyway": ("clean",),
    "liquibase": ("drop-all", "dropAll"),
}
_RUNNERS = frozenset((
    "bundle", "npx", "pnpm", "yarn", "bunx", "npm", "php", "python", "python3", "poetry", "uv", "exec",
    "run", "--", "bin/console", "bin/rails",
))  # fmt: skip


def destroyed_data(command: Command) -> str | None:
    """What a command throws away of a database, by itself or by what it hands on to a client."""
    name = command.name or ""
    texts = _texts(command)
    if name == "dropdb":
        return "dropdb"
    if name in {"redis-cli", "valkey-cli", "keydb-cli"}:
        return next((word.upper() for word in texts if word.upper() in {"FLUSHALL", "FLUSHDB"}), None)
    if name in {"mongo", "mongosh"}:
        return next((found[1].partition("(")[0] for text in texts if (found := _MONGO.search(text))), None)
    if name == "mysqladmin":
        return "drop" if "drop" in texts else None
    if name in _SQL_CLIENTS or not _SQL_CLIENTS.isdisjoint(command.output_to):
        statements = (_SQL.search(text) for text in (*texts, command.input_text))
        return next((" ".join(found[0].split()[:2]) for found in statements if found), None)
    return _reset(name, texts)


def _reset(name: str, texts: list[str]) -> str | None:
    program = name
    for text in (name, *texts):
        program = text.rpartition("/")[2]
        if program in _RESETS or program not in _RUNNERS:
            break
    return next((f"{program} {text}" for text in texts if text in _RESETS.get(program, ())), None)


def _texts(command: Command) -> list[str]:
    return [word for word in command.words[1:] if isinstance(word, str)]
