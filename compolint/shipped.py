"""Which stage of a Dockerfile the image of a workload is made of."""

from compolint.model.build import BuildUse, Stage
from compolint.model.workload import Workload
from compolint.world import World


def shipped_stage(workload: Workload, world: World) -> Stage | None:
    """The stage that a workload runs, where its Dockerfile is in the project."""
    if workload.build is None:
        return None
    stages = [stage for stage in world.where(Stage, "build", workload.build) if stage.ships]
    use = world.get(BuildUse, f"{workload.key}!build")
    wanted = [stage for stage in stages if use and use.target in (stage.name, str(stage.number))]
    return next(iter(wanted or stages[-1:]), None)
