"""A service of a merged project: what its readers share."""

from functools import cached_property

from compolint.load.compose.project import Project
from compolint.load.compose.values import REMOTE, Assignment, Values, as_read, fields, items
from compolint.load.paths import host_path
from compolint.model.values import ImageName
from compolint.model.workload import Network
from compolint.syntax.yaml import Mapping, Node, Scalar
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

_BIND = "com.docker.network.bridge.host_binding_ipv4"
_GATEWAY = "com.docker.network.bridge.gateway_mode_ipv4"
_GATEWAY_IPV6 = "com.docker.network.bridge.gateway_mode_ipv6"
_INTERFACE, _TALKS = "com.docker.network.bridge.name", "com.docker.network.bridge.enable_icc"


class Declared:
    """What the top level of a project says of its services, networks, volumes, secrets and configs."""

    def __init__(self, project: Project, whole: Mapping, root: str, *, is_alone: bool = False) -> None:
        """`is_alone` says that no other files are laid beside those of the project."""
        self.root = root  # the project's key
        self._project, self._is_alone = project, is_alone
        self._values, self._whole = project.values, whole
        self._networks: dict[str, Network | None] = {}

    @cached_property
    def is_all(self) -> bool:
        """Whether what is not declared here is declared nowhere.

        A file that builds from folders which are not beside it is a part of a project that lies elsewhere.
        """
        services = self.of("services")
        return self._is_alone and not any(
            Service(self._project, self, name, body).builds_elsewhere
            for name, body in (services.pairs() if services else ())
            if isinstance(body, Mapping)
        )

    def of(self, section: str) -> Mapping | None:
        found = self._whole.get(section)
        return found if isinstance(found, Mapping) else None

    def find(self, section: str, name: object) -> tuple[Scalar, Node] | None:
        """What a section says of a name, with the place of the name there."""
        declared = self.of(section) if isinstance(name, str) else None
        key, body = (declared.key(str(name)), declared.get(str(name))) if declared else (None, None)
        return (key, body) if key and body else None

    def network(self, name: str) -> Network | None:
        """The network that a service calls by this name."""
        if name not in self._networks:
            declared = self.find("networks", name)
            self._networks[name] = _network(self._values, *declared, self.root) if declared else None
        return self._networks[name]

    def networks(self) -> list[Network]:
        """The networks that were asked for."""
        return [network for network in self._networks.values() if network]


class Service:
    """A service with the project around it."""

    def __init__(self, project: Project, declared: Declared, name: Scalar, body: Mapping) -> None:
        self.project, self.values, self.declared, self.root = project, project.values, declared, declared.root
        self.name, self.name_at = name.value, name.span
        self.key = f"{declared.root}#{name.value}"
        self.fields = fields(body)
        self.image: Maybe[ImageName] | None = None
        image = project.values.text(self.fields.get("image"))
        if isinstance(image, Unknown):
            self.image = image
        elif image:
            self.image = ImageName.of(image)

    @cached_property
    def labels(self) -> list[Assignment]:
        """The labels, of which those of `label_file` come first."""
        own = self.values.assignments(self.fields.get("labels"))
        if "label_file" not in self.fields:
            return own
        from compolint.load.compose.environment import of_label_files

        return [*of_label_files(self), *own]

    def folder(self, node: Node) -> str:
        """What relative paths at a place are relative to."""
        return as_read(node.path).folder

    @cached_property
    def dockerfile(self) -> str | None:
        """The key of the Dockerfile that its image is built by: its path, where it lies in this tree."""
        node = self.fields.get("build")
        said, text = fields(node), self.values.text
        if "dockerfile_inline" in said:
            return f"{self.key}!dockerfile"
        context = text(said.get("context")) if said else text(node)
        name = text(said.get("dockerfile"))
        if isinstance(context, Unknown) or isinstance(name, Unknown) or (context or "").startswith(REMOTE):
            return None
        around, tree = said.get("context", node), self.project.tree
        folder = host_path(context or ".", self.folder(around) if around else "")
        path = host_path(name or "Dockerfile", folder)
        if not name and not tree.exists(path):
            container = host_path("Containerfile", folder)
            path = container if tree.exists(container) else path
        return path

    @property
    def builds_elsewhere(self) -> bool:
        """Whether its Dockerfile would lie in this tree, and does not."""
        path = self.dockerfile if "build" in self.fields else None
        if path is None or path.startswith(("..", "/", "~", f"{self.key}!")):
            return False
        return not self.project.tree.exists(path)

    def refers(self, what: str, name: Maybe[str] | None, use: str, at: Span) -> None:
        """Says so if a name leads nowhere: that of a network, volume, secret, config or service."""
        if not isinstance(name, str) or not name or "$" in name:
            return
        if self.declared.find(f"{what}s", name) is None and self.declared.is_all:
            message = f"there is no {what} `{name}` that {self.name} could {use}"
            self.project.fault("invalid", message, at, fatal=False)

    def profiles(self) -> tuple[str, ...]:
        if "profiles" not in self.fields:
            return ()
        given = (self.values.text(item) for item in items(self.fields["profiles"]))
        return tuple(text for text in given if isinstance(text, str))


def _network(values: Values, name: Scalar, body: Node, root: str) -> Network:
    said = fields(body)
    options = fields(said.get("driver_opts"))
    spans: dict[str, Span] = {key: value.span for key, value in said.items()}
    named = {"bind_address": _BIND, "gateway_mode": _GATEWAY, "gateway_mode_ipv6": _GATEWAY_IPV6}
    spans |= {field: options[option].span for field, option in named.items() if option in options}
    external_at = said.get("external")
    # Old files say `external: {name: …}`.
    external = isinstance(external_at, Mapping) or values.flag(external_at)
    own_name = values.text(external_at.get("name") if isinstance(external_at, Mapping) else said.get("name"))
    shown = own_name if isinstance(own_name, str) else name.value
    return Network(
        # Another project that names the same external network means this one.
        key=f"network/{shown}" if external is True else f"{root}/{name.value}",
        span=name.span,
        spans=spans,
        name=shown,
        project=root,
        driver=values.text(said.get("driver")),
        internal=values.flag(said.get("internal")),
        external=external,
        bind_address=values.text(options.get(_BIND)),
        gateway_mode=values.text(options.get(_GATEWAY)),
        gateway_mode_ipv6=values.text(options.get(_GATEWAY_IPV6)),
        interface=values.text(options.get(_INTERFACE)),
        talks=values.flag(options.get(_TALKS)) if _TALKS in options else True,
        ipv6=values.flag(said.get("enable_ipv6")),
        subnets=tuple(
            subnet
            for each in items(fields(said.get("ipam")).get("config"))
            if isinstance(subnet := values.text(fields(each).get("subnet")), str)
        ),
    )
