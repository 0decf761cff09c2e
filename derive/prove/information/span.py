"""Equalities by exact linear algebra: the goal is a combination of rows that are 0. No linear program is solved.

Rows that are 0 are the premises and what follows from them: where a sum of what is non-negative is 0, each part is
(L. Guo, R. W. Yeung, X.-S. Gao 2024, arXiv:2407.12456, do the same for all of Shannon's measures). From
I(A; B | C) = 0 follows I(A₁; B₁ | C, A₂, B₂) = 0, from H(Y | X) = 0 follows H(Y₁ | X, S) = 0. Such a row r has a
certificate in both directions: r ≥ 0 is a generator, and −r is minus the premise plus the other parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive.expr.frozen import Frozen
from derive.prove.information.certificate import Certificate, Terms
from derive.prove.information.few import chains, crossing, nested
from derive.prove.information.lattice import TooManySetsError, lattice
from derive.prove.information.problem import Entropy, Generator, Mutual, Premise, Problem, Row, add, combined

SETS = 128  # of a law, among which consequences of premises are taken
MINUS_ONE = Fraction(-1)


class Fact(Frozen):
    """A row that is 0, with what adds up to it and to its negative."""

    row: Row
    plus: Terms
    minus: Terms


def prove(problem: Problem) -> Certificate | None:
    """The certificate of an equality, or None: then the goal may still follow in other ways."""
    if not problem.equality:
        return None
    if not problem.goal:
        return Certificate(())
    basis = Basis()
    facts: list[Fact] = []
    for fact in facts_of(problem):
        if basis.insert(fact.row, len(facts)):
            facts.append(fact)
    factors = basis.combination(problem.goal)
    if factors is None:
        return None
    return Certificate(_terms(facts, factors, 1), _terms(facts, factors, -1))


class Basis:
    """Rows in echelon form, each with the numbers and factors of the inserted rows that it is a combination of."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Row, dict[int, Fraction]]] = {}  # by their leading coordinate, whose entry is 1

    def insert(self, row: Row, number: int) -> bool:
        """Whether the row was new."""
        left, factors = self._reduced(row)
        if not left:
            return False
        lead = max(left, key=_rank)
        factors = {k: -value for k, value in factors.items()}
        factors[number] = Fraction(1)
        scale = 1 / left[lead]
        self._rows[lead] = combined([(scale, left)]), {k: scale * value for k, value in factors.items()}
        return True

    def combination(self, row: Row) -> dict[int, Fraction] | None:
        """Factors of the inserted rows that add up to a row, if it is in their span."""
        left, factors = self._reduced(row)
        return None if left else dict(sorted(factors.items()))

    def _reduced(self, row: Row) -> tuple[Row, dict[int, Fraction]]:
        """(rest, factors) with row = rest + Σ factor·inserted row, and no leading coordinate in the rest."""
        left: Row = dict(row)
        factors: Row = {}  # not coordinates, but numbers from 1 on
        waiting = set(left)
        while waiting:
            lead = max(waiting, key=_rank)
            waiting.discard(lead)
            if lead in left and lead in self._rows:
                value = left[lead]
                basis, parts = self._rows[lead]
                for coordinate, entry in basis.items():
                    add(left, coordinate, -value * entry)
                    if coordinate != lead:
                        waiting.add(coordinate)
                for k, part in parts.items():
                    add(factors, k + 1, value * part)
        return left, {k - 1: value for k, value in factors.items()}


def facts_of(problem: Problem) -> Iterator[Fact]:
    """The premises that are equations, then their consequences, with those of nonneg premises such as I(X; Y) ≤ 0."""
    for number, known in enumerate(problem.zero):
        one = Premise(number)
        yield Fact(known.row, ((Fraction(1), one),), ((MINUS_ONE, one),))
    whole = list(_measures_that_are_zero(problem))
    if not whole:
        return
    families = [_family(problem, block) for block in problem.laws]
    for generator, plus, minus in whole:
        yield Fact(generator.row(problem), plus, minus)
        inside = _parts_of_entropy if isinstance(generator, Entropy) else _parts_of_mutual
        for family in families:
            for part, others in inside(generator, family):
                terms = (*minus, *((Fraction(1), g) for g in others if g.row(problem)))
                yield Fact(part.row(problem), ((Fraction(1), part),), terms)


