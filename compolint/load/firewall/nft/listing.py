"""What `nft -j list ruleset` prints: the same statements as in nftables' language, as JSON."""

from compolint.load import Loaded
from compolint.load.documents import faults
from compolint.load.firewall.nft.entities import Given
from compolint.load.firewall.nft.json_statements import pairs_of, part, text_of, value
from compolint.load.firewall.nft.tables import FAMILIES, HOOKS, Rule, Set, Table
from compolint.load.firewall.nft.values import Comment, Elements, Pair, Refused, Value
from compolint.model.linter import Fault
from compolint.syntax import json
from compolint.syntax.yaml_nodes import Mapping, Node, Sequence
from compolint.text import Source, Span

_ADDING = frozenset(("add", "create", "insert"))


def load(source: Source) -> Loaded:
    document = json.parse(source)
    listing = _Listing(source)
    root = document.root
    items = root.get("nftables") if isinstance(root, Mapping) else None
    for item in items.items if isinstance(items, Sequence) else ():
        listing.take(item)
    given = Given(
        source.path,
        listing.tables.values(),
        {source.path: source.text},
        "intent" if listing.is_script else "state",
    )
    at = next((table.span for table in listing.tables.values()), Span(source.path, 0, 1))
    found = list(given.entities(listing.flushes, at))
    broken = faults(source.path, document.faults, is_unread=root is None)
    return Loaded((*found, *listing.faults, *given.faults, *broken), (), (source.path,))


class _Listing:
    def __init__(self, source: Source) -> None:
        self._path = source.path
        self.tables: dict[tuple[str, str], Table] = {}
        self.faults: list[Fault] = []
        self.flushes = self.is_script = False

    def take(self, item: Node) -> None:
        for kind, body in pairs_of(item):
            if kind in _ADDING:
                self.is_script = True
                self.take(body)
                return
            if kind == "flush":
                self.is_script = True
                self.flushes |= any(name == "ruleset" for name, _ in pairs_of(body))
            elif isinstance(body, Mapping) and (handler := _KINDS.get(kind)):
                try:
                    handler(self, body)
                except Refused as refused:
                    self._fault(refused)

    def _table(self, body: Mapping) -> None:
        family, name = text_of(body, "family"), text_of(body, "name")
        if family in FAMILIES:
            table = Table(family, name, body.span)
            table.is_declared = True
            flags = body.get("flags")
            table.is_dormant = "dormant" in [
                getattr(each, "value", "") for each in getattr(flags, "items", ())
            ]
            self.tables[family, name] = table

    def _of(self, body: Mapping) -> Table:
        family, name = text_of(body, "family"), text_of(body, "table")
        if family not in FAMILIES:
            raise Refused("nft knows no such family", body.span)
        return self.tables.setdefault((family, name), Table(family, name, body.span))

    def _chain(self, body: Mapping) -> None:
        chain = self._of(body).chain(text_of(body, "name"), body.span)
        chain.is_declared = True
        hook, policy, kind = text_of(body, "hook"), text_of(body, "policy"), text_of(body, "type")
        chain.hook = hook if hook in HOOKS else ""
        if kind in ("filter", "nat", "route"):
            chain.kind = kind  # type: ignore[assignment]
        if policy in ("accept", "drop"):
            chain.policy = policy  # type: ignore[assignment]
            chain.policy_span = getattr(body.get("policy"), "span", None)
        priority = text_of(body, "prio")
        if priority.lstrip("-").isdecimal() and len(priority) < 12:
            chain.priority = int(priority)
        device = body.get("dev")
        devices = device.items if isinstance(device, Sequence) else [device] if device else []
        chain.devices = tuple(getattr(each, "value", "") for each in devices)

    def _set(self, body: Mapping) -> None:
        found = self._of(body).sets.setdefault(text_of(body, "name"), Set())
        flags = {getattr(each, "value", "") for each in getattr(body.get("flags"), "items", ())}
        found.is_open |= not flags.isdisjoint(("dynamic", "timeout"))
        elements = body.get("elem")
        if isinstance(elements, Sequence):
            found.items += self._elements(elements, is_map=body.get("map") is not None)

    def _elements(self, node: Sequence, is_map: bool) -> "tuple[Value | Pair, ...]":
        found = value(node, is_map=is_map, is_set=True)
        assert isinstance(found, Elements)
        return found.items

    def _element(self, body: Mapping) -> None:
        elements = body.get("elem")
        if isinstance(elements, Sequence):
            found = self._of(body).sets.setdefault(text_of(body, "name"), Set())
            is_map = bool(elements.items) and isinstance(elements.items[0], Sequence)
            found.items += self._elements(elements, is_map)

    def _rule(self, body: Mapping) -> None:
        table = self._of(body)
        chain = table.chain(text_of(body, "chain"), body.span)
        statements = body.get("expr")
        handle = text_of(body, "handle")
        try:
            parts = [part(each) for each in getattr(statements, "items", ())]
        except Refused as refused:
            self._fault(refused)
            chain.rules.append(Rule(None, body.span, handle))
            return
        comment = body.get("comment")
        if comment is not None:
            parts.append(Comment(text_of(body, "comment"), comment.span))
        chain.rules.append(Rule(parts, body.span, handle))

    def _fault(self, refused: Refused) -> None:
        if len(self.faults) < 200:
            key = f"{self._path}!syntax.{len(self.faults)}"
            self.faults.append(
                Fault(key=key, span=refused.span, kind="syntax", message=refused.message, fatal=True)
            )


_KINDS = {
    "table": _Listing._table,
    "chain": _Listing._chain,
    "set": _Listing._set,
    "map": _Listing._set,
    "element": _Listing._element,
    "rule": _Listing._rule,
}
