"""Generated losses against torch: values, derived gradients and their derivatives, transforms, edges, errors."""

import ast
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from derive.catalog.loss.focal import Focal
from derive.catalog.loss.gaussian_nll import GaussianNll
from derive.codegen.emit.torch.emitter import emit
from derive.entry.record import Record

DOUBLE = torch.float64
Load = Callable[[Record], ModuleType]


@pytest.fixture
def focal(torch_file: Load) -> ModuleType:
    return torch_file(Focal.record)


@pytest.fixture
def gaussian(torch_file: Load) -> ModuleType:
    return torch_file(GaussianNll.record)


@pytest.fixture
def logits() -> Tensor:
    return torch.linspace(-3, 3, 12, dtype=DOUBLE).reshape(4, 3).requires_grad_()


@pytest.fixture
def labels() -> Tensor:
    return (torch.arange(12).reshape(4, 3) % 3 == 0).to(DOUBLE)


def naive_focal(z: Tensor, y: Tensor, alpha: float = 0.25, gamma: float = 2.0) -> Tensor:
    p = torch.sigmoid(z)
    p_t = y * p + (1 - y) * (1 - p)
    return -(y * alpha + (1 - y) * (1 - alpha)) * (1 - p_t) ** gamma * torch.log(p_t)


# -- the files


