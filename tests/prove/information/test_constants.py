"""Constants in statements about entropies: compared exactly, never rounded; contradictory premises; strict claims."""

from dataclasses import replace
from fractions import Fraction

import pytest

from derive.api import check
from derive.prove.deciders import ContradictoryPremisesError
from derive.prove.information import checker, cone, constants, contradiction
from derive.prove.information.certificate import Certificate
from derive.prove.information.cone import NotShannon
from derive.prove.information.problem import Free, Known, Logarithm, Problem, Row, Unit
from tests.prove.information.rows import H, I, plus

X, Y = 1, 2
LOGS = (*map(Logarithm, ("2", "3", "5", "K")), Unit())
TWO, THREE, FIVE, K, ONE = ({-1 - i: Fraction(1)} for i in range(5))


def constant(goal: Row, *, nonneg: tuple[Row, ...] = (), zero: tuple[Row, ...] = ()) -> Problem:
    known = [tuple(Known(row, "") for row in rows) for rows in (zero, nonneg)]
    return Problem(("X", "Y"), goal, zero=known[0], nonneg=known[1], columns=LOGS)


@pytest.mark.parametrize(
    ("smaller", "larger", "proved"),
    [
        (TWO, THREE, True),
        (THREE, TWO, False),
        (TWO, ONE, True),
        (ONE, THREE, True),
        (ONE, TWO, False),
        (plus((3, TWO)), plus((2, THREE)), True),  # 8 ≤ 9
        (plus((2, THREE)), plus((3, TWO)), False),
        (plus((7, THREE)), plus((5, FIVE)), True),  # 2187 ≤ 3125
        (plus((5, FIVE)), plus((7, THREE)), False),
        (plus((19, TWO)), plus((12, THREE)), True),  # 524288 ≤ 531441
        ({}, K, True),
        (TWO, K, False),
        (plus((Fraction(693147, 10**6), ONE)), TWO, True),
        (plus((Fraction(693148, 10**6), ONE)), TWO, False),
        ({}, plus((1, TWO), (1, K), (-1, TWO)), True),
    ],
)
def test_constants_are_compared_exactly(smaller: Row, larger: Row, proved: bool) -> None:
    bound = plus((1, smaller), (-1, H(X)))  # H(X) ≤ smaller
    for goal, premises in ((plus((1, larger), (-1, smaller)), ()), (plus((1, larger), (-1, H(X))), (bound,))):
        p = constant(goal, nonneg=premises)
        found = cone.prove(p)
        assert isinstance(found, Certificate) == proved, found
        if isinstance(found, Certificate):
            checker.check(p, found)


def test_signs_of_combinations_of_logarithms() -> None:
    two, three, k, one = LOGS[0], LOGS[1], LOGS[3], LOGS[4]
    for q, p in ((65, 41), (84, 53), (125743, 79335), (301994, 190537)):  # q/p is next to log 3 / log 2
        above = 3**p > 2**q
        assert constants.nonnegative([(two, Fraction(-q)), (three, Fraction(p))]) == above
        assert constants.nonnegative([(two, Fraction(q)), (three, Fraction(-p))]) == (not above)
    assert constants.nonnegative([])
    assert constants.nonnegative([(two, Fraction(0)), (k, Fraction(1, 3))])
    assert not constants.nonnegative([(k, Fraction(-1)), (two, Fraction(100))])
    assert not constants.nonnegative([(Free("t"), Fraction(1))])
    assert not constants.nonnegative([(Logarithm("1"), Fraction(-1))])
    assert not constants.nonnegative([(Logarithm("4"), Fraction(-1)), (two, Fraction(2))])  # 0, but not seen as such
    for fact in constants.comparisons(LOGS):
        assert constants.nonnegative(fact.amounts)
    assert abs(constants.value(one) - 1) + abs(constants.value(two) - 0.6931471805599453) < 1e-15


