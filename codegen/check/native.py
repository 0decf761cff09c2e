"""Compiled code: the C++ module by the same checks as the PyTorch module, and that nvcc takes the CUDA file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch._library.custom_ops import CustomOpDef

from derive.codegen.build.library import BackendMissing, BuildFailed, built_library, compiler
from derive.codegen.check import limits, optimizer, values
from derive.codegen.check.draws import draw_at, draws, large
from derive.codegen.check.largest import Largest
from derive.codegen.check.result import CheckResult, FailedCheckError, attempted
from derive.codegen.check.subject import Subject, is_update
from derive.codegen.check.values import TOLERANCE

ARCHITECTURE = "sm_80"
LARGE_ERRORS = {torch.float64: TOLERANCE, torch.float32: 1e-4}  # sums are added up in another order
INSTALL_NVCC = "nvcc is missing; install the CUDA toolkit"


def cpp(subject: Subject) -> Iterator[CheckResult]:
    """The C++ module: exact arithmetic, extremes, the PyTorch module, and torch's checks of its operators."""
    try:
        compiler()
    except BackendMissing as error:
        yield CheckResult("C++", None, detail=str(error))
        return
    compiled = replace(subject, target="cpp")
    if not (subject.folder / f"{subject.name}.cpp").is_file():
        yield CheckResult("C++", None, detail="not available for this entry")
        return
    try:
        built_library(_sources(compiled))
    except BuildFailed as error:
        lines = str(error).splitlines()
        yield CheckResult("C++ builds", False, detail=next((line for line in lines if "error" in line), lines[-1]))
        return
    for name, check in (OF_UPDATES if is_update(subject.record) else OF_VALUES).items():
        for found in attempted(name, partial(check, compiled)):
            if not found.skipped:
                yield replace(found, name=f"C++ {found.name}")


def _sources(compiled: Subject) -> dict[str, str]:
    """What the C++ module compiles; the library is built once and then found by its content."""
    files = (f"{compiled.name}.cpp", f"{compiled.name}_elements.h")
    return {file: (compiled.folder / file).read_text("utf-8") for file in files}


def against_torch(compiled: Subject) -> Iterator[CheckResult]:
    """Value and gradients against the PyTorch module."""
    largest, subject = Largest(), replace(compiled, target="")
    for draw, incoming in values.inputs(subject, values.POINTS, "mild"):
        given, seed = values.arguments(subject, draw), values.incoming_tensor(subject, draw, incoming)
        mine, theirs = compiled.gradients(given, seed), subject.gradients(given, seed)
        largest.between(mine, theirs, draw, compiled)
    yield largest.within("against the PyTorch module", TOLERANCE, "value and gradient, float64")


def many(compiled: Subject) -> Iterator[CheckResult]:
    """Sizes beyond every block, as sums and as tensors, against the PyTorch module in both precisions."""
    subject, symbols = replace(compiled, target=""), list(compiled.arguments.values())
    draw = draw_at(symbols, large(symbols))
    for dtype, limit in LARGE_ERRORS.items():
        given = values.arguments(subject, draw, dtype)
        largest = Largest()
        for reduction in ("none", "sum", "mean") if subject.per_example else ("none",):
            mine = compiled.gradients(given, function=partial(compiled.call, reduction=reduction))
            theirs = subject.gradients(given, function=partial(subject.call, reduction=reduction))
            largest.between(mine, theirs, draw, compiled)
        sizes = " x ".join(map(str, draw.sizes.values()))
        yield largest.within(
            f"many, {str(dtype).removeprefix('torch.')}", limit, f"{sizes}, against the PyTorch module"
        )


def operators(compiled: Subject) -> Iterator[CheckResult]:
    """torch.library.opcheck of every registered operator."""
    given = _step_arguments(compiled) if is_update(compiled.record) else _arguments(compiled)
    found = [v for v in vars(compiled.module).values() if isinstance(v, CustomOpDef)]
    if not found:
        raise FailedCheckError("the C++ module registers no operator")
    for operator in found:
        torch.library.opcheck(operator, _operands(operator, compiled, given))
    yield CheckResult("opcheck", True, detail=", ".join(o._name for o in found))


