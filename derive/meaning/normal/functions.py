"""Functions of polynomials: the laws of exp and log, parities, steps and absolute values; atoms otherwise."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.expr.arithmetic import Div, Mul, Neg
from derive.expr.leaves import Symbol, Unique
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    Operation,
    absolute,
    cos,
    exp,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    softplus,
    sqrt,
    step,
)  # fmt: skip
from derive.expr.structure import Indexed, Member
from derive.meaning import laws
from derive.meaning.normal import powers, ring
from derive.meaning.normal.poly import ONE, ZERO, Atom, Monomial, Poly, Rational, exact, number, of_atom, of_monomial
from derive.meaning.normal.render import as_power, atom, monomial, written
from derive.meaning.normal.signs_of import knows, witness
from derive.meaning.normal.work import Work

HALF = Fraction(1, 2)
COMMUTATIVE = ("max", "min")
Args = tuple[Poly, ...]


def apply(w: Work, operation: Operation, args: Args) -> Poly:
    """An operation of the table, by its laws."""
    if operation in SPECIAL:
        return SPECIAL[operation](w, args)
    if operation.parity and args[0].is_zero and operation.parity == "odd" and w.allows(f"zero_{operation}"):
        w.record(f"zero_{operation}")
        return ZERO
    unfolded = definition(w, operation, args)
    if unfolded is not None:
        return unfolded
    if operation.parity and negative(args[0]) and w.allows(f"{operation.parity}_{operation}"):
        w.record(f"{operation.parity}_{operation}", x=written(w, -args[0]))
        mirrored = apply(w, operation, (-args[0],))
        return mirrored if operation.parity == "even" else -mirrored
    return opaque(operation, args)


def opaque(operation: Operation, args: Args) -> Poly:
    if operation.name in COMMUTATIVE:
        args = tuple(sorted(args, key=lambda p: p.key))
    return of_atom(Atom("apply", operation, args, label=operation.name))


def definition(w: Work, operation: Operation, args: Args) -> Poly | None:
    """The value by the operation's definition: always for a derivative f′, in the third tier for the others."""
    derived = operation.name.endswith("'")
    name = f"slope_{operation.name[:-1]}" if derived else f"unfold_{operation}"
    if operation.unfold is None or not (derived or w.unfolding) or not w.allows(name):
        return None
    values = tuple(written(w, a) for a in args)
    w.record(name, x=values[0])
    return w.lower(operation.unfold(*values))


def negative(p: Poly) -> bool:
    """Whether the leading coefficient is negative: the sign that is pulled out of odd and even functions."""
    return bool(p.terms) and p.ordered[0][1] < 0


def head_label(w: Work, kind: str, head: Any) -> str:
    """What stands for the head of an atom in its digest."""
    if isinstance(head, Operation):
        return head.name
    if isinstance(head, Unique):
        return w.label(head)
    if kind == "call":
        return w.label(head[0]) + "'" * head[1]
    if kind in ("entry", "leaf"):
        return w.structure(head)
    return str(head or "")


def is_symmetric(head: Expr) -> bool:
    return isinstance(head, Symbol) and not head.family and head.domain.structure in ("symmetric", "posdef")


# -- exponentials


def exponential(w: Work, p: Poly) -> Poly:
    """exp of a sum is the product of the exponentials of its terms."""
    if p.is_zero:
        if w.allows("exp_zero"):
            w.record("exp_zero")
            return ONE
        return opaque(exp, (p,))
    terms = p.ordered
    if len(terms) > 1 and not w.allows("exp_sum"):
        return opaque(exp, (p,))
    out, left = ONE, p
    for m, c in terms:
        term = of_monomial(m, c)
        left = left - term
        if not left.is_zero:
            w.record("exp_sum", a=written(w, term), b=written(w, left))
        out = ring.multiply(w, out, _exponential_of_term(w, m, c))
    return out


