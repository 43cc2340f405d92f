"""Which ports a cloud's firewalls let the internet reach, by what is attached to which machine."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compolint import config, engine
from compolint.exposure import Reach, Row, exposure
from compolint.tree import MemoryTree

SERVER = """
resource "aws_instance" "web" {
  vpc_security_group_ids = [aws_security_group.web.id]
}
"""


def group(name: str, *ports: int, networks: str = '"0.0.0.0/0", "::/0"', kind: str = "aws") -> str:
    """A group that lets these networks reach some ports."""
    if kind == "hcloud":
        rules = "".join(
            f'  rule {{\n    direction = "in"\n    protocol = "tcp"\n    port = "{port}"\n'
            f"    source_ips = [{networks}]\n  }}\n"
            for port in ports
        )
        return f'resource "hcloud_firewall" "{name}" {{\n{rules}}}\n'
    each = [text.strip() for text in networks.split(",")]
    v4, v6 = (
        ", ".join(text for text in each if (":" in text) == is_six and text) for is_six in (False, True)
    )
    rules = "".join(
        f'  ingress {{\n    from_port = {port}\n    to_port = {port}\n    protocol = "tcp"\n'
        f"    cidr_blocks = [{v4}]\n    ipv6_cidr_blocks = [{v6}]\n  }}\n"
        for port in ports
    )
    return f'resource "aws_security_group" "{name}" {{\n{rules}}}\n'


def row(terraform: str, port: int = 8080, **more: str) -> Row:
    services = f"services:\n  api:\n    image: ghcr.io/acme/api:3.5.0\n    ports: ['{port}:80']\n"
    files = {"compose.yaml": services, "main.tf": dedent(terraform)}
    files |= {name.replace("__", "/").replace("_", "."): dedent(text) for name, text in more.items()}
    tree = MemoryTree(files)
    found = exposure(engine.survey(tree, config.read(tree, known=set())).world)
    return next(each for each in found.rows if each.port == port)


def internet(terraform: str, port: int = 8080, **more: str) -> Reach:
    return row(terraform, port, **more).zones["internet"]


def answer(terraform: str, port: int = 8080, **more: str) -> str:
    return internet(terraform, port, **more).answer


def reasons(terraform: str, port: int = 8080, **more: str) -> str:
    cloud = row(terraform, port, **more).layers[0]
    return "; ".join(note.text for note in cloud.because)


def test_the_group_that_is_attached_to_the_only_machine_decides() -> None:
    groups = group("web", 443) + group("database", 8080)
    assert answer(SERVER + groups) == "closed"
    assert reasons(SERVER + groups) == (
        "aws_security_group.web is attached to aws_instance.web, and has no rule that lets everybody in"
    )
    assert answer(SERVER + groups, 443) == "open"
    assert reasons(SERVER + groups, 443) == (
        "aws_security_group.web is attached to aws_instance.web; aws_security_group.web lets everybody in"
    )


def test_reasons_stand_where_the_group_is_attached_and_where_its_rule_is() -> None:
    text = SERVER + group("web", 443)
    attached, rule = row(text, 443).layers[0].because
    assert text[attached.at.start : attached.at.end] == "aws_security_group.web.id"
    assert text[rule.at.start : rule.at.end] == '"0.0.0.0/0"'


def test_of_several_groups_any_lets_in() -> None:
    server = """
    resource "aws_instance" "web" {
      vpc_security_group_ids = [aws_security_group.web.id, aws_security_group.api.id]
    }
    """
    groups = group("web", 443) + group("api", 8080)
    assert [answer(server + groups, port) for port in (443, 8080, 22)] == ["open", "open", "closed"]


def test_without_any_attachment_each_group_may_be_the_one() -> None:
    assert answer(group("web", 443) + group("database", 8080)) == "undecided"
    machine = 'resource "aws_instance" "web" {\n}\n'
    assert answer(machine + group("web", 443) + group("database", 8080)) == "undecided"


RULES = """
resource "aws_security_group" "web" {
  name = "web"
}
resource "aws_vpc_security_group_ingress_rule" "api" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_ipv4         = "0.0.0.0/0"
}
resource "aws_security_group_rule" "ssh" {
  security_group_id = aws_security_group.other.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_blocks       = ["0.0.0.0/0"]
}
resource "aws_security_group" "other" {
}
"""


def test_rules_that_are_resources_of_their_own_belong_to_their_group() -> None:
    assert [answer(SERVER + RULES, port) for port in (8080, 22)] == ["open", "closed"]


def test_a_rule_whose_group_is_not_known_may_be_one_of_the_machines() -> None:
    rule = """
    variable "group" {}
    resource "aws_vpc_security_group_ingress_rule" "api" {
      security_group_id = var.group
      ip_protocol       = "-1"
      cidr_ipv4         = "0.0.0.0/0"
    }
    """
    assert answer(SERVER + group("web", 443) + rule) == "undecided"
    assert "aws_vpc_security_group_ingress_rule.api may let everybody in" in reasons(
        SERVER + group("web", 443) + rule
    )


@pytest.mark.parametrize(
    "server",
    [
        'security_groups = [aws_security_group.web.name]\n}',
        'network_interface {\n network_interface_id = aws_network_interface.web.id\n }\n}\n'
        'resource "aws_network_interface" "web" {\n security_groups = [aws_security_group.web.id]\n}',
        '}\nresource "aws_network_interface_sg_attachment" "web" {\n'
        " security_group_id = aws_security_group.web.id\n"
        " network_interface_id = aws_instance.web.primary_network_interface_id\n}",
        'launch_template {\n id = aws_launch_template.web.id\n }\n}\n'
        'resource "aws_launch_template" "web" {\n vpc_security_group_ids = [aws_security_group.web.id]\n}',
        'vpc_security_group_ids = local.groups\n}\nlocals {\n groups = toset([aws_security_group.web.id])\n}',
        'vpc_security_group_ids = aws_security_group.web[*].id\n}',
        'vpc_security_group_ids = flatten([aws_security_group.web.*.id])\n}',
    ],
    ids=["name", "interface", "attachment", "template", "local", "splat", "old splat"],
)  # fmt: skip
def test_an_instance_gets_its_group_in_many_ways(server: str) -> None:
    text = f'resource "aws_instance" "web" {{\n{server}\n{group("web", 8080)}{group("other", 22)}'
    assert [answer(text, port) for port in (8080, 22)] == ["open", "closed"]


def test_groups_that_no_file_gives_leave_it_undecided() -> None:
    server = (
        'variable "groups" {}\nresource "aws_instance" "web" {\n  vpc_security_group_ids = var.groups\n}\n'
    )
    assert answer(server + group("other", 22)) == "undecided"
    assert reasons(server + group("other", 22)) == (
        "`var.groups` is attached to aws_instance.web, and its rules are not known here"
    )


def test_a_group_that_is_known_opens_whatever_the_others_do() -> None:
    server = """
    variable "more" {}
    resource "aws_instance" "web" {
      vpc_security_group_ids = concat([aws_security_group.web.id], var.more)
    }
    """
    assert [answer(server + group("web", 8080), port) for port in (8080, 22)] == ["open", "undecided"]


def test_groups_are_followed_through_modules() -> None:
    root = """
    module "network" { source = "./network" }
    module "server" {
      source = "./server"
      groups = [module.network.group]
    }
    """
    network = group("this", 8080) + 'output "group" { value = aws_security_group.this.id }\n'
    server = (
        'variable "groups" {}\n'
        'resource "aws_instance" "this" { vpc_security_group_ids = var.groups }\n' + group("this", 22)
    )
    more = {"network__main_tf": network, "server__main_tf": server}
    assert [answer(root, port, **more) for port in (8080, 22)] == ["open", "closed"]
    assert reasons(root, 8080, **more).startswith(
        "module.network.aws_security_group.this is attached to module.server.aws_instance.this"
    )


def test_modules_of_the_registry_are_known() -> None:
    text = """
    module "group" {
      source              = "terraform-aws-modules/security-group/aws"
      ingress_rules       = ["https-443-tcp"]
      ingress_cidr_blocks = ["0.0.0.0/0"]
    }
    module "server" {
      source                 = "terraform-aws-modules/ec2-instance/aws"
      vpc_security_group_ids = [module.group.security_group_id]
    }
    """
    assert [answer(text, port) for port in (443, 22)] == ["open", "closed"]


def test_a_machine_without_a_group_has_the_one_that_holds_everything() -> None:
    two = SERVER + 'resource "aws_instance" "plain" {\n}\n' + group("web", 8080)
    settings = '[hosts.plain]\npaths = ["**"]\n'
    assert answer(two, compolint_toml=settings) == "closed"
    assert "that of its network by default keeps everybody out" in reasons(two, compolint_toml=settings)


def test_of_several_machines_the_one_of_the_hosts_name_counts() -> None:
    text = """
    resource "aws_instance" "a" {
      tags                   = { Name = "Web-1" }
      vpc_security_group_ids = [aws_security_group.open.id]
    }
    resource "aws_instance" "b" {
      vpc_security_group_ids = [aws_security_group.shut.id]
    }
    """ + group("open", 8080) + group("shut", 22)  # fmt: skip
    assert answer(text) == "undecided"
    assert reasons(text) == (
        "open if aws_instance.a is this machine: aws_security_group.open lets everybody in; "
        "closed if aws_instance.b is this machine: aws_security_group.shut is attached to aws_instance.b, "
        "and has no rule that lets everybody in"
    )
    assert answer(text, compolint_toml='[hosts.web-1]\npaths = ["**"]\n') == "open"
    assert answer(text, compolint_toml='[hosts.b]\npaths = ["**"]\n') == "closed"
    assert answer(text, compolint_toml='[hosts.elsewhere]\npaths = ["**"]\n') == "undecided"


def test_machines_that_agree_leave_nothing_open() -> None:
    text = """
    resource "aws_instance" "node" {
      count                  = 3
      vpc_security_group_ids = [aws_security_group.node.id]
    }
    """ + group("node", 8080)  # fmt: skip
    assert [answer(text, port) for port in (8080, 22)] == ["open", "closed"]


ACL = """
resource "aws_subnet" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_network_acl" "main" {
  subnet_ids = [aws_subnet.main.id]
  ingress {
    rule_no    = 100
    action     = "deny"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "0.0.0.0/0"
  }
  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}