@pytest.mark.parametrize(
    ("zero", "nonneg", "contradicts"),
    [
        ((plus((1, H(X)), (-1, ONE)), plus((1, H(X)), (-2, ONE))), (), True),
        ((plus((1, H(X)), (-1, TWO)),), (plus((-1, H(X))),), True),
        ((plus((1, H(X)), (-1, THREE)),), (plus((1, TWO), (-1, H(X))),), True),
        ((plus((1, H(X)), (-1, TWO)),), (plus((1, THREE), (-1, H(X))),), False),
        ((plus((1, H(X)), (-1, K)),), (plus((-1, H(X))),), False),  # K = 1
        ((plus((1, H(X)), (-1, TWO)), H(X, Y)), (plus((Fraction(999, 1000), TWO), (-1, H(Y))),), True),
        ((plus((1, H(X)), (-1, TWO)), H(X, Y)), (plus((Fraction(1001, 1000), TWO), (-1, H(Y))),), False),
        ((plus((1, ONE)),), (), True),
    ],
)
def test_contradictory_premises_are_an_error(zero: tuple[Row, ...], nonneg: tuple[Row, ...], contradicts: bool) -> None:
    p = constant(plus((-1, I(X, Y))), zero=zero, nonneg=nonneg)
    assert contradiction.contradictory(p) == contradicts
    if contradicts:
        with pytest.raises(ContradictoryPremisesError):
            cone.prove(p)
    else:
        assert isinstance(cone.prove(p), NotShannon | Certificate)


def test_strict_inequalities_need_a_positive_number() -> None:
    bound = plus((1, TWO), (-1, H(X)))  # H(X) ≤ log 2
    for goal, proved in (
        (plus((1, THREE), (-1, H(X))), True),
        (plus((Fraction(1001, 1000), TWO), (-1, H(X))), True),
        (bound, False),
        (I(X, Y), False),
        (plus((1, K), (1, TWO), (-1, H(X))), False),
        (plus((1, K), (1, TWO)), True),
        (plus((1, K)), False),
    ):
        p = replace(constant(goal, nonneg=(bound,)), strict=True)
        found = cone.prove(p)
        assert isinstance(found, Certificate) == proved
        if isinstance(found, Certificate):
            checker.check(p, found)
        else:
            weak = cone.prove(replace(p, strict=False))
            assert isinstance(weak, Certificate)
            with pytest.raises(checker.CertificateError):
                checker.check(p, weak)


def test_a_positive_sum_is_not_zero() -> None:
    two = LOGS[0]
    assert constants.positive([(two, Fraction(1))])
    assert constants.positive([(two, Fraction(2)), (two, Fraction(-1))])
    assert not constants.positive([(two, Fraction(1)), (two, Fraction(-1))])


@pytest.mark.parametrize(
    ("text", "given", "where", "proved"),
    [
        ("log(K) >= 0", ("|X| >= K",), "K: positive", False),
        ("log(K) >= 0", ("K <= |X|",), "K: positive", False),
        ("log(K) >= 0", ("|X| > K",), "K: real", False),
        ("log(K) >= 0", ("|X| >= K",), "", True),  # a name that is not declared is an integer >= 1 here
        ("log(K) >= 0", ("|X| >= K",), "K: counting", True),
        ("log(K) >= 0", ("|X| <= K",), "K: positive", True),
        ("log(K) >= 0", ("K > |X|",), "K: positive", True),
        ("log(K) >= 0", ("|X| = K",), "K: positive", True),
        ("log(K) >= 0", ("K = |X|",), "K: positive", True),
        ("log(K) >= 0", ("|X| >= K", "|Y| <= K"), "K: positive", True),
        ("log(2*K) >= log 2", ("|X| > K",), "K: positive", False),
        ("log(2*K) >= log 2", ("|X| < K",), "K: positive", True),
        ("log(2*K) >= log 2", ("|X| > K",), "K: counting", True),
        ("H(Y) + log(K) >= 0", ("|X| >= K",), "K: positive", False),
        ("H(Y) + log(K) >= 0", ("|X| <= K",), "K: positive", True),
        ("H(Y) >= 0", ("log(K) = -1", "|X| >= K"), "K: positive", True),
        ("H(X) <= log(K)", ("|X| <= K",), "K: positive", True),
        ("H(X) <= log(K)", ("|X| >= K",), "K: positive", False),
    ],
)
def test_only_what_bounds_a_number_of_values_from_above_is_at_least_one(
    text: str, given: tuple[str, ...], where: str, proved: bool
) -> None:
    assert (check(text, given, where).kind == "proved") == proved


def test_what_is_at_least_one_has_no_negative_logarithm() -> None:
    with pytest.raises(ContradictoryPremisesError):
        check("H(Y) >= 0", ("log(K) = -1", "|X| <= K"), "K: positive")
