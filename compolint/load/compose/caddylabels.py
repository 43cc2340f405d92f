"""The sites that labels make caddy-docker-proxy serve, read as the Caddyfile that they stand for."""

from collections.abc import Iterable, Iterator

from compolint.load.caddy.entities import entities
from compolint.load.caddy.labels import Container, Label, from_labels
from compolint.load.compose.service import Service
from compolint.model import Entity
from compolint.model.web import Upstream
from compolint.record import replace
from compolint.syntax.yaml import Scalar


def sites(services: Iterable[Service], path: str) -> Iterator[Entity]:
    """What the labels of all services declare together."""
    services = list(services)
    keys = {service.name: service.key for service in services}
    containers = [Container(service.name, tuple(_labels(service))) for service in services]
    for entity in entities(from_labels(containers, {}, path), is_whole=False):
        if isinstance(entity, Upstream) and isinstance(entity.host, str):
            yield replace(entity, service=keys.get(entity.host))
        else:
            yield entity


def _labels(service: Service) -> Iterator[Label]:
    for name, key, value, begins in service.labels:
        if begins >= 0 and isinstance(value, Scalar):
            said = service.values.fill(value.value[begins:], value.span)
            yield Label(name, said, key.span, value.span)
        else:
            yield Label(name, "", key.span, key.span)
