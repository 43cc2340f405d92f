"""All that a check may import.

The model's modules are imported when a check asks for a name of theirs, so that a check costs no more
at start-up than what it looks at.
"""

from typing import TYPE_CHECKING, Any

from compolint.check import Fix, Patch, Problem, Problems, Severity, check
from compolint.text import Note, Span
from compolint.unknown import Maybe, Undecided, Unknown, assume

if TYPE_CHECKING:
    from compolint.model import Change, Entity
    from compolint.model.build import Build, BuildUse, Copied, Exposed, Stage
    from compolint.model.command import Command
    from compolint.model.container import is_container
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
    from compolint.model.host import Host, Mention
    from compolint.model.knowledge.authentication import is_redis, may_ask, opening, opens, product_of
    from compolint.model.knowledge.buildtools import build_tools
    from compolint.model.knowledge.capabilities import capability
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
        is_open_allowlist,
        is_remote_engine,
    )
    from compolint.model.knowledge.hostcommands import acts_on_host_network, firewall_action, service_action
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
    from compolint.model.knowledge.packages import packages_of
    from compolint.model.knowledge.paths import sensitive_path
    from compolint.model.knowledge.pins import has_digest, is_commit, is_listed, is_unpinned
    from compolint.model.knowledge.secretfiles import secret_file
    from compolint.model.knowledge.services import (
        Service,
        is_beyond_host,
        is_meant_for_all,
        service_at,
        service_behind,
        services_of,
    )
    from compolint.model.knowledge.sysctls import sysctl_danger
    from compolint.model.knowledge.transport import (
        is_beyond_machine,
        public_address,
        switches_verification_off,
        unverified_tls,
    )
    from compolint.model.linter import Fault, Suppression
    from compolint.model.listener import Listener, Route
    from compolint.model.values import Address, Device, ImageName, Ports
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
    from compolint.secret import Secret
    from compolint.shipped import is_pulled, shipped_stage
    from compolint.world import World

_HOMES = {
    "compolint.model": ("Change", "Entity"),
    "compolint.model.build": ("Build", "BuildUse", "Copied", "Exposed", "Stage"),
    "compolint.model.command": ("Command",),
    "compolint.model.container": ("is_container",),
    "compolint.model.credential": (
        "Credential", "credentials", "credentials_in_lines", "credentials_of", "default_credentials_of",
        "is_example", "literal_secret", "names_credential",
    ),
    "compolint.model.credential_file": ("Certificate", "PrivateKey"),
    "compolint.model.host": ("Host", "Mention"),
    "compolint.model.knowledge.authentication": (
        "is_redis", "may_ask", "opening", "opens", "product_of",
    ),
    "compolint.model.knowledge.buildtools": ("build_tools",),
    "compolint.model.knowledge.capabilities": ("capability",),
    "compolint.model.knowledge.commandsecrets": ("command_secrets",),
    "compolint.model.knowledge.datalosses": ("destroyed_data",),
    "compolint.model.knowledge.deployments": ("deployment", "rewritten_history"),
    "compolint.model.knowledge.destruction": ("destruction",),
    "compolint.model.knowledge.devices": ("device_power", "device_rule_power"),
    "compolint.model.knowledge.engineruns": ("engine_run",),
    "compolint.model.knowledge.engines": (
        "api_section", "engine_socket", "is_closed_section", "is_open_allowlist", "is_remote_engine",
    ),
    "compolint.model.knowledge.hostcommands": ("acts_on_host_network", "firewall_action", "service_action"),
    "compolint.model.knowledge.images": (
        "image_need", "is_moving", "is_socket_proxy", "is_unprivileged", "is_updater",
    ),
    "compolint.model.knowledge.installs": (
        "left_caches", "unlocked_install", "unpinned_packages", "unsigned_packages",
    ),
    "compolint.model.knowledge.modes": ("lets_everybody_write", "sets_user"),
    "compolint.model.knowledge.operands": ("acts_on_host", "listed", "operands", "subcommand"),
    "compolint.model.knowledge.packages": ("packages_of",),
    "compolint.model.knowledge.paths": ("sensitive_path",),
    "compolint.model.knowledge.pins": ("has_digest", "is_commit", "is_listed", "is_unpinned"),
    "compolint.model.knowledge.secretfiles": ("secret_file",),
    "compolint.model.knowledge.services": (
        "Service", "is_beyond_host", "is_meant_for_all", "service_at", "service_behind", "services_of",
    ),
    "compolint.model.knowledge.sysctls": ("sysctl_danger",),
    "compolint.model.knowledge.transport": (
        "is_beyond_machine", "public_address", "switches_verification_off", "unverified_tls",
    ),
    "compolint.model.linter": ("Fault", "Suppression"),
    "compolint.model.listener": ("Listener", "Route"),
    "compolint.model.values": ("Address", "Device", "ImageName", "Ports"),
    "compolint.model.workload": (
        "EnvFile", "Hook", "Mount", "Network", "SecretFile", "Variable", "VariableUse", "Workload",
    ),
    "compolint.secret": ("Secret",),
    "compolint.shipped": ("is_pulled", "shipped_stage"),
    "compolint.world": ("World",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Address", "Build", "BuildUse", "Certificate", "Change", "Command", "Copied", "Credential", "Device",
    "Entity", "EnvFile", "Exposed", "Fault", "Fix", "Hook", "Host", "ImageName", "Listener", "Maybe",
    "Mention", "Mount", "Network", "Note", "Patch", "Ports", "PrivateKey", "Problem", "Problems", "Route",
    "Secret", "SecretFile", "Service", "Severity", "Span", "Stage", "Suppression", "Undecided", "Unknown",
    "Variable", "VariableUse", "Workload", "World", "acts_on_host", "acts_on_host_network", "api_section",
    "assume", "build_tools", "capability", "check", "command_secrets", "credentials", "credentials_in_lines",
    "credentials_of", "default_credentials_of", "deployment", "destroyed_data", "destruction", "device_power",
    "device_rule_power", "engine_run", "engine_socket", "firewall_action", "has_digest", "image_need",
    "is_beyond_host", "is_beyond_machine", "is_closed_section", "is_commit", "is_container", "is_example",
    "is_listed", "is_meant_for_all", "is_moving", "is_open_allowlist", "is_pulled", "is_redis",
    "is_remote_engine", "is_socket_proxy", "is_unpinned", "is_unprivileged", "is_updater", "left_caches",
    "lets_everybody_write", "listed", "literal_secret", "may_ask", "names_credential", "opening", "opens",
    "operands", "packages_of", "product_of", "public_address", "rewritten_history", "secret_file",
    "sensitive_path", "service_action", "service_at", "service_behind", "services_of", "sets_user",
    "shipped_stage", "subcommand", "switches_verification_off", "sysctl_danger", "unlocked_install",
    "unpinned_packages", "unsigned_packages", "unverified_tls",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOME_OF:
        raise AttributeError(f"compolint.api has no {name}")
    value = globals()[name] = getattr(import_module(_HOME_OF[name]), name)
    return value
