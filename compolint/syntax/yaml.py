"""YAML with the place of everything, for files that nobody vouches for.

Built by hand on the events of ruamel.yaml's C parser, because each way the library itself makes nodes fails
us: C nodes crash the interpreter when nested deeply, round-trip nodes take forty times as long, and neither
knows where an alias stands.
"""

from operator import itemgetter
from typing import Any

from compolint.pattern import compiled
from compolint.syntax.yaml_events import READERS, Events, Reader
from compolint.syntax.yaml_library import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)
from compolint.syntax.yaml_mapping import TEMPLATE, settled, shortened
from compolint.syntax.yaml_nodes import Document, Fault, Mapping, Node, Scalar, Sequence
from compolint.text import Source, Span
from compolint.tuples import NamedTuple

__all__ = ["Document", "Fault", "Mapping", "Node", "Scalar", "Sequence", "parse"]

_DEEPEST = 200
_MOST_NODES = 100_000
_MOST_ALIASED = 100_000  # nodes; Compose too refuses more


def parse(source: Source, readers: tuple[Reader, ...] = READERS) -> tuple[Document, ...]:
    """The documents of a file, at least one; one with a fault and no root if the file cannot be read."""
    refused: Exception | None = None
    if source.text.startswith("\ufeff"):  # libyaml would not count it, and all places be one off
        readers = ()
    for read in readers:
        try:
            next_event = read(source.text)
            if next_event is not None:
                return _Builder(source).documents(next_event)
        except _Stop as stop:
            return _without_root(source, stop.fault)
        except (YAMLError, UnicodeError) as error:
            refused = error.with_traceback(None)  # which holds all that was read, and itself
    from compolint.syntax.yaml_refusal import refusal  # most runs need none of it

    return _without_root(source, refusal(source, refused))


def _without_root(source: Source, fault: Fault) -> tuple[Document, ...]:
    return (Document(None, (fault,), source, Span(source.path, 0, len(source.text))),)


class _Stop(Exception):
    """The text goes beyond what we read."""

    def __init__(self, kind: str, message: str, place: Span) -> None:
        self.fault = Fault(kind, message, place)


class _Anchored(NamedTuple):
    node: Node | None  # none as long as it is not complete
    size: int  # nodes, with those that aliases stand for
    height: int  # levels of collections


_value_of = itemgetter(Scalar._fields.index("value"))


