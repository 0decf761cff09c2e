"""Finite sums: linear, split by connectivity, with deltas sifted.

An atom of kind "sum" is a product of factors summed over all integer tuples in the ranges of its bound indices; every
factor is connected to every other through them.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.expr.dims import Dim
from derive.expr.leaves import Size, Symbol
from derive.expr.structure import Indexed
from derive.expr.tensor import Linear
from derive.meaning.normal import functions, labels, matrices, permutations, rename, ring, signs_of
from derive.meaning.normal.poly import (
    ONE,
    ZERO,
    Atom,
    Monomial,
    Poly,
    Rational,
    number,
    of_atom,
    of_monomial,
)  # fmt: skip
from derive.meaning.normal.work import Work

MAX_SHORT = 4  # terms of a sum that is written out
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
    short = _short(w, m, bounds)
    if short is not None:
        return short
    sifted = _sifted(w, m, bounds)
    if sifted is not None:
        return sifted
    contracted = _contracted(w, m, bounds)
    if contracted is not None:
        return contracted
    permuted = permutations.summed_out(w, m, bounds)
    if permuted is not None:
        return total(w, *permuted)
    merged = _merged(w, m, bounds)
    if merged is not None:
        return merged
    counted = _counted(w, m, bounds)
    if counted is not None:
        return counted
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


def _short(w: Work, m: Monomial, bounds: Bounds) -> Poly | None:
    """The terms of a short sum over numbers, one by one."""
    for name, low, high in bounds:
        a, b = low.constant, high.constant
        rest = tuple(x for x in bounds if x[0] != name)
        if a is None or b is None or a.denominator != 1 or b.denominator != 1 or not 0 <= b - a < MAX_SHORT:
            continue
        if any(name in lo.free | hi.free for _, lo, hi in rest) or not w.allows("sum_short"):
            continue
        out, body = ZERO, of_monomial(m)
        for k in range(int(a), int(b) + 1):
            out = out + total(w, rename.substitute(w, body, {name: number(k)}), rest)
        return out
    return None


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
    """Whether a position lies in a range: an index of the same range, or an integer that is known to."""
    if any(name in low.free | high.free for name, _, _ in others):
        return False
    one = value.single
    if one and one[1] == 1 and len(one[0].factors) == 1 and one[0].factors[0][0].kind == "index":
        name = one[0].factors[0][0].head
        ranges = {n: (lo, hi) for n, lo, hi in others}
        found = ranges.get(name) or w.range_of(name)
        if found is not None and (found[0].key, found[1].key) == (low.key, high.key):
            return True
    if any(name in value.free for name, _, _ in others):
        return False
    return _counts(value) and all(signs_of.knows(w, d, "nonneg") for d in (value - low, high - value))


# -- inverses


def _contracted(w: Work, m: Monomial, bounds: Bounds) -> Poly | None:
    """Σₖ M⁻¹[i,k] M[k,j] = δ(i,j), if nothing else contains the index k, which runs over the whole axis."""
    inverses = [a for a, e in m.factors if e == 1 and a.kind == "entry" and isinstance(a.head, Linear)]
    for a in inverses if w.allows("inverse") else ():
        for name in [b[0] for b in bounds if b[0] in a.free]:
            others = [b for b, _ in m.factors if b is not a and name in b.free]
            rest = tuple(b for b in bounds if b[0] != name)
            if len(others) != 1 or m.exponents[others[0]] != 1 or any(name in lo.free | hi.free for _, lo, hi in rest):
                continue
            ends = matrices.contracted(w, a, others[0], name)
            if ends is None or any(name in p.free for p in ends):
                continue
            whole = _full_index(w, w.index_atom(name), others[0].head.axes[0], bounds)
            if whole is None:
                continue
            factors = of_monomial(Monomial([f for f in m.factors if f[0] is not a and f[0] is not others[0]]))
            return total(w, ring.multiply(w, factors, functions.delta(w, ends[0] - ends[1])), rest)
    return None


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


def _counted(w: Work, m: Monomial, bounds: Bounds) -> Poly | None:
    """An index that stands in nothing but its own range, which depends on others, gives the length of the range."""
    names = {b[0] for b in bounds}
    for name, low, high in bounds:
        others = tuple(b for b in bounds if b[0] != name)
        used = any(name in a.free for a, _ in m.factors) or any(name in lo.free | hi.free for _, lo, hi in others)
        if used or not (low.free | high.free) & names:
            continue
        length = _length(w, low, high, others)
        if length is not None:
            return total(w, ring.multiply(w, of_monomial(m), length), others)
    return None


def _at_least(w: Work, p: Poly, others: Bounds) -> Poly:
    """`p` with the indices around it at the ends of their ranges at which it is least."""
    ranges = {**w.scope, **{name: (lo, hi) for name, lo, hi in others}}
    for name in sorted(p.free):
        c = p.terms.get(Monomial(((Atom("index", name, at=name), 1),)))
        if c is None or name not in ranges:
            return p
        low, high = ranges[name]
        p = p.plus(w.index_atom(name), -c).plus(low if c > 0 else high, c)
    return p


def _length(w: Work, low: Poly, high: Poly, others: Bounds = ()) -> Poly | None:
    """The number of positions in a range that is known not to be turned around."""
    length = high - low + ONE
    if not w.allows("dim_sum"):
        return None
    whole = _counts(low) and _counts(high)
    return length if whole and signs_of.knows(w, _at_least(w, length, others), "nonneg") else None


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
    """Σ_k T[i,k] = 1 for one-hot rows and kernels, Σ p = 1 for a distribution, in any product free of the index."""
    for a, e in factors.items():
        leaf = a.head.of_what if isinstance(a.head, Indexed) else a.head
        if a.kind != "entry" or e != 1 or not isinstance(leaf, Symbol) or leaf.family:
            continue
        rows = leaf.domain.structure in ("onehot", "kernel")
        places = a.args[-1:] if rows else a.args if leaf.domain.structure == "simplex" else ()
        law = "rows_sum_to_one" if rows else "simplex_total"
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
