"""How PyTorch computes each operation: code for tensors, code for Python numbers, and a cost.

Keyed by the name of the operation, see `derive.expr.operations` and `derive.codegen.graph.operations`. Costs are in
units of one addition per entry on a CPU; a gap is marked `NotAvailable`, with why.
"""

from __future__ import annotations

from dataclasses import dataclass

COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)  # how tightly Python code holds together


@dataclass(frozen=True)
class Row:
    """Templates with {0}, {1}, ... for operands, each of which stands where any arithmetic may stand.

    `number` is for operands that are all Python numbers; empty: they become tensors. `mixed` is for one tensor and one
    number. `truth` says that the result is a truth value, where the mathematics has 0 and 1.
    """

    tensor: str
    number: str = ""
    mixed: str = ""
    cost: int = 1
    truth: bool = False
    level: int = ATOM


@dataclass(frozen=True)
class NotAvailable:
    """An operation that this target does not have."""

    why: str


ROWS: dict[str, Row | NotAvailable] = {
    "exp": Row("torch.exp({0})", "math.exp({0})", cost=8),
    "log": Row("torch.log({0})", "math.log({0})", cost=8),
    "sqrt": Row("torch.sqrt({0})", "math.sqrt({0})", cost=4),
    "abs": Row("torch.abs({0})", "abs({0})"),
    "sign": Row("torch.sign({0})", "(({0} > 0) - ({0} < 0))"),
    "step": Row("({0} > 0)", "float({0} > 0)", truth=True),
    "relu": Row("torch.relu({0})", "max({0}, 0)"),
    "min": Row("torch.minimum({0}, {1})", "min({0}, {1})", "torch.clamp({tensor}, max={number})"),
    "max": Row("torch.maximum({0}, {1})", "max({0}, {1})", "torch.clamp({tensor}, min={number})"),
    "sigmoid": Row("torch.sigmoid({0})", cost=12),
    # from 40 on, log(1 + exp(x)) is x in double precision too; the default threshold is 20
    "softplus": Row("nn.functional.softplus({0}, threshold=40)", cost=16),
    "tanh": Row("torch.tanh({0})", "math.tanh({0})", cost=12),
    "sin": Row("torch.sin({0})", "math.sin({0})", cost=12),
    "cos": Row("torch.cos({0})", "math.cos({0})", cost=12),
    "sinh": Row("torch.sinh({0})", "math.sinh({0})", cost=12),
    "cosh": Row("torch.cosh({0})", "math.cosh({0})", cost=12),
    "acos": Row("torch.acos({0})", "math.acos({0})", cost=12),
    "erf": Row("torch.erf({0})", "math.erf({0})", cost=12),
    # torch.special.ndtr has no digit left at -10
    "Phi": Row("0.5 * torch.erfc(-math.sqrt(0.5) * {0})", cost=12, level=PRODUCT),
    "phi": Row("torch.exp(-0.5 * torch.square({0})) / math.sqrt(2 * math.pi)", cost=12, level=PRODUCT),
    "gamma": Row("torch.exp(torch.lgamma({0}))", "math.gamma({0})", cost=28),  # of positive numbers
    "loggamma": Row("torch.lgamma({0})", "math.lgamma({0})", cost=20),
    "digamma": Row("torch.digamma({0})", cost=20),
    "trigamma": Row("torch.polygamma(1, {0})", cost=30),  # in torch 2.13 to ten digits, in double precision too
    "where": Row("torch.where({0}, {1}, {2})", "({1} if {0} else {2})"),
    "delta": Row("({0} == {1})", "float({0} == {1})", "({tensor} == {number})", truth=True),
    "weighted": Row("torch.where({0} != 0, {0} * ({1}), 0)", cost=3),
    "less": Row("{0} < {1}", "{0} < {1}", level=COMPARISON),
    "less_equal": Row("{0} <= {1}", "{0} <= {1}", level=COMPARISON),
    "greater": Row("{0} > {1}", "{0} > {1}", level=COMPARISON),
    "greater_equal": Row("{0} >= {1}", "{0} >= {1}", level=COMPARISON),
    "equal": Row("{0} == {1}", "{0} == {1}", level=COMPARISON),
    "not_equal": Row("{0} != {1}", "{0} != {1}", level=COMPARISON),
}
"""Arithmetic (add, multiply, negate, divide, power) has signs and precedence: `expression.py` writes it."""

REDUCTIONS = {  # {0}: a tensor in brackets where needed, {dim}: empty for all axes
    "sum": "{0}.sum({dim})",
    "prod": "{0}.prod({dim})",  # one axis at a time
    "max": "{0}.amax({dim})",
    "logsumexp": "{0}.logsumexp({dim})",
}
