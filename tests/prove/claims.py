"""Statements as text for tests of proofs: a true one is proved and its record checked again, its false twin refuted."""

from __future__ import annotations

import json

from derive.chain.resolve import Derivatives
from derive.expr.propositions import Relation
from derive.prove.decide import decide
from derive.prove.proof import Proof
from derive.prove.recheck import CONFIRMED, recheck
from derive.prove.verdict import Verdict
from derive.text.statement import parse


def verdict(text: str, where: str = "", given: str = "") -> Verdict:
    """The verdict on a statement, and, if it is proved, a second look at what was recorded."""
    statement = parse(text, where, [given] if given else [])
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    found = decide(relation, statement.premises, Derivatives())
    proof = found.evidence.get("proof")
    if isinstance(proof, Proof):
        row = {
            "verdict": found.kind,
            "method": found.method,
            "assumptions": list(found.assumptions),
            "conditions": list(found.conditions),
            "counterexample": None,
            "evidence": {**found.evidence, "proof": proof.to_json()},
            "seed": 0,
            "draws": 24,
        }
        again = recheck(relation, statement.premises, Derivatives(), json.loads(json.dumps(row)))
        assert again.status == CONFIRMED, again.what
    return found


def proved(text: str, where: str = "", given: str = "") -> Verdict:
    found = verdict(text, where, given)
    assert found.kind == "proved", f"{found.kind}: {found.message}"
    return found


def refuted(text: str, where: str = "", given: str = "") -> None:
    assert verdict(text, where, given).kind == "refuted"
