"""What is known of ports that a cloud's firewall opens, where nothing else tells what waits behind them."""

from compolint.model.cloud import CloudRule
from compolint.model.knowledge.services import SERVICES, is_offered_to_all
from compolint.model.values import Ports

# Interfaces to control a machine, and file shares, that were never made for the internet.
# https://www.iana.org/assignments/service-names-port-numbers,
# https://learn.microsoft.com/windows/win32/winrm/installation-and-configuration-for-windows-remote-management,
# https://kubernetes.io/docs/reference/networking/ports-and-protocols/
_CONTROL = {
    23: "Telnet", 445: "SMB", 2049: "NFS", 3389: "Remote Desktop", 5900: "VNC", 5985: "WinRM", 5986: "WinRM",
    10250: "the kubelet",
}  # fmt: skip
_WIDEST = 10


def is_for_everybody(rule: CloudRule) -> bool:
    """Whether only ports are open that the whole world is meant to reach: those of mail and VPNs."""
    ports = rule.ports or Ports(0, 65535)
    return ports.last - ports.first < _WIDEST and all(
        is_offered_to_all(number, str(rule.protocol)) for number in ports.numbers()
    )


def sensitive_service(rule: CloudRule) -> str | None:
    """A database or an interface to administer something that waits on one of the ports."""
    if rule.protocol not in ("tcp", "all", "tcp_udp"):
        return None
    ports = rule.ports or Ports(0, 65535)
    found = sensitive_at(Ports(ports.first, ports.last))
    return found[0] if found else None


def sensitive_at(ports: Ports) -> tuple[str, int] | None:
    """A database or an interface to administer something that usually waits on one of these ports of TCP."""
    rows = ((number, row.name) for row in SERVICES for number in row.tells)
    known = ((name, number) for number, name in (*rows, *_CONTROL.items()) if number in ports)
    return next(known, None)
