"""Env files: their variables, and what git makes of them."""

from collections.abc import Iterable, Iterator, Mapping

from compolint.load import Loaded, read, speaks_to_us
from compolint.model import Entity
from compolint.model.credential import is_example
from compolint.model.linter import Fault
from compolint.model.workload import EnvFile, Variable
from compolint.secret import Secret
from compolint.syntax import env, interpolate
from compolint.text import Source, Span
from compolint.tree import Tree
from compolint.tuples import NamedTuple
from compolint.unknown import Maybe, Unknown

_LONGEST = 1_000_000  # characters, of all values in a file that hold other values


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = read(tree, path)
    if source is None:
        return Loaded()
    parsed = env.parse(source)
    given = tuple(_filled_in(parsed.pairs, {}))
    variables = _variables(given, path, path, "env")
    file = EnvFile(
        key=path,
        span=Span(path, 0, 0),
        path=path,
        is_example=is_example(path),
        tracked=tree.is_tracked(path),
        ignored=tree.is_ignored(path),
        variables=tuple(variable.name for variable in variables),
    )
    comments = tuple(at for at in parsed.comments if speaks_to_us(source.text[at.start : at.end]))
    entities: list[Entity] = [file, *variables, *_faults(path, parsed, given)]
    return Loaded(tuple(entities), comments, files)


def variables_of(source: Source, owner: str, owner_name: str, given_by: str) -> list[Variable]:
    """The variables of an env file, as what they are given to sees them."""
    return _variables(_filled_in(env.parse(source).pairs, {}), owner, owner_name, given_by)


def environment(source: Source, around: Mapping[str, tuple[str, Span]]) -> dict[str, tuple[str, Span]]:
    """The variables that a file gives to the interpolation of others, and where it does."""
    known = {name: value for name, (value, _) in around.items()}
    return {
        pair.name: (value, pair.value_span if pair.value else pair.name_span)
        for pair, value, _, _ in _filled_in(env.parse(source).pairs, known)
        if isinstance(value, str)
    }


class _Given(NamedTuple):
    """A variable with its value, other variables filled in."""

    pair: env.Pair
    value: Maybe[str] | None
    by_default: str | None = None  # the variable whose default it is
    refusal: str | None = None  # why nothing can be filled in


def _filled_in(pairs: Iterable[env.Pair], known: dict[str, str]) -> Iterator[_Given]:
    """The variables in order; each is known to the next ones."""
    length = 0
    for pair in pairs:
        given = _given(pair, known)
        if isinstance(given.value, str) and given.value is not pair.value:
            before, length = length, length + len(given.value)
            if length > _LONGEST:
                reason = f"the values that hold other values have more than {_LONGEST} characters"
                given = _refused(pair, reason if before <= _LONGEST else None)
        if isinstance(given.value, str):
            known[pair.name] = given.value
        yield given


def _given(pair: env.Pair, known: dict[str, str]) -> _Given:
    if pair.value is None or pair.literal or "$" not in pair.value:
        return _Given(pair, pair.value)
    try:
        pieces = interpolate.pieces(pair.value, known.get)
    except interpolate.Invalid as error:
        return _refused(pair, error.message)
    if any(piece.text is None for piece in pieces):
        names = tuple(dict.fromkeys(name for piece in pieces for name in piece.names))
        return _Given(pair, Unknown(f"${{{names[0]}}}", pair.value_span, names))
    default = next((piece.names[0] for piece in pieces if piece.defaulted and piece.names), None)
    return _Given(pair, "".join(piece.text or "" for piece in pieces), default)


def _refused(pair: env.Pair, reason: str | None) -> _Given:
    return _Given(pair, Unknown("its value", pair.value_span), refusal=reason)


def _variables(given: Iterable[_Given], owner: str, owner_name: str, given_by: str) -> list[Variable]:
    found: dict[str, Variable] = {}
    for pair, value, by_default, _ in given:
        found[pair.name] = Variable(
            key=f"{owner}#{pair.name}",
            span=pair.name_span,
            spans={"value": pair.value_span},
            owner=owner,
            owner_name=owner_name,
            name=pair.name,
            value=Secret(value) if isinstance(value, str) else value,
            written=None if pair.value is None else Secret(pair.value),
            given_by=given_by,  # type: ignore[arg-type]  # the callers' words are the field's
            by_default=by_default,
        )
    return list(found.values())


def _faults(path: str, parsed: env.EnvFile, given: Iterable[_Given]) -> Iterator[Fault]:
    for number, fault in enumerate(parsed.faults):
        key = f"{path}!syntax:{number}"
        yield Fault(key=key, span=fault.span, kind="syntax", message=fault.message, fatal=True)
    for pair, _, _, refusal in given:
        if refusal:
            key = f"{path}!invalid.{pair.name}"
            yield Fault(key=key, span=pair.value_span, kind="invalid", message=refusal)
