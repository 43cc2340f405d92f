"""The fields of nftables' grammar: how many words name one, and which words it can have."""

# The fields of each header
HEADERS = {
    "ether": "daddr saddr type",
    "vlan": "id dei cfi pcp type",
    "arp": "htype ptype hlen plen operation saddr daddr",
    "ip": "version hdrlength dscp ecn length id frag-off ttl protocol checksum saddr daddr option",
    "ip6": "version dscp ecn flowlabel length nexthdr hoplimit saddr daddr",
    "icmp": "type code checksum id sequence gateway mtu",
    "icmpv6": "type code checksum parameter-problem packet-too-big id sequence max-delay taddr daddr",
    "igmp": "type mrt checksum group",
    "tcp": "sport dport sequence ackseq doff reserved flags window checksum urgptr option",
    "udp": "sport dport length checksum",
    "udplite": "sport dport checksum",
    "sctp": "sport dport vtag checksum chunk",
    "dccp": "sport dport type option",
    "th": "sport dport",
    "ah": "nexthdr hdrlength reserved spi sequence",
    "esp": "spi sequence",
    "comp": "nexthdr flags cpi",
    "gre": "flags version protocol",
    "hbh": "nexthdr hdrlength",
    "dst": "nexthdr hdrlength",
    "mh": "nexthdr hdrlength type reserved checksum",
    "frag": "nexthdr reserved frag-off reserved2 more-fragments id",
    "srh": "nexthdr hdrlength type seg-left last-entry flags tag sid",
}  # fmt: skip
FIELDS = {name: frozenset(fields.split()) for name, fields in HEADERS.items()}
META = frozenset((
    "length", "nfproto", "l4proto", "protocol", "priority", "random", "mark", "iif", "iifname",
    "iiftype", "oif", "oifname", "oiftype", "skuid", "skgid", "nftrace", "rtclassid", "secmark",
    "ibriport", "obriport", "ibrname", "obrname", "ibrpvid", "ibrvproto", "ibridgename",
    "obridgename", "pkttype", "cpu", "iifgroup", "oifgroup", "cgroup", "ipsec", "iifkind",
    "oifkind", "sdif", "sdifname", "time", "day", "hour", "secpath", "broute", "ibrhwaddr",
))  # fmt: skip
# Those that need no `meta` before them
PLAIN_META = frozenset((
    "mark", "iif", "iifname", "iiftype", "oif", "oifname", "oiftype", "skuid", "skgid", "nftrace",
    "rtclassid", "ibriport", "obriport", "ibrname", "obrname", "ibridgename", "obridgename",
    "pkttype", "cpu", "iifgroup", "oifgroup", "cgroup",
))  # fmt: skip
CONNECTION = frozenset((
    "state", "direction", "status", "mark", "expiration", "helper", "label", "l3proto", "saddr",
    "daddr", "protocol", "proto-src", "proto-dst", "bytes", "packets", "avgpkt", "zone", "event",
    "id", "secmark", "timeout", "expectation", "count",
))  # fmt: skip
# Of either direction of a connection
DIRECTED = frozenset((
    "l3proto", "saddr", "daddr", "protocol", "proto-src", "proto-dst", "bytes", "packets", "avgpkt",
    "zone",
))  # fmt: skip
# What no packet has that opens a connection by TCP or UDP
STRANGE = frozenset((
    "icmp", "icmpv6", "igmp", "sctp", "dccp", "udplite", "ah", "esp", "comp", "gre", "hbh", "dst",
    "mh", "frag", "srh", "arp",
))  # fmt: skip
VERDICTS = frozenset(("accept", "drop", "continue", "return", "jump", "goto", "queue"))
OPERATORS = {
    "==": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">=", "!": "!",
    "eq": "==", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">",
    "le": "<=", "lte": "<=", "ge": ">=", "gte": ">=",
}  # fmt: skip
