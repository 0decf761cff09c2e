"""f ∝ g: an equation at two values of the variables."""

from __future__ import annotations

import pytest

from derive.api import check
from derive.expr.errors import DeriveError
from derive.text.statement import parse


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("proportional(exp(-(x - m)**2/2), exp(x*m - x**2/2), x)", ""),
        ("proportional(p**a*(1 - p)**b*gamma(a + b), p**a*(1 - p)**b, p)", "p: unit; a, b: positive"),
        ("proportional(exp(z[i]), softmax(z)[i], i)", "z: real[n]; i: int in [1,n]"),
        ("proportional(exp(x + y), exp(2*x)*exp(-x), x)", ""),
    ],
)
def test_a_ratio_free_of_the_variable_is_proved(text, where):
    found = check(text, where=where)
    assert found.kind == "proved"
    assert not found.conditions


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("proportional(exp(-(x - m)**2/2), exp(x*m - x**2/2), m)", ""),
        ("proportional(x + 1, x, x)", ""),
        ("proportional(exp(z), softmax(z), z)", "z: real[n]"),
        ("proportional(p**a*(1 - p), p**a, p)", "p: unit; a: positive"),
    ],
)
def test_two_values_with_different_ratios_refute(text, where):
    found = check(text, where=where)
    assert found.kind == "refuted"
    assert found.counterexample is not None


def test_a_side_that_may_be_0_is_a_condition():
    assert check("proportional(3*x, x, x)").conditions == ("3 * x != 0", "x != 0")


def test_the_text_form_is_read_back():
    (relation,) = parse("proportional(2*x, x, x)").relations
    assert str(relation) == "proportional(2 * x, x, x)"


def test_it_takes_variables():
    with pytest.raises(DeriveError):
        check("proportional(2*x, x)")


@pytest.mark.parametrize("text", ["proportional(exp(x), 0*x, x)", "proportional(x - x, exp(x), x)"])
def test_nothing_is_proportional_to_zero(text):
    with pytest.raises(DeriveError, match="is 0 everywhere"):
        check(text)
