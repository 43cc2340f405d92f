"""The networks that quadlets declare."""

from collections.abc import Iterator

from compolint.load.unit.reading import Reading
from compolint.model.unit import boolean
from compolint.model.workload import Network
from compolint.unknown import Maybe, Unknown


def network(reading: Reading) -> Iterator[Network]:
    name = _text(reading, "NetworkName")
    internal = _text(reading, "Internal")
    shown = name if isinstance(name, str) else f"systemd-{reading.title}"
    yield Network(
        key=reading.key,
        span=reading.span,
        spans={field: at.value_span for field, key in _FIELDS.items() if (at := reading.last(key))},
        name=shown,
        project=reading.path,
        driver=_text(reading, "Driver"),
        internal=internal if isinstance(internal, Unknown) else boolean(internal or "") or False,
    )


_FIELDS = {"name": "NetworkName", "driver": "Driver", "internal": "Internal"}


def _text(reading: Reading, key: str) -> Maybe[str] | None:
    setting = reading.last(key)
    return reading.filling.value(setting) if setting else None
