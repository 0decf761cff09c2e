"""Sums, products, quotients and powers as one writes them: without zeros, ones, doubled signs and useless brackets.

These build what rules return. Nothing is expanded, and no factor is cancelled: those are steps of their own.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Number
from derive.expr.node import Expr, as_expr
from derive.expr.structure import Bound, Where

TWO = Number.of(2)


def plus(*terms: Expr) -> Expr:
    """A sum in the order given; numbers are added up where the first of them stands."""
    flat = [_signed(t) for e in terms for t in (e.args if isinstance(e, Add) else (e,)) if t is not ZERO]
    values = [v for t in flat if (v := rational(t)) is not None]
    if len(values) > 1:
        total, kept, placed = sum(values, Fraction(0)), [], False
        for t in flat:
            if rational(t) is None:
                kept.append(t)
            elif not placed:
                placed = True
                kept += [as_expr(total)] if total else []
        flat = kept
    return ZERO if not flat else flat[0] if len(flat) == 1 else Add.of(*flat)


def _signed(e: Expr) -> Expr:
    """A quotient or product with a negative part as the negative of one."""
    if isinstance(e, Mul) and any(isinstance(f, Neg) for f in e.args):
        return times(*e.args)
    return Neg.of(over(e.args[0].args[0], e.args[1])) if isinstance(e, Div) and isinstance(e.args[0], Neg) else e


def minus(e: Expr) -> Expr:
    """The negative; a sign is taken back rather than doubled."""
    e = _signed(e)
    if isinstance(e, Neg):
        return e.args[0]
    return ZERO if e is ZERO else Neg.of(e)


def times(*factors: Expr) -> Expr:
    """A product with its number in front and its sign outside."""
    flat: list[Expr] = []
    pending, sign, values = list(factors), 1, [Fraction(1)]
    while pending:
        f = pending.pop(0)
        if isinstance(f, Mul):
            pending[:0] = f.args
        elif isinstance(f, Neg):
            sign = -sign
            pending.insert(0, f.args[0])
        elif isinstance(f, Number):
            values.append(f.value)
        else:
            flat.append(f)
    number = prod(values)
    if number == 0:
        return ZERO
    if number < 0:
        number, sign = -number, -sign
    if number != 1 or not flat:
        flat.insert(0, Number.of(number))
    out = flat[0] if len(flat) == 1 else Mul.of(*flat)
    return out if sign > 0 else Neg.of(out)


def over(above: Expr, below: Expr) -> Expr:
    """A quotient with its sign outside."""
    if above is ZERO or below is ONE:
        return above
    if isinstance(above, Neg):
        return minus(over(above.args[0], below))
    if isinstance(below, Neg):
        return minus(over(above, below.args[0]))
    if isinstance(above, Number) and isinstance(below, Number) and below.value:
        return as_expr(above.value / below.value)
    return Div.of(above, below)


def power(base: Expr, exponent: Expr) -> Expr:
    """A power; the exponents 0 and 1 are not written."""
    if exponent is ONE:
        return base
    return ONE if exponent is ZERO else Pow.of(base, exponent)


def rational(e: Expr) -> Fraction | None:
    """The value of a number, with its sign."""
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Neg) and isinstance(e.args[0], Number):
        return -e.args[0].value
    return None


def split(e: Expr) -> tuple[int, list[Expr], list[Expr]]:
    """Sign, factors and divisors of a product or quotient."""
    if isinstance(e, Neg):
        sign, above, below = split(e.args[0])
        return -sign, above, below
    if isinstance(e, Mul):
        sign, above, below = 1, [], []
        for f in e.args:
            s, a, b = split(f)
            sign, above, below = sign * s, above + a, below + b
        return sign, above, below
    if isinstance(e, Div):
        s, a, b = split(e.args[0])
        t, c, d = split(e.args[1])
        return s * t, a + d, b + c
    return 1, [] if e is ONE else [e], []


def joined(sign: int, above: list[Expr], below: list[Expr]) -> Expr:
    """The quotient of two products, with the sign in front."""
    out = over(times(*above), times(*below)) if below else times(*above)
    return minus(out) if sign < 0 else out


def rebuilt(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same head over other children, written as above."""
    if args == e.args:
        return e
    match e:
        case Add():
            return plus(*args)
        case Mul():
            return times(*args)
        case Neg():
            return minus(args[0])
        case Div():
            return over(*args)
        case Pow():
            return power(*args)
        case Bound(kind="sum") if args[0] is ZERO:
            return ZERO
        case Where() if args[1] is args[2]:
            return args[1]
    return e.rebuild(args)
