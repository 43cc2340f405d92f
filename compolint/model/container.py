"""Questions about a workload that several checks ask."""

from compolint.model.workload import Workload


def is_container(workload: Workload) -> bool:
    """Whether it runs from an image.

    A unit's process does not, nor a provider's program. Of a service that names no image because it
    extends something unknown, or is completed by another file, nothing can be said to be missing.
    """
    return workload.image is not None or "build" in workload.spans


def spelt(workload: Workload, compose: str, quadlet: str) -> str:
    """How the language that the workload is written in says something."""
    return quadlet if workload.kind == "container" else compose
