"""Equalities of entropies and mutual informations, in joint-entropy coordinates."""

from __future__ import annotations

from typing import Any

from derive.expr.information import Information
from derive.expr.node import walk
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.deciders import require
from derive.prove.proof import Proof
from derive.prove.shannon import same_measure

METHODS = ("joint-entropy coordinates",)


def accepts(claim: Claim) -> bool:
    return claim.relation.kind == "=" and any(isinstance(n, Information) for n in walk(claim.left, claim.right))


def prove(claim: Claim, budget: Budget) -> Proof | str:
    if same_measure(claim.left, claim.right):
        return Proof("joint-entropy coordinates", laws=("chain rule of entropy",))
    return "the joint-entropy coordinates differ"


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim) and bool(same_measure(claim.left, claim.right)), "the joint-entropy coordinates differ")
    require(not row["evidence"]["proof"], "a proof in joint-entropy coordinates has no parts")
    return "computed again"
