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

from flint import arb, ctx

from derive.expr.arithmetic import Pow
from derive.expr.calculus import Integral, Limit
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index, Number
from derive.expr.node import Expr, walk
from derive.expr.propositions import ORDERED, Relation
from derive.meaning import index_form
from derive.meaning.numbers import ball
from derive.meaning.numbers.evaluate import NotEvaluableError
from derive.meaning.numbers.sample import STYLES, Point, size_plans
from derive.meaning.numbers.shrink import shrink
from derive.meaning.numbers.table import TooLargeError, UnusablePointError
from derive.prove.boundaries import beside, boundaries
from derive.prove.candidate import Candidate
from derive.prove.comparison import BITS, Comparison, Outcome
from derive.prove.corners import corners, roots
from derive.prove.verdict import Counterexample

EXACT_DIGITS = 999  # reported when every comparison was between rationals
BASES = 3  # drawn points around which boundaries are looked for
ATTEMPTS = 40  # points tried for one draw when premises do not hold or nothing is defined
SHRINKING = 200  # evaluations spent on making a counterexample simpler
RETRIES = 8  # of them after a point at which only one side has a value
QUADRATURE_DRAWS, QUADRATURE_ATTEMPTS, QUADRATURE_SHRINKING = (
    10,
    2,
    12,
)  # a point with an integral or limit costs 10-300 ms


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
    unverifiable: bool = False  # a premise is such that no point certainly satisfies it
    message: str = ""

    @property
    def usable(self) -> bool:
        """Whether the claim has a meaning as far as was seen: not all draws were vacuous or had one side only."""
        if self.counterexample is not None or self.draws_effective or self.draws_unresolved or self.unverifiable:
            return True
        return not self.draws_vacuous and not self.draws_one_sided


