"""What we need of ruamel.yaml: its C parser, the events that this gives, and its errors.

The C parser imports all the rest of the package for the names of the errors that the rest may raise, which
takes three times as long as what it needs, and longer than most files take to be checked. So it finds
stand-ins with these names while it is imported.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_PACKAGE = "ruamel.yaml"
_ERRORS = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}


@contextmanager
def _stand_ins() -> Iterator[None]:
    """Stands in for the package and its larger modules, unless they are there already."""
    if _PACKAGE in sys.modules:
        yield
        return
    package = sys.modules[_PACKAGE] = ModuleType(_PACKAGE)
    package.__path__ = [f"{folder}/yaml" for folder in import_module("ruamel").__path__]
    errors = import_module(f"{_PACKAGE}.error")
    for module, error in _ERRORS.items():
        stand_in = sys.modules[f"{_PACKAGE}.{module}"] = ModuleType(f"{_PACKAGE}.{module}")
        base = errors.YAMLError if module == "reader" else errors.MarkedYAMLError
        setattr(stand_in, error, type(error, (base,), {}))
    try:
        yield
    finally:  # whoever asks for them later shall get the real ones
        for name in (_PACKAGE, *(f"{_PACKAGE}.{module}" for module in _ERRORS)):
            del sys.modules[name]


with _stand_ins():
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.events import (
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
    )

    try:
        from _ruamel_yaml import CParser  # type: ignore[import-not-found]  # it is C
    except ImportError:  # ruamel.yaml.clib has no wheel for this interpreter
        CParser = None

__all__ = [
    "AliasEvent", "CParser", "DocumentEndEvent", "DocumentStartEvent", "MappingEndEvent", "MappingStartEvent",
    "NodeEvent", "ScalarEvent", "SequenceEndEvent", "SequenceStartEvent", "StreamEndEvent", "YAMLError",
]  # fmt: skip
