"""The workload that a service is: every key of it that says how its process runs."""

from collections.abc import Callable
from typing import Any

from compolint.load.compose.service import Service
from compolint.load.compose.values import Assignment, colons, fields, is_empty, is_null, items, mapping
from compolint.model.values import Device
from compolint.model.workload import Workload
from compolint.syntax.yaml import Mapping, Node, Scalar, Sequence
from compolint.text import Span
from compolint.unknown import Maybe, Unknown


def workload(service: Service) -> Workload:
    reader = _Reader(service)
    for key, node in service.fields.items():
        if read := _READERS.get(key):
            read(reader, node)
    if "label_file" in service.fields and "labels" not in service.fields:
        reader.labels(service.fields["label_file"])
    return Workload(
        key=service.key,
        span=service.name_at,
        spans=reader.spans,
        name=service.name,
        project=service.root,
        **reader.said,
    )


class _Reader:
    """Gathers the fields of a workload and their places."""

    __slots__ = ("said", "service", "spans", "values")

    def __init__(self, service: Service) -> None:
        self.service, self.values = service, service.values
        self.said: dict[str, Any] = {}
        self.spans: dict[str, Span] = {}

    def say(self, field: str, value: object, node: Node) -> None:
        self.said[field], self.spans[field] = value, node.span

    def listed(self, field: str, node: Node) -> None:
        found: list[Maybe[str]] = []
        for item in items(node):
            if (text := self.values.text(item)) is not None:
                self.spans[f"{field}.{len(found)}"] = item.span
                found.append(_capability(text) if field in {"cap_add", "cap_drop"} else text)
        self.say(field, tuple(found), node)

    def pairs(self, field: str, node: Node, assignments: list[Assignment]) -> None:
        found: dict[str, Maybe[str]] = {}
        for name, key, value, begins in assignments:
            raw = value.value[begins:] if isinstance(value, Scalar) and begins >= 0 else ""
            found[name] = self.values.fill(raw, value.span) if "$" in raw and value else raw
            self.spans[f"{field}.{name}"] = value.span if value else key.span
        self.say(field, found, node)

    def image(self, node: Node) -> None:
        if self.service.image is not None:
            self.say("image", self.service.image, node)

    def build(self, node: Node) -> None:
        if not is_null(node):
            self.say("build", self.service.dockerfile, node)

    def security(self, node: Node) -> None:
        """`security_opt`: of several entries for one thing the last counts."""
        labels: list[Maybe[str]] = []
        for item in items(node):
            if not isinstance(item, Scalar):
                continue
            text = self.values.required(item)
            raw = item.value if isinstance(text, Unknown) else text
            option = raw[: min((at for at in (raw.find(":"), raw.find("=")) if at > 0), default=len(raw))]
            if "$" in option:
                # It may be any of them, so none of them can be said to be absent.
                for field in ("no_new_privileges", "seccomp", "apparmor", "systempaths"):
                    self.said.setdefault(field, text)
            elif raw:
                value: Maybe[str] = raw[len(option) + 1 :]
                if isinstance(text, Unknown):
                    value = self.values.fill(raw[len(option) + 1 :], item.span)
                self._security_option(option, value, item, labels)
        self.said["selinux"] = tuple(labels)

    def _security_option(self, option: str, value: Maybe[str], item: Node, labels: list[Maybe[str]]) -> None:
        match option:
            case "no-new-privileges" | "writable-cgroups":
                is_set = value if isinstance(value, Unknown) else value.lower() in {"", "true"}
                self.say(option.replace("-", "_"), is_set, item)
            case "seccomp" | "apparmor" | "systempaths":
                self.say(option, value, item)
            case "label":
                self.spans[f"selinux.{len(labels)}"] = item.span
                labels.append(value)

    def networks(self, node: Node) -> None:
        declared = self.service.declared
        keys: dict[str, None] = {}
        for name, key, said in self.values.named(node):
            network = declared.network(name)
            network_key = network.key if network else f"{declared.root}/{name}"
            if network_key not in keys:
                self.spans[f"networks.{len(keys)}"] = key.span
                keys[network_key] = None
            for alias in items(fields(said).get("aliases")):
                self.alias(alias)
        self.said["networks"] = tuple(keys)

    def alias(self, node: Node) -> None:
        """A further name by which its neighbours know it."""
        if (name := self.values.text(node)) is not None:
            self.said["aliases"] = (*self.said.get("aliases", ()), name)

    def depends(self, node: Node) -> None:
        self.said["depends_on"] = tuple(dict.fromkeys(name for name, _, _ in self.values.named(node)))

    def profiles(self, _: Node) -> None:
        self.said["profiles"] = self.service.profiles()

    def deploy(self, node: Node) -> None:
        deploy = fields(node)
        resources = fields(deploy.get("resources"))
        for key, value in mapping(resources.get("limits")):
            field = {"memory": "memory_limit", "cpus": "cpu_limit", "pids": "pids_limit"}.get(key.value)
            if field and (text := self.values.text(value)) is not None:
                self.say(field, text, value)
        for key, value in mapping(resources.get("reservations")):
            if key.value == "devices" and isinstance(value, Sequence) and value.items:
                self.say("gpus", True, value)
        policy = deploy.get("restart_policy")
        if policy is not None and "restart" not in self.service.fields:
            condition = policy.get("condition") if isinstance(policy, Mapping) else None
            self.say("restart", "any" if condition is None else self.values.required(condition), policy)

    def healthcheck(self, node: Node) -> None:
        if not isinstance(node, Mapping):
            return
        off = self.values.flag(node.get("disable"))
        test = node.get("test")
        first = test.items[0] if isinstance(test, Sequence) and test.items else None
        if node.get("disable") is None and is_null(test):
            return  # the image's own check, at other times
        if not isinstance(off, Unknown) and isinstance(first, Scalar) and first.value == "NONE":
            off = True
        self.say("healthcheck", off if isinstance(off, Unknown) else not off, node)

    def logging(self, node: Node) -> None:
        if not isinstance(node, Mapping):
            return
        driver, options = node.get("driver"), node.get("options")
        if driver is not None and (text := self.values.text(driver)) is not None:
            self.say("logging_driver", text, driver)
        if options is not None:
            self.pairs("logging_options", options, self.values.assignments(options))
        self.spans["logging"] = node.span

    def devices(self, node: Node) -> None:
        """Of two at one place in the container the last counts."""
        found: dict[str, tuple[Device, Span]] = {}
        for item in items(node):
            device = self._long_device(item) if isinstance(item, Mapping) else self._short_device(item)
            found[str(device.target)] = device, item.span
        self.spans |= {f"devices.{number}": at for number, (_, at) in enumerate(found.values())}
        self.said["devices"] = tuple(device for device, _ in found.values())

    def _short_device(self, item: Node) -> Device:
        """`source[:target[:permissions]]`; a variable without a value leaves open only its own part."""
        if not isinstance(item, Scalar):
            return Device("", "", "rwm")
        text = self.values.required(item)
        raw = item.value if isinstance(text, Unknown) else text
        parts: list[Maybe[str]] = [raw[start:end] for start, end in colons(raw, "{")]
        if isinstance(text, Unknown):
            parts = [self.values.fill(str(part), item.span) for part in parts]
        source, target, permissions, *_ = [*parts, "", ""]
        return _device(source, target, permissions)

    def _long_device(self, item: Mapping) -> Device:
        return _device(
            *(self.values.required(item.get(name)) for name in ("source", "target", "permissions"))
        )

    def gpus(self, node: Node) -> None:
        self.say("gpus", True, node)

    def labels(self, node: Node) -> None:
        self.pairs("labels", node, self.service.labels)

    def sysctls(self, node: Node) -> None:
        self.pairs("sysctls", node, self.values.assignments(node))

    def provider(self, node: Node) -> None:
        self.say(
            "provider", self.values.required(node.get("type") if isinstance(node, Mapping) else node), node
        )


