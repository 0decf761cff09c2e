"""Generated files for many kinds of statement: each against a reference in torch, with first and second derivatives."""

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from derive.codegen.emit.torch.emitter import emit
from derive.entry import (
    Dim,
    Entry,
    Mean,
    Prod,
    Rational,
    Sum,
    exp,
    gamma_function,
    integer,
    log,
    loggamma,
    maximum,
    nonneg,
    norm,
    onehot,
    pi,
    positive,
    real,
    sigmoid,
    softmax,
    sqrt,
    tr,
    unit,
    where,
)
from derive.entry.record import Record
from derive.expr.operations import absolute

N, B, M, K, F, C = Dim("N", index="i"), Dim("B"), Dim("M"), Dim("K", index="j"), Dim("F"), Dim("C", index="k")


class CrossEntropy(Entry):
    """Cross-entropy of a row of logits, with a weight for every class."""

    z, T = real(N, C, role="input"), onehot(N, C, role="target")
    w = positive(C, role="input", doc="weights of the classes")
    p = softmax(z, over=C)
    loss = -Sum(T * w * log(p), C)
    reduction = "sum"
    emits = ("loss",)


class Huber(Entry):
    """Squared error near 0, absolute error far from it."""

    x, y = real(N, role="input"), real(N, role="target")
    d = positive(role="hyperparameter", default=1)
    r = x - y
    loss = where(absolute(r) <= d, r**2 / 2, d * (absolute(r) - d / 2))
    reduction = "mean"
    emits = ("loss",)


class StudentT(Entry):
    """The negative logarithm of Student's t density."""

    x, nu, s = real(N, role="input"), positive(role="input"), positive(N, role="input")
    density = (
        gamma_function((nu + 1) / 2) / (sqrt(nu * pi) * gamma_function(nu / 2) * s)
        * (1 + (x / s) ** 2 / nu) ** (-(nu + 1) / 2)
    )  # fmt: skip
    nll = -log(density)
    reduction = "sum"
    emits = ("nll",)


class Hinge(Entry):
    """What is missing to a margin of 1."""

    x, y = real(N, role="input"), real(N, role="target")
    loss = maximum(0, 1 - x * y)
    reduction = "mean"
    emits = ("loss",)


class Poisson(Entry):
    """The negative log-likelihood of a count."""

    rate, y = real(N, role="input", doc="logarithm of the rate"), integer(N, role="target")
    loss = exp(rate) - y * rate + loggamma(y + 1)
    reduction = "mean"
    emits = ("loss",)


class Dice(Entry):
    """One minus the overlap of prediction and mask."""

    z, y = real(N, role="input"), real(N, role="state")
    epsilon = positive(role="hyperparameter", default=1)
    p = sigmoid(z)
    loss = 1 - (2 * Sum(p * y, N) + epsilon) / (Sum(p, N) + Sum(y, N) + epsilon)
    emits = ("loss",)


class InfoNce(Entry):
    """Which of the keys belongs to a query."""

    Q, K_, T = real(B, F, role="input"), real(M, F, role="input"), onehot(B, M, role="target")
    tau = positive(role="hyperparameter", default=Rational(1, 2))
    S = Q @ K_.T / tau
    loss = -Mean(Sum(T * log(softmax(S, over=M)), M), B)
    emits = ("loss",)


class Attention(Entry):
    """The energy of what attention returns."""

    Q, K_, V = real(B, F, role="input"), real(M, F, role="input"), real(M, K, role="input")
    S = Q @ K_.T / sqrt(F.size)
    A = softmax(S, over=M)
    O = A @ V
    loss = Sum(O**2, B, K)
    emits = ("loss",)


class Factors(Entry):
    """A matrix as a product of two small ones, with a penalty."""

    Y = real(M, K, role="target")
    U, V = real(M, F, role="parameter"), real(K, F, role="parameter")
    lam = nonneg(role="hyperparameter", tex=r"\lambda")
    loss = Sum((Y - U @ V.T) ** 2, M, K) / 2 + lam / 2 * (Sum(U**2, M, F) + Sum(V**2, K, F))
    emits = ("loss",)


class Trace(Entry):
    """A quadratic form of a matrix."""

    X, A = real(M, K, role="input"), real(M, M, role="input")
    loss = tr(X @ X.T @ A) + norm(X)
    emits = ("loss",)


class Products(Entry):
    """A sum of products along rows."""

    x = real(M, K, role="input")
    loss = Sum(2 * Prod(x, K), M)
    emits = ("loss",)


class Linear(Entry):
    """A loss whose slope is a number."""

    x, y = real(N, role="input"), real(N, role="target")
    loss = x - y
    reduction = "sum"
    emits = ("loss",)


class RowSums(Entry):
    """A loss whose slope is the same along an axis."""

    x = real(N, C, role="input")
    loss = 3 * Sum(x, C)
    reduction = "sum"
    emits = ("loss",)


