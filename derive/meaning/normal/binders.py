"""Products, maxima and log-sum-exps over an index."""

from __future__ import annotations

from derive.expr.operations import exp, log
from derive.meaning.normal import explog, functions, labels, sums
from derive.meaning.normal.poly import Poly, of_atom
from derive.meaning.normal.render import written
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
    """A product of positive factors is the exponential of a sum."""
    shown = witness(w, body, "positive")
    if shown is None or not w.allows("product_log"):
        return of_atom(labels.canonical(w, "prod", (over,), body))
    name, low, high = over
    w.record("product_log", f=shown, i=w.index_named[name], a=written(w, low), b=written(w, high))
    return functions.apply(w, exp, (sums.total(w, functions.apply(w, log, (body,)), (over,)),))


def _record(w: Work, law: str, body: Poly, over: One) -> None:
    name, low, high = over
    w.record(law, f=written(w, body), i=w.index_named[name], a=written(w, low), b=written(w, high))
