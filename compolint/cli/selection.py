"""Which checks run: what the configuration and the command line say, made sure of."""

from collections.abc import Iterable, Mapping

import click

from compolint.check import Severity
from compolint.config import Config, Misconfigured
from compolint.packs import Offer
from compolint.spelling import meant


def settled(config: Config, offers: Iterable[Offer], select: Iterable[str], ignore: Iterable[str]) -> Config:
    """The settings with the selection of the command line; raises for what cannot be followed."""
    known = {offer.name: offer for offer in offers}
    config.insist_on_names(known)
    for name in config.own_options:
        config.options(known[name].check)
    for name, severity in config.severities.items():
        if reason := _objection(known[name], severity):
            raise Misconfigured(f"{config.places['severity', name]}: {reason}")
    selected, left_out = set(_named(select, known)), set(_named(ignore, known))
    for name in ignore:
        if name in known and (reason := _objection(known[name], "off")):
            raise click.UsageError(f"--ignore: {reason}")
    # What makes a result incomplete is always told, and a category takes along nothing that must be.
    left_out = {name for name in left_out if not _objection(known[name], "off")}
    if selected:
        selected.update(name for name, offer in known.items() if offer.subject == "Fault")
        config = config._replace(selected=frozenset(selected))
    return config._replace(left_out=frozenset(left_out))


def _named(words: Iterable[str], known: Mapping[str, Offer]) -> Iterable[str]:
    """The names of checks that words of the command line stand for: names, categories, or packs."""
    groups: dict[str, list[str]] = {}
    for name, offer in known.items():
        pack, slash, _ = name.partition("/")
        for group in (offer.module.split(".")[-2], *((pack,) if slash else ())):
            groups.setdefault(group, []).append(name)
    for word in words:
        if word not in known and word not in groups:
            hint = meant(word, (*known, *groups))
            raise click.UsageError(f"there is no check, category or pack `{word}`{hint}")
        yield from (word,) if word in known else groups[word]


def _objection(offer: Offer, severity: str) -> str | None:
    """Why a check cannot have a severity, if it cannot."""
    if offer.subject == "Fault" and severity == "off":
        return f"{offer.name} cannot be off, since it tells what could not be checked; see `exclude`"
    is_less = severity == "off" or Severity[severity.upper()] < offer.check.severity
    if is_less and offer.check.absolute:
        return f"{offer.name} is absolute: it can be neither off nor less severe"
    return None
