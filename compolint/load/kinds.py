"""Which file is what: by its name and its folder, else by a look at what it says.

One question is asked of every file of a scan, so it is looked up by the end of the name; an expression is
tried only where that leaves it open.
"""

import re
from collections.abc import Callable
from importlib import import_module

from compolint.pattern import pattern

# What stands behind the name of a file that shows how to write another one, or was one.
_SHOWN = (".example", ".sample", ".dist", ".template", ".tmpl", ".bak", ".old")

_UNITS = (
    "service", "socket", "timer", "mount", "automount", "swap", "path", "target", "slice", "scope",
)  # fmt: skip
_QUADLETS = ("container", "pod", "kube", "network", "volume", "image", "build")
_BY_SUFFIX = {
    **dict.fromkeys(("pem", "crt", "cer", "key"), "certificate"),
    **dict.fromkeys(("sh", "bash", "ksh"), "script"),
    "mk": "makefile",
    **dict.fromkeys(("cron", "crontab"), "cron"),
    "caddyfile": "caddy",
    "nginx": "nginx",
    "nginxconf": "nginx",
    "nft": "firewall",
    **dict.fromkeys(("tf", "tofu", "tfvars"), "terraform"),
}
_BY_NAME = {
    "makefile": "makefile",
    "gnumakefile": "makefile",
    "crontab": "cron",
    **dict.fromkeys(("action.yml", "action.yaml", ".gitlab-ci.yml", ".gitlab-ci.yaml"), "workflow"),
    "caddyfile": "caddy",
    "nginx.conf": "nginx",
    **dict.fromkeys(("rules.v4", "rules.v6", "default-ufw", "ufw.default"), "firewall"),
    **dict.fromkeys(("nftables.conf", "firewalld.conf"), "firewall"),
    **dict.fromkeys(("daemon.json", "sshd_config", "sysctl.conf", "jail.conf", "jail.local"), "host"),
    **dict.fromkeys(
        (
            ".mcp.json", "mcp.json", "mcp.servers.json", "mcp-config.json", "mcp_config.json",
            "claude_desktop_config.json", "openclaw.json",
        ),
        "agent",
    ),
}  # fmt: skip
# By the folder that they lie in.
_BY_FOLDER = {"cron.d": "cron", "sysctl.d": "host", "sshd_config.d": "host", "jail.d": "host"}

# By both: what else has such a name is something else.
_BY_PLACE = {
    **dict.fromkeys(
        (
            ".claude/settings.json", ".claude/settings.local.json", ".codex/hooks.json", ".cursor/hooks.json",
            ".gemini/settings.json",
        ),
        "agent",
    ),
    **dict.fromkeys(
        (
            "ufw/ufw.conf", "default/ufw", "ufw/user.rules", "ufw/user6.rules", "ufw/before.rules",
            "ufw/before6.rules", "ufw/after.rules", "ufw/after6.rules", "iptables/iptables.rules",
            "iptables/ip6tables.rules", "sysconfig/iptables", "sysconfig/ip6tables",
        ),
        "firewall",
    ),
}  # fmt: skip

