"""All that a check may import.

The model's modules are imported when a check asks for a name of theirs, so that a check costs no more
at start-up than what it looks at.
"""

from typing import TYPE_CHECKING, Any

from compolint.check import Fix, Patch, Problem, Problems, Severity, check
from compolint.text import Note, Span
from compolint.unknown import Maybe, Undecided, Unknown, assume, is_in_words

if TYPE_CHECKING:
    from compolint.doors import doors, is_exposed
    from compolint.exposure.effects import (
        asked_from,
        containers_on,
        cut_off,
        engine_release,
        forwards_to_containers,
        guards_of,
        has_ipv6_containers,
        is_let_in,
        is_open_by,
        kept_out_by_ipv4,
        may_share_machine,
        not_held_by,
        on_the_internet,
        open_to_neighbours,
        overruled,
        published_on,
        reached_by,
        reaches_internet,
        together_with,
        unanswered,
    )
    from compolint.exposure.questions import (
        bypassed,
        decides,
        drops,
        is_limit,
        lets_in,
        open_by_default,
        outward_of,
        pointless,
        unfiltered_families,
    )
    from compolint.model import Change, Entity
    from compolint.model.build import Build, BuildUse, Copied, Exposed, Stage
    from compolint.model.capture import Captured
    from compolint.model.cloud import CloudRule
    from compolint.model.command import Command
    from compolint.model.container import is_container, spelt
    from compolint.model.credential import (
        Credential,
        credentials,
        credentials_in_lines,
        credentials_of,
        default_credentials_of,
        is_example,
        literal_secret,
        names_credential,
    )
    from compolint.model.credential_file import Certificate, PrivateKey
    from compolint.model.firewall import Addresses, Chain, Firewall, FirewallRule, What
    from compolint.model.host import Host, Mention
    from compolint.model.knowledge.authentication import is_redis, may_ask, opening, opens, product_of
    from compolint.model.knowledge.automata import explodes
    from compolint.model.knowledge.buildtools import build_tools
    from compolint.model.knowledge.capabilities import capability
    from compolint.model.knowledge.ciphers import weak_ciphers
    from compolint.model.knowledge.cloudports import is_for_everybody, sensitive_at, sensitive_service
    from compolint.model.knowledge.commandsecrets import command_secrets
    from compolint.model.knowledge.datalosses import destroyed_data
    from compolint.model.knowledge.deployments import deployment, rewritten_history
    from compolint.model.knowledge.destruction import destruction
    from compolint.model.knowledge.devices import device_power, device_rule_power
    from compolint.model.knowledge.engineruns import engine_run
    from compolint.model.knowledge.engines import (
        api_section,
        engine_socket,
        is_closed_section,
        is_engine_path,
        is_open_allowlist,
        is_remote_engine,
    )
    from compolint.model.knowledge.fetchers import gives_shell
    from compolint.model.knowledge.hostcommands import (
        acts_on_host_network,
        firewall_action,
        raises_firewall,
        service_action,
    )
    from compolint.model.knowledge.hostnames import place_of
    from compolint.model.knowledge.hostsettings import kernel_weakness, program_weakness
    from compolint.model.knowledge.images import (
        image_need,
        is_moving,
        is_socket_proxy,
        is_unprivileged,
        is_updater,
    )
    from compolint.model.knowledge.installs import (
        left_caches,
        unlocked_install,
        unpinned_packages,
        unsigned_packages,
    )
    from compolint.model.knowledge.modes import lets_everybody_write, sets_user
    from compolint.model.knowledge.operands import acts_on_host, listed, operands, subcommand
    from compolint.model.knowledge.origins import stranger
    from compolint.model.knowledge.packages import packages_of
    from compolint.model.knowledge.paths import sensitive_folder, sensitive_path
    from compolint.model.knowledge.pins import has_digest, is_commit, is_listed, is_unpinned
    from compolint.model.knowledge.policies import contradictions
    from compolint.model.knowledge.secretfiles import secret_file
    from compolint.model.knowledge.servers import is_allowed_server, server_sources
    from compolint.model.knowledge.services import (
        Service,
        is_beyond_host,
        is_meant_for_all,
        service_at,
        service_behind,
        service_named,
        services_of,
    )
    from compolint.model.knowledge.sysctls import sysctl_danger
    from compolint.model.knowledge.transport import (
        is_beyond_machine,
        public_address,
        switches_verification_off,
        unverified_tls,
    )
    from compolint.model.knowledge.unit_effects import ineffective_settings, own_programs, weakened
    from compolint.model.knowledge.unit_keys import unknown_settings, wrong_values
    from compolint.model.knowledge.unit_rights import (
        ambient_powers,
        group_power,
        is_of_root,
        writable_files,
    )
    from compolint.model.linter import Fault, Suppression
    from compolint.model.listener import Listener, Route
    from compolint.model.setting import Setting
    from compolint.model.tool import McpServer, PolicyFile, SchemaFault
    from compolint.model.unit import Unit
    from compolint.model.unit_score import score_of
    from compolint.model.values import Address, Device, ImageName, Ports
    from compolint.model.web import (
        Account,
        ControlApi,
        Guard,
        Header,
        Location,
        Pattern,
        Site,
        Table,
        Upstream,
        WebServer,
    )
    from compolint.model.workload import (
        EnvFile,
        Hook,
        Mount,
        Network,
        SecretFile,
        Variable,
        VariableUse,
        Workload,
    )
    from compolint.reached import most_reached, reached, with_reach
    from compolint.secret import Secret
    from compolint.shipped import is_pulled, shipped_stage
    from compolint.world import World

