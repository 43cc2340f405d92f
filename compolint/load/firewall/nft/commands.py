"""A file of nftables, command by command: the tables that it leaves."""

from collections.abc import Callable

from compolint.load.firewall.nft import elements, heading
from compolint.load.firewall.nft.alike import Alike
from compolint.load.firewall.nft.expressions import Expressions, Sizes
from compolint.load.firewall.nft.headers import agree
from compolint.load.firewall.nft.heading import integer
from compolint.load.firewall.nft.includes import Files
from compolint.load.firewall.nft.statements import parts
from compolint.load.firewall.nft.tables import FAMILIES, Chain, Rule, Set, Table
from compolint.load.firewall.nft.values import Open, Refused, Unfamiliar, Value
from compolint.load.firewall.nft.words import Words
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.syntax.nft import Block, Group, NftFile, Node, Statement, parse
from compolint.text import Source, Span
from compolint.tree import Tree

_MOST_FAULTS = 200
_MOST_RULES = 200_000
_OBJECTS = frozenset((
    "table", "chain", "rule", "set", "map", "element", "flowtable", "counter", "quota", "limit",
    "ct", "secmark", "synproxy", "tunnel", "meter",
))  # fmt: skip
_QUIET = frozenset((
    "list", "reset", "monitor", "export", "describe", "get", "import",
))  # fmt: skip
_Take = Callable[[Statement, str], None]
_MOST_MISSING = 20
# defines.nft   10-variables.conf   sets.nft
_DEFINES = pattern(r"(?i)def(?:s\b|in)|var(?:s\b|iable)|const|sets?\b")
_HANDLE = pattern(r"[ \t]*# handle (\d+)")


class Ruleset:
    """What the commands of a file, and of those that it includes, leave."""

    def __init__(self, tree: Tree, source: Source) -> None:
        self._files = Files(tree, source, self._fault)
        self.texts = self._files.texts
        self.skipped = self._files.skipped
        self.tables: dict[tuple[str, str], Table] = {}
        self.faults: list[Fault] = []
        self.refusals = self._files.refusals
        self.comments: list[Span] = []
        self.flushes = False
        self.is_script = False  # it says what to do, not only what there is
        self._is_complete = True  # nothing that defines variables is missing
        self._variables: dict[str, Value] = {}
        self._sizes = Sizes()
        self._missing: list[tuple[Table | None, Span]] = []  # files, and the tables that include them
        self._rules = 0
        self._open_chain: Chain | None = None  # whose block is being read
        self._open_table: Table | None = None  # that it is in
        self._alike = Alike(self.texts)
        self._read(parse(source), self._command)
        self._doubt()

    @property
    def is_fresh(self) -> bool:
        """Whether it finds nothing that was there before, and all that it loads is here."""
        return self.flushes and self._is_complete

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.texts)

    # --- files ---

    def _read(self, file: NftFile, take: _Take) -> None:
        path = file.source.path
        self.comments += file.comments
        for fault in file.faults:
            self._refuse(Refused(fault.message, Span(path, fault.start, fault.end)))
        self._all(file.statements, path, take)

    def _all(self, statements: tuple[Statement, ...], path: str, take: _Take) -> None:
        for statement in statements:
            try:
                if statement.line and self._plain(statement, path):
                    continue
                if statement.nodes and not self._common(statement, path, take):
                    take(statement, path)
            except Refused as refused:
                self._refuse(refused)

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
            expressions = self._expressions()
            self._variables[name] = expressions.value(words)
            self._sizes.note(name, expressions.size + statement.end - statement.start)
            words.finish()
        elif first == "undefine":
            words.take()
            self._variables.pop(words.take_plain("a name").text, None)
        elif first == "include":
            self.is_script = True
            words.take()
            word = words.take_plain("a file")
            at = Span(path, word.start, word.end)
            for source in self._files.included(word.text, at):
                if source is None:
                    self._miss(at)
                else:
                    self._read(parse(source), take)
        else:
            return False
        return True

    def _miss(self, at: Span) -> None:
        """A file is missing: it may define variables, and hold any rule of the block that includes it."""
        self._is_complete = False
        if self._open_chain is not None:
            self._open_chain.rules.append(Rule(None, at))
        elif self.tables or not _DEFINES.search(self.texts[at.path][at.start : at.end]):
            self._missing.append((self._open_table, at))

    def _doubt(self) -> None:
        """What missing files may add to chains, which they do at their ends."""
        for of, at in self._missing[:_MOST_MISSING]:
            for table in self.tables.values():
                for chain in table.chains.values() if of in (None, table) else ():
                    if chain.hook:
                        chain.rules.append(Rule(None, at))

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
            self._missing.clear()

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
        words.finish()

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
            raise Unfamiliar("nft knows no such part of a table", words.span(0))

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
        words.finish()

    def _in_chain(self, statement: Statement, path: str, table: Table, chain: Chain) -> None:
        words = self._words(statement.nodes, path, statement.end)
        if words.word == "type" and words.kind(1) == "word":
            heading.hook(words, chain, table, self._expressions())
        elif words.word == "policy" and words.kind(1) != "mark":
            words.take()
            heading.policy(words, chain, self._expressions())
            words.finish()
        elif (words.word in ("comment", "flags") and len(statement.nodes) == 2) or words.word in (
            "device",
            "devices",
        ):
            if words.word.startswith("device"):
                heading.devices(words, chain, self._expressions())
        else:
            self._rule(statement, words, table, chain)

    def _do_rule(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        at = words.here
        chain = table.chain(words.take_name("the name of a chain").text, at)
        position: int | None = None
        handle = ""
        while words.word in ("index", "handle", "position"):
            word = words.take().text
            value = words.take_plain("a number").text
            if word == "index":
                position = integer(value)
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
            agree(found, table.family)
        except Refused as refused:
            self._refuse(refused)
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
        words.finish()

    def _in_set(self, statement: Statement, path: str, found: Set) -> None:
        words = self._words(statement.nodes, path, statement.end)
        elements.statement(words, found, self._expressions(), statement.is_broken)

    def _do_element(self, verb: str, table: Table, words: Words, statement: Statement) -> None:
        found = table.sets.setdefault(words.take_name("the name of a set").text, Set())
        if verb in ("delete", "destroy"):
            found.is_open = True
            return
        found.is_open |= statement.is_broken
        elements.fill(found, self._expressions().single(words))
        words.finish()

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
        return Expressions(self._variables, self._is_complete, self._sizes)

    def _refuse(self, refused: Refused) -> None:
        if refused.is_sure:
            self.refusals.add(refused.span)
        self._fault("syntax", refused.message, refused.span)

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
