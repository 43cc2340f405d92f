"""Command that starts a container with power over the host

`--privileged`, the namespaces of the host, its root folder or the socket of Docker make whoever is in the
container root of the host. What `docker run` starts from a command stands in no Compose file where it would
be looked at, and lives on until somebody stops it.

```yaml compose.yaml
services:
  deploy:
    image: docker:29.0-cli
    command: docker run -d --privileged acme/agent:1.2  #! docker run starts acme/agent:1.2 with --privileged
```

## Instead

```yaml compose.yaml
services:
  deploy:
    image: docker:29.0-cli
    command: docker run --rm --read-only --cap-drop ALL --user 1000 -v data:/data acme/job:1.2
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check, engine_run


@check(
    Severity.HIGH,
    clauses="C6",
    cwe=(250,),
    cis="5.5 5.10 5.32",
    references=("https://docs.docker.com/engine/containers/run/",),
    when="acts",
)
def privileged_docker_run(command: Command) -> Problems:
    run = engine_run(command)
    if run is None:
        return
    for number, power in run.powers:
        yield Problem(
            f"{command.name} {run.verb} starts {run.image} with {power}",
            at=command.at("words", number),
            fix=Fix("give the container only what it needs, and describe it in a Compose file"),
        )
