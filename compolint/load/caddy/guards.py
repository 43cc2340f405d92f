"""What guards miss, and what their passwords are worth."""

from typing import Literal

from compolint.load.caddy.requests import Test, covers
from compolint.load.caddy.trail import Tests
from compolint.model.knowledge.passwordhashes import form_of_password
from compolint.unknown import Maybe, Unknown

Form = Literal["plain", "weak hash", "hash", "unknown"]
_WRITING = frozenset({"DELETE", "PATCH", "POST", "PUT"})
# Where as a rule nothing is below.
_LEAVES = frozenset({
    "health", "healthz", "live", "livez", "login", "logout", "metrics", "ping", "ready", "readyz", "status",
    "version",
})  # fmt: skip


def gap_below(guard: Tests, answer: Tests) -> Tests | None:
    """Requests that are answered for what is below the path that a guard asks for: `/admin/users`."""
    at = next((at for at in range(len(guard) - 1, -1, -1) if guard[at].name == "path"), None)
    if at is None:
        return None
    words = guard[at].words
    for word in words:
        last = word.rstrip("/").rpartition("/")[2]
        if "*" in word or not last or "." in last or "{" in word or last.lower() in _LEAVES:
            continue
        below = (*guard[:at], Test("path", (f"{word.rstrip('/')}/x",)), *guard[at + 1 :])
        if covers(answer, below) and not covers(guard, below):
            return below
    return None


def gap_in_methods(guard: Tests, answer: Tests) -> Tests | None:
    """Requests that are answered with methods that a guard forgets."""
    methods = {word.upper() for test in guard if test.name == "method" for word in test.words}
    writing = methods & _WRITING
    if not methods or ("GET" not in methods and (not writing or writing == _WRITING)):
        return None
    others = tuple(test for test in guard if test.name != "method")
    return others if covers(answer, others) else None


def password_form(password: Maybe[str], algorithm: str) -> Form:
    if isinstance(password, Unknown):
        return "unknown"
    form = form_of_password(password)
    # What Caddy 2.0 made of scrypt was base64 that nothing begins.
    return "hash" if form == "plain" and algorithm == "scrypt" and len(password) > 40 else form
