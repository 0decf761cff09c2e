"""Search for an exact point at which a claim is false, and count the points at which it held.

A claim is refuted only by a certificate: exact rational values in the declared domains, premises that certainly hold
there, both sides with values, and enclosures that contradict the relation. Points without such a contradiction are
evidence: agreement to `DIGITS` digits, or an inequality that certainly holds. Points at which one side has no value
are reported apart, since they restrict the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from flint import arb, ctx, fmpq

from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.propositions import ORDERED, Relation
from derive.meaning import index_form
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, Finite, Scalar, State
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.premises import Premises
from derive.meaning.numbers.sample import STYLES, Names, Point, size_plans
from derive.meaning.numbers.shrink import shrink
from derive.meaning.numbers.table import TooLargeError, UnusablePointError
from derive.prove.verdict import Counterexample

DIGITS = 50
BITS = (256, 512, 1024)
EXACT_DIGITS = 999  # reported when every comparison was between rationals
ATTEMPTS = 40  # points tried for one draw when premises do not hold or nothing is defined
RETRIES = 8  # of them after a point at which only one side has a value


@dataclass
class Finding:
    """What sampling found. `draws_effective` counts points at which both sides had values and the claim held."""

    counterexample: Counterexample | None = None
    draws_effective: int = 0
    draws_vacuous: int = 0  # points at which no position had two values, or the premises did not hold
    draws_one_sided: int = 0  # points with a position at which exactly one side had a value
    draws_unresolved: int = 0  # points with a position too close to tell at the largest precision
    digits: int = 0  # the least number of digits to which the sides of an equation agreed
    largest_gap: str = ""
    one_sided_example: Counterexample | None = None
    sizes: list[dict[str, int]] = field(default_factory=list)  # of the effective draws, each once
    message: str = ""


def falsify(
    relation: Relation,
    *,
    premises: Iterable[Expr] = (),
    draws: int = 24,
    seed: int = 0,
    bits: Sequence[int] = BITS,
    command: str = "",
    indices: Sequence[Index] = (),
    budget: int = 200,
) -> Finding:
    """Look for a counterexample to `relation` (in index form, derivative-free) among `draws` points.

    `indices` are the free indices in the order of the axes, in which a counterexample names its entry. `budget` bounds
    the evaluations spent on making a counterexample simpler.
    """
    if relation.kind not in ORDERED:
        return Finding(message=f"the relation {relation.kind} is not decided by values at points")
    if relation.axes:
        core, indices = index_form.entries(relation)
        assert isinstance(core, Relation)
        relation = core
    try:
        return _Search(relation, tuple(premises), seed, tuple(bits), command, tuple(indices)).run(draws, budget)
    except NotEvaluableError as why:
        return Finding(message=f"no values: {why}")


@dataclass
class _Outcome:
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


class _Search:
    """One claim with its premises, and the points drawn for it."""

    def __init__(
        self,
        relation: Relation,
        given: tuple[Expr, ...],
        seed: int,
        bits: tuple[int, ...],
        command: str,
        named: tuple[Index, ...],
    ) -> None:
        self.relation, self.seed, self.bits, self.command = relation, seed, bits, command
        self.names = Names.of(relation, *given)
        self.premises = Premises.of(given, relation)
        self.reading = self.premises.reading
        self.indices = self.reading.free(relation)
        self.named = named or tuple(i for i in self.indices if i.dim is not None)  # the others are values of the point

    def run(self, draws: int, budget: int) -> Finding:
        """Draw points until one refutes or `draws` of them were used."""
        finding = Finding()
        gaps: list[arb] = []
        in_vain = 0  # draws in a row without a usable point
        for number, plan in enumerate(size_plans(len(self.names.dims), Random(f"sizes/{self.seed}"), draws)):
            found = self._draw(number, plan, ATTEMPTS if in_vain < 3 else ATTEMPTS // 8)
            in_vain = 0 if found else in_vain + 1
            finding.draws_vacuous += not found
            for point, outcome in found:
                if outcome.refuted is not None:
                    finding.counterexample = self._simplest(point, budget)
                    finding.message = "refuted at an exact point"
                    return finding
                self._record(finding, point, outcome)
                if outcome.gap is not None:
                    gaps.append(outcome.gap)
        self._summarise(finding, gaps)
        return finding

    def _draw(self, number: int, sizes: tuple[int, ...], attempts: int) -> list[tuple[Point, _Outcome]]:
        """A point at which the premises hold and both sides have values; before it, the first one that falls short."""
        short: list[tuple[Point, _Outcome]] = []
        for attempt in range(attempts):
            key, style = f"{self.seed}/{number}/{attempt}", STYLES[number % len(STYLES)]
            point = Point(self.names, key, dict(zip(self.names.dims, sizes, strict=True)), style)
            try:
                outcome = self._at(point)
            except TooLargeError:
                sizes = tuple(1 + n % 2 for n in sizes)
                continue
            except UnusablePointError:
                continue
            if outcome is None or not outcome.shows_something:
                continue
            if outcome.holds or outcome.refuted is not None:
                return [*short, (point, outcome)]
            short = short or [(point, outcome)]
            if attempt >= RETRIES:
                break
        return short

    def _record(self, finding: Finding, point: Point, outcome: _Outcome) -> None:
        finding.draws_effective += outcome.holds
        finding.draws_unresolved += outcome.unresolved
        if outcome.one_sided is not None:
            finding.draws_one_sided += 1
            if finding.one_sided_example is None:
                finding.one_sided_example = self._shown(point, outcome, outcome.one_sided)
        if outcome.holds and point.shapes() not in finding.sizes:
            finding.sizes.append(point.shapes())

    def _summarise(self, finding: Finding, gaps: list[arb]) -> None:
        if finding.draws_effective == 0:
            if self.premises.unverifiable:
                why = f"no point certainly satisfies the premise {self.premises.unverifiable[0]}"
            elif finding.draws_unresolved:
                why = f"the sides are too close to tell at {self.bits[-1]} bits"
            elif finding.draws_one_sided:
                why = "at every point one side had no value"
            elif self.premises.checks:
                why = "no point that satisfies the premises gave both sides a value"
            else:
                why = "no point gave both sides a value"
            finding.message = f"no usable draw: {why}"
            return
        finding.message = f"no counterexample at {finding.draws_effective} points"
        if self.relation.kind == "=":
            finding.digits = min((_digits(g) for g in gaps), default=EXACT_DIGITS)
            worst = gaps[0] if gaps else arb(0)
            for g in gaps[1:]:
                worst = worst.max(g)
            finding.largest_gap = worst.str(2, radius=False)

    # -- one point

    def _at(self, point: Point) -> _Outcome | None:
        """What the claim is at this point; None where the premises do not certainly hold."""
        if not self.premises.hold(point):
            return None
        outcome = _Outcome()
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

    def _compare(self, left: Sequence[Scalar], right: Sequence[Scalar]) -> _Outcome:
        outcome = _Outcome(left=left, right=right)
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

    # -- a counterexample

    def _simplest(self, point: Point, budget: int) -> Counterexample:
        def refutes(candidate: Point) -> bool:
            try:
                outcome = self._at(candidate)
            except (UnusablePointError, NotEvaluableError):
                return False
            return outcome is not None and outcome.refuted is not None

        point = shrink(point, refutes, budget).copy()
        point.used.clear()  # only what the claim needs is shown
        outcome = self._at(point)
        assert outcome is not None
        assert outcome.refuted is not None
        return self._shown(point, outcome, outcome.refuted)

    def _shown(self, point: Point, outcome: _Outcome, position: int) -> Counterexample:
        evaluation = Evaluation(self.reading, point, self.bits[0])
        evaluation.place(self.indices)
        at: dict[Index, int] = {}
        rest = position
        for i in reversed(self.indices):
            rest, k = divmod(rest, len(evaluation.ranges[i]))
            at[i] = evaluation.ranges[i][k]
        entry = tuple(at.get(i, 1) for i in self.named)
        left, right = _texts(outcome.left[position], outcome.right[position])
        return Counterexample(point.shapes(), point.described(), left, right, entry, self.command)


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


def _digits(gap: arb) -> int:
    """The number of decimal digits that a relative gap leaves."""
    if gap == 0:
        return EXACT_DIGITS
    with ctx.workprec(64):
        return int((-gap.log() / arb(10).log()).floor().mid().fmpq().p) if gap > 0 else 0
