"""A file of nftables, command by command: the tables that it leaves."""

from collections.abc import Callable

from compolint.load.firewall.nft.alike import Alike
from compolint.load.firewall.nft.expressions import Expressions
from compolint.load.firewall.nft.includes import included
from compolint.load.firewall.nft.statements import parts
from compolint.load.firewall.nft.tables import FAMILIES, HOOKS, Chain, Rule, Set, Table
from compolint.load.firewall.nft.values import Atom, Elements, Field, Listed, Open, Refused, Value
from compolint.load.firewall.nft.words import Words
from compolint.model.firewall import PRIORITIES
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax.nft import Block, Group, NftFile, Node, Statement, Word, parse
from compolint.text import Source, Span
from compolint.tree import Skipped, Tree, Unreadable
from compolint.unknown import Unknown

_MOST_FAULTS = 200
_MOST_FILES = 500
_MOST_RULES = 200_000
_DEEPEST = 16  # includes, which is nft's own limit
_LONGEST = 8_000_000
_BRIDGE = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
_OBJECTS = frozenset((
    "table", "chain", "rule", "set", "map", "element", "flowtable", "counter", "quota", "limit",
    "ct", "secmark", "synproxy", "tunnel", "meter",
))  # fmt: skip
_QUIET = frozenset((
    "list", "reset", "monitor", "export", "describe", "get", "import",
))  # fmt: skip
_Take = Callable[[Statement, str], None]
_HANDLE = pattern(r"[ \t]*# handle (\d+)")


