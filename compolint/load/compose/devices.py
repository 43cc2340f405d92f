"""The devices of the host that a service is given."""

from compolint.load.compose.service import Service
from compolint.load.compose.values import Values, colons, items
from compolint.model.values import Device
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Span
from compolint.unknown import Maybe, Unknown


def devices(service: Service, node: Node) -> list[tuple[Device, Span]]:
    """The devices with their places; of two at one place in the container the last counts."""
    found: dict[str, tuple[Device, Span]] = {}
    for item in items(node):
        device = _long(item, service.values) if isinstance(item, Mapping) else _short(item, service.values)
        found[str(device.target)] = device, item.span
    return list(found.values())


def _short(item: Node, values: Values) -> Device:
    """`source[:target[:permissions]]`; a variable without a value leaves open only its own part."""
    if not isinstance(item, Scalar):
        return Device("", "", "rwm")
    text = values.required(item)
    raw = item.value if isinstance(text, Unknown) else text
    parts: list[Maybe[str]] = [raw[start:end] for start, end in colons(raw, "{")]
    if isinstance(text, Unknown):
        parts = [values.fill(str(part), item.span) for part in parts]
    source, target, permissions, *_ = [*parts, "", ""]
    return _device(source, target, permissions)


def _long(item: Mapping, values: Values) -> Device:
    source, target, permissions = (
        values.required(item.get(name)) for name in ("source", "target", "permissions")
    )
    return _device(source, target, permissions)


def _device(source: Maybe[str], target: Maybe[str], permissions: Maybe[str]) -> Device:
    return Device(
        source,
        target if isinstance(target, Unknown) or target else source,
        # A variable may say all that there is to say.
        "rwm" if isinstance(permissions, Unknown) else permissions or "rwm",
    )
