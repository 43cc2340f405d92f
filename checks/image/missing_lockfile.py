"""Dependencies installed without a lockfile

Without a lockfile an install resolves every dependency anew: the build takes the newest release of hundreds
of packages on that day, among them the hostile one of an hour ago, and no two builds are the same. Copy the
lockfile and use the command that insists on it. Where the lockfile may be there and is only not
insisted on, this is low.

```dockerfile Dockerfile
FROM node:24.11
COPY package.json ./
RUN npm install  #! npm resolves all dependencies anew: no lockfile is copied
```

## Not insisted on

```dockerfile Dockerfile
FROM node:24.11
COPY package.json package-lock.json ./
RUN npm install  #! npm may change what the lockfile says
```

## Instead

```dockerfile Dockerfile
FROM node:24.11
COPY package.json package-lock.json ./
RUN npm ci
RUN npm install -g corepack@0.34.0
```
"""

from compolint.api import Command, Copied, Fix, Problem, Problems, Severity, World, check, unlocked_install

_LOCKS = ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_MOST = 200  # of the COPY instructions, which nobody writes more of


@check(
    Severity.MEDIUM,
    when="where:RUN",
    clauses="W4",
    cwe=(1357,),
    references=("https://docs.npmjs.com/cli/commands/npm-ci",),
)
def missing_lockfile(command: Command, world: World) -> Problems:
    if command.where != "RUN" or not unlocked_install(command):
        return
    fix = Fix(
        "copy the lockfile and use `npm ci`, `yarn install --immutable` or `pnpm install --frozen-lockfile`"
    )
    at = command.at("words", 0)
    sources = [source for copied in world.owned(Copied, command.owner)[:_MOST] for source in copied.sources]
    if sources and not any(_may_bring_lock(source) for source in sources):
        message = f"{command.name} resolves all dependencies anew: no lockfile is copied"
        yield Problem(message, at=at, fix=fix)
    else:
        message = f"{command.name} may change what the lockfile says"
        yield Problem(message, at=at, fix=fix, severity=Severity.LOW)


def _may_bring_lock(source: object) -> bool:
    """Whether a source of COPY is a lockfile, a folder or a pattern that may hold one, or open."""
    if not isinstance(source, str):
        return True
    name = source.rstrip("/").rpartition("/")[2]
    return name in _LOCKS or "*" in name or "?" in name or "." not in name.lstrip(".")
