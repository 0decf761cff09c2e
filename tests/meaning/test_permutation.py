"""Permutation matrices: rows and columns sum to 1, and the transpose is the inverse; nothing more."""

import pytest

import derive

P = "P: permutation[n,n]; Q: permutation[n,n]; x: real[n]; X: real[n,f]; A: real[n,n]"

PROVED = [
    "P @ ones(n) = ones(n)",
    "ones(n) @ P = ones(n)",
    "P.T @ P = eye(n)",
    "P @ P.T = eye(n)",
    "(P @ A @ P.T) @ (P @ X) = P @ (A @ X)",
    "norm(P @ x)**2 = norm(x)**2",
    "(P @ Q).T @ (P @ Q) = eye(n)",
    "Sum(P[i,j]*P[i,j], j, 1, n) = 1",
    "Sum(Sum(P[i,j]*exp(x[j]), j, 1, n), i, 1, n) = Sum(exp(x[j]), j, 1, n)",
]
REFUTED = [
    "P @ P = eye(n)",
    "P @ Q = eye(n)",
    "P = P.T",
    "Sum(P[i,j]*Q[i,j], j, 1, n) = 1",
    "Sum(P[i,j]*P[j,i], j, 1, n) = 1",
    "Sum(P[i,j]*P[k,j], j, 2, n) = delta(i,k)",
    "Sum(P[i,j], j, 1, n-1) = 1",
    "Sum(j*P[i,j], j, 1, n) = 1",
    "Sum(P[i,j]*P[k,j]*x[j], j, 1, n) = delta(i,k)",
]


@pytest.mark.parametrize("statement", PROVED)
def test_true(statement: str) -> None:
    assert derive.check(statement, where=P).kind == "proved"


@pytest.mark.parametrize("statement", REFUTED)
def test_false(statement: str) -> None:
    assert derive.check(statement, where=P).kind == "refuted"
