"""Inverses, determinants and their derivatives."""

from __future__ import annotations

import pytest

from tests.prove.claims import proved, refuted

AB, SQUARE = "A, B: real[n,n]", "A: real[n,n]"
TWINS = (
    ("inv(A) @ A = eye(n)", "inv(A) @ A = 2*eye(n)", SQUARE),
    ("inv(A @ B) = inv(B) @ inv(A)", "inv(A @ B) = inv(A) @ inv(B)", AB),
    ("inv(A).T = inv(A.T)", "inv(A).T = inv(A)", SQUARE),
    ("inv(A + B) = inv(B + A)", "inv(A + B) = inv(A) + inv(B)", AB),
    ("inv(inv(A)) = A", "inv(inv(A)) = A.T", SQUARE),
    ("inv(c*A) = inv(A)/c", "inv(c*A) = c*inv(A)", SQUARE),
    ("inv(A @ A.T).T = inv(A @ A.T)", "inv(A @ A.T) = inv(A.T @ A)", SQUARE),
    ("inv(diag(v)) = diag(1/v)", "inv(diag(v)) = diag(v)", "v: positive[n]"),
    ("inv(A) - inv(B) = inv(A) @ (B - A) @ inv(B)", "inv(A) - inv(B) = inv(A) @ (A - B) @ inv(B)", AB),
    ("det(A @ B) = det(B @ A)", "det(A @ B) = det(A) + det(B)", AB),
    ("det(A.T) = det(A)", "det(-A) = det(A)", SQUARE),
    ("det(c*A) = c**n*det(A)", "det(c*A) = c*det(A)", SQUARE),
    ("det(inv(A)) = 1/det(A)", "det(inv(A)) = det(A)", SQUARE),
    ("det(diag(v)) = Prod(v[i], i, 1, n)", "det(diag(v)) = Sum(v)", "v: positive[n]"),
    (
        "det(A + outer(u, v)) = (1 + v @ inv(A) @ u)*det(A)", "det(A + outer(u, v)) = (1 + u @ inv(A) @ v)*det(A)",
        "A: real[n,n]; u, v: real[n]",
    ),
    (
        "inv(A + outer(u, v)) = inv(A) - outer(inv(A) @ u, inv(A).T @ v)/(1 + v @ inv(A) @ u)",
        "inv(A + outer(u, v)) = inv(A) + outer(inv(A) @ u, inv(A).T @ v)/(1 + v @ inv(A) @ u)",
        "A: real[n,n]; u, v: real[n]",
    ),
    (
        "inv(A + U @ C @ V) = inv(A) - inv(A) @ U @ inv(inv(C) + V @ inv(A) @ U) @ V @ inv(A)",
        "inv(A + U @ C @ V) = inv(A) - inv(A) @ U @ inv(C + V @ inv(A) @ U) @ V @ inv(A)",
        "A: real[n,n]; C: real[m,m]; U: real[n,m]; V: real[m,n]",
    ),
    (
        "inv(eye(n) + P @ Q) @ P = P @ inv(eye(m) + Q @ P)", "inv(eye(n) + P @ Q) @ P = P @ inv(eye(m) - Q @ P)",
        "P: real[n,m]; Q: real[m,n]",
    ),
    ("grad(log(det(X)), X) = inv(X).T", "grad(log(det(X)), X) = inv(X)", "X: real[n,n]"),
    ("grad(det(X), X) = det(X)*inv(X).T", "grad(det(X), X) = det(X)*inv(X)", "X: real[n,n]"),
    (
        "grad(tr(inv(X) @ A), X) = -inv(X).T @ A.T @ inv(X).T", "grad(tr(inv(X) @ A), X) = -inv(X) @ A @ inv(X)",
        "A, X: real[n,n]",
    ),
    ("D(log(det(A + t*B)), t) = tr(inv(A + t*B) @ B)", "D(log(det(A + t*B)), t) = tr(inv(A) @ B)", AB),
    (
        "grad(log(det(X.T @ X)), X) = 2*X @ inv(X.T @ X)", "grad(log(det(X.T @ X)), X) = X @ inv(X.T @ X)",
        "X: real[m,n]",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("true", "false", "where"), TWINS, ids=[true for true, _, _ in TWINS])
def test_twins(true: str, false: str, where: str) -> None:
    proved(true, where)
    refuted(false, where)


def test_a_singular_matrix_is_excluded_by_a_condition() -> None:
    assert "det(A) != 0" in proved("inv(A) @ A = eye(n)", SQUARE).conditions
    assert proved("inv(A) @ A = eye(n)", "A: posdef[n,n]").conditions == ()
    assert "det(A) != 0" in proved("det(A)/det(A) = 1", SQUARE).conditions


def test_symmetry_is_needed() -> None:
    found = proved("x @ A @ y = y @ A @ x", "A: real[n,n]; x, y: real[n]", "A = A.T")
    assert found.assumptions == ("A = A.T",)
    refuted("x @ A @ y = y @ A @ x", "A: real[n,n]; x, y: real[n]")
    proved("inv(A) = inv(A).T", "A: symmetric[n,n]")
    proved("grad(x @ inv(A) @ x, x) = 2*inv(A) @ x", "A: posdef[n,n]; x: real[n]")
    refuted("grad(x @ inv(A) @ x, x) = 2*inv(A) @ x", "A: real[n,n]; x: real[n]")
