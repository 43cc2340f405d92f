"""How the words of `docker run`, `podman run` and `docker compose run` fall into options and values.

https://docs.docker.com/reference/cli/docker/container/run/,
https://docs.docker.com/reference/cli/docker/compose/run/,
https://docs.podman.io/en/latest/markdown/podman-run.1.html
"""

# Options before the verb that take a value.
GLOBAL_VALUED = frozenset((
    "-H", "--host", "-c", "--context", "--connection", "--config", "-l", "--log-level", "-f", "--file", "-p",
    "--project-name", "--profile", "--env-file", "--root", "--runroot", "--storage-driver", "--storage-opt",
    "--url", "--identity", "--module", "--cgroup-manager", "-n", "--namespace",
))  # fmt: skip
# All other options of the verb take a value.
_SWITCHES = frozenset((
    "--detach", "--interactive", "--tty", "--rm", "--privileged", "--init", "--read-only", "--publish-all",
    "--no-healthcheck", "--oom-kill-disable", "--sig-proxy", "--quiet", "--replace", "--no-hosts",
    "--disable-content-trust", "--help", "--no-hostname", "--read-only-tmpfs", "--rmi", "--env-host",
    "--http-proxy", "--passwd", "--use-api-socket", "--tls-verify", "--unsetenv-all", "--no-deps",
    "--service-ports", "--use-aliases", "--build", "--no-TTY", "--remove-orphans", "--quiet-pull",
    "--down", "--wait",
))  # fmt: skip
_SWITCH_LETTERS = "ditTPq"


def is_switch(option: str) -> bool:
    """Whether an option, written whole, takes no value."""
    return option in _SWITCHES


def valued_letter(word: str) -> int:
    """Where in joined short options such as `-itv` the one stands that takes a value; 0 for nowhere."""
    return next((at for at in range(1, len(word)) if word[at] not in _SWITCH_LETTERS), 0)
