"""Claims with infinite sums: values, convergence, divergence; their false twins are refuted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.api import check
from derive.expr.leaves import INFINITY, Index
from derive.expr.node import as_expr
from derive.expr.operations import exp
from derive.expr.structure import Bound
from derive.meaning.limits.ground import Ground, NoExpansion
from derive.meaning.series.terms import Decomposition, Family
from derive.meaning.series.total import total
from derive.prove.decide import NoUsableDrawError

PAIRS = (  # a sum, its value, a false one, declarations
    ("Sum(b**k, k, 0, oo)", "1/(1 - b)", "b/(1 - b)", "b: unit"),
    ("Sum(b**k, k, 3, oo)", "b**3/(1 - b)", "b**2/(1 - b)", "b: unit"),
    ("Sum(k*b**k, k, 1, oo)", "b/(1 - b)**2", "b/(1 - b)**3", "b: unit"),
    ("Sum(k**3*b**k, k, 0, oo)", "b*(1 + 4*b + b**2)/(1 - b)**4", "b*(1 + 3*b + b**2)/(1 - b)**4", "b: unit"),
    ("Sum((-1/2)**k, k, 0, oo)", "2/3", "2", ""),
    ("Sum((1 - b)*b**(t - s)*c, t, s, oo)", "c", "c*b", "b: unit; c: real; s: int in [1,5]"),
    ("Sum(exp(-a*k), k, 0, oo)", "1/(1 - exp(-a))", "1/(1 - exp(a))", "a: positive"),
    ("Sum(b**k/k, k, 1, oo)", "-log(1 - b)", "log(1 - b)", "b: unit"),
    ("Sum(1/k**2, k, 1, oo)", "pi**2/6", "pi**2/7", ""),
    ("Sum(1/k**4, k, 2, oo)", "pi**4/90 - 1", "pi**4/90", ""),
    ("Sum(x**k/gamma(k + 1), k, 0, oo)", "exp(x)", "exp(x) - 1", "x: real"),
    ("Sum(x**k/gamma(k + 1), k, 2, oo)", "exp(x) - 1 - x", "exp(x) - 1", "x: real"),
    ("Sum(k*m**k/gamma(k), k, 1, oo)", "(m + m**2)*exp(m)", "m*exp(m)", "m: positive"),
    ("Sum(m**k/gamma(k + 2), k, 0, oo)", "(exp(m) - 1)/m", "(exp(m) - 1)*m", "m: positive"),
    ("Sum(k*m**k/gamma(k + 3), k, 0, oo)", "(exp(m) - 1)/m - 2*(exp(m) - 1 - m)/m**2", "(exp(m) - 1)/m", "m: positive"),
    ("Sum((k - m)**2*exp(-m)*m**k/gamma(k + 1), k, 0, oo)", "m", "m**2", "m: positive"),
    ("Sum((k - 1/p)**2*p*(1 - p)**(k - 1), k, 1, oo)", "(1 - p)/p**2", "1/p**2", "p: unit"),
)


@pytest.mark.parametrize(("body", "value", "wrong", "where"), PAIRS)
def test_the_value_is_proved_and_its_false_twin_refuted(body, value, wrong, where):
    found = check(f"{body} = {value}", where=where)
    assert found.kind == "proved"
    assert "infinite sum by law" in found.method
    assert not found.conditions
    assert check(f"{body} = {wrong}", where=where).kind == "refuted"


def test_convergence_is_a_condition_where_the_domains_do_not_give_it():
    assert check("Sum(b**k, k, 0, oo) = 1/(1 - b)").conditions == ("b < 1", "b > -1")
    assert check("Sum(b**k, k, 0, oo) = 1/(1 - b)", given="abs(b) < 1").kind == "proved"


@pytest.mark.parametrize(
    "text",
    ["Sum(1/k, k, 1, oo) = 10", "Sum(2**k, k, 0, oo) = -1", "Sum(k, k, 1, oo) = -1/12", "Sum(log(k), k, 1, oo) = 1"],
)
def test_a_divergent_sum_refutes_a_finite_value(text):
    found = check(text)
    assert found.kind == "refuted"
    assert found.counterexample is not None
    assert found.counterexample.left == "oo"


def test_a_product_of_factors_below_one_vanishes():
    assert check("Prod(b**k, k, 1, oo) = 0", where="b: unit").kind == "proved"
    assert check("Prod(b**k, k, 1, oo) = b", where="b: unit").kind == "refuted"


@pytest.mark.parametrize(
    "text", ["Sum((-1)**k, k, 0, oo) = 1/2", "Sum(1/k, k, 0, oo) = 1", "Sum((-2)**k, k, 0, oo) = 1/3"]
)
def test_a_sum_without_a_value_is_the_authors_error(text):
    with pytest.raises(NoUsableDrawError):
        check(text)


def test_what_no_law_sums_is_not_guessed():
    assert check("Sum(1/k**3, k, 1, oo) = 6/5").kind == "undecided"
    assert check("Sum(sin(k)/k, k, 1, oo) = 1").kind == "undecided"


def test_a_range_that_may_begin_at_0_is_not_divided_by_its_index():
    where = "b: unit; s: int in [0,5]"
    assert check("Sum(k*b**k/k, k, s, oo) = b**s/(1 - b)", where=where).kind == "undecided"
    assert check("Sum(k*b**k/k, k, 1, oo) = b/(1 - b)", where="b: unit").kind == "proved"


def test_a_telescoping_sum():
    assert check("Sum(1/(k*(k + 1)), k, 1, oo) = 1").kind == "proved"
    assert check("Sum(1/(k*(k + 2)), k, 1, oo) = 1").kind == "refuted"


# -- terms


def test_terms_are_taken_apart():
    k, half = Index("k"), as_expr(Fraction(1, 2))
    found = Decomposition(Ground(), k)((k + 1) ** 2 * half**k)
    assert found == {Family(half): (as_expr(1), as_expr(2), as_expr(1))}
    with pytest.raises(NoExpansion):
        Decomposition(Ground(), k)(exp(k**2))


@pytest.mark.parametrize("first", [-1, 31])
def test_a_range_that_no_law_is_for(first):
    k = Index("k")
    body = 1 / k if first > 30 else as_expr(Fraction(1, 2)) ** k
    with pytest.raises(NoExpansion):
        total(Bound.of("sum", body, k, as_expr(first), INFINITY))  # type: ignore[arg-type]
