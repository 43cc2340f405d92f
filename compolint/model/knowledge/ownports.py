"""The ports that images open when nothing tells them otherwise, by what their makers document.

They matter where nobody publishes them: a container on the host's network opens them on the host itself.
"""

from collections.abc import Iterator
from functools import cache

from compolint.model.knowledge.services import offered_to_all, services_of
from compolint.model.values import ImageName, Ports
from compolint.unknown import Maybe

# The last parts of names, and their ports, of TCP where nothing is said.
# https://hub.docker.com/_/nginx, _/httpd, _/caddy, _/eclipse-mosquitto; https://prometheus.io/docs/guides/node-exporter,
# https://github.com/google/cadvisor, https://www.home-assistant.io/installation, https://homebridge.io,
# https://nodered.org/docs/getting-started/docker, https://support.plex.tv/articles/201543147, https://jellyfin.org/docs,
# https://docs.syncthing.net/users/firewall.html, https://github.com/AdguardTeam/AdGuardHome/wiki/Docker,
# https://github.com/coturn/coturn/wiki, https://learn.netdata.cloud/docs, https://docs.searxng.org
_OPENS = (
    ("nginx httpd", "80"),
    ("caddy", "80 443 443/udp"),
    ("node-exporter", "9100"),
    ("blackbox-exporter", "9115"),
    ("cadvisor", "8080"),
    ("netdata", "19999"),
    ("home-assistant homeassistant", "8123"),
    ("homebridge", "8581"),
    ("node-red", "1880"),
    ("eclipse-mosquitto mosquitto", "1883"),
    ("plex pms-docker", "32400"),
    ("jellyfin", "8096"),
    ("syncthing", "8384 22000 22000/udp"),
    ("adguardhome", "53 53/udp 80 3000"),
    ("pihole unbound coredns", "53 53/udp"),
    ("coturn", "3478 3478/udp"),
    ("searxng", "8080"),
)


def own_ports(image: Maybe[ImageName] | None) -> Iterator[tuple[Ports, str]]:
    """The ports of an image, each with its protocol; none for one of which nothing is known."""
    if not isinstance(image, ImageName):
        return
    words = _by_name().get(image.base, ()) or offered_to_all(image)
    words = words or tuple(str(each.ports[0]) for each in services_of(image) if each.ports)
    for word in words:
        number, _, protocol = word.partition("/")
        yield Ports(int(number), int(number)), protocol or "tcp"


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    return {name: tuple(ports.split()) for names, ports in _OPENS for name in names.split()}
