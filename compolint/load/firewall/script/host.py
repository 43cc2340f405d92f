"""The machine that a script is run on, as far as its packet filters and their files go."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from compolint.load.firewall.script.calls import Call
from compolint.load.firewall.script.iptables import PROGRAM, Iptables
from compolint.load.firewall.script.nft import Nft
from compolint.load.firewall.script.others import candidates
from compolint.load.firewall.script.places import Given, Texts, words_of
from compolint.load.firewall.script.status import Status
from compolint.load.firewall.script.ufw import Ufw
from compolint.load.moved import moved
from compolint.model import Entity
from compolint.model.firewall import Family, Firewall
from compolint.model.linter import Fault
from compolint.pattern import pattern
from compolint.record import replace
from compolint.syntax.shell_words import Piece
from compolint.syntax.shell_words import Word as ShellWord
from compolint.text import Source, Span
from compolint.tree import Tree, Unreadable
from compolint.unknown import Unknown

_MENTIONS = pattern(r"\b(ufw|nft|ip6?tables)\b|(?i:\$\{?\w*(ip6?t|nft)\w*)")
_RULE_FILES = pattern(
    r"(?:.*/)?(?:rules\.v[46]|ip6?tables(?:\.rules|\.conf|\.save)?|nftables\.conf|[^/]*\.nft)"
)
_UFW_FILES = pattern(r"(?:.*/)?ufw/((?:before|after)6?\.rules)")
# What is loaded at the next start, and no copy for a bad day
_SAVED = pattern(
    r"/etc/(?!.*(?:backup|\.bak|\.old|\.orig|before))"
    r"(?:.*/)?(?:rules\.v[46]|[^/]*(?:iptables|ip6tables|firewall|nftables)[^/]*|up-rules|[^/]*\.rules)"
)
_SAVERS = frozenset(("netfilter-persistent", "iptables-persistent"))
_SERVICES = frozenset(("service", "invoke-rc.d", "rc-service", "systemctl"))
_LASTING = ("iptables", "ip6tables", "netfilter-persistent", "nftables")
_STARTERS = pattern(
    r"/etc/(?:systemd/|cron|network/|rc\.local|init\.d|NetworkManager/dispatcher)|crontab|\.service$"
)
_COMMENT = pattern(r"(?m)^[ \t]*#[^\r\n]*")
_LONGEST_TEXT = 500
_LONGEST_SCRIPT = 200_000
_MOST_FILES = 50


class Machine:
    """Takes the calls of a script, and gives what they leave."""

    def __init__(self, tree: Tree, script: Source, whole: Span) -> None:
        self._tree, self._script, self._whole = tree, script, whole
        self._tools = _mentioned(_COMMENT.sub("", script.text[:_LONGEST_SCRIPT]))
        self._early: list[tuple[str, tuple[int, int], str]] = []  # run above the rules
        self.others: dict[str, Source] = {}  # the scripts that it runs, as far as they are here
        self.inside = 0
        self.is_own = False  # the script itself changes something, and not only those that it runs
        self._offsets: dict[str, int] = {}  # of the others, counted on behind the script
        self._end = len(script.text) + 1
        self._texts = Texts(script.path)
        self.iptables = Iptables(script.path, whole)
        self.ufw = Ufw(whole)
        self.nft = Nft(whole)
        self.is_persistent = False
        self._files: dict[str, tuple[ShellWord, ...]] = {}
        self._doubted_files: set[str] = set()

    def _place(self, start: int, end: int) -> Span:
        return Span(self._script.path, start, end)

    # --- what the shell tells ---

    def call(self, call: Call) -> Status | None:
        before = self._count()
        status = self._called(call)
        self.is_own = self.is_own or (not self.inside and self._count() != before)
        return status

    def _count(self) -> tuple[int, ...]:
        """What grows with each command that changes something."""
        return self.iptables.changes, self.ufw.changes, self.nft.changes

    def _called(self, call: Call) -> Status | None:
        name, at, text = call.name, self._at(call), self._text(call)
        if name == "ufw":
            words = words_of(call.words, self._script.path)
            return self.ufw.run(words, at, text, call.doubt, self.iptables.rules)
        if name == "nft":
            return self._nft(call, at)
        if found := PROGRAM.fullmatch(name):
            family: Family = 6 if found[1] == "ip6" else 4
            return self._iptables(call, family, found[2] or "", at, text)
        if name in _SAVERS or name in _SERVICES or name.startswith("iptables"):
            self._saves(call)
        elif name == "sed" and call.words[-1].spelling.endswith("/default/ufw"):
            for word in call.words[1:-1]:
                self.ufw.settings(word.spelling, self._place(word.start, word.end), call.doubt)
        elif name == "crontab" and call.given:
            self._starts(call.given)
        return None

    def _iptables(self, call: Call, family: Family, part: str, at: Span, text: str) -> Status:
        words = words_of(call.words, self._script.path)
        if part == "-save":
            if any(
                each.takes_output and _SAVED.fullmatch(each.target.spelling) for each in call.redirections
            ):
                self.is_persistent = self.is_persistent or not call.doubt
            if any(word.text in ("-f", "--file") for word in words):
                self.is_persistent = True
            return "likely"
        if part == "-restore":
            given = self._input(call, words[-1].text if len(words) > 1 else "")
            return self.iptables.restore(family, given, words, at, text, call.doubt)
        return self.iptables.run(family, words, at, text, call.doubt)

    def _nft(self, call: Call, at: Span) -> Status:
        words = words_of(call.words, self._script.path)
        names = [word.text for word in words]
        file = names[-1] if any(name.startswith(("-f", "--file")) for name in names) else ""
        given = self._input(call, "" if file == "-" else file.removeprefix("-f"))
        is_query = names[1:2] == ["list"]
        self.nft.run(words, given, call.given is not None, at, call.doubt)
        return "absent" if is_query else "yes"

    def _input(self, call: Call, file: str) -> Given | None:
        """The text that a program reads, from a file that the script has written or from its input."""
        for redirection in call.redirections:
            if redirection.operator == "<":
                file = redirection.target.spelling
        if file in self._files and not file.startswith("-"):
            return self._texts.give(self._files[file])
        if not call.given or (file and not file.startswith("-") and file != "/dev/stdin"):
            return None
        return self._texts.give(call.given)

    def write(self, path: str, text: tuple[ShellWord, ...], *, is_more: bool, doubt: str) -> None:
        if doubt:
            self._doubted_files.add(path)
        elif not text and _SAVED.fullmatch(path):
            self.is_persistent = True  # what `iptables-save | tee` gets
        if _STARTERS.search(path):
            self._starts(text)
        if path.endswith("/default/ufw") and text:
            given = self._texts.give(text)
            at = given.span(Span("", 0, len(given.text)))
            self.ufw.settings(given.text, at, doubt)
        elif (found := _UFW_FILES.fullmatch(path)) and text:
            self.ufw.file(found[1], self._texts.give(text), is_more=is_more)
        elif len(self._files) < _MOST_FILES:
            self._files[path] = (*self._files.get(path, ()), *text) if is_more else text

    def read(self, path: str) -> tuple[ShellWord, ...]:
        return self._files.get(path, ())

    def script(self, paths: Sequence[str]) -> ShellWord | None:
        for path in paths:
            for found in candidates(self._script.path, path):
                if len(self.others) >= _MOST_FILES and found not in self.others:
                    return None
                try:
                    source = self._tree.read(found)
                except Unreadable:
                    continue
                if source and len(source.text) <= _LONGEST_SCRIPT:
                    self.others[found] = source
                    start = self._offsets.setdefault(found, self._end)
                    self._end = max(self._end, start + len(source.text) + 1)
                    end = start + len(source.text)
                    return ShellWord("", start, end, (Piece(source.text, start, end),))
        return None

    def opaque(self, place: tuple[int, int], text: str, *, is_late: bool = False) -> None:
        changed = {name for name in self._tools if self._is_changed(name)}
        self._doubt(changed, place, text)
        if not is_late:
            self._early += ((name, place, text) for name in sorted(self._tools - changed))

    def _is_changed(self, name: str) -> bool:
        """Whether the script has told this one anything yet, and not only asked it."""
        if name == "ufw":
            return self.ufw.is_touched
        return self.nft.is_touched if name == "nft" else self.iptables.is_touched

    def unread(self, place: tuple[int, int], text: str) -> None:
        self._doubt(_mentioned(text), place, text)

    def _doubt(self, tools: Iterable[str], place: tuple[int, int], text: str) -> None:
        """What may have changed the rules of these."""
        at, shown = self._place(*place), " ".join(text[:_LONGEST_TEXT].split())
        for name in sorted(tools):
            if name == "ufw":
                self.ufw.unread(at, shown)
            elif name == "nft":
                self.nft.unread(at, shown)
            else:
                self.iptables.spoil(6 if "6" in name else 4, at, shown)

    # --- what lasts ---

    def _saves(self, call: Call) -> None:
        words = [word.spelling for word in call.words]
        said = " ".join(words)
        if call.doubt:
            return
        if call.name in _SAVERS or "iptables-persistent" in said:
            self.is_persistent = self.is_persistent or not {"save", "reload"}.isdisjoint(words)
        elif call.name == "systemctl":
            is_lasting = any(word.removesuffix(".service") in _LASTING for word in words)
            self.is_persistent = self.is_persistent or ("enable" in words and is_lasting)
        else:
            self.is_persistent = self.is_persistent or ("save" in words and "iptables" in said)

    def _starts(self, text: tuple[ShellWord, ...]) -> None:
        """A unit or a table of cron that is written: it may run this script at each start."""
        name = self._script.path.rpartition("/")[2]
        said = "".join(word.spelling for word in text)
        if name in said or pattern(r"(?:ip6?tables-restore|netfilter-persistent|nft -f)").search(said):
            self.is_persistent = True

    # --- what is left ---

    def entities(self) -> Iterator[Entity]:
        """The firewalls that the script leaves: one, where one tool is used."""
        for name, place, text in self._early:
            if self._is_changed(name) and not (name not in ("ufw", "nft") and self.iptables.flushes):
                self._doubt([name], place, text)
        found = chain(self._texts.placed(self._left()), self._written())
        yield from (moved(each, self._found) for each in found) if self._offsets else found

    def _found(self, span: Span) -> Span:
        """The place in the script that runs it, of what stands in another one."""
        if span.path != self._script.path or span.start <= len(self._script.text):
            return span
        path, start = max(
            (each for each in self._offsets.items() if each[1] <= span.start), key=lambda each: each[1]
        )
        end = min(span.end - start, len(self.others[path].text))
        return Span(path, span.start - start, max(end, span.start - start))

    def _left(self) -> Iterator[Entity]:
        path = self._script.path
        is_joint = self.ufw.is_touched and self.ufw.enabled is True
        if is_joint:
            self.ufw.build(self.iptables.rules)
            for trouble in self.ufw.troubles:
                self.iptables.rules.tell(trouble)
            yield from self._ruleset(self.iptables, is_ufw=True)
        else:
            self.ufw.clear(self.iptables.rules)
            if self.iptables.is_touched and self.iptables.rules.tables:
                yield from self._ruleset(self.iptables, is_ufw=False)
            elif self.iptables.rules.faults:
                yield from self.iptables.faults()
        others = self.iptables.is_touched or is_joint
        if self.ufw.is_touched and self.ufw.says_something and not is_joint:
            yield from self._other_ufw(f"{path}~ufw" if others else path)
            others = True
        if self.nft.is_touched:
            yield from self.nft.entities(f"{path}~nft" if others else path, is_persistent=self.is_persistent)

    def _ruleset(self, iptables: Iptables, *, is_ufw: bool) -> Iterator[Entity]:
        rules = iptables.rules
        found = [entity for entity in rules.entities() if not isinstance(entity, Fault)]
        yield rules.firewall(
            "ufw" if is_ufw else "iptables",
            "intent",
            enabled=self.ufw.enabled if is_ufw else True,
            spans={"enabled": self.ufw.enabled_at} if is_ufw else {},
            flushes=iptables.flushes,
            is_persistent=self.is_persistent or (is_ufw and not self.iptables.is_touched),
        )
        yield from found
        yield from iptables.faults()

    def _other_ufw(self, key: str) -> Iterator[Entity]:
        ufw = self.ufw
        own = Iptables(key, self._whole)
        enabled = ufw.enabled
        if enabled is None:
            enabled = Unknown("whether UFW is switched on", self._whole)
        self.ufw.build(own.rules)
        for trouble in ufw.troubles:
            own.rules.tell(trouble)
        found = [entity for entity in own.rules.entities() if not isinstance(entity, Fault)]
        yield own.rules.firewall(
            "ufw", "intent", enabled=enabled, spans={"enabled": ufw.enabled_at}, is_persistent=True
        )
        yield from found
        yield from own.faults()

    def _written(self) -> Iterator[Entity]:
        """The files of rules that the script writes, as if the project had them."""
        from compolint.load.firewall import load
        from compolint.tree import MemoryTree

        for path, text in self._files.items():
            if not text or not _RULE_FILES.fullmatch(path):
                continue
            given = self._texts.give(text)
            named = f"{self._script.path}:{path}"
            for entity in load(MemoryTree({named: given.text}), (named,)).entities:
                placed = moved(entity, given.span)
                if isinstance(placed, Firewall) and path in self._doubted_files:
                    why = Unknown("whether the file is written", placed.span)
                    placed = replace(placed, enabled=why)
                yield placed

    def _at(self, call: Call) -> Span:
        return self._place(*call.place)

    def _text(self, call: Call) -> str:
        return " ".join(word.spelling for word in call.words)[:_LONGEST_TEXT]


def _mentioned(text: str) -> set[str]:
    """The packet filters that a text speaks of."""
    return {(match[1] or match[2]).lower() for match in _MENTIONS.finditer(text)}
