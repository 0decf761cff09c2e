"""Matrix notation of index forms: what is printed, that it means the same, and where there is none."""

from __future__ import annotations

from random import Random

import pytest

from derive.chain.resolve import Derivatives
from derive.entry import (
    D,
    Dim,
    Index,
    Sum,
    det,
    diag,
    exp,
    eye,
    hessian,
    inv,
    jacobian,
    log,
    logsumexp,
    norm,
    real,
    relu,
    sigmoid,
    softmax,
    tanh,
    tr,
)
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Indexed
from derive.expr.tensor import Array
from derive.meaning.matrix_form import matrix_form
from derive.page.unicode import unicode
from derive.prove.claim import Claim
from derive.prove.falsify import falsify

N, M, K = Dim("N", index="i"), Dim("M", index="j"), Dim("K", index="k")


def named(name: str, *axes: Dim) -> Symbol:
    symbol = real(*axes)
    symbol.named(name)
    return symbol


x, v, b, y = named("x", N), named("v", N), named("b", M), named("y", M)
A, B, C, S, T = named("A", M, N), named("B", N, K), named("C", M, K), named("S", N, N), named("T", N, N)
third = named("t", N, N, N)


def form(e: Expr) -> Expr | None:
    return matrix_form(Derivatives().resolve(e))


def same(left: Expr, right: Expr) -> bool:
    """No counterexample at 24 points, most of them usable."""
    finding = falsify(Claim(Relation.of("=", left, right)).core)
    return finding.counterexample is None and finding.draws_effective >= 8


Z = Let("Z", A @ B)
SQUARES = Let("loss", Sum((A @ x - b) ** 2, M))
MATRIX_SQUARES = Let("loss", Sum((Z - C) ** 2) / 2)
LAYER = Let("z", A @ x + b)
DEEP = Let("loss", Sum(y * sigmoid(LAYER), M))
SHOWN = [
    (D(SQUARES, x), "2Aᵀ (A x - b)"),
    (D(SQUARES, A), "2·((A x - b) xᵀ)"),
    (D(norm(A @ x - b) ** 2, x), "2Aᵀ (A x - b)"),
    (D(norm(x), x), "x/‖x‖"),
    (D(MATRIX_SQUARES, A), "(∂ℒ/∂Z) Bᵀ"),
    (D(MATRIX_SQUARES, B), "Aᵀ (∂ℒ/∂Z)"),
    (D(DEEP, LAYER), "y·σ(z)·(1 - σ(z))"),
    (D(DEEP, x), "Aᵀ dz"),
    (D(DEEP, A), "dz xᵀ"),
    (D(tr(S @ T), S), "Tᵀ"),
    (D(tr(S.T @ T @ S), S), "T S + Tᵀ S"),
    (D(x @ S @ x, x), "S x + Sᵀ x"),
    (D(logsumexp(x), x), "softmax(x)"),
    (tr(S @ T), "tr(S T)"),
    (tr(S.T @ T), "tr(Sᵀ T)"),
    (x @ S @ v, "xᵀ S v"),
    (S @ diag(x) @ T, "S diag(x) T"),
    (Sum(A, N), "A 𝟏_N"),
    (Sum(A, M), "Aᵀ 𝟏_M"),
    (eye(N) * S, "diag(diag(S))"),
    (Sum(diag(S)), "tr(S)"),
    (softmax(A @ x), "softmax(A x)"),
    (A @ x + b, "A x + b"),
    ((A @ B).T, "Bᵀ Aᵀ"),
    (tanh(A).T, "(tanh A)ᵀ"),
    (D(Let("f", Sum(relu(A))), A), "step(A)"),
    (D(x @ inv(S) @ v, S), "-((S⁻¹)ᵀ x) (S⁻¹ v)ᵀ"),
    (D(log(det(S)), S), "(S⁻¹)ᵀ"),
    (D(norm(T - S @ S.T) ** 2, T), "2·(T - S Sᵀ)"),
    (D(-Sum(v * log(softmax(x))), x), "-v + (Σᵢ vᵢ)·softmax(x)"),
    (D(Sum(log(1 + exp(-b * (A @ x)))), x), "-Aᵀ ((exp(-b ⊙ (A x)) ⊙ b)/(1 + exp(-b ⊙ (A x))))"),
    (jacobian(softmax(x), x), "diag(softmax(x)) - softmax(x) softmax(x)ᵀ"),
    (hessian(x @ S @ x, x), "S + Sᵀ"),
]


