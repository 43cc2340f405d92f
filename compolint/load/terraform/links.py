"""Which attributes of which resources lead from a machine to the firewalls that are attached to it.

Each is the way to an attribute, through nested blocks: `network_interface.subnet_id`.
https://registry.terraform.io/browse/providers
"""

# A block of a module of the registry, by what it makes.
GROUP_OF_REGISTRY, INSTANCE_OF_REGISTRY = "module security-group", "module ec2-instance"

_AZURE_MACHINE = ("network_interface_ids",)
_AZURE_SET = ("network_interface.network_security_group_id", "network_interface.ip_configuration.subnet_id")
_AWS_MACHINE = (
    "vpc_security_group_ids", "security_groups", "network_interface.network_interface_id",
    "primary_network_interface.network_interface_id", "launch_template.id", "launch_template.name",
    "subnet_id",
)  # fmt: skip

MACHINES = {
    "aws_instance": _AWS_MACHINE,
    "aws_launch_configuration": ("security_groups",),
    "aws_launch_template": (
        "vpc_security_group_ids", "security_group_names", "network_interfaces.security_groups",
        "network_interfaces.network_interface_id", "network_interfaces.subnet_id",
    ),
    "aws_spot_instance_request": _AWS_MACHINE,
    "azurerm_linux_virtual_machine": _AZURE_MACHINE,
    "azurerm_linux_virtual_machine_scale_set": _AZURE_SET,
    "azurerm_virtual_machine": _AZURE_MACHINE,
    "azurerm_windows_virtual_machine": _AZURE_MACHINE,
    "azurerm_windows_virtual_machine_scale_set": _AZURE_SET,
    "digitalocean_droplet": (),
    "google_compute_instance": (),
    "google_compute_instance_template": (),
    "hcloud_server": ("firewall_ids",),
    "linode_instance": ("firewall_id",),
    "oci_core_instance": ("create_vnic_details.nsg_ids", "create_vnic_details.subnet_id", "subnet_id"),
    "openstack_compute_instance_v2": ("security_groups", "network.port"),
    "scaleway_instance_server": ("security_group_id",),
    "vultr_instance": ("firewall_group_id",),
    INSTANCE_OF_REGISTRY: ("vpc_security_group_ids", "subnet_id", "security_group_ingress_rules"),
}  # fmt: skip

# What stands between a machine and a firewall.
BETWEEN = {
    "aws_network_interface": ("security_groups", "subnet_id"),
    "aws_subnet": (),
    "azurerm_network_interface": ("network_security_group_id", "ip_configuration.subnet_id"),
    "azurerm_subnet": ("network_security_group_id",),
    "oci_core_subnet": ("security_list_ids",),
    "openstack_networking_port_v2": ("security_group_ids",),
}

FIREWALLS = frozenset((
    "aws_default_network_acl", "aws_default_security_group", "aws_network_acl", "aws_security_group",
    "azurerm_network_security_group", "digitalocean_firewall", "google_compute_firewall", "hcloud_firewall",
    "linode_firewall", "oci_core_default_security_list", "oci_core_network_security_group",
    "oci_core_security_list", "openstack_compute_secgroup_v2", "openstack_networking_secgroup_v2",
    "scaleway_instance_security_group", "vultr_firewall_group", GROUP_OF_REGISTRY,
))  # fmt: skip

# Firewalls that name what they are attached to.
ATTACHED_BY_THEMSELVES = {
    "aws_default_network_acl": ("subnet_ids",),
    "aws_network_acl": ("subnet_ids", "subnet_id"),
    "digitalocean_firewall": ("droplet_ids",),
    "hcloud_firewall": ("apply_to.server",),
    "linode_firewall": ("linodes",),
}

# Resources that are nothing but the link from one thing to another.
JOINS = {
    "aws_network_acl_association": ("subnet_id", "network_acl_id"),
    "aws_network_interface_attachment": ("instance_id", "network_interface_id"),
    "aws_network_interface_sg_attachment": ("network_interface_id", "security_group_id"),
    "azurerm_network_interface_security_group_association": (
        "network_interface_id", "network_security_group_id",
    ),
    "azurerm_subnet_network_security_group_association": ("subnet_id", "network_security_group_id"),
    "hcloud_firewall_attachment": ("server_ids", "firewall_id"),
    "linode_firewall_device": ("entity_id", "firewall_id"),
    "openstack_compute_interface_attach_v2": ("instance_id", "port_id"),
    "openstack_networking_port_secgroup_associate_v2": ("port_id", "security_group_ids"),
}  # fmt: skip

# Rules that are resources of their own, and what names the firewall that they are of.
RULES = {
    "aws_network_acl_rule": "network_acl_id",
    "aws_security_group_rule": "security_group_id",
    "aws_vpc_security_group_egress_rule": "security_group_id",
    "aws_vpc_security_group_ingress_rule": "security_group_id",
    "azurerm_network_security_rule": "network_security_group_name",
    "oci_core_network_security_group_security_rule": "network_security_group_id",
    "openstack_networking_secgroup_rule_v2": "security_group_id",
    "scaleway_instance_security_group_rules": "security_group_id",
    "vultr_firewall_rule": "firewall_group_id",
}

# Whose firewalls are asked beside those of the machine itself.
SUBNETS = frozenset(("aws_subnet", "azurerm_subnet"))
# What a template says counts where a machine itself does not say it.
INSTEAD = {"launch_template": "vpc_security_group_ids"}

RELEVANT = frozenset((
    *MACHINES, *BETWEEN, *FIREWALLS, *JOINS, "digitalocean_tag", "google_compute_network",
    "google_compute_subnetwork",
))  # fmt: skip
