"""Premises that no numbers satisfy: 0 ≥ 1 is a combination of them. Only premises with constants can be such."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.prove.budget import Budget
from derive.prove.information import constants
from derive.prove.information.combination import combination
from derive.prove.information.problem import Problem, Row


def contradictory(problem: Problem, budget: Budget | None = None) -> bool:
    """Whether the premises imply that a positive number is ≤ 0, in the cone of entropies."""
    used = {c for known in (*problem.premises, *problem.lemmas) for c in known.row if c < 0}
    number = next(
        (-1 - k for k, column in enumerate(problem.columns) if constants.is_number(column) and -1 - k in used), None
    )
    if number is None or not problem.premises:
        return False
    goal: Row = {number: Fraction(-1)}
    return isinstance(combination(replace(problem, goal=goal, equality=False), budget), tuple)