class _Builder:
    """Makes nodes of events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.path, self.text = source.path, source.text
        self.faults: list[Fault] = []
        self.anchors: dict[str, _Anchored] = {}
        self.places: dict[int, dict[int, Span]] = {}  # of aliases: by the depth and the index of the item
        self.aliased = 0

    def documents(self, next_event: Events) -> tuple[Document, ...]:
        # Nearly all the time that YAML costs us is spent in this loop: what files have in numbers is written
        # out, with names bound and tuples made in the quickest way; what is rare has a method.
        path, text, places = self.path, self.text, self.places
        new, scalar, scalar_event = tuple.__new__, Scalar, ScalarEvent
        mapping_start, mapping_end, sequence_end = MappingStartEvent, MappingEndEvent, SequenceEndEvent
        if len(text) > _MOST_NODES:
            next_event = _counted(next_event, path)
        found: list[tuple[Node | None, tuple[Fault, ...], int]] = []
        stack: list[tuple[Any, ...]] = []  # the open collections, each with what goes on behind it
        children: list[Any] = []
        append = children.append
        end = size = deepest = 0  # where the last thing ended, nodes so far, levels reached
        while True:
            event = next_event()
            kind = event.__class__
            if kind is scalar_event:
                value = event.value
                start = event.start_mark.index
                if value and text[start] not in "&!|>":
                    end = event.end_mark.index
                    append(new(scalar, (path, start, end, value, event.style, None)))
                else:
                    append(self.odd_scalar(event, end if _in_value(stack, children) else start))
                    end = children[-1].end
            elif kind is mapping_end or kind is sequence_end:
                content = children
                opened, start, children, append, size_before, deepest_before = stack.pop()
                if opened.flow_style and event.end_mark.index > event.start_mark.index:
                    end = event.end_mark.index
                size += len(content)
                tag = opened.ctag and _tag(opened)
                aliases = places.pop(len(stack), None) if places else None
                if kind is sequence_end:
                    append(Sequence(path, start, end, content, tag, aliases))
                else:
                    keys = content[::2]
                    pairs = list(zip(keys, content[1::2]))  # noqa: B905  # `strict` takes longer than the rest
                    mapping = Mapping(path, start, end, pairs, tag, aliases)
                    try:
                        names = set(map(_value_of, keys))
                    except TypeError:  # a collection as a key
                        names = set()
                    if len(names) < len(pairs) or "<<" in names:
                        mapping = settled(mapping, text, self.faults)
                    append(mapping)
                if opened.anchor is not None:
                    anchored = _Anchored(children[-1], size - size_before + 1, deepest - len(stack))
                    self.anchors[opened.anchor] = anchored
                    deepest = max(deepest, deepest_before)
            elif kind is mapping_start or kind is SequenceStartEvent:
                end = event.start_mark.index
                if event.anchor is not event.ctag:  # not both of them are None
                    end = _behind_properties(text, end, len(text))
                stack.append((event, end, children, append, size, deepest))
                if event.anchor is not None:
                    self.anchors[event.anchor] = _Anchored(None, 0, 0)
                    deepest = 0
                if len(stack) > deepest:
                    deepest = len(stack)
                    if deepest > _DEEPEST:
                        raise _too_deep(Span(path, end, end + 1))
                children = []
                append = children.append
            elif kind is AliasEvent:
                place = Span(path, event.start_mark.index, event.end_mark.index)
                end = place.end
                anchored = self.target(event.anchor, place)
                size += anchored.size - 1
                deepest = max(deepest, len(stack) + anchored.height)
                if deepest > _DEEPEST:
                    raise _too_deep(place)
                append(self.stand_in(anchored.node, place, stack, children))
            elif kind is DocumentStartEvent:
                self.directives(event)
            elif kind is DocumentEndEvent:
                faults = self.told() if self.faults else ()
                found.append((children.pop(), faults, event.end_mark.index))
                self.anchors.clear()
            elif kind is StreamEndEvent:
                return _documents(self.source, found or [(None, (), 0)])

    def odd_scalar(self, event: Any, after: int) -> Scalar:
        """A scalar with an anchor or a tag, a block, or an empty one, which stands behind its `:` or `-`."""
        start, end = event.start_mark.index, event.end_mark.index
        style, text = event.style, self.text
        if start < end:
            start = _behind_properties(text, start, end)
        elif after < start:
            indicator = compiled(_INDICATOR).match(text, after)
            start = end = indicator.end() if indicator else after
        if style in ("|", ">"):
            end = start + len(text[start:end].rstrip())
        scalar = Scalar(self.path, start, end, event.value, style, event.ctag and _tag(event))
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(scalar, 1, 0)
        return scalar

    def target(self, name: str, place: Span) -> _Anchored:
        """What an alias stands for."""
        anchored = self.anchors.get(name)
        if anchored is None:
            raise _Stop("syntax", f"the alias *{shortened(name)} has no anchor above it", place)
        if anchored.node is None:
            raise _Stop("syntax", f"the alias *{shortened(name)} stands inside of what it names", place)
        self.aliased += anchored.size
        if self.aliased > _MOST_ALIASED:
            raise _Stop("syntax", f"aliases expand to more than {_MOST_ALIASED} nodes", place)
        return anchored

    def stand_in(self, node: Any, place: Span, stack: list[tuple[Any, ...]], children: list[Any]) -> Any:
        """The node itself, its place noted; for a key, where nothing is noted, a scalar in that place."""
        if _in_value(stack, children):
            in_mapping = isinstance(stack[-1][0], MappingStartEvent)
            index = len(children) // 2 if in_mapping else len(children)
            self.places.setdefault(len(stack) - 1, {})[index] = place
            return node
        return node._replace(start=place.start, end=place.end) if isinstance(node, Scalar) else node

    def directives(self, event: Any) -> None:
        if event.version is None or tuple(event.version) == (1, 1):
            return
        version = ".".join(map(str, event.version))
        start = max(self.text.find("%YAML", event.start_mark.index), 0)
        message = f"Compose and Kubernetes refuse a file that says %YAML {version}; leave the line out"
        self.faults.append(Fault("syntax", message, Span(self.path, start, start + len(f"%YAML {version}"))))

    def told(self) -> tuple[Fault, ...]:
        """The faults of a document in the order of the text; that it is a template is said once."""
        faults = sorted(self.faults, key=lambda fault: fault.span)
        templates = [fault for fault in faults if fault.message == TEMPLATE]
        self.faults.clear()
        return tuple(fault for fault in faults if fault.message != TEMPLATE or fault is templates[0])


# What can stand before a value that belongs to it: ### &x !reset # why ###
_PROPERTIES = r"(?:&[^\s?:,\]}%@`]*+|!\S*+|#[^\r\n]*+|\s)*+"
# What an empty value stands behind: ### # a comment
#   - ###
_INDICATOR = r"(?:\s|#[^\r\n]*+)*+[:\-]"


def _behind_properties(text: str, start: int, end: int) -> int:
    match = compiled(_PROPERTIES).match(text, start, end)
    return match.end() if match else start


def _in_value(stack: list[tuple[Any, ...]], children: list[Any]) -> bool:
    """Whether what comes next is an item of a list or the value of a pair, not a key or a root."""
    return bool(stack) and (len(children) % 2 == 1 or isinstance(stack[-1][0], SequenceStartEvent))


def _documents(
    source: Source, found: list[tuple[Node | None, tuple[Fault, ...], int]]
) -> tuple[Document, ...]:
    """The documents that were found to end at places, each from where the one before it ends."""
    documents, begin, last = [], 0, len(found) - 1
    for at, (root, faults, end) in enumerate(found):
        extent = Span(source.path, begin, len(source.text) if at == last else end)
        documents.append(Document(root, faults, source, extent))
        begin = end
    return tuple(documents)


def _tag(event: Any) -> str:
    return str(event.tag).replace("tag:yaml.org,2002:", "!!")


def _too_deep(place: Span) -> _Stop:
    return _Stop("syntax", f"nested deeper than {_DEEPEST} levels", place)


def _counted(next_event: Events, path: str) -> Events:
    """The same events, up to a number of nodes that no sane file has."""
    count = 0

    def counted() -> Any:
        nonlocal count
        event = next_event()
        if isinstance(event, NodeEvent):
            count += 1
            if count > _MOST_NODES:
                at = event.start_mark.index
                raise _Stop("unsupported", f"the file has more than {_MOST_NODES} values", Span(path, at, at))
        return event

    return counted
