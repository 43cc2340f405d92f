"""Who reaches the ports of whole projects, as their files tell it."""

from textwrap import dedent

import pytest

from compolint import config, engine
from compolint.exposure import Exposure, exposure
from compolint.tree import MemoryTree

UFW = {
    "etc/default/ufw": "".join(
        f"DEFAULT_{chain}_POLICY={policy}\n"
        for chain, policy in (("INPUT", "DROP"), ("OUTPUT", "ACCEPT"), ("FORWARD", "DROP"))
    ),
    "etc/ufw/ufw.conf": "ENABLED=yes\n",
    "etc/ufw/user.rules": "*filter\n-A ufw-user-input -p tcp --dport 22 -j ACCEPT\nCOMMIT\n",
    "etc/ufw/user6.rules": "*filter\n-A ufw6-user-input -p tcp --dport 22 -j ACCEPT\nCOMMIT\n",
}
DROP_6 = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n"


def service(*ports: str, more: str = "") -> str:
    published = "".join(f'\n      - "{port}"' for port in ports)
    return f"services:\n  api:\n    image: ghcr.io/acme/api:3.5.0\n    ports:{published}\n{more}"


def user_chain(*rules: str) -> str:
    body = "".join(f"-A DOCKER-USER {rule}\n" for rule in rules)
    return f"*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n{body}COMMIT\n"


def asked(files: dict[str, str]) -> Exposure:
    tree = MemoryTree({path: dedent(text) for path, text in files.items()})
    settings = config.read(tree, known=set())
    return exposure(engine.survey(tree, settings).world)


def answers(files: dict[str, str], port: int) -> dict[str, str]:
    row = next(row for row in asked(files).rows if row.port == port)
    return {zone: reach.answer for zone, reach in row.zones.items()}


def internet(files: dict[str, str], port: int) -> str:
    return answers(files, port)["internet"]


def reasons(files: dict[str, str], port: int, zone: str = "internet") -> str:
    row = next(row for row in asked(files).rows if row.port == port)
    return "; ".join(note.text for note in row.zones[zone].because)


def test_a_published_port_is_open_under_a_firewall_that_denies_everything() -> None:
    files = {"compose.yaml": service("5432:5432"), **UFW}
    assert answers(files, 5432) | {"containers": ""} == {
        "internet": "open", "tailnet": "open", "lan": "open", "containers": "", "host": "open",
    }  # fmt: skip


def test_a_port_on_the_loopback_is_for_the_host_alone() -> None:
    files = {"compose.yaml": service("127.0.0.1:5432:5432"), **UFW}
    assert answers(files, 5432) == {
        "internet": "closed", "tailnet": "closed", "lan": "closed", "containers": "closed", "host": "open",
    }  # fmt: skip


def test_a_port_on_an_address_of_the_tailnet_is_for_the_tailnet() -> None:
    found = answers({"compose.yaml": service("100.100.1.10:5432:5432")}, 5432)
    assert (found["tailnet"], found["lan"], found["internet"]) == ("open", "closed", "closed")


def test_a_program_on_the_host_is_held_by_its_firewall() -> None:
    files = {"etc/systemd/system/redis.socket": "[Socket]\nListenStream=6379\n", **UFW}
    assert internet(files, 6379) == "closed"


def test_a_rule_for_containers_with_the_published_port_holds_where_both_ports_are_equal() -> None:
    rules = user_chain("-i eth0 -p tcp --dport 18789 -j DROP")
    assert (
        internet({"compose.yaml": service("18789:18789"), "rules.v4": rules, "rules.v6": DROP_6}, 18789)
        == "closed"
    )


def test_a_rule_for_containers_with_the_published_port_misses_where_the_ports_differ() -> None:
    rules = user_chain("-i eth0 -p tcp --dport 18789 -j DROP")
    assert (
        internet({"compose.yaml": service("18789:63362"), "rules.v4": rules, "rules.v6": DROP_6}, 18789)
        == "open"
    )


def test_a_rule_for_containers_that_asks_what_the_client_wrote_holds() -> None:
    rules = user_chain("-i eth0 -p tcp -m conntrack --ctorigdstport 18789 --ctdir ORIGINAL -j DROP")
    files = {"compose.yaml": service("18789:63362"), "rules.v4": rules, "rules.v6": DROP_6}
    assert internet(files, 18789) == "closed"


def test_a_rule_for_containers_behind_a_return_is_never_asked() -> None:
    rules = user_chain("-j RETURN", "-i eth0 -p tcp --dport 80 -j DROP")
    assert (
        internet({"compose.yaml": service("8080:80"), "rules.v4": rules, "rules.v6": DROP_6}, 8080) == "open"
    )


def test_rules_for_ipv4_alone_leave_ipv6_open() -> None:
    rules = user_chain("-i eth0 -j DROP")
    files = {"compose.yaml": service("8080:80"), "rules.v4": rules}
    assert internet(files, 8080) == "open"
    assert "by IPv6, for which no rules are declared" in reasons(files, 8080)


