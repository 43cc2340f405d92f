"""What only several files together say about a build."""

from compolint.link import link
from compolint.load.dockerfile import entities
from compolint.model import Entity
from compolint.model.build import Build, BuildUse, Copied, Stage
from compolint.model.command import Command
from compolint.text import Source, Span
from compolint.tree import MemoryTree
from compolint.unknown import Unknown

AT = Span("compose.yaml", 0, 1)
DOCKERFILE = """\
FROM debian:13 AS base
RUN make base
FROM base AS test
COPY --from=base /a /a
RUN make test
FROM base AS prod
COPY . /app
RUN make prod
FROM alpine:3.22
"""


def linked(*more: Entity, dockerfile: str = DOCKERFILE) -> list[Entity]:
    read = entities(Source("Dockerfile", dockerfile), "Dockerfile", "Dockerfile")
    return list(link([*read.entities, *more]))


def use(target: object = None, **more: object) -> BuildUse:
    return BuildUse(key=f"use.{target}", span=AT, name="web", build="Dockerfile", target=target, **more)  # type: ignore[arg-type]


def ships(found: list[Entity]) -> list[bool]:
    return [stage.ships for stage in found if isinstance(stage, Stage)]


def reached(found: list[Entity]) -> list[bool]:
    return [stage.reached for stage in found if isinstance(stage, Stage)]


def test_the_last_stage_ships_where_nobody_says_more() -> None:
    assert ships(linked()) == [False, False, False, True]
    assert reached(linked()) == [False, False, False, True]


def test_a_target_ships_and_reaches_what_it_starts_from() -> None:
    found = linked(use("PROD"))
    assert ships(found) == [False, False, True, False]
    assert reached(found) == [True, False, True, False]


def test_a_target_may_be_a_number() -> None:
    assert ships(linked(use("2"))) == [False, False, True, False]


def test_several_services_ship_several_stages() -> None:
    assert ships(linked(use("test"), use("prod"))) == [False, True, True, False]


def test_a_target_that_is_open_or_empty_is_taken_for_none() -> None:
    assert ships(linked(use(Unknown("$T", AT)))) == [False, False, False, True]
    assert ships(linked(use(""))) == [False, False, False, True]


def test_a_target_that_there_is_not_is_noted_at_its_place() -> None:
    (build,) = [entity for entity in linked(use("pord", spans={"target": AT})) if isinstance(entity, Build)]
    *_, name = build.stage_names
    assert (name.text, name.role, name.number) == ("pord", "target", None)
    assert build.at("stage_names", len(build.stage_names) - 1) == AT


def test_commands_of_the_stages_below_are_a_part_of_the_image() -> None:
    commands = [entity for entity in linked(use("prod")) if isinstance(entity, Command)]
    assert [(command.words[1], command.ships) for command in commands] == [
        ("base", True),
        ("test", False),
        ("prod", True),
    ]


def test_a_copy_brings_what_lies_in_the_folder_that_the_service_names() -> None:
    tree = MemoryTree({"app/.env": "A=1\n", "app/id_rsa": "", "app/.dockerignore": "x\n", ".env": "B=2\n"})
    read = entities(Source("Dockerfile", DOCKERFILE), "Dockerfile", "Dockerfile", tree=tree)
    service = use("prod", context="app", is_local=True)
    copied = [entity for entity in link([*read.entities, service]) if isinstance(entity, Copied)]
    assert [(each.context, each.is_ignoring, each.brings, each.ships) for each in copied] == [
        (None, None, (), False),
        ("app", True, (".env", "id_rsa"), True),
    ]


def test_an_entity_is_there_once() -> None:
    found = linked(use("prod"), use("prod"))
    assert len([entity for entity in found if isinstance(entity, BuildUse)]) == 1


def test_other_entities_are_left_as_they_are() -> None:
    alone = use("x")
    assert list(link([alone])) == [alone]


def test_a_circle_of_stages_ends() -> None:
    circle = "FROM a AS one\nCOPY --from=two /a /a\nFROM a AS two\nCOPY --from=one /b /b\n"
    assert reached(linked(dockerfile=circle)) == [True, True]
