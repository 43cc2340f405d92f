"""What the readers of a configuration share."""

from collections import ChainMap

from compolint.load.caddy.configuration import Fault, Kind, Matcher, Options
from compolint.load.caddy.order import positions
from compolint.text import Span

_MOST_FAULTS = 100


class Scope:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.places = positions(each for each in options.settings if each.name == "order")
        self.ordered = {
            str(each.words[0]) for each in options.settings if each.name == "order" and each.words
        }
        self.matchers: ChainMap[str, Matcher] = ChainMap()
        self.faults: list[Fault] = []
        self.is_legacy = False  # which is said once
        self.taken: set[tuple[str, tuple[str, ...]]] = set()  # addresses of sites, with what they bind to

    def fault(self, kind: Kind, message: str, at: Span, *, fatal: bool = False) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(kind, message, at, fatal))
