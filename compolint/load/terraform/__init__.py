"""Terraform and OpenTofu: the firewalls that modules declare, scripts, and literals that may be secrets.

A folder is a module. One that another module calls is read as that calls it, with its arguments; all others
are read with the values of their `.tfvars` files and the defaults of their variables.
"""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from compolint.load import Loaded
from compolint.load.terraform.attachments import attachments
from compolint.load.terraform.files import Files
from compolint.load.terraform.graph import Graph, TooMuch
from compolint.load.terraform.literals import literals
from compolint.load.terraform.module import Given, Module
from compolint.load.terraform.resources import rules
from compolint.load.terraform.scripts import scripts
from compolint.model import Entity
from compolint.pattern import pattern
from compolint.tree import Skipped, Tree, Unreadable

_DEEPEST = 8  # modules in modules
_MOST_MODULES = 200
_MOST_RULES = 10_000
_ENDS = (".tf", ".tofu", ".tfvars", ".json")
# source = "./modules/web"   "source": "../web"
_SOURCE = pattern(r"\bsource\"?[ \t]*[=:][ \t]*\"(\.{1,2}/[^\"$\r\n]*)\"")


def group(tree: Tree, paths: list[str]) -> Iterator[tuple[str, ...]]:
    """The files of each folder that nobody calls; the others are read by those that call them."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        if path.endswith(_ENDS):
            folders.setdefault(dirname(path), []).append(path)
        else:  # an example or a backup of a file
            yield (path,)
    calls = {folder: list(_called(tree, folder, files)) for folder, files in folders.items()}
    called = {other for others in calls.values() for other in others}
    reached: set[str] = set()
    # Where modules call each other in a circle, one has to be the beginning.
    for folder in sorted(folders, key=lambda each: each in called):
        if folder in reached:
            continue
        yield tuple(folders[folder])
        waiting = [folder]
        while waiting:
            current = waiting.pop()
            if current not in reached:
                reached.add(current)
                waiting += calls.get(current, ())


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    read = Files(tree)
    folder = dirname(files[0])
    modules: list[Module] = []
    if files[0].endswith(_ENDS):
        _read(read, folder, files, Given(read.variables(folder, files)), "", modules)
    else:
        read.read(files[0])
    found: list[Entity] = []
    graph = _graph(read, modules)
    for module in modules:
        found += rules(module, graph, _MOST_RULES - len(found))
    if len(found) >= _MOST_RULES:
        message = f"there are more than {_MOST_RULES} rules; no others are read"
        read.fault("unsupported", message, found[-1].span, fatal=True)
    found += _attached(read, modules, graph)
    for file in read.public():
        found += literals(file, read.budget)
        found += scripts(file)
    read.add_expression_faults()
    return Loaded((*found, *read.faults), read.comments(), read.paths(), tuple(read.skipped))


def _graph(files: Files, modules: list[Module]) -> Graph | None:
    """The resources that have to do with firewalls; `None` where there are too many."""
    try:
        return Graph(modules)
    except TooMuch:
        _fault_of_number(files, modules[0])
        return None


def _attached(files: Files, modules: list[Module], graph: Graph | None) -> list[Entity]:
    """The machines with their firewalls; none where that would take too long."""
    try:
        return [*attachments(graph)] if graph and graph.has_firewalls else []
    except TooMuch:
        _fault_of_number(files, modules[0])
        return []


def _fault_of_number(files: Files, module: Module) -> None:
    message = "there are too many resources to find out which firewalls are attached to which machines"
    files.fault("unsupported", message, module.blocks[0].span, fatal=True)


def _read(
    files: Files, folder: str, more: tuple[str, ...], given: Given, address: str, modules: list[Module]
) -> Module:
    """Reads a module with those that it calls."""
    module = Module(folder, address, files.blocks(folder, more), given, files.budget)
    modules.append(module)
    for block in module.blocks:
        if block.keyword == "module" and len(block.labels) == 1:
            _read_called(files, module, block.labels[0], modules)
    return module


def _read_called(files: Files, module: Module, name: str, modules: list[Module]) -> None:
    for suffix, block, scope in module.calls(name):
        folder = module.folder_of(block)
        if folder is None:
            source = module.source_of(block) or name
            files.skipped.append(
                Skipped(source, f"is a module that {module.folder or '.'} calls from elsewhere")
            )
            return
        if not files.blocks(folder):
            files.skipped.append(
                Skipped(folder, f"is a module that {module.folder or '.'} calls, and is not here")
            )
            return
        address = f"{module.address}module.{name}{suffix}."
        if address.count("module.") > _DEEPEST or len(modules) >= _MOST_MODULES:
            files.skipped.append(Skipped(folder, "is called by too many modules in modules"))
            return
        given = Given(block.attributes, scope, module.root)
        child = _read(files, folder, (), given, address, modules)
        module.children[f"{name}{suffix}"] = child


def _called(tree: Tree, folder: str, files: list[str]) -> Iterator[str]:
    """The folders that the modules of a folder take from the same tree."""
    for path in files:
        try:
            source = tree.read(path)
        except Unreadable:
            continue
        for found in _SOURCE.finditer(source.text) if source else ():
            if (other := normpath(join(folder, found[1])).removeprefix("./")) != folder:
                yield "" if other == "." else other
