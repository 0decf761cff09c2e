"""Activations as programs: no reduction by default, and no lost digits where torch's own functions lose them."""

from collections.abc import Callable
from types import ModuleType

import mpmath
import pytest
import torch

from derive import library
from derive.codegen.check.reference import reduction
from derive.codegen.emit.cpp.emitter import emit as emit_cpp
from derive.entry.record import Record

Load = Callable[[Record], ModuleType]


def test_the_normal_distribution_keeps_its_left_tail(torch_file: Load) -> None:
    gelu = torch_file(library.entry("activation.gelu")).gelu
    for z in (-5.0, -10.0, -20.0):
        wanted = float(z * mpmath.ncdf(z))
        assert gelu(torch.tensor([z], dtype=torch.float64)).item() == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("name", ["elu", "selu"])
def test_the_exponential_minus_one_does_not_cancel(name: str, torch_file: Load) -> None:
    function = getattr(torch_file(library.entry(f"activation.{name}")), name)
    small = torch.tensor([-1e-12, -1e-6], dtype=torch.float64)
    scale = function(torch.tensor([-1.0], dtype=torch.float64)).item() / float(mpmath.expm1(-1))
    assert function(small).tolist() == pytest.approx(
        [scale * float(mpmath.expm1(x)) for x in small.tolist()], rel=1e-12
    )


def test_an_activation_is_not_reduced(torch_file: Load) -> None:
    record = library.entry("activation.sigmoid")
    assert torch_file(record).sigmoid(torch.zeros(3)).shape == (3,)
    assert record.oracle is not None
    assert reduction(record.oracle, record.reduction) == "none"
    assert reduction(record.oracle, "mean") == "mean"


def test_a_single_tensor_is_taken_out_of_the_inputs() -> None:
    """`inputs` of a custom operator is a tuple, also of one."""
    wrapper = "\n".join(emit_cpp(library.entry("activation.sigmoid")).values())
    assert "z, = inputs" in wrapper
    assert "    z = inputs" not in wrapper
