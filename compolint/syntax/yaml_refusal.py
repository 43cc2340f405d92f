"""Why a text is no YAML, in words for its author.

libyaml and ruamel.yaml say what their scanners expected. Here that becomes what a person did: a tab, a quote
left open, a merge conflict, a template. Imported only when a text is refused.
"""

from compolint.pattern import pattern
from compolint.syntax.yaml_events import TooLarge
from compolint.syntax.yaml_mapping import TEMPLATE
from compolint.syntax.yaml_nodes import Fault
from compolint.text import Note, Source, Span

# Control characters, halves of UTF-16 pairs, and a byte order mark behind the one that a file may begin with.
_FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]|\\A\ufeff")
# ### <<<<<<< HEAD ###
_CONFLICT = pattern(r"(?:\A|(?<=[\r\n]))(?:<{7}|>{7})(?![^ \t\r\n])[^\r\n]*")
_QUOTED = pattern(r"""(["'])(?:(?!\1)[^\r\n])*\1?""")
_TEMPLATE = pattern(r"\{\{|\{%")
_WORD = pattern(r"\S*")

# By a part of what the parser says, which is "context: problem"; the problem is looked for first.
_MESSAGES = {
    "mapping values are not allowed": "no `: ` can stand here; quote the value, or look at the indentation",
    "sequence entries are not allowed": "no list can begin here; it needs a line of its own",
    "mapping keys are not allowed": "no key can begin here; quote a text that begins with `?`",
    "unexpected ':'": "quote a text with `:` in brackets, or put a blank behind the `:`",
    "expected node content": "a value is missing here, or has to be quoted",
    "expected the node content": "a value is missing here, or has to be quoted",
    "unknown escape character": "double quotes know no such escape; use single quotes, or two backslashes",
    "hexdecimal": "this escape in double quotes lacks digits",
    "undefined tag handle": "no %TAG line above declares the beginning of this tag",
    "document start>": "this is not part of the document above; look at the indentation",
    "while scanning a simple key": "this line of a mapping has no `: `",
    "while scanning a quoted scalar": "a quote is not closed",
    "while parsing a flow sequence": "a list in brackets needs `,` or `]` here",
    "while parsing a flow mapping": "a mapping in braces needs `,` or `}` here",
    "while parsing a block mapping": "this is not part of the mapping above; look at indentation and quotes",
    "while parsing a block collection": "this is not part of the list above; look at indentation and `- `",
    "while scanning a block scalar": "only a comment can follow on the line of `|` or `>`",
    "while scanning an alias": "`*` begins an alias; quote a text that begins with it",
    "while scanning an anchor": "`&` begins an anchor; quote a text that begins with it",
    "while scanning a tag": "`!` begins a tag; quote a text that begins with it",
    "while parsing a tag": "`!` begins a tag; quote a text that begins with it",
    "while scanning a directive": "`%` begins a directive; quote a text that begins with it",
}
# What we say of the place where that context begins.
_BEGINNINGS = {
    "while scanning a quoted scalar": "it is opened here",
    "while parsing a flow sequence": "the list begins here",
    "while parsing a flow mapping": "the mapping begins here",
    "while parsing a block mapping": "the mapping begins here",
    "while parsing a block collection": "the list begins here",
}


def refusal(source: Source, error: Exception | None) -> Fault:
    """The fault that made a parser refuse the text with an error."""
    text, path = source.text, source.path
    if isinstance(error, TooLarge):
        message = "a file of this size cannot be read without the package ruamel.yaml.clib"
        return Fault("unsupported", message, Span(path, 0, 0))
    if forbidden := _FORBIDDEN.search(text):
        code = f"U+{ord(forbidden[0]):04X}"
        return Fault("syntax", f"YAML does not allow the character {code}", Span(path, *forbidden.span()))
    if conflict := _CONFLICT.search(text):
        return Fault("syntax", "a merge conflict is not resolved", Span(path, *conflict.span()))
    said = f"{getattr(error, 'context', None) or 'parser'}: {getattr(error, 'problem', None) or error}"
    at, begin = (_index(error, name, text) for name in ("problem_mark", "context_mark"))
    template = _template(source, [at, begin] if "flow" in said else [at])
    if template is not None:
        return Fault("unsupported", TEMPLATE, template)
    return _in_words(source, said, at, begin)


def _index(error: Exception | None, name: str, text: str) -> int:
    mark = getattr(error, name, None)
    return 0 if mark is None else min(mark.index, len(text))


def _template(source: Source, places: list[int]) -> Span | None:
    """Where a template begins on the line of one of the places, or on the last line with text before it."""
    for place in places:
        line = source.position(place)[0]
        above = len(source.text[: source.offset(line)].rstrip())
        start = source.offset(source.position(above)[0])
        lines = source.text[start : source.offset(line + 1)]
        if found := _TEMPLATE.search(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), lines)):
            return Span(source.path, start + found.start(), start + found.end())
    return None


def _in_words(source: Source, said: str, at: int, begin: int) -> Fault:
    text, path = source.text, source.path
    if "found a tab character" in said or ("cannot start any token" in said and text[at : at + 1] == "\t"):
        return Fault("syntax", "YAML does not indent with tabs; use spaces", Span(path, at, at + 1))
    if "cannot start any token" in said:
        message = f"no value can begin with {text[at : at + 1]}; put it in quotes"
        return Fault("syntax", message, Span(path, at, at + 1))
    if "while scanning a simple key" in said:
        at = begin
    end = _WORD.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too
    notes = tuple(
        Note(note, Span(path, begin, begin + 1)) for context, note in _BEGINNINGS.items() if context in said
    )
    message = next((words for part, words in _MESSAGES.items() if part in said), f"this is no YAML: {said}")
    return Fault("syntax", message, Span(path, at, end), notes)
