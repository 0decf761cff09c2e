"""The ends of the range: huge and zero inputs, empty batches, NaN, reductions, arguments that make no sense."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import torch

from derive.codegen.check.draws import Draw, draws
from derive.codegen.check.largest import distance
from derive.codegen.check.result import CheckResult, FailedCheckError, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.truth import Truth
from derive.codegen.check.values import AGREEMENT, arguments, found, statement
from derive.expr.leaves import Symbol
from derive.meaning.numbers.ball import State

HUGE = (Fraction(10**4), Fraction(-(10**4)), Fraction(0))
EXTREMES = (*HUGE, Fraction(88), Fraction(-104), Fraction(710), Fraction(-746))  # where exp leaves float32 and float64
CORNERS = 8  # of hyperparameters


def extremes(subject: Subject) -> Iterator[CheckResult]:
    """Values and gradients at ±10000 and 0 are finite wherever the truth is."""
    stated = statement(subject)
    checked = 0
    for draw in _extreme_draws(subject):
        true = stated.at(draw, conditioned=False)
        ones = [Fraction(1)] * math.prod(draw.shape(subject.stated))
        for dtype in (torch.float64, torch.float32):
            for name, tensor in found(subject, draw, ones, dtype).items():
                bad = ~tensor.isfinite().flatten() & torch.tensor(_representable(true.get(name), tensor))
                checked += tensor.numel()
                if bool(bad.any()):
                    what = f"the gradient by {name}" if name else "the value"
                    raise FailedCheckError(f"{what} is {tensor.flatten()[bad][0].item()} in {dtype} at {_shown(draw)}")
    yield CheckResult("extreme inputs", True, detail=f"{checked} entries at ±10000 and 0, finite where the truth is")


def _extreme_draws(subject: Subject) -> Iterator[Draw]:
    """Every real input huge or zero, at edge values and defaults of the hyperparameters."""
    _, wide = draws(subject.arguments.values(), 2, "mild", key="extremes")
    reals = [s for s in subject.tensors.values() if s.domain.lower is None and not s.domain.structure]
    numbers = list(subject.numbers.values())
    edges = [[v for v in {s.default, *s.domain.edges} if v is not None and abs(v) < 10] for s in numbers]
    corners = [dict(zip(numbers, ([v] for v in c), strict=True)) for c in product(*map(sorted, edges))]
    for k, corner in enumerate(corners[:: max(1, len(corners) // CORNERS)] or [{}]):
        for shift in range(2):
            values = {s: _cycled(draw_size(wide, s), (k + 1) * (j + 1) + shift) for j, s in enumerate(reals)}
            yield wide.with_values({**corner, **values})
    yield wide.with_values({s: [Fraction(0)] * draw_size(wide, s) for s in reals})


def draw_size(draw: Draw, symbol: Symbol) -> int:
    return math.prod(draw.shape(symbol))


def _cycled(size: int, start: int) -> list[Fraction]:
    return [EXTREMES[(start + k) % len(EXTREMES)] for k in range(size)]


def _representable(truth: Truth | None, like: torch.Tensor) -> list[bool]:
    """Whether each true entry is a number that the dtype can hold; a kink counts, for code takes a value there."""
    if truth is None:
        return [True] * like.numel()
    largest = float(torch.finfo(like.dtype).max) / 4
    return [isinstance(v, State) or size < largest for v, size in zip(truth.values, truth.sizes, strict=True)]


def _shown(draw: Draw) -> str:
    return ", ".join(f"{s.name} = {'[' if s.axes else ''}{', '.join(map(str, v[:4]))}{', …' if len(v) > 4 else ''}"
                     f"{']' if s.axes else ''}" for s, v in draw.values.items())  # fmt: skip


def nan(subject: Subject) -> Iterator[CheckResult]:
    """A NaN in an input is a NaN in the value, and in no other example's."""
    draw = next(draws(subject.arguments.values(), 1, "mild", key="nan"))
    for p in subject.differentiated:
        values = arguments(subject, draw)
        values[p].view(-1)[0] = math.nan
        out = subject.call(values)
        if not bool(out.flatten()[0].isnan()):
            raise FailedCheckError(f"NaN in {p} gives {out.flatten()[0].item()}")
        if (
            subject.per_example
            and subject.tensors[p].axes == subject.stated.axes
            and bool(out.flatten()[1:].isnan().any())
        ):
            raise FailedCheckError(f"NaN in one entry of {p} spoils other examples")
    yield CheckResult("NaN in, NaN out", True, detail=", ".join(subject.differentiated))


def reductions(subject: Subject) -> Iterator[CheckResult]:
    """none, mean and sum agree, with their gradients, for a batch of any shape and for an empty one."""
    if not subject.per_example:
        yield CheckResult("reductions", None, detail="the value is one number")
        return
    draw = next(draws(subject.arguments.values(), 1, "mild", key="reductions"))
    values = arguments(subject, draw)
    each, by_each = subject.gradients(values)
    worst = 0.0
    for reduction, share in (("sum", 1.0), ("mean", 1 / each.numel())):
        value, gradients = subject.gradients(values, function=lambda v, r=reduction: subject.call(v, r))
        worst = max(worst, distance(value, each.sum() * share))
        worst = max(worst, *(distance(g, by_each[p] * share) for p, g in gradients.items()))
    folded, unfolded = _folded(subject, values), subject.call(_folded(subject, values))
    worst = max(worst, distance(unfolded.flatten(), each))
    if (
        unfolded.shape
        != next(t for p, t in folded.items() if p in subject.tensors and t.ndim > 0).shape[: unfolded.ndim]
    ):
        raise FailedCheckError(f"a batch of two axes gives a value of shape {tuple(unfolded.shape)}")
    yield within("reductions", worst, AGREEMENT, "none, mean, sum, a batch of two axes")
    yield _empty(subject, values)
    try:
        subject.call(values, "total")
    except ValueError:
        return
    raise FailedCheckError("reduction='total' is accepted")


def _folded(subject: Subject, values: dict) -> dict:
    """The same examples as a batch of two axes, as far as an entry has one axis of examples that stands first."""
    (batch, *others) = subject.stated.axes
    if others:
        return values
    return {
        p: v.reshape(2, -1, *v.shape[1:]) if p in subject.tensors and subject.tensors[p].axes[:1] == (batch,) else v
        for p, v in values.items()
    }


def _empty(subject: Subject, values: dict) -> CheckResult:
    batch = subject.stated.axes[0]
    none = {
        p: v[:0] if p in subject.tensors and subject.tensors[p].axes[:1] == (batch,) else v for p, v in values.items()
    }
    for reduction in ("none", "sum", "mean"):
        value, gradients = subject.gradients(none, function=lambda v, r=reduction: subject.call(v, r))
        if not all(bool(t.isfinite().all()) for t in (value, *gradients.values())):
            raise FailedCheckError(f"an empty batch gives {value.tolist()} with reduction={reduction!r}")
        if reduction == "none" and value.numel():
            raise FailedCheckError("an empty batch gives a value that is not empty")
    return CheckResult("empty batch", True, detail="no NaN")
