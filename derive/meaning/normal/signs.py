"""Signs of expressions: the intervals of the domains, and positivity under the weight of an expectation. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.expr.arithmetic import Mul, Neg
from derive.expr.leaves import Index, Number
from derive.expr.node import Expr
from derive.expr.operations import Apply, maximum
from derive.expr.structure import Bound, Indexed
from derive.expr.substitute import substitute
from derive.meaning.interval import POSITIVE, Interval, Ranges


class Signs(Ranges):
    """Intervals at the points where every one of `weights` is positive.

    A positive product of non-negative factors has positive factors. A sum of non-negative terms with a positive one
    among them is positive: where p(x,y) > 0, so is p(x) = Σ_y p(x,y). So the terms of an expectation are defined.
    """

    def __init__(self, assumed: dict[Expr, Interval] | None = None, weights: Iterable[Expr] = ()) -> None:
        super().__init__(assumed)
        plain = Ranges(assumed)
        self.weights: list[Expr] = []
        for weight in weights:
            factors = weight.args if isinstance(weight, Mul) else (weight,)
            self.weights += factors if all(plain(f).nonneg for f in factors) else (weight,)
        self.known.update(dict.fromkeys(self.weights, POSITIVE))

    def _of(self, e: Expr) -> Interval:
        found = super()._of(e)
        if isinstance(e, Apply) and e.operation is maximum:  # an end is excluded only if both arguments exclude it
            ends = self(e.args[0]).high, self(e.args[1]).high
            top = max(end[0] for end in ends)
            found = Interval(found.low, (top, all(end[1] for end in ends if end[0] == top)))
        if isinstance(e, Bound) and e.kind == "sum" and not found.positive and self._holds_weight(e):
            return POSITIVE
        return found

    def _holds_weight(self, total: Bound) -> bool:
        """Whether a sum is a weight, or has non-negative terms of which a weight is one."""
        for weight in self.weights:
            if isinstance(weight, Bound) and same(weight, total):
                return True
            if self(total.body).nonneg and isinstance(weight, Indexed) and _is_term(weight, total):
                return True
        return False

    def holds(self, need: str, e: Expr) -> bool:
        """Whether a need of a law is met by `e` at every point."""
        interval = self(e)
        match need:
            case "positive":
                return interval.positive
            case "nonneg":
                return interval.nonneg
            case "nonpositive":
                return (-interval).nonneg
            case "nonzero":
                return interval.nonzero
            case "integer":
                return is_integer(e)
            case "constant":
                value = rational(e)
                return value is not None and value != 0
        raise ValueError(f"unknown need {need!r}")


def _is_term(weight: Indexed, total: Bound) -> bool:
    """Whether `weight` is the body of a sum along a whole dim (of a sum of sums, too) at one of its positions."""
    dim, body = total.index.dim, total.body
    whole = dim is not None and isinstance(total.low, Number) and total.low.value == 1 and total.high is dim.size
    if not whole or not isinstance(body, Indexed | Bound):
        return False
    for place in weight.places:
        if isinstance(place, Index) and place.dim is dim:
            at_place = substitute(body, {total.index: place})
            if at_place is weight or (
                isinstance(at_place, Bound) and at_place.kind == "sum" and _is_term(weight, at_place)
            ):
                return True
    return False


def same(a: Expr, b: Expr) -> bool:
    """Whether two expressions differ at most in the names of bound indices."""
    if a is b:
        return True
    if type(a) is not type(b) or len(a.args) != len(b.args) or not a.args:
        return False
    if isinstance(a, Bound) and isinstance(b, Bound):
        fresh = Index(a.index.name, a.index.dim)
        bodies = (substitute(e.body, {e.index: fresh}) for e in (a, b))
        alike = a.kind == b.kind and a.index.dim is b.index.dim
        return alike and same(a.low, b.low) and same(a.high, b.high) and same(*bodies)
    return a.params == b.params and all(map(same, a.args, b.args))


def rational(e: Expr) -> Fraction | None:
    """The rational number that is written, with a minus sign or without."""
    if isinstance(e, Number):
        return e.value
    if isinstance(e, Neg) and isinstance(e.args[0], Number):
        return -e.args[0].value
    return None


def is_integer(e: Expr) -> bool:
    """Whether `e` is written as an integer."""
    value = rational(e)
    return value is not None and value.denominator == 1
