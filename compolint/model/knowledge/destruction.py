"""Commands after which something is gone: files, disks, volumes, data, history, clusters.

By the manuals: rm(1), dd(1), find(1), mkfs(8) https://man7.org/linux/man-pages, https://docs.docker.com/reference/cli,
https://www.postgresql.org/docs/current/app-psql.html, https://dev.mysql.com/doc, https://redis.io/docs/latest/commands,
https://www.mongodb.com/docs/mongodb-shell, https://guides.rubyonrails.org/command_line.html,
https://www.prisma.io/docs/orm/reference/prisma-cli-reference, https://docs.djangoproject.com/en/stable/ref/django-admin,
https://git-scm.com/docs, https://developer.hashicorp.com/terraform/cli, https://kubernetes.io/docs/reference/kubectl
"""

import re
from typing import NamedTuple

from compolint.model.command import Command
from compolint.model.knowledge.operands import operands, subcommand
from compolint.unknown import Maybe, Unknown


class Destruction(NamedTuple):
    """What a command deletes, and the word that says so."""

    what: str  # goes on after the program's name
    word: int
    is_total: bool = False  # nothing at all is left


_SYSTEM = frozenset(
    [
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/media",
        "/mnt",
        "/opt",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/sys",
        "/usr",
        "/var",
        "/var/lib",
        "/var/log",
        "/usr/bin",
        "/usr/lib",
        "/var/lib/docker",
        "/var/lib/postgresql",
        "/var/lib/mysql",
        "~",
    ]
)
_ALL = frozenset(("/", "/*", "/.", "/.*"))
# What is made anew when it is gone.
_REBUILT = re.compile(
    r"(?:^|/)(?:tmp|cache|\.cache|caches|__pycache__|node_modules|dist|build|target|\.next|\.nuxt|coverage|\.venv|venv"
    r"|\.tox|\.pytest_cache|\.mypy_cache|\.gradle|logs?|lists)(?:/|$)|\.(?:pid|lock|sock|log|pyc|tmp|bak|zip|deb|gz)$"
)
_DISK = re.compile(r"/dev/(?:sd[a-z]|hd[a-z]|vd[a-z]|xvd[a-z]|nvme\d|mmcblk\d|dm-\d|md\d|mapper/|disk/)")
_WRITES_DISKS = frozenset(
    ("mkswap", "wipefs", "blkdiscard", "sgdisk", "parted", "fdisk", "sfdisk", "shred", "pvremove")
)


def destruction(command: Command) -> Destruction | None:
    """What a command deletes that nobody can bring back."""
    name = command.name or ""
    for target in command.writes:
        if isinstance(target, str) and _DISK.match(target):
            return Destruction(f"writes over the disk {target}", 0)
    if name == "rm":
        return _rm(command)
    if name == "find":
        return _find(command)
    if name == "dd":
        return next(
            (_disk(number, word[3:]) for number, word in _texts(command) if _is_disk_output(word)), None
        )
    if name.startswith("mkfs") or name in _WRITES_DISKS:
        return next((_disk(number, word) for number, word in _texts(command) if _DISK.match(word)), None)
    return _DELETERS[name](command) if name in _DELETERS else None


def _texts(command: Command) -> list[tuple[int, str]]:
    return [(number, word) for number, word in enumerate(command.words) if number and isinstance(word, str)]


def _is_disk_output(word: str) -> bool:
    return word.startswith("of=") and _DISK.match(word[3:]) is not None


def _disk(number: int, path: str) -> Destruction:
    return Destruction(f"writes over the disk {path}", number)


def _rm(command: Command) -> Destruction | None:
    if not command.has("-r", "-R", "--recursive"):
        return None
    for number in operands(command):
        word = command.words[number]
        if found := _deleted(word, number, command):
            return found
    return None


def _find(command: Command) -> Destruction | None:
    if not command.has("-delete") and not any(label.startswith("find") for label in command.wrappers):
        return None
    tests = [
        word
        for _, word in _texts(command)
        if word.startswith("-") and word not in {"-delete", "-xdev", "-depth"}
    ]
    # With a condition only some of it goes.
    return None if tests else _deleted(command.words[1] if len(command.words) > 1 else ".", 1, command)