def test_a_host_without_ipv6_is_not_asked_by_it() -> None:
    settings = '[hosts.web]\npaths = ["**"]\nipv6 = false\n'
    rules = user_chain("-i eth0 -j DROP")
    assert (
        internet({"compose.yaml": service("8080:80"), "rules.v4": rules, "compolint.toml": settings}, 8080)
        == "closed"
    )


@pytest.mark.parametrize(("release", "answer"), [("28", "closed"), ("29", "open")])
def test_what_other_containers_reach_depends_on_the_release_of_docker(release: str, answer: str) -> None:
    settings = f'[hosts.web]\npaths = ["**"]\ndocker = "{release}"\n'
    files = {"compose.yaml": service("8080:80"), **UFW, "compolint.toml": settings}
    assert answers(files, 8080)["containers"] == answer


def test_what_the_releases_of_docker_differ_in_is_undecided_where_none_is_named() -> None:
    files = {"compose.yaml": service("8080:80"), **UFW}
    assert answers(files, 8080)["containers"] == "undecided"
    assert "with Docker 29" in reasons(files, 8080, "containers")


def test_an_address_that_the_files_leave_open_is_undecided() -> None:
    assert internet({"compose.yaml": service("${BIND}:5432:5432")}, 5432) == "undecided"


def test_a_rule_with_a_match_that_is_not_decided_makes_the_answer_undecided() -> None:
    rules = user_chain("-i eth0 -m set --match-set bad src -j DROP")
    files = {"compose.yaml": service("8080:80"), "rules.v4": rules, "rules.v6": DROP_6}
    assert internet(files, 8080) == "undecided"
    assert "match-set bad" in reasons(files, 8080)


def test_a_port_that_few_addresses_reach_is_not_called_closed() -> None:
    rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 203.0.113.5 -p tcp --dport 6379 -j ACCEPT\nCOMMIT\n"
    files = {
        "etc/systemd/system/redis.socket": "[Socket]\nListenStream=6379\n",
        "rules.v4": rules + "", "rules.v6": DROP_6,
    }  # fmt: skip
    assert internet(files, 6379) != "closed"
    assert "203.0.113.5" in reasons(files, 6379)


def test_a_container_with_an_address_of_the_lan_publishes_nothing() -> None:
    more = "    networks: [lan]\nnetworks:\n  lan:\n    driver: macvlan\n"
    assert asked({"compose.yaml": service("8080:80", more=more)}).rows == ()


def test_a_daemon_that_writes_no_rules_leaves_its_ports_to_the_hosts_firewall() -> None:
    files = {"compose.yaml": service("8080:80"), **UFW, "etc/docker/daemon.json": '{"iptables": false}'}
    assert internet(files, 8080) == "closed"


def test_a_firewall_that_is_switched_off_holds_nothing() -> None:
    files = {
        "etc/systemd/system/redis.socket": "[Socket]\nListenStream=6379\n",
        **UFW, "etc/ufw/ufw.conf": "ENABLED=no\n",
    }  # fmt: skip
    assert internet(files, 6379) == "open"


def test_a_cloud_firewall_holds_a_port_as_the_only_layer() -> None:
    group = """
        resource "aws_security_group" "web" {
          ingress {
            from_port   = 443
            to_port     = 443
            protocol    = "tcp"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        """
    (row,) = asked({"compose.yaml": service("5432:5432"), "main.tf": group}).rows
    assert row.zones["internet"].answer == "closed"
    assert [layer.name for layer in row.layers if layer.state == "holds"] == ["cloud firewall"]


def test_a_zone_of_the_project_is_asked_like_the_others() -> None:
    settings = '[zones.office]\nsources = ["10.8.0.0/24"]\ninterfaces = ["wg0"]\n'
    rules = user_chain("-i eth0 -j DROP")
    files = {
        "compose.yaml": service("8080:80"),
        "rules.v4": rules,
        "rules.v6": DROP_6,
        "compolint.toml": settings,
    }
    found = answers(files, 8080)
    assert (found["office"], found["internet"]) == ("open", "closed")


def test_containers_reach_the_metadata_service_past_rules_for_the_hosts_own_packets() -> None:
    rules = "*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -d 169.254.169.254 -j DROP\nCOMMIT\n"
    (egress,) = asked({"compose.yaml": service("8080:80"), "rules.v4": rules}).egress
    assert egress.metadata.answer == "open"


def test_containers_are_kept_from_the_metadata_service_by_a_rule_for_containers() -> None:
    (egress,) = asked(
        {"compose.yaml": service("8080:80"), "rules.v4": user_chain("-d 169.254.169.254 -j DROP")}
    ).egress
    assert (egress.metadata.answer, egress.to["internet"].answer) == ("closed", "open")


def test_containers_of_an_internal_network_reach_nothing_outside() -> None:
    more = "    networks: [inner]\nnetworks:\n  inner:\n    internal: true\n"
    files = {"compose.yaml": "services:\n  api:\n    image: ghcr.io/acme/api:3.5.0\n" + more}
    (egress,) = asked(files).egress
    assert egress.to["internet"].answer == "closed"


