"""What tests of deciders share: a claim from text, asked of one decider, and its evidence read back from JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from derive.chain.resolve import Derivatives
from derive.expr.propositions import Relation
from derive.prove.budget import Budget
from derive.prove.candidate import Candidate
from derive.prove.claim import Claim
from derive.prove.deciders import decider
from derive.prove.proof import Proof
from derive.prove.recheck import Recheck, recheck
from derive.text.statement import parse


@dataclass(frozen=True)
class Asked:
    """One claim as text."""

    text: str
    where: str = ""
    given: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        statement = parse(self.text, self.where, self.given)
        (relation,) = statement.relations
        assert isinstance(relation, Relation)
        return Claim(relation, statement.premises, Derivatives())

    def by(self, name: str, budget: Budget | None = None) -> Proof | Candidate | str:
        """What one decider says."""
        one, claim = decider(name), self.claim
        return one.prove(claim, budget or Budget()) if one.accepts(claim) else "not accepted"

    def row(self, name: str) -> dict[str, Any]:
        """The proof by one decider as it is read from a certificate."""
        proof = self.by(name)
        assert isinstance(proof, Proof), proof
        kept = {"assumptions": proof.assumptions, "conditions": proof.conditions}
        evidence = {"laws": proof.laws, "proof": proof.to_json()}
        return json.loads(json.dumps({"verdict": "proved", "method": proof.method, **kept, "evidence": evidence}))

    def again(self, row: dict[str, Any]) -> Recheck:
        """The evidence checked for this claim."""
        claim = self.claim
        return recheck(claim.relation, claim.premises, claim.derivatives, row)


@pytest.fixture
def asked() -> Callable[..., Asked]:
    """``asked(text, where, given)``: a claim."""

    def make(text: str, where: str = "", *given: str) -> Asked:
        return Asked(text, where, given)

    return make
