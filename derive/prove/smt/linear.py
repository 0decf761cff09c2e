"""An expression as a rational combination of terms: what exponentials are taken apart by."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Number
from derive.expr.node import Expr, as_expr
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.plain import plain

Combination = dict[Expr, Fraction]  # term -> coefficient; the term ONE carries the constant
LARGEST = 200  # terms of a product of sums that is multiplied out


def rational(e: Expr) -> Fraction | None:
    """The number that a literal denotes."""
    match e:
        case Number():
            return e.value
        case Neg():
            inner = rational(e.args[0])
            return None if inner is None else -inner
        case Div():
            top, bottom = map(rational, e.args)
            return None if top is None or not bottom else top / bottom
    return None


def combination(e: Expr) -> Combination:
    """`e` as a sum of terms with rational coefficients, products with sums multiplied out."""
    value = rational(e)
    if value is not None:
        return {ONE: value} if value else {}
    match e:
        case Neg():
            return scaled(combination(e.args[0]), Fraction(-1))
        case Add():
            return total(*(combination(a) for a in e.args))
        case Div():
            below = rational(e.args[1])
            if below:
                return scaled(combination(e.args[0]), 1 / below)
        case Mul():
            return _product([combination(a) for a in e.args], e)
        case Apply() if e.operation.name in OPERATIONS and e.operation.parity == "odd":
            turned = mirrored(e.args[0])
            if turned is not None:
                return {e.operation(turned): Fraction(-1)}
    return {e: Fraction(1)}


def _product(factors: list[Combination], written: Expr) -> Combination:
    size = 1
    for f in factors:
        size *= max(len(f), 1)
    if size > LARGEST:
        return {written: Fraction(1)}
    out: Combination = {ONE: Fraction(1)}
    for f in factors:
        out = total(*({_times(s, t): c * d} for s, c in out.items() for t, d in f.items()))
    return out


def _times(s: Expr, t: Expr) -> Expr:
    """The product of two terms, its factors in the order of their texts."""
    factors = [f for e in (s, t) if e is not ONE for f in (e.args if isinstance(e, Mul) else (e,))]
    powers: dict[Expr, Fraction] = {}
    for f in factors:
        base, exponent = f, Fraction(1)
        if isinstance(f, Pow) and (value := rational(f.args[1])) is not None and value > 0 and value.denominator == 1:
            base, exponent = f.args[0], value
        powers[base] = powers.get(base, Fraction(0)) + exponent
    shown = [b if k == 1 else b ** as_expr(k) for b, k in sorted(powers.items(), key=lambda item: plain(item[0]))]
    return ONE if not shown else shown[0] if len(shown) == 1 else Mul.of(*shown)


def total(*parts: Combination) -> Combination:
    out: Combination = {}
    for part in parts:
        for term, c in part.items():
            out[term] = out.get(term, Fraction(0)) + c
    return {term: c for term, c in out.items() if c}


def scaled(c: Combination, factor: Fraction) -> Combination:
    return {term: value * factor for term, value in c.items()}


def as_written(c: Combination) -> Expr:
    """A combination as an expression, its terms in the order of their texts."""
    terms = []
    for term, value in sorted(c.items(), key=lambda item: plain(item[0])):
        number = as_expr(abs(value))
        shown = number if term is ONE else term if abs(value) == 1 else Mul.of(number, term)
        terms.append(Neg.of(shown) if value < 0 else shown)
    return ZERO if not terms else terms[0] if len(terms) == 1 else Add.of(*terms)


def mirrored(e: Expr) -> Expr | None:
    """-e, if e begins with a minus sign in canonical order: of e and -e at most one does."""
    parts = combination(e)
    first = min(parts, key=plain, default=None)
    return as_written(scaled(parts, Fraction(-1))) if first is not None and parts[first] < 0 else None
