"""Whether a file has the rules that agents are held to; others have such names, too."""

from compolint.pattern import pattern

# risk_matrix:   "rate_limits": {
_KEY = pattern(r"(?m)(?:^|[{\[,-])[ \t]*[\"']?(\w+)[\"']?[ \t]*:")
# What the files of each form have, of which other files with a part of it lack the rest.
_FORMS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("risk-matrix", frozenset({"risk_matrix"}), frozenset({"auto_approve", "requires"})),
    ("risk-matrix", frozenset({"guardrails"}), frozenset({"time_windows", "kill_switch"})),
    (
        "agent-policy",
        frozenset({"rate_limits", "budgets"}),
        frozenset({"blocked_patterns", "argument_patterns", "forge_approval_required"}),
    ),
    ("agent-policy", frozenset({"agent_profiles", "tools"}), frozenset({"servers"})),
)
# A schema that says which keys such a file may have.
_SCHEMA = pattern(r"[\"']?\$schema[\"']?[ \t]*:[ \t]*[\"']?https?://json-schema\.org/")
_LONGEST = 100_000


def looks_like(text: str) -> bool:
    return form(text) is not None


def form(text: str) -> str | None:
    """The schema that a policy is meant to follow."""
    if _SCHEMA.search(text, 0, _LONGEST):
        return None
    keys = {match[1] for match in _KEY.finditer(text, 0, _LONGEST)}
    return next((name for name, all_of, any_of in _FORMS if all_of <= keys and any_of & keys), None)
