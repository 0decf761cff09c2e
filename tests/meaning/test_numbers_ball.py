"""Scalars: every operation encloses the true value, ties are exact, and a missing value is never a number."""

import re
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq

from derive.expr.domains import COUNTING, POSITIVE
from derive.expr.operations import OPERATIONS
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar, State

REFERENCE = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "abs": abs, "sign": mpmath.sign,
    "step": lambda x: mpmath.mpf(x > 0), "relu": lambda x: max(x, mpmath.mpf(0)), "min": min, "max": max,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "tanh": mpmath.tanh, "sin": mpmath.sin, "cos": mpmath.cos, "sinh": mpmath.sinh, "cosh": mpmath.cosh,
    "acos": mpmath.acos, "erf": mpmath.erf, "Phi": mpmath.ncdf, "phi": mpmath.npdf, "gamma": mpmath.gamma,
    "loggamma": mpmath.loggamma, "digamma": mpmath.digamma, "trigamma": lambda x: mpmath.psi(1, x),
}  # fmt: skip
ARGUMENTS = tuple(map(Fraction, ("-30", "-9/4", "-1", "-1/3", "1/1000", "1/3", "1", "7/2", "30")))


def enclosure(value: Scalar) -> arb:
    assert not isinstance(value, State)
    return arb(value)


def as_mpf(value: Scalar):
    with ctx.workprec(256):
        return mpmath.mpf(re.sub(r"[\[\]]", "", enclosure(value).str(60, radius=False)))


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_agree_with_mpmath(name):
    row = OPERATIONS[name]
    with ctx.workprec(256), mpmath.workdps(60):
        for x in ARGUMENTS:
            if not row.domain.contains(x):
                continue
            at = [x] if row.arity == 1 else [x, Fraction(1, 2)]
            value = ball.apply(row, [ball.exact(v) for v in at])
            expected = REFERENCE[name](*(mpmath.mpf(v.numerator) / v.denominator for v in at))
            error = abs(as_mpf(value) - expected)
            assert error <= mpmath.mpf(10) ** -45 * max(1, abs(expected)), (name, x)


@pytest.mark.parametrize("name", [n for n, row in OPERATIONS.items() if row.arity == 1])
def test_a_wide_ball_is_mapped_to_one_that_holds_all_values(name):
    row = OPERATIONS[name]
    with ctx.workprec(128):
        for centre in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
            wide = arb(ball.exact(centre), arb(2) ** -40)
            inside = ball.apply(row, [wide])
            exact = ball.apply(row, [ball.exact(centre)])
            assert enclosure(inside).overlaps(enclosure(exact))


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("log", 0), ("log", -1), ("sqrt", -1), ("acos", 2), ("gamma", 0), ("gamma", -2), ("loggamma", 0),
        ("digamma", 0), ("trigamma", 0), ("step", 0),
    ],
)  # fmt: skip
def test_outside_its_domain_an_operation_is_undefined(name, at):
    assert ball.apply(OPERATIONS[name], [fmpq(at)]) is UNDEFINED


def test_a_ball_that_crosses_the_end_of_a_domain_is_unknown():
    around_zero = arb(0, 1)
    for name in ("log", "sqrt", "step", "sign"):
        assert ball.apply(OPERATIONS[name], [around_zero]) is UNKNOWN
    assert ball.divide(fmpq(1), around_zero) is UNKNOWN


def test_rationals_stay_rational():
    assert ball.apply(OPERATIONS["exp"], [fmpq(0)]) == 1
    assert isinstance(ball.apply(OPERATIONS["exp"], [fmpq(0)]), fmpq)
    assert ball.apply(OPERATIONS["relu"], [fmpq(-1, 3)]) == 0
    assert ball.apply(OPERATIONS["sqrt"], [fmpq(4, 9)]) == fmpq(2, 3)
    assert ball.power(fmpq(8, 27), fmpq(-2, 3), counts=False) == fmpq(9, 4)
    assert ball.add([fmpq(1, 3)] * 3) == 1
    assert ball.add([]) == 0
    assert ball.multiply([]) == 1


def test_long_rationals_become_balls():
    tower = fmpq(3, 2)
    for _ in range(20):
        tower = ball.multiply([tower, tower])
    assert isinstance(tower, arb)
    assert isinstance(ball.power(fmpq(3, 2), fmpq(10**9), counts=True), arb)


@pytest.mark.parametrize(
    ("base", "exponent", "counts", "expected"),
    [
        ("0", "0", True, "1"), ("0", "0", False, UNDEFINED), ("0", "1/2", False, "0"), ("0", "-1", True, UNDEFINED),
        ("0", "-1/2", False, UNDEFINED), ("-2", "3", False, "-8"), ("-2", "-1", False, "-1/2"),
        ("-8", "1/3", False, UNDEFINED), ("4", "1/2", False, "2"), ("5", "0", False, "1"),
    ],
)  # fmt: skip
def test_powers_of_rationals(base, exponent, counts, expected):
    value = ball.power(ball.exact(Fraction(base)), ball.exact(Fraction(exponent)), counts)
    assert value is expected if expected is UNDEFINED else value == ball.exact(Fraction(expected))