def test_firewalls_guard_the_ports_that_are_declared_beside_them() -> None:
    closing = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n"
    files = {
        "one/redis.socket": "[Socket]\nListenStream=6379\n",
        "one/rules.v4": closing, "one/rules.v6": closing,
        "two/memcached.socket": "[Socket]\nListenStream=11211\n",
        "two/rules.v4": "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n",
    }  # fmt: skip
    assert (internet(files, 6379), internet(files, 11211)) == ("closed", "open")


ANSWERS = "-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n"


def dump(*rules: str, family: str = "", input_policy: str = "DROP") -> str:
    body = "".join(f"{rule}\n" for rule in rules)
    return (
        f"# Generated by ip{family}tables-save v1.8.9 (nf_tables)\n*filter\n:INPUT {input_policy} [0:0]\n"
        ":FORWARD DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n"
        f"{ANSWERS}{body}COMMIT\n"
    )


REDIS = {"etc/systemd/system/redis.socket": "[Socket]\nListenStream=6379\n"}


def test_of_two_machines_dumps_in_one_file_either_may_be_meant() -> None:
    one, other = dump(input_policy="ACCEPT"), dump()
    files = {**REDIS, "dump.txt": one + other, "rules.v6": DROP_6}
    assert internet(files, 6379) == "undecided"
    assert "closed if dump 2 of dump.txt is of this machine" in reasons(files, 6379)


def test_of_two_machines_dumps_in_two_folders_either_may_be_meant() -> None:
    files = {
        **REDIS,
        "hosts/a/iptables.save": dump(input_policy="ACCEPT"), "hosts/a/ip6tables.save": dump(family="6"),
        "hosts/b/iptables.save": dump(), "hosts/b/ip6tables.save": dump(family="6"),
    }  # fmt: skip
    assert internet(files, 6379) == "undecided"
    assert "open if hosts/a/iptables.save is of this machine" in reasons(files, 6379)


def test_dumps_of_two_machines_that_agree_leave_nothing_open() -> None:
    files = {**REDIS, "dump.txt": dump() + dump(), "rules.v6": DROP_6}
    assert internet(files, 6379) == "closed"


def test_containers_of_a_network_that_only_a_dump_names_are_asked() -> None:
    nat = """\
*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.18.0.0/16 ! -o br-1a2b3c4d5e6f -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
"""
    rules = dump(
        "-A FORWARD -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT",
        "-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT",
    )
    files = {"compose.yaml": service("8080:80"), "dump.txt": rules + nat, "rules.v6": DROP_6}
    assert answers(files, 8080)["containers"] == "open"


def test_a_port_of_a_range_is_told_apart_by_a_rule_for_the_containers_port() -> None:
    rules = user_chain("-i eth0 -p tcp --dport 9005 -j DROP")
    files = {"compose.yaml": service("8000-8010:9000-9010"), "rules.v4": rules, "rules.v6": DROP_6}
    assert [internet(files, port) for port in (8004, 8005, 8006)] == ["open", "closed", "open"]


def group(port: int, *networks: str) -> str:
    listed = ", ".join(f'"{each}"' for each in networks)
    return (
        f'resource "aws_security_group" "web" {{\n  ingress {{\n    from_port   = {port}\n'
        f'    to_port     = {port}\n    protocol    = "tcp"\n    cidr_blocks = [{listed}]\n  }}\n}}\n'
    )


def test_a_port_of_a_range_is_told_apart_by_a_rule_of_a_cloud() -> None:
    files = {"compose.yaml": service("8000-8010:8000-8010"), "main.tf": group(8005, "0.0.0.0/0")}
    assert [internet(files, port) for port in (8004, 8005, 8006)] == ["closed", "open", "closed"]


def test_a_cloud_firewall_that_lets_some_in_does_not_close_a_port() -> None:
    files = {"compose.yaml": service("8080:80"), "main.tf": group(8080, "203.0.114.7/32")}
    row = next(row for row in asked(files).rows if row.port == 8080)
    reach = row.zones["internet"]
    assert (reach.answer, reach.is_for_some, reach.sources) == ("undecided", True, ("203.0.114.7/32",))


def test_a_cloud_firewall_that_lets_private_networks_in_keeps_the_internet_out() -> None:
    files = {"compose.yaml": service("8080:80"), "main.tf": group(8080, "10.0.0.0/8")}
    assert internet(files, 8080) == "closed"


def test_the_host_reaches_its_loopback_without_the_engines_proxy() -> None:
    files = {
        "compose.yaml": service("127.0.0.1:8080:80"),
        "etc/docker/daemon.json": '{"userland-proxy": false}', "rules.v4": dump(), "rules.v6": DROP_6,
    }  # fmt: skip
    assert answers(files, 8080)["host"] == "open"


