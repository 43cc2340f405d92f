"""What `daemon.json` says for the containers of its machine that say nothing themselves.

https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
"""

from posixpath import dirname

from compolint.entities import Entities
from compolint.machines import Machines, root_of
from compolint.model.host import Host
from compolint.model.listener import Listener
from compolint.model.setting import Setting
from compolint.model.values import Address
from compolint.model.workload import Network, Workload
from compolint.record import replace
from compolint.text import Note, Span
from compolint.unknown import Maybe, Unknown, assume

_LOG_OPTION = "log-opts."
# Others say where logs go, and no check asks that.
_LOG_OPTIONS = ("compress", "max-file", "max-size", "mode")
# The address of ports is said for the network that all containers share which have none of their own, and for
# those that are made for a project; `ip` is about the first only.
_OF_SHARED = "ip"
_OF_OTHERS = "default-network-opts.bridge.com.docker.network.bridge.host_binding_ipv4"
_Daemon = dict[str, Setting]


def link_daemons(linked: Entities) -> None:
    """Services and their ports with what the daemon that runs them gives to all."""
    daemons = _Daemons(linked.of(Setting), Machines(linked.of(Host)))
    networks = {each.key: each for each in linked.of(Network)}
    workloads = {each.key: each for each in linked.of(Workload) if each.kind == "service"}

    def bound(listener: Listener) -> Listener:
        workload = workloads.get(listener.owner)
        daemon = daemons.of(workload.span.path) if workload else None
        return _bound(listener, workload, networks, daemon) if workload and daemon else listener

    def given(workload: Workload) -> Workload:
        daemon = daemons.of(workload.span.path) if workload.kind == "service" else None
        return _given(workload, daemon) if daemon else workload

    linked.change(Listener, bound)
    linked.change(Workload, given)


class _Daemons:
    """The daemons' configurations, by the machines that they are on."""

    def __init__(self, settings: list[Setting], machines: Machines) -> None:
        self._machines = machines
        self._by_name: dict[str, set[str]] = {}
        self._by_folder: dict[str, set[str]] = {}
        self._settings: dict[str, _Daemon] = {}
        for each in settings:
            if each.scope == "docker_daemon":
                self._settings.setdefault(each.span.path, {}).setdefault(each.name, each)
        for path in self._settings:
            if name := machines.name(path):
                self._by_name.setdefault(name, set()).add(path)
            else:
                folder = root_of(path, "etc", "docker")
                self._by_folder.setdefault(folder, set()).add(path)

    def of(self, path: str) -> _Daemon | None:
        """The configuration that holds for a file; `None` where there is none, or no telling which."""
        name = self._machines.name(path)
        found = self._by_name.get(name) if name else None
        folder = dirname(path)
        while found is None:
            found = self._by_folder.get(folder)
            if not folder:
                break
            folder = dirname(folder)
        return self._settings[next(iter(found))] if found and len(found) == 1 else None


def _given(workload: Workload, daemon: _Daemon) -> Workload:
    said: dict[str, object] = {}
    usual = _text(daemon, "log-driver") or "json-file"
    driver = assume(workload.logging_driver, "") if workload.logging_driver is not None else usual
    # Options are those of a driver: where a service names another one, they are not for it.
    if driver == usual:
        said["logging_driver"] = driver
        said["logging_options"] = {**_log_options(daemon), **workload.logging_options}
    if _text(daemon, "no-new-privileges") == "true" and "no_new_privileges" not in workload.spans:
        said["no_new_privileges"] = True
    if "userns-remap" in daemon:
        said["maps_users"] = bool(_text(daemon, "userns-remap"))
    return replace(workload, **said)


def _log_options(daemon: _Daemon) -> dict[str, Maybe[str]]:
    options = ((name, daemon.get(_LOG_OPTION + name)) for name in _LOG_OPTIONS)
    return {name: setting.value for name, setting in options if setting}


def _bound(listener: Listener, workload: Workload, networks: dict[str, Network], daemon: _Daemon) -> Listener:
    """A published port; where it names no address, on the one that the daemon sets."""
    if listener.origin != "published" or "address" in listener.spans or isinstance(listener.address, Unknown):
        return listener
    if listener.address.text or isinstance(workload.network_mode, Unknown):
        return listener
    is_shared = workload.network_mode in ("bridge", "default")
    own = [networks[key] for key in workload.networks if key in networks]
    setting = daemon.get(_OF_SHARED if is_shared else _OF_OTHERS)
    if setting and isinstance(setting.value, str) and (is_shared or all(map(_is_made_anew, own))):
        note = Note("the daemon's configuration sets the address", setting.at("value"))
        return replace(listener, address=Address.of(setting.value), via=_with(listener, note))
    ignored = daemon.get(_OF_SHARED)
    if ignored and not is_shared:
        note = Note("this holds for the default network only, which projects do not use", ignored.span)
        return replace(listener, via=_with(listener, note))
    return listener


def _is_made_anew(network: Network) -> bool:
    """Whether a network is made with what the daemon says; one that exists already is as it was made."""
    return network.external is False and (network.driver is None or network.driver == "bridge")


def _with(listener: Listener, note: Note) -> dict[Span, tuple[Note, ...]]:
    at = listener.at("address")
    return {**listener.via, at: (*listener.via.get(at, ()), note)}


def _text(daemon: _Daemon, name: str) -> str:
    setting = daemon.get(name)
    return assume(setting.value, "") if setting else ""
