"""Where the image of a workload comes from: a stage of a Dockerfile, or a registry."""

from functools import lru_cache

from compolint.model.build import BuildUse, Stage
from compolint.model.values import ImageName
from compolint.model.workload import Workload
from compolint.unknown import Unknown
from compolint.world import World


def shipped_stage(workload: Workload, world: World) -> Stage | None:
    """The stage that a workload runs, where its Dockerfile is in the project."""
    if workload.build is None:
        return None
    use = world.get(BuildUse, f"{workload.key}!build")
    shipped = [stage for stage in world.where(Stage, "build", workload.build) if stage.ships]
    stages = (use and use.stages) or shipped
    wanted = [stage for stage in stages if use and use.target in (stage.name, str(stage.number))]
    return next(iter(wanted or stages[-1:]), None)


def is_pulled(workload: Workload, world: World) -> bool:
    """Whether a registry gives the image: it is not built here, for this workload or under the same name."""
    if workload.image is None or "build" in workload.spans or workload.provider is not None:
        return False
    if isinstance(workload.image, Unknown):
        return True
    # What podman calls so was built on the machine itself, and no registry has it.
    return workload.image.registry != "localhost" and workload.image not in _built(world)


@lru_cache(1)
def _built(world: World) -> frozenset[ImageName]:
    built = (workload.image for workload in world.of(Workload) if "build" in workload.spans)
    return frozenset(image for image in built if isinstance(image, ImageName))
