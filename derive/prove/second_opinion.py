"""What SymPy thinks of an equality: an independent second opinion, untrusted, for tests and `--paranoid`.

A proof is put to SymPy part by part, with the named terms closed that the proof left closed. Sums over dims are written
out at small sizes that differ, so that SymPy sees scalars only.
"""

from __future__ import annotations

from dataclasses import replace

from derive.expr.dims import Dim
from derive.expr.leaves import Size
from derive.expr.node import Expr, walk
from derive.meaning.normal import Certificate
from derive.prove.claim import Claim
from derive.prove.proof import Proof
from derive.prove.proposer import shared_proposer
from derive.prove.verdict import Verdict

SMALL = (2, 3)
DIFFERENT, EQUAL = "nonzero-claim", "zero"


def with_second_opinion(claim: Claim, verdict: Verdict) -> Verdict:
    """The verdict with SymPy's opinion in the evidence, and a message if it is another; the kind never changes."""
    proof = verdict.evidence.get("proof")
    if verdict.assumptions:
        opinion = "not asked: the claim rests on premises"
    elif isinstance(proof, Proof) and all(isinstance(c, Certificate) for _, c in proof.parts):
        opinions = [_opinion(c.left, c.right) for _, c in proof.parts if isinstance(c, Certificate)]
        opinion = next((o for o in opinions if o != EQUAL), EQUAL)
    else:
        *_, (left, right) = claim.unfoldings()
        opinion = _opinion(left, right)
    conflict = {"proved": DIFFERENT, "refuted": EQUAL}.get(verdict.kind) == opinion
    said = f"SymPy takes the sides for {'different' if opinion == DIFFERENT else 'equal'}" if conflict else ""
    message = "; ".join(text for text in (verdict.message, said) if text)
    return replace(verdict, message=message, evidence={**verdict.evidence, "sympy": opinion})


def _opinion(left: Expr, right: Expr) -> str:
    dims: dict[Dim, None] = {}
    for node in walk(left, right):
        for dim in (*node.axes, *((node.dim,) if isinstance(node, Size) else ())):
            if dim.extent is None:
                dims[dim] = None
    sizes = {dim: SMALL[k % len(SMALL)] for k, dim in enumerate(dims)}
    proposal = shared_proposer().second_opinion(left, right, sizes)
    return proposal.claim if proposal.status == "ok" else f"{proposal.status}: {proposal.message}"
