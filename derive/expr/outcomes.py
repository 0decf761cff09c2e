"""The outcomes on which an expression depends: those that no expectation and no divergence binds."""

from __future__ import annotations

from collections.abc import Iterable

from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.leaves import Let
from derive.expr.node import Expr, walk

Ordered = dict[Outcome, None]


def free_outcomes(e: Expr) -> tuple[Outcome, ...]:
    """The free outcomes of `e`, also of the definitions of named terms, in order of first use."""
    found: dict[Expr, Ordered] = {}
    for node in walk(e):
        found[node] = _free(node, found)
    return tuple(found[e])


def _free(node: Expr, found: dict[Expr, Ordered]) -> Ordered:
    match node:
        case Outcome():
            return {node: None}
        case Expectation():
            free = _without((*_given(node.factors), *found[node.body]), node.bound)
        case Contrast():
            free = _without(_given(node.left), _over(node.left)) | _without(_given(node.right), _over(node.right))
            free = _without((*free, *_given(node.average)), _over(node.average))
        case Let():
            free = found[node.expr]
        case _:
            free = {x: None for a in node.args for x in found[a]}
    return free


def _given(factors: tuple[Density, ...]) -> tuple[Outcome, ...]:
    return tuple(x for factor in factors for x in factor.given)


def _over(factors: tuple[Density, ...]) -> tuple[Outcome, ...]:
    return tuple(x for factor in factors for x in factor.outcomes)


def _without(outcomes: Iterable[Outcome], bound: tuple[Outcome, ...]) -> Ordered:
    return {x: None for x in outcomes if x not in bound}
