"""What is known of public images: what they need, what they are for, how they run.

A row is the repository without its registry, because the same image is published in several. Rows only
explain and lower what a check says of an image, so that a foreign image of the same name gains nothing
but milder words. Sources are the documentation that the images' makers publish with them.
"""

from collections.abc import Iterator
from functools import cache

from compolint.model.values import ImageName
from compolint.unknown import Maybe, Unknown

# Images; what they are expected to have; why.
_NEEDS = (
    # https://github.com/linuxserver/docker-wireguard, https://github.com/wg-easy/wg-easy,
    # https://github.com/qdm12/gluetun-wiki, https://tailscale.com/kb/1282/docker,
    # https://docs.netbird.io, https://docs.zerotier.com, https://github.com/freifunkMUC/wg-access-server,
    # https://github.com/kylemanna/docker-openvpn, https://github.com/hwdsl2/docker-ipsec-vpn-server,
    # https://github.com/binhex/arch-qbittorrentvpn, https://haugene.github.io/docker-transmission-openvpn,
    # https://github.com/bubuntux/nordlynx, https://github.com/thrnz/docker-wireguard-pia,
    # https://github.com/ngoduykhanh/wireguard-ui, https://github.com/fosrl/gerbil
    (
        "linuxserver/wireguard wg-easy/wg-easy weejewel/wg-easy qmcgaw/gluetun tailscale/tailscale"
        " netbirdio/netbird zerotier/zerotier freifunkmuc/wg-access-server place1/wg-access-server"
        " kylemanna/openvpn hwdsl2/ipsec-vpn-server hwdsl2/openvpn-server linuxserver/openvpn-as"
        " binhex/arch-qbittorrentvpn binhex/arch-delugevpn haugene/transmission-openvpn"
        " dperson/openvpn-client thrnz/docker-wireguard-pia bubuntux/nordlynx bubuntux/nordvpn"
        " ngoduykhanh/wireguard-ui fosrl/gerbil vimagick/openconnect",
        "NET_ADMIN NET_RAW",
        "a VPN sets up its tunnel with it",
    ),
    # The module is a part of Linux since 5.6: https://www.wireguard.com/install
    (
        "linuxserver/wireguard wg-easy/wg-easy weejewel/wg-easy qmcgaw/gluetun tailscale/tailscale"
        " netbirdio/netbird",
        "SYS_MODULE /lib/modules",
        "the host can load the VPN's module itself",
    ),
    (
        "tailscale/tailscale netbirdio/netbird zerotier/zerotier",
        "host-network",
        "it makes the host a part of its network",
    ),
    # https://github.com/pi-hole/docker-pi-hole, https://github.com/AdguardTeam/AdGuardHome/wiki/Docker,
    # https://technitium.com/dns
    (
        "pihole/pihole adguard/adguardhome technitium/dns-server",
        "NET_ADMIN SYS_TIME host-network",
        "it can be the DHCP and time server of the network",
    ),
    # https://github.com/crazy-max/docker-fail2ban, https://github.com/linuxserver/docker-fail2ban,
    # https://github.com/linuxserver/docker-swag
    (
        "crazymax/fail2ban linuxserver/fail2ban linuxserver/swag",
        "NET_ADMIN NET_RAW host-network /var/log",
        "it reads logs and writes firewall rules",
    ),
    # https://docs.crowdsec.net
    ("crowdsecurity/crowdsec", "/var/log socket", "it reads logs"),
    # https://github.com/prometheus/node_exporter
    (
        "prom/node-exporter prometheus/node-exporter bitnami/node-exporter",
        "/ /proc /sys /run /run/dbus host-network host-pid",
        "it measures the host",
    ),
    # https://github.com/google/cadvisor/blob/master/docs/running.md
    (
        "cadvisor/cadvisor google/cadvisor",
        "/ /proc /sys /run /var/lib/docker /var/lib/docker/containers /dev/kmsg socket",
        "it measures the host's containers",
    ),
    # https://learn.netdata.cloud/docs/netdata-agent/installation/docker
    (
        "netdata/netdata",
        "/ /proc /sys /var/log /run/dbus SYS_PTRACE SYS_ADMIN host-network host-pid socket",
        "it measures the host",
    ),
    # https://github.com/nicolargo/glances, https://docs.datadoghq.com/containers/docker,
    # https://docs.influxdata.com/telegraf, https://www.zabbix.com/documentation, https://beszel.dev,
    # https://opentelemetry.io/docs/collector
    (
        "nicolargo/glances datadog/agent library/telegraf zabbix/zabbix-agent zabbix/zabbix-agent2"
        " henrygd/beszel-agent otel/opentelemetry-collector otel/opentelemetry-collector-contrib",
        "/ /proc /sys /var/log /var/lib/docker/containers /run/dbus host-network host-pid socket",
        "it measures the host",
    ),
    # https://github.com/docker/docker-bench-security
    (
        "docker/docker-bench-security library/docker-bench-security",
        "/etc /var/lib host-network host-pid AUDIT_CONTROL socket",
        "it examines the host",
    ),
    # https://grafana.com/docs/loki/latest/send-data/promtail, https://grafana.com/docs/alloy,
    # https://www.elastic.co/docs/reference/beats/filebeat, https://docs.fluentbit.io, https://vector.dev/docs,
    # https://dozzle.dev
    (
        "grafana/promtail grafana/alloy beats/filebeat elastic/filebeat fluent/fluent-bit"
        " fluent/fluentd timberio/vector amir20/dozzle",
        "/var/log /var/lib/docker/containers socket",
        "it collects logs",
    ),
    # https://www.home-assistant.io/installation, https://github.com/home-assistant-libs/python-matter-server,
    # https://github.com/homebridge/docker-homebridge, https://docs.scrypted.app, https://esphome.io,
    # https://www.openhab.org/docs/installation/docker.html, https://www.music-assistant.io
    (
        "home-assistant/home-assistant homeassistant/home-assistant linuxserver/homeassistant"
        " home-assistant-libs/python-matter-server homebridge/homebridge koush/scrypted esphome/esphome"
        " openhab/openhab music-assistant/server",
        "host-network /run/dbus NET_ADMIN NET_RAW",
        "it discovers devices on the network",
    ),
    # https://github.com/plexinc/pms-docker, https://jellyfin.org/docs/general/installation/container,
    # https://github.com/linuxserver/docker-plex, https://emby.media/docker-server.html
    (
        "plexinc/pms-docker linuxserver/plex jellyfin/jellyfin linuxserver/jellyfin emby/embyserver"
        " linuxserver/emby",
        "host-network",
        "players find it on the network",
    ),
    # https://github.com/qdm12/ddns-updater, https://github.com/favonia/cloudflare-ddns
    (
        "favonia/cloudflare-ddns timothyjmiller/cloudflare-ddns",
        "host-network",
        "it looks for the host's IPv6 address",
    ),
    # https://github.com/coturn/coturn/blob/master/docker/coturn/README.md, https://docs.livekit.io,
    # https://rustdesk.com/docs/en/self-host
    (
        "coturn/coturn livekit/livekit-server rustdesk/rustdesk-server",
        "host-network",
        "it relays for its clients on ports of all kinds",
    ),
    # https://github.com/AnalogJ/scrutiny
    ("analogj/scrutiny", "SYS_RAWIO SYS_ADMIN disk", "it asks disks for their health"),
    # https://github.com/jlesage/docker-makemkv
    ("jlesage/makemkv", "disk", "it reads discs"),
    # https://hub.docker.com/_/mysql
    ("library/mysql library/mariadb", "SYS_NICE", "it gives its threads priorities"),
    # https://hub.docker.com/r/hashicorp/vault, https://openbao.org/docs
    ("hashicorp/vault library/vault openbao/openbao", "IPC_LOCK", "it keeps its secrets out of the swap"),
    # https://github.com/obeone/docker-nfs-server
    ("erichough/nfs-server", "SYS_ADMIN SYS_MODULE /lib/modules", "it runs the kernel's NFS server"),
    # https://rclone.org/install
    ("rclone/rclone", "SYS_ADMIN", "it mounts file systems"),
    # https://doc.traefik.io/traefik/reference/install-configuration/providers/docker,
    # https://github.com/nginx-proxy, https://github.com/lucaslorentz/caddy-docker-proxy,
    # https://gethomepage.dev, https://homarr.dev, https://github.com/glanceapp/glance, https://crazymax.dev/diun,
    # https://github.com/louislam/uptime-kuma, https://getwud.github.io/wud
    (
        "library/traefik nginxproxy/nginx-proxy jwilder/nginx-proxy nginxproxy/docker-gen"
        " jwilder/docker-gen lucaslorentz/caddy-docker-proxy gethomepage/homepage ajnart/homarr"
        " homarr-labs/homarr glanceapp/glance crazymax/diun louislam/uptime-kuma getwud/wud",
        "socket",
        "it only reads, which a filtering socket proxy allows",
    ),
    # https://docs.portainer.io, https://github.com/louislam/dockge, https://docs.dokploy.com,
    # https://coolify.io/docs, https://github.com/nextcloud/all-in-one
    (
        "portainer/portainer portainer/portainer-ce portainer/portainer-ee louislam/dockge dokploy/dokploy"
        " coollabsio/coolify nextcloud/all-in-one nextcloud-releases/all-in-one",
        "socket",
        "it is made to command Docker, so guard its login",
    ),
    # https://docs.portainer.io/admin/environments/add/docker/agent, https://komo.do/docs
    (
        "portainer/agent moghtech/komodo-periphery",
        "socket",
        "it is made to command Docker, so guard the server that it takes orders from",
    ),
    # https://docs.gitlab.com/runner/executors/docker, https://docs.gitea.com/usage/actions,
    # https://woodpecker-ci.org/docs, https://docs.drone.io
    (
        "gitlab/gitlab-runner gitea/act_runner woodpeckerci/woodpecker-agent drone/drone-runner-docker",
        "socket",
        "it is made to start containers for jobs, so whoever may give it jobs has the same rights",
    ),
    # https://containrrr.dev/watchtower, https://github.com/willfarrell/docker-autoheal,
    # https://offen.github.io/docker-volume-backup, https://github.com/mcuadros/ofelia,
    # https://github.com/nginx-proxy/acme-companion
    (
        "containrrr/watchtower nickfedor/watchtower nicholas-fedor/watchtower beatkind/watchtower"
        " willfarrell/autoheal offen/docker-volume-backup mcuadros/ofelia nginxproxy/acme-companion"
        " jrcs/letsencrypt-nginx-proxy-companion",
        "socket",
        "it is made to restart containers, so its image has to be trusted and pinned",
    ),
    # https://docs.portainer.io/admin/environments/add/docker/agent
    ("portainer/agent", "/ /var/lib/docker/volumes", "it shows what is in volumes"),
)
# They hold the socket so that others need not, and answer only what their settings allow.
# https://github.com/Tecnativa/docker-socket-proxy, https://github.com/linuxserver/docker-socket-proxy,
# https://github.com/wollomatic/socket-proxy, https://github.com/11notes/docker-socket-proxy,
# https://github.com/hectorm/cetusguard
_SOCKET_PROXIES = (
    "tecnativa/docker-socket-proxy linuxserver/socket-proxy wollomatic/socket-proxy"
    " 11notes/socket-proxy hectorm/cetusguard nextcloud/aio-docker-socket-proxy"
    " nextcloud-releases/aio-docker-socket-proxy"
)
# They pull new images and start them. https://containrrr.dev/watchtower, https://watchtower.nickfedor.com,
# https://github.com/pyouroboros/ouroboros, https://github.com/djmaze/shepherd
_UPDATERS = (
    "containrrr/watchtower nickfedor/watchtower nicholas-fedor/watchtower beatkind/watchtower"
    " v2tec/watchtower pyouroboros/ouroboros mazzolino/shepherd"
)
# Their processes are not root's: the image names a user, or its entrypoint steps down to one.
# https://github.com/docker-library/docs, https://github.com/bitnami/containers,
# https://docs.linuxserver.io/general/understanding-puid-and-pgid, https://grafana.com/docs,
# https://github.com/prometheus, https://github.com/GoogleContainerTools/distroless, https://images.chainguard.dev
_UNPRIVILEGED = (
    "library/postgres library/mysql library/mariadb library/redis library/valkey valkey/valkey"
    " library/mongo library/memcached library/rabbitmq library/elasticsearch library/kibana"
    " library/logstash library/solr library/couchdb library/neo4j library/influxdb library/cassandra"
    " library/ghost library/eclipse-mosquitto pgvector/pgvector postgis/postgis"
    " timescale/timescaledb immich-app/postgres grafana/grafana grafana/grafana-oss"
    " grafana/grafana-enterprise grafana/loki grafana/tempo grafana/mimir prom/prometheus prom/alertmanager"
    " prom/node-exporter prometheus/node-exporter prom/blackbox-exporter prom/pushgateway"
    " prometheuscommunity/postgres-exporter oliver006/redis_exporter n8nio/n8n n8nio/runners"
    " nginxinc/nginx-unprivileged nginx/nginx-unprivileged keycloak/keycloak"
    " opensearchproject/opensearch opensearchproject/opensearch-dashboards elasticsearch/elasticsearch"
    " kibana/kibana logstash/logstash jenkins/jenkins library/sonarqube cloudflare/cloudflared"
    " goauthentik/server goauthentik/ldap dpage/pgadmin4 library/adminer nodered/node-red"
    " outlinewiki/outline mattermost/mattermost-team-edition searxng/searxng gitea/gitea"
    " temporalio/auto-setup temporalio/ui temporalio/admin-tools otel/opentelemetry-collector-contrib"
    " otel/opentelemetry-collector apache/kafka confluentinc/cp-kafka mssql/server"
)
_UNPRIVILEGED_MAKERS = (
    "bitnami/", "linuxserver/", "selenium/", "chainguard/", "11notes/", "hotio/", "home-operations/",
)  # fmt: skip
# Tags that their makers move with each release. https://docs.docker.com/build/building/best-practices/
_MOVING = (
    "latest stable edge nightly dev develop main master beta alpha rc canary testing lts current"
    " release next unstable mainline rolling snapshot production"
)


