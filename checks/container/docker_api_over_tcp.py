"""Docker's API without TLS

Over plain TCP the engine knows neither who asks nor whether somebody on the way has changed the
request: whoever reaches the port, or stands between, is root on that host. Go through SSH
(`DOCKER_HOST=ssh://…`), or have both sides verify certificates. A name without dots is another
container's, most often a filtering proxy's, and no finding.

```yaml compose.yaml
services:
  deployer:
    image: docker:29-cli
    environment:
      DOCKER_HOST: tcp://10.0.0.5:2375  #! deployer commands a Docker engine over plain TCP
```

## Instead

```yaml compose.yaml
services:
  deployer:
    image: docker:29-cli
    environment:
      DOCKER_HOST: ssh://deploy@10.0.0.5
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Variable, Workload, World, check, is_remote_engine


@check(
    Severity.CRITICAL,
    clauses="J1",
    cwe=(306, 319),
    cis="2.7",
    references=("https://docs.docker.com/engine/security/protect-access/",),
    when="name:DOCKER_HOST name:DOCKER_TLS_CERTDIR",
)
def docker_api_over_tcp(variable: Variable, world: World) -> Problems:
    if variable.name == "DOCKER_HOST" and variable.value is not None and is_remote_engine(variable.value):
        siblings = world.owned(Variable, variable.owner)
        if not any(other.name == "DOCKER_TLS_VERIFY" and other.value for other in siblings):
            yield Problem(
                f"{variable.owner_name} commands a Docker engine over plain TCP",
                at=variable.span,
                fix=Fix("use ssh://, or set DOCKER_TLS_VERIFY with certificates on both sides"),
            )
    elif variable.name == "DOCKER_TLS_CERTDIR" and variable.value == "":
        workload = world.get(Workload, variable.owner)
        if workload and workload.image and workload.image.base == "docker":
            yield Problem(
                f"{variable.owner_name} serves Docker's API without TLS to every container of its networks",
                at=variable.span,
                fix=Fix("leave DOCKER_TLS_CERTDIR out and share the certificates that it then makes"),
                severity=Severity.HIGH,
            )
