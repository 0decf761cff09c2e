"""A derivative has no value where its function has none."""

import pytest

import derive
from derive.prove.decide import NoUsableDrawError

NOWHERE = [
    ("D(log(-x), x) = 1/x", "x: positive"),
    ("jacobian(log(-softmax(z)), z) = eye(n) - outer(ones(n), softmax(z))", ""),
    ("D(acos(x + 2), x) = -1/sqrt(1 - (x + 2)**2)", "x: positive"),
]


@pytest.mark.parametrize(("statement", "where"), NOWHERE)
def test_no_function_no_slope(statement: str, where: str) -> None:
    with pytest.raises(NoUsableDrawError):
        derive.check(statement, where=where)


@pytest.mark.parametrize(
    ("statement", "where", "conditional"),
    [
        ("D(log(x), x) = 1/x", "", True),
        ("D(log(x), x) = 1/x", "x: positive", False),
        ("D(Sum(log(x[i]), i, 1, n), x[j]) = 1/x[j]", "x: real[n]", True),
        ("D(log(sigmoid(x)), x) = sigmoid(-x)", "", False),
        ("D(sqrt(1 + x**2), x) = x/sqrt(1 + x**2)", "", False),
    ],
)
def test_the_condition_is_said_where_there_is_one(statement: str, where: str, conditional: bool) -> None:
    verdict = derive.check(statement, where=where)
    assert verdict.kind == "proved"
    assert bool(verdict.conditions) == conditional
