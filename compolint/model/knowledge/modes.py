"""File modes as chmod takes them: https://man7.org/linux/man-pages/man1/chmod.1.html"""

from compolint.pattern import pattern
from compolint.unknown import Maybe

_NUMBER = pattern(r"[0-7]{1,5}\Z")
# u=rwX,go+w: whom, how, what
_CLAUSE = pattern(r"([ugoa]*)([-+=])([rwxXst]*)")
_STICKY, _SET_USER, _OTHERS_WRITE = 0o1000, 0o4000, 0o002


def lets_everybody_write(mode: Maybe[str]) -> bool:
    """Whether a mode lets every user write, and delete what others wrote."""
    if not isinstance(mode, str):
        return False
    if _NUMBER.match(mode):
        number = int(mode, 8)
        return bool(number & _OTHERS_WRITE) and not number & _STICKY
    found = False
    for whom, how, what in _clauses(mode):
        if "t" in what and how != "-":
            return False
        # Without anybody named the umask counts, which takes writing away.
        if how in "+=" and "w" in what and ("o" in whom or "a" in whom):
            found = True
        elif "o" in whom or "a" in whom or not whom:
            found = found and not (how == "=" or "w" in what)
    return found


def sets_user(mode: Maybe[str]) -> bool:
    """Whether a mode makes a program run as the owner of its file."""
    if not isinstance(mode, str):
        return False
    if _NUMBER.match(mode):
        return bool(int(mode, 8) & _SET_USER)
    return any(
        how in "+=" and "s" in what and ("u" in whom or "a" in whom or not whom)
        for whom, how, what in _clauses(mode)
    )


def _clauses(mode: str) -> list[tuple[str, str, str]]:
    return [match.groups() for part in mode.split(",")[:20] if (match := _CLAUSE.match(part))]  # type: ignore[misc]
