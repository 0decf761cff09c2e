"""The same minimisers: one side is an increasing function of the other (`derive.prove.argmin`)."""

from __future__ import annotations

from typing import Any

from derive.prove.argmin import goals, prove_same_argmin
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.deciders import RecordError, require
from derive.prove.deciders.normal_form import check_parts
from derive.prove.proof import Proof

METHODS = ("increasing map",)


def accepts(claim: Claim) -> bool:
    return claim.relation.kind == "same_argmin"


def prove(claim: Claim, budget: Budget) -> Proof | str:
    return prove_same_argmin(claim)


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim), f"{row['method']} does not prove a claim with {claim.relation.kind}")
    why = ""
    for goal in goals(claim):
        if isinstance(goal, str):
            why = why or goal
            continue
        try:
            return check_parts(goal, row, "")
        except RecordError as error:
            why = str(error)
    raise RecordError(why)