def _exponential_of_term(w: Work, m: Monomial, c: Rational) -> Poly:
    for a, e in m.factors:
        if a.kind != "apply" or e != 1 or a.head not in (log, softplus):
            continue
        rest = of_monomial(Monomial([f for f in m.factors if f[0] is not a]), c)
        (inner,) = a.args
        if a.head is softplus and w.allows("exp_softplus"):
            w.record("exp_softplus", x=written(w, inner), a=written(w, rest))
            return powers.raised(w, apply(w, sigmoid, (-inner,)), -rest)
        if a.head is log and w.allows("exp_log") and (shown := witness(w, inner, "positive")) is not None:
            w.record("exp_log", x=shown, a=written(w, rest))
            return powers.raised(w, inner, rest)
    unit = Atom("apply", exp, (of_monomial(m),), label="exp")
    if c != 1:
        if not w.allows("exp_power"):
            return opaque(exp, (of_monomial(m, c),))
        powers.note_root(w, "exp", as_expr(1), unit.key, of_monomial(m), c)
    return of_atom(unit, c)


# -- logarithms


def logarithm(w: Work, p: Poly) -> Poly:
    """log of a product of non-negative factors is the sum of their logarithms."""
    if p.constant == 1:
        if w.allows("log_one"):
            w.record("log_one")
            return ZERO
        return opaque(log, (p,))
    one = p.single
    c, m, primitive = (one[1], one[0], ONE) if one else powers.content(w, p)
    if not one:
        powers.pass_on_signs(w, p, c, m, primitive)
    if c < 0:
        return opaque(log, (p,))
    factors: list[tuple[Expr, Rational, Poly]] = []  # base ≥ 0, exponent, log of the base
    primes = powers.factorised(c)
    if primes is None:
        primes = {}
        factors.append((as_expr(Fraction(c)), 1, opaque(log, (number(c),))))
    factors += [(as_expr(q), k, opaque(log, (number(q),))) for q, k in primes.items()]
    for a, e in m.factors:
        shown = witness(w, of_atom(a), "nonneg")
        if shown is None:
            return opaque(log, (p,))
        if e.denominator != 1 and (value := _log_of_root(w, a, e)) is not None:
            factors.append((as_power(w, a, e), 1, value))
        else:
            factors.append((shown, e, _log_of_atom(w, a)))
    if not one:
        shown = witness(w, primitive, "nonneg")
        if shown is None:
            return opaque(log, (p,))
        factors.append((shown, 1, _log_of_sum(w, primitive)))
    return _log_of_factors(w, p, factors)


def _log_of_factors(w: Work, p: Poly, factors: list[tuple[Expr, Rational, Poly]]) -> Poly:
    above = [f for f in factors if f[1] > 0]
    below = [(x, -e, value) for x, e, value in factors if e < 0]
    needed = {"log_root"} if any(abs(e) != 1 for _, e, _ in factors) else set()
    needed |= {"log_quotient"} if below else set()
    needed |= {"log_product"} if len(above) > 1 or len(below) > 1 else set()
    if not w.allows(*needed):
        return opaque(log, (p,))
    if below:
        if not above and w.allows("log_one"):
            w.record("log_one")
        w.record("log_quotient", x=_product(above), y=_product(below))
    out = ZERO
    for group, sign in ((above, 1), (below, -1)):
        for n, (x, e, value) in enumerate(group):
            if n + 1 < len(group):
                w.record("log_product", x=_product([group[n]]), y=_product(group[n + 1 :]))
            if e != 1:
                w.record("log_root", x=x, a=as_expr(Fraction(e)))
            out = out.plus(value, exact(sign * e))
    return out


def _product(factors: list[tuple[Expr, Rational, Poly]]) -> Expr:
    parts = [x if e == 1 else x ** as_expr(Fraction(e)) for x, e, _ in factors]
    return as_expr(1) if not parts else parts[0] if len(parts) == 1 else Mul.of(*parts)


def _log_of_sum(w: Work, p: Poly) -> Poly:
    """log of a sum, where 1 - σ(x) counts as σ(-x)."""
    mirrored = ONE - p
    one = mirrored.single
    if one and one[1] == 1 and len(one[0].factors) == 1 and w.allows("log_sigmoid"):
        a, e = one[0].factors[0]
        if e == 1 and a.kind == "apply" and a.head is sigmoid:
            w.record("log_sigmoid", x=written(w, -a.args[0]))
            return -apply(w, softplus, a.args)
    return opaque(log, (p,))


