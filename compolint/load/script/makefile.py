"""The recipes of Makefiles, as GNU make hands them to the shell.

https://www.gnu.org/software/make/manual/html_node/Recipe-Syntax.html. No package gives recipes with their
places. Only `$` matters to what the shell gets: make fills in its own variables, whose values are open here.
"""

from collections.abc import Iterator, Mapping

from compolint.load.commands import Said
from compolint.load.script.spliced import Spliced
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.text import Source, Span

# A line that begins with a tab, and those that a backslash adds to it.
_RECIPE = pattern(r"(?m)^\t(?:[^\\\r\n]|\\(?:\r?\n|.))*+")
# … and one that stands behind its rule: ### clean: ; rm -rf build ###
_INLINE = pattern(r"(?m)^[^\t#=:\r\n][^=:\r\n]*::?(?!=)[^=;#\r\n]*;(?P<line>(?:[^\\\r\n]|\\(?:\r?\n|.))+)")
_PREFIX = pattern(r"[ \t]*+[@+-]*+[ \t]*+")
# `$$`, `$@`, and the `$(` or `${` of what make fills in itself
_DOLLAR = pattern(r"\$(?:(?P<own>\$)|(?P<open>[({])|(?P<one>[^\s]))")
# After a backslash and a newline make takes one tab away.
_JOINED = pattern(r"\\\r?\n\t?")
_LONGEST_REFERENCE = 2_000
# NAME = value   export NAME := value   override NAME ?= value
_VARIABLE = pattern(r"(?m)^(?:(?:export|override)[ \t]+)*([\w.-]+)[ \t]*(\+|[:?]{0,3})=[ \t]*([^\r\n]*)")
# A rule, and below it a line with blanks in place of the tab: neither a rule, a variable nor a directive.
_BLANKS = pattern(
    r"(?m)^[^\s#=:][^=:\r\n]*:(?![:=])(?:[^=\\;\r\n]*)\r?\n"
    r"[ ]+(?!(?:if|else|endif|-?include|sinclude|export|unexport|override|define|undefine|vpath|private)\b)"
    r"([^\s#$:=][^:=\r\n]*)$"
)


def recipes(source: Source) -> Iterator[Said | Fault]:
    """The lines of all recipes; each goes to a shell of its own."""
    blanks = None if ".RECIPEPREFIX" in source.text else _BLANKS.search(source.text)
    if blanks and "define" not in source.text:
        message = "make wants a tab before a line of a recipe, so it refuses the file"
        at = Span(source.path, *blanks.span(1))
        yield Fault(key=f"{source.path}!syntax", span=at, kind="syntax", message=message, fatal=True)
    constants = _constants(source.text)
    stretches = [(line.start() + 1, line.end()) for line in _RECIPE.finditer(source.text)]
    stretches += [line.span("line") for line in _INLINE.finditer(source.text)]
    for first, end in sorted(stretches):
        prefix = _PREFIX.match(source.text, first, end)
        start = prefix.end() if prefix else first
        if not source.text.startswith("#", start):
            yield _expanded(source, start, end, constants)


def _constants(text: str) -> dict[str, str]:
    """The variables with one value in the file, which is a plain text."""
    values: dict[str, set[str]] = {}
    for variable in _VARIABLE.finditer(text):
        name, sign, value = variable.groups()
        values.setdefault(name, set()).add("$" if sign == "+" else value.partition(" #")[0].rstrip())
    plain = {name: next(iter(each)) for name, each in values.items() if len(each) == 1}
    return {name: value for name, value in plain.items() if value and not any(c in value for c in "$\\")}


def _expanded(source: Source, start: int, end: int, constants: Mapping[str, str]) -> Said:
    spliced, text = Spliced(source.path), source.text
    while found := _DOLLAR.search(text, start, end):
        _plain(spliced, text, start, found.start())
        if found["own"]:
            spliced.add("$", *found.span())
            start = found.end()
        else:
            start = _closing(text, found.end(), end) if found["open"] else found.end()
            name = text[found.start() + 1 : start].strip("(){}")
            if name in constants:
                spliced.add(constants[name], found.start(), start)
            else:
                spliced.add_open(name[:80], found.start(), start)
    _plain(spliced, text, start, end)
    return spliced.said()


def _plain(spliced: Spliced, text: str, start: int, end: int) -> None:
    for joined in _JOINED.finditer(text, start, end):
        spliced.add(text[start : joined.start()], start, joined.start())
        spliced.add("\\\n", joined.start(), joined.end())
        start = joined.end()
    spliced.add(text[start:end], start, end)


def _closing(text: str, start: int, end: int) -> int:
    """The end of a reference, whose brackets may hold further ones; of the line if it has none."""
    opening = text[start - 1]
    closing = ")" if opening == "(" else "}"
    depth = 1
    for at in range(start, min(end, start + _LONGEST_REFERENCE)):
        depth += (text[at] == opening) - (text[at] == closing)
        if not depth:
            return at + 1
    return end