_HOMES = {
    "compolint.doors": ("doors", "is_exposed"),
    "compolint.model": ("Change", "Entity"),
    "compolint.model.build": ("Build", "BuildUse", "Copied", "Exposed", "Stage"),
    "compolint.model.capture": ("Captured",),
    "compolint.model.cloud": ("CloudRule",),
    "compolint.model.command": ("Command",),
    "compolint.model.container": ("is_container", "spelt"),
    "compolint.model.credential": (
        "Credential", "credentials", "credentials_in_lines", "credentials_of", "default_credentials_of",
        "is_example", "literal_secret", "names_credential",
    ),
    "compolint.model.credential_file": ("Certificate", "PrivateKey"),
    "compolint.exposure.effects": (
        "asked_from", "containers_on", "cut_off", "engine_release", "forwards_to_containers", "guards_of",
        "has_ipv6_containers", "is_let_in", "is_open_by", "kept_out_by_ipv4", "may_share_machine",
        "not_held_by", "on_the_internet", "open_to_neighbours", "overruled", "published_on", "reached_by",
        "reaches_internet", "together_with", "unanswered",
    ),
    "compolint.exposure.questions": (
        "bypassed", "decides", "drops", "is_limit", "lets_in", "open_by_default", "outward_of", "pointless",
        "unfiltered_families",
    ),
    "compolint.model.firewall": ("Addresses", "Chain", "Firewall", "FirewallRule", "What"),
    "compolint.model.host": ("Host", "Mention"),
    "compolint.model.knowledge.authentication": (
        "is_redis", "may_ask", "opening", "opens", "product_of",
    ),
    "compolint.model.knowledge.automata": ("explodes",),
    "compolint.model.knowledge.buildtools": ("build_tools",),
    "compolint.model.knowledge.capabilities": ("capability",),
    "compolint.model.knowledge.ciphers": ("weak_ciphers",),
    "compolint.model.knowledge.cloudports": ("is_for_everybody", "sensitive_at", "sensitive_service"),
    "compolint.model.knowledge.commandsecrets": ("command_secrets",),
    "compolint.model.knowledge.datalosses": ("destroyed_data",),
    "compolint.model.knowledge.deployments": ("deployment", "rewritten_history"),
    "compolint.model.knowledge.destruction": ("destruction",),
    "compolint.model.knowledge.devices": ("device_power", "device_rule_power"),
    "compolint.model.knowledge.engineruns": ("engine_run",),
    "compolint.model.knowledge.engines": (
        "api_section", "engine_socket", "is_closed_section", "is_engine_path", "is_open_allowlist",
        "is_remote_engine",
    ),
    "compolint.model.knowledge.fetchers": ("gives_shell",),
    "compolint.model.knowledge.hostcommands": (
        "acts_on_host_network", "firewall_action", "raises_firewall", "service_action",
    ),
    "compolint.model.knowledge.hostnames": ("place_of",),
    "compolint.model.knowledge.hostsettings": ("kernel_weakness", "program_weakness"),
    "compolint.model.knowledge.images": (
        "image_need", "is_moving", "is_socket_proxy", "is_unprivileged", "is_updater",
    ),
    "compolint.model.knowledge.installs": (
        "left_caches", "unlocked_install", "unpinned_packages", "unsigned_packages",
    ),
    "compolint.model.knowledge.modes": ("lets_everybody_write", "sets_user"),
    "compolint.model.knowledge.operands": ("acts_on_host", "listed", "operands", "subcommand"),
    "compolint.model.knowledge.origins": ("stranger",),
    "compolint.model.knowledge.packages": ("packages_of",),
    "compolint.model.knowledge.paths": ("sensitive_folder", "sensitive_path"),
    "compolint.model.knowledge.pins": ("has_digest", "is_commit", "is_listed", "is_unpinned"),
    "compolint.model.knowledge.policies": ("contradictions",),
    "compolint.model.knowledge.secretfiles": ("secret_file",),
    "compolint.model.knowledge.servers": ("is_allowed_server", "server_sources"),
    "compolint.model.knowledge.services": (
        "Service", "is_beyond_host", "is_meant_for_all", "service_at", "service_behind", "service_named",
        "services_of",
    ),
    "compolint.model.knowledge.sysctls": ("sysctl_danger",),
    "compolint.model.knowledge.transport": (
        "is_beyond_machine", "public_address", "switches_verification_off", "unverified_tls",
    ),
    "compolint.model.knowledge.unit_effects": ("ineffective_settings", "own_programs", "weakened"),
    "compolint.model.knowledge.unit_keys": ("unknown_settings", "wrong_values"),
    "compolint.model.knowledge.unit_rights": (
        "ambient_powers", "group_power", "is_of_root", "writable_files",
    ),
    "compolint.model.linter": ("Fault", "Suppression"),
    "compolint.model.listener": ("Listener", "Route"),
    "compolint.model.setting": ("Setting",),
    "compolint.model.tool": ("McpServer", "PolicyFile", "SchemaFault"),
    "compolint.model.unit": ("Unit",),
    "compolint.model.unit_score": ("score_of",),
    "compolint.model.values": ("Address", "Device", "ImageName", "Ports"),
    "compolint.model.web": (
        "Account", "ControlApi", "Guard", "Header", "Location", "Pattern", "Site", "Table", "Upstream",
        "WebServer",
    ),
    "compolint.model.workload": (
        "EnvFile", "Hook", "Mount", "Network", "SecretFile", "Variable", "VariableUse", "Workload",
    ),
    "compolint.reached": ("most_reached", "reached", "with_reach"),
    "compolint.secret": ("Secret",),
    "compolint.shipped": ("is_pulled", "shipped_stage"),
    "compolint.world": ("World",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Account", "Address", "Addresses", "Build", "BuildUse", "Captured", "Certificate", "Chain", "Change",
    "CloudRule", "Command", "ControlApi", "Copied", "Credential", "Device", "Entity", "EnvFile", "Exposed",
    "Fault", "Firewall", "FirewallRule", "Fix", "Guard", "Header", "Hook", "Host", "ImageName", "Listener",
    "Location", "Maybe", "McpServer", "Mention", "Mount", "Network", "Note", "Patch", "Pattern", "PolicyFile",
    "Ports", "PrivateKey", "Problem", "Problems", "Route", "SchemaFault", "Secret", "SecretFile", "Service",
    "Setting", "Severity", "Site", "Span", "Stage", "Suppression", "Table", "Undecided", "Unit", "Unknown",
    "Upstream", "Variable", "VariableUse", "WebServer", "What", "Workload", "World", "acts_on_host",
    "acts_on_host_network", "ambient_powers", "api_section", "asked_from", "assume", "build_tools",
    "bypassed", "capability", "check", "command_secrets", "containers_on", "contradictions", "credentials",
    "credentials_in_lines", "credentials_of", "cut_off", "decides", "default_credentials_of", "deployment",
    "destroyed_data", "destruction", "device_power", "device_rule_power", "doors", "drops", "engine_release",
    "engine_run", "engine_socket", "explodes", "firewall_action", "forwards_to_containers", "gives_shell",
    "group_power", "guards_of", "has_digest", "has_ipv6_containers", "image_need", "ineffective_settings",
    "is_allowed_server", "is_beyond_host", "is_beyond_machine", "is_closed_section", "is_commit",
    "is_container", "is_engine_path", "is_example", "is_exposed", "is_for_everybody", "is_in_words",
    "is_let_in", "is_limit", "is_listed", "is_meant_for_all", "is_moving", "is_of_root", "is_open_allowlist",
    "is_open_by", "is_pulled", "is_redis", "is_remote_engine", "is_socket_proxy", "is_unpinned",
    "is_unprivileged", "is_updater", "kept_out_by_ipv4", "kernel_weakness", "left_caches",
    "lets_everybody_write", "lets_in", "listed", "literal_secret", "may_ask", "may_share_machine",
    "most_reached", "names_credential", "not_held_by", "on_the_internet", "open_by_default",
    "open_to_neighbours", "opening", "opens", "operands", "outward_of", "overruled", "own_programs",
    "packages_of", "place_of", "pointless", "product_of", "program_weakness", "public_address",
    "published_on", "raises_firewall", "reached", "reached_by", "reaches_internet", "rewritten_history",
    "score_of", "secret_file", "sensitive_at", "sensitive_folder", "sensitive_path", "sensitive_service",
    "server_sources", "service_action", "service_at", "service_behind", "service_named", "services_of",
    "sets_user", "shipped_stage", "spelt", "stranger", "subcommand", "switches_verification_off",
    "sysctl_danger", "together_with", "unanswered", "unfiltered_families", "unknown_settings",
    "unlocked_install", "unpinned_packages", "unsigned_packages", "unverified_tls", "weak_ciphers",
    "weakened", "with_reach", "writable_files", "wrong_values",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME_OF:
        raise AttributeError(f"compolint.api has no {name}")
    value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return value
