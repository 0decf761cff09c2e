"""Where random points do not go: beside boundaries, at corners of the domains; and what is shown is small."""

import pytest

import derive


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("D(where(z > 1/1000, z, a*z), a) = min(z, 0)", ""),
        ("D(relu(1 - y*s), s) = where(y*s < 1001/1000, -y, 0)", ""),
        ("where(x > 3/7, 1, 0) = where(x >= 3/7, 1, 0)", ""),
        ("relu(x[i] - 1/2000) = where(x[i] > 0, x[i] - 1/2000, 0)", "x: real[n]"),
        ("max(x, y + 1/10000) = max(x, y)", ""),
        ("softplus(z) - y*z >= 1/1000", "y: unit_closed"),
        ("(x**2)**c = x**(2*c)", ""),
        ("(a**b)**c = a**(b*c)", ""),
        ("(a**b)**c = a**(b*c)", "b: int; c: unit"),
        ("Sum(softplus(z) - y*z) >= 1/1000", "y: unit_closed[n]; z: real[n]"),
    ],
)
def test_narrow_falsehoods_are_found(statement: str, where: str) -> None:
    assert derive.check(statement, where=where).kind == "refuted"


@pytest.mark.parametrize(
    ("statement", "where", "shapes"),
    [
        ("softmax(z) = exp(z)", "", {"n": 1}),
        ("grad(x@A@x, x) = A@x", "", {"n": 1}),
        ("(A@B).T = A.T@B.T", "A: real[n,n]; B: real[n,n]", {"n": 2}),
        ("x @ y = Sum(x)", "x: real[n]; y: real[n]", {"n": 1}),
    ],
)
def test_the_smallest_shapes_are_shown(statement: str, where: str, shapes: dict[str, int]) -> None:
    found = derive.check(statement, where=where).counterexample
    assert found is not None
    assert found.shapes == shapes
