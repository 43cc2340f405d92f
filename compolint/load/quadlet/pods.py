"""The containers of a `.kube` quadlet: the pods of the Kubernetes file that its `Yaml=` names.

By podman-kube-play(1); what a container has there is read as the options of `podman run` that give the same.
"""

from collections.abc import Iterator

from compolint.load import read
from compolint.load.enginecontainer import Container
from compolint.load.engineoptions import Option, Word, publishes
from compolint.load.published import Owner, listener_of
from compolint.load.quadlet.container import DEFAULTS
from compolint.load.unit.environment import in_tree
from compolint.load.unit.reading import Reading
from compolint.model import Entity
from compolint.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence
from compolint.tree import Skipped, Unreadable

_MOST = 200  # containers of one file
_HOST = {"hostNetwork": "--network", "hostPID": "--pid", "hostIPC": "--ipc"}


def pods(reading: Reading) -> Iterator[Entity]:
    setting = reading.last("Yaml")
    named = reading.filling.value(setting) if setting else None
    path = in_tree(reading.tree, named, reading.folder) if isinstance(named, str) else None
    if path is None:
        if setting:
            reading.skipped.append(Skipped(setting.value, f"is run by {reading.title}, and is not here"))
        return
    for number, (container, pod) in enumerate(_containers(reading, path)):
        if number == _MOST:
            message = f"there are more than {_MOST} containers; no others are read"
            reading.fault(message, container.span, "unsupported", fatal=True)
            return
        yield from _container(reading, path, container, pod)


def _containers(reading: Reading, path: str) -> Iterator[tuple[Mapping, Mapping]]:
    """Each container with the pod that it is in."""
    from compolint.syntax import yaml

    try:
        source = read(reading.tree, path)
    except Unreadable as error:
        reading.skipped.append(Skipped(path, error.reason))
        return
    reading.files[path] = None
    for document in yaml.parse(source) if source else ():
        spec = _mapping(document.root, "spec")
        pod = _mapping(spec, "template", "spec") or spec
        for name in ("initContainers", "containers"):
            for item in _items(pod, name):
                if pod and isinstance(item, Mapping):
                    yield item, pod


def _container(reading: Reading, path: str, container: Mapping, pod: Mapping) -> Iterator[Entity]:
    named = container.get("name")
    name = named.value if isinstance(named, Scalar) else reading.title
    at = named.span if named else container.span
    found = Container(f"{reading.key}!{name}.{at.start}", name, path, reading.folder, at)
    # Of these, what a pod does not say podman does by itself.
    found.said |= {"rootless": reading.is_user, "restart": "always", **DEFAULTS}
    if probe := container.get("livenessProbe"):
        found.say("healthcheck", True, probe.span)
    image = container.get("image")
    if isinstance(image, Scalar):
        found.image(Word(image.value, image.span))
    options = [*_of_pod(pod), *_of_container(container, pod)]
    found.take(options)
    yield found.workload()
    yield from found.mounts.values()
    yield from found.variables.values()
    owner = Owner(found.key, path, name)
    for option, port in publishes(options):
        yield listener_of(owner, port, option.place, found.said.get("image"))


def _of_pod(pod: Mapping) -> Iterator[Option]:
    for name, option in _HOST.items():
        if node := _true(pod, name):
            yield _option(option, "host", node)
    yield from _of_security(_mapping(pod, "securityContext"))


def _of_container(container: Mapping, pod: Mapping) -> Iterator[Option]:
    yield from _of_security(_mapping(container, "securityContext"))
    limits = _mapping(container, "resources", "limits")
    for name, option in (("memory", "--memory"), ("cpu", "--cpus")):
        if limit := _scalar(limits, name):
            yield _option(option, limit.value, limit)
    for item in _items(container, "env"):
        variable, value = _scalar(item, "name"), _scalar(item, "value")
        if variable and value:
            yield _option("--env", f"{variable.value}={value.value}", value)
    for item in _items(container, "ports"):
        host, target = _scalar(item, "hostPort"), _scalar(item, "containerPort")
        if host and target:
            address, protocol = _scalar(item, "hostIP"), _scalar(item, "protocol")
            shown = f"{_bracketed(address.value)}:" if address else ""
            ending = f"/{protocol.value.lower()}" if protocol else ""
            yield _option("--publish", f"{shown}{host.value}:{target.value}{ending}", host)
    yield from _of_volumes(container, pod)


def _of_security(context: Mapping | None) -> Iterator[Option]:
    for name, option in (("privileged", "--privileged"), ("readOnlyRootFilesystem", "--read-only")):
        if node := _true(context, name):
            yield Option(option, None, node.span)
    for name, option in (("add", "--cap-add"), ("drop", "--cap-drop")):
        for item in _items(_mapping(context, "capabilities"), name):
            if isinstance(item, Scalar):
                yield _option(option, item.value, item)
    if user := _scalar(context, "runAsUser"):
        yield _option("--user", user.value, user)
    escalation = _scalar(context, "allowPrivilegeEscalation")
    if escalation and escalation.resolved() is False:
        yield _option("--security-opt", "no-new-privileges", escalation)
    profile = _scalar(_mapping(context, "seccompProfile"), "type")
    if profile and profile.value == "Unconfined":
        yield _option("--security-opt", "seccomp=unconfined", profile)


def _of_volumes(container: Mapping, pod: Mapping) -> Iterator[Option]:
    paths = {
        name.value: path
        for item in _items(pod, "volumes")
        if (name := _scalar(item, "name")) and (path := _scalar(_mapping(item, "hostPath"), "path"))
    }
    for item in _items(container, "volumeMounts"):
        name, target = _scalar(item, "name"), _scalar(item, "mountPath")
        if name and target and (source := paths.get(name.value)):
            mode = ":ro" if _true(item, "readOnly") else ""
            yield _option("--volume", f"{source.value}:{target.value}{mode}", source)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _option(name: str, value: str, at: Scalar) -> Option:
    return Option(name, Word(value, at.span), at.span)


def _mapping(node: Node | None, *names: str) -> Mapping | None:
    for name in names:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node if isinstance(node, Mapping) else None


def _scalar(node: Node | None, name: str) -> Scalar | None:
    found = node.get(name) if isinstance(node, Mapping) else None
    return found if isinstance(found, Scalar) else None


def _true(node: Node | None, name: str) -> Scalar | None:
    found = _scalar(node, name)
    return found if found and found.resolved() is True else None


def _items(node: Node | None, name: str) -> list[Node]:
    found = node.get(name) if isinstance(node, Mapping) else None
    return found.items if isinstance(found, Sequence) else []
