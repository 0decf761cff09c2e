"""Claims that z3 decides: piecewise and polynomial ones, exponentials as atoms; and the traps on that road."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest

from derive import check
from derive.expr.build import real
from derive.expr.leaves import Symbol
from derive.expr.operations import OPERATIONS, log
from derive.expr.propositions import Relation
from derive.prove.candidate import Candidate
from derive.prove.decide import decide
from derive.prove.falsify import falsify
from derive.prove.proof import Proof
from derive.prove.smt.query import ContradictoryPremisesError
from derive.prove.theorems.functions import FACTS, Fact
from derive.text.statement import parse

HUBER = "where(abs(r) <= d, r**2/2, d*(abs(r) - d/2))"
TRUE = [
    ("max(x, y) >= x", ""),
    ("relu(a*z) = a*relu(z)", "a: nonneg"),
    ("where(z > 0, z, a*z) = max(z, 0) + a*min(z, 0)", ""),
    ("max(x, y) + min(x, y) = x + y", ""),
    ("abs(x*y) = abs(x)*abs(y)", ""),
    ("(a + b)/2 >= sqrt(a*b)", "a, b: positive"),
    (f"{HUBER} <= r**2/2", "d: positive"),
    (f"{HUBER} >= 0", "d: positive"),
    (f"D({HUBER}, r) = max(-d, min(d, r))", "d: positive"),
    ("max(t*e, (t - 1)*e) = t*relu(e) + (1 - t)*relu(-e)", "t: unit"),
    ("min(r*a, max(1 - e, min(1 + e, r))*a) <= r*a", "r: positive; e: unit"),
    ("softplus(z) = max(z, 0) + log(1 + exp(-abs(z)))", ""),
    ("softplus((x + y)/2) <= (softplus(x) + softplus(y))/2", ""),
    ("exp((x + y)/2) <= (exp(x) + exp(y))/2", ""),
    ("sigmoid(x)*sigmoid(-x) <= 1/4", ""),
    ("softplus(z) - y*z >= 0", "y: unit_closed"),
    ("sign(x)*x = abs(x)", ""),
]
FALSE = [
    ("max(x, y) > x", ""),
    ("relu(a*z) = a*relu(z)", ""),
    ("relu(x*y) = relu(x)*relu(y)", ""),
    ("(a + b)/2 > sqrt(a*b)", "a, b: positive"),
    (f"{HUBER} <= r**2/3", "d: positive"),
    (f"D({HUBER}, r) = max(-d, min(d, 2*r))", "d: positive"),
    ("where(x > 1000, x - 1/1000, x) >= x", ""),
    ("where(abs(x - 1001/7) < 1/1000, -1, 1) >= 0", ""),
    ("sign(x)*x >= abs(x) + (x - 77)**2 - 1/1000*abs(x)", ""),
]


@pytest.mark.parametrize(("text", "where"), TRUE)
def test_true_claims_are_proved_and_the_question_can_be_put_again(asked: Callable, text: str, where: str) -> None:
    claim = asked(text, where)
    row = claim.row("smt")
    assert claim.again(row).status == "confirmed"
    assert claim.row("smt") == row


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_false_claims_are_refuted(text: str, where: str) -> None:
    assert check(text, where=where).kind == "refuted"


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_false_claims_are_not_proved(asked: Callable, text: str, where: str) -> None:
    assert isinstance(asked(text, where).by("smt"), Candidate)


# -- traps


def test_a_quotient_by_zero_is_no_counterexample(asked: Callable) -> None:
    """z3 gives x/0 some value; the claim is made where both sides have one."""
    assert isinstance(asked("x/x*abs(x) = abs(x)").by("smt"), Proof)
    assert asked("x/x*abs(x) = abs(x)").by("smt").conditions == ("x != 0",)
    assert isinstance(asked("sqrt(x)**2 >= x").by("smt"), Proof)
    assert isinstance(asked("sqrt(x)**2 > x").by("smt"), Candidate)


def test_a_branch_that_is_not_taken_needs_no_value(asked: Callable) -> None:
    """At x = 0 the quotient has no value, but the other branch is taken there: the claim is about x = 0 too."""
    assert isinstance(asked("where(x > 0, x/x, 2) >= 1").by("smt"), Proof)
    candidate = asked("where(x > 0, x/x, x) >= 1").by("smt")
    assert isinstance(candidate, Candidate)
    assert all(value <= 0 for value in candidate.values.values())


def test_contradictory_premises_are_an_error(asked: Callable) -> None:
    with pytest.raises(ContradictoryPremisesError, match="no point satisfies the premises"):
        asked("x >= y + 1", "", "x > y", "y > x").by("smt")
    with pytest.raises(ContradictoryPremisesError):
        asked("x >= 5", "x: unit", "x > 2").by("smt")


def test_a_claim_that_is_defined_nowhere_is_not_proved(asked: Callable) -> None:
    assert not isinstance(asked("sqrt(-1 - x**2) >= 7").by("smt"), Proof)


def test_premises_are_used_and_named(asked: Callable) -> None:
    claim = asked("abs(1 - h*m) < 1", "h, m: positive", "h*m < 2")
    row = claim.row("smt")
    assert row["assumptions"] == ["h * m < 2"]
    assert asked("abs(1 - h*m) < 1", "h, m: positive").again(row).status == "failed"
    assert claim.again({**row, "assumptions": []}).status == "failed"


def test_integers_are_not_reals(asked: Callable) -> None:
    assert isinstance(asked("y**2 = y", "y: binary").by("smt"), str)  # nothing piecewise: not z3's
    assert isinstance(asked("abs(y)*y = y", "y: binary").by("smt"), Proof)
    assert isinstance(asked("abs(y)*y = y", "y: unit_closed").by("smt"), Candidate)


def test_the_question_belongs_to_the_claim(asked: Callable) -> None:
    claim, other = asked("max(x, y) >= x"), asked("max(x, y) >= y + 0*x")
    row = claim.row("smt")
    assert other.again(row).status == "failed"
    part = row["evidence"]["proof"][0]
    for changed in ({"question": "(assert false)"}, {"limit": 10**9}, {"form": "as I like"}):
        tampered = {**row, "evidence": {**row["evidence"], "proof": [{**part, **changed}]}}
        assert claim.again(tampered).status == "failed"
    assert claim.again({**row, "evidence": {**row["evidence"], "proof": []}}).status == "failed"


def test_an_edge_has_an_exact_point(asked: Callable) -> None:
    candidate = asked("where(abs(x - 1001/7) < 1/1000, -1, 1) >= 0").by("smt")
    assert isinstance(candidate, Candidate)
    ((_, value),) = candidate.values.items()
    assert abs(value - Fraction(1001, 7)) < Fraction(1, 1000)


@pytest.mark.parametrize("seed", range(3))
def test_verdicts_do_not_depend_on_the_seed(seed: int) -> None:
    for text, where in (TRUE[6], FALSE[5], FALSE[6]):
        statement = parse(text, where, ())
        (relation,) = statement.relations
        assert isinstance(relation, Relation)
        kinds = {decide(relation, statement.premises, seed=s).kind for s in (seed, seed + 1)}
        assert len(kinds) == 1


# -- facts


@pytest.mark.parametrize("fact", FACTS, ids=lambda f: f.name)
def test_facts_about_functions_hold_at_points(fact: Fact) -> None:
    u = Symbol("u", domain=OPERATIONS[fact.operation].domain)
    for relation in fact.statement(u):
        assert isinstance(relation, Relation)
        for seed in range(4):
            found = falsify(relation, draws=60, seed=seed)
            assert found.counterexample is None
            assert found.draws_effective > 20


def test_a_false_fact_would_be_seen() -> None:
    u = real()
    u.named("u")
    wrong = Relation.of("<=", log(u), u - 1 - u / 1000)
    assert falsify(wrong, draws=60).counterexample is not None


def test_names_of_facts_differ() -> None:
    assert all(a.name != b.name for a, b in pairwise(sorted(FACTS, key=lambda f: f.name)))
