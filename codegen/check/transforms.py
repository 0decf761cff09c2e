"""Generated gradients under everything that torch does to functions: gradcheck, torch.func, torch.compile."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.autograd.gradcheck import GradcheckError
from torch.func import grad, jvp, vmap

from derive.codegen.check.draws import Draw, draws
from derive.codegen.check.largest import distance
from derive.codegen.check.result import CheckResult, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.values import AGREEMENT, arguments

COMPILED_FLOAT64 = 1e-12  # a compiled program may add in another order


def _mild(subject: Subject) -> Draw:
    """Sizes that all differ, values away from kinks."""
    *_, last = draws(subject.arguments.values(), 2, "mild", key="transforms")
    return last


def _of_tensors(subject: Subject, draw: Draw) -> tuple[Callable[..., Tensor], tuple[Tensor, ...]]:
    """The function of its differentiable arguments alone, and these."""
    values = arguments(subject, draw)
    names = list(subject.differentiated)

    def function(*tensors: Tensor) -> Tensor:
        return subject.call({**values, **dict(zip(names, tensors, strict=True))})

    return function, tuple(values[p] for p in names)


def gradcheck(subject: Subject) -> Iterator[CheckResult]:
    """First and second derivatives, backward and forward, against differences, by torch's own gradcheck."""
    function, tensors = _of_tensors(subject, _mild(subject))
    free = tuple(t.clone().requires_grad_() for t in tensors)
    checks: dict[str, Callable[[], bool]] = {
        "gradcheck": lambda: torch.autograd.gradcheck(function, free, check_forward_ad=True, check_batched_grad=True),
        "gradgradcheck": lambda: torch.autograd.gradgradcheck(function, free),
    }
    for name, check in checks.items():
        try:
            check()
        except GradcheckError as error:
            yield CheckResult(name, False, detail=" ".join(str(error).split())[:300])
        else:
            yield CheckResult(name, True, detail="float64")


def functional(subject: Subject) -> Iterator[CheckResult]:
    """torch.func: grad, jvp and vmap over grad agree with backward."""
    function, tensors = _of_tensors(subject, _mild(subject))
    places = tuple(range(len(tensors)))

    def total(*given: Tensor) -> Tensor:
        return function(*given).sum()

    free = [t.clone().requires_grad_() for t in tensors]
    expected = torch.autograd.grad(total(*free), free)
    by_grad = grad(total, argnums=places)(*tensors)
    worst = max(map(distance, by_grad, expected))
    generator = torch.Generator().manual_seed(0)
    tangents = tuple(torch.randn(t.shape, generator=generator, dtype=t.dtype) for t in tensors)
    slope = jvp(total, tensors, tangents)[1]
    by_backward = sum((g * t).sum() for g, t in zip(expected, tangents, strict=True))
    assert isinstance(by_backward, Tensor)
    worst = max(worst, distance(slope, by_backward))
    stacked = tuple(torch.stack([t, t / 2, t / 4]) for t in tensors)
    batched = vmap(grad(total, argnums=places))(*stacked)
    one_by_one = [grad(total, argnums=places)(*(t[k] for t in stacked)) for k in range(3)]
    for k, g in enumerate(batched):
        worst = max(worst, distance(g, torch.stack([row[k] for row in one_by_one])))
    yield within("torch.func grad, jvp, vmap", worst, AGREEMENT, "against backward")


def compiled(subject: Subject) -> Iterator[CheckResult]:
    """torch.compile in one piece, with the same value and gradients."""
    if not subject.thorough:
        yield CheckResult("torch.compile", None, detail="slow; asked for by --thorough")
        return
    values = arguments(subject, _mild(subject))
    torch._dynamo.reset()
    try:
        sys.modules[subject.module.__name__] = subject.module  # where torch.compile looks functions up
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, of its own calls
            fast = torch.compile(lambda v: subject.call(v, "mean"), fullgraph=True)
            mine = subject.gradients(values, function=fast)
    finally:
        sys.modules.pop(subject.module.__name__, None)
        torch._dynamo.reset()
    expected = subject.gradients(values, function=lambda v: subject.call(v, "mean"))
    worst = max(distance(mine[0], expected[0]), *(distance(mine[1][p], expected[1][p]) for p in expected[1]))
    yield within("torch.compile", worst, COMPILED_FLOAT64, "fullgraph, against eager")
