"""What a machine has open, as `ss`, `netstat` and Docker told somebody who looked."""

from compolint.load import Loaded, read, speaks_to_us
from compolint.load.capture.kind import is_inspected
from compolint.text import Source, Span
from compolint.tree import Tree


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    if is_inspected(source.text) or source.text[:64].lstrip()[:2] in ("[{", "[\n", "[\r"):
        from compolint.load.capture import inspected

        return Loaded(tuple(inspected.entities(source)), (), files)
    from compolint.load.capture import lines

    return Loaded(tuple(lines.entities(source)), tuple(_comments(source)), files)


def _comments(source: Source) -> list[Span]:
    if "ompolint" not in source.text:
        return []
    found, at = [], 0
    for line in source.text.splitlines(keepends=True):
        if line.lstrip().startswith("#") and speaks_to_us(line):
            found.append(Span(source.path, at, at + len(line.rstrip())))
        at += len(line)
    return found