def test_docker_puts_its_networks_in_a_zone_of_firewalld_that_accepts() -> None:
    zone = '<zone><short>Public</short><service name="ssh"/></zone>\n'
    files = {"compose.yaml": service("8080:80"), **REDIS, "etc/firewalld/zones/public.xml": zone}
    assert (answers(files, 6379)["containers"], internet(files, 6379)) == ("open", "closed")
    (egress,) = asked(files).egress
    assert egress.to["internet"].answer == "open"


def test_containers_with_ipv6_reach_the_internet_past_rules_for_ipv4() -> None:
    more = "    networks: [n]\nnetworks:\n  n:\n    enable_ipv6: true\n"
    rules = user_chain("-i eth0 -j DROP")
    files = {"compose.yaml": service("8080:80", more=more), "rules.v4": rules, "rules.v6": DROP_6}
    (egress,) = asked(files).egress
    assert (egress.to["internet"].answer, egress.to["internet"].families) == ("open", (6,))


def test_a_network_that_a_project_leaves_unnamed_is_none_that_somebody_named() -> None:
    rules = user_chain("-i eth0 -o br-web -j DROP")
    files = {"compose.yaml": service("8080:80"), "rules.v4": rules, "rules.v6": DROP_6}
    assert internet(files, 8080) == "open"


def test_a_network_that_a_project_leaves_unnamed_may_be_one_that_docker_named() -> None:
    rules = user_chain("-i eth0 -o br-1a2b3c4d5e6f -j DROP")
    files = {"compose.yaml": service("8080:80"), "rules.v4": rules, "rules.v6": DROP_6}
    assert internet(files, 8080) == "undecided"


def test_a_status_of_ufw_in_another_language_leaves_everything_undecided() -> None:
    status = """\
Status: Aktiv

Zu                         Aktion      Von
--                         ------      ---
22/tcp                     ALLOW IN    Anywhere
"""
    assert internet({**REDIS, "ufw.txt": status}, 6379) == "undecided"


def test_a_loop_of_jumps_is_told_as_the_reason() -> None:
    rules = dump("-A INPUT -j A", "-A A -j B", "-A B -j A").replace(
        ":FORWARD", ":A - [0:0]\n:B - [0:0]\n:FORWARD"
    )
    files = {**REDIS, "rules.v4": rules, "rules.v6": DROP_6}
    assert internet(files, 6379) == "undecided"
    assert "`-A B -j A` leads back to where it came from" in reasons(files, 6379)


def test_releases_of_docker_that_agree_are_told_together() -> None:
    files = {"compose.yaml": service("8080:80"), **UFW}
    told = reasons(files, 8080, "containers")
    assert told.startswith("closed with Docker 27 or 28: ")


def test_a_port_that_a_rule_turns_another_one_into_is_reached_by_that() -> None:
    nat = "*nat\n-A PREROUTING -i eth0 -p tcp --dport 16379 -j REDIRECT --to-ports 6379\nCOMMIT\n"
    rules = nat + dump("-A INPUT -p tcp --dport 6379 -m conntrack --ctstate DNAT -j ACCEPT")
    files = {**REDIS, "dump.txt": rules, "rules.v6": DROP_6}
    assert internet(files, 6379) == "open"
    assert "--dport 16379 -j REDIRECT --to-ports 6379` turns it into one for another port" in reasons(
        files, 6379
    )


QUADLET = "[Container]\nImage=docker.io/library/nginx:1.29\nPublishPort=127.0.0.1:9090:90\n"


def test_the_host_reaches_a_port_of_podman_on_its_loopback() -> None:
    files = {"etc/containers/systemd/web.container": QUADLET}
    assert answers(files, 9090) | {"tailnet": "", "lan": "", "containers": ""} == {
        "internet": "closed", "tailnet": "", "lan": "", "containers": "", "host": "open",
    }  # fmt: skip


@pytest.mark.parametrize(("more", "answer"), [({}, "open"), (UFW, "undecided")])
def test_containers_of_podman_reach_the_internet_if_no_firewall_stops_them(
    more: dict[str, str], answer: str
) -> None:
    (egress,) = asked({"etc/containers/systemd/web.container": QUADLET, **more}).egress
    assert egress.to["internet"].answer == answer


def test_rules_of_both_backends_of_iptables_are_on_one_machine() -> None:
    legacy = dump(input_policy="ACCEPT").replace("(nf_tables)", "(legacy)")
    assert internet({**REDIS, "dump.txt": dump() + legacy, "rules.v6": DROP_6}, 6379) == "closed"


def on_host(*more: str, image: str = "ghcr.io/acme/api:3.5.0") -> str:
    lines = "".join(f"\n    {line}" for line in more)
    return f"services:\n  api:\n    image: {image}\n    network_mode: host{lines}\n"


def test_a_container_on_the_hosts_network_is_held_by_what_the_host_receives() -> None:
    files = {"compose.yaml": on_host("expose:", '  - "3000"')}
    assert internet(files, 3000) == "open"
    assert internet({**files, **UFW}, 3000) == "closed"


