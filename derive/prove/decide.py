"""The order in which a claim is decided: exact identities of measures, balls to refute, normal form to prove.

Refutation runs first: it is cheap, and a claim that a ball disproves needs no proof attempt. A proof is reported only
if no ball contradicts it. What is neither refuted nor proved is `tested` (or `undecided`, if no draw was usable).
"""

from __future__ import annotations

from derive.chain.partial import NoDerivativeError
from derive.chain.resolve import Derivatives
from derive.expr.arithmetic import Add, Neg
from derive.expr.errors import DeriveError
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.meaning.interval import Ranges
from derive.prove.argmin import prove_same_argmin
from derive.prove.claim import Claim
from derive.prove.equality import Proof, prove_equality
from derive.prove.falsify import EXACT_DIGITS, Finding, falsify
from derive.prove.second_opinion import with_second_opinion
from derive.prove.shannon import same_measure
from derive.prove.verdict import Verdict

DRAWS = 24


class NoUsableDrawError(DeriveError):
    """A claim that is defined nowhere, or whose premises no drawn point satisfies: there is nothing to decide."""


LEAST_DRAWS = 8  # effective draws below which a claim is not called tested


def decide(
    relation: Relation,
    premises: tuple[Expr, ...] = (),
    derivatives: Derivatives | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    command: str = "",
    paranoid: bool = False,
) -> Verdict:
    """The verdict on one relation between two expressions as written.

    Raises the author's errors (shapes, sorts); what the engine cannot do is `undecided`, never an exception.
    """
    try:
        claim = Claim(relation, premises, derivatives or Derivatives())
    except NoDerivativeError as error:
        return Verdict("undecided", message=str(error))
    if relation.kind == "same_argmin":
        return _argmin(claim)
    if relation.kind not in ("=", "<=", ">=", "<", ">", "!="):
        return Verdict("undecided", message=f"no decider for {relation.kind} yet")
    verdict = _decided(claim, seed, draws, command)
    return with_second_opinion(claim, verdict) if paranoid and relation.kind == "=" else verdict


def _decided(claim: Claim, seed: int, draws: int, command: str) -> Verdict:
    finding = falsify(
        claim.core, premises=claim.premises, draws=draws, seed=seed, command=command, indices=claim.indices
    )
    if not finding.usable:
        raise NoUsableDrawError(f"`{claim.relation}`: {finding.message}")
    if finding.counterexample is not None:
        return Verdict("refuted", "disjoint balls at an exact point", counterexample=finding.counterexample)
    try:
        proof = _proof(claim)
    except RecursionError:
        proof = "the claim is nested too deeply for the normal form"
    if isinstance(proof, Proof):
        return _proved(proof, finding)
    return verdict_by_draws(finding, proof)


def _proof(claim: Claim) -> Proof | str:
    kind = claim.relation.kind
    if kind == "=":
        same = same_measure(claim.left, claim.right)
        if same:
            return Proof("joint-entropy coordinates", laws=("chain rule of entropy",))
        return prove_equality(claim)
    if holds_by_interval(claim):
        return Proof("interval of the difference")
    return f"no proof of {kind} found"


def holds_by_interval(claim: Claim) -> bool:
    """Whether the interval of the difference of both sides alone shows an inequality."""
    kind = claim.relation.kind
    if kind not in ("<=", ">=", "<", ">"):
        return False
    low, high = (claim.left, claim.right) if kind in ("<=", "<") else (claim.right, claim.left)
    gap = Ranges()(Add.of(high, Neg.of(low)))
    return gap.positive or (gap.nonneg and kind in ("<=", ">="))


def _proved(proof: Proof, finding: Finding) -> Verdict:
    evidence = {"laws": list(proof.laws), "proof": proof, **_draws(finding)}
    conditions = proof.conditions + _one_sided(finding)
    return Verdict("proved", proof.method, proof.assumptions, conditions, evidence=evidence)


def verdict_by_draws(finding: Finding, reason: str = "") -> Verdict:
    """`tested` if enough draws were usable, else `undecided`; `reason` says why the claim is not proved."""
    evidence = _draws(finding)
    if finding.draws_effective < LEAST_DRAWS:
        message = finding.message or f"only {finding.draws_effective} usable draws"
        return Verdict("undecided", evidence=evidence, message=f"{message}; {reason}" if reason else message)
    agreement = ", exact" if finding.digits == EXACT_DIGITS else f", {finding.digits} digits" if finding.digits else ""
    method = f"{finding.draws_effective} draws{agreement}"
    return Verdict("tested", method, conditions=_one_sided(finding), evidence=evidence, message=reason)


def _draws(finding: Finding) -> dict:
    return {
        "draws": finding.draws_effective,
        "vacuous": finding.draws_vacuous,
        "digits": finding.digits,
        "largest_gap": finding.largest_gap,
    }


def _one_sided(finding: Finding) -> tuple[str, ...]:
    example = finding.one_sided_example
    if example is None:
        return ()
    values = [f"{name} = {value}" for name, value in (*example.shapes.items(), *example.at.items())]
    return (f"both sides defined; not so at {', '.join(values)}".replace("'", ""),)


def _argmin(claim: Claim) -> Verdict:
    proof = prove_same_argmin(claim)
    if isinstance(proof, str):
        return Verdict("undecided", message=proof)
    return Verdict(
        "proved", proof.method, proof.assumptions, proof.conditions, evidence={"laws": list(proof.laws), "proof": proof}
    )
