"""Generated update rules: the trajectory of torch's own, half precision, closures, errors."""

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from torch import Tensor

from derive.catalog.update.adam import Adam
from derive.codegen.emit.torch.emitter import emit
from derive.codegen.graph.graph import GraphError
from derive.entry import Dim, Entry, half, positive, real, softmax, update
from derive.entry.record import Record

Load = Callable[[Record], ModuleType]


@pytest.fixture
def adam(torch_file: Load) -> ModuleType:
    return torch_file(Adam.record)


def start(dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.linspace(-2, 2, 12, dtype=dtype).reshape(3, 4).requires_grad_()


def train(theta: Tensor, optimizer: torch.optim.Optimizer, steps: int, first: int = 0) -> Tensor:
    """Steps along gradients that do not depend on theta, so that rounding is not amplified."""
    for t in range(first, first + steps):
        theta.grad = torch.sin(torch.arange(12, dtype=torch.float64) + t).reshape(3, 4).to(theta.dtype)
        optimizer.step()
    return theta.detach()


def test_the_step_reads_like_the_entry() -> None:
    source = emit(Adam.record)
    for line in (
        "m_new = beta1 * m + (1 - beta1) * g",
        "v_hat = v_new / (1 - beta2**t)",
        "theta_new = theta - alpha * m_hat / (torch.sqrt(v_hat) + epsilon)",
        "return AdamState(m=m_new, v=v_new, theta=theta_new)",
    ):
        assert f"    {line}\n" in source
    assert "derive" not in source


@pytest.mark.parametrize("options", [{}, {"alpha": 0.1, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}])
def test_the_trajectory_is_torchs(adam: ModuleType, options: dict[str, float]) -> None:
    ours, theirs = start(), start()
    given = {"alpha": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **options}
    reference = torch.optim.Adam(
        [theirs], lr=given["alpha"], betas=(given["beta1"], given["beta2"]), eps=given["epsilon"]
    )
    found, wanted = train(ours, adam.Adam([ours], **options), 100), train(theirs, reference, 100)
    assert (found - wanted).abs().max() <= 1e-14


def test_the_function_changes_nothing(adam: ModuleType) -> None:
    theta, zero = start().detach(), torch.zeros(3, 4, dtype=torch.float64)
    new = adam.adam_step(theta, theta, zero, zero, 1)
    assert not zero.any()
    torch.testing.assert_close(new.theta, theta - 0.001 * theta.sign(), rtol=1e-6, atol=0)


def test_half_precision_keeps_its_state_in_float32(adam: ModuleType) -> None:
    theta = start(torch.bfloat16)
    optimizer = adam.Adam([theta], alpha=0.01)
    train(theta, optimizer, 5)
    assert optimizer.state[theta]["m"].dtype == torch.float32
    assert theta.dtype == torch.bfloat16
    assert theta.isfinite().all()


def test_a_state_survives_saving(adam: ModuleType) -> None:
    one, other = start(), start()
    first, second = adam.Adam([one]), adam.Adam([other])
    train(one, first, 10)
    train(other, second, 5)
    third = adam.Adam([other])
    third.load_state_dict(second.state_dict())
    train(other, third, 5, first=5)
    torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_closure_is_called(adam: ModuleType) -> None:
    theta = start()

    def closure() -> Tensor:
        theta.grad = None
        loss = (theta**2).sum()
        loss.backward()
        return loss

    optimizer = adam.Adam([theta], alpha=0.1)
    losses = [optimizer.step(closure).item() for _ in range(20)]
    assert losses[-1] < losses[0]


def test_errors(adam: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"adam: beta1 must satisfy 0 < beta1 < 1, not 1\.5"):
        adam.Adam([start()], beta1=1.5)
    theta = start()
    theta.grad = torch.zeros(3, 4, dtype=torch.float64).to_sparse()
    with pytest.raises(TypeError, match="sparse"):
        adam.Adam([theta]).step()


N = Dim("N", index="i")


class Averaged(Entry):
    """Gradient descent, and the running mean of where it has been."""

    theta, theta_bar = real(N, role="state"), real(N, role="state")
    g = real(N, role="input", doc="gradient")
    eta = positive(role="hyperparameter")
    moved = theta - eta * g
    step = update(theta=moved, theta_bar=half * theta_bar + half * moved, start={"theta_bar": theta})


def test_a_rule_without_a_clock_and_with_a_copied_start(torch_file: Load) -> None:
    module, theta = torch_file(Averaged.record), start()
    before = theta.detach().clone()
    optimizer = module.Averaged([theta], eta=0.5)
    theta.sum().backward()
    optimizer.step()
    torch.testing.assert_close(theta.detach(), before - 0.5)
    torch.testing.assert_close(optimizer.state[theta]["theta_bar"], before - 0.25)


def test_a_rule_that_mixes_entries_is_refused() -> None:
    class Normalised(Entry):
        """Every entry moves by its share."""

        theta, g = real(N, role="state"), real(N, role="input")
        step = update(theta=theta - softmax(g), start={})

    with pytest.raises(GraphError, match="mixes entries"):
        emit(Normalised.record)
