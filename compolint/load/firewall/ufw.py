"""The files of one UFW: what lies in `/etc/ufw`, with `/etc/default/ufw`.

`before.rules` and `after.rules` that the project does not have are taken for those that UFW brings. The `-A`
lines of `user.rules` are what is loaded; the tuples above them tell their comments.
"""

from collections.abc import Iterator

from compolint.load.firewall import ufwrules
from compolint.load.firewall.ruleset import RuleSet
from compolint.load.firewall.save import Section
from compolint.load.firewall.ufwfiles import home, role
from compolint.load.firewall.ufwrules import Direction, Policies
from compolint.load.firewall.values import is_open
from compolint.model import Entity
from compolint.model.firewall import Family
from compolint.pattern import pattern
from compolint.syntax.iptables import Word, lines, placed
from compolint.text import Source, Span
from compolint.unknown import Maybe, Unknown

# DEFAULT_INPUT_POLICY="DROP"
_SETTING = pattern(r"(?m)^[ \t]*(?:export[ \t]+)?([A-Z0-9_]+)=[\"']?([^\"'\s#]*)")
# ### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in comment=6f66
_TUPLE = pattern(r"### tuple ###.* comment=([0-9a-fA-F]{1,2000})")
_UNSAID = "the default policy, $DEFAULT"  # in words, as no other file gives it
_POLICIES: dict[Direction, str] = {
    "in": "DEFAULT_INPUT_POLICY",
    "out": "DEFAULT_OUTPUT_POLICY",
    "forward": "DEFAULT_FORWARD_POLICY",
}


def entities(sources: list[Source]) -> Iterator[Entity]:
    files = {role(source.path) or "": source for source in sources}
    settings = {**_settings(files.get("default")), **_settings(files.get("ufw.conf"))}
    whole = _whole(sources[0])
    ruleset = RuleSet(home(sources[0].path), whole, "spoil")
    unsaid = {way: placed(_UNSAID, whole) for way in _POLICIES} if "default" not in files else {}
    said = {way: settings[name] for way, name in _POLICIES.items() if name in settings}
    policies = Policies({**unsaid, **said})
    is_closed = _is_no(settings.get("IPV6"))
    for family in (4, 6):
        if family == 6 and is_closed:
            ufwrules.closed(ruleset, settings["IPV6"].span)
        else:
            _load(ruleset, files, 4 if family == 4 else 6, policies, whole)
    found = list(ruleset.entities())
    enabled = settings.get("ENABLED")
    yield ruleset.firewall(
        "ufw",
        "intent",
        enabled=_is_enabled(enabled) if "ufw.conf" in files else Unknown("ENABLED of ufw.conf", whole),
        spans={"enabled": enabled.span} if enabled else {},
        flushes=_is_yes(settings.get("MANAGE_BUILTINS")),
    )
    yield from found


def _load(
    ruleset: RuleSet, files: dict[str, Source], family: Family, policies: Policies, whole: Span
) -> None:
    number = "6" if family == 6 else ""
    ufwrules.frame(ruleset, family, policies, whole)
    for part, standard in (("before", ufwrules.before), ("after", ufwrules.after)):
        source = files.get(f"{part}{number}.rules")
        if source:
            _restore(ruleset, source, family)
        else:
            standard(ruleset, family, whole)
    source = files.get(f"user{number}.rules")
    if source:
        _restore(ruleset, source, family)
    else:
        for name in ("input", "output", "forward"):
            chain = f"{ufwrules.prefix(family)}-user-{name}"
            text = f"user{number}.rules, which is not here"
            ruleset.doubt(family, "filter", chain, whole, text)
    ufwrules.finish(ruleset, family, policies, _whole(source) if source else whole)


def _restore(ruleset: RuleSet, source: Source, family: Family) -> None:
    """Loads a file beside what there is, as `iptables-restore -n` does."""
    section: Section | None = None
    comment = ""
    for line in lines(source):
        if line.kind == "comment":
            if source.text.startswith("### ", line.span.start):
                said = _TUPLE.match(source.text, line.span.start, line.span.end)
                comment = _decoded(said[1]) if said else ""
        elif line.kind == "table":
            name = line.words[0].text if line.words else ""
            section = Section.of(source, ruleset, (family,), name, line.span)
        elif line.kind == "commit":
            section = None
        elif section:
            section.take(line, comment)
        else:
            Section.stray(ruleset, line)
    if section:
        section.cut()


def _settings(source: Source | None) -> dict[str, Word]:
    """Assignments with their places; the last of a name counts."""
    found: dict[str, Word] = {}
    for match in _SETTING.finditer(source.text) if source else ():
        at = Span(source.path, *match.span(2)) if source else None
        if at:
            found[match[1]] = placed(match[2], at)
    return found


def _whole(source: Source) -> Span:
    return Span(source.path, 0, len(source.line(1)))


def _is_yes(word: Word | None) -> bool:
    return word is not None and word.text.lower() == "yes"


def _is_no(word: Word | None) -> bool:
    return word is not None and not _is_yes(word) and not is_open(word.text)


def _is_enabled(word: Word | None) -> Maybe[bool]:
    if word is None:
        return True
    return Unknown(word.text, word.span) if is_open(word.text) else _is_yes(word)


def _decoded(text: str) -> str:
    try:
        return bytes.fromhex(text).decode("utf-8", "replace")
    except ValueError:
        return ""
