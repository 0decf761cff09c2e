"""The generated two-layer perceptron: derived backward through named terms, against autograd and torch.nn."""

import re
from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from derive.catalog.backprop.mlp2 import Mlp2
from derive.codegen.emit.torch.emitter import emit
from derive.entry.record import Record

B, F, H, C = 6, 3, 5, 4
SHAPES = {"X": (B, F), "W1": (H, F), "b1": (H,), "W2": (C, H), "b2": (C,)}


@pytest.fixture
def mlp2(torch_file: Callable[[Record], ModuleType]) -> ModuleType:
    return torch_file(Mlp2.record)


@pytest.fixture
def given() -> dict[str, Tensor]:
    random = torch.Generator().manual_seed(1)
    return {
        name: torch.randn(shape, generator=random, dtype=torch.float64).requires_grad_()
        for name, shape in SHAPES.items()
    }


T = functional.one_hot(torch.arange(B) % C, C)


def reference(given: dict[str, Tensor]) -> Tensor:
    hidden = torch.relu(functional.linear(given["X"], given["W1"], given["b1"]))
    return functional.cross_entropy(functional.linear(hidden, given["W2"], given["b2"]), T.argmax(1))


def test_the_backward_reads_like_a_textbook() -> None:
    source = emit(Mlp2.record)
    for line in (
        "Z1 = X @ W1.T + b1",
        "dZ2 = (P - T) / max(X.shape[0], 1)",
        "dA1 = dZ2 @ W2",
        "dZ1 = dA1 * (Z1 > 0)",
        "dW2 = dZ2.T @ A1 if need_W2 else None",
        "db2 = dZ2.sum(0) if need_b2 else None",
        "dX = dZ1 @ W1 if need_X else None",
    ):
        assert re.search(rf"^    {re.escape(line)}$", source, re.MULTILINE), line
    assert "einsum" not in source


def test_value_and_gradients(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    found, wanted = mlp2.mlp2(T=T, **given), reference(given)
    torch.testing.assert_close(found, wanted, rtol=1e-14, atol=0)
    for one, other in zip(*(torch.autograd.grad(v, list(given.values())) for v in (found, wanted)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-15)


def test_derivatives(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    loss = lambda *v: mlp2.mlp2(T=T, **dict(zip(given, v, strict=True)))  # noqa: E731
    values = tuple(given.values())
    assert torch.autograd.gradcheck(loss, values, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(loss, values)


def test_transforms(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    values = {k: v.detach() for k, v in given.items()}
    loss = lambda W1: mlp2.mlp2(T=T, **{**values, "W1": W1})  # noqa: E731
    plain = lambda W1: reference({**values, "W1": W1})  # noqa: E731
    W1 = values["W1"]
    wanted = torch.func.hessian(plain)(W1)
    torch.testing.assert_close(torch.func.grad(loss)(W1), torch.func.grad(plain)(W1))
    torch.testing.assert_close(torch.func.hessian(loss)(W1), wanted)
    torch.testing.assert_close(torch.func.jacrev(torch.func.jacfwd(loss))(W1), wanted)
    torch.testing.assert_close(torch.func.jacrev(torch.func.jacrev(loss))(W1), wanted)
    many = torch.stack([W1, 2 * W1])
    torch.testing.assert_close(torch.vmap(torch.func.grad(loss))(many), torch.vmap(torch.func.grad(plain))(many))


def test_unneeded_gradients_are_not_computed(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    frozen = {k: v.detach() if k != "b2" else v for k, v in given.items()}
    mlp2.mlp2(T=T, **frozen).backward()
    assert given["b2"].grad is not None
    needed = (False, False, False, False, False, True)
    detached = [given[k].detach() for k in ("X", "W1", "b1", "W2", "b2")]
    interior = mlp2._value(detached[0], T, *detached[1:])[1:]
    slopes = mlp2._slopes(detached[0], T, *detached[1:], *interior, needed)
    assert [s is None for s in slopes] == [True, True, True, True, False]


def test_the_module_learns(mlp2: ModuleType) -> None:
    torch.manual_seed(0)
    model = mlp2.Mlp2(F, H, C)
    X = torch.randn(B, F)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    first = model(X, T).item()
    for _ in range(100):
        optimizer.zero_grad()
        model(X, T).backward()
        optimizer.step()
    assert model(X, T).item() < first / 3
    torch.testing.assert_close(model.predict(X).sum(1), torch.ones(B))
    assert {name: tuple(p.shape) for name, p in model.named_parameters()} == {
        k: v for k, v in SHAPES.items() if k != "X"
    }


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_extreme_logits(mlp2: ModuleType, given: dict[str, Tensor], dtype: torch.dtype) -> None:
    large = {k: (1e4 * v.detach() if k == "W2" else v.detach()).to(dtype).requires_grad_() for k, v in given.items()}
    loss = mlp2.mlp2(T=T, **large)
    loss.backward()
    assert loss.dtype == dtype
    assert loss.isfinite()
    assert all(v.grad is not None and v.grad.dtype == dtype and v.grad.isfinite().all() for v in large.values())


def test_an_empty_batch_is_0(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    loss = mlp2.mlp2(T=T[:0], **{**given, "X": given["X"][:0]})
    loss.backward()
    assert loss == 0
    assert all(v.grad is not None and not v.grad.any() for v in given.values())


def test_errors_name_the_argument(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    with pytest.raises(ValueError, match=r"mlp2: W2 must have shape \(C, H\), here \(4, 5\), not \(4, 2\)"):
        mlp2.mlp2(T=T, **{**given, "W2": given["W2"][:, :2]})
    with pytest.raises(TypeError, match=r"mlp2: b1 is torch\.float32, but X is torch\.float64"):
        mlp2.mlp2(T=T, **{**given, "b1": given["b1"].float()})


@pytest.mark.slow
def test_compiled_whole(mlp2: ModuleType, given: dict[str, Tensor]) -> None:
    compiled = torch.compile(mlp2.mlp2, fullgraph=True)
    found = torch.autograd.grad(compiled(T=T, **given), list(given.values()))
    wanted = torch.autograd.grad(mlp2.mlp2(T=T, **given), list(given.values()))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)