@pytest.mark.parametrize(
    ("image", "more", "port"),
    [
        ("prom/node-exporter:v1.9.1", ('command: ["--web.listen-address=:9111"]',), 9111),
        ("prom/node-exporter:v1.9.1", ("restart: always",), 9100),
        ("redis:8", ('command: ["redis-server", "--port", "7000"]',), 7000),
        ("ollama/ollama:0.9.0", ("environment:", "  OLLAMA_HOST: 0.0.0.0:11500"), 11500),
        (
            "ghcr.io/acme/api:3.5.0",
            ("ports:", '  - "8080:80"'),
            80,
        ),  # that of the container, as nothing is mapped
    ],
)
def test_the_ports_of_a_container_on_the_hosts_network_are_what_the_files_tell(
    image: str, more: tuple[str, ...], port: int
) -> None:
    (row,) = asked({"compose.yaml": on_host(*more, image=image)}).rows
    assert (row.port, row.zones["internet"].answer) == (port, "open")


def test_a_container_on_the_hosts_network_opens_what_its_dockerfile_exposes() -> None:
    dockerfile = "FROM alpine:3.22\nEXPOSE 8443\n"
    files = {"compose.yaml": on_host("build: .", image="acme/api"), "Dockerfile": dockerfile}
    assert internet(files, 8443) == "open"


def test_of_a_container_on_the_hosts_network_that_says_nothing_any_port_may_be_open() -> None:
    (row,) = asked({"compose.yaml": on_host()}).rows
    assert (row.port, row.zones["internet"].answer) == (None, "undecided")


def test_whatever_ports_a_container_on_the_hosts_network_opens_a_closed_firewall_holds_them() -> None:
    files = {"compose.yaml": on_host(), "rules.v4": DROP_6.replace("icmp", "tcp"), "rules.v6": DROP_6}
    (row,) = asked(files).rows
    assert row.zones["internet"].answer == "closed"
    some = DROP_6.replace("COMMIT", "-A INPUT -p tcp --dport 443 -j ACCEPT\nCOMMIT")
    (row,) = asked({**files, "rules.v4": some}).rows
    assert row.zones["internet"].answer == "undecided"


def test_the_unknown_port_of_one_service_is_none_that_another_publishes() -> None:
    text = service("5432:5432") + "  web:\n    image: acme/web:1\n    ports:\n      - ${PORT}:80\n"
    found = {row.port: row.zones["internet"].answer for row in asked({"compose.yaml": text, **UFW}).rows}
    assert found == {5432: "open", None: "open"}


TO_LOOPBACK = (
    "*nat\n:PREROUTING ACCEPT [0:0]\n"
    "-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 127.0.0.1:5432\nCOMMIT\n"
)


@pytest.mark.parametrize(("value", "answer"), [("0", "closed"), ("1", "open"), (None, "undecided")])
def test_a_rule_may_lead_to_the_loopback_if_the_kernel_is_told_to_route_there(
    value: str | None, answer: str
) -> None:
    files = {"compose.yaml": service("127.0.0.1:5432:5432"), "rules.v4": TO_LOOPBACK}
    if value:
        files["etc/sysctl.d/50-route.conf"] = f"net.ipv4.conf.all.route_localnet = {value}\n"
    assert internet(files, 5432) == answer


def test_a_rule_may_lead_to_a_port_that_the_engine_publishes() -> None:
    text = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n"
        "-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n"
        "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n"
        "-A DOCKER-USER -i eth0 -j DROP\nCOMMIT\n"
    )
    files = {"compose.yaml": service("8080:3000"), "rules.v4": text, "rules.v6": DROP_6}
    assert internet(files, 8080) == "open"
    assert "`-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080`" in reasons(files, 8080)
    assert (
        internet({**files, "rules.v4": text.partition("*filter")[2].join(("*filter", ""))}, 8080) == "closed"
    )


def routed(family: int, *subnets: str) -> str:
    pools = "".join(f"\n          - subnet: {subnet}" for subnet in subnets)
    return service(
        "8080:80",
        more=f"""
networks:
  default:
    enable_ipv6: true
    driver_opts:
      com.docker.network.bridge.gateway_mode_ipv{family}: routed
    ipam:
      config:{pools}
""",
    )


def test_a_routed_network_opens_the_containers_own_port_and_none_of_the_host() -> None:
    files = {"compose.yaml": routed(6, "172.30.0.0/24", "2001:db8:7::/64"), **UFW}
    rows = {row.port: row for row in asked(files).rows}
    assert {port: row.door.families for port, row in rows.items()} == {8080: (4,), 80: (6,)}
    assert {port: row.zones["internet"].answer for port, row in rows.items()} == {8080: "open", 80: "open"}
    assert "the container's own address" in reasons(files, 80)


def test_a_private_network_that_is_routed_is_beyond_the_reach_of_the_internet() -> None:
    found = answers({"compose.yaml": routed(4, "172.30.0.0/24", "fd00:7::/64")}, 80)
    assert (found["internet"], found["lan"], found["host"]) == ("closed", "open", "open")


