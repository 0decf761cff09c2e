"""Positions of layers: what is certain about k − 1, K or 2 for every number of layers K and every layer k ≤ K."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.leaves import ONE, Index, Number
from derive.expr.node import Expr

Bounds = tuple[Fraction | None, Fraction | None]  # None: without bound


def bounds(e: Expr, last: Expr) -> Bounds | None:
    """The least and the greatest value of a linear expression in `last` ≥ 1 and indices that run from 1 to `last`.

    None if `e` has any other form.
    """
    coefficients = _coefficients(e)
    if coefficients is None:
        return None
    constant, depth = coefficients.pop(ONE, Fraction(0)), coefficients.pop(last, Fraction(0))
    low = high = constant
    shrinking = growing = depth
    for index, n in coefficients.items():
        if not isinstance(index, Index) or index.dim is None or index.dim.size is not last:
            return None
        low, shrinking = (low + n, shrinking) if n > 0 else (low, shrinking + n)  # least at 1, or at `last`
        high, growing = (high + n, growing) if n < 0 else (high, growing + n)
    return (low + shrinking if shrinking >= 0 else None), (high + growing if growing <= 0 else None)


def _coefficients(e: Expr) -> dict[Expr, Fraction] | None:
    """Every term of a linear expression with its factor; numbers under 1."""
    found: dict[Expr, Fraction] = {}
    pending = [(e, Fraction(1))]
    while pending:
        term, n = pending.pop()
        match term:
            case Number():
                found[ONE] = found.get(ONE, Fraction(0)) + n * term.value
            case Add():
                pending += [(t, n) for t in term.args]
            case Neg():
                pending.append((term.args[0], -n))
            case Mul() if len(term.args) == 2 and isinstance(term.args[0], Number):
                pending.append((term.args[1], n * term.args[0].value))
            case Mul():
                return None
            case _:
                found[term] = found.get(term, Fraction(0)) + n
    return {term: n for term, n in found.items() if n}


def between(position: Expr, low: Expr, high: Expr, last: Expr) -> bool | None:
    """Whether a position lies from `low` to `high`; None if that depends on the layer or on the number of layers."""
    above, below = bounds(position - low, last), bounds(high - position, last)
    if above is None or below is None:
        return None
    if all(least is not None and least >= 0 for least, _ in (above, below)):
        return True
    if any(most is not None and most < 0 for _, most in (above, below)):
        return False
    return None


def same(a: Expr, b: Expr, last: Expr) -> bool | None:
    """Whether two positions are one; None if that is not certain."""
    gap = bounds(a - b, last)
    if gap is None:
        return None
    least, most = gap
    if least == most == 0:
        return True
    if (least is not None and least > 0) or (most is not None and most < 0):
        return False
    return None