@pytest.mark.parametrize("entry", [Focal, GaussianNll])
def test_a_file_stands_alone(entry: type, tmp_path: Path) -> None:
    source = emit(entry.record, checked="against torch.autograd")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert imported <= {"torch", "math"}
    assert "Checked: against torch.autograd." in source
    assert max(map(len, source.splitlines())) <= 100
    path = tmp_path / "loss.py"
    path.write_text(source, "utf-8")
    config = Path(__file__).parents[2] / "pyproject.toml"
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "--config", str(config)], ["format", "--check", "--line-length", "100"]):
        done = subprocess.run([*ruff, *command, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_statement_is_in_the_file() -> None:
    source = emit(Focal.record)
    for line in (
        "loss = -alpha_t * (1 - p_t)**gamma * log(p_t)",
        "dz = ds * (2 * y - 1)",
        "Source: Lin et al. 2017, arXiv:1708.02002, eq. 5.",
        "z: shape (N); logit of the positive class",
    ):
        assert line in source
    assert emit(Focal.record) == source


# -- values and gradients


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_focal_is_what_is_stated(focal: ModuleType, logits: Tensor, labels: Tensor, reduction: str) -> None:
    wanted = naive_focal(logits, labels)
    wanted = wanted if reduction == "none" else getattr(wanted, reduction)()
    found = focal.focal(logits, labels, reduction=reduction)
    torch.testing.assert_close(found, wanted, rtol=1e-14, atol=1e-16)
    grads = [torch.autograd.grad(v.sum(), logits)[0] for v in (found, wanted)]
    torch.testing.assert_close(*grads, rtol=1e-12, atol=1e-15)


def test_focal_at_gamma_0_is_cross_entropy(focal: ModuleType, logits: Tensor, labels: Tensor) -> None:
    found = focal.Focal(alpha=0.5, gamma=0)(logits, labels)
    torch.testing.assert_close(2 * found, functional.binary_cross_entropy_with_logits(logits, labels))
    assert repr(focal.Focal()) == "Focal(alpha=0.25, gamma=2, reduction='mean')"


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_derivatives_of_focal(focal: ModuleType, logits: Tensor, labels: Tensor, reduction: str) -> None:
    loss = partial(focal.focal, y=labels, gamma=1.5, reduction=reduction)
    assert torch.autograd.gradcheck(loss, (logits,), check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(loss, (logits,))


def gaussian_arguments() -> dict[str, Tensor]:
    mu, y = torch.linspace(-1, 1, 5, dtype=DOUBLE), torch.tensor([0.5, -2, 0, 1, 3], dtype=DOUBLE)
    return {
        "mu": mu.requires_grad_(),
        "y": y.requires_grad_(),
        "sigma": torch.tensor(0.7, dtype=DOUBLE).requires_grad_(),
    }


def test_gaussian_is_torchs(gaussian: ModuleType) -> None:
    a = gaussian_arguments()
    variance = (a["sigma"] ** 2).expand(5)
    wanted = functional.gaussian_nll_loss(a["mu"], a["y"], variance, full=True, reduction="sum")
    found = gaussian.gaussian_nll(**a)
    torch.testing.assert_close(found, wanted, rtol=1e-14, atol=0)
    for one, other in zip(*(torch.autograd.grad(v, list(a.values())) for v in (found, wanted)), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14)
    assert gaussian.gaussian_nll(a["mu"], a["y"], 0.7) == found


@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
def test_derivatives_of_gaussian(gaussian: ModuleType, reduction: str) -> None:
    a = gaussian_arguments()
    loss = lambda *v: gaussian.gaussian_nll(**dict(zip(a, v, strict=True)), reduction=reduction)  # noqa: E731
    assert torch.autograd.gradcheck(loss, tuple(a.values()), check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(loss, tuple(a.values()))


def test_only_what_needs_a_gradient_gets_one(gaussian: ModuleType) -> None:
    a = gaussian_arguments()
    gaussian.gaussian_nll(a["mu"], a["y"].detach(), a["sigma"].detach()).backward()
    assert a["mu"].grad is not None
    assert a["y"].grad is a["sigma"].grad is None


# -- transforms


def test_transforms(focal: ModuleType, logits: Tensor, labels: Tensor) -> None:
    z, loss, naive = logits.detach(), focal.focal, lambda z, y: naive_focal(z, y).mean()
    close = partial(torch.testing.assert_close, rtol=1e-10, atol=1e-13)
    close(torch.func.grad(loss)(z, labels), torch.func.grad(naive)(z, labels))
    close(torch.vmap(torch.func.grad(loss))(z, labels), torch.vmap(torch.func.grad(naive))(z, labels))
    tangent = torch.ones_like(z)
    found, wanted = (torch.func.jvp(lambda z, f=f: f(z, labels), (z,), (tangent,)) for f in (loss, naive))
    close(found, wanted)
    close(torch.func.hessian(loss)(z, labels), torch.func.hessian(naive)(z, labels))
    close(torch.func.jacrev(torch.func.jacfwd(loss))(z, labels), torch.func.hessian(naive)(z, labels))


def test_a_scalar_input_has_one_tangent(gaussian: ModuleType) -> None:
    a = {k: v.detach() for k, v in gaussian_arguments().items()}
    along_sigma = lambda s: gaussian.gaussian_nll(a["mu"], a["y"], s)  # noqa: E731
    tangent = torch.func.jvp(along_sigma, (a["sigma"],), (torch.ones((), dtype=DOUBLE),))[1]
    torch.testing.assert_close(tangent, torch.func.grad(along_sigma)(a["sigma"]))


@pytest.mark.slow
def test_compiled_whole(focal: ModuleType, gaussian: ModuleType, logits: Tensor, labels: Tensor) -> None:
    compiled = torch.compile(focal.focal, fullgraph=True)
    torch.testing.assert_close(compiled(logits, labels), focal.focal(logits, labels))
    (found,) = torch.autograd.grad(compiled(logits, labels), logits)
    torch.testing.assert_close(found, torch.autograd.grad(focal.focal(logits, labels), logits)[0])
    a = gaussian_arguments()
    torch.compile(gaussian.gaussian_nll, fullgraph=True)(**a).backward()
    assert all(v.grad is not None for v in a.values())


# -- edges


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("gamma", [0, 0.5, 2])
def test_extreme_logits(focal: ModuleType, dtype: torch.dtype, gamma: float) -> None:
    z = torch.tensor([1e4, -1e4, 0, 1e4, -1e4, 0], dtype=dtype, requires_grad=True)
    y = torch.tensor([1, 1, 1, 0, 0, 0])
    loss = focal.focal(z, y, gamma=gamma, reduction="none")
    (slope,) = torch.autograd.grad(loss.sum(), z, create_graph=True)
    assert loss.dtype == slope.dtype == dtype
    assert loss.isfinite().all()
    assert slope.isfinite().all()
    assert torch.autograd.grad(slope.sum(), z)[0].isfinite().all()
    torch.testing.assert_close(loss.double()[:2], torch.tensor([0.0, 2500.0], dtype=DOUBLE), rtol=1e-2, atol=0)
    assert slope[4] == 0


def test_extreme_deviations(gaussian: ModuleType) -> None:
    y = torch.zeros(2, requires_grad=True)
    for sigma, wanted in ((1e-25, -56.146), (1e25, 58.984)):  # squares of these are no float32
        loss = gaussian.gaussian_nll(torch.full((2,), sigma), y, sigma, reduction="mean")
        assert abs(loss.item() - wanted) < 1e-2
        assert torch.autograd.grad(loss, y)[0].isfinite().all()


def test_an_empty_batch_is_0(focal: ModuleType) -> None:
    z = torch.zeros(0, 3, requires_grad=True)
    loss = focal.focal(z, torch.zeros(0, 3))
    loss.backward()
    assert loss == 0
    assert z.grad is not None
    assert z.grad.shape == (0, 3)


def test_bfloat16_is_as_exact_as_its_inputs(focal: ModuleType, logits: Tensor, labels: Tensor) -> None:
    z = logits.detach().to(torch.bfloat16)
    wide = focal.focal(z.double(), labels)
    assert abs(focal.focal(z, labels).double() - wide) <= wide * 2**-8
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert abs(focal.focal(z.float(), labels.float()).double() - wide) <= wide * 1e-6


# -- errors


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"y": torch.zeros(4)}, ValueError, r"focal: y must have shape \(\.\.\.\), here \(3\), not \(4,\)"),
        ({"z": torch.arange(3)}, TypeError, "focal: z must have a floating-point dtype, not torch.int64"),
        ({"y": [0, 1, 1]}, TypeError, "focal: y must be a tensor, not list"),
        ({"y": torch.zeros(3, device="meta")}, ValueError, "focal: y is on meta, but z is on cpu"),
        ({"alpha": 2}, ValueError, "focal: alpha must satisfy 0 <= alpha <= 1, not 2"),
        ({"gamma": -1}, ValueError, "focal: gamma must satisfy gamma >= 0, not -1"),
        ({"reduction": "batch"}, ValueError, "focal: reduction must be none, mean or sum, not 'batch'"),
    ],
)
def test_errors_name_the_argument(focal: ModuleType, change: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        focal.focal(**{"z": torch.zeros(3), "y": torch.zeros(3), **change})


def test_inputs_of_two_precisions(gaussian: ModuleType) -> None:
    with pytest.raises(TypeError, match=r"y is torch\.float64, but mu is torch\.float32"):
        gaussian.gaussian_nll(torch.zeros(3), torch.zeros(3, dtype=DOUBLE), 1.0)
