"""Capabilities not dropped

Without `cap_drop: [ALL]` a container keeps fourteen of root's powers, among them to send forged
packets, to change the owner of any of its files and to become any of its users. An attacker who gets
into the service can use them all; most services need none, and the others one or two.

```yaml compose.yaml
services:
  web:  #! web keeps Docker's default capabilities
    image: nginxinc/nginx-unprivileged:1.29
```

## Instead

```yaml compose.yaml
services:
  web:
    image: nginxinc/nginx-unprivileged:1.29
    cap_drop: [ALL]
```
"""

from compolint.api import Fix, Problem, Problems, Severity, Workload, check, is_container, spelt


@check(
    Severity.LOW,
    clauses="J2",
    cwe=(250,),
    cis="5.4",
    references=(
        "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
        "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
    ),
    hardening=True,
    when="kind:service kind:container",
)
def missing_cap_drop(workload: Workload) -> Problems:
    if is_container(workload) and "ALL" not in workload.cap_drop:
        yield Problem(
            f"{workload.name} keeps {spelt(workload, 'Docker', 'Podman')}'s default capabilities",
            at=workload.at("cap_drop"),
            fix=Fix(
                spelt(
                    workload,
                    "write `cap_drop: [ALL]` and add back by `cap_add` what it fails without",
                    "write `DropCapability=all` and add back by `AddCapability=` what it fails without",
                )
            ),
        )
