"""Rules of arithmetic: equal factors cancel and merge, equal terms are collected."""

from __future__ import annotations

from fractions import Fraction

from derive.derivation.order import same_but_for_order
from derive.derivation.rewrite import Rewrite
from derive.derivation.written import joined, minus, over, plus, power, rational, split, times
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, ZERO, Number
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply
from derive.expr.structure import Bound


def _base(f: Expr) -> tuple[Expr, Expr]:
    return (f.args[0], f.args[1]) if isinstance(f, Pow) else (f, ONE)


def cancel(e: Expr) -> Rewrite | None:
    """A factor that is also a divisor: powers of one base are merged."""
    if not isinstance(e, Mul | Div):
        return None
    sign, above, below = split(e)
    for a in above:
        base, m = _base(a)
        if isinstance(base, Number):
            continue
        for b in below:
            if _base(b)[0] is not base:
                continue
            n = _base(b)[1]
            left = plus(m, minus(n))
            value = rational(left)
            if value is None and m is not n:
                continue
            rest_above, rest_below = [f for f in above if f is not a], [f for f in below if f is not b]
            rest_above += [f for f in above if f is a][1:]
            rest_below += [f for f in below if f is b][1:]
            if m is n or value == 0:
                pass
            elif value is not None and value > 0:
                rest_above.insert(above.index(a), power(base, as_expr(value)))
            else:
                rest_below.append(power(base, as_expr(-(value or Fraction(0)))))
            return Rewrite("cancel", joined(sign, rest_above, rest_below), {"a": base})
    return _numbers(sign, above, below)


def _numbers(sign: int, above: list[Expr], below: list[Expr]) -> Rewrite | None:
    """Numbers above and below: one fraction in lowest terms."""
    numbers = [f for f in below if isinstance(f, Number)]
    tops = [f for f in above if isinstance(f, Number)]
    if not numbers or not tops:
        return None
    value = Fraction(1)
    for f in tops:
        value *= f.value
    for f in numbers:
        value /= f.value
    rest_above = [f for f in above if not isinstance(f, Number)]
    rest_below = [f for f in below if not isinstance(f, Number)]
    if [f.value for f in tops] == [value.numerator] and [f.value for f in numbers] == [value.denominator]:
        return None
    if not rest_below and value.denominator == 1:
        return Rewrite("cancel", joined(sign, [as_expr(value), *rest_above], []), {})
    if value.numerator != 1:
        rest_above.insert(0, Number.of(value.numerator))
    if value.denominator != 1:
        rest_below.insert(0, Number.of(value.denominator))
    return Rewrite("cancel", joined(sign, rest_above, rest_below), {})


def merge(e: Expr) -> Rewrite | None:
    """Powers of one base among the factors of a product become one power, exponentials one exponential."""
    if not isinstance(e, Mul):
        return None
    for k, a in enumerate(e.args):
        base, m = _base(a)
        if isinstance(base, Number):
            continue
        for j in range(k + 1, len(e.args)):
            other, n = _base(e.args[j])
            if other is base and isinstance(m, Number) and isinstance(n, Number):
                rest = [*e.args[:k], power(base, plus(m, n)), *e.args[k + 1 : j], *e.args[j + 1 :]]
                return Rewrite("collect", times(*rest), {"a": base})
    return None


def powers(e: Expr) -> Rewrite | None:
    """(ab)ⁿ = aⁿbⁿ and (aᵐ)ⁿ = aᵐⁿ for integers, where there is a number or a power to be worked out."""
    if not isinstance(e, Pow) or not isinstance(e.args[1], Number) or e.args[1].value.denominator != 1:
        return None
    base, n = e.args[0], e.args[1]
    if isinstance(base, Pow) and isinstance(base.args[1], Number) and base.args[1].value.denominator == 1:
        return Rewrite("collect", power(base.args[0], Number.of(base.args[1].value * n.value)), {"a": base.args[0]})
    if isinstance(base, Mul) and n.value > 0 and any(isinstance(f, Number | Pow) for f in base.args):
        factors = (as_expr(f.value ** int(n.value)) if isinstance(f, Number) else power(f, n) for f in base.args)
        return Rewrite("collect", times(*factors), {"n": n})
    return None


def flatten(e: Expr) -> Rewrite | None:
    """A product with quotients among its factors is one quotient, if a factor then meets an equal divisor.

    A quotient of quotients is one quotient.
    """
    if isinstance(e, Div) and any(isinstance(a, Div) for a in e.args):
        return Rewrite("collect", joined(*split(e)), {})
    if not isinstance(e, Mul) or not any(isinstance(f, Div) for f in e.args):
        return None
    sign, above, below = split(e)
    met = {_base(a)[0] for a in above} & {_base(b)[0] for b in below}
    plain = [f for f in above if not isinstance(f, Number)]
    if not met and len(plain) > 1 and len(below) > 1:
        return None
    return Rewrite("collect", joined(sign, above, below), {})


def collect(e: Expr) -> Rewrite | None:
    """Terms that differ by a number are one term, in the place of the first."""
    if not isinstance(e, Add):
        return None
    found: dict[Expr, Fraction] = {}
    for t in e.args:
        number, rest = coefficient(t)
        rest = next((r for r in found if r is rest or same_but_for_order(r, rest)), rest)
        found[rest] = found.get(rest, Fraction(0)) + number
    if len(found) == len(e.args):
        return None
    terms = [_scaled(value, rest) for rest, value in found.items() if value]
    return Rewrite("collect", plus(*terms) if terms else ZERO, {})


