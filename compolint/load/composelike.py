"""Whether a YAML file is a Compose file, when its name does not say so.

Looked at line by line, since most YAML files are something else and need not be taken apart.
"""

from compolint.pattern import pattern

_TOP_LEVEL = frozenset(
    {"version", "name", "include", "services", "models", "networks", "volumes", "secrets", "configs"}
)
_MULTILINE = 8
_TOP_KEY = pattern(r"^[\"']?([A-Za-z][\w-]*)[\"']?[ \t]*:", _MULTILINE)
# A top-level `services:` that is a mapping (GitLab's is a list) …
_SERVICES = pattern(
    r"^[\"']?services[\"']?[ \t]*:(?:[ \t]+[&!]\S+)*[ \t]*"
    r"(?:\{|(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+[^\s#-])",
    _MULTILINE,
)
# … and something in it that only Compose says (Symfony's services say nothing of the kind).
_SERVICE = pattern(
    r"(?:^[ \t]+|[{,][ \t]*)[\"']?(?:image|build|container_name|extends)[\"']?[ \t]*:", _MULTILINE
)
# … or something that a file says which is laid over others.
_OVERLAID = pattern(
    r"(?:^[ \t]+|[{,][ \t]*)[\"']?(?:ports|privileged|volumes|devices|cap_add|cap_drop|network_mode"
    r"|security_opt|restart|env_file|depends_on)[\"']?[ \t]*:",
    _MULTILINE,
)

# Of version 1, whose top level is its services: a service at the margin, and what stands below it.
_LINE = pattern(
    r"(?P<indent>[ ]*)(?:(?P<key>[A-Za-z0-9][\w.-]*)[ \t]*:(?P<value>[ \t].*)?|(?P<other>[^#\s].*))"
)
_SERVICE_KEYS = frozenset((
    "build", "cap_add", "cap_drop", "cgroup_parent", "command", "container_name", "cpu_quota", "cpu_shares",
    "cpuset", "devices", "dns", "dns_search", "dockerfile", "domainname", "entrypoint", "env_file",
    "environment", "expose", "extends", "external_links", "extra_hosts", "hostname", "image", "ipc", "labels",
    "links", "log_driver", "log_opt", "mac_address", "mem_limit", "memswap_limit", "net", "pid", "ports",
    "privileged", "read_only", "restart", "security_opt", "stdin_open", "tty", "ulimits", "user",
    "volume_driver", "volumes", "volumes_from", "working_dir",
))  # fmt: skip
_WHAT_RUNS = frozenset({"image", "build", "extends"})
# What nothing but a container has; an image and an environment have the jobs of a pipeline, too.
_CONTAINER = frozenset((
    "cap_add", "container_name", "devices", "env_file", "expose", "extends", "links", "net", "ports",
    "privileged", "restart", "volumes", "volumes_from",
))  # fmt: skip


def is_compose(text: str) -> bool:
    """Whether a YAML file declares services as Compose does, and nothing that Compose doesn't know."""
    keys = _TOP_KEY.findall(text)
    if "services" in keys:
        known = all(key in _TOP_LEVEL or key.startswith("x-") for key in keys)
        if not known or not _SERVICES.search(text):
            return False
        return bool(_SERVICE.search(text)) or (bool(_OVERLAID.search(text)) and _is_overlay(text))
    return any(f"{key}:" in text for key in _WHAT_RUNS) and _is_first_version(text)


def _is_overlay(text: str) -> bool:
    """Whether all that a file says of its services is what Compose may be told of a service."""
    from compolint.load.schema import published
    from compolint.syntax import yaml
    from compolint.text import Source

    known = published("compose-spec.json")["definitions"]["service"]["properties"]
    roots = [document.root for document in yaml.parse(Source("", text))]
    services = roots[0].get("services") if roots and isinstance(roots[0], yaml.Mapping) else None
    bodies = [body for _, body in services.pairs()] if isinstance(services, yaml.Mapping) else []
    return bool(bodies) and all(
        isinstance(body, yaml.Mapping) and all(key.value in known for key, _ in body.pairs())
        for body in bodies
    )


def _is_first_version(text: str) -> bool:
    """Whether every key at the margin is a service of a file without `services:`."""
    services: list[set[str]] = []
    depth = 0  # of what stands right below the service
    for line in text.split("\n"):
        match = _LINE.match(line.rstrip())
        if match is None:
            continue
        indent = len(match["indent"])
        if not indent and match["other"] == "---":
            continue
        if not indent:
            if not match["key"] or (match["value"] or "").partition("#")[0].strip():
                return False
            services.append(set())
            depth = 0
        elif services and indent <= (depth or indent):
            depth = depth or indent
            if match["key"] in _SERVICE_KEYS:
                services[-1].add(match["key"])
            elif indent < depth or not (match["other"] or "").startswith("-"):
                return False
    said = set().union(*services)
    return (
        bool(services) and not said.isdisjoint(_CONTAINER) and not any(map(_WHAT_RUNS.isdisjoint, services))
    )
