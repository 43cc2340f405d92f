"""`compolint config`: the settings that hold, and the schema of the file they come from."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import click

from compolint import packs
from compolint.cli.here import configured
from compolint.cli.scope import config_option, isolated_option
from compolint.cli.selection import settled
from compolint.config import Config, Keys

_BARE = re.compile(r"[\w-]+", re.ASCII)
_BROADEST = 60


@click.group(name="config")
def command() -> None:
    """Show the settings that hold here, or the schema of the file."""


@command.command(name="show")
@click.argument("path", default=".", type=click.Path(exists=True))
@config_option
@isolated_option
@click.option("--format", type=click.Choice(("text", "json")), default="text", help="How to print them.")
def show(path: str, config_file: str | None, isolated: bool, format: str) -> None:
    """Show all settings that a scan of PATH would have, and where each comes from."""
    import json

    config = configured(path, config_file, isolated=isolated)
    settled(config, packs.load(config.packs), (), ())
    said = list(_said(config))
    if format == "json":
        entries = [{"setting": list(keys), "value": value, "origin": origin} for keys, value, origin in said]
        click.echo(json.dumps({"file": config.path, "settings": entries}, indent=2, ensure_ascii=False))
        return
    shown = [(f"{_dotted(keys)} = {_toml(value)}", origin) for keys, value, origin in said]
    broadest = min(max(len(line) for line, _ in shown), _BROADEST)
    for line, origin in shown:
        click.echo(f"{line:{broadest}}  # {origin}")


@command.command(name="schema")
def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors."""
    from compolint.config.file import SCHEMA

    with open(SCHEMA, encoding="utf-8") as file:
        click.echo(file.read(), nl=False)


def _said(config: Config) -> Iterator[tuple[Keys, Any, str]]:
    """Every setting with its value and where that comes from."""
    from compolint.config.file import schema

    document = config.document
    for name, shape in schema()["properties"].items():
        value = document.get(name, shape["default"])
        inner: list[tuple[Keys, Any]] = [((name,), value)]
        if isinstance(value, Mapping) and value:
            inner = [((name, key), each) for key, each in value.items()]
        elif name in {"ignore", "project"} and value:
            inner = [((name, number), each) for number, each in enumerate(value)]
        for keys, each in inner:
            yield keys, each, config.places.get(keys) or config.places.get(keys[:1], "default")


def _dotted(keys: Keys) -> str:
    first, *others = keys
    return str(first) + "".join(f"[{key}]" if isinstance(key, int) else f".{_key(key)}" for key in others)


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _toml(value: Any) -> str:
    import json

    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return json.dumps(value, ensure_ascii=False)
