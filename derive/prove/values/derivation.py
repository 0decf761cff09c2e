"""Derivations of the values of integrals: trees of steps, and what the checker reads of one.

A step names its rule, and brings the expressions, the derivations below it and the proofs of equations that the rule
asks for. It exists in two forms: as found by a search, and as recorded in a certificate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from derive.expr.node import Expr
from derive.meaning.normal import Certificate, Unconfirmed, equal, verify
from derive.meaning.normal.certificate import Leaves
from derive.meaning.normal.checker import Confirmation
from derive.prove.deciders import RecordError
from derive.prove.values.goal import Goal


class NoValueError(Exception):
    """A derivation that does not hold, or a search that found none: why."""


class Derivation(Protocol):
    """What the checker asks of a step."""

    rule: str

    def names(self) -> tuple[str, ...]: ...

    def exprs(self) -> dict[str, Expr]: ...

    def confirm(self, number: int, left: Expr, right: Expr) -> Confirmation:
        """The proof of one equation. Raises `NoValueError`."""
        ...

    def below(self, number: int, goal: Goal) -> Derivation: ...


@dataclass
class Step:
    """A step that a search found; the certificates are those of the equations, in the order of the rule."""

    goal: Goal
    rule: str
    listed: tuple[str, ...] = ()
    values: dict[str, Expr] = field(default_factory=dict)
    under: tuple[Step, ...] = ()
    equations: list[Certificate] = field(default_factory=list)
    proved: list[tuple[Expr, Expr, Confirmation]] = field(default_factory=list)
    concluded: Any = None  # what the checker concluded from this step, once it has

    def names(self) -> tuple[str, ...]:
        return self.listed

    def exprs(self) -> dict[str, Expr]:
        return self.values

    def confirm(self, number: int, left: Expr, right: Expr) -> Confirmation:
        if number == len(self.proved):
            outcome = equal(left, right)
            if outcome.certificate is None:
                raise NoValueError(f"{left} = {right} is not proved: {outcome.reason}")
            steps = outcome.certificate.steps
            found = Confirmation(outcome.laws_used, outcome.assumptions, outcome.conditions, steps)
            self.equations.append(outcome.certificate)
            self.proved.append((left, right, found))
        known = self.proved[number]
        if known[0] is not left or known[1] is not right:
            raise NoValueError(f"{left} = {right} is another equation than before")
        return known[2]

    def below(self, number: int, goal: Goal) -> Step:
        return self.under[number]

    def to_json(self) -> dict[str, Any]:
        leaves = _leaves(self.goal)
        return {
            "rule": self.rule,
            "names": list(self.listed),
            "exprs": {name: leaves.data(e) for name, e in self.values.items()},
            "equations": [certificate.to_json() for certificate in self.equations],
            "below": [step.to_json() for step in self.under],
        }


class Recorded:
    """A step of a certificate, read against the goal that the checker is at."""

    def __init__(self, goal: Goal, data: dict[str, Any]) -> None:
        self.goal, self.data = goal, data
        self.rule = str(data["rule"])

    def names(self) -> tuple[str, ...]:
        return tuple(map(str, self.data["names"]))

    def exprs(self) -> dict[str, Expr]:
        leaves = _leaves(self.goal)
        return {str(name): leaves.expr(value) for name, value in self.data["exprs"].items()}

    def confirm(self, number: int, left: Expr, right: Expr) -> Confirmation:
        try:
            return verify(left, right, self.data["equations"][number])
        except (Unconfirmed, LookupError) as why:
            raise RecordError(f"{left} = {right} is not confirmed: {why}") from why

    def below(self, number: int, goal: Goal) -> Recorded:
        return Recorded(goal, self.data["below"][number])

    def to_json(self) -> dict[str, Any]:
        return self.data


def _leaves(goal: Goal) -> Leaves:
    return Leaves((goal.body, goal.x, goal.low, goal.high))