def image_need(image: Maybe[ImageName] | None, need: str) -> str | None:
    """Why an image is expected to have something.

    That is a capability, a path, a `socket`, the `host-network`, the `host-pid`s or a `disk`.
    """
    name = _repository(image)
    return _needs().get((name, need)) if name else None


def is_socket_proxy(image: Maybe[ImageName] | None) -> bool:
    """Whether an image is a filter in front of a container engine's socket."""
    return _repository(image) in _words(_SOCKET_PROXIES)


def is_updater(image: Maybe[ImageName] | None) -> bool:
    """Whether an image replaces the images of other containers by newer ones."""
    return _repository(image) in _words(_UPDATERS)


def is_unprivileged(image: Maybe[ImageName] | None) -> bool:
    """Whether the processes of an image run as an ordinary user although nothing says so."""
    name = _repository(image)
    if name is None:
        return False
    if name in _words(_UNPRIVILEGED) or name.startswith(_UNPRIVILEGED_MAKERS):
        return True
    return not isinstance(image, Unknown) and image is not None and "nonroot" in (image.tag or "")


def is_moving(image: ImageName) -> bool:
    """Whether the image's name says nothing about its version."""
    return image.digest is None and (image.tag is None or image.tag.lower() in _words(_MOVING))


def _repository(image: Maybe[ImageName] | None) -> str | None:
    """The image's name without registry and tag, also where only its tag is left open."""
    if isinstance(image, Unknown):
        # traefik:${TAG}: a colon behind the last slash ends the name
        return ImageName.of(image.head).repository if ":" in image.head.rpartition("/")[2] else None
    return image.repository if image else None


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@cache
def _needs() -> dict[tuple[str, str], str]:
    return {(image, need): why for image, need, why in _rows()}


def _rows() -> Iterator[tuple[str, str, str]]:
    for images, needs, why in reversed(_NEEDS):
        for image in images.split():
            yield from ((image, need, why) for need in needs.split())
