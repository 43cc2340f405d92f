"""What the operators of HCL make of values; nothing where a value that decides is not known."""

from compolint.load.hcl.values import Reference, Value, text_of

_LARGEST = 2**63


def truth(value: Value) -> bool | None:
    """Whether a value is true; `None` where there is no telling."""
    if isinstance(value.of, bool):
        return value.of
    return {"true": True, "false": False}.get(value.of) if isinstance(value.of, str) else None


def computed(sign: str, operands: list[Value]) -> bool | int | float | None:
    if len(operands) == 1:
        return _of_one(sign, operands[0])
    left, right = operands
    if sign in ("&&", "||"):
        return _both(truth(left), truth(right)) if sign == "&&" else _either(truth(left), truth(right))
    if sign in ("==", "!="):
        equal = equality(left, right)
        return equal if equal is None or sign == "==" else not equal
    one, other = number(left), number(right)
    return None if one is None or other is None else _arithmetic(sign, one, other)


def equality(left: Value, right: Value) -> bool | None:
    one, other = left.of, right.of
    if isinstance(one, Reference) or isinstance(other, Reference):
        # What exists once it is deployed is neither null nor empty.
        return False if one in (None, "") or other in (None, "") else None
    if left.is_open or right.is_open:
        return None
    if isinstance(one, tuple | dict) and isinstance(other, tuple | dict):
        return None if len(one) == len(other) and one else len(one) == len(other)
    return text_of(left) == text_of(right) and (one is None) == (other is None)


def number(value: Value) -> int | float | None:
    of = value.of
    if isinstance(of, str) and len(of) < 20:
        digits = of.removeprefix("-")
        return int(of) if digits.isascii() and digits.isdecimal() else None
    return of if isinstance(of, int | float) and not isinstance(of, bool) and abs(of) < _LARGEST else None


def _of_one(sign: str, value: Value) -> bool | int | float | None:
    if sign == "!":
        known = truth(value)
        return None if known is None else not known
    of = number(value)
    return None if of is None else -of


def _both(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return True if left and right else None


def _either(left: bool | None, right: bool | None) -> bool | None:
    if left or right:
        return True
    return False if left is False and right is False else None


def _arithmetic(sign: str, left: int | float, right: int | float) -> bool | int | float | None:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right:
            quotient = left / right
            return int(quotient) if quotient == int(quotient) else quotient
        case "%" if right:
            return left % right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case ">=":
            return left >= right
    return None
