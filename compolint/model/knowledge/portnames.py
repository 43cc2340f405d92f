"""Names of ports and of protocols, as rules of firewalls write them.

What `/etc/services` and `/etc/protocols` of Debian have; the machine that is asked here may have others.
"""

# https://www.iana.org/assignments/service-names-port-numbers
PORTS = {
    "tcpmux": 1, "echo": 7, "discard": 9, "systat": 11, "daytime": 13, "netstat": 15, "qotd": 17,
    "chargen": 19, "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "mail": 25, "time": 37,
    "whois": 43, "tacacs": 49, "domain": 53, "dns": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70,
    "finger": 79, "http": 80, "www": 80, "kerberos": 88, "kerberos5": 88, "pop3": 110, "pop-3": 110,
    "sunrpc": 111, "portmapper": 111, "auth": 113, "ident": 113, "nntp": 119, "ntp": 123, "epmap": 135,
    "loc-srv": 135, "netbios-ns": 137, "netbios-dgm": 138, "netbios-ssn": 139, "imap2": 143, "imap": 143,
    "snmp": 161, "snmp-trap": 162, "snmptrap": 162, "xdmcp": 177, "bgp": 179, "irc": 194, "ldap": 389,
    "svrloc": 427, "https": 443, "microsoft-ds": 445, "kpasswd": 464, "submissions": 465, "ssmtp": 465,
    "smtps": 465, "urd": 465, "isakmp": 500, "exec": 512, "biff": 512, "login": 513, "who": 513,
    "shell": 514, "syslog": 514, "printer": 515, "ntalk": 518, "route": 520, "router": 520, "uucp": 540,
    "klogin": 543, "kshell": 544, "dhcpv6-client": 546, "dhcpv6-server": 547, "rtsp": 554, "nntps": 563,
    "submission": 587, "ipp": 631, "ldaps": 636, "tinc": 655, "ldp": 646, "domain-s": 853, "rsync": 873,
    "ftps-data": 989, "ftps": 990, "telnets": 992, "imaps": 993, "pop3s": 995, "socks": 1080,
    "openvpn": 1194, "rmiregistry": 1099, "ms-sql-s": 1433, "ms-sql-m": 1434, "l2f": 1701, "l2tp": 1701,
    "datametrics": 1645, "radius": 1812, "radius-acct": 1813, "ssdp": 1900, "nfs": 2049, "gnunet": 2086,
    "zookeeper": 2181, "cvspserver": 2401, "iscsi-target": 3260, "mysql": 3306, "ms-wbt-server": 3389,
    "nut": 3493, "svn": 3690, "subversion": 3690, "epmd": 4369, "ipsec-nat-t": 4500, "iax": 4569,
    "radmin-port": 4899, "sip": 5060, "sip-tls": 5061, "xmpp-client": 5222, "xmpp-server": 5269,
    "cfengine": 5308, "mdns": 5353, "postgresql": 5432, "postgres": 5432, "freeciv": 5556, "amqps": 5671,
    "amqp": 5672, "x11": 6000, "mysql-proxy": 6446, "ircd": 6667, "ircs-u": 6697, "afs3-fileserver": 7000,
    "font-service": 7100, "http-alt": 8080, "webcache": 8080, "puppet": 8140, "bacula-dir": 9101,
    "bacula-fd": 9102, "bacula-sd": 9103, "git": 9418, "webmin": 10000, "zabbix-agent": 10050,
    "zabbix-trapper": 10051, "amanda": 10080,
}  # fmt: skip

# https://www.iana.org/assignments/protocol-numbers
PROTOCOLS = {
    0: "all", 1: "icmp", 2: "igmp", 4: "ipencap", 6: "tcp", 8: "egp", 17: "udp", 27: "rdp", 33: "dccp",
    41: "ipv6", 43: "ipv6-route", 44: "ipv6-frag", 46: "rsvp", 47: "gre", 50: "esp", 51: "ah",
    58: "icmpv6", 59: "ipv6-nonxt", 60: "ipv6-opts", 73: "rspf", 81: "vmtp", 88: "eigrp", 89: "ospf",
    94: "ipip", 97: "etherip", 98: "encap", 103: "pim", 108: "ipcomp", 112: "vrrp", 115: "l2tp",
    124: "isis", 132: "sctp", 133: "fc", 135: "mh", 136: "udplite", 137: "mpls-in-ip", 138: "manet",
    139: "hip", 140: "shim6", 141: "wesp", 142: "rohc",
}  # fmt: skip
_ALIASES = {
    "ipv6-icmp": "icmpv6", "icmp6": "icmpv6", "ospfigp": "ospf", "ipv6-mh": "mh", "mobility-header": "mh",
    "ip": "all", "ipv4": "ipencap", "ipv6-auth": "ah", "ipv6-crypt": "esp",
}  # fmt: skip
_PROTOCOL_NAMES = frozenset(PROTOCOLS.values())


def protocol(text: str) -> str | None:
    """The one name of a protocol, of a number that has none the number; `None` where it is not known."""
    lower = text.lower()
    if lower in _PROTOCOL_NAMES:
        return lower
    if lower.isascii() and lower.isdecimal() and len(lower) <= 3:
        number = int(lower)
        return PROTOCOLS.get(number, str(number)) if number < 256 else None
    return _ALIASES.get(lower)
