"""What firewalld means by the names of services, and its zones as they come.

https://github.com/firewalld/firewalld/tree/main/config: the ports of those services that servers have.
"""

from compolint.model.values import Ports

_TABLE = """
RH-Satellite-6 tcp:5000,5646-5647,5671,8000,8080,9090
amqp tcp:5672
amqps tcp:5671
bacula tcp:9101-9103
bgp tcp:179
bitcoin tcp:8333
cockpit tcp:9090
collectd udp:25826
dhcp udp:67
dhcpv6 udp:547
dhcpv6-client udp:546
dns tcp:53 udp:53
dns-over-tls tcp:853
docker-registry tcp:5000
docker-swarm tcp:2377,7946 udp:4789,7946
elasticsearch tcp:9200,9300
etcd-client tcp:2379
etcd-server tcp:2380
finger tcp:79
ftp tcp:21
git tcp:9418
grafana tcp:3000
gre gre
http tcp:80
http3 udp:443
https tcp:443
imap tcp:143
imaps tcp:993
influxdb tcp:8086
ipp tcp:631 udp:631
ipp-client udp:631
ipsec udp:500,4500 ah esp
irc tcp:194
iscsi-target tcp:3260
jellyfin tcp:8096,8920 udp:1900,7359
jenkins tcp:8080
kerberos tcp:88 udp:88
kibana tcp:5601
kube-api tcp:6443
kube-apiserver tcp:6443
kubelet tcp:10250
ldap tcp:389
ldaps tcp:636
libvirt tcp:16509
libvirt-tls tcp:16514
llmnr tcp:5355 udp:5355
managesieve tcp:4190
matrix tcp:8448
mdns udp:5353
memcache tcp:11211 udp:11211
minidlna tcp:8200 udp:1900
mongodb tcp:27017
mosh udp:60000-61000
mountd tcp:20048 udp:20048
mqtt tcp:1883
mqtt-tls tcp:8883
ms-wbt tcp:3389
mssql tcp:1433
murmur tcp:64738 udp:64738
mysql tcp:3306
netbios-ns udp:137
nfs tcp:2049
nfs3 tcp:2049 udp:2049
node-exporter tcp:9100
nrpe tcp:5666
ntp udp:123
openvpn udp:1194
plex tcp:32400,32469 udp:1900,5353,32410,32412-32414
pop3 tcp:110
pop3s tcp:995
postgresql tcp:5432
prometheus tcp:9090
prometheus-node-exporter tcp:9100
proxy-dhcp udp:4011
ptp udp:319-320
puppetmaster tcp:8140
radius udp:1812-1813 tcp:1812-1813
rdp tcp:3389
redis tcp:6379
redis-sentinel tcp:26379
rpc-bind tcp:111 udp:111
rsyncd tcp:873 udp:873
samba tcp:139,445 udp:137-138
samba-client udp:137-138
sip tcp:5060-5061 udp:5060-5061
smtp tcp:25
smtp-submission tcp:587
smtps tcp:465
snmp tcp:161 udp:161
snmptrap tcp:162 udp:162
squid tcp:3128
ssdp udp:1900
ssh tcp:22
stun tcp:3478 udp:3478
stuns tcp:5349 udp:5349
svn tcp:3690
syncthing tcp:22000 udp:22000,21027
syncthing-gui tcp:8384
syslog udp:514
syslog-tls tcp:6514 udp:6514
tailscale udp:41641
telnet tcp:23
tftp udp:69
tor-socks tcp:9050
transmission-client tcp:51413 udp:51413
turn tcp:3478 udp:3478
turns tcp:5349 udp:5349
upnp-client udp:1900
vnc-server tcp:5900-5903
wireguard udp:51820
ws-discovery udp:3702
ws-discovery-client udp:3702
wsman tcp:5985
wsmans tcp:5986
xmpp-client tcp:5222
xmpp-server tcp:5269
zabbix-agent tcp:10050
zabbix-server tcp:10051
"""
Listening = tuple[str, tuple[Ports, ...]]  # a protocol, and its ports


def _listening(text: str) -> Listening:
    name, _, ports = text.partition(":")
    ranges = (part.partition("-") for part in ports.split(",") if part)
    return name, tuple(Ports(int(first), int(last or first)) for first, _, last in ranges)


def service(name: str) -> tuple[Listening, ...] | None:
    """What a service listens on; None for one that is not in the table."""
    at = _TABLE.find(f"\n{name} ") if name.strip() == name and name else -1
    if at < 0:
        return None
    words = _TABLE[at + 1 : _TABLE.index("\n", at + 1)].split()
    return tuple(_listening(word) for word in words[1:])


# The zones that an installation has: target, services, whether it masquerades
STOCK: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "block": ("%%REJECT%%", (), False),
    "dmz": ("default", ("ssh",), False),
    "drop": ("DROP", (), False),
    "external": ("default", ("ssh",), True),
    "home": ("default", ("ssh", "mdns", "samba-client", "dhcpv6-client"), False),
    "internal": ("default", ("ssh", "mdns", "samba-client", "dhcpv6-client"), False),
    "public": ("default", ("ssh", "dhcpv6-client"), False),
    "trusted": ("ACCEPT", (), False),
    "work": ("default", ("ssh", "dhcpv6-client"), False),
}
