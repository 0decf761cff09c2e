"""Whether an expression is defined, and smooth, for all values of its symbols in their domains. Trusted."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import Constant, Index, Number, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.structure import Indexed
from derive.meaning.interval import Interval, Ranges, of_domain
from derive.prove.smt.linear import rational
from derive.prove.subdivision.resolve import KINKS

PLAIN = (Add, Mul, Neg, Number, Constant, Size, Index, Symbol, Indexed)


def smooth_everywhere(e: Expr) -> bool:
    """True only if every part has a value at every point, and derivatives of every order by every symbol."""
    ranges = Ranges()
    return all(_smooth(node, ranges) for node in walk(e, into_terms=False))


def _smooth(node: Expr, ranges: Ranges) -> bool:
    match node:
        case Div():
            return ranges(node.args[1]).nonzero
        case Pow():
            n = rational(node.args[1])
            if n is not None and n.denominator == 1:
                return n >= 0 or ranges(node.args[0]).nonzero
            return ranges(node.args[0]).positive
        case Apply():
            if node.operation in KINKS or node.operation.name not in OPERATIONS:
                return False
            return all(_inside(ranges(a), of_domain(node.operation.domain), node.operation.name) for a in node.args)
    return isinstance(node, PLAIN)


def _inside(values: Interval, domain: Interval, name: str) -> bool:
    """Whether all values lie in the open inside of a domain, where a function of the table is smooth."""
    if name in ("sqrt", "log") and not values.positive:
        return False
    above = values.low[0] > domain.low[0] or (values.low[0] == domain.low[0] and values.low[1])
    below = values.high[0] < domain.high[0] or (values.high[0] == domain.high[0] and values.high[1])
    return above and below
