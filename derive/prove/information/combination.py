"""The goal as a sum of what is non-negative: first with few sets, then with the whole lattice of those that occur."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.prove.budget import Budget
from derive.prove.information.certificate import Terms
from derive.prove.information.elemental import Cone
from derive.prove.information.lattice import TooManySetsError
from derive.prove.information.linear_program.program import decide
from derive.prove.information.linear_program.simplex import Ray, Solution
from derive.prove.information.problem import Problem, Row

WHOLE = 40  # sets up to which the whole lattice is taken at once


@dataclass(frozen=True)
class NotShannon:
    """Goal·ray < 0 (for an equality ≠ 0), though the ray meets the premises and all that is non-negative.

    `ray` has the values, 0 included, of all coordinates that matter; a set that is not in it has the value of the
    smallest set there that contains it. It need not come from a distribution, so it refutes nothing.
    """

    ray: Row


@dataclass(frozen=True)
class GaveUp:
    """Neither was found."""

    reason: str


def combination(problem: Problem, budget: Budget | None = None) -> Terms | NotShannon | GaveUp:
    """The terms of goal ≥ 0, whether or not the statement is an equality."""
    try:
        return _found(Cone(problem, WHOLE), problem, budget)
    except TooManySetsError:
        pass
    first = _found(Cone(problem, sparse=True), problem, budget)
    if isinstance(first, tuple):
        return first
    try:
        return _found(Cone(problem), problem, budget)
    except TooManySetsError as error:
        return GaveUp(str(error))


def _found(cone: Cone, problem: Problem, budget: Budget | None) -> Terms | NotShannon | GaveUp:
    found = decide(cone.matrix, problem.goal, budget)
    if isinstance(found, Solution):
        return tuple((factor, cone.generator(j)) for j, factor in found.items())
    if isinstance(found, Ray):
        return NotShannon({c: found.get(row, Fraction(0)) for c, row in cone.matrix.place.items()})
    return GaveUp(found)
