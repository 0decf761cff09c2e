"""Variables that occur in neither the goal nor a premise are left out.

Nothing is lost: a distribution of the others becomes one of all by constants, and the law of all has marginals.
"""

from __future__ import annotations

from derive.prove.information.problem import Problem
from derive.prove.information.reductions.reduced import Reduced
from derive.prove.information.reductions.renaming import occurring, renamed


def apply(problem: Problem) -> Reduced | None:
    """The problem without the variables that do not occur; at least one stays. None if all occur."""
    used = 0
    for mask in occurring(problem):
        used |= mask
    used = used or problem.full & 1
    if used == problem.full:
        return None
    return renamed(problem, tuple(1 << i for i in range(len(problem.names)) if used >> i & 1))
