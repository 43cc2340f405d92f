"""`compolint explain`: the page of a check, at the terminal."""

from collections.abc import Iterator

import click

from compolint import packs
from compolint.cli.here import configured
from compolint.cli.scope import config_option, isolated_option
from compolint.page import page
from compolint.spelling import meant


@click.command(name="explain", epilog="\b\nExample:\n  compolint explain wildcard-bind")
@click.argument("name", metavar="CHECK")
@config_option
@isolated_option
@click.option("--format", type=click.Choice(("text", "md", "json")), default="text", help="How to print it.")
def command(name: str, config_file: str | None, isolated: bool, format: str) -> None:
    """Tell what a check finds, why it matters and what to write instead."""
    config = configured(file=config_file, isolated=isolated)
    offers = {offer.name: offer for offer in packs.load(config.packs)}
    if name not in offers:
        raise click.UsageError(
            f"there is no check `{name}`{meant(name, offers)}; `compolint checks` lists them"
        )
    check = offers[name].check
    if format == "json":
        import json

        from compolint.cli.checks import as_object

        click.echo(json.dumps({**as_object(check), "page": page(check)}, indent=2, ensure_ascii=False))
    elif format == "md":
        click.echo(page(check), nl=False)
    else:
        click.echo("\n".join(_plain(page(check))))


def _plain(markdown: str) -> Iterator[str]:
    """Markdown without its marks: what is in fences is indented, and a heading is underlined."""
    fence = ""
    for line in markdown.splitlines():
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if fence and line == fence:
            fence = ""
        elif fence:
            yield f"    {line}".rstrip()
        elif len(ticks) >= 3:
            fence = ticks
            _, _, file = line[len(ticks) :].partition(" ")
            if file:
                yield f"    # {file}"
        elif line.startswith("#"):
            heading = line.lstrip("# ")
            yield heading
            yield "-" * len(heading)
        else:
            yield line
