"""Entries as one writes them: ``(A @ x - b)[i]`` is ``(A @ x)[i] - b[i]``, and the product of matrices stays a product.

The index form of `derive.meaning` goes all the way down to sums; this goes only as far as a line needs.
"""

from __future__ import annotations

from derive.expr.arithmetic import Div, Entrywise, Mul
from derive.expr.calculus import Hessian, Jacobian
from derive.expr.dims import Dim
from derive.expr.errors import ShapeError
from derive.expr.leaves import ONE, Index, Let, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply, sqrt
from derive.expr.propositions import Relation
from derive.expr.structure import (
    Bound,
    Call,
    Delta,
    Derivative,
    Evaluated,
    Expect,
    Indexed,
    Member,
    Weighted,
    Where,
    over_dim,
)
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose
from derive.meaning import index_form

Places = tuple[Expr, ...]
KEPT = (Symbol, Let, Member, MatMul, Linear)  # an entry of these is written as one


def entry(e: Expr, at: Places = ()) -> Expr:
    """The entry of `e` at positions, one per axis, in the notation of `e` as far as that has entries.

    Raises what `index_form.entry` raises for what has none.
    """
    match e:
        case Indexed():
            return e if isinstance(e.of_what, Symbol | Let | Member) else entry(e.of_what, e.places)
        case Symbol() | Let() | Member() | MatMul():
            return Indexed.of(e, at) if at else e
        case Entrywise() | Apply() | Call() | Where() | Relation() | Weighted():
            return e.rebuild(tuple(entry(a, _kept(a.axes, e.axes, at)) for a in e.args))
        case Transpose():
            return entry(e.args[0], at[::-1])
        case Along(name="softmax"):
            return Indexed.of(e, at)
        case Along() if not at:
            return e
        case Reduce(kind="norm") if not at:
            return e
        case Reduce():
            return _reduced(e, at)
        case Bound():
            return Bound.of(e.kind, entry(e.body, at), e.index, entry(e.low), entry(e.high))
        case Array():
            return entry(substitute(e.body, dict(zip(e.indices, at, strict=True))))
        case Derivative():
            return _derivative(e, at)
        case Jacobian():
            rows = len(e.f.axes)
            return Derivative.of(entry(e.f, at[:rows]), Indexed.of(e.x, at[rows:]) if e.x.axes else e.x)
        case Hessian():
            there = [Indexed.of(e.x, p) if p else e.x for p in (at[: len(at) // 2], at[len(at) // 2 :])]
            return Derivative.of(Derivative.of(entry(e.f), there[0]), there[1])
        case Evaluated():
            return entry(substitute(e.body, e.replaced), at)
        case Expect():
            return _expectation(e, at)
        case Linear():
            return _linear(e, at)
    return index_form.entry(e, at)


def _linear(e: Linear, at: Places) -> Expr:
    if e.name in ("inv", "det") or not at:
        return Indexed.of(e, at) if at else e
    if e.name == "outer":
        return Mul.of(entry(e.args[0], at[:1]), entry(e.args[1], at[1:]))
    if e.name == "diag" and len(e.axes) == 2:
        return Mul.of(entry(e.args[0], at[:1]), Delta.of(*at))
    return index_form.entry(e, at)


def _kept(own: tuple[Dim, ...], axes: tuple[Dim, ...], at: Places) -> Places:
    """The positions of an operand with axes of its own, broadcast to `axes`."""
    if own == axes:
        return at
    return tuple(p for d, p in zip(axes, at, strict=True) if any(d is c for c in own))


def _reduced(e: Reduce, at: Places) -> Expr:
    (child,) = e.args
    fresh = {d: Index.along(d) for d in e.over}
    kept = iter(at)
    body = entry(child, tuple(fresh[d] if d in fresh else next(kept) for d in child.axes))
    kind = {"prod": "prod", "max": "max"}.get(e.kind, "sum")
    if e.kind == "norm":
        body = body**2
    for d in reversed(e.over):
        body = over_dim(kind, body, fresh[d])
    if e.kind == "mean":
        sizes = tuple(d.size for d in e.over)
        return Div.of(body, sizes[0] if len(sizes) == 1 else Mul.of(*sizes))
    return sqrt(body) if e.kind == "norm" else body


def _expectation(e: Expect, at: Places) -> Expr:
    fresh = {d: Index.along(d) for d in e.p.axes}
    free = dict(zip(e.axes, at, strict=True))
    weight = entry(e.p, tuple(fresh[d] for d in e.p.axes))
    body = Weighted.of(weight, entry(e.f, tuple(fresh[d] if d in fresh else free[d] for d in e.f.axes)))
    for d in reversed(e.p.axes):
        body = over_dim("sum", body, fresh[d])
    return body


def _derivative(e: Derivative, at: Places) -> Expr:
    """Of a scalar by an entry; of an entry by a scalar; of an entry by the same entry, if it is entrywise."""
    f, x = e.f, e.x
    if not f.axes:
        return Derivative.of(entry(f), Indexed.of(x, at) if x.axes else x)
    return Derivative.of(entry(f, at), Indexed.of(x, _kept(x.axes, f.axes, at)) if x.axes else x)


def is_whole(e: Bound) -> bool:
    """Whether the index runs over a whole dim."""
    return e.index.dim is not None and e.low is ONE and e.high is e.index.dim.size


def of_sum(e: Expr) -> Bound | None:
    """`e` as a sum over one index that runs over a whole dim, if it is one."""
    return e if isinstance(e, Bound) and e.kind == "sum" and is_whole(e) else None


def tensor(e: Expr, indices: tuple[Index, ...]) -> Expr | None:
    """The tensor whose entry at `indices` is `e`, where that is entry by entry; the inverse of `entry`."""
    if not any(i in indices for i in free_indices(e)):
        return None if indices else e
    match e:
        case Indexed() if e.places == indices:
            return e.of_what
        case Indexed() if len(indices) == 2 and e.places == indices[::-1]:
            return e.of_what.T
        case Derivative() if free_indices(e.f) == free_indices(e.x) == indices:
            f, x = tensor(e.f, indices), tensor(e.x, indices)
            return None if f is None or x is None else Derivative.of(f, x)
        case Entrywise() | Apply() | Where() | Relation():
            args = [tensor(a, tuple(i for i in indices if i in free_indices(a))) for a in e.args]
            whole = tuple(i.dim for i in indices)
            if any(a is None for a in args) or all(a is not None and a.axes != whole for a in args):
                return None
            try:
                return e.rebuild(tuple(a for a in args if a is not None))
            except ShapeError:  # one dim twice, as in A[i,i] x[i]
                return None
        case Bound(kind="sum" | "logsumexp" | "prod" as kind) if is_whole(e):
            whole = tensor(e.body, (*indices, e.index))
            if whole is None or e.index.dim is None or whole.axes != tuple(i.dim for i in (*indices, e.index)):
                return None
            over = e.index.dim
            if whole.axes.count(over) != 1:
                return None
            return Along.of(kind, whole, over) if kind == "logsumexp" else Reduce.of(kind, whole, (over,))
    return None
