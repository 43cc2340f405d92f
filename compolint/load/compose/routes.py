"""Labels and variables that make a reverse proxy lead to a service: of Traefik, of nginx-proxy."""

from collections.abc import Iterable, Iterator
from typing import Any

from compolint.load.compose.service import Service
from compolint.load.compose.values import Assignment
from compolint.model.listener import Route
from compolint.pattern import pattern
from compolint.record import replace
from compolint.syntax.yaml import Node, Scalar
from compolint.text import Span
from compolint.unknown import Maybe, Unknown

Label = tuple[Maybe[str], Span]
# Host(`a.example`) || HostRegexp(`…`)
_HOST = pattern(r"Host(?:SNI|Regexp)?\(([^)]*)\)")


def of_labels(service: Service, labels: Iterable[Assignment]) -> Iterator[Route]:
    """The ways through a proxy that labels declare."""
    said = {
        name.lower(): (_assigned(service, value, begins), key.span) for name, key, value, begins in labels
    }
    yield from _traefik(service, said)


def _traefik(service: Service, labels: dict[str, Label]) -> Iterator[Route]:
    enabled = labels.get("traefik.enable", ("", service.name_at))[0]
    if not isinstance(enabled, Unknown) and enabled.lower() == "false":
        return
    port = next(
        (text for name, (text, _) in labels.items() if name.endswith(".loadbalancer.server.port")), None
    )
    for name, (rule, at) in labels.items():
        router = name.removesuffix(".rule")
        if name == router or not router.startswith(("traefik.http.routers.", "traefik.tcp.routers.")):
            continue
        middlewares, guarded_at = labels.get(f"{router}.middlewares", ("", at))
        yield replace(
            _route(service, router, at, "traefik", _hosts(rule), port, False),
            spans={"middlewares": guarded_at},
            service=labels.get(f"{router}.service", (None, at))[0],
            middlewares=middlewares,
        )


def of_environment(service: Service, environment: Iterable[Assignment]) -> Iterator[Route]:
    """The way through nginx-proxy, which looks at variables."""
    given = {
        name: (_assigned(service, value, begins), key.span)
        for name, key, value, begins in environment
        if name in {"VIRTUAL_HOST", "VIRTUAL_PORT"}
    }
    if "VIRTUAL_HOST" not in given:
        return
    hosts, at = given["VIRTUAL_HOST"]
    port, _ = given.get("VIRTUAL_PORT", (None, at))
    names = (hosts,) if isinstance(hosts, Unknown) else tuple(host for host in hosts.split(",") if host)
    if names:
        yield _route(service, "VIRTUAL_HOST", at, "nginx-proxy", names, port, False)


def _hosts(rule: Maybe[str]) -> tuple[Maybe[str], ...]:
    if isinstance(rule, Unknown):
        return (rule,)
    return tuple(
        name.strip().strip("`\"'")
        for match in _HOST.finditer(rule, 0, rule.rfind(")") + 1)  # each of them ends before that
        for name in match[1].split(",")
        if name.strip()
    )


def _route(
    service: Service,
    name: str,
    at: Span,
    proxy: Any,
    hosts: Any,
    port: Maybe[str] | None,
    guarded: Maybe[bool],
) -> Route:
    return Route(
        key=f"{service.key}!route.{name}",
        span=at,
        owner=service.key,
        name=service.name,
        proxy=proxy,
        hosts=hosts,
        port=int(port) if isinstance(port, str) and port.isdigit() and len(port) < 6 else None,
        authenticated=guarded,
        image=service.image,
    )


def _assigned(service: Service, value: Node | None, begins: int) -> Maybe[str]:
    if begins < 0 or not isinstance(value, Scalar):
        return ""
    return service.values.fill(value.value[begins:], value.span)
