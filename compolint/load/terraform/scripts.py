"""The scripts in modules: what machines run at their first start, and what provisioners run."""

from collections.abc import Iterable, Iterator

from compolint.load.commands import Commands, Run, Said
from compolint.load.kernelsettings import settings_of
from compolint.load.published import Owner, of_commands
from compolint.load.script.kind import SHELLS, interpreter
from compolint.load.script.spliced import Spliced
from compolint.load.terraform.literals import texts
from compolint.model import Entity
from compolint.model.command import Command
from compolint.pattern import pattern
from compolint.syntax.hcl import Attribute, Block, HclFile
from compolint.syntax.hcl_nodes import Fault, Literal, Template
from compolint.text import Span

_BEGIN = pattern(r"<<(-?)[^\n]*\n")
# $${ and %%{ are ${ and %{
_ESCAPE = pattern(r"[$%](?=[$%]\{)")
_MOST = 2_000  # of one file


def scripts(file: HclFile) -> Iterator[Entity]:
    """The commands in the texts of a file that shells run, and the doors that these open."""
    text, path = file.source.text, file.source.path
    if "#!" not in text and "provisioner" not in text:
        return
    found: list[Entity] = []
    commands = Commands(path, path.rpartition("/")[2], found.append)
    for number, said in enumerate(_texts(file)):
        if number == _MOST:
            break
        commands.of_text(said, Run("script", f"{path}#{number}"))
    started = [each for each in found if isinstance(each, Command)]
    yield from (*found, *of_commands(started, Owner(path, path)), *settings_of(started))


def _texts(file: HclFile) -> Iterator[Said]:
    waiting = [file.body]
    while waiting:
        block = waiting.pop()
        waiting += block.blocks[::-1]
        given = {"remote-exec": "inline", "local-exec": "command"}.get("".join(block.labels))
        given = given if block.keyword == "provisioner" and "interpreter" not in block.attributes else None
        for name, attribute in block.attributes.items():
            if name == given:
                yield _said(_nodes(attribute), block)
            elif "#!" in attribute.source.text[attribute.start : attribute.end]:
                said = (_said([node], block) for node in _nodes(attribute))
                yield from (each for each in said if interpreter(each.text) in SHELLS)


def _nodes(attribute: Attribute) -> list[Literal | Template]:
    expression = attribute.expression()
    return [] if isinstance(expression, Fault) else [node for _, node in texts("", expression)]


def _said(nodes: Iterable[Literal | Template], block: Block) -> Said:
    """The texts as lines of one script."""
    pieces = Spliced(block.source.path)
    for number, node in enumerate(nodes):
        if number:
            pieces.add("\n", node.span.start, node.span.start)
        if begin := _BEGIN.match(block.source.text, node.span.start):
            _heredoc(pieces, node, begin.end(), block.source.text, is_indented=bool(begin[1]))
        elif isinstance(node, Literal):
            _literal(pieces, node)
        else:
            _template(pieces, node, block.source.text)
    return pieces.said()


def _literal(pieces: Spliced, node: Literal) -> None:
    value = str(node.value)
    is_plain = node.begins >= 0
    pieces.add(value, *((node.begins, node.begins + len(value)) if is_plain else node.span[1:]))


def _template(pieces: Spliced, node: Template, text: str) -> None:
    at = node.span.start + 1
    for part, following in zip(node.parts, (*node.parts[1:], None), strict=True):
        if isinstance(part, Literal):
            _literal(pieces, part)
            at = part.span.end
        else:
            end = following.span.start if isinstance(following, Literal) else part.span.end
            pieces.add_open(_name(part.span, text), at, end if following else node.span.end - 1)
            at = part.span.end


def _heredoc(pieces: Spliced, node: Literal | Template, begin: int, text: str, *, is_indented: bool) -> None:
    last_line = text.rfind("\n", begin, node.span.end) + 1
    end = last_line or begin
    indent = _indent(text[begin:end]) if is_indented else 0
    parts = (
        [part for part in node.parts if not isinstance(part, Literal)] if isinstance(node, Template) else []
    )
    at = begin
    for part in parts:
        opening = max(text.rfind("${", at, part.span.start + 2), text.rfind("%{", at, part.span.start + 2))
        closing = text.find("}", part.span.end, end)
        if opening < 0:
            continue
        _lines(pieces, at, opening, text, indent)
        at = closing + 1 if closing >= 0 and text[part.span.end - 1] != "}" else part.span.end
        pieces.add_open(_name(part.span, text), opening, at)
    _lines(pieces, at, end, text, indent)


def _lines(pieces: Spliced, start: int, end: int, text: str, indent: int) -> None:
    """A stretch without what its lines have in common before them."""
    at = start
    while at < end:
        line_end = text.find("\n", at, end) + 1 or end
        is_begin = not at or text[at - 1] == "\n"
        begin = at
        while is_begin and begin < min(line_end, at + indent) and text[begin] in " \t":
            begin += 1
        for escape in _ESCAPE.finditer(text, begin, line_end):
            pieces.add(text[begin : escape.start()], begin, escape.start())
            begin = escape.end()
        pieces.add(text[begin:line_end], begin, line_end)
        at = line_end


def _indent(body: str) -> int:
    return min((len(line) - len(line.lstrip(" \t")) for line in body.splitlines() if line.strip()), default=0)


def _name(span: Span, text: str) -> str:
    return text[span.start : span.end].strip()[:80]
