"""Rules of finite sums: deltas are sifted, constants pulled out, sums of sums split where that gets somewhere."""

from __future__ import annotations

from derive.derivation.entry import of_sum
from derive.derivation.rewrite import Rewrite
from derive.derivation.written import minus, over, plus, split, times
from derive.expr.arithmetic import Add, Neg
from derive.expr.leaves import ONE, ZERO, Index, Symbol
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Delta, Indexed, Where
from derive.expr.substitute import substitute
from derive.expr.tensor import Along


def mentions(e: Expr, index: Index) -> bool:
    return any(node is index for node in walk(e))


def is_sum(e: Expr) -> bool:
    return isinstance(e, Bound) and e.kind == "sum"


def delta_sift(e: Expr) -> Rewrite | None:
    """Σₖ δ(k,j) f(k) = f(j) for a sum over a whole dim, and j along that dim."""
    found = of_sum(e)
    if found is None:
        return None
    k = found.index
    sign, above, below = split(found.body)
    for place, f in enumerate(above):
        if isinstance(f, Delta) and k in f.args:
            other = f.args[1] if f.args[0] is k else f.args[0]
            if isinstance(other, Index) and other.dim is k.dim:
                rest = over(times(*above[:place], *above[place + 1 :]), times(*below))
                value = substitute(minus(rest) if sign < 0 else rest, {k: other})
                return Rewrite("delta-sift", value, {"k": k, "j": other})
    return None


def split_for_delta(e: Expr) -> Rewrite | None:
    """A sum with a delta among the terms of a factor is split, so that the delta can be sifted."""
    found = of_sum(e)
    if found is None:
        return None
    k = found.index
    sign, above, below = split(found.body)
    for place, f in enumerate(above):
        if isinstance(f, Add) and any(_has_delta(t, k) for t in f.args):
            others = [*above[:place], *above[place + 1 :]]
            terms = []
            for t in f.args:
                one = over(times(*others, t), times(*below))
                body = minus(one) if sign < 0 else one
                negative = isinstance(body, Neg)
                part = Bound.of("sum", body.args[0] if negative else body, k, found.low, found.high)
                terms.append(minus(part) if negative else part)
            return Rewrite("split-sum", plus(*terms), {"k": k})
    return None


def _has_delta(e: Expr, k: Index) -> bool:
    _, above, _ = split(e)
    return any(isinstance(f, Delta) and k in f.args for f in above)


def pull_out(e: Expr) -> Rewrite | None:
    """Factors and divisors without the index go in front of the sum."""
    if not isinstance(e, Bound) or e.kind != "sum":
        return None
    k = e.index
    sign, above, below = split(e.body)
    out_above, in_above = [f for f in above if not mentions(f, k)], [f for f in above if mentions(f, k)]
    out_below, in_below = [f for f in below if not mentions(f, k)], [f for f in below if mentions(f, k)]
    if sign > 0 and not out_above and not out_below:
        return None
    if not in_above and not in_below:
        return None
    inner = Bound.of("sum", over(times(*in_above), times(*in_below)), k, e.low, e.high)
    outside = times(*out_above, inner)
    value = over(outside, times(*out_below)) if out_below else outside
    constant = over(times(*out_above), times(*out_below))
    return Rewrite("pull-out-constant", minus(value) if sign < 0 else value, {"c": constant})


def dim_sum(e: Expr) -> Rewrite | None:
    """A sum of something without the index over a whole dim is a multiple of the size."""
    found = of_sum(e)
    if found is None or mentions(found.body, found.index):
        return None
    return Rewrite("dim-sum", times(found.high, found.body), {"c": found.body})


def split_sum(e: Expr) -> Rewrite | None:
    """Σ(a + b) = Σa + Σb."""
    if not isinstance(e, Bound) or e.kind != "sum" or not isinstance(e.body, Add):
        return None
    terms = []
    for t in e.body.args:
        negative = isinstance(t, Neg)
        part = Bound.of("sum", t.args[0] if negative else t, e.index, e.low, e.high)
        terms.append(minus(part) if negative else part)
    return Rewrite("split-sum", plus(*terms), {"k": e.index})


def total_one(e: Expr) -> Rewrite | None:
    """The entries of a softmax, of a distribution, of a one-hot row sum to 1."""
    found = of_sum(e)
    if found is None or not isinstance(found.body, Indexed):
        return None
    what, places = found.body.of_what, found.body.places
    here = [place for place in places if place is found.index]
    if len(here) != 1 or any(mentions(p, found.index) for p in places if p is not found.index):
        return None
    at = places.index(found.index)
    if isinstance(what, Along) and what.name == "softmax" and at == what.place:
        return Rewrite("softmax-total", ONE, {"z": what.args[0]})
    if not isinstance(what, Symbol):
        return None
    if what.domain.name == "onehot" and at == len(places) - 1:
        return Rewrite("assumption(one-hot)", ONE, {"y": what})
    if what.domain.name == "simplex" and len(places) == 1:
        return Rewrite("assumption(simplex)", ONE, {"p": what})
    return None


def delta_cases(e: Expr) -> Rewrite | None:
    """A sum with bounds of its own and a delta is sifted under the condition that the place lies in the range."""
    if not isinstance(e, Bound) or e.kind != "sum" or of_sum(e) is not None:
        return None
    k = e.index
    sign, above, below = split(e.body)
    for place, f in enumerate(above):
        if isinstance(f, Delta) and k in f.args:
            other = f.args[1] if f.args[0] is k else f.args[0]
            if mentions(other, k):
                return None
            rest = over(times(*above[:place], *above[place + 1 :]), times(*below))
            value = substitute(minus(rest) if sign < 0 else rest, {k: other})
            inside = Where.of(other >= e.low, Where.of(other <= e.high, value, ZERO), ZERO)
            return Rewrite("delta-sift", inside, {"k": k, "j": other})
    return None


def split_for_total(e: Expr) -> Rewrite | None:
    """Σ pₖ (aₖ + c) = Σ pₖ aₖ + c Σ pₖ, where Σ pₖ is 1."""
    found = of_sum(e)
    if found is None:
        return None
    k = found.index
    sign, above, below = split(found.body)
    for place, f in enumerate(above):
        others = times(*above[:place], *above[place + 1 :])
        if below or not isinstance(f, Add) or all(mentions(t, k) for t in f.args):
            continue
        if total_one(Bound.of("sum", others, k, found.low, found.high)) is None:
            continue
        constant = [t for t in f.args if not mentions(t, k)]
        moving = [t for t in f.args if mentions(t, k)]
        rest = Bound.of("sum", times(others, plus(*moving)), k, found.low, found.high) if moving else ZERO
        value = plus(rest, *constant)
        return Rewrite("split-sum", minus(value) if sign < 0 else value, {"k": k})
    return None


SIFTING = (delta_sift, split_for_delta, delta_cases)
TOTALS = (total_one, dim_sum, split_for_total)
