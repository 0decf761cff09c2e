"""A derivative has no value where its function has none: log(−x) has no slope at x > 0, though 1/x is defined there."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Neg
from derive.expr.domains import REAL, Domain
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.meaning.index_form import entries, unfold
from derive.meaning.interval import Interval, Ranges


def where_defined(derivative: Expr, f: Expr, steps: tuple[Expr, ...] = ()) -> Expr:
    """`derivative` with a term f − f, unless `f` certainly has a value everywhere in the declared domains.

    `steps` define what `f` reads.

    The term is 0 where f has a value, and has none where f has none.
    """
    if (f.axes and f.axes != derivative.axes) or not any(map(_may_be_undefined, (f, *steps))):
        return derivative
    return Add.of(derivative, Add.of(f, Neg.of(f)))


def _may_be_undefined(f: Expr) -> bool:
    body, _ = entries(f)
    ranges = Ranges()
    for node in walk(unfold(body)):
        if isinstance(node, Apply):
            domain = node.operation.domain
            if domain is not REAL and not all(_within(ranges(a), domain) for a in node.args):
                return True
    return False


def _within(values: Interval, domain: Domain) -> bool:
    """Whether an interval lies in a domain."""
    low, high = values.low, values.high
    above = domain.lower is None or low[0] > domain.lower or (low[0] == domain.lower and low[1] >= domain.open_lower)
    below = domain.upper is None or high[0] < domain.upper or (high[0] == domain.upper and high[1] >= domain.open_upper)
    return above and below
