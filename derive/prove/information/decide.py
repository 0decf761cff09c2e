"""The order in which a statement about entropies is decided.

Equalities by linear algebra, small distributions that refute, the cone of entropies (with cited lemmas as rows), the
copy lemma, and last the long search for a distribution. A proof is a certificate that `checker.py` has accepted; a
refutation is a distribution with rational probabilities at which the premises hold exactly. What is neither stays open:
there are true inequalities that no finite method known proves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.meaning.entropy.laws import (
    CHAIN_RULE,
    COPY,
    DIVERGENCE,
    ENTROPY,
    INFORMATION,
    LEMMA,
    PREMISE,
)
from derive.prove.information import THEORY, span
from derive.prove.information.certificate import Certificate
from derive.prove.information.certificate_json import to_json
from derive.prove.information.checker import check, with_copy
from derive.prove.information.problem import (
    CrossEntropy,
    Entropy,
    Lemma,
    Mutual,
    Opaque,
    Premise,
    Problem,
    Relative,
    combined,
)
from derive.prove.information.reading import problem as read
from derive.prove.information.reading.finite import infinite
from derive.prove.proof import Proof
from derive.prove.verdict import Counterexample, Verdict

if TYPE_CHECKING:
    from derive.prove.information.witness import Witness
    from derive.prove.information.witness_references import Refutation

IDENTITY = "joint-entropy coordinates"
CONE = "entropy cone"
CROSS = "entropy and cross-entropy cone"
COPIED = "copy lemma"
NOT_ASSUMED = ("definition", "domain")  # what a premise cites that the reader states, or the author as a domain
METHODS = (IDENTITY, CONE, CROSS, COPIED)
REFUTED = "exact distribution"
SHORT = 40_000  # candidates that are looked at before copies of variables are tried
OPEN = "no proof over the cone of entropies, also with copies of variables, and no distribution was found against it"


def decide(
    relation: Relation, premises: tuple[Expr, ...], *, command: str = "", screening: bool = False
) -> Verdict | None:
    """The verdict, or None if the statement is none about measures alone.

    `screening` only looks for a small distribution that refutes. Raises `ContradictoryPremisesError`.
    """
    if (why := infinite(relation, premises)) is not None:
        return Verdict("undecided", message=why)
    problem = read(relation, premises)
    if problem is None:
        return None
    if problem.premises:
        _consistent(problem)
    if problem.equality and not problem.strict and (certificate := span.prove(problem)) is not None:
        return proved(problem, certificate)
    from derive.prove.information.witness import quick

    if problem.exact and (witness := quick(problem)) is not None:
        return refuted(problem, witness, command)
    if screening:
        return None if _needs_tables(problem) else Verdict("undecided", message="no small distribution refutes it")
    return _searched(problem, relation, premises, command)


def _consistent(problem: Problem) -> None:
    """Raise `ContradictoryPremisesError` if the premises imply that a positive number is ≤ 0."""
    from derive.prove.information.contradiction import contradictory

    if contradictory(problem):
        from derive.prove.deciders import ContradictoryPremisesError

        raise ContradictoryPremisesError("the premises contradict each other: they imply 0 >= 1")


def _searched(problem: Problem, relation: Relation, premises: tuple[Expr, ...], command: str) -> Verdict | None:
    from derive.prove.information import cone, copies, reductions
    from derive.prove.information.witness import find

    prove = cone.prove if problem.strict else reductions.prove
    if isinstance(found := prove(problem), Certificate):
        return proved(problem, found)
    if (certificate := copies.prove(problem, numbers=(1,))) is not None:
        return proved(problem, certificate)
    if problem.exact and (witness := find(problem, SHORT)) is not None:
        return refuted(problem, witness, command)
    if (certificate := copies.prove(problem, numbers=(2,))) is not None:
        return proved(problem, certificate)
    if _needs_tables(problem):
        from derive.prove.information.witness_references import find as find_tables

        tables = find_tables(relation, premises)
        return None if tables is None else refuted_by(tables, command)
    if (witness := find(problem)) is not None:
        return refuted(problem, witness, command)
    return Verdict("undecided", message=OPEN)


def _needs_tables(problem: Problem) -> bool:
    """Whether the rows do not say all: finite tables of every law then tell more."""
    return not problem.exact or any(isinstance(column, CrossEntropy | Opaque) for column in problem.columns)


class Evidence:
    """The certificate of a statement as a part of a proof."""

    def __init__(self, certificate: Certificate) -> None:
        self.certificate = certificate

    def to_json(self) -> dict:
        return to_json(self.certificate)


def used_by(problem: Problem, certificate: Certificate) -> tuple[tuple[str, ...], list[str]]:
    """The premises and lemmas that a certificate uses, in words, and the laws that it rests on."""
    whole = problem
    for copy in certificate.copies:
        whole = with_copy(whole, copy)
    used = [generator for _, generator in (*certificate.terms, *certificate.reverse)]
    rows = [whole.premises[n] for n in sorted({g.number for g in used if isinstance(g, Premise)})]
    rows = [known for known in rows if known in problem.premises and known.cites not in NOT_ASSUMED]
    assumptions = [*problem.assumed, *(known.text for known in rows)]
    cited = [problem.lemmas[n] for n in sorted({g.number for g in used if isinstance(g, Lemma)})]
    found = {
        INFORMATION: any(isinstance(g, Mutual) for g in used),
        ENTROPY: any(isinstance(g, Entropy) for g in used),
        DIVERGENCE: any(isinstance(g, Relative) for g in used),
        PREMISE: bool(assumptions),
        COPY: bool(certificate.copies),
        LEMMA: bool(cited),
    }
    assumptions += [f"{lemma.text} ({lemma.cites})" for lemma in cited]
    return tuple(dict.fromkeys(assumptions)), [CHAIN_RULE, *(law for law, is_used in found.items() if is_used)]


def method_of(problem: Problem, laws: list[str]) -> str:
    """What a proof that rests on these laws is called."""
    if COPY in laws:
        return COPIED
    if problem.equality and not {INFORMATION, ENTROPY, DIVERGENCE, LEMMA} & {*laws}:
        return IDENTITY
    return CROSS if DIVERGENCE in laws or problem.references else CONE


def proved(problem: Problem, certificate: Certificate) -> Verdict:
    """The verdict that a certificate gives. Raises `CertificateError` if it does not add up."""
    check(problem, certificate)
    assumptions, laws = used_by(problem, certificate)
    method = method_of(problem, laws)
    proof = Proof(method, assumptions, problem.conditions, tuple(laws), (("goal", Evidence(certificate)),))
    evidence = {"theory": THEORY, "laws": laws, "proof": proof}
    return Verdict("proved", method, assumptions, problem.conditions, evidence=evidence)


def sides_at(problem: Problem, witness: Witness) -> tuple[str, str]:
    """The values of both sides at a witness."""
    left, right = problem.sides
    try:
        return witness.text(problem, left), witness.text(problem, right)
    except KeyError:  # what has no value here stands on both sides
        return witness.text(problem, combined([(1, left), (-1, right)])), "0"


def refuted(problem: Problem, witness: Witness, command: str) -> Verdict:
    """The verdict that a distribution gives at which the premises hold and the statement does not."""
    left, right = sides_at(problem, witness)
    example = Counterexample({}, witness.describe(problem), left, right, command=command)
    return Verdict("refuted", REFUTED, counterexample=example, evidence={"theory": THEORY})


def refuted_by(tables: Refutation, command: str) -> Verdict:
    """The verdict that exact tables of several laws give at which the premises hold and the statement does not."""
    left, right = tables.sides
    example = Counterexample({}, tables.describe(), left, right, command=command)
    return Verdict("refuted", REFUTED, counterexample=example, evidence={"theory": THEORY})
