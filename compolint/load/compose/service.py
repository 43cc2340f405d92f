"""A service of a merged project: what its readers share."""

from typing import NamedTuple

from compolint.load.compose.project import Project
from compolint.load.compose.values import Values, is_empty, items
from compolint.model.values import ImageName
from compolint.model.workload import Network
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Span
from compolint.unknown import Maybe, Unknown


class Declared(NamedTuple):
    """What the top level of a project says of its networks, volumes, secrets and configs."""

    services: dict[str, Node]
    networks: dict[str, Network]
    volumes: dict[str, tuple[Scalar, Node]]
    secrets: dict[str, tuple[Scalar, Node]]
    configs: dict[str, tuple[Scalar, Node]]


class Service(NamedTuple):
    """A service with the project around it."""

    project: Project
    values: Values
    declared: Declared
    root: str  # the project's key
    key: str
    name: str
    name_at: Span
    fields: dict[str, Node]
    image: Maybe[ImageName] | None

    @classmethod
    def of(cls, project: Project, declared: Declared, root: str, name: Scalar, body: Mapping) -> "Service":
        fields = {field.value: value for field, value in body.pairs()}
        image = project.values.text(fields.get("image"))
        return cls(
            project=project,
            values=project.values,
            declared=declared,
            root=root,
            key=f"{root}#{name.value}",
            name=name.value,
            name_at=name.span,
            fields=fields,
            image=image
            if isinstance(image, Unknown)
            else None
            if is_empty(image)
            else ImageName.of(image or ""),
        )

    def folder(self, node: Node) -> str:
        """What relative paths at a place are relative to."""
        return self.project.folders.get(node.path, "")

    def profiles(self) -> tuple[str, ...]:
        given = (self.values.text(item) for item in items(self.fields.get("profiles")))
        return tuple(text for text in given if isinstance(text, str))
