"""Enclosures of the values of an expression over a box: every variable moves in a ball. Trusted.

What is monotone is taken at the ends of its argument, so that wide boxes stay tight (R. E. Moore, Interval Analysis,
1966). A value that some point of the box may not have is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import arb, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import Constant, Number
from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Weighted, Where
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNKNOWN, Finite, Scalar, State
from derive.meaning.numbers.evaluate import CONSTANTS
from derive.prove.smt.linear import rational

Box = Mapping[Expr, Finite]
EXACT_ENDS = ("exp", "log", "sqrt", "sigmoid", "softplus", "tanh", "sinh", "erf", "Phi", "digamma", "trigamma", "acos")


class OutsideError(Exception):
    """An expression that is not computed from the variables of the box alone."""


def between(low: Fraction, high: Fraction) -> Finite:
    """The ball of all numbers from low to high."""
    if low == high:
        return ball.exact(low)
    return arb(ball.exact(low)).union(arb(ball.exact(high)))


def enclose(e: Expr, box: Box) -> Scalar:
    """An enclosure of all values of `e` on the box, at the working precision. Raises `OutsideError`."""
    return Enclosures(box)(e)


class Enclosures:
    """The enclosures of expressions on one box, each computed once."""

    def __init__(self, box: Box) -> None:
        self.done: dict[Expr, Scalar] = dict(box)

    def __call__(self, e: Expr) -> Scalar:
        if e not in self.done:
            self.done[e] = self._of(e)
        return self.done[e]

    def _of(self, e: Expr) -> Scalar:
        match e:
            case Number():
                return ball.exact(e.value)
            case Constant() if e.name in CONSTANTS:
                return CONSTANTS[e.name]()
            case Add():
                return ball.add([self(a) for a in e.args])
            case Mul():
                return ball.multiply([self(a) for a in e.args])
            case Neg():
                return ball.negate(self(e.args[0]))
            case Div():
                return ball.divide(self(e.args[0]), self(e.args[1]))
            case Pow():
                return self._power(e)
            case Apply():
                return self._applied(e)
            case Where():
                condition, then, otherwise = e.args
                if isinstance(condition, Relation):
                    sides = self(condition.left), self(condition.right)
                    return ball.choose(condition.kind, *sides, self(then), self(otherwise))
            case Weighted():
                return ball.weighted(self(e.args[0]), self(e.args[1]))
        raise OutsideError(f"`{e}` is not computed from single numbers")

    def _power(self, e: Pow) -> Scalar:
        base, n = self(e.args[0]), rational(e.args[1])
        if n is None:
            return ball.power(base, self(e.args[1]), False)
        if isinstance(base, arb) and n.denominator == 1 and n > 0 and n % 2 == 0:
            largest = base.abs_upper() ** int(n)
            smallest = base.abs_lower() ** int(n)
            return ball.settle(arb(smallest).union(largest))
        if isinstance(base, arb) and n.denominator != 1 and not base > 0:
            return _at_ends(lambda end: ball.power(end, ball.exact(n), True), base) if n > 0 else UNKNOWN
        return ball.power(base, ball.exact(n), True)

    def _applied(self, e: Apply) -> Scalar:
        operation = e.operation
        if operation.name not in OPERATIONS:
            if operation.unfold is None or operation.unfold(*e.args) is e:
                raise OutsideError(f"{operation.name} has no values")
            return self(operation.unfold(*e.args))
        args = [self(a) for a in e.args]
        x = args[0]
        if operation.name in EXACT_ENDS and isinstance(x, arb):
            return _at_ends(lambda end: ball.apply(operation, (end,)), x)
        if operation.name == "phi" and isinstance(x, arb):  # even, and falls with |x|
            return _at_ends(lambda end: ball.apply(operation, (end,)), x.abs_lower().union(x.abs_upper()))
        if operation.name == "cosh" and isinstance(x, arb):
            return _at_ends(lambda end: ball.apply(operation, (end,)), x.abs_lower().union(x.abs_upper()))
        return ball.apply(operation, args)


def _at_ends(f: Callable[[Scalar], Scalar], x: arb) -> Scalar:
    """The hull of the values at both ends, which holds all values of a monotone function."""
    low, high = (f(ball.settle(end)) for end in (x.lower(), x.upper()))
    if isinstance(low, State) or isinstance(high, State):
        return UNKNOWN
    return ball.settle(arb(low).union(arb(high)))


def sign(value: Scalar) -> int | None:
    """1 or -1 for an enclosure that lies on one side of 0, 0 for the exact 0; else None."""
    if isinstance(value, State):
        return None
    if value > 0:
        return 1
    if value < 0:
        return -1
    return 0 if isinstance(value, fmpq) else None


def never_negative(value: Scalar, strict: bool) -> bool:
    """Whether every number in an enclosure is positive (or at least 0)."""
    return not isinstance(value, State) and bool(value > 0 if strict else value >= 0)
