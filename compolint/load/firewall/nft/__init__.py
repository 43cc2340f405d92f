"""Rules of nftables: its scripts, what `nft list ruleset` prints, and its JSON."""

from collections.abc import Iterable

from compolint.load import Loaded, speaks_to_us
from compolint.load.firewall.nft.commands import Ruleset
from compolint.load.firewall.nft.entities import Given
from compolint.model import Entity
from compolint.text import Source, Span
from compolint.tree import Tree


def load(tree: Tree, source: Source) -> Loaded:
    """What a file says, with all that it includes."""
    if source.text[:64].lstrip()[:1] == "{":
        from compolint.load.firewall.nft.listing import load as load_json

        return load_json(source)
    ruleset = Ruleset(tree, source)
    first = next(iter(ruleset.tables.values()), None)
    is_written = ruleset.is_script or source.text.startswith("#!") or source.path.endswith((".nft", ".conf"))
    given = Given(
        source.path,
        ruleset.tables.values(),
        ruleset.texts,
        "intent" if is_written else "state",
        is_fresh=ruleset.is_fresh,
    )
    at = first.span if first and first.span.path == source.path else Span(source.path, 0, 0)
    found: Iterable[Entity] = list(given.entities(ruleset.flushes, at))
    found = (*found, *ruleset.faults, *given.faults)
    refusals = ruleset.refusals | given.refusals
    if is_written and refusals:
        from compolint.load.firewall.nft.transaction import refused

        found = refused(found, refusals)
    comments = [span for span in ruleset.comments if _is_for_us(ruleset.texts[span.path], span)]
    return Loaded(
        tuple(found),
        tuple(comments),
        ruleset.paths,
        tuple(ruleset.skipped),
        absorbed=ruleset.paths[1:],
    )


def _is_for_us(text: str, span: Span) -> bool:
    return speaks_to_us(text[span.start : span.end])
