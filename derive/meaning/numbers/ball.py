"""One scalar: an exact rational, a ball that certainly encloses the value, or one of two states without a value.

`UNDEFINED` is certain: the formula has no value at this point (log 0, 1/0, the slope of a kink). `UNKNOWN` is not: the
ball is too wide to tell, and more bits may help. Rationals stay rational as long as operations allow it, so that ties,
zero weights and kinks are decided exactly. Balls are python-flint's `arb` at the precision that is set when they are
computed; every operation encloses the true value (F. Johansson, Arb, IEEE Trans. Comput. 66, 2017).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

from derive.expr.domains import Domain
from derive.expr.operations import Operation


class State(enum.Enum):
    """Why there is no value."""

    UNDEFINED = "undefined"
    UNKNOWN = "unknown"


UNDEFINED, UNKNOWN = State.UNDEFINED, State.UNKNOWN
Finite: TypeAlias = "fmpq | arb"
Scalar: TypeAlias = "fmpq | arb | State"

ZERO, ONE = fmpq(0), fmpq(1)
MAX_BITS = 4096  # of an exact rational; a longer one becomes a ball


def exact(value: Fraction | int) -> fmpq:
    """A rational as flint holds it."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """A rational as Python holds it."""
    return Fraction(int(value.p), int(value.q))


def integer(value: Scalar) -> int | State:
    """The integer that a position or bound denotes; UNDEFINED if it certainly is none, UNKNOWN for a ball."""
    if isinstance(value, fmpq):
        return int(value.p) if value.q == 1 else UNDEFINED
    return value if isinstance(value, State) else UNKNOWN


def settle(value: Finite) -> Scalar:
    """`value` in its simplest form: an exact ball is a rational, a long rational a ball, an infinite ball UNKNOWN."""
    if isinstance(value, fmpq):
        return value if value.height_bits() <= MAX_BITS else arb(value)
    if not value.is_finite():
        return UNKNOWN
    if value.is_exact():
        mantissa, exponent = value.man_exp()
        if abs(exponent) < MAX_BITS and mantissa.bit_length() < MAX_BITS:
            return value.fmpq()
    return value


def without_value(values: Sequence[Scalar]) -> State:
    """The state of a result whose operands do not all have values: one that is undefined makes it undefined."""
    return UNDEFINED if UNDEFINED in [v for v in values if isinstance(v, State)] else UNKNOWN


def add(values: Sequence[Scalar]) -> Scalar:
    """The sum; the empty sum is 0."""
    try:
        return settle(sum(values, ZERO))  # type: ignore[arg-type]
    except TypeError:
        return without_value(values)


def multiply(values: Sequence[Scalar]) -> Scalar:
    """The product; the empty product is 1. A factor without a value leaves the product without one, 0 or not."""
    try:
        return settle(reduce(lambda a, b: a * b, values, ONE))  # type: ignore[operator]
    except TypeError:
        return without_value(values)


def negate(value: Scalar) -> Scalar:
    """The negative."""
    return value if isinstance(value, State) else -value


def divide(numerator: Scalar, denominator: Scalar) -> Scalar:
    """The quotient; undefined where the denominator is exactly 0."""
    if isinstance(numerator, State) or isinstance(denominator, State):
        return without_value((numerator, denominator))
    if isinstance(denominator, fmpq) and denominator == 0:
        return UNDEFINED
    return settle(numerator / denominator)


def maximum(values: Sequence[Scalar]) -> Scalar:
    """The largest of the values; the maximum over nothing is undefined."""
    if not values:
        return UNDEFINED
    if any(isinstance(v, State) for v in values):
        return without_value(values)
    if all(isinstance(v, fmpq) for v in values):
        return max(values)  # type: ignore[type-var]
    return settle(reduce(lambda a, b: a.max(b), map(arb, values)))  # type: ignore[arg-type]


def log_sum_exp(values: Sequence[Scalar]) -> Scalar:
    """log Σ exp; over nothing it is undefined, over one value it is that value."""
    if not values:
        return UNDEFINED
    if any(isinstance(v, State) for v in values):
        return without_value(values)
    if len(values) == 1:
        return values[0]
    return settle(sum((arb(v).exp() for v in values[1:]), arb(values[0]).exp()).log())  # type: ignore[arg-type]


TOTALS: dict[str, Callable[[Sequence[Scalar]], Scalar]] = {
    "sum": add, "prod": multiply, "max": maximum, "logsumexp": log_sum_exp,
}  # fmt: skip


def power(base: Scalar, exponent: Scalar, counts: bool) -> Scalar:
    """base**exponent over the reals.

    A negative base takes integer exponents only. 0**0 is 1 if the exponent counts (it is an integer at every point, as
    in a power series) and undefined if it is a real number that happens to be 0.
    """
    if isinstance(base, State) or isinstance(exponent, State):
        return without_value((base, exponent))
    if isinstance(exponent, arb):
        return _power_of_ball(base, exponent)
    if exponent.q == 1:
        return _integer_power(base, int(exponent.p), counts)
    if base < 0:
        return UNDEFINED
    if isinstance(base, arb):
        return settle(base ** arb(exponent)) if base > 0 else UNKNOWN
    if base == 0:
        return ZERO if exponent > 0 else UNDEFINED
    root = _exact_root(base, int(exponent.q))
    if root is not None:
        return _integer_power(root, int(exponent.p), counts)
    return settle(arb(base) ** arb(exponent))


def _integer_power(base: Finite, n: int, counts: bool) -> Scalar:
    if n == 0:
        if counts or base > 0 or base < 0:
            return ONE
        return UNDEFINED if isinstance(base, fmpq) else UNKNOWN
    if isinstance(base, arb):
        return settle(base ** arb(n))
    if base == 0:
        return ZERO if n > 0 else UNDEFINED
    if abs(n) * base.height_bits() <= MAX_BITS:
        return base**n
    return settle(arb(base) ** arb(n))


def _power_of_ball(base: Finite, exponent: arb) -> Scalar:
    if base > 0:
        return settle(arb(base) ** exponent)
    if isinstance(base, fmpq) and base == 0:
        return ZERO if exponent > 0 else UNDEFINED if exponent < 0 else UNKNOWN
    return UNKNOWN


def _exact_root(base: fmpq, q: int) -> fmpq | None:
    """The q-th root of a positive rational if it is rational."""
    if q > 64:
        return None
    p_root, q_root = fmpz(base.p).root(q), fmpz(base.q).root(q)
    return fmpq(p_root, q_root) if p_root**q == base.p and q_root**q == base.q else None


def apply(operation: Operation, arguments: Sequence[Scalar]) -> Scalar:
    """An operation of the table, undefined outside its domain."""
    if any(isinstance(a, State) for a in arguments):
        return without_value(arguments)
    finite: Sequence[Finite] = arguments  # type: ignore[assignment]
    for a in finite:
        inside = _inside(operation.domain, a)
        if inside is not True:
            return UNDEFINED if inside is False else UNKNOWN
    if all(isinstance(a, fmpq) for a in finite):
        rule = EXACT.get(operation.name)
        if rule is not None:
            value = rule(*finite)
            if value is not None:
                return value
    return settle(operation.ball(*map(arb, finite)))


def _inside(domain: Domain, value: Finite) -> bool | None:
    """Whether the value lies in the interval of the domain; None if the ball crosses its end."""
    certain: bool | None = True
    for end, is_open, direction in ((domain.lower, domain.open_lower, 1), (domain.upper, domain.open_upper, -1)):
        if end is None:
            continue
        distance = direction * (value - exact(end))
        if distance < 0 or (is_open and isinstance(distance, fmpq) and distance == 0):
            return False
        if not (distance > 0 if is_open else distance >= 0):
            certain = None
    return certain


def kept_to(domain: Domain, value: Scalar) -> Scalar:
    """`value` if it certainly lies in the interval of the domain; otherwise nothing can be said there: UNKNOWN."""
    if isinstance(value, State):
        return value
    if domain.integer and isinstance(integer(value), State):
        return UNKNOWN
    return value if _inside(domain, value) is True else UNKNOWN


def _unit_step(x: fmpq) -> Scalar:
    return UNDEFINED if x == 0 else ONE if x > 0 else ZERO


def _sqrt(x: fmpq) -> Scalar | None:
    return ZERO if x == 0 else _exact_root(x, 2)


EXACT: dict[str, Callable[..., Scalar | None]] = {  # values that stay rational; None: use the ball
    "abs": lambda x: abs(x),
    "sign": lambda x: ZERO if x == 0 else ONE if x > 0 else -ONE,
    "step": _unit_step,
    "relu": lambda x: max(x, ZERO),
    "min": lambda x, y: min(x, y),
    "max": lambda x, y: max(x, y),
    "sqrt": _sqrt,
}


def compare(kind: str, left: Scalar, right: Scalar) -> bool | State:
    """Whether the relation certainly holds (True) or certainly fails (False) between two values."""
    if isinstance(left, State) or isinstance(right, State):
        return without_value((left, right))
    both_exact = isinstance(left, fmpq) and isinstance(right, fmpq)
    if left < right:
        return kind in ("<", "<=", "!=")
    if left > right:
        return kind in (">", ">=", "!=")
    if both_exact:  # neither less nor greater
        return kind in ("=", "<=", ">=")
    if left <= right and kind in ("<=", ">"):
        return kind == "<="
    if left >= right and kind in (">=", "<"):
        return kind == ">="
    return UNKNOWN


def choose(kind: str, left: Scalar, right: Scalar, then: Scalar, otherwise: Scalar) -> Scalar:
    """`then` where `left kind right` holds, else `otherwise`; only the chosen one needs a value.

    Where both sides have values that are too close to compare, the result lies in the hull of both branches.
    """
    holds = compare(kind, left, right)
    if not isinstance(holds, State):
        return then if holds else otherwise
    if isinstance(left, State) or isinstance(right, State):
        return holds
    if isinstance(then, State) or isinstance(otherwise, State):
        return UNKNOWN
    return settle(arb(then).union(arb(otherwise)))


def weighted(weight: Scalar, value: Scalar) -> Scalar:
    """weight·value, and 0 where the weight is exactly 0, whatever the value."""
    if isinstance(weight, fmpq) and weight == 0:
        return ZERO
    if isinstance(weight, arb) and weight.contains(0) and isinstance(value, State):
        return UNKNOWN
    return multiply((weight, value))


def text(value: Scalar, digits: int = 16) -> str:
    """A value for people: an exact rational as it is if short, else a decimal with the radius of its ball."""
    if isinstance(value, State):
        return value.value
    if isinstance(value, fmpq) and len(str(value)) <= 2 * digits:
        return str(value)
    with ctx.workprec(4 * digits + 64):
        enclosure = arb(value)
        if not enclosure.is_finite() and (enclosure > 0 or enclosure < 0):
            return "oo" if enclosure > 0 else "-oo"
        if enclosure.contains(0):
            return f"0 ± {enclosure.abs_upper().str(1, radius=False)}"
        shown, radius = enclosure.str(digits, radius=False), enclosure.rad()
        return shown if isinstance(value, fmpq) else f"{shown} ± {radius.str(1, radius=False)}"
