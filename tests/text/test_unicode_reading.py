"""What the terminal prints, the plain reader takes for the same expression or refuses: never for another one.

It refuses what only the terminal has: Σᵢ, yᵢ, ½, ∂/∂x, factors side by side.
"""

import runpy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derive.expr.build import positive, real, unit
from derive.expr.errors import DeriveError
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, walk
from derive.expr.structure import Weighted
from derive.meaning.numbers.evaluate import NotEvaluableError
from derive.meaning.numbers.table import UnusablePointError
from derive.page.unicode import unicode
from derive.text.errors import ParseError
from derive.text.statement import parse, parse_expression

HERE = Path(__file__)
PLAIN = runpy.run_path(str(HERE.with_name("test_round_trip.py")))
VALUES = runpy.run_path(str(HERE.with_name("test_latex_round_trip.py")))


def read(text: str) -> Expr | None:
    """The expression; None if the text is refused."""
    try:
        return parse_expression(text, scope=PLAIN["SCOPE"])
    except ParseError:
        return None


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(PLAIN["expressions"]())
def test_printed_text_is_read_as_the_same_or_refused(e: Expr) -> None:
    assume(not any(isinstance(node, Weighted) for node in walk(e)))  # prints as the product
    found = read(unicode(e))
    if found is None or found is e:
        return
    try:
        VALUES["assert_same_value"](e, found)
    except (DeriveError, NotEvaluableError, UnusablePointError):
        assert unicode(found) == unicode(e)


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


NUMBERS = (
    named("alpha", real()),
    named("beta1", positive()),
    named("x", real()),
    named("W2", unit()),
    named("p_t", unit()),
)
FORMULAS = st.recursive(
    st.sampled_from(NUMBERS),
    lambda inner: st.one_of(
        st.builds(lambda e, f: e + f, inner, inner),
        st.builds(lambda e, f: e - f, inner, inner),
        st.builds(lambda e, f: e * f, inner, inner),
        st.builds(lambda e, f: e / f, inner, inner),
        st.builds(lambda e: -e, inner),
        st.builds(lambda e: e**2, inner),
    ),
    max_leaves=8,
)


@given(FORMULAS)
def test_formulas_of_names_are_not_taken_for_others(e: Expr) -> None:
    scope = {symbol.name: symbol for symbol in NUMBERS}
    try:
        found = parse_expression(unicode(e), scope=scope)
    except ParseError:
        return
    VALUES["assert_same_value"](e, found)


@pytest.mark.parametrize("text", ["αβ = βα", "2πσ² = x", "x = γδ"])
def test_a_word_of_greek_letters_is_no_name(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["a·b - β", "x ≤ (a + b)²", "σ(a)·exp(-b) = log(a + b)", "softmax(x) = y", "W[u]", "H(X,Y|Z)"]
)
def test_printed_text_that_is_read(text: str) -> None:
    e = read(text)
    assert e is not None
    assert unicode(e) == text


@pytest.mark.parametrize("text", ["|a|", "2a", "Σᵢ xᵢ", "a/b·x y"])
def test_printed_text_that_is_refused(text: str) -> None:
    assert read(text) is None