def coefficient(t: Expr) -> tuple[Fraction, Expr]:
    """A term as a number times the rest."""
    if isinstance(t, Number):
        return t.value, ONE
    if isinstance(t, Neg):
        number, rest = coefficient(t.args[0])
        return -number, rest
    if isinstance(t, Mul) and isinstance(t.args[0], Number):
        return t.args[0].value, times(*t.args[1:])
    if isinstance(t, Div):
        number, rest = coefficient(t.args[0])
        return number, over(rest, t.args[1])
    return Fraction(1), t


def _scaled(value: Fraction, rest: Expr) -> Expr:
    sign, above, below = split(rest)
    out = joined(sign, [Number.of(abs(value)), *above], below)
    return minus(out) if value < 0 else out


def distribute_sign(e: Expr) -> Rewrite | None:
    """-(a - b) is b - a: a bracket is not worth its sign."""
    inner = e.args[0] if isinstance(e, Neg) else None
    bracket = inner.args[0] if isinstance(inner, Div) else inner
    if not isinstance(bracket, Add):
        return None
    terms = [minus(t) for t in bracket.args]
    positive = [t for t in terms if not isinstance(t, Neg)]
    if not positive:
        return None
    turned = plus(*positive, *(t for t in terms if isinstance(t, Neg)))
    return Rewrite("collect", over(turned, inner.args[1]) if isinstance(inner, Div) else turned, {})


def positive_first(e: Expr) -> Rewrite | None:
    """A sum does not begin with a minus if it has a term without one."""
    if not isinstance(e, Add) or not isinstance(e.args[0], Neg):
        return None
    kept = [t for t in e.args if not isinstance(t, Neg)]
    if not kept:
        return None
    return Rewrite("collect", Add.of(*kept, *(t for t in e.args if isinstance(t, Neg))), {})


def weight(f: Expr) -> int:
    """Where a factor stands in a product that is put in order: numbers, symbols, functions, brackets, sums."""
    match f:
        case Number():
            return 0
        case Pow():
            return max(1, weight(f.args[0]))
        case Apply() | Div():
            return 2
        case Add():
            return 3
        case Bound():
            return 4
    return 1


def in_order(e: Expr) -> Rewrite | None:
    """The factors of a product in the usual order; those of one kind stay as they stand."""
    if not isinstance(e, Mul):
        return None
    factors = sorted(e.args, key=weight)
    return None if tuple(factors) == e.args else Rewrite("order", Mul.of(*factors))


def common_factor(e: Expr) -> Rewrite | None:
    """A factor of every term is written once, if it is more than a symbol or a number."""
    if not isinstance(e, Add):
        return None
    parts = [split(t) for t in e.args]
    common = [f for f in parts[0][1] if all(f in above for _, above, _ in parts[1:])]
    common = [f for f in common if not isinstance(f, Number)]
    below = [f for f in parts[0][2] if all(f in b for _, _, b in parts[1:])]
    if not common and not below:
        return None
    rest = []
    for sign, above, divisors in parts:
        kept_above, kept_below = list(above), list(divisors)
        for f in common:
            kept_above.remove(f)
        for f in below:
            kept_below.remove(f)
        rest.append(joined(sign, kept_above, kept_below))
    inner = plus(*rest)
    value = over(times(*common, inner), times(*below)) if below else times(*common, inner)
    return Rewrite("common-factor", value, {"c": times(*common)}) if size(value) < size(e) else None


def one_quotient(e: Expr) -> Rewrite | None:
    """A sum of quotients over one divisor."""
    if not isinstance(e, Add):
        return None
    divisors = [a.args[1] for t in e.args if isinstance(a := t.args[0] if isinstance(t, Neg) else t, Div)]
    if len(divisors) != len(e.args) or any(d is not divisors[0] for d in divisors):
        return None
    above = [minus(t.args[0].args[0]) if isinstance(t, Neg) else t.args[0] for t in e.args]
    return Rewrite("common-denominator", over(plus(*above), divisors[0]), {"d": divisors[0]})


def expanded(e: Expr) -> Expr:
    """A product with one factor that is a sum, multiplied out."""
    sign, above, below = split(e)
    sums = [f for f in above if isinstance(f, Add)]
    if len(sums) != 1:
        return e
    place = above.index(sums[0])
    terms = [joined(sign, [*above[:place], t, *above[place + 1 :]], below) for t in sums[0].args]
    return plus(*(merged.after if (merged := merge(t)) is not None else t for t in terms))


def size(e: Expr) -> int:
    """How much there is to read: nodes as often as they are printed; functions and quotients weigh more."""
    counted: dict[Expr, int] = {}
    for node in walk(e, into_terms=False):
        own = 3 if isinstance(node, Apply | Div) else 1
        if isinstance(node, Add):
            own -= sum(isinstance(t, Neg) for t in node.args[1:])
        counted[node] = own + sum(counted[a] for a in node.args)
    return counted[e]


TIDYING = (powers, cancel, merge, collect, flatten, distribute_sign)
