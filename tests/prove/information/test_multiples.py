"""A symbol times a measure: proved for every value in its range, and for no wider one."""

from __future__ import annotations

import pytest

from derive.prove.information import checker, cone
from derive.prove.information.certificate import Certificate
from derive.prove.information.reading import problem
from derive.prove.information.witness_references import find
from tests.prove.information.asked import asked

CHAIN = ("X -> Y -> Z",)
MIXED = ("m(x) = t*p(x) + (1-t)*q(x)",)


def is_proved(text: str, given: tuple[str, ...] = (), where: str = "") -> bool:
    found = problem(*asked(text, given, where))
    assert found is not None
    assert not found.exact
    certificate = cone.prove(found)
    if isinstance(certificate, Certificate):
        checker.check(found, certificate)
    return isinstance(certificate, Certificate)


@pytest.mark.parametrize(
    ("text", "given", "where", "wider"),
    [
        ("beta*I(X;Z) <= beta*I(X;Y)", CHAIN, "beta: nonneg", "beta: real in [-1, 1]"),
        ("beta*I(X;Z) <= I(X;Y)", CHAIN, "beta: unit", "beta: nonneg"),
        ("beta*H(X) <= H(X)", (), "beta: unit", "beta: real in [0, 2]"),
        ("beta*H(X) >= H(X)", (), "beta: real in [1, 2]", "beta: real in [1/2, 2]"),
        ("t*H(X) + (1-t)*H(Y) <= H(X,Y)", (), "t: unit", "t: nonneg"),
        ("t*KL(p(x)||q(x)) + (1-t)*KL(p(x)||r(x)) >= 0", (), "t: unit", "t: nonneg"),
        ("log p(x) >= E_q(z|x)[log p(x|z)] - b*KL(q(z|x)||p(z))", (), "b: real in [1, 9]", "b: nonneg"),
    ],
)
def test_the_range_of_the_symbol_matters(text: str, given: tuple[str, ...], where: str, wider: str):
    assert is_proved(text, given, where)
    assert find(*asked(text, given, where), 25) is None
    assert not is_proved(text, given, wider)
    assert find(*asked(text, given, wider)) is not None


def test_ranges_come_from_premises_too():
    assert is_proved("beta*H(X) >= H(X)", ("beta >= 1",))
    assert is_proved("beta*H(X) <= H(X)", ("0 <= beta", "beta <= 1"))
    assert not is_proved("beta*H(X) >= H(X)", ("beta >= 1/2",))
    assert not is_proved("beta*H(X) >= 0", ("beta <= 1",)) or find(*asked("beta*H(X) >= 0", ("beta <= 1",))) is None


def test_premises_are_multiplied():
    assert is_proved("beta*H(X) <= beta*log(2)", ("|X| <= 2", "beta >= 0"))
    assert not is_proved("beta*H(X) <= beta*log(2)", ("|X| <= 3", "beta >= 0"))
    assert is_proved("beta*H(X) <= beta*c", ("H(X) <= c", "beta >= 0"))


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("H(m(x)) >= t*H(p(x)) + (1-t)*H(q(x))", "H(m(x)) >= (1-t)*H(p(x)) + t*H(q(x))"),
        ("H(m(x)) <= t*H(p(x)) + (1-t)*H(q(x)) + h(t)", "H(m(x)) <= t*H(p(x)) + (1-t)*H(q(x)) + 1/2*h(t)"),
        ("H(m(x)) <= t*H(p(x)) + (1-t)*H(q(x)) + log(2)", "H(m(x)) <= t*H(p(x)) + (1-t)*H(q(x)) + log(2)/2"),
        ("KL(m(x)||r(x)) <= t*KL(p(x)||r(x)) + (1-t)*KL(q(x)||r(x))", "KL(m(x)||r(x)) <= KL(p(x)||r(x))"),
        ("KL(r(x)||m(x)) <= t*KL(r(x)||p(x)) + (1-t)*KL(r(x)||q(x))", "KL(r(x)||m(x)) >= t*KL(r(x)||p(x))"),
    ],
)
def test_mixtures_with_a_symbolic_weight(true: str, false: str):
    where = "m: law; t: unit"
    assert is_proved(true, MIXED, where)
    assert not is_proved(false, MIXED, where)


def test_weights_that_may_be_negative_are_no_mixture():
    assert problem(*asked("H(m(x)) >= 0", MIXED, "m: law; t: real")) is None
