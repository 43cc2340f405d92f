"""Image that expects SSH connections

`EXPOSE 22` says that an SSH server runs in the container. It is a second way in besides Docker's own, with
keys, passwords and updates of its own that nobody looks after, and whoever gets in is inside the
network of the application. `docker exec` does the same without a port.

```dockerfile Dockerfile
FROM debian:13.1
EXPOSE 80 22/tcp  #! the image listens on 22/tcp for SSH
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
EXPOSE 80 2222 22/udp
```
"""

from compolint.api import Exposed, Fix, Problem, Problems, Severity, check


@check(
    Severity.LOW,
    clauses="H4",
    cis="5.7",
    references=("https://docs.docker.com/reference/cli/docker/container/exec/",),
)
def ssh_port_in_image(exposed: Exposed) -> Problems:
    if exposed.ships and exposed.protocol == "tcp" and 22 in exposed.ports:
        yield Problem(
            "the image listens on 22/tcp for SSH",
            at=exposed.span,
            fix=Fix("leave SSH to the host, and use `docker exec` for what is inside"),
        )