def _measures_that_are_zero(problem: Problem) -> Iterator[tuple[Entropy | Mutual, Terms, Terms]]:
    """Premises that say I(A; B | C) = 0 or H(Y | X) = 0, with what adds up to the measure and to its negative."""
    for number, known in enumerate(problem.premises):
        one, equation = Premise(number), number < len(problem.zero)
        for sign in (1, -1):
            found = measure({c: sign * value for c, value in known.row.items()}, problem.continuous)
            if found is None:
                continue
            generator, scale = found
            factor = sign / scale
            if equation:
                yield generator, ((factor, one),), ((-factor, one),)
            elif sign < 0:
                yield generator, ((Fraction(1), generator),), ((-factor, one),)


def measure(row: Row, continuous: int) -> tuple[Entropy | Mutual, Fraction] | None:
    """The one measure, and its factor > 0, that a row is a multiple of: I(A; B | C) or H(Y | X), or neither."""
    plus = sorted(s for s, value in row.items() if value > 0)
    minus = sorted(s for s, value in row.items() if value < 0)
    if not plus or min(row) < 0 or len({abs(value) for value in row.values()}) > 1:
        return None
    scale = row[plus[0]]
    if len(plus) == 1 and len(minus) <= 1:
        of, given = plus[0], sum(minus)
        if not given & ~of and not (of & ~given) & continuous:
            return Entropy(of & ~given, given), scale
    if len(plus) == 2:
        one, other = plus
        cut, union = one & other, one | other
        if set(minus) == {union} | ({cut} - {0}):
            return Mutual(one & ~other, other & ~one, cut), scale
    return None


def _parts_of_mutual(whole: Generator, family: tuple[int, ...]) -> Iterator[tuple[Mutual, list[Mutual]]]:
    """(I(A₁; B₁ | C, A₂, B₂), what it lacks to I(A; B | C)), all of whose sets are in the family.

    I(A; B | C) is the sum of I(A₂; B | C), I(A₁; B₂ | C, A₂), I(A₁; B₁ | C, A₂, B₂), I(A₁; B₃ | C, A₂, B₁, B₂) and
    I(A₃; B | C, A₁, A₂).
    """
    assert isinstance(whole, Mutual)
    a, b, c = whole.a, whole.b, whole.given
    for a1, b1, given in crossing(tuple(s for s in family if not c & ~s and not s & ~(a | b | c))):
        if a1 & b and b1 & a and not a1 & a:
            a1, b1 = b1, a1
        if a1 & ~a or b1 & ~b:
            continue
        a2, b2 = given & a, given & b
        a3, b3 = a & ~(a1 | a2), b & ~(b1 | b2)
        others = (a2, b, c), (a1, b2, c | a2), (a1, b3, c | a2 | b1 | b2), (a3, b, c | a1 | a2)
        yield Mutual(a1, b1, given), [Mutual(*one) for one in others]


def _parts_of_entropy(whole: Generator, family: tuple[int, ...]) -> Iterator[tuple[Entropy, list[Generator]]]:
    """(H(Y₁ | S), what it lacks to H(Y | X)), for S ⊃ X.

    H(Y | X) = H(Y₁ | S) + I(Y₁; S | X) + H(Y | Y₁, X).
    """
    assert isinstance(whole, Entropy)
    y, x = whole.of, whole.given
    for y1, s in nested(tuple(one for one in family if not x & ~one)):
        if not y1 & ~y:
            yield Entropy(y1, s), [Mutual(y1, s & ~x, x), Entropy(y & ~y1, x | y1)]


def _family(problem: Problem, block: int) -> tuple[int, ...]:
    """The sets of a law among which consequences are taken: the lattice of those that occur, if it is small."""
    rows = (problem.goal, *(known.row for known in problem.premises))
    sets = sorted({s for row in rows for s in row if s > 0 and s & block})
    try:
        return lattice(sets, SETS).sets
    except TooManySetsError:
        found = chains(sets)
        return found if len(found) <= SETS else (0, *sets[:SETS])


def _terms(facts: list[Fact], factors: dict[int, Fraction], sign: int) -> Terms:
    """Σ sign·factor·fact, with each generator once."""
    total: dict[Generator, Fraction] = {}
    for number, factor in factors.items():
        fact = facts[number]
        for amount, generator in fact.plus if factor * sign > 0 else fact.minus:
            total[generator] = total.get(generator, Fraction(0)) + abs(factor) * amount
    return tuple((amount, generator) for generator, amount in total.items() if amount)


def _rank(coordinate: int) -> tuple[int, int]:
    """Large sets lead, so that they are eliminated."""
    return coordinate.bit_count() if coordinate > 0 else -1, coordinate