def _device(source: Maybe[str], target: Maybe[str], permissions: Maybe[str]) -> Device:
    return Device(
        source,
        target if isinstance(target, Unknown) or target else source,
        # A variable may say all that there is to say.
        "rwm" if isinstance(permissions, Unknown) else permissions or "rwm",
    )


def _capability(text: Maybe[str]) -> Maybe[str]:
    """A capability's name as the model has it, as far as it is known."""
    if not isinstance(text, Unknown):
        return text.upper().removeprefix("CAP_")
    head = text.head.upper().removeprefix("CAP_")
    return Unknown(
        text.text, text.span, text.names, "" if "CAP_".startswith(head) else head, text.tail.upper()
    )


def _text(field: str) -> "_Read":
    """A key that is one text."""

    def read(reader: _Reader, node: Node) -> None:
        text = reader.values.text(node)
        if not is_empty(text):
            reader.say(field, text, node)

    return read


def _flag(field: str) -> "_Read":
    return lambda reader, node: reader.say(field, reader.values.flag(node), node)


def _list(field: str) -> "_Read":
    return lambda reader, node: reader.listed(field, node)


_Read = Callable[[_Reader, Node], None]
_READERS: dict[str, _Read] = {
    **{key: _text(key) for key in ("user", "pid", "ipc", "uts", "cgroup", "cgroup_parent", "network_mode")},
    **{key: _text(key) for key in ("runtime", "restart", "pull_policy", "pids_limit")},
    "userns_mode": _text("userns"),
    "mem_limit": _text("memory_limit"),
    "cpus": _text("cpu_limit"),
    "cpu_quota": _text("cpu_limit"),
    **{key: _flag(key) for key in ("privileged", "read_only", "oom_kill_disable", "use_api_socket")},
    **{key: _list(key) for key in ("cap_add", "cap_drop", "volumes_from", "expose")},
    "group_add": _list("groups"),
    "device_cgroup_rules": _list("device_rules"),
    "image": _Reader.image,
    "build": _Reader.build,
    "container_name": _Reader.alias,
    "hostname": _Reader.alias,
    "security_opt": _Reader.security,
    "networks": _Reader.networks,
    "depends_on": _Reader.depends,
    "profiles": _Reader.profiles,
    "deploy": _Reader.deploy,
    "healthcheck": _Reader.healthcheck,
    "logging": _Reader.logging,
    "devices": _Reader.devices,
    "gpus": _Reader.gpus,
    "labels": _Reader.labels,
    "sysctls": _Reader.sysctls,
    "provider": _Reader.provider,
}
