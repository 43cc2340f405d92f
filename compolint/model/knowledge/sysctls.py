"""Kernel settings that a container asks for.

https://docs.docker.com/reference/cli/docker/container/run/#sysctl lists those that each container has
of its own; all others belong to the host.
"""

import re

from compolint.unknown import Maybe

_OWN = ("net.", "fs.mqueue.", "kernel.msg", "kernel.sem", "kernel.shm", "kernel.domainname")
# By https://docs.kernel.org/networking/ip-sysctl.html: values that make a container believe strangers.
_WEAK = (
    # Packets for 127.0.0.1 from outside reach what listens there.
    (r"net\.ipv4\.conf\.[^.]+\.route_localnet", "1", "lets its neighbours reach its loopback"),
    (r"net\.ipv[46]\.conf\.[^.]+\.accept_source_route", "1", "lets the sender of a packet choose its route"),
    (r"net\.ipv[46]\.conf\.[^.]+\.accept_redirects", "1", "lets its neighbours change its routes"),
    (r"net\.ipv4\.tcp_syncookies", "0", "lets a flood of half-open connections block its ports"),
)  # fmt: skip


def sysctl_danger(name: str, value: Maybe[str]) -> str | None:
    """What is wrong with a setting that a container asks for; goes on after the container's name."""
    if not name.replace("/", ".").startswith(_OWN):
        return f"asks for {name}, which is a setting of the whole host"
    weak = (words for pattern, bad, words in _WEAK if re.fullmatch(pattern, name) and value == bad)
    return next(weak, None)
