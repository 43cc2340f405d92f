"""What modules of the registry make of their arguments; only what most people use is known.

https://registry.terraform.io/modules/terraform-aws-modules/security-group/aws: rules by their names, or as
objects whose networks stand in one text, with commas.
"""

from collections.abc import Callable, Iterator

from compolint.load.hcl.fields import Fields, as_text
from compolint.load.hcl.values import Value
from compolint.load.terraform.rules import Port, Rules, Said, between, protocol_of, said
from compolint.model.values import Ports
from compolint.pattern import pattern
from compolint.unknown import Maybe, Unknown

# terraform-aws-modules/security-group/aws//modules/ssh
# github.com/terraform-aws-modules/terraform-aws-security-group
_SECURITY_GROUP = pattern(
    r"(?:[\w.:/@-]*/)?(?:security-group/aws|terraform-aws-security-group(?:\.git)?)(?://modules/(?P<module>[\w-]+))?"
    r"(?:\?.*)?$"
)
# http-8080-tcp   mongodb-27017-tcp
_NUMBERED = pattern(r"[\w-]+-([0-9]{1,5})-(tcp|udp)$")
_NAMED = {
    "ssh-tcp": 22, "rdp-tcp": 3389, "rdp-udp": 3389, "postgresql-tcp": 5432, "mysql-tcp": 3306,
    "mssql-tcp": 1433, "redis-tcp": 6379, "memcached-tcp": 11211, "elasticsearch-rest-tcp": 9200,
    "elasticsearch-java-tcp": 9300, "grafana-tcp": 3000, "docker-swarm-mngmt-tcp": 2377,
    "kubernetes-api-tcp": 6443, "nfs-tcp": 2049,
    "oracle-db-tcp": 1521, "cassandra-clients-tcp": 9042, "redshift-tcp": 5439, "winrm-http-tcp": 5985,
    "winrm-https-tcp": 5986, "ldap-tcp": 389, "openvpn-udp": 1194, "openvpn-tcp": 943,
}  # fmt: skip


def reader(source: Maybe[str] | None) -> Callable[[Rules], None] | None:
    """What reads the call of a module, by where that comes from."""
    match = _SECURITY_GROUP.match(source) if isinstance(source, str) else None
    if match is None:
        return None
    named = f"{match['module']}-tcp" if match["module"] else None
    return lambda rules: _security_group(rules, named)


def _security_group(rules: Rules, named: str | None) -> None:
    call = rules.resource
    for direction in ("ingress", "egress"):
        peers = list(said(call, f"{direction}_cidr_blocks", f"{direction}_ipv6_cidr_blocks"))
        names = call.items(f"{direction}_rules")
        if named and direction == "ingress" and (source := call.get("source")):
            names = [Value(named, source.span), *names]
        for name in names if peers else ():
            protocol, port = _of_name(name)
            rules.add(call, direction, protocol, [port], peers, ports_at=f"{direction}_rules")
        for version in ("", "ipv6_"):
            for block in call.blocks(f"{direction}_with_{version}cidr_blocks"):
                own = list(_split(block, f"{version}cidr_blocks"))
                if rule := block.get("rule"):
                    protocol, port = _of_name(rule)
                else:
                    protocol, port = protocol_of(block), between(block.get("from_port"), block.get("to_port"))
                rules.add(block, direction, protocol, [port], own or peers, ports_at="from_port")


def _of_name(name: Value) -> tuple[Maybe[str], Port]:
    text = as_text(name)
    if isinstance(text, Unknown):
        return text, Port(text, name)
    if text == "all-all":
        return "all", Port(None, name)
    protocol = text.rpartition("-")[2]
    numbered = _NUMBERED.match(text)
    number = int(numbered[1]) if numbered else _NAMED.get(text)
    if number is None and text.startswith("all-"):
        return protocol, Port(None, name)
    ports = Ports(number, number) if number else Unknown(f"the ports of {text}", name.span)
    return protocol, Port(ports, name)


def _split(block: Fields, name: str) -> Iterator[Said]:
    for each in said(block, name):
        if not isinstance(each.value.of, str):
            yield each
            continue
        for part in each.value.of.split(","):
            yield Said(Value(part.strip(), each.value.span), name)