resource "aws_instance" "web" {
  subnet_id              = aws_subnet.main.id
  vpc_security_group_ids = [aws_security_group.web.id]
}
"""


def test_a_packet_has_to_get_through_the_networks_rules_and_those_of_the_group() -> None:
    text = ACL + group("web", 8080, 22)
    assert [answer(text, port) for port in (8080, 22, 443)] == ["open", "closed", "closed"]
    assert internet(text).families == (4,)
    assert reasons(text, 22).endswith("aws_network_acl.main keeps everybody out")


def test_the_rules_of_a_network_go_by_their_numbers() -> None:
    text = ACL.replace("rule_no    = 100", "rule_no    = 300") + group("web", 22)
    assert answer(text, 22) == "open"


def test_rules_of_another_network_are_not_asked() -> None:
    text = ACL.replace("subnet_ids = [aws_subnet.main.id]", "subnet_ids = [aws_subnet.other.id]")
    assert answer(text + 'resource "aws_subnet" "other" {\n}\n' + group("web", 22), 22) == "open"


def test_an_instance_in_a_subnet_that_no_file_gives_may_have_any_networks_rules() -> None:
    text = 'variable "subnet" {}\n' + ACL.replace(
        "subnet_id              = aws_subnet.main.id", "subnet_id = var.subnet"
    )
    assert answer(text + group("web", 22), 22) == "undecided"
    assert answer(text + group("web", 443), 22) == "closed"


def test_a_group_for_ipv4_alone_holds_ipv6() -> None:
    text = SERVER + group("web", 8080, networks='"0.0.0.0/0"')
    found = internet(text)
    assert (found.answer, found.families) == ("open", (4,))
    assert reasons(text).endswith("aws_security_group.web lets everybody in by IPv4 only")


def test_a_group_that_opens_ipv6_alone_does_not_close_a_port() -> None:
    found = internet(SERVER + group("web", 8080, networks='"::/0"'))
    assert (found.answer, found.families) == ("open", (6,))


DROP = (
    "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
    ":DOCKER-USER - [0:0]\n-A DOCKER-USER -i eth0 -j DROP\nCOMMIT\n"
)


def test_a_port_is_closed_where_each_family_is_held_by_another_firewall() -> None:
    text = SERVER + group("web", 8080, networks='"::/0"')
    assert internet(text, rules_v6=DROP).by_cloud
    assert answer(text, rules_v6=DROP) == "closed"
    assert answer(text, rules_v4=DROP) == "open"


def test_those_that_one_family_lets_in_do_not_speak_for_the_other() -> None:
    found = internet(SERVER + group("web", 8080, networks='"203.0.114.7/32"'))
    assert (found.answer, found.is_for_some, found.sources, found.families) == (
        "undecided", True, ("203.0.114.7/32",), (4,),
    )  # fmt: skip


def test_somebodys_own_address_that_no_file_gives_is_some_of_the_internet() -> None:
    text = 'variable "me" {}\n' + SERVER + group("web", 8080, networks='"${var.me}/32"')
    assert (answer(text), internet(text).sources) == ("undecided", ("${var.me}/32",))


HETZNER = """
resource "hcloud_server" "web" {
  name         = "web"
  labels       = { tier = "front" }
  firewall_ids = [hcloud_firewall.web.id]
}
resource "hcloud_server" "bare" {
  name = "bare"
}
"""


def test_a_server_without_a_firewall_is_open_at_hosting_companies() -> None:
    text = HETZNER + group("web", 443, kind="hcloud")
    settings = '[hosts.bare]\npaths = ["**"]\n'
    assert answer(text, compolint_toml=settings) == "open"
    assert reasons(text, compolint_toml=settings) == "no firewall is attached to hcloud_server.bare"
    assert answer(text, compolint_toml=settings.replace("bare", "web")) == "closed"


@pytest.mark.parametrize(
    "attached",
    [
        'resource "hcloud_firewall_attachment" "a" {\n  firewall_id = hcloud_firewall.web.id\n'
        "  server_ids  = [hcloud_server.web.id]\n}\n",
        'resource "hcloud_firewall_attachment" "a" {\n  firewall_id = hcloud_firewall.web.id\n'
        '  label_selectors = ["tier=front"]\n}\n',
        'resource "hcloud_firewall" "more" {\n  apply_to {\n    server = hcloud_server.web.id\n  }\n}\n',
        'resource "hcloud_firewall" "more" {\n  apply_to {\n    label_selector = "tier"\n  }\n}\n',
    ],
    ids=["attachment", "attachment by label", "server", "label"],
)
def test_a_firewall_of_hetzner_is_attached_in_many_ways(attached: str) -> None:
    machines = HETZNER.replace("  firewall_ids = [hcloud_firewall.web.id]\n", "")
    text = machines + attached + group("web", 443, kind="hcloud")
    assert answer(text, compolint_toml='[hosts.web]\npaths = ["**"]\n') == "closed"
    assert answer(text, compolint_toml='[hosts.bare]\npaths = ["**"]\n') == "open"


@pytest.mark.parametrize(
    "servers",
    [
        "[for server in hcloud_server.node : server.id]",
        "values(hcloud_server.node)[*].id",
        "values({ for key, server in hcloud_server.node : key => server.id })",
        'concat([hcloud_server.node["a"].id], [hcloud_server.node["b"].id])',
        'flatten([for key in ["a", "b"] : hcloud_server.node[key].id])',
        '[for key, server in hcloud_server.node : server.id if key != "c"]',
    ],
)
def test_an_attachment_names_servers_in_many_ways(servers: str) -> None:
    text = f"""
    resource "hcloud_server" "node" {{
      for_each = toset(["a", "b"])
      name     = each.key
    }}
    resource "hcloud_firewall_attachment" "all" {{
      firewall_id = hcloud_firewall.node.id
      server_ids  = {servers}
    }}
    """ + group("node", 443, kind="hcloud")  # fmt: skip
    assert [answer(text, port) for port in (443, 22)] == [
        "open",
        "closed" if "if" not in servers else "undecided",
    ]


def test_an_attachment_that_may_not_be_made_leaves_it_undecided() -> None:
    text = """
    variable "is_guarded" {}
    resource "hcloud_server" "web" {
    }
    resource "hcloud_firewall_attachment" "web" {
      count       = var.is_guarded ? 1 : 0
      firewall_id = hcloud_firewall.web.id
      server_ids  = [hcloud_server.web.id]
    }
    """ + group("web", 443, kind="hcloud")  # fmt: skip
    assert [answer(text, port) for port in (443, 22)] == ["open", "undecided"]


def test_a_firewall_of_digitalocean_is_attached_by_tags() -> None:
    text = """
    resource "digitalocean_tag" "web" { name = "web" }
    resource "digitalocean_droplet" "a" { tags = [digitalocean_tag.web.id] }
    resource "digitalocean_firewall" "web" {
      tags = ["web"]
      inbound_rule {
        protocol         = "tcp"
        port_range       = "443"
        source_addresses = ["0.0.0.0/0", "::/0"]
      }
    }
    resource "digitalocean_firewall" "other" {
      tags = ["other"]
      inbound_rule {
        protocol         = "tcp"
        port_range       = "8080"
        source_addresses = ["0.0.0.0/0"]
      }
    }
    """
    assert [answer(text, port) for port in (443, 8080)] == ["open", "closed"]


def google(name: str, action: str, priority: int, target: str = "", port: int = 8080) -> str:
    return f"""
