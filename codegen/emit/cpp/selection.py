"""The choice of better instructions: log(1 + x) as log1p(x), exp(x) - 1 as expm1(x), constant powers without pow."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from derive.codegen.schedule.stage import Function, Step

LARGEST_POWER = 16


def select(function: Function) -> Function:
    """The same function with better operations where one fits; steps that nothing uses any more are gone."""
    by_name = {step.variable: step for step in function.steps}
    steps: list[Step] = []
    for step in function.steps:
        chosen = _chosen(step, by_name)
        by_name[step.variable] = chosen
        steps.append(chosen)
    return replace(function, steps=_used(steps, function.results))


def _chosen(step: Step, by_name: dict[str, Step]) -> Step:
    match step.node.operation:
        case "power":
            return _power(step, by_name)
        case "log":
            return _log(step, by_name)
        case "add":
            return _sum(step, by_name)
    return step


def _number(variable: str, by_name: dict[str, Step]) -> Fraction | None:
    return by_name[variable].node.number if variable in by_name else None


def _with(step: Step, operation: str, *operands: str) -> Step:
    return replace(step, node=replace(step.node, operation=operation), operands=operands)


def _power(step: Step, by_name: dict[str, Step]) -> Step:
    base, exponent = step.operands
    n = _number(exponent, by_name)
    if n == 2:
        return _with(step, "square", base)
    if n == Fraction(1, 2):
        return _with(step, "sqrt", base)
    if n == Fraction(-1, 2):
        return _with(step, "reciprocal_sqrt", base)
    if n is not None and n.denominator == 1 and abs(n) <= LARGEST_POWER:
        return _with(step, "integer_power", base, exponent)
    return step


def _log(step: Step, by_name: dict[str, Step]) -> Step:
    """log(1 + x): adding 1 would drop the digits of a small x."""
    inner = by_name.get(step.operands[0])
    if inner is None or inner.node.operation != "add" or len(inner.operands) != 2:
        return step
    first, second = inner.operands
    if _number(first, by_name) == 1:
        return _with(step, "log1p", second)
    return _with(step, "log1p", first) if _number(second, by_name) == 1 else step


def _sum(step: Step, by_name: dict[str, Step]) -> Step:
    """exp(x) - 1: the difference would cancel for a small x."""
    if len(step.operands) != 2:
        return step
    for one, other in (step.operands, step.operands[::-1]):
        inner = by_name.get(one)
        if inner is not None and inner.node.operation == "exp" and _is_minus_one(other, by_name):
            return _with(step, "expm1", inner.operands[0])
    return step


def _is_minus_one(variable: str, by_name: dict[str, Step]) -> bool:
    step = by_name.get(variable)
    if step is None:
        return False
    return step.node.number == -1 or (step.node.operation == "negate" and _number(step.operands[0], by_name) == 1)


def _used(steps: list[Step], results: tuple[str, ...]) -> tuple[Step, ...]:
    wanted = Counter(results)
    kept: list[Step] = []
    for step in reversed(steps):
        if step.variable in wanted:
            kept.append(step)
            wanted.update(step.operands)
    return tuple(reversed(kept))
