"""Two implementations, one answer: what rows prove, tables never refute; what a distribution refutes, balls confirm.

The reading of statements as rows shares no code with the unfolding into tables, nor with the evaluation of entropies
at a point.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.divergence_bank import BANK, Row
from derive.chain.resolve import Derivatives
from derive.expr.propositions import Relation
from derive.meaning.numbers.recorded import RecordedPoint
from derive.prove.attempts import attempt
from derive.prove.claim import Claim
from derive.prove.comparison import Comparison
from derive.prove.decide import NoTablesError, NoUsableDrawError, decide, meant
from derive.prove.verdict import Verdict
from derive.text.statement import Statement, parse

VARIABLES = "WXYZ"


def only(statement: Statement) -> Relation:
    """Its one relation."""
    (relation,) = statement.relations
    assert isinstance(relation, Relation)
    return relation


def with_constants(at: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The law of a counterexample, with the variables that cancel in the claim as constants."""
    ((law, table),) = at.items()
    shown = law.removeprefix("p(").removesuffix(")").split(",")
    rows = {tuple(outcome.split(",")): probability for outcome, probability in table.items()}
    whole = {
        ",".join(row[shown.index(name)] if name in shown else "1" for name in names): probability
        for row, probability in rows.items()
    }
    return {f"p({','.join(names)})": whole}


def balls_disagree(statement: Statement, verdict: Verdict) -> bool:
    """Whether a drawn point contradicts a proof, or the recorded point does not contradict a refuted claim."""
    relation = only(statement)
    if verdict.kind == "refuted":
        assert verdict.counterexample is not None
        claim = Claim(relation, (), Derivatives())
        comparison = Comparison(claim.core, (), claim.indices)
        at = with_constants(verdict.counterexample.at, [v.name for v in comparison.names.variables["p"]])
        point = RecordedPoint(comparison.names, verdict.counterexample.shapes, at)
        outcome = comparison.at(point, repairs=0)
        return outcome is None or outcome.refuted is None
    tables = meant(relation, statement.premises)
    return verdict.kind == "proved" and attempt(*tables, screening=True).kind == "refuted"


@pytest.mark.parametrize("row", [row for row in BANK if row.true], ids=lambda row: row.text)
def test_tables_do_not_refute_what_rows_prove(row: Row) -> None:
    statement = parse(row.text, row.where, row.given)
    verdict = decide(only(statement), statement.premises)
    try:
        assert not balls_disagree(statement, verdict)
    except (NoTablesError, NoUsableDrawError) as why:
        pytest.skip(str(why))


@st.composite
def measures(draw: st.DrawFn) -> str:
    names = draw(st.permutations(VARIABLES))
    given_count = draw(st.integers(0, 2))
    bar = "|" + ",".join(names[2 : 2 + given_count]) if given_count else ""
    return draw(
        st.sampled_from((f"H({names[0]}{bar})", f"H({names[0]},{names[1]}{bar})", f"I({names[0]};{names[1]}{bar})"))
    )


@st.composite
def sides(draw: st.DrawFn) -> str:
    factor = st.sampled_from(("", "2*", "1/2*"))
    return " + ".join(draw(factor) + draw(measures()) for _ in range(draw(st.integers(1, 3))))


@settings(max_examples=60, deadline=None)
@given(left=sides(), right=sides(), relation=st.sampled_from(("<=", "=", ">=")))
def test_random_statements(left: str, right: str, relation: str) -> None:
    """A random statement is decided, and evaluation at a point agrees."""
    statement = parse(f"{left} {relation} {right}")
    verdict = decide(only(statement))
    assert verdict.kind in ("proved", "refuted")
    assert not balls_disagree(statement, verdict)


@settings(max_examples=40, deadline=None)
@given(left=measures(), added=st.lists(measures(), max_size=2), data=st.data())
def test_true_statements_and_their_twins(left: str, added: list[str], data: st.DataObject) -> None:
    """m ≤ m + … is proved, and refuted once a measure that can be positive is added on the left."""
    right = " + ".join([left, *added])
    verdict = decide(only(parse(f"{left} <= {right}")))
    assert verdict.kind == "proved"
    twin = parse(f"{right} + 1/1000000*{data.draw(measures())} <= {right}")
    verdict = decide(only(twin))
    assert verdict.kind == "refuted"
    assert not balls_disagree(twin, verdict)
