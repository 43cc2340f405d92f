"""Commands of a script: functions are gone into, of others the host is told."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compolint.load.firewall.script import others
from compolint.load.firewall.script.builtins import BUILTINS
from compolint.load.firewall.script.calls import Call, Redirection
from compolint.load.firewall.script.expansion import Frame
from compolint.load.firewall.script.printed import pass_on
from compolint.load.firewall.script.programs import program
from compolint.load.firewall.script.redirections import given_by, redirections_of
from compolint.load.firewall.script.run import DEEPEST, Leave, Run
from compolint.load.firewall.script.status import Status
from compolint.load.firewall.script.variables import assign_all
from compolint.pattern import pattern
from compolint.syntax.shell_nodes import LISTS, REDIRECTS, Parts, files_of, parts_of, words_of
from compolint.syntax.shell_words import Piece, Word
from compolint.syntax.shell_wrappers import SHELLS, WRAPPERS, shell_operands, unwrapped

if TYPE_CHECKING:
    from compolint.syntax.shell_nodes import Node

# Which do not run on this machine's own network.
_ELSEWHERE = frozenset(("nsenter", "unshare", "chroot", "watch", "parallel"))
# run_as_root   try   retry   quietly
_RUNNER = pattern(r"(?:\w*_)?(?:run|try|exec|cmd|sudo|root|retry|quiet|quietly|silently|do)(?:_\w*)?")
_RUN = pattern(r"(?:.*/)?(?:ufw|nft|ip6?tables(?:-\w+)*)")
# $SUDO   ${MAYBE_SUDO}
_PREFIX = pattern(r"\$\{?\w*(?i:sudo|cmd|run|exec|prefix|dry)\w*(?::?-[^}]*)?\}?")


def command(run: Run, node: "Node", frame: Frame) -> Status:
    return simple(run, parts_of(node), node, frame, run.attached.pop(node.id, ()))


def redirected(run: Run, node: "Node", frame: Frame) -> Status:
    body = node.child_by_field_name("body")
    nodes = [child for child in node.named_children if child.type in REDIRECTS]
    redirections = (*redirections_of(run, nodes, frame), *run.attached.pop(node.id, ()))
    if body is None:
        return simple(run, Parts([], [], []), node, frame, redirections)
    if body.type == "command":
        return simple(run, parts_of(body), node, frame, redirections, also=nodes)
    last = body
    while last.type in LISTS and last.named_children:
        last = last.named_children[-1]
    if last is not body or body.type == "declaration_command":
        run.attached[last.id] = redirections
        return run.visit(body, frame)
    before = run.given
    run.given = given_by(redirections, run.given)
    try:
        return run.visit(body, frame)
    finally:
        run.given = before


def simple(
    run: Run,
    parts: Parts,
    node: "Node",
    frame: Frame,
    redirections: tuple[Redirection, ...],
    also: "Sequence[Node]" = (),
) -> Status:
    redirections = (*redirections_of(run, parts.redirects, frame), *redirections)
    stretches = words_of(parts.words)
    for redirect in (*parts.redirects, *also):
        stretches += files_of(redirect)[1:]
    words: list[Word] = []
    nodes = [*parts.words, *parts.redirects, *also]
    for start, end in sorted(stretches):
        inside = [each for each in nodes if each.start_byte < end and start < each.end_byte]
        words += run.expander.fields(frame.offset + start, frame.offset + end, inside, frame)
    if not words:
        assign_all(run, parts.assignments, frame)
        return "likely"
    place = frame.text.place(*frame.span(node))
    return _call(run, tuple(words), place, given_by(redirections, run.given), redirections)


def _call(
    run: Run,
    words: tuple[Word, ...],
    place: tuple[int, int],
    given: tuple[Word, ...] | None,
    redirections: tuple[Redirection, ...],
) -> Status:
    run.printed = ()
    if run.site and not all(place[0] <= word.start and word.end <= place[1] for word in words):
        place = run.site  # of the call that has the words
    if _PREFIX.fullmatch(words[0].spelling) and len(words) > 1:
        words = words[1:]
    name = program(words[0])
    is_run = len(words) > 1 and bool(_RUN.fullmatch(words[1].spelling))
    if is_run and name not in run.functions and name not in WRAPPERS and _RUNNER.fullmatch(name):
        words = words[1:]
        name = program(words[0])
    doubt = run.doubt
    for _ in range(DEEPEST):
        if name in run.functions and words[0].text == name:
            return _function_call(run, name, words, place, given)
        found = unwrapped(name, words)
        if not found:
            break
        if name in _ELSEWHERE:
            return "likely"
        words = found.inner.words
        if found.inner.is_text:
            return run.inner_text(words)
        if found.inner.open_ended:
            words = tuple(word.unknown("{}") for word in words)
            if not any(word.text is None for word in words):
                words = (*words, _literal("$(xargs)", place, is_known=False))
            doubt = doubt or "what xargs reads"
        if not words:
            return "likely"
        name = program(words[0])
    builtin = BUILTINS.get(name)
    if builtin:
        return builtin(run, words, given, redirections)
    if name in SHELLS and (code := shell_operands(words).code):
        return run.inner_text((code,))
    if name in SHELLS and given and len(words) == 1:
        return run.inner_text(given)
    others.piped(run, name, words, given)
    if (ended := others.started(run, name, words)) is not None:
        return ended
    call = Call(name, words, place, doubt, given, redirections)
    status = run.host.call(call)
    pass_on(run, call)
    return status or "likely"


def define(run: Run, node: "Node", frame: Frame) -> Status:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is not None and body is not None:
        run.functions[frame.raw(name)] = body, frame
    return "yes"


def _function_call(
    run: Run,
    name: str,
    words: tuple[Word, ...],
    place: tuple[int, int],
    given: tuple[Word, ...] | None,
) -> Status:
    body, frame = run.functions[name]
    site, run.site = run.site, place
    before, input_before = run.expander.arguments, run.given
    run.expander.arguments = words[1:]
    run.given = given
    mark = len(run.doubts)
    # Within `iptables() { …; iptables "$@"; }` the name is the program's.
    hidden = run.functions.pop(name)
    try:
        return run.visit(body, frame)
    except Leave as leave:
        if leave.what != "return":
            raise
        return "no" if leave.is_error else "yes"
    finally:
        run.functions[name] = hidden
        del run.doubts[mark:]
        run.expander.arguments, run.given, run.site = before, input_before, site


def _literal(text: str, place: tuple[int, int], *, is_known: bool = True) -> Word:
    return Word("", *place, (Piece(text, *place, is_known),))
