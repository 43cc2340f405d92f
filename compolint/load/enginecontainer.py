"""A container as the options of `docker run` and `podman run` make it, option by option."""

from collections.abc import Callable, Iterable
from typing import Any

from compolint.load.engineoptions import Option, Value, divided
from compolint.load.paths import host_path, plain
from compolint.model.values import Device, ImageName
from compolint.model.workload import Mount, Variable, Workload
from compolint.secret import Secret
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_PROPAGATIONS = frozenset({"shared", "rshared", "slave", "rslave", "private", "rprivate"})
_TRUE = frozenset({"", "true", "1", "t", "yes", "on"})


class Container:
    """Gathers what options say."""

    def __init__(self, key: str, name: str, project: str, folder: str, span: Span) -> None:
        self.key, self.name, self.project, self.folder, self.span = key, name, project, folder, span
        self.said: dict[str, Any] = {}
        self.spans: dict[str, Span] = {}
        self._several: dict[str, list[Any]] = {}
        self._pairs: dict[str, Any] = {}
        self.mounts: dict[str, Mount] = {}
        self.variables: dict[str, Variable] = {}

    def take(self, options: Iterable[Option]) -> None:
        for option in options:
            if read := _READERS.get(option.name):
                read(self, option)

    def workload(self) -> Workload:
        several = {field: tuple(found) for field, found in self._several.items()}
        more: dict[str, Any] = {**self.said, **self._pairs, **several}
        return Workload(
            key=self.key,
            span=self.span,
            spans=self.spans,
            name=self.name,
            kind="container",
            project=self.project,
            **more,
        )

    def say(self, field: str, value: object, at: Span) -> None:
        self.said[field], self.spans[field] = value, at

    def add(self, field: str, value: object, at: Span) -> None:
        """One more member of a field that has several."""
        found = self._several.setdefault(field, [])
        self.spans[f"{field}.{len(found)}"] = self.spans[field] = at
        found.append(value)

    def pair(self, field: str, name: str, value: Maybe[str], at: Span) -> None:
        self._pairs.setdefault(field, {})[name] = value
        self.spans[f"{field}.{name}"] = self.spans[field] = at

    def image(self, value: Value) -> None:
        known, at = value.part(0, len(value.text)), value.place(0, len(value.text))
        self.say("image", known if isinstance(known, Unknown) else ImageName.of(known), at)

    def _text(self, field: str, option: Option) -> None:
        if option.known != "":
            self.say(field, option.known, option.place)

    def _flag(self, field: str, option: Option) -> None:
        known = option.known
        self.say(field, known if isinstance(known, Unknown) else known.lower() in _TRUE, option.place)

    def _capability(self, field: str, option: Option) -> None:
        known = option.known
        if isinstance(known, Unknown):
            self.add(field, known, option.place)
            return
        for name in known.split(","):
            self.add(field, name.upper().removeprefix("CAP_"), option.place)

    def _security(self, option: Option) -> None:
        """`no-new-privileges`, `seccomp=unconfined`, `label=disable`, `unmask=ALL`; a colon does, too."""
        if option.value is None:
            return
        text = option.value.text
        name = text[: min((at for at in (text.find("="), text.find(":")) if at > 0), default=len(text))]
        value = option.value.part(min(len(name) + 1, len(text)), len(text))
        match name:
            case "no-new-privileges":
                is_set = value if isinstance(value, Unknown) else value.lower() in _TRUE
                self.say("no_new_privileges", is_set, option.place)
            case "seccomp" | "apparmor" | "systempaths":
                self.say(name, value, option.place)
            case "label":
                self.add("selinux", value, option.place)
            case "unmask":
                is_all = not isinstance(value, Unknown) and value.upper() == "ALL"
                self.say("systempaths", "unconfined" if is_all else value, option.place)

    def _device(self, option: Option) -> None:
        if option.value is None:
            return
        parts = [option.value.part(*each) for each in divided(option.value.text)]
        source, target, permissions, *_ = [*parts, "", ""]
        known = "rwm" if isinstance(permissions, Unknown) else permissions or "rwm"
        is_named = isinstance(target, Unknown) or bool(target)
        self.add("devices", Device(source, target if is_named else source, known), option.place)

    def _network(self, option: Option) -> None:
        """`host`, `container:other`, `name:ip=10.0.0.2`; the options of a mode say nothing here."""
        known = option.known
        if not isinstance(known, Unknown) and not known.startswith(("container:", "ns:")):
            known = known.partition(":")[0]
        self.say("network_mode", known, option.place)

    def _volume(self, option: Option) -> None:
        """`source:target:options`; a target alone is a volume without a name."""
        if option.value is None:
            return
        parts = divided(option.value.text)
        if len(parts) == 1:
            self.mount(option.place, "volume", None, option.value.part(*parts[0]))
            return
        spans = {"source": option.value.place(*parts[0]), "target": option.value.place(*parts[1])}
        options = option.value.part(*parts[2]) if len(parts) > 2 else ""
        if len(parts) > 2:
            spans["options"] = option.value.place(*parts[2])
        source, target = option.value.part(*parts[0]), option.value.part(*parts[1])
        kind = "bind" if _is_path(source) else "volume"
        self.mount(option.place, kind, source, target, spans, **_mode(options))

    def _long_mount(self, option: Option) -> None:
        """`type=bind,source=/srv,target=/data,ro`"""
        fields: dict[str, tuple[Maybe[str], Span]] = {}
        at = 0
        for text in option.value.text.split(",") if option.value else ():
            name, equals, _ = text.partition("=")
            start, end = at + len(name) + len(equals), at + len(text)
            if option.value:
                fields[name] = option.value.part(start, end), option.value.place(start, end)
            at = end + 1
        kind, source, target = (_first(fields, *names) for names in _FIELDS)
        spans = {name: each[1] for name, each in (("source", source), ("target", target)) if each}
        read_only = _first(fields, "ro", "readonly")
        propagation = _first(fields, "bind-propagation")
        self.mount(
            option.place,
            "volume" if kind is None or isinstance(kind[0], Unknown) else kind[0],
            source and source[0],
            target[0] if target else "",
            spans,
            read_only=bool(read_only and read_only[0] in _TRUE),
            propagation=propagation and propagation[0],
        )

    def _tmpfs(self, option: Option) -> None:
        target, _, options = option.value.text.partition(":") if option.value else ("", "", "")
        known = tuple(each for each in options.split(",") if each)
        self.mount(option.place, "tmpfs", None, target, options=known, given_by="tmpfs")

    def _variable(self, option: Option) -> None:
        if option.value is None:
            return
        text, at = option.value.text, option.place
        name, equals, _ = text.partition("=")
        value = option.value.part(len(name) + 1, len(text)) if equals else None
        self.variables[name] = Variable(
            key=f"{self.key}.{name}",
            span=at,
            spans={"name": at, "value": option.value.place(len(name) + 1, len(text)) if equals else at},
            owner=self.key,
            owner_name=self.name,
            name=name,
            value=Secret(value) if isinstance(value, str) else value,
            written=Secret(text[len(name) + 1 :]) if equals else None,
            given_by="environment",
        )

    def _assigned(self, field: str, option: Option) -> None:
        if option.value is None:
            return
        text = option.value.text
        name, equals, _ = text.partition("=")
        value = option.value.part(len(name) + len(equals), len(text))
        self.pair(field, name, value, option.place)

    def mount(
        self,
        at: Span,
        kind: str,
        source: Maybe[str] | None,
        target: Maybe[str],
        spans: dict[str, Span] | None = None,
        **more: Any,
    ) -> None:
        if kind == "bind" and isinstance(source, str):
            source = host_path(source, self.folder)
        if isinstance(target, str) and target.startswith("/"):
            target = plain(target)
        known = kind if kind in {"bind", "tmpfs", "image"} else "volume"
        self.mounts.pop(str(target), None)
        self.mounts[str(target)] = Mount(
            key=f"{self.key}:{target}",
            span=at,
            spans=spans or {},
            owner=self.key,
            name=self.name,
            kind=known,  # type: ignore[arg-type]  # one of the field's words
            source=source,
            target=target,
            **more,
        )


