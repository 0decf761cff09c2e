"""Moving a point onto an equation that fails there.

An equation whose gap is affine in one entry of a tensor, or in the scale of a row, column or whole tensor, is solved
for that entry or scale in exact rationals: `Sum(y[k],k,1,K) = 1`, `a + b = 1`, `A = A.T`. Whoever asks checks again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from flint import fmpq

from derive.expr.leaves import Symbol
from derive.expr.node import walk
from derive.expr.propositions import Relation
from derive.expr.structure import Member
from derive.meaning.numbers import ball
from derive.meaning.numbers.sample import Place, Point


@dataclass(frozen=True)
class Failure:
    """A premise that does not certainly hold at one of its positions; `gap` is left − right of an exact equation."""

    premise: Relation
    position: int
    gap: fmpq | None


Check = Callable[[], list[Failure]]  # asks the point again


class Repair:
    """Repairs of one point; `budget` bounds how often its premises are evaluated."""

    def __init__(self, point: Point, failures: Check, budget: int) -> None:
        self.point, self.failures, self.budget = point, failures, budget

    def done(self) -> bool:
        """Whether no premise fails, at last."""
        failing = self._ask()
        while failing:
            better = self._improve(failing)
            if better is None:
                return False
            failing = better
        return True

    def _ask(self) -> list[Failure]:
        self.budget -= 1
        return self.failures()

    def _improve(self, failing: list[Failure]) -> list[Failure] | None:
        """Close the first gap so that fewer premises fail; what still fails, or None if there is no such move."""
        failure = failing[0]
        if failure.gap is None:
            return None
        for place, part in self._moves(failure.premise):
            if self.budget < 3:
                return None
            before = self.point.values[place]
            step = self._closing(failure, place, part)
            if step is not None and self._move(place, part, step):
                left = self._ask()
                if len(left) < len(failing):
                    return left
            self.point.values[place] = before
        return None

    def _moves(self, premise: Relation) -> Iterator[tuple[Place, list[int]]]:
        symbols = {n.family if isinstance(n, Member) else n for n in walk(premise) if isinstance(n, Member | Symbol)}
        for place, (shape, _) in list(self.point.values.items()):
            domain = place[0].domain
            if place[0] in symbols and not domain.structure:
                yield from ((place, part) for part in _parts(shape, singles_first=domain.lower is None))

    def _closing(self, failure: Failure, place: Place, part: Sequence[int]) -> fmpq | None:
        """The step at which the gap closes, if three points show it to be affine in the step."""
        gaps = [failure.gap]
        shape, values = self.point.values[place]
        for step in (1, 2):
            self.point.values[place] = shape, _moved(values, part, fmpq(step))
            here = [f for f in self._ask() if f.premise is failure.premise and f.position == failure.position]
            gaps.append(here[0].gap if here else fmpq(0))
        self.point.values[place] = shape, values
        start, one, two = gaps
        if start is None or one is None or two is None or one == start or two - one != one - start:
            return None
        return -start / (one - start)

    def _move(self, place: Place, part: Sequence[int], step: fmpq) -> bool:
        """Take the step if it stays in the domain and leaves something that is not 0."""
        shape, values = self.point.values[place]
        moved = _moved(values, part, step)
        if not any(moved) or not all(place[0].domain.contains(ball.fraction(v)) for v in moved):
            return False
        self.point.values[place] = shape, moved
        return True


def _moved(values: Sequence[fmpq], part: Sequence[int], step: fmpq) -> list[fmpq]:
    """One entry moved by `step`, or several scaled by 1 + step."""
    out = list(values)
    for k in part:
        out[k] = out[k] + step if len(part) == 1 else out[k] * (1 + step)
    return out


def _parts(shape: tuple[int, ...], singles_first: bool) -> list[list[int]]:
    """Single entries, the whole tensor, rows and columns: what one step may move."""
    size = prod(shape)
    singles = [[k] for k in reversed(range(size))]
    groups: list[list[int]] = []
    if shape:
        last = shape[-1]
        rows = [list(range(r, r + last)) for r in range(0, size, last)]
        columns = [list(range(c, size, last)) for c in range(last)]
        groups = [g for g in (list(range(size)), *(rows + columns if len(shape) > 1 else ())) if len(g) > 1]
    return singles + groups if singles_first else groups + singles
