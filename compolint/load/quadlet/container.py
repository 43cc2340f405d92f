"""Containers and pods: what the keys of a quadlet give to them."""

from collections.abc import Iterator

from compolint.load.enginecontainer import Container
from compolint.load.engineoptions import Option, options_of, publishes
from compolint.load.paths import host_path
from compolint.load.published import Owner, listener_of
from compolint.load.quadlet.builds import dockerfile
from compolint.load.quadlet.commands import commands
from compolint.load.unit.environment import given
from compolint.load.unit.reading import Reading
from compolint.load.unit.texts import Text
from compolint.model import Entity
from compolint.model.unit import boolean
from compolint.model.workload import Variable
from compolint.record import replace
from compolint.syntax.unit import Setting
from compolint.syntax.unit_words import whole
from compolint.text import Note
from compolint.tree import Unreadable
from compolint.unknown import Maybe, Unknown

# What podman itself does where nothing is said:
# https://docs.podman.io/en/latest/markdown/podman-run.1.html, containers.conf(5)
DEFAULTS = {"pids_limit": "2048", "logging_driver": "journald"}
# Keys that are options, with a value to a line, …
_WHOLE = {
    "PublishPort": "--publish",
    "Volume": "--volume",
    "Tmpfs": "--tmpfs",
    "UserNS": "--userns",
    "Pull": "--pull",
    "PidsLimit": "--pids-limit",
    "LogDriver": "--log-driver",
    "Memory": "--memory",
    "GroupAdd": "--group-add",
    "HealthCmd": "--health-cmd",
    "ReadOnly": "--read-only",
    "User": "--user",
    "ExposeHostPort": "--expose",
}
# … and with several values to a line.
_WORDS = {
    "AddCapability": "--cap-add",
    "DropCapability": "--cap-drop",
    "AddDevice": "--device",
    "Label": "--label",
    "LogOpt": "--log-opt",
    "Sysctl": "--sysctl",
    "Mount": "--mount",
}
_LIMITS = {
    "MemoryMax": "memory_limit",
    "CPUQuota": "cpu_limit",
    "TasksMax": "pids_limit",
    "Restart": "restart",
}


def container(reading: Reading) -> Iterator[Entity]:
    found = _container(reading)
    for field, value in DEFAULTS.items():
        found.said.setdefault(field, value)
    _image(reading, found)
    _security(reading, found)
    options = _options(reading)
    found.take(options)
    _resolved(reading, found)
    _service(reading, found)
    variables = given(reading)
    for variable in _from_secrets(reading):
        found.variables.setdefault(variable.name, variable)
    entities: list[Entity] = []
    commands(reading, entities.append)
    yield from _opened(reading, found, options)
    yield from found.mounts.values()
    yield from variables.entities
    yield from (each for name, each in found.variables.items() if name not in variables.environment)
    yield from entities


def pod(reading: Reading) -> Iterator[Entity]:
    found = _container(reading)
    options = _options(reading)
    found.take(options)
    _resolved(reading, found)
    yield from _opened(reading, found, options)
    yield from found.mounts.values()


def kube(reading: Reading) -> Iterator[Entity]:
    from compolint.load.quadlet.pods import pods

    yield from pods(reading)
    yield from pod(reading)


def _container(reading: Reading) -> Container:
    # Those of the service, not of the container, are filled into the command line.
    reading.filling.environment = given(reading, "Service").environment
    found = Container(reading.key, reading.title, reading.path, reading.folder, reading.span)
    found.said["rootless"] = reading.is_user
    return found


def _opened(reading: Reading, found: Container, options: list[Option]) -> Iterator[Entity]:
    """The workload with its doors, each once."""
    yield found.workload()
    image = found.said.get("image")
    owner = Owner(reading.key, reading.path, reading.title)
    listeners = (listener_of(owner, port, option.place, image) for option, port in publishes(options))
    yield from {listener.key: listener for listener in listeners}.values()


def _options(reading: Reading) -> list[Option]:
    """What the keys and the `PodmanArgs=` say as options."""
    found: list[Option] = []
    for key, option in _WHOLE.items():
        found += (Option(option, _value(reading, each), each.key_span) for each in reading.said(key))
    for key, option in _WORDS.items():
        found += (Option(option, text, text.span) for text in _words(reading, key))
    for setting in reading.said("Network"):
        if _unit_of(reading, setting.value, "network") is None:
            found.append(Option("--network", _value(reading, setting), setting.key_span))
    words, at = list(_words(reading, "PodmanArgs")), 0
    while at < len(words):  # what is no option between them belongs to one that is not known to take it
        options, end = options_of(words, at)
        found += options
        at = max(end, at + 1)
    return found


def _value(reading: Reading, setting: Setting) -> Text:
    """The value of a setting that has one to a line, without the quotes that may be around it."""
    if setting.value[:1] in ("'", '"') and (words := list(reading.words_of(setting, is_run=True))):
        return words[0]
    return reading.filling.argument(setting, whole(setting.value))


