"""The largest error of a check so far, and where in the input it occurred."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import islice

from torch import Tensor

from derive.codegen.check.draws import Draw
from derive.codegen.check.result import CheckResult, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.truth import SMALLEST, Truth
from derive.expr.leaves import Symbol

SHOWN = 5  # values of the input


class Largest:
    """Takes in errors one by one; `at` says which entry the largest belongs to and what the input is there."""

    def __init__(self) -> None:
        self.error, self.at = 0.0, ""

    def against(self, true: Truth, found: Tensor, name: str, draw: Draw, subject: Subject,
                smallest: float = SMALLEST) -> None:  # fmt: skip
        """The value (empty name) or the gradient by a parameter, against the truth."""
        error, entry = true.worst(found, smallest)
        if not error <= self.error:
            self.error, self.at = error, place(subject, draw, name, found, entry)

    def between(self, found: tuple[Tensor, Mapping[str, Tensor]], other: tuple[Tensor, Mapping[str, Tensor]],
                draw: Draw, subject: Subject) -> None:  # fmt: skip
        """Value and gradients against those of another program."""
        for name, mine in {"": found[0], **found[1]}.items():
            theirs = other[1][name] if name else other[0]
            error = distance(mine, theirs)
            if not error <= self.error:
                self.error, self.at = error, place(subject, draw, name, mine, farthest(mine, theirs))
                if mine.shape != theirs.shape:
                    self.at += f" has shape {tuple(mine.shape)}, not {tuple(theirs.shape)}"

    def within(self, name: str, limit: float, detail: str = "") -> CheckResult:
        return within(name, self.error, limit, detail, self.at)


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


def farthest(a: Tensor, b: Tensor) -> int | None:
    """The entry, row-major, with the largest difference; the first that is not finite, if there is one."""
    if a.shape != b.shape or not a.numel():
        return None
    gap = (a.detach().double() - b.detach().double()).abs().nan_to_num(math.inf)
    return int(gap.argmax())


def place(subject: Subject, draw: Draw, name: str, tensor: Tensor, entry: int | None) -> str:
    """Such as ``the gradient by z at [3]: z = -2.5, y = 1, gamma = 1.625``; what has no such entry is left out."""
    what = f"the gradient by {name}" if name else "the value"
    if entry is None:
        return what
    where = unravelled(entry, tuple(tensor.shape))
    values = ((p, _shown(draw, s, tuple(tensor.shape), entry)) for p, s in subject.arguments.items())
    told = ", ".join(f"{p} = {v}" for p, v in islice((pair for pair in values if pair[1]), SHOWN))
    at = f" at [{', '.join(map(str, where))}]" if where else ""
    return f"{what}{at}: {told}" if told else f"{what}{at}"


def unravelled(entry: int, shape: tuple[int, ...]) -> list[int]:
    out: list[int] = []
    for size in reversed(shape):
        entry, k = divmod(entry, size)
        out.insert(0, k)
    return out


def _shown(draw: Draw, symbol: Symbol, shape: tuple[int, ...], entry: int) -> str:
    values: list[Fraction] = draw.values[symbol]
    if not symbol.axes:
        return f"{float(values[0]):.6g}"
    return f"{float(values[entry]):.6g}" if draw.shape(symbol) == shape else ""
