"""The page of a check: its documentation with everything else that is known of it, as Markdown."""

from compolint.cases import without_marks
from compolint.check import Check

_CWE = "https://cwe.mitre.org/data/definitions/{}.html"


def page(check: Check) -> str:
    """The whole page, title included."""
    return f"# {check.title}\n\n{_facts(check)}\n\n{body(check)}"


def body(check: Check) -> str:
    """The documentation, the options and the references, without title and facts."""
    _, _, text = check.doc.partition("\n\n")
    parts = [without_marks(text).strip(), _options(check), _allowing(check), _references(check)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(check: Check) -> str:
    facts = [f"`{check.name}`", f"severity **{check.severity}**", f"category {check.category}"]
    if check.hardening:
        facts.append("hardening: reports fold it")
    if check.absolute:
        facts.append("cannot be suppressed")
    if check.profile != "default":
        facts.append(f"only with the profile `{check.profile}`")
    if check.precision != "high":
        facts.append(f"precision {check.precision}")
    return " · ".join(facts)


def _options(check: Check) -> str:
    if not check.options:
        return ""
    lines = [f"- `{name.replace('_', '-')}`: {_shown(default)}" for name, default in check.options.items()]
    return "\n".join(["## Options, with their defaults", "", *lines])


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, (tuple, frozenset)):
        items = sorted(map(str, default)) if isinstance(default, frozenset) else list(map(str, default))
        return f"`[{', '.join(items)}]`"
    return f"`{default}`"


def _allowing(check: Check) -> str:
    if check.absolute or check.category == "linter":
        return ""
    return "\n".join(
        [
            "## Allowing it",
            "",
            "Where it is meant to be so, say why, on the line or above it:",
            "",
            "```yaml",
            f"# compolint: allow {check.name} until 2027-01-31: the reason",
            "```",
        ]
    )


def _references(check: Check) -> str:
    links = [f"- <{reference}>" for reference in check.references]
    links += [f"- [CWE-{number}]({_CWE.format(number)})" for number in check.cwe]
    links += [f"- CIS Docker Benchmark {number}" for number in check.cis]
    return "\n".join(["## References", "", *links]) if links else ""