def test_a_port_that_the_dump_does_not_know_yet_is_on_the_network_that_it_knows() -> None:
    dump = """\
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i br-0123456789ab -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
-A FORWARD -o br-0123456789ab -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o br-0123456789ab -j DOCKER
-A FORWARD -i br-0123456789ab -j ACCEPT
-A DOCKER -d 172.18.0.2/32 ! -i br-0123456789ab -o br-0123456789ab -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
"""
    text = "services:\n"
    for name, port in (("new", "9000:9000"), ("web", "8080:80")):
        text += f"  {name}:\n    image: acme/{name}:1\n    ports:\n      - {port}\n"
    files = {"compose.yaml": text, "rules.v4": dump, "rules.v6": DROP_6}
    assert (internet(files, 8080), internet(files, 9000)) == ("open", "open")


def test_the_addresses_that_a_project_gives_its_network_are_those_of_its_containers() -> None:
    network = """
networks:
  default:
    ipam:
      config:
        - subnet: 172.20.0.0/16
"""
    text = user_chain("-d 172.16.0.0/12 -j DROP")
    files = {"compose.yaml": service("8080:80", more=network), "rules.v4": text, "rules.v6": DROP_6}
    assert internet(files, 8080) == "closed"


DOCKER_28 = """\
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-BRIDGE - [0:0]
:DOCKER-CT - [0:0]
:DOCKER-FORWARD - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
{top}-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER -d 172.18.0.2/32 ! -i {network} -o {network} -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER ! -i {network} -o {network} -j DROP
-A DOCKER-BRIDGE -o {network} -j DOCKER
-A DOCKER-CT -o {network} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-ISOLATION-STAGE-1
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i {network} -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i {network} ! -o {network} -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-2 -o {network} -j DROP
{user}COMMIT
"""
DOCKER_28_NAT = """\
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.18.0.0/16 ! -o {network} -j MASQUERADE
-A DOCKER -i {network} -j RETURN
-A DOCKER ! -i {network} -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80
COMMIT
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -d 172.18.0.2/32 ! -i {network} -j DROP
COMMIT
"""
HOST_29 = '[hosts.one]\npaths = ["**"]\ndocker = "29"\n'
NAMED = """\
networks:
  default:
    driver_opts:
      com.docker.network.bridge.name: web0
"""


def docker_28(network: str, *, top: str = "", user: str = "", nat: bool = True) -> str:
    """A dump of a machine with Docker 28 and a container behind its port 8080."""
    whole = DOCKER_28 + (DOCKER_28_NAT if nat else "")
    return whole.format(network=network, top=top, user=user)


def test_a_network_may_have_any_name_in_a_dump() -> None:
    files = {"compose.yaml": service("8080:80", more=NAMED), "a.v4": docker_28("web0"), "a.v6": DROP_6}
    assert answers(files, 8080)["internet"] == "open"
    assert answers(files, 8080)["lan"] == "open"


def test_the_order_of_a_dump_of_the_filter_table_alone_is_kept() -> None:
    user = "-A DOCKER-USER -m conntrack --ctstate NEW -j DROP\n"
    top = "-A FORWARD -i tailscale0 -j ACCEPT\n"
    dump = docker_28("br-0a1b2c3d4e5f", top=top, user=user, nat=False)
    found = answers({"compose.yaml": service("8080:80"), "a.v4": dump, "a.v6": DROP_6}, 8080)
    assert (found["tailnet"], found["internet"]) == ("open", "closed")


def test_the_top_of_a_dump_of_the_filter_table_alone_holds() -> None:
    dump = docker_28("br-0a1b2c3d4e5f", top="-A FORWARD -i eth0 -p tcp --dport 80 -j DROP\n", nat=False)
    assert internet({"compose.yaml": service("8080:80"), "a.v4": dump, "a.v6": DROP_6}, 8080) == "closed"


def test_the_chains_of_a_dump_tell_the_release_of_docker() -> None:
    """Docker 28 leads containers of other networks to its proxy, which the host's firewall holds."""
    files = {"compose.yaml": service("9000:9000"), "a.v4": docker_28("br-0a1b2c3d4e5f"), "a.v6": DROP_6}
    found = answers(files, 9000)
    assert (found["internet"], found["containers"]) == ("open", "closed")


def test_a_dump_of_nftables_has_the_chains_of_docker() -> None:
    """Docker 28 has isolated these networks from each other, which no rule of ours must be added to."""
    rules = """\
        table ip filter {
          chain INPUT { type filter hook input priority filter; policy drop; }
          chain FORWARD {
            type filter hook forward priority filter; policy drop;
            jump DOCKER-USER
            jump DOCKER-FORWARD
          }
          chain DOCKER-USER { }
          chain DOCKER-FORWARD {
            ct state related,established accept
            iifname "tailscale0" jump DOCKER
          }
          chain DOCKER { ip daddr 172.18.0.2 oifname "br-0a1b2c3d4e5f" tcp dport 80 accept; }
        }
        table ip nat {
          chain PREROUTING {
            type nat hook prerouting priority dstnat; policy accept;
            fib daddr type local jump DOCKER
          }
          chain DOCKER { iifname != "br-0a1b2c3d4e5f" tcp dport 8080 dnat to 172.18.0.2:80; }
        }
        """
    found = answers({"compose.yaml": service("8080:80"), "nft.txt": rules, "a.v6": DROP_6}, 8080)
    assert (found["tailnet"], found["internet"]) == ("open", "closed")