def _log_of_root(w: Work, a: Atom, e: Rational) -> Poly | None:
    """log of a root of exp(u) or x**u, which is written exp(e·u) or x**(e·u)."""
    if a.kind == "apply" and a.head is exp and w.allows("log_exp"):
        exponent = a.args[0].times(e)
        w.record("log_exp", a=written(w, exponent))
        return exponent
    if a.kind == "unit" and w.allows("log_power"):
        exponent = a.args[1].times(e)
        w.record("log_power", x=as_power(w, a, e).args[0], a=written(w, exponent))
        return ring.multiply(w, exponent, logarithm(w, a.args[0]))
    return None


def _log_of_atom(w: Work, a: Atom) -> Poly:
    if a.kind == "apply" and a.head is exp and w.allows("log_exp"):
        w.record("log_exp", a=written(w, a.args[0]))
        return a.args[0]
    if a.kind == "apply" and a.head is sigmoid and w.allows("log_sigmoid"):
        w.record("log_sigmoid", x=written(w, a.args[0]))
        return -apply(w, softplus, (-a.args[0],))
    if a.kind == "unit" and w.allows("log_power") and (shown := witness(w, a.args[0], "positive")) is not None:
        w.record("log_power", x=shown, a=written(w, a.args[1]))
        return ring.multiply(w, a.args[1], logarithm(w, a.args[0]))
    if a.kind in ("base", "prime"):
        return logarithm(w, a.args[0])
    return opaque(log, (of_atom(a),))


# -- the logistic function and its integral


def _mirrored(w: Work, operation: Operation, args: Args, law: str, value: Callable[[Poly, Poly], Poly]) -> Poly:
    """f(-x) by f(x), where the leading coefficient of the argument is negative."""
    unfolded = definition(w, operation, args)
    if unfolded is not None:
        return unfolded
    (p,) = args
    if negative(p) and w.allows(law):
        w.record(law, x=written(w, -p))
        return value(-p, apply(w, operation, (-p,)))
    return opaque(operation, args)


def _sigmoid(w: Work, args: Args) -> Poly:
    return _mirrored(w, sigmoid, args, "sigmoid_mirror", lambda x, f: ONE - f)


def _softplus(w: Work, args: Args) -> Poly:
    return _mirrored(w, softplus, args, "softplus_mirror", lambda x, f: f - x)


# -- absolute value, rectifier, step


