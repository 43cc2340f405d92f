"""The configuration file, understood."""

import json
import os
import posixpath
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from compolint._bundled import folder
from compolint.config import Config, Ignore, Keys, Mapped, Misconfigured
from compolint.config.places import places
from compolint.config.shape import faults
from compolint.model.host import ZONES, Host, OwnZone
from compolint.model.values import Address
from compolint.pattern import pattern
from compolint.spelling import meant
from compolint.text import Source, Span

SCHEMA = os.path.join(folder("schemas"), "compolint-config.json")
SHIPPED = ("agent-policy", "compose-spec", "openclaw", "openclaw-plugins", "risk-matrix")
_SHARED_OPTIONS = ("public-ports", "allowed-images")
# The parser takes quadratic time for a key of very many parts, which has to stand in one line.
_LONGEST, _LONGEST_LINE = 1_000_000, 8192
# Expected '=' after a key in a key/value pair (at line 3, column 5)
_AT_LINE = pattern(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def understood(source: Source, base: str | None = None) -> Config:
    """The settings that a file makes; its globs start from `base`, else from the folder that it is in."""
    path, slash, name = source.path.rpartition("/")
    try:
        file = _File(source, inside=("tool", "compolint") if name == "pyproject.toml" else ())
        return _config(file, path + slash if base is None else base)
    except RecursionError:
        raise Misconfigured(f"{source.path}: it is nested too deeply") from None


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    with open(SCHEMA, encoding="utf-8") as file:
        shape: dict[str, Any] = json.load(file)
    return shape


class _File:
    """The settings in a file, and where they stand."""

    def __init__(self, source: Source, inside: Keys) -> None:
        self.source = source
        self.settings: Any = _plain(parsed(source))
        for key in inside:
            self.settings = self.settings.get(key, {}) if isinstance(self.settings, dict) else {}
        self._places = {
            keys[len(inside) :]: place
            for keys, place in places(source.text).items()
            if keys[: len(inside)] == inside
        }
        shape = schema()
        if wrong := [f"{self.where(keys)}: {words}" for keys, words in faults(self.settings, shape, shape)]:
            raise Misconfigured("\n".join(wrong))

    def span(self, *keys: str | int) -> Span:
        return Span(self.source.path, *self._places[self._stated(keys)])

    def lines(self) -> dict[Keys, str]:
        """The line of each key: "compolint.toml:3"."""
        return {keys: self.where(keys) for keys in self._places}

    def where(self, keys: Keys) -> str:
        keys = self._stated(keys)
        start = self._places[keys][0] if keys in self._places else 0
        return f"{self.source.path}:{self.source.position(start)[0]}"

    def _stated(self, keys: Keys) -> Keys:
        """The keys themselves, or the nearest ones above them that have a place."""
        while keys and keys not in self._places:
            keys = keys[:-1]
        return keys


def _config(file: _File, base: str) -> Config:
    said = file.settings
    return Config(
        path=file.source.path,
        profile=said.get("profile", "default"),
        fail_on=said.get("fail-on", "high"),
        exclude=tuple(said.get("exclude", ())),
        packs=tuple(said.get("packs", ())),
        projects=tuple(_project(file, base, number) for number in range(len(said.get("project", ())))),
        hosts=tuple(_host(file, base, name, host) for name, host in said.get("hosts", {}).items()),
        zones=tuple(_zone(file, name, zone) for name, zone in said.get("zones", {}).items()),
        ignores=tuple(_ignore(file, number, entry) for number, entry in enumerate(said.get("ignore", ()))),
        schemas=tuple(_mapped(file, base, files, name) for files, name in said.get("schemas", {}).items()),
        severities=said.get("severity", {}),
        environments=said.get("environment", {}),
        shared_options={key: said[key] for key in _SHARED_OPTIONS if key in said},
        own_options=said.get("options", {}),
        document=said,
        places=file.lines(),
        base=base,
    )


def _project(file: _File, base: str, number: int) -> tuple[str, ...]:
    """The paths in the tree of Compose files that belong together."""
    paths = []
    for item, name in enumerate(file.settings["project"][number]["files"]):
        path = posixpath.normpath(base + name)
        if name.startswith("/") or path.startswith("../"):
            where = file.where(("project", number, "files", item))
            raise Misconfigured(f"{where}: {name!r} lies outside of the project")
        paths.append(path)
    return tuple(paths)


def _mapped(file: _File, base: str, files: str, name: str) -> Mapped:
    """The schema for some files: one that is shipped by its name, one of the project's own by its path."""
    where = file.where(("schemas", files))
    if not name.endswith(".json"):
        if name not in SHIPPED:
            hint = meant(name, SHIPPED) or f"; there are: {', '.join(SHIPPED)}"
            raise Misconfigured(
                f"{where}: there is no schema `{name}`{hint}, or name a file that ends in .json"
            )
        return Mapped(files, name, file.span("schemas", files))
    path = posixpath.normpath(base + name)
    if name.startswith("/") or path.startswith("../"):
        raise Misconfigured(f"{where}: {name!r} lies outside of the project")
    return Mapped(files, path, file.span("schemas", files))


def _host(file: _File, base: str, name: str, said: Mapping[str, Any]) -> Host:
    fields = [field for field in ("role", "public", "tailscale", "status", "paths") if field in said]
    zones = [*(zone for zone in ZONES if zone != "host"), *file.settings.get("zones", {})]
    for interface, zone in said.get("interfaces", {}).items():
        if zone not in zones:
            where = file.where(("hosts", name, "interfaces", interface))
            hint = meant(zone, zones) or f"; there are: {', '.join(zones)}"
            raise Misconfigured(f"{where}: there is no zone `{zone}`{hint}")
    return Host(
        key=f"host:{name}",
        span=file.span("hosts", name),
        spans={field: file.span("hosts", name, field) for field in fields},
        name=name,
        role=said.get("role", ""),
        public=tuple(map(Address.of, said.get("public", ()))),
        tailscale=tuple(map(Address.of, said.get("tailscale", ()))),
        status=said.get("status", "active"),
        paths=tuple(base + pattern for pattern in said.get("paths", ())),
        interfaces=tuple(said.get("interfaces", {}).items()),
        docker=said.get("docker", ""),
        ipv6=said.get("ipv6", True),
    )


def _zone(file: _File, name: str, said: Mapping[str, Any]) -> OwnZone:
    from ipaddress import ip_network

    if name in ZONES:
        where = file.where(("zones", name))
        raise Misconfigured(f"{where}: {name!r} is a zone that every machine has; another name is needed")
    for number, text in enumerate(said["sources"]):
        try:
            ip_network(text, strict=False)
        except ValueError:
            where = file.where(("zones", name, "sources", number))
            raise Misconfigured(f"{where}: {text!r} is no network, such as 10.8.0.0/24") from None
    return OwnZone(
        key=f"zone:{name}",
        span=file.span("zones", name),
        name=name,
        sources=tuple(said["sources"]),
        interfaces=tuple(said.get("interfaces", ())),
    )


def _ignore(file: _File, number: int, said: Mapping[str, Any]) -> Ignore:
    return Ignore(
        checks=tuple(said["checks"]),
        reason=said["reason"],
        at=file.span("ignore", number),
        paths=tuple(said.get("paths", ("**",))),
        subject=said.get("subject"),
        until=said.get("until"),
    )


def parsed(source: Source) -> dict[str, Any]:
    """What a file in TOML says; raises `Misconfigured` for one that is none."""
    if len(source.text) > _LONGEST:
        raise Misconfigured(f"{source.path}: it is longer than {_LONGEST} characters")
    if any(len(line) > _LONGEST_LINE for line in source.text.splitlines()):
        raise Misconfigured(f"{source.path}: it has a line of more than {_LONGEST_LINE} characters")
    try:
        return tomllib.loads(source.text)
    except RecursionError:
        raise Misconfigured(f"{source.path}: it is nested too deeply") from None
    except ValueError as error:
        words = str(error)
        found = _AT_LINE.search(words)
        line = int(found[1]) if found and found[1] else source.line_count()
        reason = words[: found.start()] if found else words
        if reason == r"Illegal character '\n'":
            reason = "a text is not closed in its line"
        raise Misconfigured(f"{source.path}:{line}: {reason[:1].lower()}{reason[1:]}") from None


def _plain(value: Any) -> Any:
    """The value with dates as text."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if is_date else value
