"""What a search looks for: the premises and the failing goal, without the free reals, in doubles for a first look.

Free reals are eliminated first: by an equation where a premise has one, else by adding a lower bound to an upper one
(Fourier, Motzkin). What is left speaks of entropies and constants alone. Once a distribution is found, values of the
free reals are put back one after another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from derive.meaning.entropy.distribution import Distribution
from derive.meaning.entropy.linear_form import LinearForm
from derive.prove.information.problem import Column, CrossEntropy, Free, Logarithm, Opaque, Problem, Row, combined
from derive.prove.information.witness.witness import (
    Values,
    Witness,
    constants,
    local,
    names_of,
    strict,
    width,
    with_widths,
)

NOISE = 1e-13  # what a sum of doubles may differ from 0 by chance
NEAR = 1e-9  # what counts as 0 at the first look
INTEGERS = (2, 3, 1, 4, 5, 6, 8, 16, 1000)  # for symbols that are integers ≥ 1
FEW_INTEGERS = (2, 3, 1, 1000)
WIDTHS = (Fraction(1), Fraction(1, 2), Fraction(2), Fraction(1, 1024), Fraction(1024))
MOST_CHOICES = 400
MOST_BOUNDS = 64

ZERO, NONNEG, POSITIVE = 0, 1, 2
Condition = tuple[int, Row]


@dataclass(frozen=True)
class Step:
    """One free real, with the conditions that spoke of it when it was eliminated."""

    coordinate: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Alternative:
    """One way in which the goal can fail: conditions without free reals, and how to get those back."""

    conditions: tuple[Condition, ...]
    steps: tuple[Step, ...]


class Target:
    """A problem as a search sees it. Raises `ValueError` where rows do not say all."""

    def __init__(self, problem: Problem) -> None:
        rows = [problem.goal, *(known.row for known in problem.premises)]
        occurring = {k for row in rows for k in row if k < 0}
        if not problem.exact:
            raise ValueError("the rows say less than the statement")
        shown = occurring | {k for row in problem.sides for k in row if k < 0}
        if any(_is_determined(problem.columns[-1 - k]) for k in shown):
            raise ValueError("something occurs that the distribution determines and no row tells")
        self.problem = problem
        self.free = sorted((k for k in occurring if isinstance(problem.columns[-1 - k], Free)), reverse=True)
        self.alternatives = tuple(self._alternative(sign) for sign in ((-1, 1) if problem.equality else (-1,)))
        self.choices = tuple(_choices(problem))
        self.zero = tuple(r for kind, r in self.alternatives[0].conditions if kind == ZERO)
        self.pure = tuple(row for row in self.zero if all(k > 0 for k in row))
        self.masks = tuple(sorted({k for row in self._all_rows() for k in row if k > 0}))
        self._looks = [
            [[(kind, _floats(row), _constant(row, choice)) for kind, row in a.conditions] for choice in self.choices]
            for a in self.alternatives
        ]

    def _all_rows(self) -> list[Row]:
        return [row for a in self.alternatives for _, row in a.conditions]

    def _alternative(self, sign: int) -> Alternative:
        p = self.problem
        goal_kind = NONNEG if strict(p) and not p.equality else POSITIVE
        conditions: list[Condition] = [(goal_kind, combined([(sign, with_widths(p, p.goal))]))]
        conditions += [(ZERO, with_widths(p, known.row)) for known in p.zero]
        conditions += [(NONNEG, with_widths(p, known.row)) for known in p.nonneg]
        steps = []
        for coordinate in self.free:
            steps.append(Step(coordinate, tuple(c for c in conditions if coordinate in c[1])))
            conditions = eliminated(conditions, coordinate)
        return Alternative(tuple(c for c in conditions if c[1] or c[0] == POSITIVE), tuple(reversed(steps)))

    def looks_right(self, entropies: Mapping[int, float] | Sequence[float]) -> bool:
        """Whether all conditions seem to hold for some choice, in doubles; `entropies` by mask."""
        for alternative in self._looks:
            for choice in alternative:
                for kind, row, constant in choice:
                    value = constant
                    for mask, c in row:
                        value += c * entropies[mask]
                    if value < -NEAR or (kind == ZERO and value > NEAR) or (kind == POSITIVE and value <= NOISE):
                        break
                else:
                    return True
        return False

    def witness(self, joint: Distribution, looked: bool = False) -> Witness | None:
        """The witness with this joint distribution of all variables, exactly checked, or None if it is none.

        Where exact numbers have `looked`, doubles do not look again.
        """
        if not looked and not self.looks_right({mask: joint.approximate(mask) for mask in self.masks}):
            return None
        blocks = self.problem.laws
        return self.with_laws(
            (joint,)
            if blocks == (self.problem.full,)
            else tuple(Distribution(names_of(self.problem, b), joint.marginal(b)) for b in blocks)
        )

    def with_laws(self, laws: tuple[Distribution, ...]) -> Witness | None:
        """The witness with these distributions of the blocks, or None."""
        for choice in self.choices:
            for alternative in self.alternatives:
                values = self._filled(laws, choice, alternative)
                if values is not None:
                    found = Witness(laws, values)
                    if found.refutes(self.problem):
                        return found
        return None

    def _filled(self, laws: tuple[Distribution, ...], choice: Values, alternative: Alternative) -> Values | None:
        """Values of the free reals, the last eliminated first."""
        values = {-1 - k: LinearForm() for k, c in enumerate(self.problem.columns) if isinstance(c, Free)} | choice
        for step in alternative.steps:
            lower: list[LinearForm] = []
            upper: list[LinearForm] = []
            for kind, row in step.conditions:
                c = row[step.coordinate]
                rest = {k: -v / c for k, v in row.items() if k != step.coordinate}
                bound = self._form(laws, rest, values)
                if kind == ZERO:
                    lower, upper = [bound], [bound]
                    break
                (lower if c > 0 else upper).append(bound)
            values[step.coordinate] = _between(lower, upper)
        return values

    def _form(self, laws: tuple[Distribution, ...], row: Row, values: Values) -> LinearForm:
        parts = [(c, values.get(k, LinearForm())) for k, c in row.items() if k < 0]
        parts += [
            (Fraction(1), law.form(local(row, block))) for law, block in zip(laws, self.problem.laws, strict=True)
        ]
        return LinearForm.sum(parts)


def eliminated(conditions: list[Condition], coordinate: int) -> list[Condition]:
    """What the conditions say of the others."""
    rest = [c for c in conditions if coordinate not in c[1]]
    here = [c for c in conditions if coordinate in c[1]]
    equation = next((c for c in here if c[0] == ZERO), None)
    if equation is not None:
        pivot = equation[1]
        for kind, row in here:
            if row is not pivot:
                rest.append((kind, combined([(1, row), (-row[coordinate] / pivot[coordinate], pivot)])))
        return rest
    above = [c for c in here if c[1][coordinate] > 0]
    below = [c for c in here if c[1][coordinate] < 0]
    for (kind, a), (other, b) in list(product(above, below))[:MOST_BOUNDS]:
        rest.append((max(kind, other), combined([(-b[coordinate], a), (a[coordinate], b)])))
    return rest


def _between(lower: list[LinearForm], upper: list[LinearForm]) -> LinearForm:
    """A number between bounds: simple if there is room, else their mean."""
    low = max(lower, key=float, default=None)
    high = min(upper, key=float, default=None)
    if low is None and high is None:
        return LinearForm()
    if high is None:
        assert low is not None
        return LinearForm(max(0, int(float(low)) + 1))
    if low is None:
        return LinearForm(min(0, int(float(high)) - 1))
    a, b = float(low), float(high)
    if b - a > NEAR:
        for denominator in (1, 2, 3, 4, 5, 8, 16, 64, 1024, 10**6, 10**10):
            number = Fraction(round((a + b) / 2 * denominator), denominator)
            if a < number < b:
                return LinearForm(number)
    return LinearForm.sum([(Fraction(1, 2), low), (Fraction(1, 2), high)])


def _is_determined(column: Column) -> bool:
    """Whether a column is neither free nor a choice: a cross-entropy, P(X != Y), log |X|."""
    return isinstance(column, CrossEntropy | Opaque) or (isinstance(column, Logarithm) and column.of.startswith("|"))


def _choices(problem: Problem) -> list[Values]:
    """Values of what is no entropy and no free real, the plainest first."""
    fixed = constants(problem)
    symbols = [-1 - k for k, c in enumerate(problem.columns) if isinstance(c, Logarithm) and -1 - k not in fixed]
    widths = [width(problem, i) for i in range(len(problem.names)) if problem.continuous >> i & 1]
    integers = INTEGERS if len(symbols) <= 2 else FEW_INTEGERS
    options: list[list[LinearForm]] = [[LinearForm(0, {n: 1}) for n in integers] for _ in symbols]
    options += [[_log(w) for w in WIDTHS] for _ in widths]
    ranked = []
    for indices in product(*(range(len(o)) for o in options)):
        ranked.append((sum(indices), max(indices, default=0), indices))
        if len(ranked) > 100_000:
            break
    ranked.sort()
    return [
        fixed | {k: options[j][i] for j, (k, i) in enumerate(zip((*symbols, *widths), indices, strict=True))}
        for _, _, indices in ranked[:MOST_CHOICES]
    ]


def _log(ratio: Fraction) -> LinearForm:
    return LinearForm.sum([(1, LinearForm(0, {ratio.numerator: 1})), (-1, LinearForm(0, {ratio.denominator: 1}))])


def _floats(row: Row) -> list[tuple[int, float]]:
    return [(k, float(c)) for k, c in row.items() if k > 0]


def _constant(row: Row, values: Values) -> float:
    return sum(float(c) * float(values[k]) for k, c in row.items() if k < 0)
