"""Inequalities in one variable: pieces that cover the domain, exact zeros, tails; and what must not pass for them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx

from derive import check
from derive.expr.domains import REAL
from derive.expr.leaves import Symbol
from derive.expr.operations import absolute, exp, log, normal_cdf, normal_pdf, sigmoid, softplus, tanh
from derive.meaning.interval import Interval
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import State
from derive.prove.budget import Budget
from derive.prove.candidate import Candidate
from derive.prove.proof import Proof
from derive.prove.subdivision.chart import plans
from derive.prove.subdivision.enclosure import between, enclose
from derive.prove.subdivision.search import simplest
from derive.prove.subdivision.tail import Tails, UnknownTailError

TRUE = [
    ("softplus(x) - relu(x) <= log(2)", ""),
    ("softplus(x) > relu(x)", ""),
    ("log(x) <= x - 1", "x: positive"),
    ("exp(x) >= 1 + x", ""),
    ("abs(tanh(x)) <= abs(x)", ""),
    ("D(sigmoid(x), x) <= 1/4", ""),
    ("x*Phi(x) >= -17/100", ""),
    ("x*sigmoid(x) > -3/10", ""),
    ("-t*log(t) - (1 - t)*log(1 - t) <= log(2)", "t: unit"),
    ("h(t) <= log(2)", "t: unit"),
    ("-log(p) >= 1 - p", "p: unit"),
    ("x*log(x) >= -exp(-1)", "x: positive"),
    ("1 - 1/x <= log(x)", "x: positive"),
    ("where(abs(r) <= 1, r**2/2, abs(r) - 1/2) <= r**2/2", ""),
    ("x*tanh(softplus(x)) >= -309/1000", ""),
    ("D(x*Phi(x), x) <= 113/100", ""),
    ("log(1 + x) >= x/(1 + x)", "x: nonneg"),
    ("log(cosh(x)) <= x**2/2", ""),
    ("cosh(x) >= 1 + x**2/2", ""),
    ("sin(x) <= x", "x: nonneg"),
    ("abs(x*Phi(x) - x*sigmoid(1702/1000*x)) < 204/10000", ""),
    ("x**3 >= x**2 - 1/4", "x: real in [0,5]"),
]
FALSE = [
    ("softplus(x) - relu(x) <= log(2) - 1/1000", ""),
    ("softplus(x) > relu(x) + 1/1000000", ""),
    ("log(x) <= x - 1 - 1/1000", "x: positive"),
    ("exp(x) > 1 + x", ""),
    ("exp(x) >= 1 + 1001/1000*x", ""),
    ("D(sigmoid(x), x) <= 249/1000", ""),
    ("x*Phi(x) >= -1699/10000", ""),
    ("x*sigmoid(x) > -278/1000", ""),
    ("-t*log(t) - (1 - t)*log(1 - t) < log(2) - 1/1000", "t: unit"),
    ("x*log(x) > -exp(-1) + 1/100000", "x: positive"),
    ("x*tanh(softplus(x)) >= -308/1000", ""),
    ("abs(x*Phi(x) - x*sigmoid(1702/1000*x)) < 203/10000", ""),
    ("log(1 + x) <= x*999/1000", "x: nonneg"),
    ("exp(-x) > 1/1000", ""),
    ("1000 - log(x) > 0", "x: positive"),
    ("x**3 >= x**2 - 1/8", "x: real in [0,5]"),
]


@pytest.mark.parametrize(("text", "where"), TRUE)
def test_true_inequalities_have_a_cover_that_checks(asked: Callable, text: str, where: str) -> None:
    claim = asked(text, where)
    row = claim.row("subdivision")
    found = claim.again(row)
    assert found.status == "confirmed", found.what
    assert found.what.startswith("pieces evaluated again: ")
    assert claim.row("subdivision") == row


@pytest.mark.parametrize(("text", "where"), FALSE)
def test_false_inequalities_are_refuted(asked: Callable, text: str, where: str) -> None:
    assert not isinstance(asked(text, where).by("subdivision"), Proof)
    assert check(text, where=where).kind == "refuted"


@pytest.mark.parametrize(("true", "false"), [(TRUE[k], FALSE[j]) for k, j in ((0, 0), (2, 2), (5, 5), (6, 6), (10, 9))])
def test_a_cover_stands_for_its_own_claim_only(asked: Callable, true: tuple, false: tuple) -> None:
    row = asked(*true).row("subdivision")
    assert asked(*false).again(row).status == "failed"


def changed(row: dict[str, Any], change: Callable[[list[dict[str, Any]]], object]) -> dict[str, Any]:
    """A copy of a proof with the pieces of its first chart changed."""
    import json

    copy = json.loads(json.dumps(row))
    change(copy["evidence"]["proof"][0]["charts"][0]["pieces"])
    return copy


def test_tampered_covers_are_rejected(asked: Callable) -> None:
    claim = asked("exp(x) >= 1 + x")
    row = claim.row("subdivision")
    pieces = row["evidence"]["proof"][0]["charts"][0]["pieces"]
    zero = next(k for k, p in enumerate(pieces) if p["kind"] == "zero")
    for change in (
        lambda p: p.pop(3),  # a gap
        lambda p: p.pop(0),  # no tail
        lambda p: p.clear(),
        lambda p: p[0].update(kind="values"),
        lambda p: p[zero].update(order=1),
        lambda p: p[zero].update(at="1/2"),
        lambda p: p[zero].update(zeros=[]),
        lambda p: p[zero].update(low="-100", high="100"),
        lambda p: p[zero].update(kind="point"),
        lambda p: p[-1].update(low="1/2"),
        lambda p: p.__setitem__(slice(None), [{"kind": "values", "low": None, "high": None}]),
        lambda p: p.__setitem__(slice(None), [{"kind": "tail", "low": None, "high": None}]),
    ):
        assert claim.again(changed(row, change)).status == "failed"
    other = {**row, "evidence": {**row["evidence"], "proof": [{**row["evidence"]["proof"][0], "plan": 1}]}}
    assert claim.again(other).status == "failed"


def test_a_strict_claim_is_not_proved_where_it_touches(asked: Callable) -> None:
    """The cover of exp x ≥ 1 + x has a piece at 0, which says nothing about >."""
    assert asked("exp(x) > 1 + x").again(asked("exp(x) >= 1 + x").row("subdivision")).status == "failed"


def test_an_open_end_may_touch(asked: Callable) -> None:
    assert isinstance(asked("log(1 + x) < x", "x: positive").by("subdivision"), Proof)
    assert not isinstance(asked("log(1 + x) < x", "x: nonneg").by("subdivision"), Proof)


def test_a_jump_is_looked_at_from_its_own_side(asked: Callable) -> None:
    """At the jump itself the other branch holds than just before it."""
    assert isinstance(asked("where(x < 1, 2 + x**2, 1) >= 1").by("subdivision"), Proof)
    for text in ("where(x <= 1, 2 - x, 1) > 1", "where(x < 1, 1, where(x <= 1, -1, 1)) > 0"):
        assert not isinstance(asked(text).by("subdivision"), Proof)


def test_a_pole_is_not_jumped_over(asked: Callable) -> None:
    assert not isinstance(asked("1/x > -1000").by("subdivision"), Proof)
    assert not isinstance(asked("1/(x - 1/3)**3 > -1000", "x: real in [0,1]").by("subdivision"), Proof)


def test_the_budget_ends_the_search(asked: Callable) -> None:
    found = asked("x*Phi(x) >= -17/100").by("subdivision", Budget(40))
    assert isinstance(found, str)
    assert "budget" in found


def test_two_variables_are_left_to_others(asked: Callable) -> None:
    assert "about 2 numbers" in asked("exp(x) + exp(y) >= 0").by("subdivision")


def test_premises_narrow_the_domain(asked: Callable) -> None:
    claim = asked("x**2 + sin(x) >= 2*x", "", "x >= 3")
    row = claim.row("subdivision")
    assert row["assumptions"] == ["x >= 3"]
    assert claim.again(row).status == "confirmed"
    assert asked("x**2 + sin(x) >= 2*x").again(row).status == "failed"


def test_a_candidate_lies_in_the_domain(asked: Callable) -> None:
    candidate = asked("x*log(x) > -exp(-1) + 1/100000", "x: positive").by("subdivision")
    assert isinstance(candidate, Candidate)
    ((symbol, value),) = candidate.values.items()
    assert symbol.domain.contains(value)


# -- enclosures

x = Symbol("x", domain=REAL)
SHAPES = {
    "softplus": softplus(x),
    "gelu": x * normal_cdf(x),
    "mish": x * tanh(softplus(x)),
    "density": normal_pdf(x - 1) * x**2,
    "logistic": sigmoid(2 * x) - sigmoid(x),
    "log": log(1 + exp(x) + exp(2 * x)) - 2 * absolute(x),
    "quotient": (x**2 + 1) / (x**4 + exp(-x)),
    "cosh": log((exp(x) + exp(-x)) / 2),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("towards", [1, -1])
def test_tails_hold_the_values(name: str, towards: int) -> None:
    """The enclosure on t ≥ R, summed up at any t, holds the value there."""
    e, start = SHAPES[name], Fraction(12)
    with ctx.workprec(128):
        tail = Tails(x, start, towards)(e)
        for t in map(Fraction, ("12", "25/2", "20", "47", "100")):
            total = arb(0)
            for (b, a, k), c in tail.terms.items():
                growth = ball.exact(a * t + b * t * t)
                total += arb(c) * arb(ball.exact(t)) ** arb(ball.exact(k)) * arb(growth).exp()
            value = enclose(e, {x: ball.exact(towards * t)})
            assert not isinstance(value, State)
            assert total.overlaps(arb(value))


@pytest.mark.parametrize("name", SHAPES)
def test_boxes_hold_the_values(name: str) -> None:
    e = SHAPES[name]
    with ctx.workprec(64):
        for low, high in ((-3, -1), (0, 2), (Fraction(1, 3), Fraction(7, 3)), (-1, 1)):
            box = enclose(e, {x: between(Fraction(low), Fraction(high))})
            for k in range(9):
                at = Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(k, 8)
                value = enclose(e, {x: ball.exact(at)})
                assert not isinstance(value, State)
                assert isinstance(box, State) or arb(box).overlaps(arb(value))


def test_what_oscillates_or_grows_too_fast_is_not_settled() -> None:
    with ctx.workprec(64):
        for e in (exp(exp(x)), x - exp(exp(x)) / exp(exp(x))):
            with pytest.raises(UnknownTailError):
                _ = Tails(x, Fraction(5), 1)(e).sign


@pytest.mark.parametrize(
    "ends",
    [
        ((-float("inf"), True), (float("inf"), True)),
        ((Fraction(0), True), (float("inf"), True)),
        ((Fraction(2), False), (float("inf"), True)),
        ((-float("inf"), True), (Fraction(3), True)),
        ((Fraction(-1), True), (Fraction(2), False)),
        ((Fraction(1), False), (Fraction(1), False)),
    ],
)
def test_every_plan_covers_its_domain(ends: tuple) -> None:
    low, high = ends
    inside = [
        v
        for v in (Fraction(n, 64) for n in range(-640, 641))
        if (low[0] < v or (low[0] == v and not low[1])) and (v < high[0] or (v == high[0] and not high[1]))
    ]
    assert inside
    for plan in plans(Interval(*ends)):
        for v in inside:
            assert any(reaches(chart, v) for chart in plan), (plan, v)


def reaches(chart: Any, v: Fraction) -> bool:
    """Whether a chart has the number among its values."""
    if chart.scale:
        ratio = (v - chart.center) / chart.scale
        if ratio <= 0:
            return False
        low = chart.low is None or ratio >= 1
        high = chart.high is None or ratio <= 1
        assert chart.low in (None, 0)
        assert chart.high in (None, 0)
        return low and high
    return (chart.low is None or chart.low <= v) and (chart.high is None or v <= chart.high)


def test_the_simplest_rational() -> None:
    assert simplest(Fraction(31, 100), Fraction(35, 100)) == Fraction(1, 3)
    assert simplest(Fraction(-9, 4), Fraction(-2)) == -2
    assert simplest(Fraction(-1), Fraction(1, 9)) == 0
