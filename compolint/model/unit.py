"""Units of systemd: what their files and drop-ins say together."""

from collections.abc import Iterator
from typing import Literal

from compolint.model import Entity
from compolint.text import Span
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

UnitType = Literal[
    "service", "socket", "timer", "mount", "automount", "swap", "path", "target", "slice", "scope", "device"
]
# systemd takes them in any case.
_TRUE = frozenset({"1", "yes", "y", "true", "t", "on"})
_FALSE = frozenset({"0", "no", "n", "false", "f", "off"})


class Settings(dict[tuple[str, str], tuple[Maybe[str], ...]]):
    """By section and key all that was assigned, in order; it is never shown, as it may hold secrets."""

    def __repr__(self) -> str:
        return f"{len(self)} settings"


class Exec(NamedTuple):
    """One command line of an `ExecStart=` or its like."""

    key: str  # "ExecStart", "ExecStartPre", …
    prefixes: str  # of `-@:+!|`
    program: Maybe[str]
    pastes_instance: bool = False  # systemd puts the instance's name into a text for a shell

    @property
    def is_unconfined(self) -> bool:
        """Whether it runs as root and outside of what confines the unit."""
        return "+" in self.prefixes

    @property
    def keeps_root(self) -> bool:
        """Whether it runs as root although the unit has a user: `!`, but not `!!`."""
        return self.prefixes.count("!") == 1


class Unit(Entity):
    """A unit as systemd merges it of its file and its drop-ins.

    `spans["Service.User"]` is the value that counts last, `spans["Service.User.0"]` the first that was
    assigned, and with `.name` behind it is the place of its key. The path of a place tells who says it.
    """

    name: str  # "nginx.service"
    type: UnitType
    path: str  # its file, or the first drop-in where only those are here
    is_complete: bool = True  # its own file is here
    dropins: tuple[str, ...] = ()  # in the order in which they count
    is_user: bool = False  # a user's manager runs it
    instance: str | None = None  # `b` of `a@b.service`, nothing of the template itself
    settings: Settings = Settings()
    own: Settings = Settings()  # what its own file says, without drop-ins
    sections: tuple[str, ...] = ()
    execs: tuple[Exec, ...] = ()

    @property
    def section(self) -> str:
        """The section that is named after the type."""
        return self.type.capitalize()

    @property
    def is_template(self) -> bool:
        return self.instance == ""

    @property
    def user(self) -> Maybe[str] | None:
        """Who it runs as; `None` where nothing says it, which is root for the system's manager."""
        return self.value("User")

    @property
    def description(self) -> Maybe[str] | None:
        return self.value("Description", "Unit")

    def values(self, key: str, section: str | None = None) -> tuple[Maybe[str], ...]:
        """What counts of all that was assigned: what follows the last empty assignment."""
        said = self.settings.get((section or self.section, key), ())
        return said[_behind_reset(said) :]

    def value(self, key: str, section: str | None = None) -> Maybe[str] | None:
        """The last one."""
        values = self.values(key, section)
        return values[-1] if values else None

    def each_of(self, key: str, section: str | None = None) -> Iterator[tuple[Maybe[str], Span]]:
        """The values that count, with their places."""
        section = section or self.section
        said = self.settings.get((section, key), ())
        for number in range(_behind_reset(said), len(said)):
            yield said[number], self.at(f"{section}.{key}", number)

    def flag(self, key: str, section: str | None = None) -> Maybe[bool] | None:
        """The last boolean; what is none is passed over, as systemd does."""
        for value in reversed(self.settings.get((section or self.section, key), ())):
            if isinstance(value, Unknown):
                return value
            if (found := boolean(value)) is not None:
                return found
        return None

    def place(self, key: str, section: str | None = None) -> Span:
        """Where the value stands that counts; the unit itself where there is none."""
        return self.at(f"{section or self.section}.{key}")


def boolean(text: str) -> bool | None:
    """A boolean as systemd reads it; `None` for what is none."""
    lowered = text.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def _behind_reset(said: tuple[Maybe[str], ...]) -> int:
    for number in range(len(said) - 1, -1, -1):
        if not isinstance(said[number], Unknown) and not said[number]:
            return number + 1
    return 0
