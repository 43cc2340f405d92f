"""Docker daemon with a protection switched off

What `daemon.json` says holds for every container of the machine. Registries without TLS let anybody on the
way put another image in place; without Docker's own packet filter rules nothing keeps the containers of one
network from those of another, and `"iptables": false` closes no port that a container's user opens by itself.

```json etc/docker/daemon.json
{
  "log-driver": "local",
  "insecure-registries": ["registry.lan:5000"],  #! pulls images over connections that anybody can change
  "iptables": false  #! leaves containers without the rules that keep them apart
}
```

## Instead

```json etc/docker/daemon.json
{
  "log-driver": "local",
  "ip": "127.0.0.1"
}
```
"""

from compolint.api import Fix, Problem, Problems, Setting, Severity, check, program_weakness


@check(
    Severity.HIGH,
    clauses="H1 J2",
    cwe=(693,),
    cis="2.4 2.5",
    references=("https://docs.docker.com/reference/cli/dockerd/",),
    when="scope:docker_daemon",
)
def weak_docker_daemon_setting(setting: Setting) -> Problems:
    weakness = program_weakness(setting)
    if setting.scope == "docker_daemon" and weakness:
        yield Problem(
            f"with {setting.name} the Docker daemon {weakness.what}",
            at=setting.at("value"),
            fix=Fix("take the setting out"),
            severity=Severity[weakness.danger.upper()],
        )