class Ruleset:
    """What the commands of a file, and of those that it includes, leave."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self._tree = tree
        self.main = source.path
        self.texts = {source.path: source.text}
        self.tables: dict[tuple[str, str], Table] = {}
        self.faults: list[Fault] = []
        self.comments: list[Span] = []
        self.skipped: dict[Skipped, None] = {}
        self.flushes = False
        self.is_script = False  # it says what to do, not only what there is
        self._is_complete = True  # nothing that defines variables is missing
        self._variables: dict[str, Value] = {}
        self._chain_of_files = [source.path]
        self._rules = 0
        self._open_chain: Chain | None = None  # whose block is being read
        self._open_table: Table | None = None  # that it is in
        self._alike = Alike(self.texts)
        self._files = 0
        self._read(parse(source), self._command)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.texts)

    # --- files ---

    def _read(self, file: NftFile, take: _Take) -> None:
        path = file.source.path
        self.comments += file.comments
        for fault in file.faults:
            self._fault("syntax", fault.message, Span(path, fault.start, fault.end))
        self._all(file.statements, path, take)

    def _all(self, statements: tuple[Statement, ...], path: str, take: _Take) -> None:
        for statement in statements:
            try:
                if statement.line and self._plain(statement, path):
                    continue
                if statement.nodes and not self._common(statement, path, take):
                    take(statement, path)
            except Refused as refused:
                self._fault("syntax", refused.message, refused.span)

    def _plain(self, statement: Statement, path: str) -> bool:
        """Adds a rule to the open chain, if one that is written alike was read."""
        if self._open_chain is None or self._open_table is None or self._rules > _MOST_RULES:
            return False
        families = FAMILIES[self._open_table.family]
        rule = self._alike.read(statement, path, families, self._handle(statement, path))
        if rule is None:
            return False
        self._rules += 1
        self._open_chain.rules.append(rule)
        return True

    def _common(self, statement: Statement, path: str, take: _Take) -> bool:
        """What may stand in every block."""
        words = self._words(statement.nodes, path, statement.end)
        first = words.word
        if first in ("define", "redefine"):
            self.is_script = True
            words.take()
            name = words.take_plain("a name").text
            words.skip("=")
            self._variables[name] = Open(f"${name}", words.here)
            self._variables[name] = self._expressions().value(words)
            self._nothing_left(words)
        elif first == "undefine":
            words.take()
            self._variables.pop(words.take_plain("a name").text, None)
        elif first == "include":
            self.is_script = True
            words.take()
            self._include(words.take_plain("a file"), path, take)
        else:
            return False
        return True

    def _include(self, word: Word, path: str, take: _Take) -> None:
        at = Span(path, word.start, word.end)
        found = included(self._tree, word.text, self.main)
        if found is None:
            self.skipped[Skipped(word.text, "is included and not here")] = None
            self._miss(at)
        for each in found or ():
            self._files += 1
            if each in self._chain_of_files or len(self._chain_of_files) > _DEEPEST:
                self._fault("invalid", "this includes itself without end, so nft refuses it", at)
            elif self._files <= _MOST_FILES:
                self._one_file(each, at, take)
            elif self._files == _MOST_FILES + 1:
                self._fault("unsupported", f"more than {_MOST_FILES} files are included", at)

    def _one_file(self, path: str, at: Span, take: _Take) -> None:
        try:
            source = self._tree.read(path)
        except Unreadable as error:
            self.skipped[Skipped(error.path or path, error.reason)] = None
            source = None
        if source is None or len(source.text) > _LONGEST:
            self._miss(at)
            return
        self.texts[path] = source.text
        self._chain_of_files.append(path)
        self._read(parse(source), take)
        self._chain_of_files.pop()

    def _miss(self, at: Span) -> None:
        """A file is missing: it may define variables, and hold any rule of the chain that includes it."""
        self._is_complete = False
        if self._open_chain is not None:
            self._open_chain.rules.append(Rule(None, at))

    # --- commands ---

    def _command(self, statement: Statement, path: str) -> None:
        words = self._words(statement.nodes, path, statement.end)
        verb = "add"
        if words.word in _VERBS:
            verb = words.take().text
            self.is_script = True
        if verb in _QUIET:
            return
        if verb == "flush" and words.has("ruleset"):
            self._flush(words.word)
            return
        kind = words.word if words.word in _OBJECTS and words.kind(1) in ("word", "text") else ""
        if kind == "ct" and words.ahead(1) not in _CONNECTION_OBJECTS:
            kind = ""
        if kind:
            words.take()
        else:
            self.is_script = True
        if kind == "ct":
            words.take()
        handle = _HANDLERS.get(kind or "rule")
        if handle is None or verb == "rename":
            return
        family = words.take().text if words.word in FAMILIES else "ip"
        if words.word == "handle":
            return
        name_at = words.here
        table = self._table(family, words.take_name("the name of a table").text, name_at, verb)
        handle(self, verb, table, words, statement)

    def _flush(self, family: str) -> None:
        self.is_script = True
        for key in [key for key in self.tables if not family or key[0] == family]:
            del self.tables[key]
        if not family:
            self.flushes = True

    def _table(self, family: str, name: str, at: Span, verb: str) -> Table:
        found = self.tables.get((family, name))
        if found is None:
            found = Table(family, name, at)
            if verb in ("add", "create", "insert", "replace"):
                self.tables[family, name] = found
        return found

    def _do_table(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        if verb in ("delete", "destroy"):
            self.tables.pop((table.family, table.name), None)
        elif verb == "flush":
            for chain in table.chains.values():
                chain.rules.clear()
        else:
            table.is_declared = True
            table.is_cut |= statement.is_broken
            if words:
                block = words.group("`{`")
                self._block(block, words.path, lambda inner, path: self._in_table(inner, path, table))
        self._nothing_left(words)

    def _in_table(self, statement: Statement, path: str, table: Table) -> None:
        words = self._words(statement.nodes, path, statement.end)
        word = words.take_plain("`chain`, `set` or `map`").text
        if word == "flags":
            table.is_dormant |= "dormant" in [words.take_plain("a flag").text]
        elif word == "chain":
            if not isinstance(statement.nodes[-1], Block):
                raise Refused(
                    "`{` is missing behind this", Span(path, statement.nodes[-1].start, statement.end)
                )
            self._do_chain("add", table, words, statement)
        elif word in ("set", "map"):
            self._do_set("add", table, words, statement)
        elif word not in _IN_TABLES or (word == "ct" and words.word not in _CONNECTION_OBJECTS):
            raise Refused("nft knows no such part of a table", words.span(0))

    def _do_chain(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        at = words.here
        if verb not in ("add", "create", "insert"):
            name = words.take_name("the name of a chain").text
            if verb in ("delete", "destroy"):
                table.chains.pop(name, None)
            elif verb == "flush" and name in table.chains:
                table.chains[name].rules.clear()
            return
        chain = table.chain(words.take_name("the name of a chain").text, at)
        chain.is_declared = True
        if not words:
            return
        block = words.group("`{`")
        before, self._open_chain, self._open_table = self._open_chain, chain, table
        self._block(block, words.path, lambda inner, path: self._in_chain(inner, path, table, chain))
        self._open_chain = before
        if statement.is_broken and not table.is_cut:
            chain.rules.append(Rule(None, Span(words.path, block.end, block.end)))
        self._nothing_left(words)

    def _in_chain(self, statement: Statement, path: str, table: Table, chain: Chain) -> None:
        words = self._words(statement.nodes, path, statement.end)
        if words.word == "type" and words.kind(1) == "word":
            self._hook(words, chain, table)
        elif words.word == "policy" and words.kind(1) != "mark":
            words.take()
            self._policy(words, chain)
            self._nothing_left(words)
        elif (words.word in ("comment", "flags") and len(statement.nodes) == 2) or words.word in (
            "device",
            "devices",
        ):
            if words.word.startswith("device"):
                self._devices(words, chain)
        else:
            self._rule(statement, words, table, chain)

    def _hook(self, words: Words, chain: Chain, table: Table) -> None:
        words.take()
        kind = words.take_plain("filter, nat or route").text
        if kind not in ("filter", "nat", "route"):
            raise Refused("a chain is of type filter, nat or route", words.span(words.at - 1))
        words.skip("hook")
        hook = words.take_plain("a hook").text
        if hook not in HOOKS:
            raise Refused("nft knows no such hook", words.span(words.at - 1))
        while words.word in ("device", "devices"):
            self._devices(words, chain)
        if not words.has("priority"):
            raise Refused("`priority` is missing here", words.here)
        chain.hook, chain.kind = hook, kind  # type: ignore[assignment]
        chain.priority = self._priority(words, table)
        chain.policy_span = words.span(0)
        self._nothing_left(words)

    def _devices(self, words: Words, chain: Chain) -> None:
        words.take()
        words.has("=")
        value = self._expressions().single(words)
        items = value.items if isinstance(value, Elements) else (value,)
        names = tuple(item.text for item in items if isinstance(item, Atom))
        chain.devices = names if len(names) == len(items) else None

    def _priority(self, words: Words, table: Table) -> int:
        negative = words.has("-")
        at = words.here
        value = self._expressions().field(words) if words.kind() == "mark" else None
        if value is None and words.kind() == "variable":
            found = self._expressions().single(words)
            text = found.text if isinstance(found, Atom) else "0"
        else:
            text = words.take_plain("a priority").text
        named = _BRIDGE if table.family == "bridge" else PRIORITIES
        base, _, rest = text.partition("-") if text.partition("-")[0] in named else (text, "", "")
        number = named.get(base, _integer(base))
        if number is None:
            raise Refused("nft knows no such priority", at)
        if rest:
            number -= _integer(rest) or 0
        if words.word in ("+", "-"):
            sign = 1 if words.take().text == "+" else -1
            number += sign * (_integer(words.take_plain("a number").text) or 0)
        return -number if negative else number

    def _policy(self, words: Words, chain: Chain) -> None:
        at = words.here
        if words.kind() == "variable":
            found = self._expressions().single(words)
            text = found.text if isinstance(found, Atom) else ""
        else:
            text = words.take_plain("`accept` or `drop`").text
        chain.policy_span = at
        if text in ("accept", "drop"):
            chain.policy = text  # type: ignore[assignment]
        elif text:
            raise Refused("a policy is accept or drop", at)
        else:
            chain.policy = Unknown("policy", at)

    def _do_rule(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        at = words.here
        chain = table.chain(words.take_name("the name of a chain").text, at)
        position: int | None = None
        handle = ""
        while words.word in ("index", "handle", "position"):
            word = words.take().text
            value = words.take_plain("a number").text
            if word == "index":
                position = _integer(value)
            else:
                handle = value
        if handle:
            known = [number for number, rule in enumerate(chain.rules) if rule.handle == handle]
            position = known[0] if known else None
        if verb in ("delete", "destroy"):
            if position is not None and handle:
                del chain.rules[position]
            elif handle:
                chain.rules.append(Rule(None, words.span(0)))
            return
        if verb == "flush":
            chain.rules.clear()
            return
        if verb == "replace" and position is not None:
            del chain.rules[position]
            verb = "insert"
        rules, chain.rules = chain.rules, []
        self._rule(statement, words, table, chain)
        rest, chain.rules = chain.rules, rules
        if verb == "insert":
            chain.rules[position or 0 : position or 0] = rest
        elif position is not None:
            chain.rules[position + 1 : position + 1] = rest
        else:
            chain.rules += rest

    def _rule(self, statement: Statement, words: Words, table: Table, chain: Chain) -> None:
        self._rules += 1
        if self._rules > _MOST_RULES:
            if self._rules == _MOST_RULES + 1:
                self._fault("unsupported", f"there are more than {_MOST_RULES} rules", words.here)
            return
        path = words.path
        span = Span(path, statement.start, statement.end)
        text = self.texts[path]
        if statement.is_broken:
            chain.rules.append(Rule(None, span))
            return
        try:
            found = parts(words, self._expressions(), text)
        except Refused as refused:
            self._fault("syntax", refused.message, refused.span)
            chain.rules.append(Rule(None, span))
            return
        chain.rules.append(Rule(found, span, self._handle(statement, path)))
        self._alike.learn(statement, path, FAMILIES[table.family], found)

    def _handle(self, statement: Statement, path: str) -> str:
        """The number of a rule, which `nft -a` writes behind it."""
        text, end = self.texts[path], statement.end
        found = _HANDLE.match(text, end) if text.startswith(" # ", end) else None
        return found[1] if found else ""

    def _do_set(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        name = words.take_name("the name of a set").text
        if verb in ("delete", "destroy"):
            table.sets.pop(name, None)
            return
        if verb == "flush":
            table.sets[name] = Set()
            return
        found = table.sets.setdefault(name, Set())
        if statement.is_broken:
            found.is_open = True
        if not words:
            return
        group = words.group("`{`")
        self._block(group, words.path, lambda inner, path: self._in_set(inner, path, found))
        self._nothing_left(words)

    def _in_set(self, statement: Statement, path: str, found: Set) -> None:
        words = self._words(statement.nodes, path, statement.end)
        word = words.take_plain("`type`, `flags` or `elements`").text
        if word == "flags":
            while True:
                at = words.here
                flag = words.take_plain("a flag").text
                if flag not in _FLAGS:
                    raise Refused("nft knows no such flag of a set", at)
                found.is_open |= flag in ("dynamic", "timeout")
                if not words.has(","):
                    break
            self._nothing_left(words)
        elif word == "size":
            if not words.take_plain("a number").text.isdecimal():
                raise Refused("this is no number", words.span(1))
        elif word == "type" or word == "typeof":
            if not words or words.word in _IN_SETS:
                raise Refused("a type is missing here", words.here)
        elif word == "elements":
            words.skip("=")
            found.is_open |= statement.is_broken
            self._fill(found, self._expressions().single(words))
            self._nothing_left(words)
        elif word not in _IN_SETS:
            raise Refused("nft knows no such part of a set", words.span(0))

    def _do_element(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        found = table.sets.setdefault(words.take_name("the name of a set").text, Set())
        if verb in ("delete", "destroy"):
            found.is_open = True
            return
        found.is_open |= statement.is_broken
        self._fill(found, self._expressions().single(words))
        self._nothing_left(words)

    def _fill(self, found: Set, value: Value) -> None:
        if isinstance(value, Elements):
            for item in value.items:
                if isinstance(item, Elements):
                    found.items += item.items
                elif isinstance(item, Open | Field):
                    found.is_open = True
                else:
                    found.items.append(item)
        elif isinstance(value, Listed):
            found.items += value.items
        else:
            found.is_open = True

    # --- help ---

    def _block(self, block: Group | Block, path: str, take: _Take) -> None:
        before = dict(self._variables) if self._has_definitions(block) else None
        self._all(_statements(block), path, take)
        if before is not None:
            self._variables = before

    def _has_definitions(self, block: Group | Block) -> bool:
        names = ("define", "redefine", "undefine", "include")
        return any(statement.first in names for statement in _statements(block))

    def _words(self, nodes: tuple[Node, ...], path: str, end: int) -> Words:
        return Words(nodes, path, end)

    def _expressions(self) -> Expressions:
        return Expressions(self._variables, self._is_complete)

    def _nothing_left(self, words: Words) -> None:
        if words:
            raise Refused("nft expects the end of the statement here", words.here)

    def _fault(self, kind: str, message: str, at: Span) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(
                Fault(
                    key=f"{at.path}!{kind}.{len(self.faults)}",
                    span=at,
                    kind=kind,  # type: ignore[arg-type]
                    message=message,
                    fatal=True,
                )
            )


_VERBS = _QUIET | frozenset((
    "add", "create", "insert", "replace", "delete", "destroy", "flush", "rename",
))  # fmt: skip
_CONNECTION_OBJECTS = ("helper", "timeout", "expectation")
_IN_TABLES = frozenset((
    "comment", "counter", "quota", "limit", "ct", "flowtable", "secmark", "synproxy", "tunnel",
    "meter", "handle",
))  # fmt: skip
_FLAGS = frozenset(("constant", "interval", "timeout", "dynamic"))
_IN_SETS = frozenset((
    "type", "typeof", "timeout", "gc-interval", "size", "policy", "auto-merge", "comment",
    "counter", "quota", "limit", "last", "meter", "handle",
))  # fmt: skip
_HANDLERS = {
    "table": Ruleset._do_table,
    "chain": Ruleset._do_chain,
    "rule": Ruleset._do_rule,
    "set": Ruleset._do_set,
    "map": Ruleset._do_set,
    "element": Ruleset._do_element,
}


def _statements(block: Group | Block) -> tuple[Statement, ...]:
    if isinstance(block, Block):
        return block.statements
    return (Statement(block.nodes, block.start, block.end),) if block.nodes else ()


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None