def _absolute(w: Work, args: Args) -> Poly:
    (p,) = args
    for need, law, value in (("nonneg", "abs_positive", p), ("nonpositive", "abs_negative", -p)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    if w.unfolding and w.allows("abs_relu"):
        w.record("abs_relu", x=written(w, p))
        return apply(w, relu, args).times(2) - p
    one = p.single
    if one and (len(one[0].factors) + (one[1] != 1) > 1) and w.allows("abs_product"):
        m, c = one
        parts = [number(c)] if c != 1 else []
        parts += [of_monomial(Monomial((f,))) for f in m.factors]
        out = ONE
        while parts:
            first = parts.pop(0)
            if parts:
                w.record("abs_product", x=written(w, first), y=written(w, ring.product(w, parts)))
            out = ring.multiply(w, out, _absolute(w, (first,)))
        return out
    if one and one[0].factors[0][1] != 1 and w.allows("abs_power") and one[0].factors[0][1].denominator == 1:
        a, e = one[0].factors[0]
        w.record("abs_power", x=atom(w, a), n=as_expr(int(e)))
        return powers.power(w, _absolute(w, (of_atom(a),)), e)
    if negative(p) and w.allows("even_abs"):
        w.record("even_abs", x=written(w, -p))
        return _absolute(w, (-p,))
    return opaque(absolute, args)


def _positive_content(w: Work, p: Poly) -> tuple[Rational, Monomial, Poly]:
    """p = c·m·rest with c > 0 and m a product of positive atoms."""
    one = p.single
    c, m, _ = (one[1], one[0], ONE) if one else powers.content(w, p)
    sure = Monomial([f for f in m.factors if knows(w, of_atom(f[0]), "positive")])
    return abs(c), sure, powers.divided(p, sure).times(Fraction(1) / abs(c))


def _relu(w: Work, args: Args) -> Poly:
    (p,) = args
    for need, law, value in (("nonneg", "relu_positive", p), ("nonpositive", "relu_negative", ZERO)):
        if w.allows(law) and (shown := witness(w, p, need)) is not None:
            w.record(law, x=shown)
            return value
    c, m, rest = _positive_content(w, p)
    if (c != 1 or m.factors) and w.allows("relu_scale"):
        w.record("relu_scale", c=monomial(w, m, c), x=written(w, rest))
        return ring.multiply(w, of_monomial(m, c), _relu(w, (rest,)))
    if negative(p) and w.allows("relu_mirror"):
        w.record("relu_mirror", x=written(w, -p))
        return _relu(w, (-p,)) + p
    if w.unfolding and w.allows("relu_step"):
        w.record("relu_step", x=written(w, p))
        return ring.multiply(w, p, apply(w, step, args))
    return opaque(relu, args)


def _step(w: Work, args: Args) -> Poly:
    (p,) = args
    if w.allows("step_positive") and (shown := witness(w, p, "positive")) is not None:
        w.record("step_positive", x=shown)
        return ONE
    c, m, rest = _positive_content(w, p)
    if (c != 1 or m.factors) and w.allows("step_scale"):
        w.record("step_scale", c=monomial(w, m, c), x=written(w, rest))
        return _step(w, (rest,))
    if negative(p) and w.allows("step_mirror"):
        w.record("step_mirror", x=written(w, -p))
        return ONE - _step(w, (-p,))
    return opaque(step, args)


def _extremum(w: Work, operation: Operation, args: Args, law: str) -> Poly:
    if w.unfolding and w.allows(law):
        x, y = args
        w.record(law, x=written(w, x), y=written(w, y))
        rectified = apply(w, relu, (x - y,))
        return y + rectified if operation is maximum else x - rectified
    return opaque(operation, args)


def _sqrt(w: Work, args: Args) -> Poly:
    if not w.allows("sqrt"):
        return opaque(sqrt, args)
    w.record("sqrt", x=written(w, args[0]))
    return powers.raised(w, args[0], number(HALF))


def _cos(w: Work, args: Args) -> Poly:
    if args[0].is_zero and w.allows("cos_zero"):
        w.record("cos_zero")
        return ONE
    if negative(args[0]) and w.allows("even_cos"):
        w.record("even_cos", x=written(w, -args[0]))
        return opaque(cos, (-args[0],))
    return opaque(cos, args)


SPECIAL: dict[Operation, Callable[[Work, Args], Poly]] = {
    exp: lambda w, args: exponential(w, args[0]),
    log: lambda w, args: logarithm(w, args[0]),
    sigmoid: _sigmoid,
    softplus: _softplus,
    absolute: _absolute,
    relu: _relu,
    step: _step,
    sqrt: _sqrt,
    cos: _cos,
    maximum: lambda w, args: _extremum(w, maximum, args, "max_relu"),
    minimum: lambda w, args: _extremum(w, minimum, args, "min_relu"),
}


# -- deltas and case distinctions


def signed_difference(p: Poly) -> Poly:
    """δ(i,j) = δ(j,i): one of the two signs."""
    return -p if negative(p) else p


def delta(w: Work, difference: Poly) -> Poly:
    if (c := difference.constant) is not None:
        return ONE if c == 0 else ZERO
    return of_atom(Atom("delta", None, (signed_difference(difference),)))


def where(w: Work, relation: str, args: Args) -> Poly:
    """A case distinction on the sign of a difference; equal cases need none."""
    if args[1].key == args[2].key and w.allows("where_same") and relation == "<":
        w.record("where_same", x=written(w, args[1]), y=written(w, args[0]))
        return args[1]
    return of_atom(Atom("where", relation, args, label=relation))


__all__ = ["Div", "Indexed", "Member", "Neg", "apply", "as_power", "delta", "exponential", "laws", "logarithm", "where"]
