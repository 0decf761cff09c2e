"""Piecewise functions, by cases of the signs that decide between their branches."""

from __future__ import annotations

from typing import Any

import pytest

from derive.expr.build import Sum, real, where
from derive.expr.dims import Dim
from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.operations import absolute, log, relu
from derive.meaning.normal import Unconfirmed, equal
from derive.meaning.normal.cases import Distinction, Impossible, Split, by_cases, verify_cases
from tests.prove.claims import proved, refuted, verdict

TWINS = (
    # true, false, where
    ("max(x, y) + min(x, y) = x + y", "max(x, y) + min(x, y) = x - y", ""),
    ("max(x, max(y, z)) = max(max(x, y), z)", "max(x, max(y, z)) = max(min(x, y), z)", ""),
    ("max(x, min(y, z)) = min(max(x, y), max(x, z))", "max(x, min(y, z)) = min(max(x, y), z)", ""),
    ("min(max(x, -d), d) = sign(x)*min(abs(x), d)", "min(max(x, -d), d) = min(abs(x), d)", "d: nonneg"),
    ("abs(x) = x*sign(x)", "abs(x) = sign(x)", ""),
    ("sign(x*y) = sign(x)*sign(y)", "sign(x*y) = sign(x)", ""),
    ("where(x >= 0, x, a*x) = max(x, 0) + a*min(x, 0)", "where(x >= 0, x, a*x) = max(x, 0) - a*min(x, 0)", ""),
    ("where(where(x > 0, 1, 0) > 0, a, b) = where(x > 0, a, b)", "where(x >= 0, a, b) = where(x > 0, a, b)", ""),
    ("D(abs(x), x) = sign(x)", "D(abs(x), x) = abs(x)", ""),
    ("D(relu(x), x) = where(x > 0, 1, 0)", "D(relu(x), x) = where(x > 1/10, 1, 0)", ""),
    (
        "D(where(abs(x) <= d, x**2/2, d*(abs(x) - d/2)), x) = min(max(x, -d), d)",
        "D(where(abs(x) <= d, x**2/2, d*(abs(x) - d/2)), x) = max(x, -d)", "d: positive; x: real",
    ),
    ("D(max(q*u, (q-1)*u), u) = q - where(u < 0, 1, 0)", "D(max(q*u, (q-1)*u), u) = q - where(u > 0, 1, 0)", "q: unit"),
    (
        "D(where(abs(x) <= c, c**2/6*(1-(1-(x/c)**2)**3), c**2/6), x) = where(abs(x) <= c, x*(1-(x/c)**2)**2, 0)",
        "D(where(abs(x) <= c, c**2/6*(1-(1-(x/c)**2)**3), c**2/6), x) = where(abs(x) <= c, x*(1-(x/c)**2), 0)",
        "c: positive",
    ),
    (
        "D(x*min(max(x+3, 0), 6)/6, x) = where(x < -3, 0, where(x > 3, 1, (2*x+3)/6))",
        "D(x*min(max(x+3, 0), 6)/6, x) = where(x < -3, 0, where(x > 3, 1, (2*x+1)/6))", "",
    ),
    ("x - min(max(x, -l), l) = sign(x)*relu(abs(x) - l)", "x - min(max(x, -l), l) = relu(abs(x) - l)", "l: nonneg"),
    ("max(c*x, c*y) = c*max(x, y)", "max(c*x, c*y) = c*min(x, y)", "c: nonneg"),
    ("exp(max(a, b)) = max(exp(a), exp(b))", "exp(max(a, b)) = min(exp(a), exp(b))", ""),
    ("log(max(a, b)) = max(log(a), log(b))", "log(max(a, b)) = max(a, b)", "a, b: positive"),
    ("tanh(abs(x)) = abs(tanh(x))", "tanh(abs(x)) = tanh(x)", ""),
    ("softplus(x) = relu(x) + log(1 + exp(-abs(x)))", "softplus(x) = relu(x) + log(1 + exp(abs(x)))", ""),
    ("where(x > 0, x, a*(exp(x)-1)) = max(x, 0) + min(0, a*(exp(x)-1))", "max(x, 0) = max(0, exp(x)-1)", "a: nonneg"),
    ("Sum(abs(x)) = Sum(x*sign(x))", "Sum(abs(x)) = Sum(x)", "x: real[n]"),
    ("Sum(max(x, y)) + Sum(min(x, y)) = Sum(x) + Sum(y)", "Sum(max(x, y)) = Sum(x) + Sum(y)", "x, y: real[n]"),
    ("grad(Sum(abs(x)), x) = sign(x)", "grad(Sum(abs(x)), x) = x", "x: real[n]"),
    ("b**(n+1) = b*b**n", "b**(n+1) = 2*b*b**n", "b: real; n: int in [0,9]"),
    ("0**n = where(n = 0, 1, 0)", "0**n = where(n = 1, 1, 0)", "n: int in [0,5]"),
)  # fmt: skip


