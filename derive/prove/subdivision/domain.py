"""An inequality in one number: which number, over which interval, and what must not be negative there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from derive.expr.arithmetic import Neg
from derive.expr.leaves import ZERO, Constant, Index, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply, absolute, maximum, minimum, relu
from derive.expr.propositions import Relation
from derive.expr.structure import Indexed, Member
from derive.meaning.interval import Interval, Ranges
from derive.prove.scalar import INEQUALITIES, Scalar
from derive.prove.smt.linear import as_written, combination, rational, scaled, total
from derive.prove.smt.prepare import parts, reached

MOST_SPLITS = 2
LEAVES = (Symbol, Indexed, Member, Index, Size)
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Single:
    """`gap` ≥ 0 (> 0, if strict) for all values of `leaf` in `domain`."""

    leaf: Expr
    domain: Interval
    gap: Expr
    strict: bool
    assumptions: tuple[str, ...]

    def branches(self) -> list[Single]:
        """The same inequality for b - u and b + u instead of b - |u|, and the like: together they say the same."""
        gaps = [self.gap]
        for _ in range(MOST_SPLITS):
            split = [_split(gap) for gap in gaps]
            if all(len(one) == 1 for one in split):
                break
            gaps = [gap for one in split for gap in one]
        return [replace(self, gap=gap) for gap in gaps]

    def contains(self, x: Fraction) -> bool:
        (low, low_open), (high, high_open) = self.domain.low, self.domain.high
        return (low < x or (x == low and not low_open)) and (x < high or (x == high and not high_open))


def _split(gap: Expr) -> list[Expr]:
    """What a sum is the least of, by its first term that is a minimum or the negative of a maximum."""
    terms = combination(gap)
    for term, c in terms.items():
        least = _least_of(term, c > 0)
        if least:
            rest = {t: d for t, d in terms.items() if t is not term}
            return [as_written(total(rest, scaled(combination(u), c))) for u in least]
    return [gap]


def _least_of(term: Expr, positive: bool) -> tuple[Expr, ...]:
    """The expressions of which a term (its negative) is the least."""
    if not isinstance(term, Apply):
        return ()
    x = term.args[0]
    if term.operation is minimum and positive:
        return term.args
    if positive or term.operation not in (maximum, relu, absolute):
        return ()
    return term.args if term.operation is maximum else (x, ZERO) if term.operation is relu else (x, Neg.of(x))


def varying(e: Expr) -> list[Expr]:
    """The numbers that an expression is computed from, in order of first use; other parts count as numbers too."""
    return [n for n in reached([e]) if not parts(n) and not isinstance(n, Number | Constant)]


def single(goal: Scalar) -> Single | str:
    """The inequality, or why it is not about one number. Whole numbers are shown for all real ones between them."""
    leaves = varying(goal.gap)
    if len(leaves) != 1 or not isinstance(leaves[0], LEAVES):
        return f"the claim is about {len(leaves)} numbers that vary, not one"
    (leaf,) = leaves
    domain, used = Ranges()(leaf), []
    for premise in goal.premises:
        narrower = _narrowed(domain, premise, leaf)
        if narrower is not None and narrower != domain:
            domain = narrower
            used.append(str(premise))
    return Single(leaf, domain, goal.gap, goal.strict, tuple(used))


def _narrowed(domain: Interval, premise: Relation, leaf: Expr) -> Interval | None:
    """The part of a domain that a bound `leaf < number` leaves."""
    if premise.kind not in INEQUALITIES:
        return None
    kind, value = premise.kind, rational(premise.right)
    if premise.left is not leaf or value is None:
        kind, value = TURNED[kind], rational(premise.left)
        if premise.right is not leaf or value is None:
            return None
    is_open = kind in ("<", ">")
    low, high = domain.low, domain.high
    if kind in (">", ">="):
        low = max(low, (value, is_open), key=lambda end: (end[0], end[1]))
    else:
        high = min(high, (value, is_open), key=lambda end: (end[0], not end[1]))
    empty = low[0] > high[0] or (low[0] == high[0] and (low[1] or high[1]))
    return None if empty else Interval(low, high)
