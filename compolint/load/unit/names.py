"""Names of units, and which files belong to one: its own file, its template, its drop-ins."""

import re
from collections.abc import Iterable, Iterator

from compolint.pattern import pattern
from compolint.tuples import NamedTuple

TYPES = ("service", "socket", "timer", "mount", "automount", "swap", "path", "target", "slice", "scope")
QUADLETS = ("container", "pod", "kube", "network", "volume", "image", "build", "artifact")
SUFFIXES = (
    ".in", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".example", ".sample", ".dist", ".bak",
    ".old",
)  # fmt: skip

# systemd/foo.service.d/10-local.conf   service.d/all.conf   foo-.service.d/x.conf
_DROPIN = pattern(rf"(?:^|/)((?:[\w:.\\@%-]+\.)?({'|'.join((*TYPES, *QUADLETS))}))\.d/[^/]+\.conf$")
# etc/systemd/system   usr/lib/systemd/user
_SEARCHED = pattern(r"(?:^|(?<=/))(etc|run|usr/local/lib|usr/lib|lib)/(systemd/(?:system|user))$")
_HEADER = pattern(r"^[ \t]*\[([^\]\n\r]+)\][ \t]*\r?$", re.MULTILINE)
_UNIT_SECTIONS = frozenset({"Unit", "Install", *map(str.capitalize, TYPES)})
_QUADLET_SECTIONS = frozenset(map(str.capitalize, QUADLETS))
_ORDER = ("etc", "run", "usr/local/lib", "usr/lib", "lib")
_MOST_PARTS = 20  # of a name, between dashes


class Files(NamedTuple):
    """The files of one unit, in the order in which they count."""

    name: str
    main: str | None
    dropins: tuple[str, ...]


class Place(NamedTuple):
    """Where units lie: folders that systemd searches together count as one."""

    folder: str
    rank: int = 0  # the lower the earlier it is searched


def is_unit(text: str) -> bool:
    """Whether a file that is called like a unit is one: D-Bus and Avahi have `.service` files, too."""
    if not text.strip():
        return True  # it masks the one of its name
    found = set(_HEADER.findall(text))
    return not found.isdisjoint(_UNIT_SECTIONS) and found.isdisjoint(_QUADLET_SECTIONS)


def is_quadlet(text: str) -> bool:
    """Whether a file that is called like a quadlet is one: systemd-networkd has `.network` files, too."""
    found = set(_HEADER.findall(text))
    return not found.isdisjoint(_QUADLET_SECTIONS) and "Match" not in found


def unit_name(path: str) -> str:
    """The name of the unit that a file is, without what makes it a template of another program."""
    name = path.rpartition("/")[2]
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def name_of(files: tuple[str, ...]) -> str:
    """The name of the unit that these files make: an instance's where a drop-in is for one of a template."""
    folders = [file.rpartition("/")[0] for file in files if is_dropin(file)]
    names = [folder.rpartition("/")[2].removesuffix(".d") for folder in folders]
    if is_dropin(files[0]):
        return max(names, key=len)
    name = unit_name(files[0])
    return next((each for each in names if template_of(each) == name and "-@" not in each), name)


def is_dropin(path: str) -> str | None:
    """The type of the units that a drop-in is for."""
    match = _DROPIN.search(path)
    return match[2] if match else None


def suffix_of(name: str) -> str:
    return name.rpartition(".")[2]


def instance_of(name: str) -> str | None:
    """`b` of `a@b.service`, nothing of a template, `None` of any other unit."""
    stem = name.rpartition(".")[0]
    return stem.partition("@")[2] if "@" in stem else None


def template_of(name: str) -> str | None:
    """The template that an instance is made from."""
    if not instance_of(name):
        return None
    return f"{name.partition('@')[0]}@.{suffix_of(name)}"


def dropin_folders(name: str) -> list[str]:
    """The folders that drop-ins for a unit may lie in; of files of one name that in the last one counts."""
    suffix = suffix_of(name)
    base, at, instance = name.rpartition(".")[0].partition("@")
    parts = base.split("-")[:_MOST_PARTS]
    prefixes = ["-".join(parts[:count]) + "-" for count in range(1, len(parts))]
    stems = [f"{prefix}@{which}" for prefix in prefixes if at for which in dict.fromkeys(("", instance))]
    stems += [*prefixes, f"{base}{at}", *([f"{base}@{instance}"] if instance else ())]
    return [f"{suffix}.d", *(f"{stem}.{suffix}.d" for stem in stems)]


def group_files(paths: Iterable[str]) -> Iterator[Files]:
    """The units that the files make, each with the drop-ins that count for it."""
    mains: dict[tuple[str, str], tuple[int, str]] = {}  # by folder and name
    dropins: dict[tuple[str, str], dict[str, tuple[int, str]]] = {}  # by folder and name of the `.d`
    for path in sorted(paths):
        folder, _, name = path.rpartition("/")
        if is_dropin(path):
            above, _, dropin_folder = folder.rpartition("/")
            place = _place(above)
            files = dropins.setdefault((place.folder, dropin_folder), {})
            files[name] = min(files.get(name, (place.rank, path)), (place.rank, path))
            continue
        if folder.endswith((".wants", ".requires")):
            continue
        if name != unit_name(name):
            yield Files(unit_name(name), path, ())
            continue
        place = _place(folder)
        key = place.folder, name
        mains[key] = min(mains.get(key, (place.rank, path)), (place.rank, path))
    yield from _units(mains, dropins)


def _units(
    mains: dict[tuple[str, str], tuple[int, str]], dropins: dict[tuple[str, str], dict[str, tuple[int, str]]]
) -> Iterator[Files]:
    names = dict.fromkeys(mains)
    for folder, dropin_folder in dropins:
        name = dropin_folder.removesuffix(".d")
        # `service.d` and `foo-.service.d` are for many units, whose names they do not tell.
        if "." in name and not name.rpartition(".")[0].endswith("-"):
            names.setdefault((folder, name))
    for folder, name in names:
        main = mains.get((folder, name)) or mains.get((folder, template_of(name) or ""))
        found: dict[str, tuple[bool, int, int, str]] = {}  # the first in this order is the one that counts
        for closeness, dropin_folder in enumerate(dropin_folders(name)):
            for file, (rank, path) in dropins.get((folder, dropin_folder), {}).items():
                order = closeness == 0, rank, -closeness, path
                found[file] = min(found.get(file, order), order)
        yield Files(name, main and main[1], tuple(found[file][-1] for file in sorted(found)))


def _place(folder: str) -> Place:
    match = _SEARCHED.search(folder)
    if not match:
        return Place(folder)
    return Place(f"{folder[: match.start()]}*/{match[2]}", _ORDER.index(match[1]))
