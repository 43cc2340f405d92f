"""Service that asks for Docker's API

With `use_api_socket` Compose mounts the engine's socket into the container, and the credentials of the
user who starts it with it. The service can then start containers that mount the host's disk, so it is
root on the host, and it can push images in that user's name. Put a filtering socket proxy in between.

```yaml compose.yaml
services:
  ci:
    image: docker:29-cli
    use_api_socket: true  #! ci gets the engine's socket and your registry credentials
```

## Instead

```yaml compose.yaml
services:
  ci:
    image: docker:29-cli
    environment:
      DOCKER_HOST: tcp://socket-proxy:2375
    use_api_socket: false
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.CRITICAL,
    when="use_api_socket",
    clauses="C6 J1",
    cwe=(250, 522),
    cis="5.32",
    references=("https://docs.docker.com/reference/compose-file/services/#use_api_socket",),
)
def api_socket_use(workload: Workload) -> Problems:
    if workload.use_api_socket:
        yield Problem(
            f"{workload.name} gets the engine's socket and your registry credentials, and is root with them",
            at=workload.at("use_api_socket"),
            fix=Fix("put a socket proxy in between that lets only the needed requests through"),
        )
