"""Signs of expressions: the intervals of the domains, and positivity under the weight of an expectation. Trusted."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derive.expr.arithmetic import Div, Mul, Neg, Pow
from derive.expr.leaves import Index, Number
from derive.expr.node import Expr
from derive.expr.operations import Apply, absolute, maximum
from derive.expr.structure import Bound, Indexed
from derive.expr.substitute import substitute
from derive.meaning.facts import Fact, Facts
from derive.meaning.integers import counts
from derive.meaning.interval import NONNEG, POSITIVE, Interval, Ranges


class Signs(Ranges):
    """Intervals at the points where every one of `weights` is positive.

    A positive product of non-negative factors has positive factors. A sum of non-negative terms with a positive one
    among them is positive: where p(x,y) > 0, so is p(x) = Σ_y p(x,y). So the terms of an expectation are defined.
    """

    def __init__(
        self, assumed: dict[Expr, Interval] | None = None, weights: Iterable[Expr] = (), facts: Iterable[Fact] = ()
    ) -> None:
        super().__init__(assumed)
        plain = Ranges(assumed)
        self.facts = Facts(facts, plain) if facts else None
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
        return found if self.facts is None else self._narrowed(e, found, self.facts)

    @staticmethod
    def _narrowed(e: Expr, found: Interval, facts: Facts) -> Interval:
        """The interval with the signs that the facts give."""
        for sign, inside in (("positive", POSITIVE), ("nonneg", NONNEG)):
            if not getattr(found, sign) and (-found).high[0] >= 0 and facts.holds(sign, e):
                return found.meet(inside)
        for sign, inside in (("positive", POSITIVE), ("nonneg", NONNEG)):
            opposite = {"positive": "negative", "nonneg": "nonpositive"}[sign]
            if not getattr(-found, sign) and found.low[0] <= 0 and facts.holds(opposite, e):
                return found.meet(-inside)
        return found

    def _nonzero(self, e: Expr) -> bool:
        if self(e).nonzero or (self.facts is not None and self.facts.holds("nonzero", e)):
            return True
        match e:
            case Mul() | Div():
                return all(map(self._nonzero, e.args))
            case Neg():
                return self._nonzero(e.args[0])
            case Pow():
                return self._nonzero(e.args[0])
            case Apply() if e.operation is absolute:
                return self._nonzero(e.args[0])
        return False

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
            case "zero":
                return interval.low == interval.high == (0, False) or (
                    self.facts is not None and self.facts.holds("zero", e)
                )
            case "negative":
                return (-interval).positive
            case "nonzero":
                return self._nonzero(e)
            case "integer":
                return counts(e)
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
