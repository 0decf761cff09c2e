"""Taylor coefficients of operations, from the slopes in their rows."""

from __future__ import annotations

from functools import cache
from math import factorial

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import REAL
from derive.expr.errors import DeriveError
from derive.expr.leaves import ONE, ZERO, Constant, Number, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.operations import Apply, Operation
from derive.expr.substitute import substitute
from derive.meaning.limits.ground import Ground, NoExpansion
from derive.meaning.normal.signs import rational

AT = Symbol("u", domain=REAL)  # where the derivatives below are taken


@cache
def derivatives(operation: Operation, count: int) -> tuple[Expr, ...]:
    """The operation and its first `count` - 1 derivatives, as expressions in `AT`."""
    out = [operation(AT)]
    while len(out) < count:
        out.append(derivative(out[-1]))
    return tuple(out)


def derivative(e: Expr) -> Expr:
    """∂e/∂u. Raises `NoExpansion` if there is no row for it."""
    if AT is e:
        return ONE
    match e:
        case Number() | Constant():
            return ZERO
        case Neg():
            return Neg.of(derivative(e.args[0]))
        case Add():
            return _sum([derivative(a) for a in e.args])
        case Mul():
            return _sum([_product([*e.args[:k], derivative(a), *e.args[k + 1 :]]) for k, a in enumerate(e.args)])
        case Div():
            f, g = e.args
            return _sum(
                [_product([derivative(f), Div.of(ONE, g)]), Neg.of(_product([f, derivative(g), Div.of(ONE, g * g)]))]
            )
        case Pow() if (n := rational(e.args[1])) is not None:
            return _product([as_expr(n), Pow.of(e.args[0], as_expr(n - 1)), derivative(e.args[0])])
        case Apply() if e.operation.arity == 1:
            try:
                slope = e.operation.partials(e.args[0])[0]
            except DeriveError as error:
                raise NoExpansion(str(error)) from error
            return _product([slope, derivative(e.args[0])])
    raise NoExpansion(f"no derivative of {e}")


def _sum(terms: list[Expr]) -> Expr:
    kept = [t for t in terms if t is not ZERO and t is not Neg.of(ZERO)]
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add.of(*kept)


def _product(factors: list[Expr]) -> Expr:
    kept = [f for f in factors if f is not ONE]
    if ZERO in kept or Neg.of(ZERO) in kept:
        return ZERO
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul.of(*kept)


def coefficients(ground: Ground, operation: Operation, c: Expr, count: int) -> list[Expr]:
    """f⁽ᵏ⁾(c)/k! for k < count."""
    out = []
    for k, d in enumerate(derivatives(operation, count)):
        value = ground.simple(substitute(d, {AT: c}))
        out.append(value if k < 2 else ground.over(value, as_expr(factorial(k))))
    return out
