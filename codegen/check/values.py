"""Value and gradient of a generated function: against exact arithmetic, and against autograd of the plain formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import torch
from torch import Tensor

from derive.codegen.check.draws import BRAIN, DOUBLE, Draw, Style, draws, rounded
from derive.codegen.check.naive import Naive
from derive.codegen.check.result import CheckResult, FailedCheckError, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.truth import Statement, Truth

TOLERANCE = 1e-12  # in float64, against the truth
AGREEMENT = 1e-9  # in float64, against another program
POINTS = 5
PRECISIONS = {torch.float32: 2.0**-24, torch.bfloat16: 2.0**-8}  # the relative error of one rounding
FLOORS = {torch.float32: (8, 64), torch.bfloat16: (1.5, 1.5)}  # roundings that any program may show, and at edge values


def inputs(subject: Subject, count: int, style: Style, bits: int = DOUBLE) -> Iterator[tuple[Draw, list[Fraction]]]:
    """Draws for the function's arguments, each with an incoming gradient that is not the same for all examples."""
    for k, draw in enumerate(draws(subject.arguments.values(), count, style, bits)):
        rng = Random(f"incoming/{k}")
        size = math.prod(draw.shape(subject.stated))
        yield draw, [rounded(Fraction(rng.randint(-64, 64) or 5, 32), bits) for _ in range(size)]


def statement(subject: Subject) -> Statement:
    return Statement(subject.stated, subject.differentiated)


def arguments(subject: Subject, draw: Draw, dtype: torch.dtype = torch.float64) -> dict[str, Any]:
    return draw.arguments(subject.tensors, subject.numbers, dtype)


def incoming_tensor(subject: Subject, draw: Draw, incoming: Sequence[Fraction]) -> Tensor:
    return torch.tensor([float(v) for v in incoming], dtype=torch.float64).reshape(draw.shape(subject.stated))


def plain_form(subject: Subject, draw: Draw, dtype: torch.dtype) -> Any:
    """The stated term as a function of the arguments, in plain torch."""

    def function(values: Mapping[str, Any]) -> Tensor:
        return Naive({s: values[p] for p, s in subject.arguments.items()}, draw.sizes, dtype).tensor(subject.stated)

    return function


def found(subject: Subject, draw: Draw, incoming: Sequence[Fraction], dtype: torch.dtype) -> dict[str, Tensor]:
    """What the generated function gives: the value under the empty name, gradients by parameter."""
    seed = incoming_tensor(subject, draw, incoming)
    value, gradients = subject.gradients(arguments(subject, draw, dtype), seed)
    return {"": value, **gradients}


def against_truth(subject: Subject) -> Iterator[CheckResult]:
    """Value and gradients against balls of 50 digits: edge values, sizes that differ, odd hyperparameters."""
    stated = statement(subject)
    worst, counted = {"value": 0.0, "gradient": 0.0}, {"value": 0, "gradient": 0}
    for draw, incoming in inputs(subject, POINTS, "wide"):
        true = stated.at(draw, incoming)
        mine = found(subject, draw, incoming, torch.float64)
        for name, truth in true.items():
            kind = "gradient" if name else "value"
            worst[kind] = max(worst[kind], truth.error(mine[name]))
            counted[kind] += truth.known
    for kind, error in worst.items():
        if kind == "gradient" and len(stated.outputs) == 1:
            continue
        if not counted[kind]:
            raise FailedCheckError(f"no drawn point has a {kind}")
        yield within(f"{kind} against 50 digits", error, TOLERANCE, f"{counted[kind]} entries, float64")


def against_autograd(subject: Subject) -> Iterator[CheckResult]:
    """The derived gradient against autograd's gradient of the formula as it is written."""
    worst = 0.0
    for draw, incoming in inputs(subject, POINTS, "mild"):
        values, seed = arguments(subject, draw), incoming_tensor(subject, draw, incoming)
        mine = subject.gradients(values, seed)
        theirs = subject.gradients(values, seed, plain_form(subject, draw, torch.float64))
        worst = max(worst, distance(mine[0], theirs[0]), *(distance(mine[1][p], theirs[1][p]) for p in mine[1]))
    yield within("gradient against autograd of the plain formula", worst, AGREEMENT, "float64")


def low_precision(subject: Subject) -> Iterator[CheckResult]:
    """float32 and bfloat16: at most twice the error of the plain formula; a few roundings where that one overflows.

    Half precision is computed in float32, so that it shows hardly more than the rounding of the result.
    """
    stated = statement(subject)
    for dtype, unit in PRECISIONS.items():
        name = str(dtype).removeprefix("torch.")
        mine, plain = _low_precision(subject, stated, dtype, "mild")
        shown = f"the plain formula's is {plain:.1e}" if math.isfinite(plain) else "the plain formula overflows"
        yield within(f"{name} against 50 digits", mine, no_worse_than(plain, dtype), shown)
        mine, _ = _low_precision(subject, stated, dtype, "wide")
        yield within(f"{name} at edge values", mine, FLOORS[dtype][1] * unit, "against 50 digits")


def _low_precision(subject: Subject, stated: Statement, dtype: torch.dtype, style: Style) -> tuple[float, float]:
    """The largest errors in this precision, of the generated function and of the plain formula."""
    smallest = float(torch.finfo(dtype).tiny) / PRECISIONS[dtype]
    mine, plain = 0.0, 0.0
    for draw, incoming in inputs(subject, POINTS, style, BRAIN):
        true, seed = stated.at(draw, incoming), incoming_tensor(subject, draw, incoming)
        mine = max(mine, _largest(true, found(subject, draw, incoming, dtype), smallest))
        written = plain_form(subject, draw, dtype)
        value, gradients = subject.gradients(arguments(subject, draw, dtype), seed, written)
        plain = max(plain, _largest(true, {"": value, **gradients}, smallest))
    return mine, plain


def no_worse_than(plain: float, dtype: torch.dtype) -> float:
    """The error that is allowed in this precision where the plain formula makes that one."""
    return max(FLOORS[dtype][0] * PRECISIONS[dtype], 2 * plain if math.isfinite(plain) else 0.0)


def distance(a: Tensor, b: Tensor) -> float:
    """The largest difference, relative to the largest entry; infinite if either is not finite, or shapes differ."""
    if a.shape != b.shape:
        return math.inf
    if not a.numel():
        return 0.0
    a, b = a.detach().double(), b.detach().double()
    if not (bool(a.isfinite().all()) and bool(b.isfinite().all())):
        return math.inf
    scale = max(float(a.abs().max()), float(b.abs().max()))
    return float((a - b).abs().max()) / scale if scale else 0.0


def _largest(true: Mapping[str, Truth], found: Mapping[str, Tensor], smallest: float) -> float:
    return max(truth.error(found[name], smallest) for name, truth in true.items())
