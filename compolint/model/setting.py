"""Names with values in the configuration of a host's own programs."""

from typing import Literal

from compolint.model import Entity
from compolint.unknown import Maybe

Scope = Literal["sysctl", "sshd", "docker_daemon", "fail2ban", "caddy", "systemd"]


class Setting(Entity):
    """A line of a configuration, of which no more is known than what it sets.

    `name` is in the spelling of the program's manual; `section` is what it holds for, where that is not
    everything: a jail of fail2ban, the condition of a `Match`.
    """

    scope: Scope
    section: str = ""
    name: str
    value: Maybe[str] = ""
