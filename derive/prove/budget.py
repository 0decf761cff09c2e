"""The budget of a claim: units of work, not seconds, so that verdicts repeat on every machine, for every hash seed."""

from __future__ import annotations

from derive.expr.errors import DeriveError

WORK = 100_000  # units per claim; a unit is about ten microseconds of one decider's work
DRAWS = 24  # points at which a claim about numbers is tried


class Exhausted(DeriveError):  # noqa: N818 -- the field's word for it
    """The budget of a claim is spent."""


class Budget:
    """What the deciders of one claim may still spend, together."""

    def __init__(self, units: int = WORK) -> None:
        self.units = self.left = units

    def spend(self, units: int = 1) -> None:
        """Take units away. Raises `Exhausted` when none are left."""
        self.left -= units
        if self.left < 0:
            raise Exhausted(f"the budget of {self.units:,} units of work is spent")
