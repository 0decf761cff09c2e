"""What a reduction leaves to prove, and the way back to a certificate of the original problem."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction

from derive.prove.budget import Budget
from derive.prove.information import constants
from derive.prove.information.certificate import Certificate, Terms
from derive.prove.information.cone import GaveUp, NotShannon
from derive.prove.information.linear_program import program
from derive.prove.information.linear_program.matrix import Matrix
from derive.prove.information.linear_program.simplex import Solution
from derive.prove.information.problem import Generator, Lemma, Premise, Problem, Row, combined

Factors = tuple[tuple[Fraction, int], ...]  # (factor, number of a row)


@dataclass(frozen=True)
class Reduced:
    """A problem that holds exactly if the original does, with fewer variables."""

    problem: Problem
    lift: Callable[[Certificate], Certificate]  # of this problem -> of the original


@dataclass(frozen=True)
class Program:
    """Is goal = Σ factor·row with factor ≥ 0 for the rows of `nonneg`? Coordinates are any integers.

    `rays` are there if `nonneg` is a basis and `zero` empty (the cone is simplicial): its dual basis. The factor of
    row i is then goal·ray i, and there is nothing to search for.
    """

    goal: Row
    nonneg: tuple[Row, ...]
    zero: tuple[Row, ...]
    lift: Callable[[Factors, int], Terms]  # factors of (*nonneg, *zero) -> what adds up to the original goal, times ±1
    equality: bool = False
    rays: tuple[Row, ...] = ()
    classes: tuple[int, ...] = ()  # of the certificate

    def prove(self, budget: Budget | None = None) -> Certificate | NotShannon | GaveUp:
        """The certificate of the original problem, or why there is none; rays are not carried back."""
        terms: list[Terms] = [(), ()]
        for i, sign in enumerate((1, -1) if self.equality else (1,)):
            found = self._factors(combined([(sign, self.goal)]), budget)
            if not isinstance(found, tuple):
                return found
            terms[i] = self.lift(found, sign)
        return Certificate(terms[0], terms[1], classes=self.classes)

    def _factors(self, goal: Row, budget: Budget | None) -> Factors | NotShannon | GaveUp:
        if self.rays:
            factors = [(_product(goal, ray), i) for i, ray in enumerate(self.rays)]
            used = tuple((f, i) for f, i in factors if f)
            good = all(f > 0 for f, _ in used) and combined((f, self.nonneg[i]) for f, i in used) == goal
            return used if good else NotShannon({})
        matrix = Matrix()
        for row in (*self.nonneg, *self.zero):
            matrix.append_row(row)
        matrix.free = len(self.zero)
        found = program.decide(matrix, goal, budget)
        if isinstance(found, Solution):
            return tuple((factor, i) for i, factor in found.items())
        return GaveUp(found) if isinstance(found, str) else NotShannon({})


def others(problem: Problem, without: Collection[int] = ()) -> tuple[list[Generator], list[Generator]]:
    """What is known besides entropies: what is ≥ 0 and what is 0, without the premises of some numbers."""
    left = [i for i in range(len(problem.premises)) if i not in without]
    nonneg: list[Generator] = [Premise(i) for i in left if i >= len(problem.zero)]
    nonneg += map(Lemma, range(len(problem.lemmas)))
    nonneg += constants.comparisons(problem.columns)
    return nonneg, [Premise(i) for i in left if i < len(problem.zero)]


def _product(a: Row, b: Row) -> Fraction:
    if len(b) < len(a):
        a, b = b, a
    return sum((value * b[k] for k, value in a.items() if k in b), Fraction(0))
