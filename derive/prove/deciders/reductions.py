"""Inequalities reduced to simpler ones, which other deciders prove: term by term, by convexity, by mean values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from derive.expr.propositions import Relation
from derive.meaning.normal import Certificate, Unconfirmed, equal, verify
from derive.prove.budget import Budget
from derive.prove.claim import Claim
from derive.prove.conditions import one_sided, require_conditions
from derive.prove.deciders import RecordError, by_method, decider, require
from derive.prove.proof import Proof
from derive.prove.reductions import Reduction, convexity, termwise
from derive.prove.scalar import INEQUALITIES, scalar

METHODS = ("reduction",)
RULES = (termwise, convexity)
ASKED = ("interval", "polynomial", "smt", "subdivision")  # for what is left to show
SHARE = 40_000  # units of work


@dataclass(frozen=True)
class Reduced:
    """A reduction by its name, the certificates of its equalities and the proofs of its inequalities."""

    reduction: Reduction
    equalities: tuple[Certificate, ...]
    proofs: tuple[Proof, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "reduction": self.reduction.name,
            "equalities": [e.to_json() for e in self.equalities],
            "proofs": [
                _row(proof, str(claim)) for proof, claim in zip(self.proofs, self.reduction.claims, strict=True)
            ],
        }


def _row(proof: Proof, claim: str) -> dict[str, Any]:
    evidence = {"laws": list(proof.laws), "proof": proof.to_json()}
    kept = {"assumptions": list(proof.assumptions), "conditions": list(proof.conditions)}
    return {"claim": claim, "method": proof.method, **kept, "evidence": evidence}


def accepts(claim: Claim) -> bool:
    return claim.relation.kind in INEQUALITIES


def _reductions(claim: Claim) -> Iterator[Reduction]:
    goal = scalar(claim)
    for rule in RULES:
        yield from rule.reductions(goal)


def prove(claim: Claim, budget: Budget) -> Proof | str:
    reason = "no reduction to simpler inequalities"
    for reduction in _reductions(claim):
        found = _proved(claim, reduction, budget)
        if isinstance(found, Proof):
            return found
        reason = f"{reduction.name}: {found}"
    return reason


def _proved(claim: Claim, reduction: Reduction, budget: Budget) -> Proof | str:
    equalities = []
    for left, right in reduction.equalities:
        budget.spend(40)
        outcome = equal(left, right)
        if outcome.certificate is None or outcome.conditions:
            return f"`{left} = {right}` is not shown"
        equalities.append(outcome.certificate)
    proofs: list[Proof] = []
    for relation in reduction.claims:
        proof = _asked(_part(claim, reduction, relation), budget)
        if proof is None:
            return f"`{relation}` is not shown"
        if proof.conditions and reduction.everywhere:
            return f"`{relation}` holds where {', '.join(proof.conditions)}"
        proofs.append(proof)

    def union(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for proof in proofs for x in getattr(proof, name)))

    method = f"reduction, {reduction.name}; " + "; ".join(dict.fromkeys(p.method for p in proofs))
    laws = dict.fromkeys(step.law for e in equalities for step in e.steps) | dict.fromkeys(union("laws"))
    evidence = Reduced(reduction, tuple(equalities), tuple(proofs))
    return Proof(method, union("assumptions"), one_sided(scalar(claim).claim), tuple(laws), (("reduced", evidence),))


def _part(claim: Claim, reduction: Reduction, relation: Relation) -> Claim:
    """An inequality of a reduction. What holds between two points of a domain cannot rest on premises about them."""
    return Claim(relation, () if reduction.everywhere else claim.premises, claim.derivatives)


def _asked(claim: Claim, budget: Budget) -> Proof | None:
    for name in ASKED:
        one = decider(name)
        if one.accepts(claim):
            found = one.prove(claim, budget)
            if isinstance(found, Proof):
                return found
    return None


def recheck(claim: Claim, row: dict[str, Any]) -> str:
    require(accepts(claim), f"a reduction does not prove a claim with {claim.relation.kind}")
    require([p["goal"] for p in row["evidence"]["proof"]] == ["reduced"], "there is not one reduction")
    (part,) = row["evidence"]["proof"]
    reduction = next((r for r in _reductions(claim) if r.name == part["reduction"]), None)
    if reduction is None:
        raise RecordError(f"{part['reduction']!r} is no reduction of this claim")
    try:
        for (left, right), data in zip(reduction.equalities, part["equalities"], strict=True):
            found = verify(left, right, data)
            require(not found.conditions, f"an equality needs {', '.join(found.conditions)}")
    except Unconfirmed as why:
        raise RecordError(f"an equality of the reduction is not shown: {why}") from why
    require_conditions(scalar(claim).claim, row)
    checked = []
    for relation, proof in zip(reduction.claims, part["proofs"], strict=True):
        require(proof["method"].startswith(tuple(m for name in ASKED for m in decider(name).METHODS)), "too deep")
        checked.append(by_method(proof["method"]).recheck(_part(claim, reduction, relation), proof))
        require(proof["claim"] == str(relation), f"a proof is about `{proof['claim']}`, not `{relation}`")
        require(not (proof["conditions"] and reduction.everywhere), f"`{relation}` holds under conditions")
        missing = [text for text in proof["assumptions"] if text not in row["assumptions"]]
        require(not missing, f"the proof rests on {', '.join(missing)}, which is not recorded")
    return "; ".join(dict.fromkeys(checked))
