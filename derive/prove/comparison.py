"""A claim at one exact point: do the premises hold there, have both sides values, do their enclosures contradict it?

Enclosures are exact rationals or balls of rising precision. This is all that re-running a counterexample takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flint import arb, ctx, fmpq

from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, Finite, Scalar, State
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.premises import REPAIRS, Premises
from derive.meaning.numbers.sample import Names, Point
from derive.prove.verdict import Counterexample

DIGITS = 50  # to which two values of an equation agree at least
BITS = (256, 512, 1024)


@dataclass
class Outcome:
    """What one point showed."""

    refuted: int | None = None  # a position
    one_sided: int | None = None
    unresolved: bool = False
    effective: bool = False
    gap: arb | None = None  # the largest relative gap of positions that agree
    left: Sequence[Scalar] = ()
    right: Sequence[Scalar] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim held at some position and could be told at all that have two values."""
        return self.effective and not self.unresolved and self.refuted is None

    @property
    def shows_something(self) -> bool:
        """Whether some position had a value on some side."""
        return self.effective or self.unresolved or self.refuted is not None or self.one_sided is not None


class Comparison:
    """One claim in index form with its premises, to be compared at points."""

    def __init__(
        self, relation: Relation, given: Iterable[Expr], named: Sequence[Index] = (), bits: Sequence[int] = BITS
    ) -> None:
        given = tuple(given)
        self.relation, self.bits = relation, tuple(bits)
        self.names = Names.of(relation, *given)
        self.premises = Premises.of(given, relation)
        self.reading = self.premises.reading
        self.indices = self.reading.free(relation)
        self.named = tuple(named) or tuple(i for i in self.indices if i.dim is not None)  # the others: of the point

    def at(self, point: Point, repairs: int = REPAIRS) -> Outcome | None:
        """What the claim is at this point; None where the premises do not certainly hold, after that many repairs."""
        if not self.premises.hold(point, repairs):
            return None
        outcome = Outcome()
        for bits in self.bits:
            sides = self._sides(point, bits)
            with ctx.workprec(bits):
                outcome = self._compare(*sides)
            if outcome.refuted is not None or not outcome.unresolved:
                break
        return outcome

    def _sides(self, point: Point, bits: int) -> tuple[Sequence[Scalar], Sequence[Scalar]]:
        evaluation = Evaluation(self.reading, point, bits)
        evaluation.place(self.indices)
        left, right = (evaluation.table(side) for side in (self.relation.left, self.relation.right))
        return left.over(self.indices, evaluation.ranges), right.over(self.indices, evaluation.ranges)

    def _compare(self, left: Sequence[Scalar], right: Sequence[Scalar]) -> Outcome:
        outcome = Outcome(left=left, right=right)
        kind = self.relation.kind
        for k, (a, b) in enumerate(zip(left, right, strict=True)):
            states = [v for v in (a, b) if isinstance(v, State)]
            if states:
                if UNDEFINED in states and len(states) == 1:
                    outcome.one_sided = k
                elif UNDEFINED not in states:
                    outcome.unresolved = True
                continue
            holds = ball.compare(kind, a, b)
            if holds is False:
                outcome.refuted = k
                return outcome
            if holds is True and kind != "=":
                outcome.effective = True
                continue
            gap = _gap(a, b)  # type: ignore[arg-type]
            if holds is not True and (gap is None or kind in ("<", ">", "!=")):
                outcome.unresolved = True
                continue
            outcome.effective = True
            if gap is not None and not (isinstance(a, fmpq) and isinstance(b, fmpq)):
                outcome.gap = gap if outcome.gap is None else outcome.gap.max(gap)
        return outcome

    def shown(self, point: Point, outcome: Outcome, position: int, command: str = "") -> Counterexample:
        """The point as text, with both sides at one position."""
        evaluation = Evaluation(self.reading, point, self.bits[0])
        evaluation.place(self.indices)
        at: dict[Index, int] = {}
        rest = position
        for i in reversed(self.indices):
            rest, k = divmod(rest, len(evaluation.ranges[i]))
            at[i] = evaluation.ranges[i][k]
        entry = tuple(at.get(i, 1) for i in self.named)
        left, right = _texts(outcome.left[position], outcome.right[position])
        return Counterexample(point.shapes(), point.described(), left, right, entry, command)


def _texts(left: Scalar, right: Scalar) -> tuple[str, str]:
    """Both values, with as many digits as it takes to tell them apart."""
    for digits in (16, 32, 64, 128):
        texts = ball.text(left, digits), ball.text(right, digits)
        if texts[0].split(" ± ")[0] != texts[1].split(" ± ")[0]:
            break
    return texts


def _gap(a: Finite, b: Finite) -> arb | None:
    """An upper bound of the distance relative to the size, absolute next to 0; None if it is above 10^-50."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return arb(0) if a == b else None
    x, y = arb(a), arb(b)
    distance = (x - y).abs_upper()
    size = x.abs_lower().max(y.abs_lower())
    gap = distance if size == 0 else (distance / size).abs_upper()
    return gap if gap < arb(10) ** -DIGITS else None