class Keyword(Entry):
    """Names that Python, torch or the file itself has taken."""

    lambda_, nn, wide = (
        real(N, role="input"),
        real(N, role="input"),
        unit(role="hyperparameter", default=Rational(1, 3)),
    )
    loss = wide * lambda_**2 * nn
    reduction = "mean"
    emits = ("loss",)


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=GENERATOR)


GENERATOR = torch.Generator().manual_seed(3)
ROWS = functional.one_hot(torch.tensor([0, 3, 1, 1, 2]), 4).double()
SIGNS = torch.tensor([1, 0, 1, 1, 0], dtype=torch.float64)


def student_t(x: Tensor, nu: Tensor, s: Tensor) -> Tensor:
    return -torch.distributions.StudentT(nu, torch.zeros_like(x), s).log_prob(x).sum()


def dice(z: Tensor, y: Tensor) -> Tensor:
    p = z.sigmoid()
    return 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)


def factors(Y: Tensor, U: Tensor, V: Tensor, lam: float) -> Tensor:
    return ((Y - U @ V.T) ** 2).sum() / 2 + lam / 2 * ((U**2).sum() + (V**2).sum())


CASES: list[tuple[type[Entry], tuple, Callable[..., Tensor]]] = [
    (CrossEntropy, (draw(5, 4), ROWS, draw(4).exp()), lambda z, T, w: -(T * w * z.log_softmax(1)).sum()),
    (Huber, (2 * draw(7), draw(7)), functional.huber_loss),
    (StudentT, (draw(5), torch.tensor(3.2, dtype=torch.float64), draw(5).exp()), student_t),
    (Hinge, (draw(5), 2 * SIGNS - 1), lambda x, y: torch.clamp(1 - x * y, min=0).mean()),
    (
        Poisson,
        (draw(4), torch.tensor([0, 1, 2, 5], dtype=torch.float64)),
        lambda r, y: (r.exp() - y * r + torch.lgamma(y + 1)).mean(),
    ),
    (Dice, (draw(5), SIGNS), dice),
    (InfoNce, (draw(5, 3), draw(4, 3), ROWS), lambda q, k, T: functional.cross_entropy(q @ k.T / 0.5, T)),
    (Attention, (draw(3, 4), draw(5, 4), draw(5, 2)), lambda q, k, v: (((q @ k.T / 2).softmax(1) @ v) ** 2).sum()),
    (Factors, (draw(4, 3), draw(4, 2), draw(3, 2), 0.3), factors),
    (Trace, (draw(4, 3), draw(4, 4)), lambda X, A: torch.trace(X @ X.T @ A) + X.norm()),
    (Products, (draw(4, 3),), lambda x: 2 * x.prod(1).sum()),
    (Linear, (draw(4), draw(4)), lambda x, y: (x - y).sum()),
    (RowSums, (draw(4, 3),), lambda x: 3 * x.sum()),
    (Keyword, (draw(4), draw(4)), lambda a, b: (a**2 * b / 3).mean()),
]


@pytest.mark.parametrize(("entry", "given", "reference"), CASES, ids=[c[0].__name__ for c in CASES])
def test_values_and_derivatives(
    entry: type[Entry], given: tuple, reference: Callable[..., Tensor], torch_file: Callable[[Record], ModuleType]
) -> None:
    module = torch_file(entry.record)
    function = getattr(module, entry.record.id.rpartition(".")[2])
    roles = [s.role for s in entry.record.symbols]
    places = [k for k, (value, role) in enumerate(zip(given, roles, strict=False)) if role in ("input", "parameter")]
    free = [given[k].clone().requires_grad_() for k in places]

    def call(f: Callable[..., Tensor], *values: Tensor) -> Tensor:
        return f(*(values[places.index(k)] if k in places else value for k, value in enumerate(given)))

    found, wanted = call(function, *free), call(reference, *free)
    torch.testing.assert_close(found, wanted, rtol=1e-13, atol=1e-13)
    for one, other in zip(*(torch.autograd.grad(v, free) for v in (found, wanted)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-13)
    derivatives = {"check_forward_ad": True, "check_batched_grad": True}
    assert torch.autograd.gradcheck(lambda *v: call(function, *v), free, **derivatives)
    assert torch.autograd.gradgradcheck(lambda *v: call(function, *v), free)


@pytest.mark.parametrize("entry", [c[0] for c in CASES], ids=lambda e: e.__name__)
def test_lines_fit(entry: type[Entry]) -> None:
    source = emit(entry.record)
    assert max(map(len, source.splitlines())) <= 100
    assert "einsum" not in source


def test_at_a_kink_the_slope_is_that_of_the_table(torch_file: Callable[[Record], ModuleType]) -> None:
    class Absolute(Entry):
        """The absolute error."""

        x = real(N, role="input")
        loss = absolute(x)
        reduction = "sum"
        emits = ("loss",)

    x = torch.zeros(3, requires_grad=True)
    torch_file(Absolute.record).absolute(x).backward()
    assert x.grad is not None
    assert not x.grad.any()
