"""Powers: integer ones by arithmetic, real ones by the laws of real powers where signs license them.

An atom carries a rational exponent of its own only if it is known to be non-negative; any other real power is an atom
as a whole. `x**e` with e = Σ cᵢ·mᵢ, for x > 0, is the product of (x**mᵢ)**cᵢ.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from derive.expr.arithmetic import Div, Mul, Pow
from derive.expr.node import Expr, as_expr
from derive.expr.operations import absolute, exp
from derive.meaning.normal import explog, functions, ring, whole_powers
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
from derive.meaning.normal.render import as_power, atom, monomial, note_root, written
from derive.meaning.normal.signs_of import knows, remember, witness
from derive.meaning.normal.work import Undecided, Work

MAX_POWER, MAX_PRIME = 40, 10_000
Factor = tuple[Atom, Rational]


def power(w: Work, p: Poly, q: Rational) -> Poly:
    """p**q for a rational number q; q = 0 gives 1."""
    q = exact(q)
    if q == 0 or q == 1:
        return p if q else ONE
    if p.is_zero:
        if q < 0:
            raise Undecided("division by zero")
        return ZERO
    if q.denominator != 1 and p.constant == 1 and w.allows("power_one"):
        w.record("power_one", a=as_expr(Fraction(q)))
        return ONE
    if q.denominator != 1:
        return _root(w, p, q)
    if abs(q) > MAX_POWER and len(p.terms) > 1 and q > 0:
        raise Undecided(f"a sum to the power {q}, more than {MAX_POWER}")
    n, one = int(q), p.single
    if one:
        return ring.settle(w, {a: exact(e * n) for a, e in one[0].factors}).times(rational_power(one[1], n))
    if n < 0:
        return _inverse(w, p, n)
    half = power(w, p, n // 2)
    square = ring.multiply(w, half, half)
    return ring.multiply(w, square, p) if n % 2 else square


def rational_power(value: Rational, n: int) -> Rational:
    if abs(n) > 2000:
        raise Undecided(f"the power {n} of a number")
    return exact(Fraction(value) ** n)


def _inverse(w: Work, p: Poly, n: int) -> Poly:
    """A negative power of a sum: its content to that power, times an atom of the primitive part."""
    c, m, primitive = content(w, p)
    if primitive.constant is not None or primitive.single:  # the content took all
        return power(w, ring.multiply(w, of_monomial(m, c), primitive), n)
    outside = ring.settle(w, {a: exact(e * n) for a, e in m.factors}).times(rational_power(c, n))
    pass_on_signs(w, p, c, m, primitive)
    return ring.multiply(w, outside, of_atom(Atom("base", None, (primitive,)), n))


def content(w: Work, p: Poly) -> tuple[Rational, Monomial, Poly]:
    """p = c·m·primitive, where no atom divides all terms of the primitive part and its leading coefficient is 1.

    A sum that is known to be non-negative keeps its sign: then the leading coefficient may be -1.
    """
    ordered = p.ordered
    lead = ordered[0][1]
    if knows(w, p, "nonneg" if lead < 0 else "nonpositive"):
        lead = -lead
    common = ordered[0][0].exponents
    for m, _ in ordered[1:]:
        here = m.exponents
        common = {a: min(e, here.get(a, 0)) for a, e in common.items()} | {
            a: e for a, e in here.items() if a not in common and e < 0
        }
    m = Monomial({a: e for a, e in common.items() if e})
    return lead, m, divided(w, p, m).times(Fraction(1) / lead)


def divided(w: Work, p: Poly, m: Monomial) -> Poly:
    """p / m, a division that comes out even; what m divides by is multiplied out."""
    if any(a.kind == "base" and e < 0 for a, e in m.factors):
        out, inverse = ZERO, {a: -e for a, e in m.factors}
        for n, c in p.terms.items():
            exponents = n.exponents
            for a, e in inverse.items():
                exponents[a] = exact(exponents.get(a, 0) + e)
            out = out.plus(ring.settle(w, {a: e for a, e in exponents.items() if e}), c)
        return out
    terms = {}
    for n, c in p.terms.items():
        exponents = n.exponents
        for a, e in m.factors:
            exponents[a] = exact(exponents.get(a, 0) - e)
        terms[Monomial({a: e for a, e in exponents.items() if e})] = c
    return Poly(terms)


def pass_on_signs(w: Work, p: Poly, c: Rational, m: Monomial, primitive: Poly) -> None:
    """What is known of a sum, as written, is known of its primitive part."""
    for e in list(w.origin.get(p.key, ())):
        if m.factors or c != 1:
            e = Div.of(e, monomial(w, m, c))
        remember(w, primitive, e)


# -- rational powers that are not whole


def _root(w: Work, p: Poly, q: Rational) -> Poly:
    one = p.single
    if one:
        return _root_of_monomial(w, one[0], one[1], q)
    c, m, _ = content(w, p)
    lead = abs(c)
    sure = Monomial([f for f in m.factors if knows(w, of_atom(f[0]), "positive")])
    if sure is UNIT or not sure.factors:
        sure = UNIT
    inside = divided(w, p, sure).times(Fraction(1) / lead)
    pass_on_signs(w, p, lead, sure, inside)
    if (sure.factors or lead != 1) and w.allows("power_factor"):
        w.record("power_factor", x=monomial(w, sure, lead), y=_shown(w, inside), a=as_expr(Fraction(q)))
        return ring.multiply(w, _root_of_monomial(w, sure, lead, q), _root_of_sum(w, inside, q))
    return _root_of_sum(w, p, q)


def _shown(w: Work, p: Poly) -> Expr:
    for need in ("positive", "nonneg"):
        if (shown := witness(w, p, need)) is not None:
            return shown
    return written(w, p)


def _root_of_sum(w: Work, p: Poly, q: Rational) -> Poly:
    base = witness(w, p, "nonneg")
    if base is None or not w.allows("power_root"):
        return opaque(w, p, number(q))
    note_root(w, "power", base, p.key, ONE, q)
    return ring.settle(w, {Atom("base", None, (p,)): q})


def opaque(w: Work, p: Poly, e: Poly) -> Poly:
    return of_atom(Atom("power", None, (p, e)))


def _root_of_monomial(w: Work, m: Monomial, c: Rational, q: Rational) -> Poly:
    """Roots of the factors of a product, as far as their signs are known."""
    if not w.allows("power_root"):
        return opaque(w, of_monomial(m, c), number(q))
    factors: list[tuple[str, Factor | Rational]] = []
    unknown: list[Factor] = []
    for a, e in m.factors:
        sign = "positive" if knows(w, of_atom(a), "positive") else "nonneg" if knows(w, of_atom(a), "nonneg") else ""
        even = e.denominator == 1 and e % 2 == 0 and w.allows("root_square", "abs_power")
        if sign == "positive" or (sign and e > 0):
            factors.append((sign, (a, e)))
        elif even and e > 0 and q.denominator == 2:
            factors.append(("even", (a, e)))
        else:
            unknown.append((a, e))
    sign = -1 if c < 0 else 1
    if (unknown or sign < 0) and not w.allows("power_factor"):
        return opaque(w, of_monomial(m, c), number(q))
    if unknown or sign < 0:  # only what is positive comes out
        unknown += [f for s, f in factors if s != "positive"]  # type: ignore[misc]
        factors = [f for f in factors if f[0] == "positive"]
    if abs(c) != 1:
        factors.insert(0, ("positive", abs(c)))
    rest = of_monomial(Monomial(unknown), sign)
    factors.sort(key=lambda f: f[0] != "positive")
    split = factors[:-1] if rest.constant == 1 else factors  # the last factor stays where it is
    if not w.allows(*{"power_factor" if kind == "positive" else "power_product" for kind, _ in split}):
        return opaque(w, of_monomial(m, c), number(q))
    out = ONE
    while factors:
        kind, factor = factors.pop(0)
        inside = ring.multiply(w, rest, _joined(factors))
        if inside.constant != 1:
            x = _factor_written(w, factor)
            law = "power_factor" if kind == "positive" else "power_product"
            w.record(law, x=x, y=_product_written(w, [f for _, f in factors], rest), a=as_expr(Fraction(q)))
        out = ring.multiply(w, out, _root_of_factor(w, kind, factor, q))
    return out if rest.constant == 1 else ring.multiply(w, out, opaque(w, rest, number(q)))


def _joined(factors: list) -> Poly:
    c, atoms = 1, {}
    for _, f in factors:
        if isinstance(f, tuple):
            atoms[f[0]] = f[1]
        else:
            c = f
    return of_monomial(Monomial(atoms), c)


def _factor_written(w: Work, factor: Factor | Rational) -> Expr:
    return as_power(w, *factor) if isinstance(factor, tuple) else as_expr(Fraction(factor))


def _product_written(w: Work, factors: list, rest: Poly) -> Expr:
    parts = [_factor_written(w, f) for f in factors]
    if rest.constant != 1:
        parts.append(written(w, rest))
    return parts[0] if len(parts) == 1 else Mul.of(*parts)


def _root_of_factor(w: Work, kind: str, factor: Factor | Rational, q: Rational) -> Poly:
    if not isinstance(factor, tuple):
        return number_power(w, factor, q)
    a, e = factor
    base = _shown(w, of_atom(a))
    if kind == "even":  # (a^2j)^(k/2) = |a^j|^k
        j = int(e) // 2
        inner = as_power(w, a, j)
        w.record("root_square", x=inner)
        note_root(w, "power", Pow.of(base, as_expr(int(e))), power(w, of_atom(a), int(e)).key, ONE, q)
        size = functions.apply(w, absolute, (power(w, of_atom(a), j),))
        return power(w, size, int(q * 2))
    if e != 1 and kind == "positive":
        w.record("power_power", x=base, a=as_expr(Fraction(e)), b=as_expr(Fraction(q)))
    elif e != 1:
        w.record("power_root", x=base, a=as_expr(Fraction(e)), n=as_expr(Fraction(q)))
    total = exact(e * q)
    note_root(w, "power", base, of_atom(a).key, ONE, total)
    return ring.settle(w, {a: total})


def number_power(w: Work, c: Rational, q: Rational) -> Poly:
    """A rational power of a positive rational number, by its prime factors."""
    primes = factorised(c)
    if primes is None:
        return opaque(w, number(c), number(q))
    out, left = ONE, Fraction(c)
    for prime, k in primes.items():
        here = Fraction(prime) ** k
        left /= here
        if left != 1:
            w.record("power_factor", x=as_expr(here), y=as_expr(left), a=as_expr(Fraction(q)))
        base = as_expr(prime)
        if k != 1:
            w.record("power_power", x=base, a=as_expr(k), b=as_expr(Fraction(q)))
        note_root(w, "power", base, number(prime).key, ONE, exact(k * q))
        out = ring.multiply(w, out, ring.settle(w, {Atom("prime", None, (number(prime),)): exact(k * q)}))
    return out


def factorised(c: Rational) -> dict[int, int] | None:
    """Prime factors with exponents, if trial division by small primes finds them all."""
    out: dict[int, int] = {}
    for part, sign in ((c.numerator, 1), (c.denominator, -1)):
        left, d = part, 2
        while left > 1 and d <= min(isqrt(left), MAX_PRIME):
            while left % d == 0:
                left //= d
                out[d] = out.get(d, 0) + sign
            d += 1
        if left > 1:
            if left > MAX_PRIME**2:
                return None
            out[left] = out.get(left, 0) + sign
    return dict(sorted((p, k) for p, k in out.items() if k))


# -- exponents that are polynomials


def raised(w: Work, p: Poly, e: Poly) -> Poly:
    """p**e for any exponent."""
    constant = e.constant
    if constant == 0:
        if not w.allows("power_zero"):
            return opaque(w, p, e)
        w.record("power_zero", x=written(w, p))
        return ONE
    if constant is not None:
        return power(w, p, constant)
    if p.constant == 1 and w.allows("power_one"):
        w.record("power_one", a=written(w, e))
        return ONE
    exponent = written(w, e)
    whole = w.signs.holds("integer", exponent)
    if p.is_zero and whole and w.allows("power_of_zero"):
        w.record("power_of_zero", n=exponent)
        return functions.delta(w, e)
    if p.is_zero:
        return opaque(w, p, e)
    if knows(w, p, "positive"):
        return of_positive(w, p, e) if w.allows("power_sum", "power_power") else opaque(w, p, e)
    if whole and knows(w, p, "nonzero") and w.allows("power_sum_whole", "power_power_whole", "power_product_whole"):
        return whole_powers.of_nonzero(w, p, e)
    if whole and w.allows("power_sum_count"):
        return whole_powers.counted(w, p, e)
    return opaque(w, p, e)


def of_positive(w: Work, p: Poly, e: Poly) -> Poly:
    terms = e.ordered
    base = _shown(w, p)
    out, left = ONE, e
    for m, c in terms:
        term = of_monomial(m, c)
        left = left - term
        if not left.is_zero:
            w.record("power_sum", x=base, a=written(w, term), b=written(w, left))
        out = ring.multiply(w, out, _raised_to_term(w, p, m, c))
    return out


def _raised_to_term(w: Work, p: Poly, m: Monomial, c: Rational) -> Poly:
    """p**(c·m) for p > 0, over the factors of p."""
    if m is UNIT or not m.factors:
        return power(w, p, c)
    exponent = written(w, of_monomial(m, c))
    one = p.single
    k, common, _ = (one[1], one[0], ONE) if one else content(w, p)
    sure = [f for f in common.factors if knows(w, of_atom(f[0]), "positive")]
    lead = abs(k)
    numbers = (factorised(lead) or {}) if lead != 1 else {}
    rest = divided(w, p, Monomial(sure)).times(Fraction(1) / lead if numbers else 1)
    pass_on_signs(w, p, lead if numbers else 1, Monomial(sure), rest)
    parts: list[tuple[Expr, Poly]] = []
    for prime, times in numbers.items():
        parts.append((as_expr(Fraction(prime) ** times), _unit(w, number(prime), as_expr(prime), m, c, times)))
    for a, x in sure:
        parts.append((as_power(w, a, x), _factor_raised(w, a, x, m, c)))
    if rest.constant != 1:
        shown = witness(w, rest, "positive")
        value = opaque(w, rest, of_monomial(m, c)) if shown is None else _unit(w, rest, shown, m, c, 1)
        parts.append((written(w, rest) if shown is None else shown, value))
    if len(parts) > 1 and not w.allows("power_factor"):
        return opaque(w, p, of_monomial(m, c))
    out = ONE
    while parts:
        x, value = parts.pop(0)
        if parts:
            others = [o for o, _ in parts]
            w.record("power_factor", x=x, y=others[0] if len(others) == 1 else Mul.of(*others), a=exponent)
        out = ring.multiply(w, out, value)
    return out


def _factor_raised(w: Work, a: Atom, x: Rational, m: Monomial, c: Rational) -> Poly:
    """(a**x)**(c·m)"""
    if a.kind == "apply" and a.head is exp and w.allows("power_exp"):
        exponent = written(w, of_monomial(m, c))
        inner = a.args[0].times(x)
        if x != 1:
            note_root(w, "exp", atom(w, a), a.key, a.args[0], x)
        w.record("power_exp", a=written(w, inner), b=exponent)
        return explog.exponential(w, ring.multiply(w, inner, of_monomial(m, c)))
    if a.kind == "unit":
        base, times = _shown(w, a.args[0]), of_monomial(m, exact(c * x))
        if x != 1:  # ((x^u)^n)^b = (x^u)^(n·b)
            w.record("power_power", x=atom(w, a), a=as_expr(Fraction(x)), b=written(w, of_monomial(m, c)))
        w.record("power_power", x=base, a=written(w, a.args[1]), b=written(w, times))
        return raised(w, a.args[0], ring.multiply(w, a.args[1], times))
    if a.kind in ("base", "prime"):
        return _unit(w, a.args[0], _shown(w, a.args[0]), m, c, x)
    return _unit(w, of_atom(a), atom(w, a), m, c, x)


def _unit(w: Work, base: Poly, shown: Expr, m: Monomial, c: Rational, x: Rational) -> Poly:
    """(base**x)**(c·m) as a power of the atom base**m."""
    if x != 1:
        w.record("power_power", x=shown, a=as_expr(Fraction(x)), b=written(w, of_monomial(m, c)))
    total = exact(c * x)
    note_root(w, "power", shown, base.key, of_monomial(m), total)
    return of_atom(Atom("unit", None, (base, of_monomial(m))), total)