def test_powers_of_balls():
    root2 = arb(2).sqrt()
    with ctx.workprec(128):
        assert enclosure(ball.power(root2, fmpq(2), counts=False)).contains(2)
        assert enclosure(ball.power(-root2, fmpq(3), counts=False)) < 0
        assert ball.power(-root2, fmpq(1, 2), counts=False) is UNDEFINED
        assert ball.power(arb(0, 1), fmpq(1, 2), counts=False) is UNKNOWN
        assert ball.power(arb(0, 1), fmpq(0), counts=False) is UNKNOWN
        assert ball.power(fmpq(-2), root2, counts=False) is UNKNOWN
        assert ball.power(fmpq(0), root2, counts=False) == 0
        assert ball.power(fmpq(0), -root2, counts=False) is UNDEFINED


def test_states_pass_through_every_operation():
    for f in (ball.add, ball.multiply, ball.maximum, ball.log_sum_exp):
        assert f([fmpq(0), UNKNOWN, fmpq(2)]) is UNKNOWN
        assert f([UNKNOWN, UNDEFINED, arb(1)]) is UNDEFINED
    assert ball.divide(UNDEFINED, fmpq(1)) is UNDEFINED
    assert ball.divide(fmpq(0), fmpq(0)) is UNDEFINED
    assert ball.power(fmpq(1), UNKNOWN, counts=False) is UNKNOWN
    assert ball.negate(UNDEFINED) is UNDEFINED
    assert ball.compare("=", UNDEFINED, fmpq(1)) is UNDEFINED


def test_a_weight_of_exactly_zero_needs_no_value():
    assert ball.weighted(fmpq(0), UNDEFINED) == 0
    assert ball.weighted(fmpq(1, 2), UNDEFINED) is UNDEFINED
    assert ball.weighted(arb(0, 1), UNDEFINED) is UNKNOWN
    assert ball.weighted(fmpq(1, 2), fmpq(3)) == fmpq(3, 2)


def test_totals_over_nothing():
    assert ball.TOTALS["sum"](()) == 0
    assert ball.TOTALS["prod"](()) == 1
    assert ball.TOTALS["max"](()) is UNDEFINED
    assert ball.TOTALS["logsumexp"](()) is UNDEFINED


def test_log_sum_exp_and_maximum():
    assert ball.log_sum_exp([fmpq(5, 7)]) == fmpq(5, 7)
    assert ball.maximum([fmpq(1, 3), fmpq(1, 2), fmpq(-9)]) == fmpq(1, 2)
    with ctx.workprec(128):
        assert enclosure(ball.log_sum_exp([fmpq(0), fmpq(0)])).overlaps(arb(2).log())
        assert enclosure(ball.log_sum_exp([fmpq(10**6), fmpq(-(10**6))])).contains(10**6)
        assert enclosure(ball.maximum([arb(2).sqrt(), fmpq(1)])).overlaps(arb(2).sqrt())


def test_a_choice_that_is_too_close_is_enclosed_by_both_branches():
    close = arb(1, arb(2) ** -60)
    value = ball.choose(">", close, fmpq(1), close, fmpq(1))  # continuous at the tie
    assert isinstance(value, arb)
    assert value.contains(1)
    assert ball.choose(">", fmpq(1), fmpq(1), fmpq(5), fmpq(7)) == 7
    assert ball.choose(">=", fmpq(1), fmpq(1), fmpq(5), UNDEFINED) == 5
    assert ball.choose(">", UNDEFINED, fmpq(1), fmpq(5), fmpq(7)) is UNDEFINED


@pytest.mark.parametrize("kind", ["=", "!=", "<", "<=", ">", ">="])
def test_comparisons_of_rationals_are_decided_and_of_overlapping_balls_are_not(kind):
    assert ball.compare(kind, fmpq(1), fmpq(1)) is (kind in ("=", "<=", ">="))
    with ctx.workprec(64):
        third = arb(1) / 3
        assert ball.compare(kind, third, fmpq(1, 3)) is UNKNOWN
        assert ball.compare(kind, third, fmpq(1, 2)) is (kind in ("!=", "<", "<="))


def test_values_outside_a_domain_say_nothing():
    assert ball.kept_to(POSITIVE, fmpq(1)) == 1
    assert ball.kept_to(POSITIVE, fmpq(0)) is UNKNOWN
    assert ball.kept_to(COUNTING, fmpq(3, 2)) is UNKNOWN
    assert ball.kept_to(COUNTING, UNDEFINED) is UNDEFINED


def test_text_is_short():
    assert ball.text(fmpq(1, 3)) == "1/3"
    with ctx.workprec(256):
        assert re.fullmatch(r"0\.693147180559945\d ± \de-\d+", ball.text(arb(2).log()))
    assert ball.text(UNDEFINED) == "undefined"
    assert len(ball.text(fmpq(10**50 + 1, 10**50))) < 30
