"""Permutation matrices inside sums: Σₖ P[k,j] = 1 = Σₖ P[i,k], and PᵀP = I = PPᵀ, where nothing else contains k."""

from __future__ import annotations

from derive.expr.leaves import Symbol
from derive.meaning.normal import functions, ring
from derive.meaning.normal.poly import ONE, Atom, Monomial, Poly, of_monomial
from derive.meaning.normal.work import Work

Bound = tuple[str, Poly, Poly]


def is_permutation(a: Atom) -> bool:
    """Whether an atom is an entry of a permutation matrix."""
    head = a.head
    whole = a.kind == "entry" and isinstance(head, Symbol) and not head.family and len(a.args) == 2
    return whole and head.domain.structure == "permutation"


def summed_out(w: Work, m: Monomial, bounds: tuple[Bound, ...]) -> tuple[Poly, tuple[Bound, ...]] | None:
    """The product with one index of a permutation summed out, and the ranges that are left."""
    if not any(is_permutation(a) for a, _ in m.factors) or not w.allows("permutation"):
        return None
    for name, low, high in bounds:
        rest = tuple(b for b in bounds if b[0] != name)
        touched = [(a, e) for a, e in m.factors if name in a.free]
        alone = all(e == 1 and is_permutation(a) for a, e in touched) and 1 <= len(touched) <= 2
        if not alone or any(name in lo.free | hi.free for _, lo, hi in rest) or len({a.head for a, _ in touched}) != 1:
            continue
        index, size = w.index_atom(name).key, w.lower(touched[0][0].head.axes[0].size).key
        if low.constant != 1 or high.key != size:
            continue
        for at in (0, 1):
            if all(a.args[at].key == index and name not in a.args[1 - at].free for a, _ in touched):
                ends = [a.args[1 - at] for a, _ in touched]
                factors = of_monomial(Monomial([f for f in m.factors if f not in touched]))
                value = functions.delta(w, ends[0] - ends[1]) if len(ends) == 2 else ONE
                return ring.multiply(w, factors, value), rest
    return None
