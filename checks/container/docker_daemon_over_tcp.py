"""Docker daemon or client on plain TCP

Over plain TCP the engine knows neither who asks nor whether somebody on the way has changed the
request: whoever reaches the port, or stands between, is root on that host. Leave the daemon on its
socket and go through SSH, or start it with `--tlsverify`, which asks every client for a certificate.

```yaml compose.yaml
services:
  engine:
    image: docker:29-dind
    command: dockerd -H tcp://0.0.0.0:2375  #! engine speaks Docker's API over plain TCP
```

## Instead

```yaml compose.yaml
services:
  engine:
    image: docker:29-dind
    command: dockerd -H tcp://0.0.0.0:2376 --tlsverify --tlscacert=/certs/ca.pem
```
"""

from compolint.api import (
    Command,
    Fix,
    Problem,
    Problems,
    Secret,
    Severity,
    Workload,
    World,
    check,
    is_remote_engine,
)

_SOCKETS = ("docker.sock", "podman.sock")
_LOOPBACK = ("tcp://127.", "tcp://localhost", "tcp://[::1]")


@check(
    Severity.CRITICAL,
    clauses="J1",
    cwe=(306, 319),
    cis="2.7",
    references=("https://docs.docker.com/engine/security/protect-access/",),
    when="acts",
)
def docker_daemon_over_tcp(command: Command, world: World) -> Problems:
    if command.name == "socat":
        yield from _passed_on(command)
        return
    yield from _told(command)
    is_daemon = _is_daemon(command, world)
    if not (is_daemon or command.name == "docker") or command.has("--tlsverify"):
        return
    for word, at in command.each("words"):
        address = str(word).removeprefix("--host=").removeprefix("-H=").removeprefix("-H")
        if command.name == "podman" and address.startswith("tcp:") and not address.startswith("tcp://"):
            address = f"tcp://{address.removeprefix('tcp:')}"
        if address.startswith("tcp://") and (is_daemon or is_remote_engine(Secret(address))):
            yield Problem(
                f"{command.owner_name} speaks Docker's API over plain TCP",
                at=at,
                fix=Fix("use the socket or ssh://, or ask for certificates with --tlsverify"),
                # There every process of the machine reaches it, and nobody else.
                severity=Severity.HIGH if address.startswith(_LOOPBACK) else None,
            )


def _is_daemon(command: Command, world: World) -> bool:
    if command.name in {"dockerd", "dockerd-entrypoint.sh"}:
        return True
    if command.name == "podman":
        return {"system", "service"} <= {word for word in command.words if isinstance(word, str)}
    # The image's program is named nowhere, and is the daemon: command: --host=tcp://0.0.0.0:2375
    workload = world.get(Workload, command.owner)
    image = workload.image if workload else None
    return command.name is None and image is not None and image.base == "docker"


def _told(command: Command) -> Problems:
    """`DOCKER_HOST=tcp://10.0.0.5:2375 docker ps`, `export DOCKER_HOST=…`"""
    said = [(name, value, command.at("assignments", name)) for name, value in command.assignments]
    if command.name == "export":
        said += [(*str(word).partition("=")[::2], at) for word, at in command.each("words")]
    verifies = any(name == "DOCKER_TLS_VERIFY" and value for name, value, _ in said if isinstance(value, str))
    for name, value, at in said:
        if (
            name == "DOCKER_HOST"
            and isinstance(value, str)
            and is_remote_engine(Secret(value))
            and not verifies
        ):
            yield Problem(
                f"{command.owner_name} speaks Docker's API over plain TCP",
                at=at,
                fix=Fix("go through SSH: DOCKER_HOST=ssh://…"),
            )


def _passed_on(command: Command) -> Problems:
    """`socat TCP-LISTEN:2375,fork UNIX-CONNECT:/var/run/docker.sock`"""
    ends = [(str(word).lower(), at) for word, at in command.each("words")]
    if not any(end.startswith("unix") and end.endswith(_SOCKETS) for end, _ in ends):
        return
    for end, at in ends:
        if end.startswith("tcp") and "-l" in end.partition(":")[0]:
            yield Problem(
                f"{command.owner_name} speaks Docker's API over plain TCP",
                at=at,
                fix=Fix("leave the engine on its socket, and go through SSH"),
                severity=Severity.HIGH if "bind=127." in end or "bind=localhost" in end else None,
            )
