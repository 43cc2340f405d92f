"""Compiler in the image that ships

A compiler and its tools turn a small hole into a big one: an intruder builds what he needs on the spot, for
exactly this kernel and these libraries. They also bring hundreds of packages that have to be kept free
of holes. Build in a stage of its own and copy the result, or remove them in the same RUN.

```dockerfile Dockerfile
FROM python:3.14-slim
RUN apt-get update && apt-get install -y gcc libpq-dev  #! gcc stays in the image
CMD ["python", "app.py"]
```

## Instead

```dockerfile Dockerfile
FROM python:3.14-slim AS build
RUN apt-get update && apt-get install -y gcc libpq-dev && pip wheel -w /wheels psycopg2==2.9.10

FROM python:3.14-slim
COPY --from=build /wheels /wheels
RUN pip install /wheels/*
```

## Removed again

```dockerfile Dockerfile
FROM alpine:3.22
RUN apk add --no-cache --virtual .build gcc musl-dev && make && apk del .build
RUN apk add --no-cache make && make && apk del make
```

## When to allow it

Where compiling is what the image is for: builders, development containers, CI runners.
"""

from compolint.api import Command, Fix, Note, Problem, Problems, Severity, Stage, World, build_tools, check


@check(
    Severity.HIGH,
    clauses="C15",
    cwe=(1104,),
    cis="4.3",
    references=("https://docs.docker.com/build/building/multi-stage/",),
    absolute=True,
)
def build_tools_in_final_stage(stage: Stage, world: World) -> Problems:
    if not stage.ships:
        return
    kept = build_tools(
        [command for each in _with_parents(stage, world) for command in world.owned(Command, each.key)]
    )
    if kept:
        names = list(dict.fromkeys(tool.name for tool in kept))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        verb = "stays" if len(names) == 1 else "stay"
        yield Problem(
            f"{', '.join(names[:3])}{more} {verb} in the image",
            at=kept[0].at,
            notes=tuple(Note(f"{tool.name} is installed here", tool.at) for tool in kept[1:4]),
            fix=Fix("build in a stage of its own and copy the result, or remove the tools in the same RUN"),
        )


def _with_parents(stage: Stage, world: World) -> list[Stage]:
    """The stage and those that it starts from, the lowest first."""
    found = [stage]
    if stage.parent is not None:
        numbered = {other.number: other for other in world.where(Stage, "build", stage.build)}
        while (parent := found[-1].parent) is not None and parent in numbered:
            found.append(numbered[parent])
    return found[::-1]
