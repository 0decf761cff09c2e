"""Products, maxima and log-sum-exps over an index."""

from __future__ import annotations

from derive.expr.leaves import Index
from derive.expr.node import as_expr
from derive.expr.operations import exp, log
from derive.meaning.normal import explog, functions, labels, powers, ring, sums
from derive.meaning.normal.poly import ONE, Poly, number, of_atom
from derive.meaning.normal.render import atom, written
from derive.meaning.normal.signs_of import witness
from derive.meaning.normal.work import Work

One = tuple[str, Poly, Poly]  # index, low, high


def bound(w: Work, kind: str, body: Poly, over: One) -> Poly:
    """A binder of the core language over one index."""
    if kind == "sum":
        return sums.total(w, body, (over,))
    if kind == "logsumexp" and w.allows("logsumexp"):
        _record(w, "logsumexp", body, over)
        return explog.logarithm(w, sums.total(w, explog.exponential(w, body), (over,)))
    if kind == "prod":
        return _product(w, body, over)
    return of_atom(labels.canonical(w, kind, (over,), body))


def _product(w: Work, body: Poly, over: One) -> Poly:
    """A product of positive factors is the exponential of a sum; else it is taken apart into products of one factor."""
    shown = witness(w, body, "positive")
    if shown is None or not w.allows("product_log"):
        return _product_of_reals(w, body, over)
    name, low, high = over
    w.record("product_log", f=shown, i=w.index_named[name], a=written(w, low), b=written(w, high))
    return functions.apply(w, exp, (sums.total(w, functions.apply(w, log, (body,)), (over,)),))


def _product_of_reals(w: Work, body: Poly, over: One) -> Poly:
    name, low, high = over
    length = high - low + ONE
    if name not in body.free and w.allows("prod_constant") and (n := witness(w, length, "nonneg")) is not None:
        w.record("prod_constant", x=written(w, body), i=Index("i"), a=written(w, low), n=n)
        return powers.raised(w, body, length)
    one = body.single
    whole = one is not None and all(e.denominator == 1 for _, e in one[0].factors)
    parts = [number(one[1])] if one and one[1] != 1 else []
    parts += [of_atom(a, e) for a, e in one[0].factors] if one and whole else [body]
    if len(parts) == 1 and one and whole and one[1] == 1 and one[0].factors[0][1] != 1 and w.allows("prod_power"):
        a, e = one[0].factors[0]
        w.record(
            "prod_power", f=atom(w, a), i=w.index_named[name], a=written(w, low), b=written(w, high), c=as_expr(int(e))
        )
        return powers.power(w, _product_of_reals(w, of_atom(a), over), e)
    if len(parts) == 1 or not w.allows("prod_product"):
        return ring.settle(w, {labels.canonical(w, "prod", (over,), body): 1})
    rest = ring.product(w, parts[1:])
    w.record(
        "prod_product", f=written(w, parts[0]), g=written(w, rest), i=w.index_named[name], a=written(w, low),
        b=written(w, high),
    )  # fmt: skip
    return ring.multiply(w, _product_of_reals(w, parts[0], over), _product_of_reals(w, rest, over))


def _record(w: Work, law: str, body: Poly, over: One) -> None:
    name, low, high = over
    w.record(law, f=written(w, body), i=w.index_named[name], a=written(w, low), b=written(w, high))