def test_a_bridge_of_another_project_that_a_rule_names_has_containers() -> None:
    rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i br-0a1b2c3d4e5f -p tcp --dport 9090 -j ACCEPT\nCOMMIT\n"
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    found = answers({"compose.yaml": compose, "a.v4": rules, "a.v6": DROP_6}, 9090)
    assert (found["containers"], found["internet"]) == ("open", "closed")


def test_a_rule_for_the_second_card_says_nothing_about_the_internet() -> None:
    rules = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i eth1 -p tcp --dport 9090 -j DROP\nCOMMIT\n"
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    assert internet({"compose.yaml": compose, "a.v4": rules, "a.v6": DROP_6}, 9090) == "undecided"


def test_the_local_network_that_a_rule_lets_in_is_none_of_containers() -> None:
    rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 192.168.1.0/24 -j ACCEPT\nCOMMIT\n"
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    found = answers({"compose.yaml": compose, "a.v4": rules, "a.v6": DROP_6}, 9090)
    assert (found["lan"], found["containers"]) == ("open", "closed")


def test_containers_of_a_network_without_ipv6_do_not_ask_by_it() -> None:
    compose = service("[::]:8080:80", more="networks:\n  default:\n    enable_ipv6: true\n")
    files = {"compose.yaml": compose, "rules.v6": DROP_6, "compolint.toml": HOST_29}
    assert answers(files, 8080)["containers"] == "closed"


def test_a_script_that_says_nothing_of_the_policies_of_nat_leaves_them_alone() -> None:
    script = """\
        #!/bin/bash
        iptables -P INPUT ACCEPT
        iptables -t nat -A PREROUTING -i eth0 -p tcp --dport 81 -j REDIRECT --to-ports 9000
        """
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    assert internet({"compose.yaml": compose, "firewall.sh": script, "a.v6": DROP_6}, 9090) == "open"


def test_a_mark_of_iptables_is_one_in_a_dump_of_nftables() -> None:
    rules = """\
        table ip filter {
          chain INPUT { type filter hook input priority filter; policy drop; jump ts-input; }
          chain ts-input {
            iifname "tailscale0" counter packets 0 bytes 0 meta mark set mark and 0xff00ffff xor 0x40000
            meta mark & 0x00ff0000 == 0x00040000 counter packets 0 bytes 0 accept
          }
        }
        """
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    found = answers({"compose.yaml": compose, "nft.txt": rules, "a.v6": DROP_6}, 9090)
    assert (found["tailnet"], found["internet"]) == ("open", "closed")


@pytest.mark.parametrize(
    "ports",
    [
        ("0.0.0.0::80", "0.0.0.0::5432"),  # of each Docker chooses another
        ("8000-8100:80", "8050:5432"),  # Docker takes one that is free
        ("8080:80", "8080:5432"),  # only one of them runs at a time
    ],
)
def test_of_services_that_claim_one_port_each_is_asked_as_the_one_that_has_it(ports: tuple[str, str]) -> None:
    text = "services:\n"
    for name, port in zip(("app", "db"), ports, strict=True):
        text += f"  {name}:\n    image: acme/{name}:1\n    ports:\n      - '{port}'\n"
    rows = asked({"compose.yaml": text, **UFW}).rows
    assert {row.name: row.zones["internet"].answer for row in rows} == {"app": "open", "db": "open"}
    held = {"rules.v4": user_chain("-i eth0 -p tcp --dport 5432 -j DROP"), "rules.v6": DROP_6}
    rows = asked({"compose.yaml": text, **held}).rows
    assert {row.name: row.zones["internet"].answer for row in rows} == {"app": "open", "db": "closed"}


def test_all_ports_of_a_large_range_have_their_answers() -> None:
    rules = user_chain("-i eth0 -p tcp -m conntrack --ctorigdstport 7000:7999 -j DROP")
    files = {"compose.yaml": service("5000-9999:5000-9999"), "rules.v4": rules, "rules.v6": DROP_6}
    rows = [(row.port, row.last, row.zones["internet"].answer) for row in asked(files).rows]
    assert rows == [(5000, 6999, "open"), (7000, 7999, "closed"), (8000, 9999, "open")]


def test_of_a_range_that_rules_cut_in_too_many_parts_any_port_is_asked() -> None:
    rules = "".join(f"-A INPUT -p tcp --dport {port} -j ACCEPT\n" for port in range(10_000, 20_000, 20))
    files = {
        "compose.yaml": service("9999-29999:9999-29999"),
        "rules.v4": f"*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n{rules}COMMIT\n",
        "rules.v6": DROP_6,
    }
    (row,) = asked(files).rows
    assert (row.port, row.zones["internet"].answer) == (None, "open")