@pytest.mark.parametrize(("e", "text"), SHOWN, ids=[text for _, text in SHOWN])
def test_forms(e: Expr, text: str) -> None:
    found = form(e)
    assert found is not None
    assert unicode(found, terms={"Z"}) == text
    assert same(e, found)


def test_a_named_term_is_opened_and_those_it_names_stay_closed() -> None:
    found = form(D(DEEP, x))
    assert found is not None
    assert any(isinstance(n, Let) for n in walk(found, into_terms=False))


def test_there_is_none() -> None:
    """Four vertices joined each with each; three axes; half an axis; a position as a number."""
    i, j, k, m = (Index(name, N) for name in "ijkm")
    every = S[i, j] * S[i, k] * S[i, m] * S[j, k] * S[j, m] * S[k, m]
    assert matrix_form(Sum(Sum(Sum(Sum(every, i), j), k), m)) is None
    assert matrix_form(third) is None
    assert matrix_form(Array.of(Sum(third[i, j, k], k), (i, j))) is None
    assert matrix_form(Bound.of("sum", x[i], i, as_expr(1), m)) is None
    assert matrix_form(Array.of(x[i] * i, (i,))) is None
    assert matrix_form(Array.of(x[N.size - i + 1], (i,))) is None


def test_broadcasts_are_written_out_where_they_cannot_be_read() -> None:
    """A vector beside a matrix runs along its rows; along its columns it takes a factor of ones."""
    i, j = Index("i", N), Index("j", M)
    for entry, at, text in (
        (A[j, i] + x[i], (j, i), "A + x"),
        (A[j, i] + b[j], (j, i), "A + b 𝟏_Nᵀ"),
        (A[j, i] + x[i], (i, j), "(A + x)ᵀ"),
        (x[i] + b[j], (i, j), "x 𝟏_Mᵀ + 𝟏_N bᵀ"),
    ):
        found = form(Array.of(entry, at))
        assert found is not None
        assert unicode(found) == text


MATRICES = ((A, (M, N)), (B, (N, K)), (C, (M, K)), (S, (N, N)))
VECTORS = ((x, N), (v, N), (b, M))


def test_random_sums_of_products() -> None:
    """Contractions of up to five factors: most have a form, which has no index and means the same."""
    found = [_holds_at_random(Random(seed)) for seed in range(60)]
    assert sum(found) > 40


def _holds_at_random(rng: Random) -> bool:
    live = [Index("i", N), Index("p", N), Index("j", M), Index("k", K)]
    factors: list[Expr] = []
    for _ in range(rng.randint(1, 4)):
        matrix, dims = rng.choice(MATRICES)
        places = tuple(rng.choice([i for i in live if i.dim is d]) for d in dims)
        factors.append(Indexed.of(matrix, places))
    if rng.random() < 0.6:
        vector, dim = rng.choice(VECTORS)
        factors.append(vector[rng.choice([i for i in live if i.dim is dim])])
    body: Expr = factors[0]
    for factor in factors[1:]:
        body = body * factor
    if rng.random() < 0.3:
        body = rng.choice((tanh, sigmoid))(body) if rng.random() < 0.5 else -body / 3
    used = [i for i in live if any(n is i for n in walk(body))]
    free = rng.sample(used, min(len(used), rng.randint(0, 2)))
    for index in used:
        if index not in free:
            body = Sum(body, index)
    e = Array.of(body, tuple(free)) if free else body
    found = matrix_form(e)
    if found is None:
        return False
    assert found.axes == e.axes
    assert not any(isinstance(n, Bound | Indexed) for n in walk(found))
    assert same(e, found), f"{e} is not {found}"
    return True
