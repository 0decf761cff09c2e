"""Mutants of an order a ≤ b. Most changes leave it true, since it need not be tight; these go against it.

The lesser side is made larger, or the greater side smaller, or the order is turned around.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.leaves import HALF, ZERO, Number
from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.propositions import Relation

OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
TWO = Number.of(2)
LARGER = {"min": "max", "relu": "softplus", "sinh": "cosh", "tanh": "sign"}
SMALLER = {"max": "min", "softplus": "relu", "cosh": "sinh", "exp": "sinh", "abs": "relu", "sqrt": "log"}


def against(relation: Relation) -> Iterator[tuple[str, Relation]]:
    """Changes against an order, each with the name of the operator that makes it."""
    kind = relation.kind
    is_less = kind in ("<", "<=")
    less, greater = (relation.left, relation.right) if is_less else (relation.right, relation.left)

    def order(less: Expr, greater: Expr) -> Relation:
        return Relation.of(kind, *((less, greater) if is_less else (greater, less)))

    yield "reverse", Relation.of(OPPOSITE[kind], relation.left, relation.right)
    yield "perturb_constant", order(_raised(less), greater)
    if greater is not ZERO:
        yield "flip_sign", order(less, greater.args[0] if isinstance(greater, Neg) else Neg.of(greater))
    if less is not ZERO:  # twice a lesser side that is negative is less still; half of it is not
        is_negative = _has_minus(less)
        yield "double", order(Mul.of(HALF if is_negative else TWO, less), greater)
        if greater is not ZERO:
            yield "double", order(less, Mul.of(TWO if is_negative else HALF, greater))
    for name, e in _without_term(less, negative=True):
        yield name, order(e, greater)
    for name, e in _without_term(greater, negative=False):
        yield name, order(less, e)
    for name, e in _neighbours(less, LARGER):
        yield name, order(e, greater)
    for name, e in _neighbours(greater, SMALLER):
        yield name, order(less, e)


def _has_minus(e: Expr) -> bool:
    return isinstance(e, Neg) or (isinstance(e, Mul | Div) and _has_minus(e.args[0]))


def _raised(e: Expr) -> Expr:
    """e + 1/1000"""
    step = Fraction(1, 1000)
    return Number.of(e.value + step) if isinstance(e, Number) else e + Number.of(step)


def _without_term(e: Expr, negative: bool) -> Iterator[tuple[str, Expr]]:
    """A sum without one of its terms, which has a minus sign or has none."""
    for k, term in enumerate(e.args if isinstance(e, Add) else ()):
        if isinstance(term, Neg) is negative:
            rest = e.args[:k] + e.args[k + 1 :]
            yield "drop_term", rest[0] if len(rest) == 1 else Add.of(*rest)


def _neighbours(e: Expr, others: dict[str, str]) -> Iterator[tuple[str, Expr]]:
    """The side, or a term of it, with another function."""
    if isinstance(e, Apply) and e.operation.name in others:
        yield "neighbour", Apply.of(OPERATIONS[others[e.operation.name]], e.args)
    for k, term in enumerate(e.args if isinstance(e, Add) else ()):
        for name, other in _neighbours(term, others):
            yield name, e.rebuild((*e.args[:k], other, *e.args[k + 1 :]))
