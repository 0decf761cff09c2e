"""Ranges of sums and products brought together: empty ones, first and last terms, shifted and reversed indices.

A closed sum is one atom, and two that run over different ranges, or over positions that are shifted, are different
atoms. Here sums that differ by a few terms are reduced to the range that all of them share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from derive.expr.leaves import Index
from derive.expr.node import Expr, as_expr
from derive.meaning.facts import NEGATIVE, NONNEG, NONZERO
from derive.meaning.facts import ZERO as ZERO_SIGN
from derive.meaning.normal import binders, powers, rename, ring, sums
from derive.meaning.normal.poly import ONE, ZERO, Atom, Monomial, Poly, Rational, number, of_atom
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import knows, witness
from derive.meaning.normal.work import Work

MAX_ROUNDS, MAX_PEELED, MAX_EXPANDED = 6, 4, 16
Change = Callable[[Work, Atom], Poly | None]


def aligned(w: Work, p: Poly) -> Poly:
    """`p` with its sums and products over ranges that fit each other, as far as their ends differ by numbers."""
    for _ in range(MAX_ROUNDS):
        before = p.key
        p = changed(w, p, _shortened)
        p = changed(w, p, _turned)
        p = changed(w, p, _shifted)
        common = _common([*_ranges(p), *(a for a in w.targets if a.kind in ("sum", "prod") and len(a.bound) == 1)])
        p = changed(w, p, partial(_peeled, common=common))
        if p.key == before:
            break
    return changed(w, p, _geometric)


def changed(w: Work, p: Poly, change: Change) -> Poly:
    """`p` with every sum and product that `change` has another form for replaced, also inside of functions."""
    out = ZERO
    for m, c in p.terms.items():
        term = number(c)
        for a, e in m.factors:
            new = _changed_atom(w, a, change)
            term = ring.multiply(w, term, of_atom(a, e) if new is None else powers.power(w, new, e))
        out = out + term
    return out


def _changed_atom(w: Work, a: Atom, change: Change) -> Poly | None:
    if a.bound:
        if a.kind == "sum" and len(a.bound) == 2:
            return _exchanged(w, a) if change is _turned else None
        return change(w, a) if a.kind in ("sum", "prod") and len(a.bound) == 1 else None
    if not any(_has_range(q) for q in a.args):
        return None
    args = tuple(changed(w, q, change) for q in a.args)
    if all(q.key == r.key for q, r in zip(args, a.args, strict=True)):
        return None
    return rename.of_args(w, a, args)


def _has_range(p: Poly) -> bool:
    return any(a.kind in ("sum", "prod") or any(map(_has_range, a.args)) for m in p.terms for a, _ in m.factors)


def _ranges(p: Poly) -> Iterator[Atom]:
    for m, _ in p.ordered:
        for a, _ in m.factors:
            if a.bound:
                if a.kind in ("sum", "prod") and len(a.bound) == 1:
                    yield a
            else:
                for q in a.args:
                    yield from _ranges(q)


# -- one sum or product


def _body(w: Work, a: Atom) -> tuple[Index, Expr, Expr, Expr]:
    """A fresh index without a dim, and body and ends as expressions."""
    ((label, low, high),) = a.bound
    i = Index("i")
    name = w.index_name(i)
    return i, written(w, rename.renamed(w, a.args[0], {label: name})), written(w, low), written(w, high)


def _read(w: Work, a: Atom, position: Poly) -> Poly:
    """The body at a position."""
    ((label, _, _),) = a.bound
    return rename.substitute(w, a.args[0], {label: position})


def _over(w: Work, a: Atom, low: Poly, high: Poly, place: Callable[[Poly], Poly]) -> Poly:
    """The same kind of binder over another range, the body at `place` of the new index."""
    name = w.fresh(low, high)
    body = _read(w, a, place(w.index_atom(name)))
    if a.kind == "sum":
        return sums.total(w, body, ((name, low, high),))
    return binders.bound(w, a.kind, body, (name, low, high))


def _length(a: Atom) -> Poly:
    ((_, low, high),) = a.bound
    return high - low + ONE


def _shortened(w: Work, a: Atom) -> Poly | None:
    """Nothing for an empty range, all terms for a short one."""
    length = _length(a).constant
    if length is None or length.denominator != 1 or length > MAX_EXPANDED:
        return None
    ((_, low, high),) = a.bound
    if length <= 0:
        if not w.allows(f"{a.kind}_empty"):
            return None
        i, body, first, _ = _body(w, a)
        w.record(f"{a.kind}_empty", f=body, i=i, a=first, n=as_expr(int(-length)))
        return ZERO if a.kind == "sum" else ONE
    return _without_last(w, a, low, high)


def _span(w: Work, gap: Poly) -> Expr | None:
    """The gap between the ends of a range if it is not negative; else note that it would help to know."""
    shown = witness(w, gap, "nonneg")
    if shown is None and not gap.free:
        length = gap + ONE
        w.wanted.append((written(w, length), (ZERO_SIGN, NONZERO) if knows(w, length, NONNEG) else (NONNEG, NEGATIVE)))
    return shown


def _without_last(w: Work, a: Atom, low: Poly, high: Poly) -> Poly | None:
    span = _span(w, high - low)
    if span is None or not w.allows(f"{a.kind}_last"):
        return None
    i, body, first, _ = _body(w, a)
    w.record(f"{a.kind}_last", f=body, i=i, a=first, n=span)
    return _joined(w, a, _over(w, a, low, high - ONE, lambda p: p), _read(w, a, high))


def _without_first(w: Work, a: Atom, low: Poly, high: Poly) -> Poly | None:
    span = _span(w, high - low)
    if span is None or not w.allows(f"{a.kind}_first"):
        return None
    i, body, first, _ = _body(w, a)
    w.record(f"{a.kind}_first", f=body, i=i, a=first, n=span)
    return _joined(w, a, _over(w, a, low + ONE, high, lambda p: p), _read(w, a, low))


def _joined(w: Work, a: Atom, rest: Poly, term: Poly) -> Poly:
    return rest + term if a.kind == "sum" else ring.multiply(w, rest, term)


def _turned(w: Work, a: Atom) -> Poly | None:
    """The other direction, if the index stands with a minus sign at every position."""
    ((label, low, high),) = a.bound
    signs = {c for c, _ in _places(a.args[0], label)}
    if a.kind != "sum" or not signs or not all(c < 0 for c in signs) or not w.allows("sum_reverse"):
        return None
    i, body, first, last = _body(w, a)
    w.record("sum_reverse", f=body, i=i, a=first, b=last)
    return _over(w, a, low, high, lambda p: low + high - p)


def _exchanged(w: Work, total: Atom) -> Poly | None:
    """Σⱼ Σᵢ over a ≤ j, j + c ≤ i ≤ b, with the inner range at its lower end free: the range of j depends on i."""
    for (i, low, high), (j, first, last) in (total.bound, total.bound[::-1]):
        gap = low - w.index_atom(j)
        c = gap.constant
        if c is None or c < 0 or c.denominator != 1 or last.key != high.key or j in high.free or i in first.free:
            continue
        if not w.allows("sum_triangle"):
            return None
        inner, outer = Index("i"), Index("j")
        names = {i: w.index_name(inner), j: w.index_name(outer)}
        body = rename.renamed(w, total.args[0], names)
        a, b = written(w, first), written(w, high)
        w.record("sum_triangle", f=written(w, body), i=inner, j=outer, a=a, b=b, c=as_expr(int(c)))
        x, y = w.fresh(first + gap, high), w.fresh(first, high)
        fresh = rename.renamed(w, total.args[0], {i: x, j: y})
        return sums.total(w, fresh, ((x, first + gap, high), (y, first, w.index_atom(x) - gap)))
    return None


def _shifted(w: Work, a: Atom) -> Poly | None:
    """The index moved so that the lowest position at which it stands is the index itself."""
    ((label, low, high),) = a.bound
    offsets = [c for sign, c in _places(a.args[0], label) if sign > 0]
    if a.kind != "sum" or not offsets or not (c := min(offsets)) or c.denominator != 1 or not w.allows("sum_shift"):
        return None
    i, body, first, last = _body(w, a)
    w.record("sum_shift", f=body, i=i, a=first, b=last, c=as_expr(int(c)))
    return _over(w, a, low + number(c), high + number(c), lambda p: p - number(c))


def _places(p: Poly, label: str) -> Iterator[tuple[Rational, Rational]]:
    """For each position in which the index stands alone: its factor ±1, and the number added to it."""
    for m, _ in p.ordered:
        for a, _ in m.factors:
            if label not in a.free:
                continue
            for q in a.args if a.kind in ("entry", "call") else ():
                c = q.terms.get(_alone(label))
                if c is not None and abs(c) == 1:
                    yield c, q.terms.get(Monomial(()), 0)
            for q in a.args:
                yield from _places(q, label)


def _alone(label: str) -> Monomial:
    return Monomial(((Atom("index", label, at=label), 1),))


def _geometric(w: Work, a: Atom) -> Poly | None:
    """The sum of the powers of a number that is certainly not 1."""
    ((label, low, high),) = a.bound
    one = a.args[0].single
    if a.kind != "sum" or not one or len(one[0].factors) != 1 or one[0].factors[0][0].kind != "unit":
        return None
    base, exponent = one[0].factors[0][0].args
    i = Index("i")
    if not w.allows("sum_geometric") or exponent.key != w.index_atom(label).key:
        return None
    q = powers.power(w, base, one[0].factors[0][1])
    gap, count = witness(w, q - ONE, NONZERO), witness(w, high - low + ONE, NONNEG)
    if gap is None or count is None or label in q.free:
        return None
    powers.raised(w, q, w.index_atom(w.index_name(i)))  # the steps by which qⁱ is the body
    w.record("sum_geometric", d=gap, i=i, a=written(w, low), n=count)
    ends = powers.raised(w, q, high + ONE) - powers.raised(w, q, low)
    return ring.multiply(w, ends, powers.power(w, q - ONE, -1))


# -- several of them


def _common(found: Iterable[Atom]) -> dict[tuple[str, str, str], tuple[Rational, Rational]]:
    """For each kind of range, ends apart from added numbers: the highest low end and the lowest high end."""
    out: dict[tuple[str, str, str], tuple[Rational, Rational]] = {}
    for a in found:
        key, low, high = _class(a)
        known = out.get(key, (low, high))
        out[key] = max(low, known[0]), min(high, known[1])
    return out


def _class(a: Atom) -> tuple[tuple[str, str, str], Rational, Rational]:
    ((_, low, high),) = a.bound
    unit = Monomial(())
    c, d = low.terms.get(unit, 0), high.terms.get(unit, 0)
    return (a.kind, (low - number(c)).key, (high - number(d)).key), c, d


def _peeled(w: Work, a: Atom, common: dict[tuple[str, str, str], tuple[Rational, Rational]]) -> Poly | None:
    """One term less at an end that sticks out of the common range."""
    key, c, d = _class(a)
    if key not in common:
        return None
    low, high = common[key]
    ((_, first, last),) = a.bound
    if 0 < d - high <= MAX_PEELED and (d - high).denominator == 1:
        return _without_last(w, a, first, last)
    if 0 < low - c <= MAX_PEELED and (low - c).denominator == 1:
        return _without_first(w, a, first, last)
    return None
