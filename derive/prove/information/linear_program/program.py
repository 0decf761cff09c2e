"""Is a row a non-negative combination of others? Small programs are solved in whole numbers, others with HiGHS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derive.prove.budget import Budget, Exhausted
from derive.prove.information.linear_program import simplex
from derive.prove.information.linear_program.matrix import Matrix
from derive.prove.information.linear_program.simplex import Ray, Solution
from derive.prove.information.problem import Row

SMALL = 150_000  # entries that about as many steps as there are rows go through: whole numbers at once
LAST = 20_000_000  # the same: whole numbers where floating point leads to nothing exact
ENTRIES = 2_000  # of a tableau, per unit of the budget
ITERATIONS = 400_000  # of HiGHS


def decide(matrix: Matrix, goal: Row, budget: Budget | None = None) -> Solution | Ray | str:
    """An exact combination of columns that is the goal, an exact ray that separates it, or why there is neither.

    Factors are those of columns without their `scale`; the rows of a ray are those of the matrix.
    """
    target = matrix.target(goal)
    if not target:
        return Solution()
    try:
        work = matrix.rows**2 * (matrix.columns + matrix.rows)
        if work <= SMALL:
            found: Solution | Ray | str = simplex.solve(matrix, target, _spending(budget, LAST))
        else:
            from derive.prove.information.linear_program import exact  # loads numpy and the solver

            entries = matrix.rows + len(matrix.index)  # that a step goes through, about
            steps = ITERATIONS if budget is None else min(ITERATIONS, budget.left * ENTRIES // entries + 1)
            found = exact.solve(matrix, target, _spending(budget), steps)
            if isinstance(found, str) and work <= LAST:
                found = simplex.solve(matrix, target, _spending(budget, LAST))
    except Exhausted as error:
        return str(error)
    if isinstance(found, Solution):
        return Solution({j: y * matrix.scale.get(j, 1) for j, y in found.items()})
    return found


def solve(
    goal: Row, nonneg: Sequence[Row], zero: Sequence[Row] = (), budget: Budget | None = None
) -> tuple[tuple[Fraction, int], ...] | None:
    """(factor, number) with Σ factor·row = goal, numbers in (*nonneg, *zero); None if there is none, or none found."""
    matrix = Matrix()
    for row in (*nonneg, *zero):
        matrix.append_row(row)
    matrix.free = len(zero)
    found = decide(matrix, goal, budget)
    return tuple((y, j) for j, y in found.items()) if isinstance(found, Solution) else None


def _spending(budget: Budget | None, most: int | None = None) -> Callable[[int], None]:
    """Units of the budget for entries. What it returns raises `Exhausted` beyond the budget or `most` entries."""
    owed = total = 0

    def spend(entries: int) -> None:
        nonlocal owed, total
        owed, total = owed + entries, total + entries
        if most is not None and total > most:
            raise Exhausted(f"the exact program would take more than {most:,} steps")
        units, owed = divmod(owed, ENTRIES)
        if budget is not None and units:
            budget.spend(units)

    return spend