def _words(reading: Reading, key: str) -> Iterator[Text]:
    for setting in reading.said(key):
        yield from reading.words_of(setting, is_run=True)


def _from_secrets(reading: Reading) -> Iterator[Variable]:
    """`Secret=db,type=env,target=PASSWORD`: variables whose values podman keeps."""
    for setting in reading.said("Secret"):
        name, *options = setting.value.split(",")
        fields = dict(option.partition("=")[::2] for option in options)
        if fields.get("type") == "env":
            called = fields.get("target") or name
            yield Variable(
                key=f"{reading.key}.{called}",
                span=setting.value_span,
                spans={"name": setting.value_span, "value": setting.value_span},
                owner=reading.key,
                owner_name=reading.title,
                name=called,
                given_by="environment",
            )


def _image(reading: Reading, found: Container) -> None:
    setting = reading.last("Image")
    if setting is None:
        return
    value = _value(reading, setting)
    if value.text.endswith(".build"):
        other = _other(reading, value.text)
        found.say("build", dockerfile(other) if other else None, setting.value_span)
        return
    if value.text.endswith(".image"):
        other = _other(reading, value.text)
        named = other.last("Image") if other else None
        value = _value(other, named) if other and named else value
    found.image(value)


def _security(reading: Reading, found: Container) -> None:
    for key, field in (("SeccompProfile", "seccomp"), ("AppArmor", "apparmor")):
        if setting := reading.last(key):
            found.say(field, reading.filling.value(setting), setting.value_span)
    if (setting := reading.last("NoNewPrivileges")) is not None:
        found.say("no_new_privileges", _flag(reading, setting), setting.value_span)
    if (setting := reading.last("SecurityLabelDisable")) is not None and _flag(reading, setting) is True:
        found.add("selinux", "disable", setting.value_span)
    if setting := reading.last("SecurityLabelType"):
        found.add("selinux", f"type:{setting.value}", setting.value_span)
    for text in reading.words("Unmask"):
        is_all = text.text.upper() == "ALL"
        found.say("systempaths", "unconfined" if is_all else text.known(), text.span)
    if setting := reading.last("AutoUpdate"):
        found.pair("labels", "io.containers.autoupdate", reading.filling.value(setting), setting.value_span)


def _service(reading: Reading, found: Container) -> None:
    """What the service that podman makes of it says: when it starts again, and what it may use up."""
    for key, field in _LIMITS.items():
        if setting := reading.last(key, "Service"):
            found.say(field, reading.filling.value(setting), setting.value_span)


def _flag(reading: Reading, setting: Setting) -> Maybe[bool]:
    known = reading.filling.value(setting)
    return known if isinstance(known, Unknown) else boolean(known) is True


def _resolved(reading: Reading, found: Container) -> None:
    """Puts what other quadlets say in the place of their names: `Volume=data.volume:/data`."""
    for setting in reading.said("Network"):
        if name := _unit_of(reading, setting.value, "network"):
            found.add("networks", _path(reading, name), setting.value_span)
    for target, mount in list(found.mounts.items()):
        source = mount.source
        if mount.kind != "volume" or not isinstance(source, str) or not source.endswith(".volume"):
            continue
        other = _other(reading, source)
        device = other.last("Device") if other else None
        if other and device and _binds(other):
            note = Note(f"{reading.title} mounts this volume here", mount.span)
            path = other.filling.value(device)
            found.mounts[target] = replace(
                mount,
                kind="bind",
                source=path if isinstance(path, Unknown) else host_path(path, other.folder),
                spans={**mount.spans, "source": device.value_span},
                via={device.value_span: (note,)},
            )
        else:
            named = other.last("VolumeName") if other else None
            shown = f"systemd-{source.removesuffix('.volume')}"
            found.mounts[target] = replace(mount, source=named.value if named else shown)


def _binds(volume: Reading) -> bool:
    kind, options = volume.last("Type"), volume.last("Options")
    if kind and kind.value in {"none", "bind"}:
        return True
    return options is not None and not {"bind", "rbind"}.isdisjoint(options.value.split(","))


def _unit_of(reading: Reading, value: str, suffix: str) -> str | None:
    """The name of the quadlet that a value begins with: `podman.network:ip=10.0.0.2`."""
    name = value.partition(":")[0]
    return name if name.endswith(f".{suffix}") else None


def _path(reading: Reading, name: str) -> str:
    return f"{reading.folder}/{name}".lstrip("/")


def _other(reading: Reading, name: str) -> Reading | None:
    """Another quadlet of the same folder."""
    if name not in reading.others:
        reading.others[name] = _read(reading, name)
    return reading.others[name]


def _read(reading: Reading, name: str) -> Reading | None:
    path = _path(reading, name)
    if "/" in name or not reading.tree.exists(path):
        return None
    try:
        return Reading(reading.tree, (path,))
    except Unreadable:
        return None
