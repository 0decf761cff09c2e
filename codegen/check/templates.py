"""The fixed parts of the test file beside a generated module; `standalone` fills in names, points and the oracle."""

from __future__ import annotations

HEAD = '''\
"""Tests of {name}.py ({id}) that need torch and pytest, and nothing else: python -m pytest test_{name}.py"""

import importlib.util
import math
import sys
from pathlib import Path

import pytest
import torch

spec = importlib.util.spec_from_file_location("{name}", Path(__file__).with_name("{name}.py"))
module = sys.modules["{name}"] = importlib.util.module_from_spec(spec)  # torch.compile looks it up there
spec.loader.exec_module(module)
'''
CLOSE = '''
def close(found, expected, limit=1e-12):
    """Equal up to this fraction of the largest entry."""
    expected = torch.as_tensor(expected, dtype=torch.float64).detach()
    assert found.shape == expected.shape
    largest = max(float(expected.abs().max()), 2.0**-1022) if expected.numel() else 1.0
    error = float((found.detach().double() - expected).abs().max()) / largest if expected.numel() else 0.0
    assert error <= limit, f"largest error {error:.1e}"
'''
VALUES = '''
def tensors(arguments, dtype=torch.float64, gradients=()):
    """The arguments as tensors, hyperparameters as they are; those in `gradients` require one."""
    return {{
        name: torch.tensor(v, dtype=dtype, requires_grad=name in gradients) if name in TENSORS else v
        for name, v in arguments.items()
    }}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("point", POINTS)
def test_value_and_gradients(point, dtype):
    """The true value and gradients, known to 50 digits."""
    limit = {{torch.float64: 1e-12, torch.float32: 1e-5}}[dtype]
    given = tensors(point["arguments"], dtype, FREE)
    value = module.{name}(**given{none})
    close(value, point["value"], limit)
    value.backward(torch.tensor(point["grad_output"], dtype=dtype))
    for name in FREE:
        close(given[name].grad, point["gradients"][name], limit)


@pytest.mark.parametrize("check", [torch.autograd.gradcheck, torch.autograd.gradgradcheck])
def test_gradcheck(check):
    """First and second derivatives against differences."""
    given = tensors(POINTS[1]["arguments"], gradients=FREE)
    fixed = {{n: v for n, v in given.items() if n not in FREE}}

    def function(*free):
        return module.{name}(**dict(zip(FREE, free, strict=True)), **fixed{none})

    assert check(function, tuple(given[n] for n in FREE))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [0.0, 1e4, -1e4])
def test_extreme_inputs(size, dtype):
    """Finite values and gradients at the ends of the range."""
    given = tensors(POINTS[0]["arguments"], dtype, FREE)
    with torch.no_grad():
        for name in REAL:
            given[name].fill_(size)
    value = module.{name}(**given{none})
    value.sum().backward()
    assert value.isfinite().all()
    assert all(given[n].grad.isfinite().all() for n in FREE)


@pytest.mark.parametrize("name", FREE)
def test_nan(name):
    """A NaN is not swallowed."""
    given = tensors(POINTS[0]["arguments"])
    given[name].view(-1)[0] = math.nan
    assert module.{name}(**given{none}).view(-1)[0].isnan()


def test_compile():
    """torch.compile takes it in one piece, forward and backward."""
    given = tensors(POINTS[0]["arguments"], gradients=FREE)
    try:
        fast = torch.compile(lambda given: module.{name}(**given).sum(), fullgraph=True, backend="aot_eager")
        value = fast(given)
    except RuntimeError as error:
        if "not supported" in str(error) or "not yet supported" in str(error):
            pytest.skip(str(error))
        raise
    found = torch.autograd.grad(value, [given[n] for n in FREE])
    expected = torch.autograd.grad(module.{name}(**given).sum(), [given[n] for n in FREE])
    for one, other in zip(found, expected, strict=True):
        close(one, other)
'''
REDUCTIONS = '''
def test_reductions():
    """none, mean and sum agree; the mean of no examples is 0."""
    given = tensors(POINTS[0]["arguments"])
    each = module.{name}(**given, reduction="none")
    close(module.{name}(**given, reduction="sum"), each.sum())
    close(module.{name}(**given, reduction="mean"), each.mean())
    empty = {{n: v[:0] if n in BATCHED else v for n, v in given.items()}}
    assert module.{name}(**empty, reduction="mean").isfinite()
    with pytest.raises(ValueError, match="reduction"):
        module.{name}(**given, reduction="total")
'''
UPDATE = '''
def start(dtype):
    return torch.tensor(START, dtype=dtype, requires_grad=True)


def course(optimizer, theta):
    """The parameter after every step."""
    for gradient in GRADIENTS:
        theta.grad = torch.tensor(gradient, dtype=theta.dtype)
        optimizer.step()
        yield theta.detach().clone()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_trajectory(dtype):
    """The true parameters, known to 50 digits."""
    theta = start(dtype)
    for found, expected in zip(course(module.{cls}([theta], **NUMBERS), theta), TRAJECTORY, strict=True):
        close(found, expected, {{torch.float64: 1e-12, torch.float32: 1e-5}}[dtype])


@pytest.mark.parametrize("size", [0.0, 1e4, -1e4, 1e-30])
def test_extreme_gradients(size):
    """The parameter stays finite."""
    theta = start(torch.float32)
    optimizer = module.{cls}([theta], **NUMBERS)
    for _ in range(3):
        theta.grad = torch.full_like(theta, size)
        optimizer.step()
    assert theta.isfinite().all()


def test_nan():
    """A NaN is not swallowed."""
    theta = start(torch.float64)
    theta.grad = torch.full_like(theta, math.nan)
    module.{cls}([theta], **NUMBERS).step()
    assert theta.isnan().all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_saved_and_loaded(dtype):
    """A run that is saved and loaded goes on as if nothing had happened."""
    whole = start(dtype)
    *_, expected = course(module.{cls}([whole], **NUMBERS), whole)
    theta, optimizer = start(dtype), None
    for k, gradient in enumerate(GRADIENTS):
        if k in (0, 5):
            saved = optimizer.state_dict() if optimizer else None
            optimizer = module.{cls}([theta], **NUMBERS)
            if saved:
                optimizer.load_state_dict(saved)
        theta.grad = torch.tensor(gradient, dtype=dtype)
        optimizer.step()
    assert torch.equal(theta, expected)
'''
