"""Sums that are equal term by term: Σᵢ f(i) = Σᵢ g(i) if f(i) = g(i) at every position i."""

from __future__ import annotations

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.dims import Dim
from derive.expr.leaves import ONE, Index
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound
from derive.expr.substitute import substitute
from derive.prove.goal import Goal

Sides = tuple[Expr, Expr]


def term_by_term(sides: Sides) -> dict[str, Goal] | None:
    """The equality of the terms, if both sides are sums over one axis, times factors without its index."""
    dims = {n.index.dim for n in walk(*sides) if isinstance(n, Bound)}
    if len(dims) != 1 or None in dims:
        return None
    (dim,) = dims
    assert dim is not None
    i = Index.along(dim)
    terms = [_terms(side, dim, i) for side in sides]
    left, right = terms
    if left is None or right is None:
        return None
    return {"term by term": Goal(_added(left), _added(right))}


def _added(terms: list[Expr]) -> Expr:
    return Add.of(*terms) if len(terms) > 1 else terms[0]


def _terms(e: Expr, dim: Dim, i: Index) -> list[Expr] | None:
    """What is summed, at one position; None if some part is no sum over the whole axis."""
    match e:
        case Add():
            parts = [_terms(a, dim, i) for a in e.args]
            return None if None in parts else [t for part in parts if part is not None for t in part]
        case Neg():
            inner = _terms(e.args[0], dim, i)
            return None if inner is None else [Neg.of(_added(inner))]
        case Mul():
            sums = [k for k, a in enumerate(e.args) if _has_sum(a)]
            if len(sums) != 1:
                return None
            inner = _terms(e.args[sums[0]], dim, i)
            return None if inner is None else [Mul.of(*e.args[: sums[0]], _added(inner), *e.args[sums[0] + 1 :])]
        case Div() if not _has_sum(e.args[1]):
            inner = _terms(e.args[0], dim, i)
            return None if inner is None else [Div.of(_added(inner), e.args[1])]
        case Bound(kind="sum") if e.low is ONE and e.high is dim.size and not _has_sum(e.body):
            return [substitute(e.body, {e.index: i})]
    return None if _has_sum(e) else [Div.of(e, dim.size)]  # a number is the sum of its n-th parts


def _has_sum(e: Expr) -> bool:
    return any(isinstance(n, Bound) for n in walk(e))
