"""A line of a proof about entropies, its reasons, and what shows that it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from derive.expr.node import Expr
from derive.prove.information.certificate import Certificate, Terms
from derive.prove.information.checker import CertificateError, check
from derive.prove.information.problem import Problem, Row, combined


@dataclass(frozen=True)
class Reason:
    """Why a line follows: `name` in words, `about` what it speaks of; `number` is that of a premise."""

    name: str
    about: tuple[Expr, ...] = ()
    number: int = 0

    @property
    def words(self) -> str:
        """In the statement grammar: ``premise 1: X -> Y -> Z``."""
        return self.spelled(str)

    def spelled(self, formula: Any) -> str:
        """In words, the formulas printed by `formula`."""
        name = f"{self.name} {self.number}:" if self.number else self.name
        return " ".join([name, ", ".join(formula(e) for e in self.about)]) if self.about else name


@dataclass(frozen=True)
class Step:
    """``before relation after``.

    The row of the larger side minus that of the smaller is Σ factor·generator over `more`; for an equation `less` is
    the same for the opposite difference.
    """

    relation: str
    before: Expr
    after: Expr
    reasons: tuple[Reason, ...]
    more: Terms = ()
    less: Terms = ()

    @property
    def rule(self) -> str:
        return "; ".join(reason.name for reason in self.reasons)

    def to_json(self) -> dict[str, Any]:
        """With the keys of the steps of other derivations."""
        return {
            "rule": self.rule,
            "relation": self.relation,
            "reasons": [reason.words for reason in self.reasons],
            "path": [],
            "bindings": {},
            "before": str(self.before),
            "after": str(self.after),
            "conditions": [],
            "level": "macro",
            "verdict": "proved",
            "method": "rows add up",
        }


def holds(step: Step, before: Row, after: Row, problem: Problem) -> bool:
    """Whether the rows of both sides differ by what the step names, as the checker of certificates sees it."""
    low, high = (after, before) if step.relation == ">=" else (before, after)
    goal = combined([(1, high), (-1, low)])
    line = replace(problem, goal=goal, equality=step.relation == "=", strict=False)
    try:
        check(line, Certificate(step.more, step.less))
    except CertificateError:
        return False
    return True
