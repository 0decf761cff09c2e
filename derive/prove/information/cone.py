"""The prover over the cone of entropies: a statement is a sum of what is non-negative, or there is a ray beside it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.prove.budget import Budget
from derive.prove.information import constants, span
from derive.prove.information.certificate import Certificate
from derive.prove.information.combination import GaveUp, NotShannon, combination
from derive.prove.information.contradiction import contradictory
from derive.prove.information.problem import Constant, Problem, combined

__all__ = ["GaveUp", "NotShannon", "prove"]

SHARES = (Fraction(1), Fraction(1, 100), Fraction(1, 10**6))  # of a number: what a strict inequality may be short of


def prove(problem: Problem, budget: Budget | None = None) -> Certificate | NotShannon | GaveUp:
    """A certificate that adds up, or why there is none. Raises `ContradictoryPremisesError`."""
    if contradictory(problem, budget):
        from derive.prove.deciders import ContradictoryPremisesError

        raise ContradictoryPremisesError("the premises contradict each other: they imply 0 >= 1")
    if problem.strict:
        return _strict(problem, budget)
    spanned = span.prove(problem) if problem.equality else None
    if spanned is not None:
        return spanned
    terms = combination(problem, budget)
    if not isinstance(terms, tuple) or not problem.equality:
        return Certificate(terms) if isinstance(terms, tuple) else terms
    against = {coordinate: -value for coordinate, value in problem.goal.items()}
    reverse = combination(replace(problem, goal=against), budget)
    return Certificate(terms, reverse) if isinstance(reverse, tuple) else reverse


def _strict(problem: Problem, budget: Budget | None) -> Certificate | NotShannon | GaveUp:
    """goal > 0, as goal ≥ a small positive number: without one, all that is known is non-negative."""
    terms = combination(problem, budget)
    if not isinstance(terms, tuple):
        return terms
    for column in filter(constants.is_number, problem.columns):
        for share in SHARES:
            number = Constant(((column, Fraction(1)),))
            less = replace(problem, goal=combined(((1, problem.goal), (-share, number.row(problem)))))
            if isinstance(terms := combination(less, budget), tuple):
                return Certificate((*terms, (share, number)))
    return GaveUp("it is not negative, but nothing says that it is positive")
