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
from derive.codegen.check.largest import Largest
from derive.codegen.check.naive import Naive
from derive.codegen.check.result import CheckResult, FailedCheckError
from derive.codegen.check.subject import Subject
from derive.codegen.check.truth import Statement

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
    worst, counted = {"value": Largest(), "gradient": Largest()}, {"value": 0, "gradient": 0}
    for draw, incoming in inputs(subject, POINTS, "wide"):
        true = stated.at(draw, incoming)
        mine = found(subject, draw, incoming, torch.float64)
        for name, truth in true.items():
            kind = "gradient" if name else "value"
            worst[kind].against(truth, mine[name], name, draw, subject)
            counted[kind] += truth.known
    for kind, largest in worst.items():
        if kind == "gradient" and len(stated.outputs) == 1:
            continue
        if not counted[kind]:
            raise FailedCheckError(f"no drawn point has a {kind}")
        yield largest.within(f"{kind} against 50 digits", TOLERANCE, f"{counted[kind]} entries, float64")


def against_autograd(subject: Subject) -> Iterator[CheckResult]:
    """The derived gradient against autograd's gradient of the formula as it is written."""
    largest = Largest()
    for draw, incoming in inputs(subject, POINTS, "mild"):
        values, seed = arguments(subject, draw), incoming_tensor(subject, draw, incoming)
        mine = subject.gradients(values, seed)
        theirs = subject.gradients(values, seed, plain_form(subject, draw, torch.float64))
        largest.between(mine, theirs, draw, subject)
    yield largest.within("gradient against autograd of the plain formula", AGREEMENT, "float64")


def low_precision(subject: Subject) -> Iterator[CheckResult]:
    """float32 and bfloat16: at most twice the error of the plain formula; a few roundings where that one overflows.

    Half precision is computed in float32, so that it shows hardly more than the rounding of the result.
    """
    stated = statement(subject)
    for dtype, unit in PRECISIONS.items():
        name = str(dtype).removeprefix("torch.")
        mine, plain = _low_precision(subject, stated, dtype, "mild")
        shown = f"the plain formula's is {plain:.1e}" if math.isfinite(plain) else "the plain formula overflows"
        yield mine.within(f"{name} against 50 digits", no_worse_than(plain, dtype), shown)
        mine, _ = _low_precision(subject, stated, dtype, "wide")
        yield mine.within(f"{name} at edge values", FLOORS[dtype][1] * unit, "against 50 digits")


def _low_precision(subject: Subject, stated: Statement, dtype: torch.dtype, style: Style) -> tuple[Largest, float]:
    """The largest errors in this precision, of the generated function and of the plain formula."""
    smallest = float(torch.finfo(dtype).tiny) / PRECISIONS[dtype]
    mine, plain = Largest(), Largest()
    for draw, incoming in inputs(subject, POINTS, style, BRAIN):
        true, seed = stated.at(draw, incoming), incoming_tensor(subject, draw, incoming)
        generated = found(subject, draw, incoming, dtype)
        written = plain_form(subject, draw, dtype)
        value, gradients = subject.gradients(arguments(subject, draw, dtype), seed, written)
        for name, truth in true.items():
            mine.against(truth, generated[name], name, draw, subject, smallest)
            plain.against(truth, gradients[name] if name else value, name, draw, subject, smallest)
    return mine, plain.error


def no_worse_than(plain: float, dtype: torch.dtype) -> float:
    """The error that is allowed in this precision where the plain formula makes that one."""
    return max(FLOORS[dtype][0] * PRECISIONS[dtype], 2 * plain if math.isfinite(plain) else 0.0)
