"""How images are made."""

from collections.abc import Callable, Mapping
from typing import Literal

from compolint.model import Entity
from compolint.model.values import ImageName, Ports
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe


class Context(NamedTuple):
    """The folder that a build may copy from, as far as a look at it tells."""

    folder: str  # in the tree
    ignored: tuple[str, ...] | None  # the patterns of the .dockerignore that holds; `None`: there is none
    secrets: tuple[str, ...]  # what lies in it, should stay out of images, and is not ignored


class StageName(NamedTuple):
    """What FROM, `COPY --from`, `RUN --mount` or the `target` of a Compose file says to name a stage."""

    text: str
    role: Literal["base", "source", "target"]
    number: int | None  # of the stage; `None`: there is no such stage
    meant: str | None  # the stage whose name is almost the same


class Given(NamedTuple):
    """The value that an ARG is given from outside."""

    value: Maybe[str]
    at: Span | None  # `None`: several places differ


class Reader(NamedTuple):
    """What can be asked about a Dockerfile once it is known who builds it."""

    look: Callable[[str | None], Context]  # at a folder of the tree; `None`: the one it is probably built in
    read: Callable[[Mapping[str, Given]], list[Entity]]  # what it declares, given these arguments


class Build(Entity):
    """A Dockerfile. Its key is its path, or the service's key for one written inside a Compose file."""

    _uncompared = ("reader",)  # type: ignore[assignment]  # those of an entity are uncompared as well

    name: str  # the path, or the service's name
    path: str
    reader: Reader | None = None
    stages: tuple[str | None, ...] = ()  # their names
    stage_names: tuple[StageName, ...] = ()  # the places that name one


class BuildUse(Entity):
    """A service that builds its image, and with what settings."""

    name: str  # of the workload
    build: str  # the key of the `Build`
    context: Maybe[str] = "."  # a folder, or an address
    is_local: bool = False  # it is a folder of the tree
    target: Maybe[str] | None = None  # the stage that ships; `None`: the last
    privileged: Maybe[bool] = False
    network: Maybe[str] | None = None
    entitlements: tuple[Maybe[str], ...] = ()
    stages: tuple["Stage", ...] = ()  # as its own arguments make them, where others give the build other ones


class Stage(Entity):
    """One stage of a build, with what it inherits from the stages below it."""

    build: str
    number: int
    name: str | None = None
    base: Maybe[ImageName] | None = None  # `None` for `scratch` and for another stage
    origin: Maybe[ImageName] | None = None  # the image at the bottom of its parents
    parent: int | None = None  # the number of the stage it starts from
    from_scratch: bool = False  # it, or the stage at the bottom of its parents, starts from nothing
    needs: tuple[int, ...] = ()  # the stages that it copies from or mounts, without its parent
    images: tuple[ImageName, ...] = ()  # that it copies from or mounts
    ships: bool = False  # it is the stage that ends up in the image
    reached: bool = True  # the stage that ships needs it
    user: Maybe[str] | None = None  # the last USER, inherited from parents in this file
    user_stated: bool = False  # some USER instruction of this stage itself gave it
    healthcheck: Maybe[bool] | None = None
    workdir: Maybe[str] | None = None
    workdirs: tuple[Maybe[str], ...] = ()  # of this stage, in order, each with those before it
    entrypoint: bool = False


class Copied(Entity):
    """Files that COPY or ADD brings into a stage."""

    owner: str  # the key of the stage
    build: str
    stage: int
    ships: bool = False  # what it copies ends up in the image
    instruction: Literal["COPY", "ADD"]
    sources: tuple[Maybe[str], ...] = ()
    target: Maybe[str] = ""
    from_: str | None = None
    source: str | None = None  # the key of the stage that `from_` names
    checksum: bool = False
    context: str | None = None  # the folder of the tree that the sources are in
    is_ignoring: bool | None = None  # there is a .dockerignore; `None`: nobody looked
    brings: tuple[str, ...] = ()  # what the sources cover of what should stay out of images
    chmod: Maybe[str] | None = None
    relative_target_undefined: bool = False  # a relative target where no WORKDIR says relative to what


class Exposed(Entity):
    """A port that an image says it listens on."""

    owner: str  # the key of the stage
    build: str
    stage: int
    ships: bool = False
    ports: Maybe[Ports]
    protocol: str = "tcp"
