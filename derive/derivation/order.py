"""Whether two lines are the same but for the order of terms and factors, and the names of bound indices."""

from __future__ import annotations

from collections.abc import Mapping

from derive.expr.arithmetic import Add, Mul
from derive.expr.leaves import Unique
from derive.expr.node import Expr
from derive.expr.structure import Bound, Delta


def same_but_for_order(one: Expr, two: Expr) -> bool:
    """Sums and products are compared as multisets, bound indices by their depth."""
    leaves: dict[object, int] = {}
    return _shape(one, {}, leaves) == _shape(two, {}, leaves)


def _shape(e: Expr, bound: Mapping[Expr, int], leaves: dict[object, int]) -> tuple:
    if e in bound:
        return ("bound", bound[e])
    if isinstance(e, Unique):
        return ("leaf", leaves.setdefault(e, len(leaves)))
    here = {**bound, e.index: len(bound)} if isinstance(e, Bound) else bound
    parts = [_shape(a, here, leaves) for a in e.args]
    if isinstance(e, Add | Mul | Delta):
        parts.sort(key=repr)
    own = (e.kind, e.index.dim) if isinstance(e, Bound) else e.params
    params = tuple(leaves.setdefault(p, len(leaves)) for p in own)
    return (type(e).__name__, params, *parts)