# compose.yaml, docker-compose.prod.yml, docker-compose_dev.yml, docker-compose.json
_COMPOSE = pattern(r"(?:docker-)?compose(?:[-_.][\w.-]+)?\.ya?ml$|docker-compose\.json$")
# Dockerfile, Dockerfile.dev, app.dockerfile, Containerfile, prod.Dockerfile
_DOCKERFILE = pattern(r"(?:[\w.-]+\.)?(?:docker|container)file(?:[-_.][\w.-]+)?$", re.I)
# .env, .env.example, prod.env, env.sample
_ENV = pattern(r"(?:\.env(?:[-_.][\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?|env\.(?:example|sample|dist))$")
# Caddyfile, Caddyfile.prod, dev.caddyfile, caddy.json, but not caddyfile_test.go
_CADDY = pattern(
    r"(?:[\w.-]+[-_.])?caddyfile(?![\w.-]*\.(?:css|go|html|js|json|lock|lua|md|php|png|py|rb|rs|rst|sh|snippets"
    r"|svg|toml|ts|txt|vim|xml|ya?ml)$)(?:[-_.]?[\w.-]+)?$|[\w.-]+\.caddy$|caddy(?:[-_.][\w.-]+)?\.json$",
    re.I,
)
# main.tf.json, prod.auto.tfvars.json
_TERRAFORM = pattern(r"[\w.-]+\.(?:tf|tofu|tfvars)\.json$")
# docker-bake.hcl, docker-bake.override.json
_BAKE = pattern(r"docker-bake(?:[-_.][\w.-]+)?\.(?:hcl|json)$")
# nginx.prod.conf
_NGINX = pattern(r"nginx(?:[-_.][\w.-]+)?\.conf$")
# ss.txt, ss-before.txt, netstat_after.out, docker-ps.txt, docker-inspect.json
_CAPTURE = pattern(
    r"(?:ss|netstat|(?:docker|podman)(?:[-_]compose)?[-_]?(?:ps|port|inspect))(?:[-_.][\w.-]+)?"
    r"\.(?:txt|out|log|json)$",
    re.I,
)
# iptables-save.txt, ip6tables-S.out, nft.txt, nft-ruleset.json, ufw-status.txt, firewalld.txt
_DUMP = pattern(
    r"(?:ip6?tables|nft(?:ables)?|ufw|firewalld|firewall-cmd)(?:[-_.][\w-]+)*\.(?:txt|out|save|dump|json|rules)$",
    re.I,
)
# Makefile.common
_MAKEFILE = pattern(r"(?:GNU)?[Mm]akefile(?:\.(?!am$|in$)[\w-]+)?$")
# Dockerfile.md and dockerfile_lint.py speak of Dockerfiles, they are none.
_OTHER = (
    ".md", ".rst", ".txt", ".py", ".go", ".js", ".ts", ".rs", ".rb", ".sh", ".json", ".yml", ".yaml",
    ".toml", ".html", ".lock", ".dockerignore", ".vim", ".el", ".snippets", ".pyc", ".pyo", ".class", ".o",
    ".css", ".png", ".svg",
)  # fmt: skip
# By a part of the name in lower case: the expression that decides, and whether an end may speak against it.
_BY_PART: tuple[tuple[str, str, re.Pattern[str], bool], ...] = (
    ("compose", "compose", _COMPOSE, False),
    ("caddy", "caddy", _CADDY, False),
    ("nginx", "nginx", _NGINX, False),
    ("makefile", "makefile", _MAKEFILE, True),
    ("erfile", "dockerfile", _DOCKERFILE, True),
    ("env", "env", _ENV, True),
    (".tf", "terraform", _TERRAFORM, False),
    (".tofu.json", "terraform", _TERRAFORM, False),
    ("docker-bake", "bake", _BAKE, False),
    (".txt", "capture", _CAPTURE, False),
    (".out", "capture", _CAPTURE, False),
    (".log", "capture", _CAPTURE, False),
    ("inspect", "capture", _CAPTURE, False),
)
# A folder of drop-ins: foo.service.d/10-local.conf, container.d/all.conf
_DROPINS = pattern(rf"(?:^|\.)(?:({'|'.join(_UNITS)})|({'|'.join(_QUADLETS)}))\.d$")

# By the end of the name, the kinds that a look may tell; in order. No end is that of `default` and `backup`.
_LOOKS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*_UNITS, *_QUADLETS), ("unit", "quadlet")),
    "yml": ("compose",),
    "yaml": ("compose",),
    "conf": ("nginx", "firewall"),
    "inc": ("nginx",),
    "vhost": ("nginx",),
    "site": ("nginx",),
    "json": ("caddy", "host", "firewall"),
    "txt": ("capture", "firewall"),
    **dict.fromkeys(("rules", "save", "dump", "v4", "v6", "out", "iptables", "ufw"), ("firewall",)),
    "": ("script", "nginx", "caddy", "firewall"),
}
_LOOK = {
    "unit": "compolint.load.unit.names:is_unit",
    "quadlet": "compolint.load.unit.names:is_quadlet",
    "compose": "compolint.load.composelike:is_compose",
    "nginx": "compolint.load.nginx.kind:looks_like_nginx",
    "caddy": "compolint.load.caddy.kind:looks_like",
    "host": "compolint.load.host.tailscale:looks_like",
    "script": "compolint.load.script.kind:looks_like",
    "agent": "compolint.load.agent.kind:looks_like",
    "policy": "compolint.load.policy.kind:looks_like",
    "capture": "compolint.load.capture.kind:looks_like",
    "firewall": "compolint.load.firewall.kind:looks_like",
}
# Folders whose files have the names of sites, which end as names of hosts do.
_LOOKS_BY_FOLDER = {
    **dict.fromkeys(("sites-available", "sites-enabled", "snippets", "vhosts"), ("nginx", "caddy")),
}
# .vscode/settings.json has everything that an editor can be told, agents among it.
_LOOKS_BY_PLACE = {".vscode/settings.json": ("agent",)}
# Other files have these names, too.
_POLICIES = frozenset(("risk-matrix", "guardrails", "security-policy", "agent-policy", "allowlists"))
# Folders of firewalld's, and the zones that it has by itself
_FIREWALLD = frozenset(("zones", "policies"))
_ZONES = frozenset((
    "block", "dmz", "docker", "drop", "external", "home", "internal", "public", "trusted", "work",
))  # fmt: skip
# Names without an end that are no configuration of anything.
_NO_ENDS = pattern(r"[a-z0-9][\w@+-]*$")

