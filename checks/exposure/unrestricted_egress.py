"""Worker with a way to the internet

A worker runs code that nobody has read, such as an agent's. What it finds it can send anywhere, and fetch
what it likes, unless its only networks are `internal` and a proxy that filters stands between. Which
services are workers says the option `workers`; a worker whose variables name a proxy is taken to ask that
one only where its networks leave it no other way.

```toml compolint.toml
[options.unrestricted-egress]
workers = ["agent-*"]
```
```yaml compose.yaml
services:
  agent-one:  #! agent-one reaches the internet by itself
    image: ghcr.io/example/agent:1.0
    networks: [inside, default]
networks:
  inside:
    internal: true
```

## Instead

```toml compolint.toml
[options.unrestricted-egress]
workers = ["agent-*"]
```
```yaml compose.yaml
services:
  agent-one:
    image: ghcr.io/example/agent:1.0
    networks: [inside]
  proxy:
    image: ghcr.io/example/proxy:1.0
    networks: [inside, default]
networks:
  inside:
    internal: true
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, World, check, reaches_internet


@check(
    Severity.LOW,
    clauses="W1",
    cwe=(284,),
    references=("https://docs.docker.com/reference/compose-file/networks/#internal",),
    when="--workers",
)
def unrestricted_egress(workload: Workload, world: World, *, workers: tuple[str, ...] = ()) -> Problems:
    if not workers or workload.kind == "unit":
        return
    from fnmatch import fnmatchcase

    if not any(fnmatchcase(workload.name, worker) for worker in workers):
        return
    is_on_host = workload.network_mode == "host"
    answer = None if is_on_host else reaches_internet(workload, world)
    if is_on_host or (answer and answer.answer != "closed"):
        is_sure = answer is None or answer.answer == "open"
        yield Problem(
            f"{workload.name} reaches the internet by itself"
            + ("" if is_sure else ", as far as the files tell"),
            at=workload.at("network_mode" if is_on_host else "networks"),
            notes=answer.because[1:] if answer else (),
            fix=Fix("put it on networks with `internal: true`, and a proxy that filters beside it"),
        )
