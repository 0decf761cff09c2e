"""Σ f ≥ 0 if every term is: a difference of sums over one dim, as one sum, term by term."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul
from derive.expr.dims import Dim
from derive.expr.leaves import ONE, ZERO, Index, Size, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, over_dim
from derive.expr.substitute import substitute
from derive.prove.reductions import Reduction
from derive.prove.scalar import Scalar
from derive.prove.smt.linear import combination

MOST_TERMS = 8


def reductions(goal: Scalar) -> Iterator[Reduction]:
    """One for every dim over which all terms are sums; terms without a sum are shared out evenly."""
    terms = combination(goal.gap)
    if len(terms) > MOST_TERMS:
        return
    dims = dict.fromkeys(d for term in terms if (d := _dim(_sum_in(term))) is not None)
    for dim in dims:
        i = Index.along(dim)
        bare = any(_dim(_sum_in(term)) is not dim for term in terms)
        for share in _shares(goal.gap, dim, i) if bare else [ONE / dim.size]:
            parts = [_part(term, c, dim, i, share) for term, c in terms.items()]
            body = parts[0] if len(parts) == 1 else Add.of(*parts)
            yield _reduction(goal, dim, i, body, share)


def _reduction(goal: Scalar, dim: Dim, i: Index, body: Expr, share: Expr) -> Reduction:
    kind = ">" if goal.strict else ">="
    return Reduction(
        f"term by term over {dim.name}"
        + ("" if isinstance(share, Div) and share.args[0] is ONE else f", shares {plain(share)}"),
        "Definition of a finite sum; a dim has at least one position",
        ((goal.gap, over_dim("sum", body, i)),),
        (Relation.of(kind, body, ZERO),),
        everywhere=False,  # a sum has a value only if its terms have
    )


def _shares(gap: Expr, dim: Dim, i: Index) -> list[Expr]:
    """How a term without a sum may be shared out: evenly, or by distributions that occur."""
    found = [n for n in walk(gap) if isinstance(n, Symbol) and n.domain.structure == "simplex" and n.axes == (dim,)]
    single = [p[i] for p in found[:2]]
    return [ONE / dim.size, *single, *([(single[0] + single[1]) / 2] if len(single) == 2 else [])]


def _sum_in(term: Expr) -> Bound | None:
    """The one sum that is a factor of a term."""
    if isinstance(term, Div):
        return _sum_in(term.args[0])
    factors = term.args if isinstance(term, Mul) else (term,)
    sums = [f for f in factors if isinstance(f, Bound) and f.kind == "sum"]
    return sums[0] if len(sums) == 1 else None


def _dim(total: Bound | None) -> Dim | None:
    if total is None or total.index.dim is None or total.low is not ONE:
        return None
    whole = isinstance(total.high, Size) and total.high.dim is total.index.dim
    return total.index.dim if whole else None


def _part(term: Expr, c: Fraction, dim: Dim, i: Index, even: Expr) -> Expr:
    """The share of one term at position i; `even` is that of the number 1."""
    total = _sum_in(term)
    if total is None or _dim(total) is not dim:
        share = Mul.of(term, even)
    else:
        share = substitute(term, {total: substitute(total.body, {total.index: i})})
    return share if c == 1 else Mul.of(as_expr(c), share)
