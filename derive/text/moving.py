"""Where the variable of an integral or a limit moves, read off its ends."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Neg
from derive.expr.domains import POSITIVE, REAL, Domain
from derive.expr.leaves import INFINITY, ZERO, Number
from derive.expr.node import Expr


def near(point: Expr) -> Domain:
    """For a limit: above 0 on the way to infinity, and on the way to 0, which is from above."""
    return POSITIVE if point is INFINITY or point is ZERO else REAL


def between(low: Expr, high: Expr) -> Domain:
    """For an integral: the open interval between the ends, if they are numbers or infinite, and in this order."""
    lower, upper = _value(low), _value(high)
    known = (lower is not None or low is Neg.of(INFINITY)) and (upper is not None or high is INFINITY)
    if not known or (lower is None and upper is None) or (lower is not None and upper is not None and lower >= upper):
        return REAL
    name = f"({low}, {high})"
    return Domain(name, name, lower, upper, True, True)


def _value(end: Expr) -> Fraction | None:
    bare = end.args[0] if isinstance(end, Neg) else end
    if not isinstance(bare, Number):
        return None
    return bare.value if bare is end else -bare.value