def _is_path(source: Maybe[str]) -> bool:
    head = source.head if isinstance(source, Unknown) else source
    return not head or head[0] in "./~"


def _mode(options: Maybe[str]) -> dict[str, Any]:
    if isinstance(options, Unknown):
        return {"read_only": options, "propagation": options}
    said = options.split(",")
    propagation = next((option for option in said if option in _PROPAGATIONS), None)
    return {"read_only": "ro" in said, "propagation": propagation}


def _first(fields: dict[str, tuple[Maybe[str], Span]], *names: str) -> tuple[Maybe[str], Span] | None:
    return next((fields[name] for name in names if name in fields), None)


_FIELDS = (("type",), ("source", "src"), ("target", "destination", "dst"))
_Read = Callable[[Container, Option], None]


def _text(field: str) -> _Read:
    return lambda container, option: container._text(field, option)


def _flag(field: str) -> _Read:
    return lambda container, option: container._flag(field, option)


def _several(field: str) -> _Read:
    return lambda container, option: container.add(field, option.known, option.place)


def _pairs(field: str) -> _Read:
    return lambda container, option: container._assigned(field, option)


def _healthcheck(container: Container, option: Option) -> None:
    container.say("healthcheck", option.name == "--health-cmd" and option.known != "none", option.place)


_READERS: dict[str, _Read] = {
    "--user": _text("user"),
    "--pid": _text("pid"),
    "--ipc": _text("ipc"),
    "--uts": _text("uts"),
    "--userns": _text("userns"),
    "--cgroupns": _text("cgroup"),
    "--cgroup-parent": _text("cgroup_parent"),
    "--runtime": _text("runtime"),
    "--restart": _text("restart"),
    "--pull": _text("pull_policy"),
    "--memory": _text("memory_limit"),
    "--cpus": _text("cpu_limit"),
    "--pids-limit": _text("pids_limit"),
    "--log-driver": _text("logging_driver"),
    "--privileged": _flag("privileged"),
    "--read-only": _flag("read_only"),
    "--oom-kill-disable": _flag("oom_kill_disable"),
    "--group-add": _several("groups"),
    "--volumes-from": _several("volumes_from"),
    "--expose": _several("expose"),
    "--device-cgroup-rule": _several("device_rules"),
    "--label": _pairs("labels"),
    "--sysctl": _pairs("sysctls"),
    "--log-opt": _pairs("logging_options"),
    "--cap-add": lambda container, option: container._capability("cap_add", option),
    "--cap-drop": lambda container, option: container._capability("cap_drop", option),
    "--gpus": lambda container, option: container.say("gpus", True, option.place),
    "--security-opt": Container._security,
    "--device": Container._device,
    "--network": Container._network,
    "--volume": Container._volume,
    "--mount": Container._long_mount,
    "--tmpfs": Container._tmpfs,
    "--env": Container._variable,
    "--health-cmd": _healthcheck,
    "--no-healthcheck": _healthcheck,
}
