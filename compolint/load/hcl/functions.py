"""The functions that put lists of ports and addresses together; all others leave their result open.

https://developer.hashicorp.com/terraform/language/functions, https://docs.docker.com/build/bake/stdlib/
"""

from collections.abc import Callable

from compolint.load.hcl.operators import computed, equality, number, truth
from compolint.load.hcl.values import Plain, Reference, Value, joined, shown, text_of
from compolint.unknown import Unknown

_MOST = 2_000  # items of a list that a function makes


class Failed(Exception):
    """The arguments do not tell what the function gives."""


Function = Callable[[list[Value]], Plain | Value]


def _items(value: Value) -> tuple[Value, ...]:
    """The items of a list; one that is not known stands for any number of them."""
    if isinstance(value.of, tuple):
        return value.of
    if isinstance(value.of, Unknown | Reference):
        return (value,)
    raise Failed


def _list(value: Value) -> tuple[Value, ...]:
    if isinstance(value.of, tuple):
        return value.of
    raise Failed


def _known(value: Value) -> tuple[Value, ...]:
    """The items of a list that are all known."""
    items = _list(value)
    if any(item.is_open for item in items):
        raise Failed
    return items


def _map(value: Value) -> dict[str, Value]:
    if isinstance(value.of, dict):
        return value.of
    raise Failed


def _sorted(value: Value) -> list[tuple[str, Value]]:
    found = _map(value)
    return [(key, found[key]) for key in sorted(found)]


def _text(value: Value) -> str:
    text = text_of(value)
    if text is None:
        raise Failed
    return text


def _number(value: Value) -> int | float:
    found = number(value)
    if found is None:
        raise Failed
    return found


def _bounded(items: list[Value]) -> tuple[Value, ...]:
    if len(items) > _MOST:
        raise Failed
    return tuple(items)


def _concat(values: list[Value]) -> Plain:
    return _bounded([item for value in values for item in _items(value)])


def _flatten(values: list[Value]) -> Plain:
    found: list[Value] = []
    waiting = [*_list(values[0])][::-1]
    while waiting:
        value = waiting.pop()
        if isinstance(value.of, tuple):
            waiting += value.of[::-1]
        else:
            found.append(value)
        if len(found) + len(waiting) > _MOST:
            raise Failed
    return tuple(found)


def _distinct(values: list[Value]) -> Plain:
    seen: set[str] = set()
    found: list[Value] = []
    for item in _list(values[0]):
        text = text_of(item)
        if text is None or text not in seen:
            found.append(item)
        if text is not None:
            seen.add(text)
    return tuple(found)


def _set(values: list[Value]) -> Plain:
    items = _items(values[0])
    known = sorted((item for item in items if text_of(item) is not None), key=lambda item: _text(item))
    return _distinct([Value((*known, *(item for item in items if text_of(item) is None)), values[0].span)])


def _compact(values: list[Value]) -> Plain:
    return tuple(item for item in _list(values[0]) if item.of not in (None, "") or item.is_open)


def _merge(values: list[Value]) -> Plain:
    found: dict[str, Value] = {}
    for value in values:
        found |= _map(value) if value.of is not None else {}
    return found


def _coalesce(values: list[Value]) -> Value:
    for value in values:
        if isinstance(value.of, Unknown):
            raise Failed
        if value.of not in (None, ""):
            return value
    raise Failed


def _coalesced_list(values: list[Value]) -> Value:
    return (
        next(value for value in values if _list(value))
        if any(_list(value) for value in values)
        else values[-1]
    )


def _try(values: list[Value]) -> Value:
    """The first that is no mistake: one that waits for a variable might be none."""
    for value in values[:-1]:
        if not isinstance(value.of, Unknown) or value.of.names:
            return value
    return values[-1]


def _lookup(values: list[Value]) -> Value:
    return _map(values[0]).get(_text(values[1])) or values[2]


def _element(values: list[Value]) -> Value:
    items = _known(values[0])
    return items[int(_number(values[1])) % len(items)]


def _one(values: list[Value]) -> Plain | Value:
    items = _list(values[0])
    return items[0] if items else None


def _join(values: list[Value]) -> Value:
    items = [item for value in values[1:] for item in _list(value)]
    parts: list[Value] = []
    for item in items:
        parts += [values[0], item] if parts else [item]
    return joined(parts, values[0].span)


