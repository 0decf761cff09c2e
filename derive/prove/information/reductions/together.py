"""Variables that always occur together become one variable.

Nothing is lost: entropies of the merged variables are entropies of all, with the first of a group carrying everything
and the others constant; and every inequality of the merged variables is one of the groups.
"""

from __future__ import annotations

from derive.prove.information.problem import Problem
from derive.prove.information.reductions.reduced import Reduced
from derive.prove.information.reductions.renaming import occurring, renamed


def groups(problem: Problem) -> tuple[int, ...]:
    """The masks of variables that no occurring set, block or domain tells apart, by their first variable."""
    told = sorted(occurring(problem))
    out: dict[tuple[bool, ...], int] = {}
    for i in range(len(problem.names)):
        kind = tuple(bool(mask >> i & 1) for mask in (*told, *problem.laws, problem.continuous))
        out[kind] = out.get(kind, 0) | 1 << i
    return tuple(out.values())


def apply(problem: Problem) -> Reduced | None:
    """The problem in groups, or None if every variable is on its own."""
    sets = groups(problem)
    return renamed(problem, sets) if len(sets) < len(problem.names) else None