def _deleted(word: Maybe[str], number: int, command: Command) -> Destruction | None:
    if isinstance(word, Unknown):
        if word.text in {"$HOME", "${HOME}"} and not word.head and word.tail in {"", "/", "/*"}:
            return Destruction("deletes the home of its user", number)
        # `rm -rf $DIR/*` is everything when DIR is empty; whoever writes a path in front has thought of one.
        if word.head or command.where != "script" or not word.tail.startswith("/"):
            return None
        return Destruction(f"deletes everything if {word} is empty", number)
    path = word.rstrip("/") or "/" if word else word
    if path in _ALL or (path.endswith("/*") and path.rstrip("/*") == ""):
        return Destruction("deletes everything", number, is_total=True)
    bare = path.removesuffix("/*")
    if bare in _SYSTEM or (bare.startswith("/home/") and bare.count("/") == 2) or bare.startswith("~"):
        return Destruction(f"deletes {word}", number)
    is_outside = command.where == "script" and path.startswith("/") and not _REBUILT.search(path)
    return Destruction(f"deletes {word}", number) if is_outside else None


_ENGINE_VALUED = "-H --host -c --context --config -f --file -p --project-name --profile --env-file --filter"


def _engine(command: Command) -> Destruction | None:
    words = subcommand(command, _ENGINE_VALUED)
    if words[:2] in {("system", "prune"), ("volume", "prune")} and (
        words[0] == "volume" or command.has("--volumes")
    ):
        return Destruction(f"deletes the volumes that no container uses: {' '.join(words[:2])}", 1)
    if words[:2] in {("volume", "rm"), ("volume", "remove")}:
        return Destruction("deletes volumes with what is in them", 1)
    if "down" in words[:2] and command.has("-v", "--volumes"):
        return Destruction("deletes the project's volumes with what is in them", 1)
    return None


def _cluster(command: Command) -> Destruction | None:
    words = subcommand(command, "-n --namespace -f --filename --context --kubeconfig -l --selector")
    if words[:1] == ("delete",) and not command.has("--dry-run"):
        return Destruction(f"deletes {' '.join(words[1:3]) or 'what a file names'} of the cluster", 1)
    return None


def _terraform(command: Command) -> Destruction | None:
    words = subcommand(command)
    is_destroying = words[:1] == ("destroy",) or (words[:1] == ("apply",) and command.has("-destroy"))
    return Destruction("destroys what it has built", 1) if is_destroying else None


def _crontab(command: Command) -> Destruction | None:
    return Destruction("deletes all cron jobs", 1) if command.has("-r") else None


_DELETERS = {
    **dict.fromkeys(("docker", "podman", "nerdctl", "docker-compose", "podman-compose"), _engine),
    **dict.fromkeys(("kubectl", "oc"), _cluster),
    **dict.fromkeys(("terraform", "tofu", "terragrunt", "pulumi"), _terraform),
    "crontab": _crontab,
}

# --- data ---

_SQL_CLIENTS = frozenset(
    [
        "psql",
        "mysql",
        "mariadb",
        "sqlite3",
        "sqlcmd",
        "clickhouse-client",
        "cockroach",
        "mycli",
        "pgcli",
        "duckdb",
        "cqlsh",
        "influx",
    ]
)
# DROP TABLE x, TRUNCATE x, DELETE FROM x without WHERE
_SQL = re.compile(
    r"\b(?:(DROP\s+(?:TABLE|DATABASE|SCHEMA|KEYSPACE|COLLECTION|OWNED|USER|ROLE))\b|(TRUNCATE)\b"
    r"|(DELETE\s+FROM)\s+[\w.\"`]+\s*(?:;|$))",
    re.I,
)
_MONGO = re.compile(r"\b(dropDatabase|drop|deleteMany\(\s*\{\s*\}|remove\(\s*\{\s*\})", re.I)
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
_RUNNERS = frozenset(
    [
        "bundle",
        "npx",
        "pnpm",
        "yarn",
        "bunx",
        "npm",
        "php",
        "python",
        "python3",
        "poetry",
        "uv",
        "exec",
        "run",
        "--",
        "bin/console",
        "bin/rails",
    ]
)


