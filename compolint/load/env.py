"""Env files: their variables, and what git makes of them."""

from collections.abc import Mapping

from compolint.load import Loaded
from compolint.model import Entity
from compolint.model.credential import is_example
from compolint.model.linter import Fault
from compolint.model.workload import EnvFile, Variable
from compolint.secret import Secret
from compolint.syntax import env, interpolate
from compolint.text import Source, Span
from compolint.tree import Tree
from compolint.unknown import Maybe, Unknown


def load(tree: Tree, files: tuple[str, ...]) -> Loaded:
    (path,) = files
    source = tree.read(path)
    if source is None:
        return Loaded()
    parsed = env.parse(source)
    variables = tuple(variables_of(source, path, path, "env"))
    faults = [
        Fault(
            key=f"{path}!syntax:{number}", span=fault.span, kind="syntax", message=fault.message, fatal=True
        )
        for number, fault in enumerate(parsed.faults)
    ]
    file = EnvFile(
        key=path,
        span=Span(path, 0, 0),
        path=path,
        is_example=is_example(path),
        tracked=tree.is_tracked(path),
        ignored=tree.is_ignored(path),
        variables=tuple(variable.name for variable in variables),
    )
    comments = tuple(at for at in parsed.comments if "compolint:" in source.text[at.start : at.end])
    entities: list[Entity] = [file, *variables, *faults]
    return Loaded(tuple(entities), comments, files)


def variables_of(source: Source, owner: str, owner_name: str, given_by: str) -> list[Variable]:
    """The variables of an env file, as what they are given to sees them."""
    known: dict[str, str] = {}
    found: dict[str, Variable] = {}
    for pair in env.parse(source).pairs:
        value, by_default = _value(pair, known)
        if isinstance(value, str):
            known[pair.name] = value
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


def environment(source: Source, around: Mapping[str, tuple[str, Span]]) -> dict[str, tuple[str, Span]]:
    """The variables that a file gives to the interpolation of others, and where it does."""
    known = {name: value for name, (value, _) in around.items()}
    found: dict[str, tuple[str, Span]] = {}
    for pair in env.parse(source).pairs:
        value, _ = _value(pair, known)
        if isinstance(value, str):
            known[pair.name] = value
            found[pair.name] = value, pair.value_span if pair.value else pair.name_span
    return found


def _value(pair: env.Pair, known: dict[str, str]) -> tuple[Maybe[str] | None, str | None]:
    """The value with its variables filled in, and the variable whose default it is."""
    if pair.value is None or pair.literal or "$" not in pair.value:
        return pair.value, None
    try:
        pieces = interpolate.pieces(pair.value, known.get)
    except interpolate.Invalid:
        return Unknown("its value", pair.value_span), None
    if any(piece.text is None for piece in pieces):
        names = tuple(dict.fromkeys(name for piece in pieces for name in piece.names))
        return Unknown(f"${{{names[0]}}}", pair.value_span, names), None
    default = next((piece.names[0] for piece in pieces if piece.defaulted and piece.names), None)
    return "".join(piece.text or "" for piece in pieces), default
