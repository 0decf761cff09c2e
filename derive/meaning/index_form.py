"""Index notation: every tensor expression, entry by entry, in a small core language of scalars.

`entry(e, at)` is the entry of `e` at the positions `at`. It uses only: numbers, constants, sizes, indices; entries of
symbols, family members and named terms (which stay closed); sums, products, negation, quotients, powers; operations;
bound sums, products, maxima and log-sum-exps; Kronecker deltas; `where`; undefined functions; weighted terms of
expectations; information measures; entries of inverses and determinants. Softmax becomes exp(zᵢ − LSE(z)), so its
meaning, its derivative and its program are stable by construction.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.expr.arithmetic import Div, Entrywise, Mul
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.divergence import Divergence
from derive.expr.errors import SortError
from derive.expr.information import Information
from derive.expr.leaves import HALF, ONE, Constant, Index, Let, Number, Size, Symbol, Variable, indices_along
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, exp
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
from derive.expr.substitute import binds, fresh_copy, rebound, substitute
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose

Places = tuple[Expr, ...]


def entry(e: Expr, at: Places = ()) -> Expr:
    """The entry of `e` at positions `at`, one per axis; named terms stay closed.

    Raises `SortError` for a derivative: `derive.chain` replaces those first.
    """
    return _Lowering().entry(e, at)


def entries(e: Expr) -> tuple[Expr, tuple[Index, ...]]:
    """The general entry of `e` and the fresh indices at which it is taken."""
    indices = indices_along(e.axes)
    return entry(e, indices), indices


def unfold(e: Expr, which: Callable[[Let], bool] = lambda term: True) -> Expr:
    """An index form with the chosen named terms replaced by their definitions, all the way down."""
    lowering = _Lowering()
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        term = _term(new)
        if term is not None and which(term):
            new = unfold(lowering.entry(term.expr, new.args[1:]), which)
        done[node] = new
    return done[e]


def _term(node: Expr) -> Let | None:
    """The named term of which `node` is an entry (a scalar term is its own entry)."""
    if isinstance(node, Let) and not node.axes:
        return node
    return node.of_what if isinstance(node, Indexed) and isinstance(node.of_what, Let) else None


class _Lowering:
    """One pass; entries are kept, so that a subterm used twice is one node."""

    def __init__(self) -> None:
        self.done: dict[tuple[Expr, Places], Expr] = {}

    def entry(self, e: Expr, at: Places) -> Expr:
        key = (e, at)
        if key not in self.done:
            self.done[key] = self._entry(e, at)
        return self.done[key]

    def _part(self, child: Expr, axes: tuple, at: Places) -> Expr:
        """The entry of a broadcast operand: its axes are an ordered part of `axes`, or equal to them."""
        if child.axes == axes:
            return self.entry(child, at)
        return self.entry(child, tuple(p for d, p in zip(axes, at, strict=True) if any(d is c for c in child.axes)))

    def _entry(self, e: Expr, at: Places) -> Expr:
        match e:
            case Number() | Constant() | Size() | Index() | Variable() | Information() | Delta():
                return e
            case Symbol() | Let() | Member():
                return Indexed.of(e, at) if e.axes else e
            case Indexed():
                return self._indexed(e)
            case Entrywise() | Apply() | Call() | Where() | Relation() | Weighted():
                return e.rebuild(tuple(self._part(a, e.axes, at) for a in e.args))
            case MatMul():
                left, right = e.args
                k = Index.along(left.axes[-1])
                cut = len(left.axes) - 1
                product = Mul.of(self.entry(left, (*at[:cut], k)), self.entry(right, (k, *at[cut:])))
                return over_dim("sum", product, k)
            case Transpose():
                return self.entry(e.args[0], at[::-1])
            case Along():
                return self._along(e, at)
            case Reduce():
                return self._reduce(e, at)
            case Bound():
                return self._bound(e, at)
            case Array():
                return self.entry(substitute(e.body, dict(zip(e.indices, at, strict=True))), ())
            case Linear():
                return self._linear(e, at)
            case Evaluated():
                return self.entry(substitute(e.body, e.replaced), at)
            case Expect():
                return self._expect(e, at)
            case Divergence():
                return self.entry(e.definition, at)
            case Integral():
                (variable,), body = self._apart(e, at)
                low, high = self.entry(e.low, ()), self.entry(e.high, ())
                return rebound(e, self.entry(body, at), (variable,), (low, high))
            case Limit():
                (variable,), body = self._apart(e, at)
                return rebound(e, self.entry(body, at), (variable,), (self.entry(e.point, ()),))
            case Derivative() | Jacobian() | Hessian():
                raise SortError(f"`{e}` is a derivative that was not taken")
        raise SortError(f"`{e}` has no entries")

    def _apart(self, e: Expr, at: Places) -> tuple[tuple[Index | Variable, ...], Expr]:
        """What a binder binds, and its body, renamed where a place would be captured."""
        met = {n for p in at for n in walk(p, into_terms=False)}
        fresh = {leaf: fresh_copy(leaf) for leaf in binds(e) if leaf in met}
        return tuple(fresh.get(leaf, leaf) for leaf in binds(e)), substitute(e.args[0], fresh)

    def _bound(self, e: Bound, at: Places) -> Expr:
        bound, body = self._apart(e, at)
        return rebound(e, self.entry(body, at), bound, (self.entry(e.low, ()), self.entry(e.high, ())))

    def _indexed(self, e: Indexed) -> Expr:
        places = tuple(self.entry(p, ()) for p in e.places)
        if isinstance(e.of_what, Symbol | Let | Member):
            return Indexed.of(e.of_what, places)
        return self.entry(e.of_what, places)

    def _along(self, e: Along, at: Places) -> Expr:
        (child,) = e.args
        where = e.place
        k = Index.along(e.over)
        if e.name == "logsumexp":
            return over_dim("logsumexp", self.entry(child, (*at[:where], k, *at[where:])), k)
        total = over_dim("logsumexp", self.entry(child, (*at[:where], k, *at[where + 1 :])), k)
        return exp(self.entry(child, at) - total)

    def _reduce(self, e: Reduce, at: Places) -> Expr:
        (child,) = e.args
        fresh = [Index.along(d) for d in e.over]
        if e.over == child.axes:
            body = self.entry(child, tuple(fresh))
        else:
            summed, kept = dict(zip(e.over, fresh, strict=True)), iter(at)
            body = self.entry(child, tuple(summed[d] if d in summed else next(kept) for d in child.axes))
        if e.kind == "norm":
            body = body**2
        for index in reversed(fresh):
            body = over_dim("prod" if e.kind == "prod" else "max" if e.kind == "max" else "sum", body, index)
        if e.kind == "mean":
            sizes = tuple(d.size for d in e.over)
            return Div.of(body, sizes[0] if len(sizes) == 1 else Mul.of(*sizes))
        return body**HALF if e.kind == "norm" else body

    def _linear(self, e: Linear, at: Places) -> Expr:
        if e.name in ("inv", "det"):
            return Indexed.of(e, at) if at else e
        if e.name == "ones":
            return ONE
        if e.name == "eye":
            return Delta.of(*at)
        if e.name == "outer":
            return Mul.of(self.entry(e.args[0], at[:1]), self.entry(e.args[1], at[1:]))
        (child,) = e.args
        if e.name == "tr":
            k = Index.along(child.axes[0])
            return over_dim("sum", self.entry(child, (k, k)), k)
        if len(child.axes) == 2:
            return self.entry(child, at * 2)
        return Mul.of(Delta.of(*at), self.entry(child, at[:1]))

    def _expect(self, e: Expect, at: Places) -> Expr:
        fresh = {d: Index.along(d) for d in e.p.axes}
        free = dict(zip(e.axes, at, strict=True))
        weight = self.entry(e.p, tuple(fresh[d] for d in e.p.axes))
        body = Weighted.of(weight, self.entry(e.f, tuple(fresh[d] if d in fresh else free[d] for d in e.f.axes)))
        for d in reversed(e.p.axes):
            body = over_dim("sum", body, fresh[d])
        return body
