"""Products of polynomials, and what happens when powers of one atom meet."""

from __future__ import annotations

from math import floor

from derive.expr.leaves import Symbol
from derive.expr.operations import absolute, cos, sin, step
from derive.expr.structure import Indexed
from derive.meaning.normal import functions, powers, rename
from derive.meaning.normal.poly import (
    ONE,
    UNIT,
    ZERO,
    Atom,
    Monomial,
    Poly,
    Rational,
    exact,
    number,
    of_atom,
    of_monomial,
)  # fmt: skip
from derive.meaning.normal.render import written
from derive.meaning.normal.work import Work


def multiply(w: Work, p: Poly, q: Poly) -> Poly:
    """The product, multiplied out."""
    for a, b in ((p, q), (q, p)):
        if (c := a.constant) is not None:
            return b.times(c)
    out = ZERO
    terms: dict[Monomial, Rational] = {}
    for m, c in p.terms.items():
        for n, d in q.terms.items():
            w.spend()
            joined = join(w, m, n)
            if isinstance(joined, Monomial):
                total = exact(terms.get(joined, 0) + c * d)
                if total:
                    terms[joined] = total
                else:
                    terms.pop(joined, None)
            else:
                out = out.plus(joined, exact(c * d))
    return w.check_size(out + Poly(terms))


def product(w: Work, factors: list[Poly]) -> Poly:
    out = ONE
    for f in factors:
        out = multiply(w, out, f)
    return out


def join(w: Work, m: Monomial, n: Monomial) -> Monomial | Poly:
    """The product of two monomials: a monomial, unless powers meet that reduce to several terms."""
    if m is UNIT or n is UNIT:
        return n if m is UNIT else m
    exponents = m.exponents
    settled = True
    for a, e in n.factors:
        if a in exponents:
            total = exact(exponents[a] + e)
            if total:
                exponents[a] = total
                settled = settled and not reducible(w, a, total)
            else:
                del exponents[a]
        else:
            exponents[a] = e
    if any(a.kind == "delta" for a in exponents):
        settled = settled and not any(_eliminates(w, a, exponents) for a in exponents if a.kind == "delta")
    return Monomial(exponents) if settled else settle(w, exponents)


def settle(w: Work, exponents: dict[Atom, Rational]) -> Poly:
    """The product of powers of atoms as a polynomial, with every reduction made."""
    w.spend()
    for a in sorted(exponents, key=lambda a: a.key):
        if reducible(w, a, exponents[a]):
            rest = {b: e for b, e in exponents.items() if b is not a}
            return multiply(w, settle(w, rest), reduce(w, a, exponents[a]))
    for a in sorted(exponents, key=lambda a: a.key):
        found = _eliminates(w, a, exponents) if a.kind == "delta" else None
        if found:
            name, value = found
            rest = of_monomial(Monomial({b: e for b, e in exponents.items() if b is not a}))
            return multiply(w, of_atom(a), rename.substitute(w, rest, {name: value}))
    return of_monomial(Monomial(exponents))


def with_premises(w: Work, p: Poly) -> Poly:
    """`p` with atoms replaced that a premise gives."""
    out = ZERO
    for m, c in p.terms.items():
        out = out.plus(settle(w, m.exponents) if any(a.key in w.premises for a, _ in m.factors) else of_monomial(m), c)
    return out


# -- one atom: what its powers reduce to


def reducible(w: Work, a: Atom, e: Rational) -> bool:
    whole = e.denominator == 1
    if a.key in w.premises:
        return whole and e >= w.premises[a.key][0]
    match a.kind:
        case "base":
            return e >= 1
        case "prime":
            return not 0 < e < 1
        case "entry":
            return whole and e > 1 and binary(a) and w.allows("idempotent")
        case "delta":
            return whole and e > 1 and w.allows("idempotent")
        case "apply":
            if a.head is absolute:
                return whole and e != 1 and w.allows("abs_square")
            return (
                whole
                and e > 1
                and ((a.head is step and w.allows("step_square")) or (a.head is sin and w.allows("pythagoras")))
            )
    return False


def reduce(w: Work, a: Atom, e: Rational) -> Poly:
    """A reducible power of an atom."""
    if a.key in w.premises:
        n, value, step_ = w.premises[a.key]
        w.steps[step_] = None
        return multiply(w, value, of_atom(a, e - n))
    match a.kind:
        case "base":
            n = floor(e)
            return multiply(w, powers.power(w, a.args[0], n), of_atom(a, exact(e - n)))
        case "prime":
            n = floor(e)
            value = a.args[0].constant or 0
            return multiply(w, number(powers.rational_power(value, n)), of_atom(a, exact(e - n)))
        case "apply" if a.head is absolute:
            odd = int(e) % 2
            w.record("abs_square", x=written(w, a.args[0]))
            return multiply(w, powers.power(w, a.args[0], int(e) - odd), of_atom(a, odd))
        case "apply" if a.head is sin:
            w.record("pythagoras", x=written(w, a.args[0]))
            cosine = functions.apply(w, cos, a.args)
            square = ONE - multiply(w, cosine, cosine)
            return multiply(w, powers.power(w, square, int(e) // 2), of_atom(a, int(e) % 2))
        case "apply":
            w.record("step_square", x=written(w, a.args[0]))
    return of_atom(a)


def binary(a: Atom) -> bool:
    """Whether an entry has the values 0 and 1 only."""
    leaf = a.head.of_what if isinstance(a.head, Indexed) else a.head
    return isinstance(leaf, Symbol) and leaf.domain.integer and (leaf.domain.lower, leaf.domain.upper) == (0, 1)


# -- Kronecker's delta: an atom of the difference of two positions


def solution(a: Atom, name: str) -> Poly | None:
    """The position at which a delta is 1, solved for an index: i = j + 1 for δ(i, j + 1)."""
    difference = a.args[0]
    unknown = Monomial(((Atom("index", name, at=name), 1),))
    c = difference.terms.get(unknown)
    if c not in (1, -1):
        return None
    rest = difference.plus(of_monomial(unknown), -c)
    return None if name in rest.free else rest.times(-c)


def _eliminates(w: Work, a: Atom, exponents: dict[Atom, Rational]) -> tuple[str, Poly] | None:
    """An index that a delta lets us replace in the other factors: δ(i,j) f(i) = δ(i,j) f(j)."""
    if not w.allows("delta_sift"):
        return None
    for name in sorted(a.free, reverse=True):
        value = solution(a, name)
        if value is not None and sum(bool(m.factors) for m in value.terms) > 1:  # which index would depend on names
            return None
        if value is not None and any(name in b.free for b in exponents if b is not a):
            return name, value
        if value is not None:
            return None
    return None
