"""Checking recorded evidence about measures of information again, without searching."""

from __future__ import annotations

from typing import Any

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.deciders import RecordError, require
from derive.prove.information import checker, witness_references
from derive.prove.information.certificate_json import from_json
from derive.prove.information.decide import REFUTED, method_of, sides_at, used_by
from derive.prove.information.reading import problem as read
from derive.prove.information.witness import recorded


def recheck(relation: Relation, premises: tuple[Expr, ...], row: dict[str, Any]) -> str:
    """What was checked. Raises `RecordError`, or anything at all where the record is nonsense."""
    problem = read(relation, premises)
    if problem is None:
        raise RecordError("the claim is none about measures of information")
    if row["verdict"] == "refuted":
        require(row["method"] == REFUTED, f"nothing refutes by {row['method']!r}")
        if problem.exact:
            witness = recorded(problem, row["counterexample"]["at"])
            require(witness.refutes(problem), "the recorded distribution does not refute the claim")
            found = sides_at(problem, witness)
        else:
            found = witness_references.recorded(relation, premises, row["counterexample"]["at"]).sides
        shown = row["counterexample"]["lhs"], row["counterexample"]["rhs"]
        require(found == shown, f"the sides are {' and '.join(found)}, not as recorded")
        return "the distribution checked in integers"
    require(row["verdict"] == "proved", f"the evidence is not that of a claim that is {row['verdict']}")
    (part,) = row["evidence"]["proof"]
    certificate = from_json(part)
    try:
        checker.check(problem, certificate)
    except checker.CertificateError as wrong:
        raise RecordError(str(wrong)) from wrong
    assumptions, laws = used_by(problem, certificate)
    require(list(assumptions) == row["assumptions"], f"the proof assumes {'; '.join(assumptions) or 'nothing'}")
    require(list(problem.conditions) == row["conditions"], f"the claim needs {'; '.join(problem.conditions)}")
    require(laws == row["evidence"]["laws"], f"the proof rests on {'; '.join(laws)}")
    require(method_of(problem, laws) == row["method"], f"the proof is one by {method_of(problem, laws)}")
    terms = len(certificate.terms) + len(certificate.reverse)
    return f"{terms} term{'' if terms == 1 else 's'} added up" if terms else "the coordinates are equal"