def _split(values: list[Value]) -> Plain:
    text, sign = _text(values[1]), _text(values[0])
    return _bounded([Value(part, values[1].span) for part in (text.split(sign) if sign else [text])])


def _format(values: list[Value]) -> Value:
    """Only `%s`, `%d` and `%v`, which is what people write."""
    parts: list[Value] = []
    arguments = iter(values[1:])
    form = _text(values[0])
    at = 0
    while (sign := form.find("%", at)) >= 0:
        parts.append(Value(form[at:sign], values[0].span))
        if form[sign + 1] in "sdv":
            parts.append(next(arguments, values[0]))
        elif form[sign + 1] == "%":
            parts.append(Value("%", values[0].span))
        else:
            raise Failed
        at = sign + 2
    return joined([*parts, Value(form[at:], values[0].span)], values[0].span)


def _contains(values: list[Value]) -> Plain:
    answers = [equality(item, values[1]) for item in _list(values[0])]
    if any(answers):
        return True
    if None in answers:
        raise Failed
    return False


def _range(values: list[Value]) -> Plain:
    numbers = range(*(int(_number(value)) for value in values))
    if len(numbers) > _MOST:
        raise Failed
    return tuple(Value(each, values[-1].span) for each in numbers)


def _zipmap(values: list[Value]) -> Plain:
    pairs = zip(_list(values[0]), _list(values[1]), strict=True)
    return {_text(key): value for key, value in pairs}


def _length(values: list[Value]) -> Plain:
    of = values[0].of
    return (
        len(_map(values[0]))
        if isinstance(of, dict)
        else len(of if isinstance(of, str) else _known(values[0]))
    )


def _reference(values: list[Value]) -> Plain:
    return Reference(f"cidr({', '.join(map(shown, values[:1]))})")


def _changed(change: Callable[[str], str]) -> Function:
    return lambda values: Value(change(_text(values[0])), values[0].span)


def _compared(sign: str) -> Function:
    def compare(values: list[Value]) -> Plain:
        found = computed(sign, values)
        if found is None:
            raise Failed
        return found

    return compare


def _same(values: list[Value]) -> Value:
    return values[0]


def _cast(values: list[Value]) -> Value:
    return Value(_text(values[0]), values[0].span)


def _as_number(values: list[Value]) -> Value:
    return Value(_number(values[0]), values[0].span)


def _as_truth(values: list[Value]) -> Value:
    known = truth(values[0])
    if known is None:
        raise Failed
    return Value(known, values[0].span)


def _replace(values: list[Value]) -> Value:
    text, old, new = map(_text, values)
    if old.startswith("/") or (old and text.count(old) * len(new) > _MOST):
        raise Failed
    return Value(text.replace(old, new), values[0].span)


FUNCTIONS: dict[str, Function] = {
    "and": _compared("&&"),
    "can": lambda values: not isinstance(values[0].of, Unknown) or _fail(),
    # A part of a network is not the whole world, whatever the network is.
    "cidrhost": _reference,
    "cidrsubnet": _reference,
    "coalesce": _coalesce,
    "coalescelist": _coalesced_list,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "equal": _compared("=="),
    "flatten": _flatten,
    "format": _format,
    "join": _join,
    "keys": lambda values: tuple(Value(key, item.span) for key, item in _sorted(values[0])),
    "length": _length,
    "lookup": _lookup,
    "lower": _changed(str.lower),
    "max": lambda values: max(map(_number, values)),
    "merge": _merge,
    "min": lambda values: min(map(_number, values)),
    "nonsensitive": _same,
    "not": _compared("!"),
    "notequal": _compared("!="),
    "one": _one,
    "or": _compared("||"),
    "range": _range,
    "replace": _replace,
    "sensitive": _same,
    "sort": lambda values: tuple(sorted(_known(values[0]), key=_text)),
    "split": _split,
    "tobool": _as_truth,
    "tolist": lambda values: _items(values[0]),
    "tomap": _same,
    "tonumber": _as_number,
    "toset": _set,
    "tostring": _cast,
    "trimspace": _changed(str.strip),
    "try": _try,
    "upper": _changed(str.upper),
    "values": lambda values: tuple(item for _, item in _sorted(values[0])),
    "zipmap": _zipmap,
}


def _fail() -> bool:
    raise Failed
