"""The networks that a project declares."""

from compolint.load.compose.project import Project
from compolint.load.compose.values import mapping
from compolint.model.workload import Network
from compolint.syntax.yaml import Mapping

_BIND = "com.docker.network.bridge.host_binding_ipv4"
_GATEWAY = "com.docker.network.bridge.gateway_mode_ipv4"


def networks(project: Project, whole: Mapping, root: str) -> dict[str, Network]:
    """The networks by the names that the project's services use."""
    found = {}
    values = project.values
    for name, body in mapping(whole.get("networks")):
        fields = {key.value: value for key, value in mapping(body)}
        options = {key.value: value for key, value in mapping(fields.get("driver_opts"))}
        spans = {key: value.span for key, value in fields.items()}
        if _BIND in options:
            spans["bind_address"] = options[_BIND].span
        external_at = fields.get("external")
        # Old files say `external: {name: …}`.
        external = isinstance(external_at, Mapping) or values.flag(external_at)
        own_name = values.text(
            external_at.get("name") if isinstance(external_at, Mapping) else fields.get("name")
        )
        shown = own_name if isinstance(own_name, str) else name.value
        found[name.value] = Network(
            # Another project that names the same external network means this one.
            key=f"network/{shown}" if external is True else f"{root}/{name.value}",
            span=name.span,
            spans=spans,
            name=shown,
            project=root,
            driver=values.text(fields.get("driver")),
            internal=values.flag(fields.get("internal")),
            external=external,
            bind_address=values.text(options.get(_BIND)),
            gateway_mode=values.text(options.get(_GATEWAY)),
        )
    return found
