"""Generated C++ for forms beyond the catalog: rows, positions, attention, awkward names, odd updates."""

import importlib.util
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch.nn import functional

from derive.codegen.build import library as build
from derive.codegen.emit.cpp.emitter import emit
from derive.codegen.emit.cpp.names import identifier
from derive.entry.record import Record, Update
from derive.expr.build import Mean, Prod, Sum, norm, onehot, positive, real, softmax, where
from derive.expr.dims import Dim
from derive.expr.leaves import PI, Index, Let, Symbol
from derive.expr.node import Expr
from derive.expr.operations import absolute, exp, log, loggamma, maximum, sqrt

pytestmark = pytest.mark.skipif(build.shutil.which("g++") is None, reason="needs g++")

B, D, N, S, R = Dim("B"), Dim("D"), Dim("N", index="i"), Dim("S"), Dim("R")
Tensors = dict[str, torch.Tensor]


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


def record(name: str, value: Expr, *symbols: Symbol, reduction: str = "none") -> Record:
    term = Let("value", value)
    return Record(f"test.{name}", name, "", symbols, (term,), (), emits=("value",), reduction=reduction)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Record], ModuleType]:
    monkeypatch.setenv("DERIVE_CACHE", str(tmp_path / "cache"))

    def loaded(of: Record) -> ModuleType:
        files = emit(of)
        for name, text in files.items():
            (tmp_path / name).write_text(text, "utf-8")
        (module,) = (name for name in files if name.endswith(".py"))
        spec = importlib.util.spec_from_file_location(module.removesuffix(".py"), tmp_path / module)
        assert spec is not None
        assert spec.loader is not None
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        return found

    return loaded


def uniform(*shape: int) -> torch.Tensor:
    return torch.rand(shape, dtype=torch.float64) + 0.3


def same(ours: torch.Tensor, theirs: torch.Tensor, *free: torch.Tensor) -> None:
    """Values and gradients agree to twelve digits."""
    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-13)
    seed = torch.randn_like(ours)
    for a, b in zip(torch.autograd.grad(ours, free, seed), torch.autograd.grad(theirs, free, seed), strict=True):
        assert torch.allclose(a, b, rtol=1e-12, atol=1e-13 * float(b.abs().max() + 1))


def check(made: ModuleType, name: str, given: Tensors, theirs: Callable[[], torch.Tensor], **more: object) -> None:
    free = [t.requires_grad_() for n, t in given.items() if n != "y"]
    same(getattr(made, name)(**given, **more), theirs(), *free)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_a_loss_per_row(load: Callable[[Record], ModuleType], reduction: str) -> None:
    z, y = named("z", real(B, D, role="input")), named("y", onehot(B, D, role="target"))
    tau = named("tau", positive(role="hyperparameter", default=1))
    made = load(record("cross_entropy", -Sum(y * log(softmax(z / tau, over=D)), D), z, y, tau, reduction="mean"))
    logits = 3 * torch.randn(6, 7, 5, dtype=torch.float64)  # a batch of 6 · 7 rows
    labels = functional.one_hot(torch.randint(0, 5, (6, 7)), 5).double()

    def theirs() -> torch.Tensor:
        each = -(labels * torch.log_softmax(logits / 2, -1)).sum(-1)
        return each if reduction == "none" else getattr(each, reduction)()

    check(made, "cross_entropy", {"z": logits, "y": labels}, theirs, tau=2, reduction=reduction)


def test_a_choice(load: Callable[[Record], ModuleType]) -> None:
    x, y = named("x", real(N, role="input")), named("y", real(N, role="target"))
    d = named("d", positive(role="hyperparameter", default=1))
    r = Let("r", x - y)
    made = load(record("huber", where(absolute(r) <= d, r**2 / 2, d * (absolute(r) - d / 2)), x, y, d))
    a, b = 2 * torch.randn(50, 3, dtype=torch.float64), torch.randn(50, 3, dtype=torch.float64)
    check(made, "huber", {"x": a, "y": b}, lambda: functional.huber_loss(a, b, reduction="none"))


def test_special_functions_and_a_shared_parameter(load: Callable[[Record], ModuleType]) -> None:
    y, mu = named("y", real(N, role="target")), named("mu", real(N, role="input"))
    s, nu = named("s", positive(N, role="input")), named("nu", positive(role="parameter"))
    value = loggamma(nu / 2) - loggamma((nu + 1) / 2) + log(nu * PI) / 2 + log(s)
    made = load(record("student", value + (nu + 1) / 2 * log(1 + ((y - mu) / s) ** 2 / nu), y, mu, s, nu))
    given = {"y": torch.randn(99).double(), "mu": uniform(99), "s": uniform(99), "nu": 3 * uniform()}

    def theirs() -> torch.Tensor:
        return -torch.distributions.StudentT(given["nu"], given["mu"], given["s"]).log_prob(given["y"])

    check(made, "student", given, theirs)


