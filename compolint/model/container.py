"""Questions about a workload that several checks ask."""

from compolint.model.workload import Workload


def is_container(workload: Workload) -> bool:
    """Whether it runs from an image: it is no process of a unit, and no provider's program."""
    return workload.kind != "unit" and workload.provider is None