@pytest.mark.parametrize(("true", "false", "where"), TWINS, ids=[true for true, _, _ in TWINS])
def test_twins(true: str, false: str, where: str) -> None:
    proved(true, where)
    refuted(false, where)


def test_what_only_one_side_needs_is_a_condition() -> None:
    assert proved("log(a*b) = log(a) + log(b)").conditions[:2] == ("a > 0", "b > 0")
    assert "x > 0" in proved("D(log(x), x) = 1/x", "x: real").conditions
    assert proved("log(x**2) = 2*log(abs(x))").conditions == ()
    assert "x != 0" in proved("x*abs(x)/x = abs(x)").conditions


def test_a_premise_gives_a_sign() -> None:
    found = proved("abs(x - y) = x - y", given="x > y")
    assert found.assumptions == ("x > y",)
    assert verdict("abs(x - y) = x - y").kind == "refuted"
    assert proved("abs(x) = relu(x) + relu(-x)", given="x > y").assumptions == ()


N = Dim("N")
x, y, u = real(), real(), real(N)
for name, symbol in (("x", x), ("y", y), ("u", u)):
    symbol.named(name)


def test_the_cases_cover_all_signs_or_nothing_is_confirmed() -> None:
    left, right = absolute(x), 2 * relu(x) - x
    found = by_cases(left, right)
    assert isinstance(found, Distinction)
    data = found.to_json()
    assert data["tree"]["kind"] == "split"
    verify_cases(left, right, data)
    kept = {**data, "tree": {**data["tree"], "cases": data["tree"]["cases"][:1]}}
    moved = {**data, "tree": {**data["tree"], "cases": [{**c, "sign": "positive"} for c in data["tree"]["cases"]]}}
    claimed = {**data, "tree": {"kind": "impossible"}}
    for forged in (kept, moved, claimed, {**data, "tree": {}}, {**data, "tree": {**data["tree"], "of": ["leaf", 9]}}):
        with pytest.raises(Unconfirmed):
            verify_cases(left, right, forged)
    with pytest.raises(Unconfirmed):
        verify_cases(left, -right, data)


def test_impossible_cases_are_leaves() -> None:
    steps = y * where(x > 0, 1, 0) - y * where(x < 0, 1, 0)
    deep = by_cases(where(x < 0, -y, where(x > 0, y, 0)), steps)
    assert isinstance(deep, Distinction)
    assert isinstance(deep.tree, Split)
    assert any(isinstance(leaf, Impossible) for leaf in deep.leaves)


def test_a_failure_names_the_case() -> None:
    reason = by_cases(absolute(x), x)
    assert isinstance(reason, str)
    assert reason.startswith("where x < 0")


def test_what_may_have_no_value_has_no_sign() -> None:
    """A split by the sign of log(x) leaves out the points at which there is none."""
    left, right = where(x > 0, relu(log(x)), 1), where(x > 0, relu(log(x)), 2)
    assert isinstance(by_cases(left, right), str)
    true = by_cases(left, where(x > 0, log(x) * where(log(x) > 0, 1, 0), 1))
    assert isinstance(true, Distinction)
    assert isinstance(true.tree, Split)
    assert true.tree.of is not log(x)
    verify_cases(absolute(x), absolute(x), {"tree": _split_by(x)})
    with pytest.raises(Unconfirmed, match="no value"):
        verify_cases(absolute(x), absolute(x), {"tree": _split_by(log(x))})


def _split_by(of: Expr) -> dict[str, Any]:
    """A split of |x| = |x|, with a plain certificate in each case."""
    plain = equal(absolute(x), absolute(x)).certificate
    assert plain is not None
    case = Split(of, (("nonneg", plain), ("negative", plain)), (absolute(x), absolute(x)))
    return case.to_json()


def test_a_fact_about_one_position_is_not_about_all() -> None:
    i, j = Index.along(N), Index.along(N)
    everywhere = Sum(absolute(u[j]), j)
    assert isinstance(by_cases(everywhere, Sum(u[j], j), facts=(("positive", u[i]),)), str)
    assert isinstance(by_cases(Sum(absolute(u[i]), i), Sum(u[i], i), facts=(("positive", u[i]),)), str)
    assert isinstance(by_cases(absolute(u[i]), u[i], facts=(("positive", u[i]),)), Distinction)