def falsify(
    relation: Relation,
    *,
    premises: Iterable[Expr] = (),
    draws: int = 24,
    seed: int = 0,
    bits: Sequence[int] = BITS,
    command: str = "",
    indices: Sequence[Index] = (),
    budget: int = SHRINKING,
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
    quadrature = any(isinstance(node, Integral | Limit) for node in walk(relation))
    if quadrature:
        draws, budget, bits = min(draws, QUADRATURE_DRAWS), min(budget, QUADRATURE_SHRINKING), bits[:1]
    try:
        search = _Search(Comparison(relation, premises, indices, bits), seed, command, quadrature)
        return search.run(draws, budget)
    except NotEvaluableError as why:
        return Finding(message=f"no values: {why}")
    except DeriveError:
        raise
    except Exception as error:  # nothing was found, and that is all that is known
        return Finding(message=f"no values: internal error: {type(error).__name__}: {error}")


def refuted_at(
    candidate: Candidate, relation: Relation, premises: Iterable[Expr], indices: Sequence[Index], command: str = ""
) -> Counterexample | None:
    """The counterexample at a point that a decider found, made simpler; None if balls do not confirm it there."""
    search = _Search(Comparison(relation, premises, indices), 0, command)
    names = search.names
    point = Point(names, "candidate", {dim: candidate.sizes.get(names.dims[dim], 1) for dim in names.dims})
    point.positions.update(candidate.positions)
    for symbol, value in candidate.values.items():
        if not symbol.domain.contains(value):
            return None
        point.values[symbol, ()] = (), [ball.exact(value)]
    try:
        outcome = search.comparison.at(point, repairs=0)
    except (NotEvaluableError, TooLargeError, UnusablePointError):
        return None
    return search._simplest(point, SHRINKING) if outcome is not None and outcome.refuted is not None else None


class _Search:
    """One claim with its premises, and the points drawn for it."""

    def __init__(self, comparison: Comparison, seed: int, command: str, quadrature: bool = False) -> None:
        self.comparison, self.seed, self.command, self.quadrature = comparison, seed, command, quadrature
        self.names, self.premises = comparison.names, comparison.premises

    def run(self, draws: int, budget: int) -> Finding:
        """Draw points until one refutes or `draws` of them were used."""
        finding = Finding()
        gaps: list[arb] = []
        bases: list[Point] = []
        in_vain = 0  # draws in a row without a usable point
        for number, plan in enumerate(size_plans(len(self.names.dims), Random(f"sizes/{self.seed}"), draws)):
            attempts = QUADRATURE_ATTEMPTS if self.quadrature else ATTEMPTS
            found = self._draw(number, plan, attempts if in_vain < 3 else max(1, attempts // 8))
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
                if len(bases) < BASES and outcome.holds:
                    bases.append(point)
        if not self.quadrature:
            finding.counterexample = self._planted(bases, budget)
        self._summarise(finding, gaps)
        return finding

    def _planted(self, bases: list[Point], budget: int) -> Counterexample | None:
        """The counterexample at a planted point, if there is one: around a boundary, or at a corner of the domains."""
        relation, reading = self.comparison.relation, self.comparison.reading
        edges = boundaries(relation.left, relation.right)
        has_powers = any(isinstance(n, Pow) and not isinstance(n.args[1], Number) for n in walk(relation))
        for base in bases:
            around = beside(base, edges, reading) if edges else iter(())
            planted = corners(base) if relation.kind != "=" else roots(base) if has_powers else ()
            for point in (*around, *planted):
                try:
                    outcome = self.comparison.at(point, repairs=0)
                except (NotEvaluableError, TooLargeError, UnusablePointError):
                    continue
                if outcome is not None and outcome.refuted is not None:
                    return self._simplest(point, budget)
        return None

    def _draw(self, number: int, sizes: tuple[int, ...], attempts: int) -> list[tuple[Point, Outcome]]:
        """A point at which the premises hold and both sides have values; before it, the first one that falls short."""
        short: list[tuple[Point, Outcome]] = []
        for attempt in range(attempts):
            key, style = f"{self.seed}/{number}/{attempt}", STYLES[number % len(STYLES)]
            point = Point(self.names, key, dict(zip(self.names.dims, sizes, strict=True)), style)
            try:
                outcome = self.comparison.at(point)
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

    def _record(self, finding: Finding, point: Point, outcome: Outcome) -> None:
        finding.draws_effective += outcome.holds
        finding.draws_unresolved += outcome.unresolved
        if outcome.one_sided is not None:
            finding.draws_one_sided += 1
            if finding.one_sided_example is None:
                finding.one_sided_example = self.comparison.shown(point, outcome, outcome.one_sided)
        if outcome.holds and point.shapes() not in finding.sizes:
            finding.sizes.append(point.shapes())

    def _summarise(self, finding: Finding, gaps: list[arb]) -> None:
        if finding.draws_effective == 0:
            if self.premises.unverifiable:
                finding.unverifiable = True
                why = f"no point certainly satisfies the premise {self.premises.unverifiable[0]}"
            elif finding.draws_unresolved:
                why = f"the sides are too close to tell at {self.comparison.bits[-1]} bits"
            elif finding.draws_one_sided:
                why = "at every point one side had no value"
            elif self.premises.checks:
                why = "no point that satisfies the premises gave both sides a value"
            else:
                why = "no point gave both sides a value"
            finding.message = f"no usable draw: {why}"
            return
        finding.message = f"no counterexample at {finding.draws_effective} points"
        if self.comparison.relation.kind == "=":
            finding.digits = min((_digits(g) for g in gaps), default=EXACT_DIGITS)
            worst = gaps[0] if gaps else arb(0)
            for g in gaps[1:]:
                worst = worst.max(g)
            finding.largest_gap = worst.str(2, radius=False)

    def _simplest(self, point: Point, budget: int) -> Counterexample:
        def refutes(candidate: Point) -> bool:
            try:
                outcome = self.comparison.at(candidate)
            except (UnusablePointError, NotEvaluableError):
                return False
            return outcome is not None and outcome.refuted is not None

        point = shrink(point, refutes, budget).copy()
        point.used.clear()  # only what the claim needs is shown
        outcome = self.comparison.at(point)
        assert outcome is not None
        assert outcome.refuted is not None
        return self.comparison.shown(point, outcome, outcome.refuted, self.command)


def _digits(gap: arb) -> int:
    """The number of decimal digits that a relative gap leaves."""
    if gap == 0:
        return EXACT_DIGITS
    with ctx.workprec(64):
        return int((-gap.log() / arb(10).log()).floor().mid().fmpq().p) if gap > 0 else 0
