"""Finite sums: linear, split by connectivity, with deltas sifted.

An atom of kind "sum" is a product of factors summed over all integer tuples in the ranges of its bound indices; every
factor is connected to every other through them.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.expr.dims import Dim
from derive.expr.leaves import Size, Symbol
from derive.expr.structure import Indexed
from derive.meaning.normal import labels, rename, ring, signs_of
from derive.meaning.normal.poly import (
    ONE,
    ZERO,
    Atom,
    Monomial,
    Poly,
    Rational,
    of_atom,
    of_monomial,
)  # fmt: skip
from derive.meaning.normal.work import Work

Bounds = tuple[tuple[str, Poly, Poly], ...]  # index, low, high


def total(w: Work, p: Poly, bounds: Bounds) -> Poly:
    """The sum of `p` over all tuples of indices in their ranges."""
    if not bounds or p.is_zero:
        return p
    if not w.allows("linearity"):
        return _plain_total(w, p, bounds)
    out = ZERO
    for m, c in p.terms.items():
        out = out.plus(_total_of_monomial(w, m, bounds), c)
    return w.check_size(out)


def _plain_total(w: Work, p: Poly, bounds: Bounds) -> Poly:
    """Without linearity a sum is closed as it is, one index at a time."""
    for b in bounds:
        p = of_atom(labels.canonical(w, "sum", (b,), p))
    return p


def opened(w: Work, a: Atom, values: Mapping[str, Poly] = {}) -> tuple[Poly, Bounds]:
    """The body of a closed sum over fresh indices, after a substitution for free ones."""
    bounds: list[tuple[str, Poly, Poly]] = []
    names: dict[str, str] = {}
    for label, low, high in a.bound:
        ends = rename.substitute(w, low, values), rename.substitute(w, high, values)
        names[label] = w.fresh(*ends)
        bounds.append((names[label], *ends))
    body = rename.renamed(w, a.args[0], names)
    ranges = tuple((n, rename.renamed(w, low, names), rename.renamed(w, high, names)) for n, low, high in bounds)
    return rename.substitute(w, body, values), ranges


def _total_of_monomial(w: Work, m: Monomial, bounds: Bounds) -> Poly:
    w.spend()
    sifted = _sifted(w, m, bounds)
    if sifted is not None:
        return sifted
    merged = _merged(w, m, bounds)
    if merged is not None:
        return merged
    out = ONE
    for factors, group in _groups(m, bounds):
        if not group:
            part = of_monomial(Monomial(factors))
        elif not factors and len(group) == 1 and (length := _length(w, *group[0][1:])) is not None:
            part = length
        else:
            known = _known(w, factors, group)
            part = known if known is not None else _closed(w, factors, group)
        out = ring.multiply(w, out, part)
    return out


def _closed(w: Work, factors: dict[Atom, Rational], group: Bounds) -> Poly:
    atom = labels.canonical(w, "sum", group, of_monomial(Monomial(factors)))
    if atom.key in w.premises:
        return ring.settle(w, {atom: 1})
    return of_atom(atom)


# -- deltas


def _sifted(w: Work, m: Monomial, bounds: Bounds) -> Poly | None:
    """Σ_k δ(k,j) f(k) = f(j), if the position j is within the range of k."""
    if not w.allows("delta_sift"):
        return None
    for a, e in m.factors:
        if a.kind != "delta" or e != 1:
            continue
        for name, low, high in bounds:
            value = ring.solution(a, name) if name in a.free else None
            rest = tuple(b for b in bounds if b[0] != name)
            if value is None or any(name in lo.free | hi.free for _, lo, hi in rest):
                continue
            if _within(w, value, low, high, rest):
                others = of_monomial(Monomial([f for f in m.factors if f[0] is not a]))
                return total(w, rename.substitute(w, others, {name: value}), rest)
    return None


def _within(w: Work, value: Poly, low: Poly, high: Poly, others: Bounds) -> bool:
    """Whether a position lies in a range: an index of the same range, or a number that is known to."""
    if low.free | high.free:
        return False
    one = value.single
    if one and one[1] == 1 and len(one[0].factors) == 1 and one[0].factors[0][0].kind == "index":
        name = one[0].factors[0][0].head
        ranges = {n: (lo, hi) for n, lo, hi in others}
        found = ranges.get(name) or w.range_of(name)
        return found is not None and (found[0].key, found[1].key) == (low.key, high.key)
    return (
        value.constant is not None
        and value.constant.denominator == 1
        and all(signs_of.knows(w, d, "nonneg") for d in (value - low, high - value))
    )


# -- nested sums


def _merged(w: Work, m: Monomial, bounds: Bounds) -> Poly | None:
    """Σ_i Σ_j = Σ_ij: closed sums that contain an index to be summed are opened."""
    names = {b[0] for b in bounds}
    inner = [(a, e) for a, e in m.factors if a.kind == "sum" and a.free & names and e.denominator == 1 and e > 0]
    if not inner:
        return None
    product = of_monomial(Monomial([f for f in m.factors if f not in inner]))
    for a, e in inner:
        for _ in range(int(e)):
            body, more = opened(w, a)
            product, bounds = ring.multiply(w, product, body), (*bounds, *more)
    return total(w, product, bounds)


# -- connectivity


def _groups(m: Monomial, bounds: Bounds) -> list[tuple[dict[Atom, Rational], Bounds]]:
    """Factors and indices in connected parts; first the factors that contain no index to be summed."""
    names = [b[0] for b in bounds]
    of = {name: name for name in names}

    def root(name: str) -> str:
        while of[name] != name:
            name = of[name]
        return name

    links = [[n for n in names if n in a.free] for a, _ in m.factors]
    links += [[n, *(o for o in names if o in low.free | high.free)] for n, low, high in bounds]
    for link in links:
        for n in link[1:]:
            of[root(n)] = root(link[0])
    out: list[tuple[dict[Atom, Rational], Bounds]] = [({a: e for a, e in m.factors if not a.free & set(names)}, ())]
    for r in [n for n in names if root(n) == n]:
        group = tuple(b for b in bounds if root(b[0]) == r)
        inside = {b[0] for b in group}
        out.append(({a: e for a, e in m.factors if a.free & inside}, group))
    return out


def _length(w: Work, low: Poly, high: Poly) -> Poly | None:
    """The number of positions in a range that is known not to be turned around."""
    length = high - low + ONE
    if not w.allows("dim_sum"):
        return None
    return length if _counts(low) and _counts(high) and signs_of.knows(w, length, "nonneg") else None


def _counts(p: Poly) -> bool:
    """Whether `p` is an integer at every point."""
    whole = all(c.denominator == 1 for c in p.terms.values())
    powers = [(a, e) for m in p.terms for a, e in m.factors]
    return whole and all(e.denominator == 1 and e > 0 and (a.kind == "index" or _is_integer(a.head)) for a, e in powers)


def _is_integer(head: object) -> bool:
    leaf = head.of_what if isinstance(head, Indexed) else head
    return isinstance(leaf, Size) or (isinstance(leaf, Symbol) and leaf.domain.integer)


# -- totals that the domains give


def _known(w: Work, factors: dict[Atom, Rational], group: Bounds) -> Poly | None:
    """Σ_k T[i,k] = 1 for one-hot rows, Σ p = 1 for a distribution, inside any product that the index leaves alone."""
    for a, e in factors.items():
        leaf = a.head.of_what if isinstance(a.head, Indexed) else a.head
        if a.kind != "entry" or e != 1 or not isinstance(leaf, Symbol) or leaf.family:
            continue
        places = {"onehot": a.args[-1:], "simplex": a.args}.get(leaf.domain.structure, ())
        law = {"onehot": "rows_sum_to_one", "simplex": "simplex_total"}.get(leaf.domain.structure, "")
        names = (
            [_full_index(w, p, dim, group) for p, dim in zip(places, leaf.axes[-len(places) :], strict=True)]
            if places
            else []
        )
        if not names or None in names or len(set(names)) < len(names) or not w.allows(law):
            continue
        elsewhere = [b.free for b in factors if b is not a] + [lo.free | hi.free for _, lo, hi in group]
        elsewhere += [p.free for p in a.args[: -len(places)]]
        if any(name in free for name in names for free in elsewhere):
            continue
        rest = of_monomial(Monomial({b: x for b, x in factors.items() if b is not a}))
        return total(w, rest, tuple(b for b in group if b[0] not in names))
    return None


def _full_index(w: Work, place: Poly, dim: Dim, group: Bounds) -> str | None:
    """The bound index that is this place, if it runs over all positions of the axis."""
    for name, low, high in group:
        if place.key == w.index_atom(name).key and low.constant == 1 and high.key == w.lower(dim.size).key:
            return name
    return None
