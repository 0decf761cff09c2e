"""The copy lemma, tried by itself: auxiliary variables whose entropies say more than Shannon's inequalities.

For every set `over` and variable `of` outside there is a copy of `of` that has its law given `over`, and is
independent of all the others given `over`. With the equations that this gives for entropies, the elemental inequalities
of more variables prove statements that those of the given ones do not (Zhang, Yeung 1998, doi:10.1109/18.681320;
Dougherty, Freiling, Zeger 2011, arXiv:1104.3602). One copy is tried, then two; the order is fixed, and choices that
differ by an exchange of variables that the statement treats alike are tried once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice, product

from derive.prove.budget import Budget
from derive.prove.information import checker, cone, elemental
from derive.prove.information.certificate import Certificate, Copy
from derive.prove.information.linear_program import program
from derive.prove.information.problem import Known, Mutual, Problem, Row, combined
from derive.prove.information.reductions.symmetry import classes

SMALL = 5  # variables: up to here, no numpy is needed
PROGRAMS = {4: 700, 5: 200, 6: 120}  # by number of variables: all choices; two copies in part; one copy
# up to three variables, Shannon's inequalities are all there are (Z. Zhang, R. W. Yeung 1997, doi:10.1109/18.641561)


def prove(
    problem: Problem, budget: Budget | None = None, numbers: tuple[int, ...] = (1, 2), programs: int | None = None
) -> Certificate | None:
    """A checked certificate with as many copies as one of `numbers`.

    None if the first `programs` choices give none, or if the lemma is not for this problem.

    Nothing is tried for what Ingleton's inequality does not imply. With four variables such a statement is false, since
    all entropies that satisfy it are multiples of those of linear distributions (D. Hammer, A. Romashchenko, A. Shen,
    N. Vereshchagin 2000, doi:10.1006/jcss.1999.1677, theorem 7); with more, most are. No use is made of it but this.
    """
    n = len(problem.names)
    if n not in PROGRAMS or problem.strict:
        return None
    if problem.continuous or problem.columns or problem.lemmas or len(problem.laws) > 1:
        return None
    facts = (*problem.nonneg, *(Known(row, "Ingleton") for row in _ingleton(problem)))
    if not isinstance(cone.prove(replace(problem, nonneg=facts), budget), Certificate):
        return None
    wanted = (copies for copies in choices(problem) if len(copies) in numbers)
    for copies in islice(wanted, PROGRAMS[n] if programs is None else programs):
        extended = problem
        for copy in copies:
            extended = checker.with_copy(extended, copy)
        if budget is not None and budget.left < 0:
            return None
        if len(extended.names) > SMALL and not _promising(extended, budget):
            continue
        found = cone.prove(extended, budget)
        if isinstance(found, Certificate):
            certificate = replace(found, copies=copies)
            checker.check(problem, certificate)
            return certificate
    return None


def _promising(problem: Problem, budget: Budget | None) -> bool:
    """Whether the linear program in floating point does not say no. It is asked often, and an exact no takes longer."""
    import numpy as np

    from derive.prove.information.linear_program.highs import Program

    matrix = elemental.Cone(problem).matrix
    right = np.zeros(matrix.rows)
    for row, value in matrix.target(problem.goal).items():
        right[row] = float(value)
    proposal = Program(matrix, program.ITERATIONS).solve(right)
    if budget is not None:
        budget.left -= proposal.iterations * (matrix.rows + len(matrix.index)) // program.ENTRIES
    return proposal.ray is None


def _ingleton(problem: Problem) -> Iterator[Row]:
    """I(a; b | c) + I(a; b | d) + I(c; d) − I(a; b), ≥ 0 for linear distributions; all disjoint a, b, c, d."""
    sets = range(1, problem.full + 1)
    for a, b in combinations(sets, 2):
        for c, d in combinations(sets, 2):
            if not a & b and not c & d and not (a | b) & (c | d):
                parts = (1, Mutual(a, b, c)), (1, Mutual(a, b, d)), (1, Mutual(c, d)), (-1, Mutual(a, b))
                yield combined((sign, generator.row(problem)) for sign, generator in parts)


def choices(problem: Problem) -> Iterator[tuple[Copy, ...]]:
    """What to copy, in the order in which it is tried."""
    firsts = list(_copies(problem.names, classes(problem), 2))
    wide = list(_copies(problem.names, classes(problem), 3))
    for first in (*firsts, *wide):
        yield (first,)
    new = 1 << len(problem.names)
    for related, size in product((True, False), (2, 3)):  # known proofs copy the copy, or copy over it
        for first in firsts:
            alike = (*_refined(classes(problem), first), new)
            for second in _copies((*problem.names, first.name), alike, size):
                if bool((second.of | second.over) & new) is related:
                    yield (first, second)


def _copies(names: tuple[str, ...], alike: tuple[int, ...], size: int) -> Iterator[Copy]:
    """One of each kind of copy over `size` variables; `alike` are all variables in classes."""
    seen: set[tuple[int, ...]] = set()
    for members in combinations(range(len(names)), size):
        over = sum(1 << i for i in members)
        for i, name in enumerate(names):
            of = 1 << i
            kind = tuple((c & over).bit_count() * 2 + bool(c & of) for c in alike)
            if of & over or kind in seen:
                continue
            seen.add(kind)
            yield Copy(_fresh(name, names), of, over)


def _refined(alike: tuple[int, ...], copy: Copy) -> tuple[int, ...]:
    """The classes that are left once a copy is there."""
    rest = ~(copy.of | copy.over)
    return tuple(part for c in alike for part in (c & copy.of, c & copy.over, c & rest) if part)


def _fresh(name: str, names: tuple[str, ...]) -> str:
    while name in names:
        name += "'"
    return name
