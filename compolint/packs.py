"""Where checks come from: the built-in pack and those that the configuration names.

A pack is a package of checks: one file a check, one folder a category. A check is imported only when
something that it looks at occurs; what it looks at is read from the first line of its function, so
that the catalogue may grow and the start does not.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib import import_module

from compolint.check import Check
from compolint.record import replace

BUILTIN = "compolint.checks"


class BadPack(Exception):
    """A pack that cannot be used; the message says why."""


class Offer:
    """A check that a pack offers, not imported yet."""

    def __init__(self, name: str, module: str, file: str) -> None:
        self.name, self.module, self.file = name, module, file

    @property
    def subject(self) -> str:
        """The name of the entity that the check is run on: `Listener`, `Change[Listener]`."""
        return self._said[0]

    @property
    def when(self) -> tuple[str, ...]:
        """What must be stated for the check to have anything to say."""
        return self._said[1]

    @property
    def profile(self) -> str:
        """The least profile that runs the check."""
        return self._said[2]

    @cached_property
    def _said(self) -> tuple[str, tuple[str, ...], str]:
        stem = os.path.basename(self.file)[:-3]
        text = _content(self.file)
        start = text.find(b"\ndef " + stem.encode() + b"(")
        if start < 0:
            raise BadPack(f"{self.file} must define a check named `{stem}`, as the file is")
        colon = text.find(b":", start)
        end = min(at for at in (text.find(b",", colon), text.find(b")", colon)) if at > 0)
        decorator = text[text.rfind(b"\n@check(", 0, start) : start]
        when, profile = _argument(decorator, b"when"), _argument(decorator, b"profile")
        return text[colon + 1 : end].decode().strip(), tuple(when.split()), profile or "default"

    @cached_property
    def check(self) -> Check:
        stem = self.module.rpartition(".")[2]
        found = getattr(import_module(self.module), stem, None)
        if not isinstance(found, Check):
            raise BadPack(f"{self.file} must define a check named `{stem}`, as the file is")
        return found if found.name == self.name else replace(found, name=self.name)


def _content(path: str) -> bytes:
    """What a file holds, without the buffers that `open` makes: every scan reads every check."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)


def _argument(decorator: bytes, name: bytes) -> str:
    """What a keyword argument says, which must be a literal; nothing if it is not there."""
    _, found, rest = decorator.partition(b"    " + name + b'="')
    return rest[: rest.find(b'"')].decode() if found else ""


def load(names: Iterable[str] = ()) -> list[Offer]:
    """All that the built-in pack and the named ones offer, by name of check."""
    offers = list(_offers(BUILTIN, ""))
    for name in names:
        offers += _offers(_module_of(name), f"{name.replace('_', '-')}/")
    return sorted(offers, key=lambda offer: offer.name)


def _offers(package: str, prefix: str) -> Iterator[Offer]:
    found = 0
    for root in import_module(package).__path__:
        for folder in sorted(os.scandir(root), key=lambda entry: entry.name):
            if folder.is_dir() and not folder.name.startswith((".", "_")):
                for name in sorted(os.listdir(folder.path)):
                    if name.endswith(".py") and not name.startswith("_"):
                        found += 1
                        stem = name[:-3]
                        module = f"{package}.{folder.name}.{stem}"
                        yield Offer(prefix + stem.replace("_", "-"), module, f"{folder.path}/{name}")
    if not found:
        raise BadPack(f"the pack {package} holds no checks")


def _module_of(name: str) -> str:
    """The package behind a pack's name: a package itself, or an entry point that gives it a short name."""
    from importlib.util import find_spec

    try:
        if find_spec(name):
            return name
    except (ImportError, ValueError):
        pass
    from importlib.metadata import entry_points

    for entry in entry_points(group="compolint.packs"):
        if entry.name == name:
            return entry.value
    raise BadPack(
        f"there is no pack `{name}`: neither a package nor an entry point of that name is installed"
    )