resource "google_compute_firewall" "{name}" {{
  network       = google_compute_network.main.name
  source_ranges = ["0.0.0.0/0"]
  priority      = {priority}
  {target}
  {action} {{
    protocol = "tcp"
    ports    = ["{port}"]
  }}
}}
"""


GOOGLE = """
resource "google_compute_network" "main" { name = "main" }
resource "google_compute_instance" "web" {
  tags = ["web"]
  network_interface { network = "main" }
}
"""


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (google("a", "allow", 1000), "open"),
        (google("a", "allow", 1000, 'target_tags = ["web"]'), "open"),
        (google("a", "allow", 1000, 'target_tags = ["db"]'), "closed"),
        (google("a", "allow", 1000, "target_tags = []"), "open"),
        (google("a", "allow", 1000) + google("b", "deny", 900), "closed"),
        (google("a", "allow", 1000) + google("b", "deny", 1000), "closed"),
        (google("a", "allow", 1000) + google("b", "deny", 2000), "open"),
        (google("a", "allow", 1000) + google("b", "deny", 900, 'target_tags = ["db"]'), "open"),
        (google("a", "allow", 1000).replace("google_compute_network.main.name", '"other"'), "closed"),
        (google("a", "allow", 1000, "target_tags = [var.tag]"), "undecided"),
    ],
)
def test_rules_of_google_go_by_network_tags_and_priority(rules: str, expected: str) -> None:
    assert answer(GOOGLE + rules) == expected


def test_the_first_network_of_google_has_rules_of_its_own() -> None:
    text = GOOGLE.replace('network = "main"', 'network = "default"') + google("a", "allow", 1000)
    assert [answer(text, port) for port in (22, 8080)] == ["undecided", "closed"]


def azure(name: str, *rules: tuple[str, str, int]) -> str:
    body = "".join(
        f"""
  security_rule {{
    name                       = "{access}{port}{priority}"
    priority                   = {priority}
    direction                  = "Inbound"
    access                     = "{access}"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "{port}"
    source_address_prefix      = "*"
    destination_address_prefix = "*"
  }}
