"""One question to z3: is there a point of the domains at which the premises hold, both sides have values, and the claim
fails? "No" is a proof, if without the claim there is such a point; "yes" comes with the point.

The limit is on z3's own count of its steps, so an answer repeats; every question has a context of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import z3

from derive.expr.node import Expr
from derive.prove.deciders import ContradictoryPremisesError
from derive.prove.scalar import Scalar
from derive.prove.smt.encode import Encoder, OutsideError, Requirement
from derive.prove.smt.prepare import Preparation

LIMIT = 400_000  # steps of z3 for one answer: milliseconds as a rule, a second or two where algebraic numbers abound
FORMS = ("as written", "without logarithms")
NEAR = 10**6  # the largest denominator of a rational near an algebraic number


@dataclass
class Answer:
    """`verdict` is what z3 says about a counterexample: unsat, sat, or unknown with the reason."""

    verdict: str
    asked: str = ""
    reason: str = ""
    conditions: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    values: dict[Expr, Fraction] = field(default_factory=dict)
    steps: int = 0


class Question:
    """A claim in one of the `FORMS`. Raises `OutsideError` if it has none."""

    def __init__(self, goal: Scalar, form: str) -> None:
        self.goal, prepare = goal, Preparation()
        written = [goal.claim, *goal.premises]
        claim = goal.claim
        if form == FORMS[1]:
            raised = prepare.without_logarithms(goal.claim)
            if raised is None:
                raise OutsideError("there are no logarithms")
            claim = raised
        prepare.foresee([side for relation in written for side in relation.args[:2]])
        if form == FORMS[1]:  # once more, now that all exponents are known
            again = prepare.without_logarithms(goal.claim)
            claim = claim if again is None else again
        self.encoder = encoder = Encoder(prepare)
        formula = encoder.prepared(claim) if form == FORMS[1] else encoder.relation(claim)
        self.sides = [encoder.requirements(side) for side in (goal.claim.left, goal.claim.right)]
        self.premises = [encoder.relation(p) for p in goal.premises]
        encoder.tell(written)
        given = [r for p in goal.premises for side in p.args[:2] for r in encoder.requirements(side)]
        needed = [r.met for r in (*self.sides[0], *self.sides[1], *given)]
        self.hypotheses = [*encoder.facts, *self.premises, *needed]
        self.refuting = z3.Not(formula)
        self.steps = 0

    def solver(self, *formulas: Any) -> z3.Solver:
        solver = z3.Solver(ctx=self.encoder.context)
        solver.set("rlimit", LIMIT)
        solver.add(*formulas)
        return solver

    def check(self, solver: z3.Solver) -> str:
        """sat, unsat, or unknown; counts the steps."""
        found = str(solver.check())
        counts = solver.statistics()
        spent = int(counts.get_key_value("rlimit count")) if "rlimit count" in counts.keys() else 0  # noqa: SIM118
        self.steps += min(spent, LIMIT)  # it counts from the making of the context on
        return found

    def answer(self) -> Answer:
        """Raises `ContradictoryPremisesError`."""
        solver = self.solver(*self.hypotheses, self.refuting)
        found, asked = self.check(solver), solver.sexpr()
        if found == "unsat":
            possible = self.check(self.solver(*self.hypotheses))
            if possible == "unsat" and self.premises:
                raise ContradictoryPremisesError(
                    f"no point satisfies the premises {'; '.join(map(str, self.goal.premises))}"
                )
            if possible != "sat":
                return Answer("unknown", reason="z3 finds no point at which both sides have values", steps=self.steps)
            return Answer("unsat", asked, "", self._conditions(), tuple(self.encoder.cited), steps=self.steps)
        if found == "sat":
            return Answer("sat", asked, values=self._values(solver.model()), steps=self.steps)
        return Answer("unknown", reason=f"z3: {solver.reason_unknown()}", steps=self.steps)

    def _conditions(self) -> tuple[str, ...]:
        """Where only one side has a value although domains and premises hold."""
        left, right = ({r.text for r in side} for side in self.sides)
        out: dict[str, None] = {}
        for requirement in (*self.sides[0], *self.sides[1]):
            if (requirement.text in left) != (requirement.text in right) and not self._always(requirement):
                out[requirement.text] = None
        return tuple(sorted(out))

    def _always(self, requirement: Requirement) -> bool:
        base = [*self.encoder.facts, *self.premises]
        return self.check(self.solver(*base, z3.Not(requirement.met))) == "unsat"

    def _values(self, model: z3.ModelRef) -> dict[Expr, Fraction]:
        """The point of a model, algebraic numbers replaced by rationals nearby."""
        out: dict[Expr, Fraction] = {}
        for e, unknown in self.encoder.unknowns.items():
            value: Any = model.eval(unknown, model_completion=True)
            if z3.is_algebraic_value(value):
                value = value.approx(20)
            if z3.is_rational_value(value):
                out[e] = Fraction(value.numerator_as_long(), value.denominator_as_long())
        return out


def ask(goal: Scalar, form: str) -> Answer:
    """The answer to the question in one form. Raises `ContradictoryPremisesError`."""
    try:
        return Question(goal, form).answer()
    except OutsideError as why:
        return Answer("unknown", reason=str(why))
    except (RecursionError, z3.Z3Exception) as error:
        return Answer("unknown", reason=f"{type(error).__name__}: {error}"[:200])
