"""The forms that Compose, or Docker behind it, wants texts to have where the schema lets any text pass."""

import re
from collections.abc import Callable, Iterator

from compolint.load.compose.service import Service
from compolint.load.compose.values import fields, items
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.syntax.yaml import Mapping, Node, Scalar

_FLAG = frozenset({"y", "yes", "true", "on", "n", "no", "false", "off"})
# 512m   1.5 GiB   -1, which is no limit
_SIZE = pattern(r"\s*(?:-1|(?:\d+\.?\d*|\.\d+)(?:e\d+)?\s?(?:b|[kmgtp](?:i?b)?)?)\s*", re.IGNORECASE)
# 1m30s   1.5h
_DURATION = pattern(r"[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)")
# 0.5   1e3
_NUMBER = pattern(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WHOLE = pattern(r"[-+]?\d+")
# 80   8000-8010/udp
_PORT = pattern(r"(\d{1,5})(?:-(\d{1,5}))?(?:/(?:tcp|udp|sctp))?", re.IGNORECASE)
_RESTART = pattern(r"no|always|unless-stopped|on-failure(?::\d+)?")
_IPC = pattern(r"none|private|shareable|host|(?:container|service):.+")
_PID = pattern(r"host|private|(?:container|service):.+")

Form = tuple[Callable[[str], object], str]  # whether a text has it, and what it is


def _is_port(text: str) -> bool:
    match = _PORT.fullmatch(text)
    return match is not None and all(int(number) <= 65535 for number in match.groups() if number)


_AS_FLAG: Form = (lambda text: text.lower() in _FLAG, "true or false")
_AS_SIZE: Form = (lambda text: _SIZE.fullmatch(text), "a size such as 512m or 2g")
_AS_DURATION: Form = (lambda text: _DURATION.fullmatch(text), "a duration such as 30s or 1m30s")
_AS_NUMBER: Form = (lambda text: _NUMBER.fullmatch(text), "a number such as 0.5")
_AS_WHOLE: Form = (lambda text: _WHOLE.fullmatch(text), "a whole number")
_AS_PORT: Form = (_is_port, "a port such as 8080, or a range such as 8000-8010")
_FORMS: dict[str, Form] = {
    **dict.fromkeys(("privileged", "read_only", "tty", "stdin_open", "init", "oom_kill_disable"), _AS_FLAG),
    **dict.fromkeys(("mem_limit", "mem_reservation", "memswap_limit", "shm_size"), _AS_SIZE),
    "cpus": _AS_NUMBER,
    "pids_limit": _AS_WHOLE,
    "stop_grace_period": _AS_DURATION,
    "restart": (
        lambda text: _RESTART.fullmatch(text),
        "`no`, `always`, `unless-stopped`, `on-failure` or `on-failure:5`",
    ),
    "ipc": (
        lambda text: _IPC.fullmatch(text),
        "`none`, `private`, `shareable`, `host`, `service:NAME` or `container:NAME`",
    ),
    "pid": (lambda text: _PID.fullmatch(text), "`host`, `service:NAME` or `container:NAME`"),
}
_HEALTH = dict.fromkeys(("interval", "timeout", "start_period", "start_interval"), _AS_DURATION)
_LIMITS: dict[str, Form] = {"memory": _AS_SIZE, "cpus": _AS_NUMBER}


def read(service: Service) -> Iterator[Entity]:
    """No entities: it says which texts are not what they have to be."""
    body = service.fields
    _judge(service, "", body, _FORMS)
    if "healthcheck" in body:
        _judge(service, "healthcheck.", fields(body["healthcheck"]), _HEALTH)
    if "deploy" in body:
        resources = fields(fields(body["deploy"]).get("resources"))
        for name in ("limits", "reservations"):
            _judge(service, f"deploy.resources.{name}.", fields(resources.get(name)), _LIMITS)
    for item in items(body.get("expose")):
        _expect(service, "expose", item, _AS_PORT)
    for name, limit in fields(body.get("ulimits")).items():
        for each in fields(limit).values() if isinstance(limit, Mapping) else (limit,):
            _expect(service, f"ulimits.{name}", each, _AS_WHOLE)
    return iter(())


def _judge(service: Service, place: str, said: dict[str, Node], forms: dict[str, Form]) -> None:
    for key, node in said.items():
        if form := forms.get(key):
            _expect(service, place + key, node, form)


def _expect(service: Service, key: str, node: Node, form: Form) -> None:
    text = service.values.text(node)
    if not isinstance(text, str) or not text or not isinstance(node, Scalar):
        return
    fits, wanted = form
    # What is no text at all where one is needed is against the schema.
    if not fits(text) and (form is _AS_PORT or isinstance(node.resolved(), str)):
        # As it is written: the value of a variable may be secret.
        shown = node.value if len(node.value) <= 60 else node.value[:59] + "…"
        message = f"`{key}` of {service.name} must be {wanted}, and is `{shown}`"
        service.project.fault("invalid", message, node.span, fatal=False)
