"""Functional premises H(Y | X) = 0: a set of variables has the entropy of its closure, all that it determines.

So closed sets are enough for coordinates, and the elemental inequalities are those of closed sets. Nothing is lost:
H(S) = H(cl S) follows from the premises, and under it every other elemental inequality is one of these or 0 ≥ 0.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from derive.prove.information.certificate import Terms
from derive.prove.information.problem import Entropy, Generator, Mutual, Premise, Problem, Row, add, combined
from derive.prove.information.reductions.reduced import Factors, Program, others

MOST = 4096  # closed sets


def apply(problem: Problem) -> Program | None:
    """The statement over closed sets. None if no premise is functional, or if too many sets are closed.

    Densities are left alone: a function of one may have no entropy.
    """
    if problem.references or problem.continuous or len(problem.laws) > 1:
        return None
    functions = Functions(problem)
    if not functions.premises:
        return None
    closed = functions.closed_sets(problem.full)
    if closed is None:
        return None
    rows: dict[frozenset[tuple[int, Fraction]], tuple[Row, Generator]] = {}
    for generator in functions.elemental(closed, problem.full):
        row = functions.row(generator.row(problem))
        if row:
            rows.setdefault(frozenset(row.items()), (row, generator))
    functional = {number for _, _, number, _ in functions.premises}
    more, zero = others(problem, functional)
    generators = [*(g for _, g in rows.values()), *more, *zero]

    def lift(factors: Factors, sign: int) -> Terms:
        used = [(f, generators[i]) for f, i in factors]
        left = combined([(sign, problem.goal), *((-f, g.row(problem)) for f, g in used)])
        return (*used, *functions.terms(left))

    return Program(
        goal=functions.row(problem.goal),
        nonneg=(*(row for row, _ in rows.values()), *(functions.row(g.row(problem)) for g in more)),
        zero=tuple(functions.row(g.row(problem)) for g in zero),
        lift=lift,
        equality=problem.equality,
    )


class Functions:
    """The premises factor·H(y | x) = 0 of a problem, and the closure under them."""

    def __init__(self, problem: Problem) -> None:
        self.premises: list[tuple[int, int, int, Fraction]] = []  # (x, y, number, factor)
        for number, fact in enumerate(problem.zero):
            found = _function(fact.row)
            if found is not None:
                x, y, factor = found
                self.premises.append((x, y, number, factor))
        self._closures: dict[int, int] = {}

    def closure(self, mask: int) -> int:
        """All variables that the set determines."""
        known = self._closures.get(mask)
        if known is None:
            known = mask
            for _, y, _, _ in self._steps(mask):
                known |= y
            self._closures[mask] = known
        return known

    def _steps(self, mask: int) -> list[tuple[int, int, int, Fraction]]:
        """The premises that lead from the set to its closure, in order."""
        out = []
        grown = True
        while grown:
            grown = False
            for premise in self.premises:
                x, y, _, _ = premise
                if x & ~mask == 0 and y & ~mask:
                    out.append(premise)
                    mask |= y
                    grown = True
        return out

    def row(self, row: Row) -> Row:
        """The row over closed sets; the closure of the empty set is constant and has no coordinate."""
        out: Row = {}
        constant = self.closure(0)
        for coordinate, value in row.items():
            place = coordinate if coordinate < 0 else self.closure(coordinate)
            if place != constant:
                add(out, place, value)
        return out

    def closed_sets(self, full: int) -> list[int] | None:
        """All closed sets, ascending by size. None if there are more than `MOST`."""
        seen = {self.closure(0)}
        todo = list(seen)
        while todo:
            here = todo.pop()
            for bit in range(full.bit_length()):
                if not here >> bit & 1 and (larger := self.closure(here | 1 << bit)) not in seen:
                    seen.add(larger)
                    todo.append(larger)
                    if len(seen) > MOST:
                        return None
        return sorted(seen, key=lambda mask: (mask.bit_count(), mask))

    def elemental(self, closed: list[int], full: int) -> list[Generator]:
        """Generators whose rows over closed sets are the elemental inequalities, some of them twice."""
        variables = [1 << bit for bit in range(full.bit_length())]
        out: list[Generator] = [Entropy(v, full & ~v) for v in variables]
        for given in closed:
            grown = {v: self.closure(given | v) & ~given for v in variables if not v & given}
            for a, b in combinations(grown, 2):
                if grown[a] & b or grown[b] & a:  # I(a; b | K) = H(a | K), where b determines a
                    out.append(Entropy(grown[a] & grown[b], given))
                else:
                    out.append(Mutual(a, b, given))
        return out

    def terms(self, row: Row) -> Terms:
        """Generators and premises that add up to a row which is 0 over closed sets: Σ value·(h(S) − h(cl S)).

        h(cl S) − h(S) = H(cl S | S) ≥ 0. The other way, premise by premise along the closure,
        −H(y | S) = −H(y | x) + I(y; S | x) for x in S. What is constant, cl S = cl ∅, is compared with ∅ instead.
        """
        out: list[tuple[Fraction, Generator]] = []
        closed: Row = {}
        for mask, value in row.items():
            if mask > 0:
                add(closed, self.closure(mask), value)
        left = {mask: value for mask, value in row.items() if mask > 0}
        if constant := closed.pop(self.closure(0), None):
            left[0] = -constant
        for mask, value in left.items():
            if value < 0:
                if more := self.closure(mask) & ~mask:
                    out.append((-value, Entropy(more, mask)))
                continue
            for x, y, number, factor in self._steps(mask):
                out.append((-value / factor, Premise(number)))
                if others := mask & ~x:
                    out.append((value, Mutual(y & ~x, others, x)))
                mask |= y
        return _collected(out)


def _collected(terms: list[tuple[Fraction, Generator]]) -> Terms:
    out: dict[Generator, Fraction] = {}
    for factor, generator in terms:
        out[generator] = out.get(generator, Fraction(0)) + factor
    return tuple((factor, generator) for generator, factor in out.items() if factor)


def _function(row: Row) -> tuple[int, int, Fraction] | None:
    """(x, y, factor) of a row factor·H(y | x)."""
    if min(row, default=-1) < 0:
        return None
    if len(row) == 1:
        ((y, factor),) = row.items()
        return 0, y, factor
    if len(row) != 2:
        return None
    x, whole = sorted(row, key=int.bit_count)
    if x & ~whole or row[x] != -row[whole]:
        return None
    return x, whole & ~x, row[whole]
