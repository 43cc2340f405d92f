"""Worker on the host's own kernel

A worker runs code that nobody has read, such as an agent's. With the default runtime that code talks to
the host's kernel, and one fault in the kernel is enough to leave the container. gVisor (`runsc`) or a
small virtual machine (`kata`) puts a second kernel in between. Which services are workers says the
option `workers`.

```toml compolint.toml
[options.unsandboxed-worker]
workers = ["agent-*"]
```

```yaml compose.yaml
services:
  agent-one:  #! agent-one runs on the host's own kernel
    image: ghcr.io/example/agent:1.0
  web:
    image: nginx:1.29
```

## Instead

```toml compolint.toml
[options.unsandboxed-worker]
workers = ["agent-*"]
```

```yaml compose.yaml
services:
  agent-one:
    image: ghcr.io/example/agent:1.0
    runtime: runsc
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check


@check(
    Severity.INFO,
    clauses="W10",
    cwe=(653,),
    references=("https://gvisor.dev/docs/user_guide/quick_start/docker/",),
    when="--workers",
)
def unsandboxed_worker(workload: Workload, *, workers: tuple[str, ...] = ()) -> Problems:
    if not workers:
        return
    from fnmatch import fnmatchcase

    if any(fnmatchcase(workload.name, worker) for worker in workers) and workload.runtime in (
        None, "runc", "crun", "io.containerd.runc.v2",
    ):  # fmt: skip
        yield Problem(
            f"{workload.name} runs on the host's own kernel",
            at=workload.at("runtime"),
            fix=Fix("choose a runtime with a kernel of its own, such as `runsc` or `kata`"),
        )
