"""The types of variables, as far as they give values: `optional(list(string), ["0.0.0.0/0"])`."""

from compolint.load.hcl.scope import Scope
from compolint.load.hcl.values import Value
from compolint.syntax.hcl_nodes import Call, Expression, Fault, Literal, Object


def converted(value: Value, kind: Expression | Fault, scope: Scope) -> Value:
    """The value with what its type says of the attributes that it leaves out."""
    if not isinstance(kind, Call) or not kind.arguments:
        return value
    inner, of = kind.arguments[0], value.of
    if kind.name in ("list", "set", "map"):
        if isinstance(of, tuple):
            return value._replace(of=tuple(converted(item, inner, scope) for item in of))
        if isinstance(of, dict):
            return value._replace(of={key: converted(item, inner, scope) for key, item in of.items()})
    if kind.name == "object" and isinstance(inner, Object) and isinstance(of, dict):
        return value._replace(of={**of, **_attributes(of, inner, value, scope)})
    return value


def _attributes(of: dict[str, Value], kind: Object, around: Value, scope: Scope) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, part in kind.items:
        if not isinstance(key, Literal):
            continue
        name = str(key.value)
        is_optional = isinstance(part, Call) and part.name == "optional" and bool(part.arguments)
        wanted = part.arguments[0] if is_optional and isinstance(part, Call) else part
        if name in of and of[name].of is not None:
            found[name] = converted(of[name], wanted, scope)
        elif is_optional and isinstance(part, Call):
            default = part.arguments[1:]
            found[name] = (
                converted(scope.value(default[0]), wanted, scope) if default else around._replace(of=None)
            )
    return found
