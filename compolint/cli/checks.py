"""`compolint checks`: the list of checks."""

from collections.abc import Mapping

import click

from compolint import packs
from compolint.check import Check
from compolint.cli.here import configured
from compolint.cli.scope import config_option, isolated_option
from compolint.config import Config


@click.command(name="checks")
@click.option("--format", type=click.Choice(("text", "json")), default="text", help="How to print them.")
@config_option
@isolated_option
def command(format: str, config_file: str | None, isolated: bool) -> None:
    """List the checks, those of the packs that the configuration names among them."""
    config = configured(file=config_file, isolated=isolated)
    checks = sorted((offer.check for offer in packs.load(config.packs)), key=lambda check: check.category)
    if format == "json":
        import json

        listed = [{**as_object(check), "runs": _runs(check, config)} for check in checks]
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    broadest = max(len(check.name) for check in checks)
    category = ""
    for check in checks:
        if check.category != category:
            category = check.category
            click.echo(category)
        off = "" if _runs(check, config) else " (does not run here)"
        click.echo(f"  {check.name:{broadest}}  {check.severity!s:8}  {check.title}{off}")


def as_object(check: Check) -> Mapping[str, object]:
    """What is known of a check, for programs."""
    return {
        "name": check.name,
        "category": check.category,
        "title": check.title,
        "why": check.why,
        "severity": str(check.severity),
        "precision": check.precision,
        "profile": check.profile,
        "hardening": check.hardening,
        "absolute": check.absolute,
        "looks_at": check.subject.__name__,
        "clauses": check.clauses,
        "cwe": check.cwe,
        "cis": check.cis,
        "references": check.references,
        "options": {name.replace("_", "-"): _plain(value) for name, value in check.options.items()},
    }


def _runs(check: Check, config: Config) -> bool:
    return config.is_enabled(check.name) and config.runs(check)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