def destroyed_data(command: Command, script: list[Command]) -> str | None:
    """What a command throws away of a database; `script` are the commands of the same text."""
    name = command.name or ""
    texts = [word for _, word in _texts(command)]
    if name == "dropdb":
        return "dropdb"
    if name in {"redis-cli", "valkey-cli", "keydb-cli"}:
        return next((word.upper() for word in texts if word.upper() in {"FLUSHALL", "FLUSHDB"}), None)
    if name in {"mongo", "mongosh"}:
        return next((found[1].partition("(")[0] for text in texts if (found := _MONGO.search(text))), None)
    if name == "mysqladmin":
        return "drop" if "drop" in texts else None
    if name in _SQL_CLIENTS:
        printed = [word for other in script if other.name in command.input_from for _, word in _texts(other)]
        fed = printed if {"echo", "printf", "cat"}.intersection(command.input_from) else []
        return next(
            (" ".join(found[0].split()[:2]) for text in (*texts, *fed) if (found := _SQL.search(text))), None
        )
    return _reset(name, texts)


def _reset(name: str, texts: list[str]) -> str | None:
    program = name
    for text in (name, *texts):
        program = text.rpartition("/")[2]
        if program in _RESETS or program not in _RUNNERS:
            break
    return next((f"{program} {text}" for text in texts if text in _RESETS.get(program, ())), None)


# --- history ---


def rewritten_history(command: Command) -> str | None:
    """What a git command takes from the history of a repository."""
    if command.name != "git" or command.has("--dry-run", "--help"):
        return None
    words = subcommand(command, "-C -c --git-dir --work-tree --namespace")
    verb = words[0] if words else ""
    if verb == "push":
        if command.has("--force", "-f", "--mirror") or any(word.startswith("+") for word in words[1:]):
            return "git push --force"
        return "git push --delete" if command.has("--delete", "-d") else None
    if verb == "commit" and command.has("--amend"):
        return "git commit --amend"
    if verb == "reset" and command.has("--hard"):
        return "git reset --hard"
    is_rewriting = verb in {"filter-branch", "filter-repo", "rebase"} and not command.has(
        "--abort", "--continue"
    )
    if is_rewriting:
        return f"git {verb}"
    return "git reflog expire" if words[:2] == ("reflog", "expire") else None


# --- deployments ---

_DEPLOYS = {
    "kubectl": (("apply",), ("rollout", "restart"), ("scale",), ("set", "image"), ("replace",)),
    "oc": (("apply",), ("rollout",)),
    "helm": (("install",), ("upgrade",), ("rollback",), ("uninstall",), ("delete",)),
    "helmfile": (("apply",), ("sync",)),
    "terraform": (("apply",),),
    "tofu": (("apply",),),
    "pulumi": (("up",),),
    "docker": (("stack", "deploy"), ("service", "update"), ("push",), ("image", "push")),
    "podman": (("push",),),
    "fly": (("deploy",),),
    "flyctl": (("deploy",),),
    "vercel": (("deploy",),),
    "netlify": (("deploy",),),
    "wrangler": (("deploy",), ("publish",)),
    "serverless": (("deploy",),),
    "sls": (("deploy",),),
    "cdk": (("deploy",),),
    "gcloud": (("app", "deploy"), ("run", "deploy"), ("functions", "deploy")),
    "firebase": (("deploy",),),
    "heroku": (("container:release",),),
    "railway": (("up",),),
    "npm": (("publish",),),
    "cap": (("production", "deploy"),),
    "ansible-playbook": ((),),
}


def deployment(command: Command) -> str | None:
    """The words with which a command brings something into production: `kubectl apply`."""
    name = command.name or ""
    if name == "git":
        return _pushed(command)
    known = _DEPLOYS.get(name)
    if known is None or command.has("--dry-run", "--help", "--check", "--syntax-check", "--noop"):
        return None
    valued = "-n --namespace --context --kubeconfig -f --filename -H --host -c --config --project -chdir"
    words = subcommand(command, valued)
    found = next((verb for verb in known if words[: len(verb)] == verb), None)
    return None if found is None else " ".join((name, *found))


# Branches that are deployed, by custom.
_PRODUCTION = frozenset(("main", "master", "production", "prod", "release", "live"))


def _pushed(command: Command) -> str | None:
    words = subcommand(command, "-C -c --git-dir --work-tree -o --push-option")
    branches = {word.rpartition(":")[2].rpartition("/")[2] for word in words[2:]}
    if words[:1] != ("push",) or command.has("--dry-run", "-n") or _PRODUCTION.isdisjoint(branches):
        return None
    return f"git push {' '.join(words[1:3])}"
