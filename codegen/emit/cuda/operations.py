"""How CUDA computes each operation: meaning, implementation, cost.

Implementations are those of the shared header, where exp, log, log1p, expm1 and tanh become calls of the CUDA library.
Costs are a GPU's, in additions: it is short of memory bandwidth, not of arithmetic. Stages are cut by the costs of C++
all the same, so that both targets share one header.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.codegen.emit.cpp.operations import TABLE as CPP
from derive.codegen.emit.cpp.operations import Implementation, NotAvailable, OperationMissing
from derive.codegen.schedule.stage import Function

COSTS = {
    "divide": 2, "power": 20, "exp": 2, "log": 3, "sqrt": 2, "sigmoid": 4, "softplus": 6, "tanh": 6, "log1p": 4,
    "expm1": 4, "sin": 6, "cos": 6, "sinh": 8, "cosh": 8, "acos": 8, "erf": 10, "Phi": 12, "phi": 4,
    "reciprocal_sqrt": 2,
}  # fmt: skip

TABLE: dict[str, Implementation | NotAvailable] = {
    name: replace(row, cost=COSTS.get(name, row.cost)) if isinstance(row, Implementation) else row
    for name, row in CPP.items()
}


def require(functions: Iterable[Function]) -> None:
    """Raise `OperationMissing`, with the reason, if CUDA lacks an operation that one of them needs."""
    for function in functions:
        for step in function.steps:
            row = TABLE.get(step.node.operation)
            if step.node.kind != "constant" and not isinstance(row, Implementation):
                reason = row.reason if row else "the table has no such row"
                raise OperationMissing(f"CUDA cannot compute {step.node.operation}: {reason}")
