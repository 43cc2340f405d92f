"""Quadlets: units that podman makes containers, pods, networks and builds of.

Most of their keys are options of `podman run` under other names, and are read as those.
https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html
"""

from collections.abc import Callable, Iterator

from compolint.load import Loaded
from compolint.load.quadlet.builds import build
from compolint.load.quadlet.container import container, kube, pod
from compolint.load.quadlet.keys import misspelt
from compolint.load.quadlet.networks import network
from compolint.load.unit import group as group
from compolint.load.unit.reading import Reading
from compolint.model import Entity
from compolint.tree import Tree


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    reading = Reading(tree, files)
    if not reading.is_meant:
        return Loaded(skipped=tuple(reading.skipped), files=files)
    for message, at in misspelt(reading):
        reading.fault(message, at, "schema")
    read = _READERS.get(reading.suffix)
    entities = list(read(reading)) if read else []
    return Loaded(
        (*entities, *reading.faults), tuple(reading.comments), tuple(reading.files), tuple(reading.skipped)
    )


# What images and volumes are is said where a container names them.
_READERS: dict[str, Callable[[Reading], Iterator[Entity]]] = {
    "container": container,
    "pod": pod,
    "kube": kube,
    "network": network,
    "build": build,
}
