"""Claims about polynomials, cases, roots and exponentials: z3 finds no counterexample, or gives one.

`unsat` is taken as a proof. It is not a certificate that can be checked without z3: the question is recorded as it was
asked, and checking a record again puts the same question once more, under the same limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.expr.leaves import Index, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import ORDERED
from derive.expr.structure import Delta, Where
from derive.prove.budget import Budget
from derive.prove.candidate import Candidate
from derive.prove.claim import Claim
from derive.prove.deciders import require
from derive.prove.proof import Proof
from derive.prove.scalar import INEQUALITIES, Scalar, scalar

METHODS = ("z3",)
PIECEWISE = ("abs", "relu", "max", "min", "sign", "step")
STEPS_PER_UNIT = 20  # of z3's, in one unit of the budget
SHARE = 60_000  # units of work
LARGEST = 400  # nodes of a claim


@dataclass(frozen=True)
class Asked:
    """The question that z3 answered with unsat, in SMT-LIB, and in which form the claim was put."""

    form: str
    question: str
    limit: int

    def to_json(self) -> dict[str, Any]:
        return {"form": self.form, "question": self.question, "limit": self.limit}


def accepts(claim: Claim) -> bool:
    if claim.relation.kind not in ORDERED:
        return False
    return claim.relation.kind in INEQUALITIES or any(map(_piecewise, walk(claim.left, claim.right)))


def _piecewise(e: Expr) -> bool:
    if isinstance(e, Apply):
        name = e.operation.name
        return name in PIECEWISE or name.rstrip("'") in PIECEWISE
    return isinstance(e, Where | Delta)


def prove(claim: Claim, budget: Budget) -> Proof | Candidate | str:
    from derive.prove.smt.query import FORMS, LIMIT, ask

    goal = scalar(claim)
    if sum(1 for _ in walk(goal.claim)) > LARGEST:
        return "the claim is too large for z3"
    reason, candidate, spent = "", None, 0
    for form in FORMS:
        answer = ask(goal, form)
        spent += answer.steps // STEPS_PER_UNIT
        if answer.verdict == "unsat":
            asked = Asked(form, answer.asked, LIMIT)
            given = tuple(str(p) for p in goal.premises)
            return Proof("z3", given, answer.conditions, answer.cited, (("no counterexample", asked),))
        if answer.verdict == "sat":
            candidate = candidate or _candidate(answer.values)
        reason = reason or answer.reason
        if spent > SHARE:
            break
    budget.spend(min(spent, budget.left))
    return candidate or reason


def _candidate(values: dict[Expr, Any]) -> Candidate:
    scalars = {e: v for e, v in values.items() if isinstance(e, Symbol) and not e.axes}
    positions = {e: int(v) for e, v in values.items() if isinstance(e, Index) and v.denominator == 1 and v >= 1}
    sizes = {e.dim.name: int(v) for e, v in values.items() if isinstance(e, Size) and v.denominator == 1 and v < 9}
    return Candidate(scalars, sizes, positions)


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    from derive.prove.smt.query import FORMS, LIMIT, ask

    require(accepts(claim), f"z3 does not prove a claim with {claim.relation.kind}")
    require([p["goal"] for p in row["evidence"]["proof"]] == ["no counterexample"], "there is not one question to z3")
    (part,) = row["evidence"]["proof"]
    require(part["form"] in FORMS, "the claim is put in no known form")
    require(part["limit"] == LIMIT, f"the limit was {part['limit']} steps, not {LIMIT}")
    goal: Scalar = scalar(claim)
    answer = ask(goal, part["form"])
    require(answer.asked == part["question"], "the recorded question is not about this claim")
    require(answer.verdict == "unsat", f"z3 now answers {answer.verdict}")
    for name, used in (("assumptions", [str(p) for p in goal.premises]), ("conditions", answer.conditions)):
        missing = [text for text in used if text not in row[name]]
        require(not missing, f"the proof needs {', '.join(missing)}, which is not recorded")
    missing = [name for name in answer.cited if name not in row["evidence"]["laws"]]
    require(not missing, f"the proof rests on {', '.join(missing)}, which is not recorded")
    return "z3 asked again: no counterexample"


__all__ = ["METHODS", "accepts", "prove", "recheck"]
