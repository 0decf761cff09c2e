"""The order in which a claim about numbers is decided: points to refute, then the deciders to prove.

Refutation runs first: it is cheap, and a claim that a ball disproves needs no proof attempt. A proof is reported only
if no ball contradicts it. What is neither refuted nor proved is `tested` (or `undecided`, if no draw was usable).
"""

from __future__ import annotations

from dataclasses import replace

from derive.chain.partial import NoDerivativeError
from derive.chain.resolve import Derivatives
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.budget import DRAWS, Budget, Exhausted
from derive.prove.candidate import Candidate
from derive.prove.claim import Claim
from derive.prove.closed_forms import methods_of, needs_of, prepared
from derive.prove.decide import NoUsableDrawError
from derive.prove.deciders import ContradictoryPremisesError, deciders
from derive.prove.falsify import EXACT_DIGITS, Finding, falsify, refuted_at
from derive.prove.proof import Proof
from derive.prove.proportion import needs as nonzero_sides
from derive.prove.proportion import vanishing
from derive.prove.second_opinion import with_second_opinion
from derive.prove.verdict import Counterexample, Verdict

LEAST_DRAWS = 8  # effective draws below which a claim is not called tested


def attempt(
    relation: Relation,
    premises: tuple[Expr, ...] = (),
    derivatives: Derivatives | None = None,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    command: str = "",
    paranoid: bool = False,
    screening: bool = False,
) -> Verdict:
    """The verdict on one relation between two expressions as written; `screening` only looks for a counterexample.

    Raises the author's errors (shapes, sorts); what the engine cannot do is `undecided`, never an exception.
    """
    try:
        claim = prepared(relation, premises, derivatives or Derivatives())
    except NoDerivativeError as error:
        return Verdict("undecided", message=str(error))
    if (side := vanishing(relation)) is not None:
        raise NoUsableDrawError(f"`{relation}`: no usable draw: `{side}` is 0 everywhere")
    if screening:
        finding = _found(claim, seed, draws, command)
        return _refuted(finding.counterexample) if finding.counterexample else verdict_by_draws(finding)
    verdict = _with_values(_decided(claim, seed, draws, command), claim)
    if verdict.kind == "proved":
        verdict = replace(verdict, conditions=(*verdict.conditions, *nonzero_sides(relation)))
    return with_second_opinion(claim, verdict) if paranoid and relation.kind == "=" else verdict


def _found(claim: Claim, seed: int, draws: int, command: str) -> Finding:
    """What the points show. Raises `NoUsableDrawError` where the claim has no meaning at any of them."""
    finding = falsify(
        claim.core, premises=claim.premises, draws=draws, seed=seed, command=command, indices=claim.indices
    )
    if not finding.usable:
        raise NoUsableDrawError(f"`{claim.relation}`: {finding.message}")
    return finding


def _decided(claim: Claim, seed: int, draws: int, command: str) -> Verdict:
    finding = _found(claim, seed, draws, command)
    if finding.counterexample is not None:
        return _refuted(finding.counterexample)
    budget, reasons = Budget(), []
    for decider in deciders():
        if claim.diverges or not decider.accepts(claim):
            continue
        try:
            found = decider.prove(claim, budget)
        except Exhausted as spent:
            reasons.append(str(spent))
            break
        except ContradictoryPremisesError:  # an error of the author
            raise
        except Exception as error:  # whatever goes wrong in a search, nothing was proved by it
            found = f"internal error: {type(error).__name__}: {error}"
        if isinstance(found, Proof):
            return _proved(found, finding)
        if isinstance(found, Candidate):
            example = refuted_at(found, claim.core, claim.premises, claim.indices, command)
            if example is not None:
                return _refuted(example)
            continue  # balls do not confirm it there
        reasons.append(found)
    first = claim.relation.kind == "="  # the normal form says most about an equality, the last decider about an order
    no_decider = f"no decider for {claim.relation.kind} yet"
    return verdict_by_draws(finding, (reasons[0] if first else reasons[-1]) if reasons else no_decider)


def _with_values(verdict: Verdict, claim: Claim) -> Verdict:
    """The verdict with the closed forms that the claim was decided with, and what they rest on."""
    if not claim.values:
        return verdict
    evidence = {**verdict.evidence, "values": list(claim.values)}
    needs = needs_of(claim)
    conditions = (*needs, *(c for c in verdict.conditions if c not in needs))
    if verdict.kind != "proved":
        return replace(verdict, conditions=conditions, evidence=evidence)
    evidence["laws"] = list(dict.fromkeys((*evidence["laws"], *(law for form in claim.values for law in form.laws))))
    assumptions = (*verdict.assumptions, *(text for form in claim.values for text in form.assumptions))
    method = verdict.method + methods_of(claim)
    return replace(verdict, method=method, assumptions=assumptions, conditions=conditions, evidence=evidence)


def _refuted(example: Counterexample) -> Verdict:
    return Verdict("refuted", "disjoint balls at an exact point", counterexample=example)


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