def test_names_that_mean_something_elsewhere(load: Callable[[Record], ModuleType]) -> None:
    T = Dim("N", index="t")  # the sizes and indices are called like symbols too
    names = ("x", "exp", "N", "t", "total", "Real", "block_begin", "μ", "shape")
    x, e, n, t, total, a, b, mu, shape = (
        named(name, real(*((T,) if k < 2 else ()), role="input")) for k, name in enumerate(names)
    )
    lam = named("lambda", positive(role="hyperparameter", default=2))
    value = lam * (x - a) ** 3 * exp(-(e**2)) + n * x + sqrt(1 + total**2) + t * b * mu * shape
    made = load(record("reserved", value, x, e, n, t, total, a, b, mu, shape, lam, reduction="sum"))
    X, E = uniform(9), uniform(9)
    rest = [uniform() for _ in range(7)]
    free = [v.requires_grad_() for v in (X, E, *rest)]
    ours = made.reserved(X, E, *rest, lambda_=3)
    N_, t_, total_, a_, b_, mu_, shape_ = rest
    theirs = 3 * (X - a_) ** 3 * torch.exp(-(E**2)) + N_ * X + torch.sqrt(1 + total_**2) + t_ * b_ * mu_ * shape_
    same(ours, theirs.sum(), *free)


def test_cpp_names_are_different_for_different_names() -> None:
    names = ["for", "for_", "for__", "exp", "exp_", "μ", "_u3bc_", "σ", "x", "x_u", "x_uu", "aσ", "a_u3c3_"]
    found = [identifier(name) for name in names]
    assert len(set(found)) == len(names)
    assert all(name.isascii() for name in found)


def test_attention(load: Callable[[Record], ModuleType]) -> None:
    Q, K, V = (
        named("Q", real(S, D, role="input")),
        named("K", real(R, D, role="input")),
        named("V", real(R, D, role="input")),
    )
    A = Let("A", softmax(Q @ K.T, over=R))
    made = load(record("attention", Sum((A @ V) ** 2, S, D) / 2, Q, K, V))
    given = {"Q": uniform(5, 4), "K": uniform(300, 4), "V": uniform(300, 4)}

    def theirs() -> torch.Tensor:
        return ((torch.softmax(given["Q"] @ given["K"].T, 1) @ given["V"]) ** 2).sum() / 2

    check(made, "attention", given, theirs)


def test_row_statistics(load: Callable[[Record], ModuleType]) -> None:
    x, w = named("x", real(B, D, role="input")), named("w", real(D, role="parameter"))
    y = named("y", real(B, D, role="target"))
    mu = Let("mu", Mean(x, D))
    var = Let("var", Mean((x - mu) ** 2, D))
    made = load(record("layer_norm", Mean(((x - mu) / sqrt(var + Fraction(1, 1000)) * w - y) ** 2, B, D), x, w, y))
    given = {"x": torch.randn(50, 7).double(), "w": uniform(7), "y": torch.randn(50, 7).double()}

    def theirs() -> torch.Tensor:
        return ((functional.layer_norm(given["x"], (7,), given["w"], eps=1e-3) - given["y"]) ** 2).mean()

    check(made, "layer_norm", given, theirs)


def test_one_dim_on_two_axes_positions_and_products(load: Callable[[Record], ModuleType]) -> None:
    X, w = named("X", real(N, D, role="input")), named("w", positive(D, role="parameter"))
    i, j = Index.along(N), Index.along(N)
    value = Sum((X @ X.T)[i, j] ** 2 * (1 + i), i, j) / N.size + Prod(w, D) + Sum(maximum(X, w), N, D)
    made = load(record("gram", value, X, w))
    given = {"X": uniform(5, 4), "w": uniform(4)}

    def theirs() -> torch.Tensor:
        gram = given["X"] @ given["X"].T
        weights = 1 + torch.arange(1, 6)[:, None]
        return (gram**2 * weights).sum() / 5 + given["w"].prod() + torch.maximum(given["X"], given["w"]).sum()

    check(made, "gram", given, theirs)


def test_an_update_that_needs_norms_first(load: Callable[[Record], ModuleType]) -> None:
    theta, g = named("theta", real(N, role="state")), named("g", real(N, role="input"))
    alpha = named("alpha", positive(role="hyperparameter", default=Fraction(1, 10)))
    new = Let("theta_new", theta - alpha * norm(theta) / norm(g) * g)
    step = Update({theta: new}, {})
    made = load(Record("test.trust", "", "", (theta, g, alpha), (new,), (), emits=("step",), step=step))
    state, gradient = uniform(4, 3), uniform(4, 3)
    wanted = state - 0.1 * state.norm() / gradient.norm() * gradient
    made.trust_step(state, gradient)
    assert torch.allclose(state, wanted, rtol=1e-13)


def test_all_states_take_their_new_values_at_once(load: Callable[[Record], ModuleType]) -> None:
    """q needs the old theta after theta is known: theta must not be overwritten too early."""
    theta, q, g = (named(n, real(N, role=r)) for n, r in (("theta", "state"), ("q", "state"), ("g", "input")))
    new = {theta: Let("theta_new", theta - g * q), q: Let("q_new", q + Sum(theta * g, N) * theta)}
    made = load(
        Record("test.two", "", "", (theta, q, g), (*new.values(),), (), emits=("step",), step=Update({**new}, {}))
    )
    a, b, c = uniform(6), uniform(6), uniform(6)
    wanted = a - c * b, b + (a * c).sum() * a
    made.two_step(a, b, c)
    assert torch.allclose(a, wanted[0], rtol=1e-13)
    assert torch.allclose(b, wanted[1], rtol=1e-13)
