"""Equalities by exact linear algebra, against the linear program."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.prove.information import checker, cone, span
from derive.prove.information.certificate import Certificate
from derive.prove.information.combination import combination
from derive.prove.information.problem import Entropy, Known, Mutual, Premise, Problem, Row
from tests.prove.information.rows import H, I, chain, plus, problem, v

X, Y, Z, W = 1, 2, 4, 8

TRUE = {
    "chain rule": problem(2, plus((1, H(X | Y)), (-1, H(X)), (-1, H(Y, X))), equality=True),
    "a premise": problem(2, plus((Fraction(1, 3), I(X, Y))), zero=[plus((5, I(X, Y)))], equality=True),
    "a part of an independence": problem(3, I(X, Y), zero=[I(X, Y | Z)], equality=True),
    "its conditional part": problem(3, I(X, Y, Z), zero=[I(X, Y | Z)], equality=True),
    "parts of both groups": problem(5, I(1, 4, 2 | 8 | 16), zero=[I(1 | 2, 4 | 8, 16)], equality=True),
    "groups swapped": problem(5, I(4, 1, 2 | 8 | 16), zero=[I(1 | 2, 4 | 8, 16)], equality=True),
    "a function of a function": problem(3, H(Z, X), zero=[H(Y, X), H(Z, Y)], equality=True),
    "nothing new from a function": problem(4, I(Y | Z, W, X), zero=[H(Y, X), H(Z, Y)], equality=True),
    "conditioning on a function": problem(3, plus((1, H(Z, X)), (-1, H(Z, X | Y))), zero=[H(Y, X)], equality=True),
    "chain": problem(4, I(X, W, Z), zero=chain([1, 2, 3, 4]), equality=True),
    "chain backwards": problem(4, I(X, Z | W, Y), zero=chain([4, 3, 2, 1]), equality=True),
    "chain factors": problem(
        4,
        plus((1, H(15)), (-1, H(X)), (-1, H(Y, X)), (-1, H(Z, Y)), (-1, H(W, Z))),
        zero=chain([1, 2, 3, 4]),
        equality=True,
    ),
    "a bound from above": problem(3, I(X, Z, Y), nonneg=[plus((-2, I(X, Y | Z)))], equality=True),
    "an entropy bounded by 0": problem(3, I(X, Z, Y), nonneg=[plus((-1, H(X)))], equality=True),
}
FALSE = {
    "chain rule": problem(2, plus((1, H(X | Y)), (-1, H(X)), (-1, H(Y))), equality=True),
    "a part of an independence": problem(3, I(X, Y, Z), zero=[I(X, Y)], equality=True),
    "the whole of a part": problem(3, I(X, Y | Z), zero=[I(X, Y)], equality=True),
    "a function of a function": problem(3, H(X, Z), zero=[H(Y, X), H(Z, Y)], equality=True),
    "chain": problem(4, I(X, W), zero=chain([1, 2, 3, 4]), equality=True),
    "a bound from below": problem(3, I(X, Z, Y), nonneg=[plus((2, I(X, Y | Z)))], equality=True),
}


@pytest.mark.parametrize("name", TRUE)
def test_equalities_are_in_the_span(name: str) -> None:
    found = span.prove(TRUE[name])
    assert found is not None
    checker.check(TRUE[name], found)
    assert cone.prove(TRUE[name]) == found
    for sign in (1, -1):  # and the linear program agrees
        goal = {c: sign * value for c, value in TRUE[name].goal.items()}
        assert isinstance(combination(replace(TRUE[name], goal=goal)), tuple)


@pytest.mark.parametrize("name", FALSE)
def test_other_equalities_are_not(name: str) -> None:
    assert span.prove(FALSE[name]) is None
    assert isinstance(cone.prove(FALSE[name]), cone.NotShannon)


def test_a_sum_of_measures_that_is_zero_needs_two_programs() -> None:
    p = problem(4, I(X, Y), zero=[plus((1, I(X, Y)), (2, I(Z, W)))], equality=True)
    assert span.prove(p) is None
    found = cone.prove(p)
    assert isinstance(found, Certificate)
    assert found.reverse
    checker.check(p, found)


def test_inequalities_are_for_the_program() -> None:
    assert span.prove(problem(2, I(X, Y))) is None


def test_continuous_variables_have_no_functions() -> None:
    """H(Y | X) = 0 of densities says nothing of H(Y | X, Z)."""
    p = problem(3, H(Y, X | Z), zero=[H(Y, X)], equality=True)
    assert span.prove(p) is not None
    assert span.prove(replace(p, continuous=7)) is None
    assert span.prove(replace(p, continuous=X | Z)) is not None
    assert isinstance(cone.prove(replace(p, continuous=7)), cone.NotShannon)


def test_laws_are_kept_apart() -> None:
    """A premise about one law says nothing about another."""
    p = Problem(tuple("XYZW"), I(Z, W), True, zero=(Known(I(X, Y), ""),), blocks=(X | Y, Z | W))
    assert span.prove(p) is None
    own = replace(p, zero=(Known(I(Z, W), ""),))
    found = span.prove(own)
    assert found is not None
    checker.check(own, found)


@pytest.mark.parametrize(
    ("row", "measure"),
    [
        (H(X, Y), (Entropy(X, Y), 1)),
        (plus((3, H(X | Z, Y))), (Entropy(X | Z, Y), 3)),
        (I(X, Y), (Mutual(X, Y), 1)),
        (plus((Fraction(1, 2), I(X | W, Y, Z))), (Mutual(X | W, Y, Z), Fraction(1, 2))),
        (I(X | Y, Y, Z), (Entropy(Y, Z), 1)),
        (plus((-1, I(X, Y))), None),
        (plus((1, I(X, Y)), (1, I(Z, W))), None),
        (plus((1, H(X)), (-1, H(Y))), None),
        (plus((2, H(X | Y)), (-1, H(Y))), None),
        ({-1: Fraction(1)}, None),
    ],
)
def test_measures_are_recognised(row: Row, measure: tuple | None) -> None:
    found = span.measure(row, 0)
    assert (found is None) == (measure is None)
    if found is not None and measure is not None:
        assert found[1] == measure[1]
        assert found[0].row(PLAIN) == measure[0].row(PLAIN)
        assert plus((found[1], found[0].row(PLAIN))) == row


PLAIN = Problem(tuple("XYZW"), {})
groups = st.integers(1, 15)
zeros = st.lists(
    st.one_of(
        st.builds(lambda a, b, c: I(a, b, c), groups, groups, st.integers(0, 15)),
        st.builds(lambda a, c: H(a, c), groups, st.integers(0, 15)),
    ),
    min_size=1,
    max_size=3,
)


@given(zero=zeros, goal=st.builds(lambda a, b, c: I(a, b, c), groups, groups, st.integers(0, 15)), twice=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_in_the_span_the_program_proves(zero: list[Row], goal: Row, twice: bool) -> None:
    if twice:
        goal = plus((1, goal), (-1, zero[0]))
    p = problem(4, goal, zero=zero, equality=True)
    found = span.prove(p)
    both = all(isinstance(combination(replace(p, goal=plus((sign, goal)))), tuple) for sign in (1, -1))
    if found is not None:
        checker.check(p, found)
        assert both
    assert isinstance(cone.prove(p), Certificate) == both


@given(zero=zeros, factors=st.lists(st.fractions(max_denominator=5), min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_combinations_of_premises_are_in_the_span(zero: list[Row], factors: list[Fraction]) -> None:
    goal = plus(*zip(factors, zero, strict=False))
    p = problem(4, goal, zero=zero, equality=True)
    found = span.prove(p)
    assert found is not None
    checker.check(p, found)
    assert all(isinstance(generator, Premise) for _, generator in found.terms)


def test_a_long_chain() -> None:
    n = 9
    p = problem(n, I(v(1), v(n), v(5)), zero=chain(range(1, n + 1)), equality=True)
    found = cone.prove(p)
    assert isinstance(found, Certificate)
    checker.check(p, found)