def _arguments(compiled: Subject) -> dict[str, Any]:
    return values.arguments(compiled, next(draws(compiled.arguments.values(), 1, "mild")))


def _operands(operator: Any, compiled: Subject, given: dict[str, Any]) -> tuple[Any, ...]:
    """Arguments by the names in the operator's schema; those of the entry require gradients where they may."""
    out: list[Any] = []
    free = set(compiled.differentiated) if operator._backward_fn is not None else set()
    for argument in operator._opoverload._schema.arguments:
        wants_tensor = isinstance(argument.type, torch.TensorType)
        if argument.name in given:
            value = given[argument.name]
            out.append(value.clone().requires_grad_(argument.name in free) if wants_tensor else float(value))
        elif wants_tensor and argument.name == "grad_output":  # of the values, one for each example
            out.append(torch.ones_like(getattr(compiled.module, compiled.name)(**given, reduction="none")))
        elif wants_tensor:  # a gradient, or a factor of the incoming one
            like = next(v for v in given.values() if isinstance(v, Tensor))
            out.append(torch.tensor(0.75, dtype=like.dtype) if argument.name == "factor" else torch.ones_like(like))
        else:
            out.append(1.0)
    return tuple(out)


def trajectory(compiled: Subject) -> Iterator[CheckResult]:
    """The trajectory of the compiled step against the rule in balls."""
    rule = optimizer.Rule.of(compiled)
    course = optimizer.Course.of(rule)
    true = rule.trajectory(course.draw, course.gradients)
    step = getattr(compiled.module, f"{compiled.name}_step")
    state = {s.name: _start(course, s) for s in rule.update.new}
    found = []
    for k, gradient in enumerate(course.tensors()):
        clock = {} if rule.clock is None else {rule.clock.name: rule.update.first_step + k}
        step(**state, **{rule.gradient.name: gradient}, **clock, **course.numbers())
        found.append(state[rule.theta.name].clone())
    yield optimizer.against("trajectory against 50 digits", found, true, TOLERANCE, f"{optimizer.STEPS} steps, float64")


def _start(course: optimizer.Course, symbol: Any) -> Tensor:
    theta = course.start(torch.float64).detach()
    start = course.rule.update.start.get(symbol)
    return theta.clone() if start is None else torch.full_like(theta, float(start.value))  # type: ignore[attr-defined]


def _step_arguments(compiled: Subject) -> dict[str, Any]:
    course = optimizer.Course.of(optimizer.Rule.of(compiled))
    given: dict[str, Any] = {s.name: _start(course, s) for s in course.rule.update.new}
    given[course.rule.gradient.name] = course.tensors()[0]
    clock = course.rule.clock
    return given | course.numbers() | ({} if clock is None else {clock.name: 1.0})


def cuda(subject: Subject) -> Iterator[CheckResult]:
    """nvcc compiles the CUDA file. Whether it computes the right thing takes a GPU."""
    source = subject.folder / f"{subject.name}.cu"
    nvcc = shutil.which("nvcc")
    if not source.is_file():
        yield CheckResult("CUDA", None, detail="not available for this entry")
        return
    if nvcc is None:
        yield CheckResult("CUDA", None, detail=INSTALL_NVCC)
        return
    with tempfile.TemporaryDirectory() as scratch:
        command = [nvcc, "-std=c++17", f"-arch={ARCHITECTURE}", "-cubin", "-o", str(Path(scratch) / "out.cubin")]
        done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).splitlines()
        told = next((line for line in lines if "error" in line), "nvcc failed")
        raise FailedCheckError(told.replace(f"{subject.folder}/", ""))
    yield CheckResult("CUDA compiles", True, detail=f"nvcc, {ARCHITECTURE}; not run")


OF_VALUES = {
    "50 digits": values.against_truth,
    "extreme inputs": limits.extremes,
    "NaN in, NaN out": limits.nan,
    "reductions": limits.reductions,
    "against the PyTorch module": against_torch,
    "many": many,
    "opcheck": operators,
}
OF_UPDATES = {"50 digits": trajectory, "opcheck": operators}
