"""Inequalities about sums by named theorems, and by reductions; every trusted theorem tested at points."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction

import pytest

from derive import check
from derive.expr.dims import Dim
from derive.expr.domains import NONNEG, POSITIVE, REAL, SIMPLEX, UNIT_CLOSED
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.budget import Budget, Exhausted
from derive.prove.falsify import falsify
from derive.prove.proof import Proof
from derive.prove.theorems.combine import combination
from derive.prove.theorems.table import NEEDS, THEOREMS, Theorem

SUMS = [
    ("(x @ y)**2 <= (x @ x)*(y @ y)", "x, y: real[n]", "cauchy"),
    ("abs(x @ y) <= norm(x)*norm(y)", "x, y: real[n]", "cauchy_abs"),
    ("norm(x + y) <= norm(x) + norm(y)", "x, y: real[n]", "minkowski"),
    ("abs(Sum(x)) <= Sum(abs(x))", "x: real[n]", "abs_of_sum"),
    ("Max(z) <= logsumexp(z)", "z: real[n]", "lse_above_max"),
    ("logsumexp(z) <= Max(z) + log(n)", "z: real[n]", "lse_below_max"),
    ("logsumexp(z) >= Mean(z) + log(n)", "z: real[n]", "lse_above_mean"),
    ("T*logsumexp(z/T) >= Max(z)", "z: real[n]; T: positive", "soft_above_max"),
    ("z @ softmax(z) <= Max(z)", "z: real[n]", "max_above_mean"),
    ("softmax(z)[k] <= 1", "z: real[n]", "sum_above_entry"),
    ("-Sum(p*log(p)) <= log(n)", "p: simplex[n]", "gibbs"),
    ("E(p, log(p/q)) >= 0", "p, q: simplex[n]", "gibbs"),
    ("H(p) <= log(n)", "p: simplex[n]", "gibbs"),
    ("H(t*p + (1 - t)*q) >= t*H(p) + (1 - t)*H(q)", "p, q: simplex[n]; t: unit", "entropy_concave"),
    ("2*TV(p,q)**2 <= KL(p||q)", "p, q: simplex[n]", "pinsker"),
    ("KL(p||q) <= chi2(p||q)", "p, q: simplex[n]", "kl_below_chi2"),
    ("exp(Mean(x)) <= Mean(exp(x))", "x: real[n]", "jensen_exp"),
    ("log(p @ x) >= p @ log(x)", "p: simplex[n]; x: positive[n]", "jensen_log"),
    ("Prod(x[i], i, 1, n)**(1/n) <= Mean(x)", "x: positive[n]", "mean_above_geometric"),
    ("norm(x) <= Sum(abs(x))", "x: real[n]", "norm_below_sum"),
    ("(1 + x)**n >= 1 + n*x", "x: nonneg; n: int in [1,9]", "bernoulli"),
    ("Sum((x - Mean(x))**2) >= 0", "x: real[n]", "sum_of_nonneg"),
]
FALSE = [
    ("(x @ y)**2 <= 99/100*(x @ x)*(y @ y)", "x, y: real[n]"),
    ("norm(x + y) <= norm(x) + norm(y)/2", "x, y: real[n]"),
    ("logsumexp(z) <= Max(z) + log(n)/2", "z: real[n]"),
    ("logsumexp(z) > Max(z)", "z: real[n]"),
    ("-Sum(p*log(p)) <= log(n)/2", "p: simplex[n]"),
    ("E(p, log(q/p)) >= 0", "p, q: simplex[n]"),
    ("exp(Mean(x)) >= Mean(exp(x))", "x: real[n]"),
    ("3*TV(p,q)**2 <= KL(p||q)", "p, q: simplex[n]"),
    ("TV(p,q) + 1/1000 <= 1", "p, q: simplex[n]"),
    ("JS(p,q) + 1/1000 <= log(2)", "p, q: simplex[n]"),
    ("H(t*p + (1 - t)*q) <= t*H(p) + (1 - t)*H(q)", "p, q: simplex[n]; t: unit"),
    ("log(p @ x) <= p @ log(x)", "p: simplex[n]; x: positive[n]"),
    ("norm(x) >= Sum(abs(x))", "x: real[n]"),
    ("(1 + x)**n >= 1 + 2*n*x", "x: nonneg; n: int in [1,9]"),
]
REDUCED = [
    ("Sum(softplus(z) - y*z) >= 0", "z: real[n]; y: unit_closed[n]", "term by term"),
    ("Sum(abs(x)) <= Sum(1 + x**2)/2", "x: real[n]", "term by term"),
    ("JS(p,q) <= log(2)", "p, q: simplex[n]", "shares (p[i] + q[i]) / 2"),
    ("TV(p,q) <= 1", "p, q: simplex[n]", "term by term"),
    ("2*(p - q)**2 <= p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))", "p, q: unit", "convex"),
    ("x*log(x) + y*log(y) >= (x + y)*log((x + y)/2)", "x, y: positive", "convex"),
    ("abs(sigmoid(x) - sigmoid(y)) <= abs(x - y)/4", "", "mean value theorem"),
    ("abs(x*Phi(x) - y*Phi(y)) <= 113/100*abs(x - y)", "", "mean value theorem"),
]
NOT_REDUCED = [
    ("Sum(softplus(z) - y*z) >= 1/1000", "z: real[n]; y: unit[n]"),
    ("201/100*(p - q)**2 <= p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))", "p, q: unit"),
    ("abs(sigmoid(x) - sigmoid(y)) <= 24/100*abs(x - y)", ""),
    ("abs(1/x - 1/y) <= abs(x - y)", ""),
    ("TV(p,q) <= 1/2", "p, q: simplex[n]"),
]


@pytest.mark.parametrize(("text", "where", "name"), SUMS)
def test_true_inequalities_are_proved_by_name(asked: Callable, text: str, where: str, name: str) -> None:
    claim = asked(text, where)
    row = claim.row("theorems")
    assert name in row["method"]
    assert name in row["evidence"]["laws"]
    found = claim.again(row)
    assert found.status == "confirmed", found.what
    assert claim.row("theorems") == row


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_false_inequalities_are_refuted(asked: Callable, text: str, where: str) -> None:
    assert not isinstance(asked(text, where).by("theorems"), Proof)
    if ">" not in text or ">=" in text:  # at equality no ball tells > from =
        assert check(text, where=where).kind == "refuted"


@pytest.mark.parametrize(("text", "where", "name"), REDUCED)
def test_reductions_rest_on_proofs_that_check(asked: Callable, text: str, where: str, name: str) -> None:
    claim = asked(text, where)
    row = claim.row("reductions")
    assert name in row["method"]
    found = claim.again(row)
    assert found.status == "confirmed", found.what


@pytest.mark.parametrize(("text", "where"), NOT_REDUCED)
def test_false_inequalities_are_not_reduced(asked: Callable, text: str, where: str) -> None:
    assert not isinstance(asked(text, where).by("reductions"), Proof)


def test_premises_about_two_points_say_nothing_between_them(asked: Callable) -> None:
    """With y = x + 1 the slope is bounded at both points, but not in between."""
    text = "abs(exp(-30*(x - 1/2)**2) - exp(-30*(y - 1/2)**2)) <= abs(x - y)/10"
    assert not isinstance(asked(text, "", "x*(1 - x) = 0", "y*(1 - y) = 0").by("reductions"), Proof)


def test_tampered_combinations_are_rejected(asked: Callable) -> None:
    claim = asked("logsumexp(z) <= Max(z) + log(n)", "z: real[n]")
    row = claim.row("theorems")
    for change in (
        lambda part: part["uses"].clear(),
        lambda part: part["uses"][0].update(coefficient="-1"),
        lambda part: part["uses"][0].update(coefficient="2"),
        lambda part: part["uses"][0].update(theorem="lse_above_max"),
        lambda part: part["uses"][0].update(theorem="what I like"),
        lambda part: part.update(constant="-1"),
    ):
        copy = json.loads(json.dumps(row))
        change(copy["evidence"]["proof"][0])
        assert claim.again(copy).status == "failed"
    assert claim.again({**row, "evidence": {**row["evidence"], "laws": []}}).status == "failed"
    stepped = asked("softmax(z)[k] <= 1", "z: real[n]")
    row_of_steps = stepped.row("theorems")
    assert stepped.again(row_of_steps).status == "confirmed"
    row_of_steps["evidence"]["proof"][0]["equality"]["steps"] = []
    assert stepped.again(row_of_steps).status == "failed"
    assert asked("logsumexp(z) <= Max(z) + log(n)/2", "z: real[n]").again(row).status == "failed"
    assert asked("logsumexp(z) < Max(z) + log(n)", "z: real[n]").again(row).status == "failed"


def test_weights_need_their_totals(asked: Callable) -> None:
    claim = asked("H(p) <= log(n)", "p: simplex[n]")
    row = claim.row("theorems")
    assert len(row["evidence"]["proof"][0]["uses"][0]["totals"]) == 2
    for totals in ([], [row["evidence"]["proof"][0]["equality"]] * 2):
        copy = json.loads(json.dumps(row))
        copy["evidence"]["proof"][0]["uses"][0]["totals"] = totals
        assert claim.again(copy).status == "failed"


def test_nothing_is_searched_when_evidence_is_checked(asked: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [asked("z @ softmax(z) <= Max(z)", "z: real[n]"), asked("2*TV(p,q)**2 <= KL(p||q)", "p, q: simplex[n]")]
    rows = [claim.row("theorems") for claim in claims]

    def search(*_: object, **__: object) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr("derive.prove.theorems.table.equal", search)
    monkeypatch.setattr("derive.prove.deciders.theorems.equal", search)
    monkeypatch.setattr("derive.prove.deciders.theorems.instances", search)
    assert [claim.again(row).status for claim, row in zip(claims, rows, strict=True)] == ["confirmed"] * 2


def test_tampered_reductions_are_rejected(asked: Callable) -> None:
    claim = asked("abs(sigmoid(x) - sigmoid(y)) <= abs(x - y)/4")
    row = claim.row("reductions")
    for change in (
        lambda part: part.update(reduction="term by term over n"),
        lambda part: part["proofs"].pop(),
        lambda part: part["equalities"].clear(),
        lambda part: part["proofs"][0].update(method="reduction"),
        lambda part: part["proofs"].__setitem__(0, part["proofs"][1]),
    ):
        copy = json.loads(json.dumps(row))
        change(copy["evidence"]["proof"][0])
        assert claim.again(copy).status == "failed"
    assert asked("abs(sigmoid(x) - sigmoid(y)) <= abs(x - y)/5").again(row).status == "failed"


def test_the_budget_is_spent(asked: Callable) -> None:
    with pytest.raises(Exhausted):
        asked("norm(x + y) <= norm(x) + norm(y)", "x, y: real[n]").by("theorems", Budget(100))


# -- the theorems themselves

N = Dim("N", "i")
i, k = Index.along(N), Index.along(N)


def named(name: str, domain, axes: tuple = ()) -> Symbol:
    return Symbol(name, axes, domain=domain)


def values_for(theorem: Theorem) -> dict[str, Expr]:
    """Symbols for the variables of a theorem, in the domains that its needs name."""
    needs = dict(theorem.needs)
    out: dict[str, Expr] = {}
    for name in theorem.variables:
        need = needs.get(name, "")
        if name in ("i", "k"):
            out[name] = {"i": i, "k": k}[name]
        elif name in ("f", "g"):
            out[name] = named(name, {"positive": POSITIVE, "nonneg": NONNEG}.get(need, REAL), (N,))[i]
        elif name in ("w", "v"):
            out[name] = named(name, SIMPLEX, (N,))[i]
        elif need == "at least -1":
            out[name] = named(name, NONNEG) - 1
        elif need == "at least 1":
            out[name] = named(name, NONNEG) + 1
        else:
            out[name] = named(name, {"positive": POSITIVE, "nonneg": NONNEG, "unit": UNIT_CLOSED}.get(need, REAL))
    return out


@pytest.mark.parametrize("theorem", THEOREMS, ids=lambda t: t.name)
def test_theorems_hold_at_points(theorem: Theorem) -> None:
    values = values_for(theorem)
    assert theorem.holds_for(values)
    assert set(dict(theorem.needs).values()) <= set(NEEDS)
    large, small = theorem.instance(values)
    for seed in range(2):
        found = falsify(Relation.of(">" if theorem.strict else ">=", large, small), draws=24, seed=seed)
        assert found.counterexample is None
        assert found.draws_effective > 8


@pytest.mark.parametrize("theorem", [t for t in THEOREMS if t.needs], ids=lambda t: t.name)
def test_a_theorem_does_not_hold_without_its_needs(theorem: Theorem) -> None:
    for variable, need in theorem.needs:
        if need == "unit" or variable in ("n", "x"):
            worse: Expr = named("u", REAL)
        else:
            worse = named("u", REAL, (N,))[i]
        assert not theorem.holds_for({**values_for(theorem), variable: worse})


def test_a_rate_must_not_move_with_the_index() -> None:
    theorem = next(t for t in THEOREMS if t.name == "lse_convex")
    values = values_for(theorem)
    assert not theorem.holds_for({**values, "t": named("t", UNIT_CLOSED, (N,))[i]})


def test_combinations_are_exact() -> None:
    a, b = {"x": Fraction(1), "y": Fraction(2)}, {"x": Fraction(1), "y": Fraction(-1)}
    assert combination([a, b], {"x": Fraction(3), "y": Fraction(3)}, Budget()) == {0: Fraction(2), 1: Fraction(1)}
    assert combination([a, b], {"x": Fraction(-1), "y": Fraction(-2)}, Budget()) is None
    assert combination([a], {"x": Fraction(1), "y": Fraction(1)}, Budget()) is None
    assert combination([], {}, Budget()) == {}
