"""Inequalities that hold already because of where the difference of both sides lies."""

from __future__ import annotations

from typing import Any

from derive.expr.arithmetic import Add, Neg
from derive.meaning.interval import Ranges
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.deciders import require
from derive.prove.proof import Proof

METHODS = ("interval of the difference",)


def accepts(claim: Claim) -> bool:
    return claim.relation.kind in ("<=", ">=", "<", ">")


def prove(claim: Claim, budget: Budget) -> Proof | str:
    if holds_by_interval(claim):
        return Proof("interval of the difference")
    return "the interval of the difference has both signs"


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim) and holds_by_interval(claim), "the claim does not hold by the interval of the difference")
    require(not row["evidence"]["proof"], "a proof by intervals has no parts")
    return "computed again"


def holds_by_interval(claim: Claim) -> bool:
    """Whether the interval of the difference of both sides alone shows an inequality."""
    kind = claim.relation.kind
    low, high = (claim.left, claim.right) if kind in ("<=", "<") else (claim.right, claim.left)
    gap = Ranges()(Add.of(high, Neg.of(low)))
    return gap.positive or (gap.nonneg and kind in ("<=", ">="))
