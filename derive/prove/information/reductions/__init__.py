"""Statements about entropies made smaller before any linear program, each with the way back to a full certificate.

A reduction is a module with `apply(problem)`: a `Reduced` (a problem with fewer variables), a `Program` (rows over
fewer coordinates), or None where there is nothing to do. What is left holds exactly if the original statement follows
from Shannon's inequalities, so that a failure of what is left is a failure of the whole.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from derive.prove.budget import Budget
from derive.prove.information import checker, cone, constants
from derive.prove.information.certificate import Certificate
from derive.prove.information.cone import GaveUp, NotShannon
from derive.prove.information.problem import Problem
from derive.prove.information.reductions import chain, closure, occurring, symmetry, together
from derive.prove.information.reductions.reduced import Program, Reduced

SMALL = 4  # variables: up to here one program is as fast, and its certificate is the shortest
WIDE = 6  # the same for closed sets


def prove(problem: Problem, budget: Budget | None = None) -> Certificate | NotShannon | GaveUp:
    """A certificate of the problem as it stands, checked, or why there is none. The ray may be empty: not carried back.

    Raises `ContradictoryPremisesError`.
    """
    if problem.strict:
        return GaveUp("generators are not negative, and none is certainly positive")
    found = _prove(problem, budget, True)
    if isinstance(found, Certificate):
        checker.check(problem, found)
    return found


def _prove(problem: Problem, budget: Budget | None, doubted: bool) -> Certificate | NotShannon | GaveUp:
    outer = occurring.apply(problem)
    small = outer.problem if outer else problem
    inner = together.apply(small)
    merged = inner.problem if inner else small
    program, merges = _program(small, merged)
    if program is None:
        return _lifted(cone.prove(small, budget), outer)
    if doubted:
        _confirm_premises(problem, budget)
    return _lifted(_lifted(program.prove(budget), inner if merges else None), outer)


def _program(small: Problem, merged: Problem) -> tuple[Program | None, bool]:
    """The first reduction to rows that does something, and whether it is one of the merged problem."""
    program = chain.apply(merged) if len(merged.names) > SMALL else None
    if program is None and len(small.names) > SMALL and (program := symmetry.apply(small)) is not None:
        return program, False
    if program is None and len(merged.names) > WIDE:
        program = closure.apply(merged)
    return program, True


def _lifted(found: Certificate | NotShannon | GaveUp, by: Reduced | None) -> Certificate | NotShannon | GaveUp:
    if by is None or isinstance(found, GaveUp):
        return found
    return by.lift(found) if isinstance(found, Certificate) else NotShannon({})


def _confirm_premises(problem: Problem, budget: Budget | None) -> None:
    """Raises `ContradictoryPremisesError` if the premises say that a number > 0 is not."""
    used = {c for known in (*problem.premises, *problem.lemmas) for c in known.row if c < 0}
    for c in sorted(used, reverse=True):
        if constants.is_number(problem.columns[-1 - c]):
            absurd = replace(problem, goal={c: Fraction(-1)}, equality=False)
            if isinstance(_prove(absurd, budget, False), Certificate):
                from derive.prove.deciders import ContradictoryPremisesError

                raise ContradictoryPremisesError("the premises contradict each other: they imply 0 >= 1")
            return
