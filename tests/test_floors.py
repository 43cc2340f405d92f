"""The floors of the house: a module may import from its own floor and those below, never from above."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS: tuple[set[str], ...] = (
    {"compolint.text", "compolint.tuples", "compolint.pattern", "compolint.secret", "compolint.spelling",
     "compolint._bundled"},
    {"compolint.unknown", "compolint.record", "compolint.glob", "compolint.regular", "compolint.gitignore",
     "compolint.gitindex", "compolint.walk", "compolint.tree"},
    {"compolint.model", "compolint.syntax"},
    {"compolint.check", "compolint.world", "compolint.link", "compolint.buildlink", "compolint.daemonlink",
     "compolint.entities", "compolint.unitlink", "compolint.weblink",
     "compolint.machines", "compolint.served", "compolint.sharedlink", "compolint.hostnetlink",
     "compolint.shipped", "compolint.doors", "compolint.exposure", "compolint.reached"},
    {"compolint.api", "compolint.load", "compolint.cases", "compolint.config"},
    {"checks", "compolint.checks", "compolint.packs", "compolint.page", "compolint.allowance",
     "compolint.accept",
     "compolint.redact", "compolint.engine"},
    {"compolint.report"},
    {"compolint.cli", "compolint.__main__", "compolint"},
)  # fmt: skip
# Packages that others make, each with the only module that may know it.
HOMES = {
    "click": "compolint.cli",
    "ruamel": "compolint.syntax.yaml",
    "tree_sitter": "compolint.syntax.shell",
    "tree_sitter_bash": "compolint.syntax.shell",
    "jsonschema": "compolint.load.schema",
    "sarif_om": "compolint.report.sarif",
    "attr": "compolint.report.sarif",
    "dockerfile_parse": "compolint.syntax.dockerfile",
    "hcl2": "compolint.syntax.hcl",
}
MODULES = sorted([*ROOT.glob("compolint/**/*.py"), *ROOT.glob("checks/**/*.py")])


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def floor(module: str) -> int:
    while not any(module in names for names in FLOORS):
        module, dot, _ = module.rpartition(".")
        assert dot, "a new module must be given a floor"
    return next(level for level, names in enumerate(FLOORS) if module in names)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {
                f"{node.module}.{alias.name}" if node.module == "compolint" else str(node.module)
                for alias in node.names
            }
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    module = name_of(path)
    for name in imports(path):
        if name.partition(".")[0] in {"compolint", "checks"} and name != "compolint.__version__":
            assert floor(name) <= floor(module), f"{module} is below {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_foreign_package_has_one_home(path: Path) -> None:
    module = name_of(path)
    for name in imports(path):
        home = HOMES.get(name.partition(".")[0])
        assert home is None or module.startswith(home), f"{name} belongs to {home}"


@pytest.mark.parametrize(
    "path", [path for path in MODULES if name_of(path).startswith("checks.")], ids=name_of
)
def test_a_check_knows_only_the_api(path: Path) -> None:
    assert {name for name in imports(path) if name.startswith("compolint")} <= {"compolint.api"}


def test_the_engine_knows_no_check_by_name() -> None:
    names = {path.stem.replace("_", "-") for path in ROOT.glob("checks/*/*.py")}
    for path in set(ROOT.glob("compolint/**/*.py")) - set(ROOT.glob("compolint/model/knowledge/*.py")):
        text = path.read_text(encoding="utf-8")
        for name in names:
            assert f'"{name}"' not in text, f"{path} names {name}"