KINDS = (
    "compose", "dockerfile", "env", "certificate", "nginx", "caddy", "unit", "quadlet", "script", "host",
    "agent", "policy", "terraform", "bake", "capture", "firewall",
)  # fmt: skip
_SCRIPTS = frozenset(("makefile", "cron", "workflow"))
# A link to an env file or a key that is not here is nothing unusual: they are kept out of repositories.
_NEEDED = frozenset({"compose", "dockerfile"})


def may_count(path: str) -> bool:
    """Whether a file is worth a look, by its name and that of its folder."""
    return bool(named(path) or _looks(path))


def needed(path: str) -> str | None:
    """The kind of a file that must be read, whatever it is that stands in its place."""
    kind = named(path)
    return kind if kind in _NEEDED else supposed(path)


def supposed(path: str) -> str | None:
    """The kind of a file that a look would tell, where there is nothing to look at."""
    return "firewall" if _DUMP.match(_unshown(path.rpartition("/")[2])) else None


def named(path: str) -> str | None:
    """The kind of a file whose name, or whose folder, leaves nothing open."""
    kind = language(path)
    return "script" if kind in _SCRIPTS else kind


def language(path: str) -> str | None:
    """The same, with what holds commands told apart: `makefile`, `cron`, `workflow`."""
    folder, _, name = path.rpartition("/")
    if f"/{folder}".endswith("/.github/workflows") and name.endswith((".yml", ".yaml")):
        return "workflow"
    return _placed(folder.rpartition("/")[2], name) or _named(name)


def looks(path: str) -> list[tuple[str, Callable[[str], bool]]]:
    """The kinds that a look at its text may tell, each with the look."""
    found: list[tuple[str, Callable[[str], bool]]] = []
    for kind in _looks(path):
        module, _, name = _LOOK[kind].partition(":")
        found.append((kind, getattr(import_module(module), name)))
    return found


def _placed(folder: str, name: str) -> str | None:
    if kind := _BY_PLACE.get(f"{folder}/{name}"):
        return kind
    if kind := _BY_FOLDER.get(folder):
        return kind if "." not in name or (kind == "host" and name.endswith((".conf", ".local"))) else None
    if folder.endswith(".d") and name.endswith(".conf") and (found := _DROPINS.search(folder)):
        return "unit" if found[1] else "quadlet"
    return None


def _named(name: str) -> str | None:
    shown = _unshown(name)
    lower = shown.lower()
    if kind := _BY_NAME.get(lower):
        return kind
    for part, kind, names, is_exposed in _BY_PART:
        if (
            part in lower
            and (names.match(shown) or names.match(name))
            and not (is_exposed and lower.endswith(_OTHER))
        ):
            return kind
    stem, dot, suffix = shown.rpartition(".")
    return _BY_SUFFIX.get(suffix) if dot and stem else None


def _looks(path: str) -> tuple[str, ...]:
    folder, _, name = path.rpartition("/")
    folder = folder.rpartition("/")[2]
    if kinds := _LOOKS_BY_FOLDER.get(folder) or _LOOKS_BY_PLACE.get(f"{folder}/{name}"):
        return kinds
    name = _unshown(name)
    stem, dot, suffix = name.rpartition(".")
    if stem.replace("_", "-") in _POLICIES and suffix in {"json", "yaml", "yml"}:
        return "policy", *_LOOKS[suffix]
    if suffix == "xml":
        return ("firewall",) if folder in _FIREWALLD or stem in _ZONES or "firewalld" in path else ()
    if not dot:
        return _LOOKS[""] if _NO_ENDS.match(name) else ()
    return _LOOKS.get(suffix, ())


def _unshown(name: str) -> str:
    while name.endswith(_SHOWN):
        name = name[: name.rindex(".")]
    return name
