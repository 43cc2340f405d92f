"""Install scripts of npm packages run in the build

Each npm package may bring a script that runs when it is installed, as root in a build: that is how most of
the attacks on npm came in, from a package deep among the dependencies that nobody had heard of. With
`--ignore-scripts` none runs; what really needs one is rebuilt by name.

```dockerfile Dockerfile
FROM node:24.11
RUN npm ci  #! npm runs the install scripts of all packages
```

## Instead

```dockerfile Dockerfile
FROM node:24.11
RUN npm ci --ignore-scripts && npm rebuild sharp
RUN npm run build
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, packages_of


@check(
    Severity.LOW,
    clauses="W4",
    cwe=(829,),
    references=("https://docs.npmjs.com/cli/commands/npm-ci",),
    profile="strict",
    when="acts",
)
def npm_scripts_enabled(command: Command) -> Problems:
    packages = packages_of(command)
    # bun runs no scripts unless a list of trusted packages names them.
    if packages is None or packages.manager != "npm" or command.name == "bun":
        return
    if packages.action in {"install", "ci"} and not command.has("--ignore-scripts"):
        yield Problem(
            f"{command.name} runs the install scripts of all packages",
            at=command.at("words", 0),
            fix=Fix("add `--ignore-scripts`, and rebuild by name what needs its script"),
        )
