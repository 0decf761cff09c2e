"""The zero test: multiply by the lowest power of every denominator, multiply out, and look again."""

from __future__ import annotations

from derive.meaning.normal import ring
from derive.meaning.normal.poly import ZERO, Atom, Poly, Rational, exact
from derive.meaning.normal.work import Work

MAX_ROUNDS = 8


def cleared(w: Work, p: Poly) -> Poly:
    """`p` times a product of powers of atoms, none of them 0 where `p` is defined, without denominators at the top."""
    for _ in range(MAX_ROUNDS):
        multiplier = _multiplier(p)
        if p.is_zero or not multiplier:
            return p
        out = ZERO
        for m, c in p.terms.items():
            exponents = m.exponents
            for a, e in multiplier.items():
                exponents[a] = exact(exponents.get(a, 0) + e)
            out = out.plus(ring.settle(w, {a: e for a, e in exponents.items() if e}), c)
            w.check_size(out)
        p = out
    return p


def _multiplier(p: Poly) -> dict[Atom, Rational]:
    """What lifts every negative exponent, and every exponent of a sum, to 0 in its lowest place."""
    lowest: dict[Atom, Rational] = {}
    for m in p.terms:
        for a, e in m.factors:
            lowest[a] = min(lowest.get(a, e), e)
    for m in p.terms:
        present = {a for a, _ in m.factors}
        lowest.update({a: min(e, 0) for a, e in lowest.items() if a not in present})
    return {a: -e for a, e in sorted(lowest.items(), key=lambda f: f[0].key) if e < 0 or (e and a.kind == "base")}
