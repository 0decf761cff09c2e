"""The single change that makes a refuted statement true."""

import pytest

import derive
from derive.claims import Claims, of_statement
from derive.prove.verdict import Edit
from derive.text.statement import parse


def edit(text: str, where: str = "", given: tuple[str, ...] = ()) -> Edit | None:
    (source,) = of_statement(parse(text, where, given), text, where, given)
    found = Claims().decide(source, seed=0, paranoid=False).verdict
    assert found.kind == "refuted"
    assert found.counterexample is not None
    return found.counterexample.edit


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("(x + y)**2 = x**2 + x*y + y**2", "", "(x + y)**2 = x**2 + 2 * x * y + y**2"),
        ("D(sigmoid(x), x) = sigmoid(x)*(1 + sigmoid(x))", "", "D(sigmoid(x), x) = sigmoid(x) * (1 - sigmoid(x))"),
        ("grad(tr(A@X), X) = A", "", "D(tr(A @ X), X) = A.T"),
        ("exp(x) <= 1 + x", "", "exp(x) >= 1 + x"),
        ("D(relu(x)**2, x) = relu(x)", "", "D(relu(x)**2, x) = 2 * relu(x)"),
        ("tanh(x) = 2*sigmoid(x) - 1", "", "tanh(x) = 2 * sigmoid(2 * x) - 1"),
        ("(A@B).T = A.T@B.T", "A: real[n,n]; B: real[n,n]", "(A @ B).T = B.T @ A.T"),
        ("max(x, y) + max(x, y) = x + y", "", "min(x, y) + max(x, y) = x + y"),
        ("D(x**a, x) = a*x**a", "x: positive", "D(x**a, x) = a * x**(a - 1)"),
    ],
)
def test_the_edit_that_makes_it_true(text: str, where: str, expected: str) -> None:
    found = edit(text, where)
    assert found is not None
    assert found.statement == expected
    assert derive.check(found.statement, where=where).kind == "proved"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("sqrt(x**2) = x", "x: nonneg"), ("grad(x@A@x, x) = 2*A@x", "A: symmetric[n, n]")],
)
def test_the_condition_that_was_missing(text: str, expected: str) -> None:
    found = edit(text)
    assert found is not None
    assert found.where == expected
    assert derive.check(found.statement, where=expected).kind == "proved"


def test_none_is_better_than_a_guess() -> None:
    assert edit("exp(x) = sin(y) + 17") is None
    assert edit("x + y = 3*z") is None


def test_an_edit_that_cannot_be_decided_is_none() -> None:
    edit("Integral(x**4*phi(x), x, -oo, oo) = 4")
    edit("Integral(x*phi(x), x, -oo, oo) = 1")


def test_the_sign_of_a_whole_side_of_an_order_is_no_edit() -> None:
    found = edit("TV(p,q)**2 <= KL(p||q)/4")
    assert found is not None
    assert not found.statement.startswith("-")
