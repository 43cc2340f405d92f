"""Who reaches the ports of whole projects, as their files tell it."""

from textwrap import dedent

import pytest

from compolint import config, engine
from compolint.exposure import Exposure, exposure
from compolint.tree import MemoryTree

UFW = {
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
    assert "if Docker is of release 29" in reasons(files, 8080, "containers")


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
    assert [layer.name for layer in row.held_by] == ["cloud firewall"]


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
