"""Generated C++ against torch: values, gradients, edges, and the contract of an operator."""

import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest
import torch

from derive.catalog.backprop.mlp2 import Mlp2
from derive.catalog.loss.focal import Focal
from derive.catalog.loss.gaussian_nll import GaussianNll
from derive.catalog.update.adam import Adam
from derive.codegen.build import library as build
from derive.codegen.emit.cpp.emitter import emit

pytestmark = pytest.mark.skipif(build.shutil.which("g++") is None, reason="needs g++")

DOUBLE = torch.float64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(scope="module", autouse=True)
def cache(folder: Path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DERIVE_CACHE", str(folder / "cache"))
        yield


def load(entry: type, folder: Path) -> ModuleType:
    """The generated module, imported from its file as a user would."""
    files = emit(entry.record)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    (module,) = (name for name in files if name.endswith(".py"))
    spec = importlib.util.spec_from_file_location(module.removesuffix(".py"), folder / module)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def focal(folder: Path) -> ModuleType:
    return load(Focal, folder)


@pytest.fixture(scope="module")
def gaussian_nll(folder: Path) -> ModuleType:
    return load(GaussianNll, folder)


@pytest.fixture(scope="module")
def mlp2(folder: Path) -> ModuleType:
    return load(Mlp2, folder)


@pytest.fixture(scope="module")
def adam(folder: Path) -> ModuleType:
    return load(Adam, folder)


def relative(a: torch.Tensor, b: torch.Tensor) -> float:
    """The largest relative difference, entry by entry."""
    a, b = a.detach(), b.detach()
    return float(((a - b).abs() / b.abs().clamp_min(1e-300)).max()) if a.numel() else 0.0


def naive_focal(z: torch.Tensor, y: torch.Tensor, alpha: float = 0.25, gamma: float = 2.0) -> torch.Tensor:
    p = torch.sigmoid(z)
    p_t, alpha_t = y * p + (1 - y) * (1 - p), y * alpha + (1 - y) * (1 - alpha)
    return -alpha_t * (1 - p_t) ** gamma * torch.log(p_t)


def labels(*shape: int, dtype: torch.dtype = DOUBLE) -> torch.Tensor:
    return (torch.rand(shape) < 0.4).to(dtype)


# -- a loss stated per element


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("shape", [(1,), (1000,), (7, 3, 5), (9001,)])
def test_focal_is_the_stated_loss(focal: ModuleType, reduction: str, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    z, y = (1.5 * torch.randn(shape, dtype=DOUBLE)).requires_grad_(), labels(*shape)
    for gamma in (0.0, 0.5, 2.0):
        loss = focal.focal(z, y, gamma=gamma, reduction=reduction)
        wanted = naive_focal(z, y, gamma=gamma)
        wanted = wanted if reduction == "none" else getattr(wanted, reduction)()
        upstream = torch.randn_like(loss)
        (gradient,) = torch.autograd.grad(loss, z, upstream)
        (other,) = torch.autograd.grad(wanted, z, upstream)
        assert loss.shape == wanted.shape
        assert relative(loss, wanted) <= 1e-12
        assert float((gradient - other).abs().max()) <= 1e-12 * float(other.abs().max())


def test_single_precision_keeps_its_digits(focal: ModuleType) -> None:
    torch.manual_seed(1)
    z, y = (4 * torch.randn(20000)).requires_grad_(), labels(20000, dtype=torch.float32)
    exact = z.detach().double().requires_grad_()
    loss, wanted = focal.focal(z, y, reduction="none"), focal.focal(exact, y.double(), reduction="none")
    assert relative(loss.double(), wanted) <= 2e-5  # exp(-γ softplus) multiplies the error of its argument
    (gradient,), (other,) = torch.autograd.grad(loss.sum(), z), torch.autograd.grad(wanted.sum(), exact)
    assert relative(gradient.double(), other) <= 2e-5
    assert relative(focal.focal(z, y, reduction="sum").double(), wanted.sum()) <= 1e-6


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
def test_extreme_logits_give_numbers(focal: ModuleType, dtype: torch.dtype) -> None:
    z = torch.tensor([1e4, -1e4, 0.0, 1e4, -1e4, 0.0, 88.8, -88.8, 1e-30], dtype=dtype, requires_grad=True)
    y = torch.tensor([1, 1, 1, 0, 0, 0, 1, 0, 1])  # whole numbers, as datasets have them
    for reduction in ("none", "sum"):
        loss = focal.focal(z, y, reduction=reduction)
        (gradient,) = torch.autograd.grad(loss.sum(), z)
        assert torch.isfinite(loss).all()
        assert torch.isfinite(gradient).all()
    wrong = focal.focal(z, y, reduction="none")[[1, 3]]
    assert torch.equal(wrong, torch.tensor([0.25e4, 0.75e4], dtype=dtype))


def test_an_empty_batch(focal: ModuleType, gaussian_nll: ModuleType) -> None:
    z = torch.zeros(0, requires_grad=True)
    assert focal.focal(z, z.detach(), reduction="none").shape == (0,)
    assert focal.focal(z, z.detach(), reduction="sum").item() == 0
    assert focal.focal(z, z.detach(), reduction="mean").item() == 0
    sigma = torch.tensor(2.0, requires_grad=True)
    total = gaussian_nll.gaussian_nll(y=z.detach(), mu=z, sigma=sigma, reduction="sum")
    assert torch.autograd.grad(total, sigma)[0] == 0


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
def test_what_is_not_a_number_stays_so(focal: ModuleType, dtype: torch.dtype) -> None:
    z = torch.zeros(100, dtype=dtype)
    z[41] = float("nan")
    z.requires_grad_()
    y = torch.ones(100, dtype=dtype)
    loss = focal.focal(z, y, reduction="none")
    (gradient,) = torch.autograd.grad(loss.sum(), z)
    assert torch.isnan(loss).nonzero().tolist() == [[41]]
    assert torch.isnan(gradient).nonzero().tolist() == [[41]]
    assert torch.isnan(focal.focal(z, y, reduction="mean"))


def test_halves_are_computed_in_single_precision(focal: ModuleType) -> None:
    z = torch.linspace(-5, 5, 64, dtype=torch.bfloat16, requires_grad=True)
    y = torch.ones(64)
    loss = focal.focal(z, y)
    assert loss.dtype == torch.bfloat16
    loss.backward()
    assert z.grad is not None
    assert z.grad.dtype == torch.bfloat16


def test_strided_tensors(focal: ModuleType) -> None:
    whole = torch.randn(40, 6, dtype=DOUBLE)
    z, y = whole.T[::2], labels(3, 40)
    assert relative(focal.focal(z, y, reduction="none"), naive_focal(z, y)) <= 1e-12


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_gaussian_nll_and_the_gradient_of_a_shared_parameter(gaussian_nll: ModuleType, reduction: str) -> None:
    torch.manual_seed(2)
    y = torch.randn(5000, dtype=DOUBLE)
    mu = torch.randn(5000, dtype=DOUBLE, requires_grad=True)
    sigma = torch.tensor(1.3, dtype=DOUBLE, requires_grad=True)
    loss = gaussian_nll.gaussian_nll(y=y, mu=mu, sigma=sigma, reduction=reduction)
    wanted = torch.nn.functional.gaussian_nll_loss(mu, y, sigma.expand(5000) ** 2, full=True, reduction=reduction)
    upstream = torch.randn_like(loss)
    assert relative(loss, wanted) <= 1e-12
    for ours, theirs in zip(
        torch.autograd.grad(loss, (mu, sigma), upstream),
        torch.autograd.grad(wanted, (mu, sigma), upstream),
        strict=True,
    ):
        assert relative(ours, theirs) <= 1e-12


# -- a network


def network(dtype: torch.dtype = DOUBLE, sizes: tuple[int, int, int, int] = (7, 5, 300, 4)):
    B, F, H, C = sizes
    shapes = ((B, F), (H, F), (H,), (C, H), (C,))
    parameters = [torch.randn(*shape, dtype=dtype, requires_grad=True) for shape in shapes]
    target = torch.nn.functional.one_hot(torch.randint(0, C, (B,)), C).to(dtype)
    return parameters, target


def by_torch(parameters: list[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
    X, W1, b1, W2, b2 = parameters
    return torch.nn.functional.cross_entropy(torch.relu(X @ W1.T + b1) @ W2.T + b2, target.argmax(1))


@pytest.mark.parametrize("sizes", [(1, 1, 1, 2), (7, 5, 300, 4), (33, 600, 17, 3), (300, 3, 5, 257)])
def test_a_network_and_all_its_gradients(mlp2: ModuleType, sizes: tuple[int, int, int, int]) -> None:
    torch.manual_seed(3)
    parameters, T = network(sizes=sizes)
    X, W1, b1, W2, b2 = parameters
    loss, wanted = mlp2.mlp2(X, T, W1, b1, W2, b2), by_torch(parameters, T)
    assert relative(loss, wanted) <= 1e-12
    ours, theirs = torch.autograd.grad(3 * loss, parameters), torch.autograd.grad(3 * wanted, parameters)
    for a, b in zip(ours, theirs, strict=True):
        assert float((a - b).abs().max()) <= 1e-12 * max(float(b.abs().max()), 1e-3)
    with torch.no_grad():
        assert relative(mlp2.mlp2(X, T, W1, b1, W2, b2), wanted) <= 1e-12


def test_a_network_in_single_precision(mlp2: ModuleType) -> None:
    torch.manual_seed(4)
    (X, W1, b1, W2, b2), T = network(torch.float32, (64, 30, 50, 10))
    loss, wanted = mlp2.mlp2(X, T, W1, b1, W2, b2), by_torch([X, W1, b1, W2, b2], T)
    assert relative(loss, wanted) <= 1e-5
    for a, b in zip(torch.autograd.grad(loss, (W1, W2)), torch.autograd.grad(wanted, (W1, W2)), strict=True):
        assert float((a - b).abs().max()) <= 1e-4 * float(b.abs().max())


def test_logits_far_apart_do_not_overflow(mlp2: ModuleType) -> None:
    (X, W1, b1, W2, b2), T = network()
    with torch.no_grad():
        b2 += torch.tensor([1e4, -1e4, 0, 3e4], dtype=DOUBLE)
    loss = mlp2.mlp2(X, T, W1, b1, W2, b2)
    assert torch.isfinite(loss)
    assert all(torch.isfinite(g).all() for g in torch.autograd.grad(loss, (X, W1, b1, W2, b2)))


# -- an update rule


@pytest.mark.parametrize("dtype", [torch.float32, DOUBLE])
@pytest.mark.parametrize("shape", [(50, 3), (1,), (1000,), (0,)])
def test_adam_steps_like_torch(adam: ModuleType, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    torch.manual_seed(5)
    theta = torch.randn(shape, dtype=dtype)
    other = theta.clone().requires_grad_()
    m, v = torch.zeros_like(theta), torch.zeros_like(theta)
    optimizer = torch.optim.Adam([other], lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    for t in range(1, 30):
        g = torch.randn_like(theta)
        other.grad = g.clone()
        optimizer.step()
        adam.adam_step(theta, g, m, v, t=t, alpha=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8)
    assert torch.allclose(theta, other, rtol=0, atol=8 * torch.finfo(dtype).eps)


def test_a_leaf_that_requires_a_gradient_is_updated_in_place(adam: ModuleType) -> None:
    theta = torch.ones(4, requires_grad=True)
    before = theta._version
    adam.adam_step(
        theta, torch.ones(4), torch.zeros(4), torch.zeros(4), t=1, alpha=0.1, beta1=0.9, beta2=0.9, epsilon=0
    )
    assert torch.allclose(theta, torch.full((4,), 0.9))
    assert theta._version > before


def test_a_state_that_cannot_be_overwritten_is_refused(adam: ModuleType) -> None:
    theta = torch.ones(4, 4).T[:2]
    rest = [torch.ones(2, 4) for _ in range(3)]
    with pytest.raises(ValueError, match="theta is overwritten, and must be contiguous"):
        adam.adam_step(theta, *rest, t=1, alpha=0.1, beta1=0.9, beta2=0.9, epsilon=0)


# -- the contract of an operator


def test_opcheck(focal: ModuleType, gaussian_nll: ModuleType, mlp2: ModuleType, adam: ModuleType) -> None:
    z, y = torch.randn(20, requires_grad=True), labels(20, dtype=torch.float32)
    torch.library.opcheck(focal._value, (z, y, 0.25, 2.0))
    torch.library.opcheck(focal._gradients, (z.detach(), y, torch.ones(20), 0.25, 2.0))
    torch.library.opcheck(focal._total_and_gradients, (z, y, 0.25, 2.0, 1.0))
    sigma = torch.tensor(1.5, requires_grad=True)
    torch.library.opcheck(gaussian_nll._value, (y, z, sigma))
    torch.library.opcheck(gaussian_nll._total_and_gradients, (y, z, sigma, 1.0))
    (X, W1, b1, W2, b2), T = network()
    torch.library.opcheck(mlp2._value_and_gradients, (X, T, W1, b1, W2, b2))
    states = [torch.rand(5) for _ in range(4)]
    torch.library.opcheck(adam._step, (*states, 1.0, 0.1, 0.9, 0.99, 1e-8))


def test_gradcheck(focal: ModuleType, gaussian_nll: ModuleType) -> None:
    z, y = torch.randn(6, dtype=DOUBLE, requires_grad=True), labels(6)
    sigma = torch.tensor(1.5, dtype=DOUBLE, requires_grad=True)
    for reduction in ("none", "sum", "mean"):
        assert torch.autograd.gradcheck(lambda x: focal.focal(x, y, reduction=reduction), z)  # noqa: B023
        assert torch.autograd.gradcheck(
            lambda x, s: gaussian_nll.gaussian_nll(y=y, mu=x, sigma=s, reduction=reduction), (z, sigma)  # noqa: B023
        )  # fmt: skip


@pytest.mark.parametrize("reduction", ["none", "sum"])
def test_a_second_derivative_is_an_error_and_not_a_wrong_number(focal: ModuleType, reduction: str) -> None:
    z, y = torch.randn(6, requires_grad=True), torch.ones(6)
    loss = focal.focal(z, y, reduction=reduction).sum()
    (gradient,) = torch.autograd.grad(loss, z, create_graph=True)
    with pytest.raises(RuntimeError):
        torch.autograd.grad(gradient.sum(), z)


def test_forward_mode_is_an_error_and_not_zero(focal: ModuleType) -> None:
    z = torch.randn(6)
    with pytest.raises(NotImplementedError, match="z carries a tangent"):
        torch.func.jvp(lambda x: focal.focal(x, torch.ones(6)), (z,), (torch.ones(6),))


def test_what_cannot_be_computed_is_refused(focal: ModuleType, mlp2: ModuleType) -> None:
    z, y = torch.randn(6), torch.ones(6)
    with pytest.raises(NotImplementedError, match="no gradient by y"):
        focal.focal(z, y.clone().requires_grad_())
    with pytest.raises(NotImplementedError, match="no gradient by gamma"):
        focal.focal(z, y, gamma=torch.tensor(2.0, requires_grad=True))
    with pytest.raises(ValueError, match="reduction 'average'"):
        focal.focal(z, y, reduction="average")
    with pytest.raises(ValueError, match=r"shape \(5,\) in y, but \(6,\) in z"):
        focal.focal(z, torch.ones(5))
    with pytest.raises(TypeError, match="int64"):
        focal.focal(torch.ones(6, dtype=torch.int64), y)
    (X, W1, b1, W2, b2), T = network()
    with pytest.raises(ValueError, match="axis H has size 3"):
        mlp2.mlp2(X, T, W1, b1[:3], W2, b2)
    with pytest.raises(ValueError, match=r"b1 has the axes \(H\)"):
        mlp2.mlp2(X, T, W1, W1, W2, b2)
    with pytest.raises(TypeError, match=r"W1 is torch\.float32, but X is torch\.float64"):
        mlp2.mlp2(X, T, W1.detach().float(), b1, W2, b2)


def test_threads_agree(focal: ModuleType) -> None:
    z, y = torch.randn(5000), torch.ones(5000)
    wanted = focal.focal(z, y)
    found: list[torch.Tensor] = []
    threads = [threading.Thread(target=lambda: found.append(focal.focal(z, y))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(torch.equal(f, wanted) for f in found)


def test_the_module_needs_torch_and_nothing_of_ours(focal: ModuleType, folder: Path, tmp_path: Path) -> None:
    for name in ("focal_cpp.py", "focal.cpp", "focal_elements.h"):
        (tmp_path / name).write_text((folder / name).read_text("utf-8"), "utf-8")
    script = "import sys, torch, focal_cpp; print(focal_cpp.focal(torch.zeros(3), torch.ones(3)).item()); " + (
        "print(any(name.split('.')[0] == 'derive' for name in sys.modules))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    value, ours = result.stdout.split()
    assert abs(float(value) - 0.25 * 0.25 * 0.6931471805599453) < 1e-7
    assert ours == "False"


@pytest.mark.parametrize("entry", [Focal, GaussianNll, Mlp2, Adam], ids=lambda e: e.__name__)
def test_generated_code_is_clean(entry: type, folder: Path) -> None:
    load(entry, folder)
    name = entry.record.id.rpartition(".")[2]
    strict = ["g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wno-unused-function", "-Werror", "-fopenmp-simd"]
    subprocess.run([*strict, "-fsyntax-only", f"{name}.cpp"], cwd=folder, check=True)
    for file in (f"{name}.cpp", f"{name}_elements.h", f"{name}_cpp.py"):
        lines = (folder / file).read_text("utf-8").splitlines()
        assert max(map(len, lines)) <= 120, file
        assert not any(line != line.rstrip() for line in lines), file


def test_emitting_twice_gives_the_same_bytes() -> None:
    assert emit(Focal.record) == emit(Focal.record)