"""
        for access, port, priority in rules
    )
    return f'resource "azurerm_network_security_group" "{name}" {{\n  name = "{name}"\n{body}}}\n'


AZURE = """
resource "azurerm_subnet" "main" {}
resource "azurerm_network_interface" "web" {
  ip_configuration {
    subnet_id = azurerm_subnet.main.id
  }
}
resource "azurerm_linux_virtual_machine" "web" {
  network_interface_ids = [azurerm_network_interface.web.id]
}
resource "azurerm_subnet_network_security_group_association" "main" {
  subnet_id                 = azurerm_subnet.main.id
  network_security_group_id = azurerm_network_security_group.subnet.id
}
"""
OF_INTERFACE = """
resource "azurerm_network_interface_security_group_association" "web" {
  network_interface_id      = azurerm_network_interface.web.id
  network_security_group_id = azurerm_network_security_group.interface.id
}
"""


def test_both_groups_of_azure_have_to_let_in() -> None:
    text = (
        AZURE
        + OF_INTERFACE
        + azure("subnet", ("Allow", "8080", 100), ("Allow", "443", 110))
        + azure("interface", ("Allow", "8080", 100), ("Allow", "22", 110))
    )
    assert [answer(text, port) for port in (8080, 443, 22)] == ["open", "closed", "closed"]


def test_the_group_of_a_subnet_is_enough_for_azure() -> None:
    text = AZURE + azure("subnet", ("Allow", "8080", 200), ("Deny", "*", 300), ("Deny", "22", 100))
    assert [answer(text, port) for port in (8080, 443, 22)] == ["open", "closed", "closed"]


def test_a_rule_of_azure_for_some_machines_closes_nothing() -> None:
    text = AZURE + azure("subnet", ("Deny", "8080", 100), ("Allow", "*", 200))
    assert answer(
        text.replace('destination_address_prefix = "*"', 'destination_address_prefix = "10.0.0.4"', 1)
    ) == ("undecided")


@pytest.mark.parametrize(
    "text",
    [
        """
        resource "linode_instance" "web" {}
        resource "linode_firewall" "web" {
          linodes        = [linode_instance.web.id]
          inbound_policy = "DROP"
          inbound {
            action   = "ACCEPT"
            protocol = "TCP"
            ports    = "8080"
            ipv4     = ["0.0.0.0/0"]
            ipv6     = ["::/0"]
          }
        }
        """,
        """
        resource "vultr_instance" "web" { firewall_group_id = vultr_firewall_group.web.id }
        resource "vultr_firewall_group" "web" {}
        resource "vultr_firewall_rule" "web" {
          firewall_group_id = vultr_firewall_group.web.id
          protocol          = "tcp"
          ip_type           = "v4"
          subnet            = "0.0.0.0"
          subnet_size       = 0
          port              = "8080"
        }
        """,
        """
        resource "scaleway_instance_server" "web" {
          security_group_id = scaleway_instance_security_group.web.id
        }
        resource "scaleway_instance_security_group" "web" {
          inbound_default_policy = "drop"
          inbound_rule {
            action = "accept"
            port   = 8080
          }
        }
        """,
        """
        resource "openstack_compute_instance_v2" "web" { security_groups = ["web"] }
        resource "openstack_networking_secgroup_v2" "web" { name = "web" }
        resource "openstack_networking_secgroup_rule_v2" "web" {
          security_group_id = openstack_networking_secgroup_v2.web.id
          direction         = "ingress"
          ethertype         = "IPv4"
          protocol          = "tcp"
          port_range_min    = 8080
          port_range_max    = 8080
          remote_ip_prefix  = "0.0.0.0/0"
        }
        """,
        """
        resource "oci_core_instance" "web" { create_vnic_details { subnet_id = oci_core_subnet.web.id } }
        resource "oci_core_subnet" "web" { security_list_ids = [oci_core_security_list.web.id] }
        resource "oci_core_security_list" "web" {
          ingress_security_rules {
            protocol = "6"
            source   = "0.0.0.0/0"
            tcp_options {
              min = 8080
              max = 8080
            }
          }
        }
        """,
    ],
    ids=["linode", "vultr", "scaleway", "openstack", "oracle"],
)
def test_firewalls_of_other_clouds_are_followed_to_their_machines(text: str) -> None:
    assert [answer(text, port) for port in (8080, 22)] == ["open", "closed"]
    assert "is attached to" in reasons(text)


def test_instances_are_told_apart_by_their_index() -> None:
    text = """
    resource "hcloud_server" "node" {
      for_each     = toset(["a", "b"])
      name         = each.key
      firewall_ids = [hcloud_firewall.node[each.key].id]
    }
    resource "hcloud_firewall" "node" {
      for_each = { a = "443", b = "8080" }
      rule {
        direction  = "in"
        protocol   = "tcp"
        port       = each.value
        source_ips = ["0.0.0.0/0", "::/0"]
      }
    }
    """
    assert answer(text) == "undecided"
    assert [answer(text, compolint_toml=f'[hosts.{name}]\npaths = ["**"]\n') for name in "ab"] == [
        "closed", "open",
    ]  # fmt: skip


def test_a_firewall_that_is_attached_to_nothing_is_not_asked_where_others_are() -> None:
    text = HETZNER.partition('resource "hcloud_server" "bare"')[0] + group("web", 443, kind="hcloud")
    assert answer(text + group("spare", 8080, kind="hcloud")) == "closed"


def test_more_machines_than_anybody_has_are_left_out() -> None:
    many = "".join(
        f'resource "hcloud_server" "s{number}" {{ labels = {{ a = 1 }} }}\n' for number in range(800)
    )
    firewalls = "".join(
        f'resource "hcloud_firewall" "f{number}" {{ apply_to {{ label_selector = "a" }} }}\n'
        for number in range(800)
    )
    tree = MemoryTree({"main.tf": many + firewalls + group("web", 443, kind="hcloud")})
    world = engine.survey(tree, config.read(tree, known=set())).world
    kinds = {kind.__name__: world.of(kind) for kind in world.kinds()}
    assert "CloudMachine" not in kinds
    assert "too many resources" in str(kinds["Fault"])


def test_a_machine_of_a_template_has_its_groups() -> None:
    text = """
    resource "aws_launch_template" "web" {
      network_interfaces { security_groups = [aws_security_group.web.id] }
    }
    resource "aws_autoscaling_group" "web" {
      launch_template { id = aws_launch_template.web.id }
    }
    """ + group("web", 8080)  # fmt: skip
    assert [answer(text, port) for port in (8080, 22)] == ["open", "closed"]


def test_the_default_group_that_a_project_manages_is_that_of_a_machine_without_one() -> None:
    text = """
    resource "aws_vpc" "main" {}
    resource "aws_subnet" "main" { vpc_id = aws_vpc.main.id }
    resource "aws_instance" "web" { subnet_id = aws_subnet.main.id }
    """ + group("web", 8080).replace(
        '"aws_security_group" "web" {', '"aws_default_security_group" "web" {\n  vpc_id = aws_vpc.main.id\n'
    )  # fmt: skip
    assert [answer(text, port) for port in (8080, 22)] == ["open", "closed"]


def test_a_rule_that_may_not_be_for_the_internet_is_told() -> None:
    text = 'variable "office" {}\n' + SERVER + group("web", 8080).replace('["0.0.0.0/0"]', "var.office")
    text = text.replace('["::/0"]', "[]")
    assert answer(text) == "undecided"
    assert reasons(text).endswith("aws_security_group.web may let everybody in: `var.office` is not known")


def test_half_of_the_internet_kept_out_closes_nothing() -> None:
    text = ACL.replace('"0.0.0.0/0"', '"0.0.0.0/1"', 1) + group("web", 22)
    assert answer(text, 22) == "open"


def test_a_firewall_without_rules_that_let_in_holds_everything() -> None:
    text = SERVER + 'resource "aws_security_group" "web" {\n}\n'
    assert answer(text) == "closed"
    outward = 'resource "aws_vpc_security_group_egress_rule" "all" {\n  ip_protocol = "-1"\n}\n'
    assert answer(text + outward) == "closed"


def test_a_server_is_not_said_to_be_held_by_firewalls_that_no_file_declares() -> None:
    assert row('resource "hcloud_server" "web" {\n}\n').layers[0].state == "absent"


NETWORKS = {
    (4, "everybody"): "0.0.0.0/0", (4, "half"): "0.0.0.0/1", (4, "private"): "10.0.0.0/8",
    (6, "everybody"): "::/0", (6, "half"): "2000::/4", (6, "private"): "fd00::/8",
}  # fmt: skip
Rules = list[tuple[int, str, int, int, str]]  # number, action, port, family, whom
rules = st.lists(
    st.tuples(
        st.integers(1, 5), st.sampled_from(["allow", "deny"]), st.sampled_from([22, 8080]),
        st.sampled_from([4, 6]), st.sampled_from(["everybody", "half", "private"]),
    ).filter(lambda rule: (rule[1], rule[4]) != ("allow", "half")),  # which is as good as everybody
    max_size=5, unique_by=lambda rule: rule[0],
)  # fmt: skip


def first_match(those: Rules, family: int) -> set[bool]:
    """Whether each half of the internet gets to port 8080."""
    left, found = {0, 1}, set()
    for _, action, port, of, whom in sorted(those):
        if (port, of) == (8080, family) and whom != "private":
            halves = left & ({0, 1} if whom == "everybody" else {0})
            found |= {action == "allow" for _ in halves}
            left -= halves
    return found | {False for _ in left}


def as_acl(those: Rules) -> str:
    body = "".join(
        f'  ingress {{\n    rule_no = {number}\n    action = "{action}"\n    protocol = "tcp"\n'
        f"    from_port = {port}\n    to_port = {port}\n"
        f'    {"ipv6_" if family == 6 else ""}cidr_block = "{NETWORKS[family, whom]}"\n  }}\n'
        for number, action, port, family, whom in those
    )
    return f'resource "aws_network_acl" "main" {{\n  subnet_ids = [aws_subnet.main.id]\n{body}}}\n'


def as_google(those: Rules) -> str:
    return "".join(
        f'resource "google_compute_firewall" "r{number}" {{\n  network = "main"\n  priority = {number}\n'
        f'  source_ranges = ["{NETWORKS[family, whom]}"]\n'
        f'  {action} {{\n    protocol = "tcp"\n    ports = ["{port}"]\n  }}\n}}\n'
        for number, action, port, family, whom in those
    )


def agrees(found: Reach, truth: dict[int, set[bool]]) -> bool:
    """Whether an answer is right, or no more careful than it has to be."""
    through = {family for family, halves in truth.items() if True in halves}
    if found.answer == "closed":
        return not through
    if found.answer == "open":
        return bool(through)
    return bool(through) and not any(halves == {True} for halves in truth.values())


@settings(max_examples=40, deadline=None)
@given(rules, st.booleans(), st.booleans())
def test_the_answer_is_that_of_rules_asked_one_by_one(those: Rules, v4: bool, v6: bool) -> None:
    truth = {family: first_match(those, family) for family in (4, 6)}
    if those:  # without any it is not known that there is a firewall
        assert agrees(internet(GOOGLE + as_google(those)), truth)
    server = ACL.partition('resource "aws_network_acl"')[0] + SERVER.replace(
        "{", "{\n  subnet_id = aws_subnet.main.id", 1
    )
    opened = ", ".join(text for text, is_open in (('"0.0.0.0/0"', v4), ('"::/0"', v6)) if is_open)
    truth[4] = truth[4] if v4 else {False}
    truth[6] = truth[6] if v6 else {False}
    assert agrees(internet(server + as_acl(those) + group("web", 8080, networks=opened)), truth)


def test_a_port_that_a_server_opens_at_its_first_start_is_that_servers() -> None:
    def server(name: str, port: int) -> str:
        return f"""
    resource "hcloud_server" "{name}" {{
      firewall_ids = [hcloud_firewall.{name}.id]
      user_data    = <<-EOT
        #!/bin/sh
        docker run -d -p {port}:80 nginx:1.29
      EOT
    }}
    """

    text = server("a", 8081) + server("b", 8082)
    text += group("a", 8081, kind="hcloud") + group("b", 443, kind="hcloud")
    tree = MemoryTree({"main.tf": dedent(text)})
    rows = exposure(engine.survey(tree, config.read(tree, known=set())).world).rows
    found = {each.port: each.zones["internet"].answer for each in rows}
    assert found == {8081: "open", 8082: "closed"}


def test_of_two_interfaces_any_may_be_the_way_in() -> None:
    text = AZURE.partition('resource "azurerm_subnet_network')[0].replace(
        "[azurerm_network_interface.web.id]",
        "[azurerm_network_interface.web.id, azurerm_network_interface.other.id]",
    )
    other = (
        OF_INTERFACE.replace('"web"', '"other"').replace(".web.", ".other.").replace(".interface.", ".shut.")
    )
    text += OF_INTERFACE + other + 'resource "azurerm_network_interface" "other" {}\n'
    assert (
        answer(text + azure("interface", ("Allow", "8080", 200)) + azure("shut", ("Deny", "*", 100)))
        == "open"
    )


def test_a_machine_is_called_by_its_module_too() -> None:
    root = 'module "blog" { source = "./server" }\nmodule "shop" { source = "./server" }\n'
    server = """
    resource "hcloud_server" "this" { firewall_ids = [hcloud_firewall.this.id] }
    """ + group("this", 8080, kind="hcloud")  # fmt: skip
    more = {"server__main_tf": server, "compolint_toml": '[hosts.blog]\npaths = ["**"]\n'}
    attached = "module.blog.hcloud_firewall.this is attached to module.blog.hcloud_server.this"
    assert reasons(root, 8080, **more).startswith(attached)
