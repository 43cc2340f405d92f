"""Settings of units that have no effect where they stand, and drop-ins that take protection away."""

from collections.abc import Iterator

from compolint.model.unit import Unit
from compolint.model.unit_score import Row, score
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Unknown

# What a user's manager has no right to do:
# https://www.freedesktop.org/software/systemd/man/latest/systemd.resource-control.html
_OF_SYSTEM = (
    "IPAddressAllow", "IPAddressDeny", "DeviceAllow", "DevicePolicy", "SocketBindAllow", "SocketBindDeny",
    "RestrictNetworkInterfaces", "DynamicUser",
)  # fmt: skip
# An allow list alone changes nothing, as all that no list names is let through.
_ALLOWING = {"IPAddressAllow": "IPAddressDeny", "SocketBindAllow": "SocketBindDeny"}


class Ineffective(NamedTuple):
    key: str
    why: str
    at: Span


class Weakened(NamedTuple):
    """A setting of a drop-in that leaves more to the unit's processes than its own file does."""

    key: str
    before: int  # the score of its own file, in tenths
    after: int  # with all drop-ins
    at: Span


def ineffective_settings(unit: Unit) -> Iterator[Ineffective]:
    """Settings that look like protection and are none."""
    if unit.is_user:
        for key in _OF_SYSTEM:
            if unit.values(key):
                yield Ineffective(key, "which a user's manager has no right to enforce", unit.place(key))
    for allowing, denying in _ALLOWING.items():
        if not unit.is_user and unit.values(allowing) and not unit.values(denying):
            why = f"which keeps nobody out without {denying}="
            yield Ineffective(allowing, why, unit.place(allowing))
    yield from _unasked(unit)


def _unasked(unit: Unit) -> Iterator[Ineffective]:
    """Capabilities that are handed to root, who has them anyway."""
    bounding = unit.values("CapabilityBoundingSet")
    if unit.is_user or bounding or unit.values("User") or unit.flag("DynamicUser") is not None:
        return
    if unit.values("AmbientCapabilities"):
        why = "which gives root nothing that it does not have; CapabilityBoundingSet= takes the others away"
        yield Ineffective("AmbientCapabilities", why, unit.place("AmbientCapabilities"))


def weakened(unit: Unit) -> Iterator[Weakened]:
    """The settings by which drop-ins take protection away that the unit's own file gives."""
    if not unit.is_complete or not unit.dropins or unit.type != "service":
        return
    before, now = score(unit.own, unit.section), score(unit.settings, unit.section)
    worse = [row for row, other in zip(now.rows, before.rows, strict=True) if _is_worse(row, other)]
    causes = (_cause(unit, row.setting) for row in worse)
    for key in dict.fromkeys(key for key in causes if key):
        yield Weakened(key, before.tenths, now.tenths, _place(unit, key))


def _is_worse(row: Row, before: Row) -> bool:
    return row.badness is not None and before.badness is not None and row.cost > before.cost


def _cause(unit: Unit, setting: str) -> str | None:
    """The setting of a drop-in that a row of the score got worse by."""
    return next((key for key in (setting, *_CAUSES.get(setting, _IMPLYING)) if _is_assigned(unit, key)), None)


# Of what other settings bring along or narrow.
_IMPLYING = ("DynamicUser", "PrivateDevices", "ProtectKernelModules", "ProtectKernelLogs", "ProtectClock")
_CAUSES = {
    "RootDirectory": ("RootImage",),
    "DeviceAllow": ("DevicePolicy", "PrivateDevices"),
    "IPAddressDeny": ("IPAddressAllow",),
}


def _is_assigned(unit: Unit, key: str) -> bool:
    said = unit.settings.get((unit.section, key), ())
    is_known = not any(isinstance(value, Unknown) for value in said)
    return is_known and len(said) > len(unit.own.get((unit.section, key), ()))


def _place(unit: Unit, key: str) -> Span:
    """The value in the drop-in; the setting's name where it only forgets what was said."""
    field = f"{unit.section}.{key}"
    at = unit.at(field)
    return at if at.end > at.start else unit.at(field, "name")


def own_programs(unit: Unit) -> list[str]:
    """The programs that the unit's own file starts as `ExecStart=`, as they are written."""
    found: list[str] = []
    for value in unit.own.get((unit.section, "ExecStart"), ()):
        words = str(value).lstrip("-@:+!|").split(maxsplit=1)
        if words:
            found.append(words[0].strip("\"'"))
        else:
            found.clear()
    return found
