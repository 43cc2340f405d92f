"""Build step without a sandbox

`RUN --security=insecure` runs with all capabilities of the build host, `--network=host` in its network: a
package's install script can then reach what listens on the host itself, or take the host over. Both
also have to be allowed to the builder, which then holds for every build.

```dockerfile Dockerfile
FROM debian:13.1
RUN --security=insecure mount /dev/loop0 /mnt  #! runs with all rights of the build host
RUN --network=host make test  #! runs in the network of the build host
```

## Instead

```dockerfile Dockerfile
FROM debian:13.1
RUN --network=none make test
```
"""

from compolint.api import Command, Fix, Problem, Problems, Severity, check


@check(
    Severity.MEDIUM,
    clauses="C6",
    cwe=(250,),
    references=(
        "https://docs.docker.com/reference/dockerfile/#run---security",
        "https://docs.docker.com/reference/dockerfile/#run---network",
    ),
    when="network security",
)
def insecure_build_step(command: Command) -> Problems:
    if command.security == "insecure":
        yield Problem("this step runs with all rights of the build host", at=command.at("security"))
    if command.network == "host":
        fix = Fix("leave `--network` out, or take `none`")
        yield Problem("this step runs in the network of the build host", at=command.at("network"), fix=fix)
