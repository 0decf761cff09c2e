"""The table of PyTorch code: every operation is there or marked, and computes what the mathematics says."""

from collections.abc import Callable
from types import ModuleType

import pytest
import torch
from flint import arb, ctx

from derive.codegen.emit.torch.table import ROWS, NotAvailable
from derive.codegen.graph.operations import ARITY
from derive.entry.record import Record
from derive.expr.build import real
from derive.expr.dims import Dim
from derive.expr.domains import NONNEG, POSITIVE, Domain
from derive.expr.leaves import Let
from derive.expr.operations import OPERATIONS, Operation

WRITTEN_WITH_SIGNS = {"add", "multiply", "negate", "divide", "power", "identity", "diagonal"}  # by expression.py
DIGITS = {"trigamma": 1e-9}  # torch.polygamma has no more
N = Dim("N", index="i")


def test_every_operation_is_implemented_or_marked() -> None:
    assert {*OPERATIONS, *ARITY} - WRITTEN_WITH_SIGNS == set(ROWS)
    assert all(row.why for row in ROWS.values() if isinstance(row, NotAvailable))


def points(domain: Domain) -> list[float]:
    if domain in (POSITIVE, NONNEG):
        return [0.25, 0.5, 1.5, 3.75, 8.5]
    if domain.lower is not None:
        return [-0.875, -0.25, 0.125, 0.5, 0.9375]
    return [-3.75, -0.5, 0.25, 1.5, 4.25]


def record(operation: Operation) -> Record:
    """The operation as a loss; a row without a slope is only evaluated."""
    role = "state" if operation.name == "trigamma" else "input"
    symbols = tuple(real(N, role=role) for _ in range(operation.arity))
    for symbol, name in zip(symbols, "xy", strict=False):
        symbol.named(name)
    loss, id = Let("loss", operation(*symbols)), f"operation.f_{operation.name}"
    return Record(id, operation.name, "One operation.", symbols, (loss,), (), emits=("loss",))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_values_are_inside_the_balls_and_slopes_are_right(
    operation: Operation, torch_file: Callable[[Record], ModuleType]
) -> None:
    function = getattr(torch_file(record(operation)), f"f_{operation.name}")
    xs = [torch.tensor(points(operation.domain), dtype=torch.float64).requires_grad_()]
    if operation.arity == 2:
        xs.append((xs[0].detach().flip(0) + 0.125).requires_grad_())
    values = function(*xs)
    ctx.prec = 100
    for k, value in enumerate(values.tolist()):
        ball = operation.ball(*(arb(x[k].item()) for x in xs))
        assert abs(arb(value) - ball) < DIGITS.get(operation.name, 1e-13) * (1 + abs(ball)), (operation, xs[0][k])
    if operation.name != "trigamma":
        assert torch.autograd.gradcheck(function, tuple(xs), check_forward_ad=True)
