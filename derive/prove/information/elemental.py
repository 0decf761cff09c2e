"""What is non-negative, for the statement at hand: the columns of the linear program, with their generators.

Entropies: the elemental inequalities of the lattice (R. W. Yeung 1997, doi:10.1109/18.641556, where it has all sets).
References: KL of marginals is monotone, KL(p(A) ‖ r(A)) ≤ KL(p(B) ‖ r(B)) for A ⊂ B. A monotone function on the sets
that have a cross-entropy extends to all sets, D(S) = max of D(T) over T ⊂ S; so only those sets need coordinates.
"""

from __future__ import annotations

from derive.prove.information import constants
from derive.prove.information.few import chains, crossing, nested
from derive.prove.information.lattice import Lattice, lattice, monotone, submodular
from derive.prove.information.linear_program.matrix import Matrix
from derive.prove.information.problem import (
    CrossEntropy,
    Entropy,
    Generator,
    Lemma,
    Mutual,
    Premise,
    Problem,
    Relative,
)

LIMIT = 1 << 13  # sets per law


class Cone:
    """The matrix whose columns are generators; the last `len(problem.zero)` of them may have either sign."""

    def __init__(self, problem: Problem, limit: int = LIMIT, *, sparse: bool = False) -> None:
        """`sparse`: only a few sets and what holds among them, not the whole lattice; a proof may then be missed.

        Raises `TooManySetsError`.
        """
        self.matrix = Matrix()
        self._keys: list[tuple[int, int, int]] = []  # (a, b, given) of I(a; b | given), b = 0 for H(a | given)
        self._others: list[Generator] = []  # the generators after those
        family = _family(problem)
        for block in problem.laws:
            sets = [mask for mask in family if mask & block]
            if sparse:
                self._few(problem, chains(sets))
            else:
                self._entropies(problem, lattice(sets, limit))
        for law in problem.references:
            self._reference(problem, law)
        numbers = [column for column in problem.columns if constants.is_constant(column)]
        for fact in constants.comparisons(numbers):
            self._add(problem, fact)
        for number in range(len(problem.lemmas)):
            self._add(problem, Lemma(number))
        zeros = len(problem.zero)
        for number in range(zeros, len(problem.premises)):
            self._add(problem, Premise(number))
        for number in range(zeros):
            self._add(problem, Premise(number))
        self.matrix.free = zeros
        for coordinate in problem.goal:
            self.matrix.place_of(coordinate)

    def generator(self, j: int) -> Generator:
        """The generator of column j."""
        if j >= len(self._keys):
            return self._others[j - len(self._keys)]
        a, b, given = self._keys[j]
        return Mutual(a, b, given) if b else Entropy(a, given)

    def _entropies(self, problem: Problem, sets: Lattice) -> None:
        place = self.matrix.places(sets.sets)
        for element, s in monotone(sets, problem.continuous):
            self._keys.append((element, 0, s))
            self.matrix.append(((place[s | element], 1), (place[s], -1)) if s else ((place[element], 1),))
        keys = list(submodular(sets))
        self._keys += keys
        self.matrix.append_submodular(keys)

    def _few(self, problem: Problem, sets: tuple[int, ...]) -> None:
        place = self.matrix.places(sets)
        for element, s in nested(sets):
            if not element & problem.continuous:
                self._keys.append((element, 0, s))
                self.matrix.append(((place[s | element], 1), (place[s], -1)) if s else ((place[element], 1),))
        keys = list(crossing(sets))
        self._keys += keys
        self.matrix.append_submodular(keys)

    def _reference(self, problem: Problem, law: str) -> None:
        known = sorted(
            (c.of for c in problem.columns if isinstance(c, CrossEntropy) and c.law == law and c.of), key=_size
        )
        for k, larger in enumerate(known):
            smaller = [s for s in known[:k] if not s & ~larger]
            largest = [s for s in smaller if not any(s != t and not s & ~t for t in smaller)] or [0]
            for s in largest:
                self._add(problem, Relative(law, larger & ~s, s))

    def _add(self, problem: Problem, generator: Generator) -> None:
        self._others.append(generator)
        self.matrix.append_row(generator.row(problem))


def _size(mask: int) -> tuple[int, int]:
    return mask.bit_count(), mask


def _family(problem: Problem) -> list[int]:
    """The sets of variables that occur, each once."""
    rows = [problem.goal, *(known.row for known in (*problem.premises, *problem.lemmas))]
    masks = {s for row in rows for s in row if s > 0} | {c.of for c in problem.columns if isinstance(c, CrossEntropy)}
    return sorted(masks - {0})