def test_the_bridge_of_a_network_that_others_made_may_have_any_name() -> None:
    rules = """\
table inet filter {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "mybridge" accept
  }
}
"""
    outside = "networks: {x: {external: true}}\n"
    text = "services:\n  app:\n    image: acme/app:1\n    networks: [x]\n"
    files = {"compose.yaml": text + outside, "nftables.conf": rules}
    (network,) = asked(files).egress
    assert network.to["internet"].answer == "undecided"
    (network,) = asked({**files, "compose.yaml": text + "networks: {x: {}}\n"}).egress
    assert network.to["internet"].answer == "closed"


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        (("-m limit --limit 3/min -j ACCEPT",), "open"),
        (("-m limit --limit 3/min -j DROP", "-j ACCEPT"), "undecided"),  # who asks often is beyond the limit
        (("-m recent --name a --rcheck -j ACCEPT", "-m recent --name a --set -j DROP"), "undecided"),
        (("-m recent --name a --update --seconds 30 --hitcount 6 -j DROP", "-j ACCEPT"), "open"),
        (("-m hashlimit --hashlimit-above 1/min --hashlimit-name a -j ACCEPT",), "undecided"),
        (("-m limit --limit 3/min -j DROP",), "closed"),
        (("-m limit --limit 3/min -m time --timestart 10:00 -j ACCEPT",), "undecided"),
        (("-m limit --limit 3/min -j DROP", "-m time --timestart 10:00 -j ACCEPT"), "undecided"),
        (("-m time --timestart 10:00 -j DROP", "-m limit --limit 3/min -j ACCEPT"), "undecided"),
    ],
)
def test_a_limit_takes_some_packets_of_a_sender_and_others_not(rules: tuple[str, ...], answer: str) -> None:
    files = {"compose.yaml": on_host("expose:", '  - "3000"'), "rules.v6": DROP_6}
    body = "".join(f"-A INPUT -p tcp --dport 3000 {rule}\n" for rule in rules)
    files["rules.v4"] = f"*filter\n:INPUT DROP [0:0]\n{body}COMMIT\n"
    assert internet(files, 3000) == answer


def test_of_many_marks_that_packets_may_have_none_is_known_in_the_end() -> None:
    marks = "".join(f"-A INPUT -m time --timestart 10:00 -j MARK --set-mark {n}\n" for n in range(1, 300))
    text = f"*filter\n:INPUT DROP [0:0]\n{marks}-A INPUT -m mark --mark 7 -j ACCEPT\nCOMMIT\n"
    files = {"compose.yaml": on_host("expose:", '  - "3000"'), "rules.v4": text, "rules.v6": DROP_6}
    assert internet(files, 3000) == "undecided"


def test_containers_have_the_addresses_that_the_daemon_is_given_for_them() -> None:
    daemon = '{"default-address-pools": [{"base": "10.200.0.0/16", "size": 24}]}'
    rules = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.200.0.0/16 -j ACCEPT\nCOMMIT\n"
    compose = "services:\n  node:\n    image: acme/node:1\n    network_mode: host\n    expose: [9090]\n"
    files = {"compose.yaml": compose, "a.v4": rules, "a.v6": DROP_6}
    assert answers({**files, "etc/docker/daemon.json": daemon}, 9090)["containers"] == "open"
    assert answers(files, 9090)["containers"] == "closed"


def test_a_port_that_leads_elsewhere_now_is_asked_as_the_project_has_it() -> None:
    dump = """\
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j DOCKER
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-USER -p tcp --dport 3000 -j RETURN
COMMIT
"""
    files = {"rules.v4": dump, "rules.v6": DROP_6}
    assert internet({"compose.yaml": service("8080:3000"), **files}, 8080) == "open"
    held = {**files, "rules.v4": dump.replace("3000 -j RETURN", "3000 -j DROP")}
    assert internet({"compose.yaml": service("8080:3000"), **held}, 8080) == "closed"


def test_rules_of_a_folder_that_is_not_here_may_let_anybody_in() -> None:
    rules = (
        "table inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n  }\n}\n"
    )
    files = {"vps/compose.yaml": on_host("expose:", '  - "3000"'), "vps/nftables.conf": rules}
    assert internet(files, 3000) == "closed"
    files["vps/nftables.conf"] += 'include "/etc/nftables.d/*.nft"\n'
    assert internet(files, 3000) == "undecided"


def test_of_very_many_firewalls_that_may_be_a_machines_none_is_asked() -> None:
    files = {"compose.yaml": service("5432:5432", "127.0.0.1:6379:6379")}
    files |= {f"dumps/{number}/rules.v4": user_chain() for number in range(20)}
    assert internet(files, 5432) == "undecided"
    assert "20 firewalls may be this machine's" in reasons(files, 5432)
    assert internet(files, 6379) == "closed"
