"""What the files leave open about a packet's way never makes a port look closed."""

from tests.oracles.firewall_docker import saved
from tests.oracles.firewall_lab import Rules
from tests.oracles.firewall_model import Docker, Port, machine, questions

HTTP = Port(8080, container="a", target=80)


def answers(rules: Rules, port: Port, docker: Docker | None = None) -> set[str]:
    """Of clients outside, by IPv4."""
    docker = docker or Docker(writes_rules=False)
    host = machine(rules, (port,), docker, writes=True)
    asked = [each for each in questions((port,), ("internet", "lan", "tailnet")) if each.family == 4]
    return {each.answer(host, docker).answer for each in asked}


def nat(rule: str) -> Rules:
    return Rules(f"*filter\n:INPUT DROP [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n{rule}\nCOMMIT\n")


def test_a_translation_to_nobody_knows_where_may_lead_to_a_container() -> None:
    rules = nat("-A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination $WEB:80")
    assert answers(rules, HTTP) == {"undecided"}
    assert answers(rules, Port(22)) == {"closed"}


def test_a_rule_for_addresses_that_is_not_understood_may_translate_them() -> None:
    assert answers(nat("-A PREROUTING -p tcp --dport 8080 -j FROBNICATE"), HTTP) == {"undecided"}


def test_a_container_whose_address_nobody_tells_may_have_the_one_that_a_rule_names() -> None:
    rule = "-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80"
    assert answers(Rules(saved([rule])), HTTP, Docker("28")) == {"undecided"}


def test_rules_may_tell_more_ports_of_clients_apart_than_are_tried() -> None:
    ports = ",".join(str(port) for port in range(100, 130, 2))
    rules = saved(
        (
            "-P INPUT DROP",
            f"-A INPUT -p tcp -m multiport --sports {ports} -j DROP",
            "-A INPUT -p tcp --sport 999 -j ACCEPT",
        )
    )
    assert answers(Rules(rules), Port(22)) == {"undecided"}


def test_ports_of_clients_that_no_rule_lets_in_leave_it_closed() -> None:
    rules = saved(("-P INPUT DROP", "-A INPUT -p tcp --sport 999 --dport 80 -j ACCEPT"))
    assert answers(Rules(rules), Port(22)) == {"closed"}
    assert answers(Rules(rules), Port(80)) == {"open"}
