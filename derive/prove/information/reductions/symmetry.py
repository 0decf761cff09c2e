"""Variables that the statement and its premises treat alike: entropies are counted, one coordinate per orbit.

If goal and premises stay what they are when two variables are exchanged, then the mean of an entropy vector over the
exchanges satisfies the premises, and the goal has the same value on it. So it is enough to look at entropies that
depend on how many variables of each class a set holds, and on nothing else; the elemental inequalities have one orbit
for each way to count (Han 1978, doi:10.1016/S0019-9958(78)90275-9; Apte, Walsh 2016, arXiv:1605.04598).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

from derive.prove.information.certificate import Terms
from derive.prove.information.problem import Entropy, Generator, Mutual, Problem, Row, add
from derive.prove.information.reductions.reduced import Factors, Program, others
from derive.prove.information.reductions.together import groups

MOST = 4096  # coordinates of orbits

Counts = tuple[int, ...]  # variables of each class


def classes(problem: Problem) -> tuple[int, ...]:
    """All variables in classes of interchangeable ones, as masks, by their first variable.

    To be interchangeable is an equivalence: (i k) = (i j)(j k)(i j). So each variable is tried with one of each class.
    """
    rows = [[problem.goal], *([k.row for k in kind] for kind in (problem.zero, problem.nonneg, problem.lemmas))]
    fixed = [{_frozen(row) for row in kind} for kind in rows]
    out: list[int] = []
    for bit in range(len(problem.names)):
        one = 1 << bit
        for k, mask in enumerate(out):
            two = mask & -mask
            alike = all(bool(b & one) == bool(b & two) for b in (*problem.laws, problem.continuous))
            if alike and all(
                _frozen(exchanged(row, one, two)) in seen
                for kind, seen in zip(rows, fixed, strict=True)
                for row in kind
            ):
                out[k] |= one
                break
        else:
            out.append(one)
    return tuple(out)


def exchanged(row: Row, one: int, two: int) -> Row:
    """The row with two variables exchanged; `one` and `two` are masks of one variable each."""
    both = one | two
    return {k ^ both if k > 0 and bool(k & one) != bool(k & two) else k: value for k, value in row.items()}


def apply(problem: Problem) -> Program | None:
    """The statement over orbits. None unless that takes less than half as many coordinates as merging variables."""
    if problem.references:
        return None
    orbits = Orbits(classes(problem))
    if orbits.number > MOST or 2 * orbits.number > 1 << len(groups(problem)):
        return None
    generators: list[Generator] = [g for law in problem.laws for g in orbits.elemental(law, problem.continuous)]
    more, zeros = others(problem)
    simplicial = len(orbits.classes) == 1 and not more and not zeros
    nonneg = [*orbits.distinct(problem, generators), *orbits.distinct(problem, more)]
    zero = orbits.distinct(problem, zeros)

    def lift(factors: Factors, sign: int) -> Terms:
        numbered = [g for _, g in (*nonneg, *zero)]
        return tuple((f, numbered[i]) for f, i in factors)

    return Program(
        goal=orbits.row(problem.goal),
        nonneg=tuple(row for row, _ in nonneg),
        zero=tuple(row for row, _ in zero),
        lift=lift,
        equality=problem.equality,
        rays=_uniform(len(problem.names), problem.continuous) if simplicial else (),
        classes=tuple(c for c in orbits.classes if c.bit_count() > 1),
    )


def _uniform(n: int, continuous: int) -> tuple[Row, ...]:
    """The dual basis of the elemental inequalities of one class of n variables: ray m has H = min(k, m) on k of them.

    It is the entropy of n symbols of which any m are independent and determine the rest. The inequality that is strict
    on ray n is H(X | rest) ≥ 0, on ray m < n it is I(X; Y | m − 1 others) ≥ 0.
    """
    order = [*([] if continuous else [n]), *range(1, n)]
    return tuple({k: Fraction(min(k, m)) for k in range(1, n + 1)} for m in order)


def refuting(problem: Problem) -> int | None:
    """The least m for which the n variables, any m of them independent and determining the rest, refute the statement.

    Such are the values at n points of a random polynomial of degree < m over a field of n or more elements; m = 1 is a
    shared symbol. None if there is none, or if the statement has premises or tells variables apart.
    """
    if problem.premises or problem.lemmas or problem.columns or problem.continuous or len(problem.laws) > 1:
        return None
    orbits = Orbits(classes(problem))
    if len(orbits.classes) != 1:
        return None
    goal = orbits.row(problem.goal)
    for m in range(1, len(problem.names) + 1):
        value = sum(c * min(k, m) for k, c in goal.items())
        if value < 0 or (value and problem.equality):
            return m
    return None


class Orbits:
    """Sets of variables, told apart only by how many of each class they hold; the coordinate is these counts.

    Counts are digits of a number in mixed radix, so the coordinate of the empty set is 0.
    """

    def __init__(self, classes: tuple[int, ...]) -> None:
        self.classes = classes
        self.places = [1]
        for mask in classes:
            self.places.append(self.places[-1] * (mask.bit_count() + 1))
        self.number = self.places[-1]

    def coordinate(self, mask: int) -> int:
        """The orbit of a set; columns stay what they are."""
        if mask < 0:
            return mask
        return sum((mask & c).bit_count() * place for c, place in zip(self.classes, self.places, strict=False))

    def row(self, row: Row) -> Row:
        """The row over orbits. It is the same for a generator and for the mean of the generators of its orbit."""
        out: Row = {}
        for coordinate, value in row.items():
            add(out, self.coordinate(coordinate), value)
        return out

    def distinct(self, problem: Problem, generators: list[Generator]) -> list[tuple[Row, Generator]]:
        """The rows of generators over orbits, each once and none empty."""
        out: dict[frozenset[tuple[int, Fraction]], tuple[Row, Generator]] = {}
        for generator in generators:
            if row := self.row(generator.row(problem)):
                out.setdefault(_frozen(row), (row, generator))
        return list(out.values())

    def elemental(self, law: int, continuous: int) -> Iterator[Generator]:
        """One elemental inequality of each orbit, for the variables of one law."""
        inside = [c for c in self.classes if c & law]
        for k, c in enumerate(inside):
            if not c & continuous:
                lowest = c & -c
                yield Entropy(lowest, law & ~lowest)
            if c.bit_count() > 1:
                yield from self._mutual(inside, k, k)
        for k, l in combinations(range(len(inside)), 2):
            yield from self._mutual(inside, k, l)

    @staticmethod
    def _mutual(inside: list[int], k: int, l: int) -> Iterator[Generator]:
        a = inside[k] & -inside[k]
        rest = inside[l] & ~a
        b = rest & -rest
        pools = [_members(c & ~(a | b)) for c in inside]
        for counts in product(*(range(len(pool) + 1) for pool in pools)):
            given = 0
            for pool, count in zip(pools, counts, strict=True):
                given |= sum(pool[:count])
            yield Mutual(a, b, given)


def _members(mask: int) -> list[int]:
    return [1 << i for i in range(mask.bit_length()) if mask >> i & 1]


def _frozen(row: Row) -> frozenset[tuple[int, Fraction]]:
    return frozenset(row.items())
