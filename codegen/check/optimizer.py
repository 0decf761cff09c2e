"""A generated optimizer: its trajectory against exact arithmetic and against the reference that the entry names."""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import torch
from flint import arb, ctx, fmpq
from torch import Tensor

from derive.codegen.check.draws import BRAIN, DOUBLE, Draw, draws, rounded
from derive.codegen.check.largest import unravelled
from derive.codegen.check.naive import Naive, NotInterpretedError
from derive.codegen.check.reference import resolved
from derive.codegen.check.result import CheckResult, FailedCheckError, within
from derive.codegen.check.subject import Subject
from derive.codegen.check.truth import FIRST_BITS, entries
from derive.codegen.check.values import PRECISIONS, TOLERANCE, no_worse_than
from derive.codegen.emit.torch import names
from derive.entry.record import Update
from derive.expr.leaves import Symbol
from derive.expr.node import walk
from derive.meaning.numbers.ball import Scalar, State, fraction
from derive.meaning.numbers.evaluate import Evaluation
from derive.meaning.numbers.reading import Reading

STEPS = 25


@dataclass(frozen=True)
class Rule:
    """An update rule with what its symbols are for."""

    update: Update
    theta: Symbol  # the parameter: the state whose start is not given
    gradient: Symbol
    clock: Symbol | None
    numbers: dict[str, Symbol]  # by the name of the optimizer's argument

    @staticmethod
    def of(subject: Subject) -> Rule:
        update = subject.record.step
        assert update is not None
        used = [n for n in walk(*update.new.values()) if isinstance(n, Symbol)]
        (theta,) = (s for s in update.new if s not in update.start)
        (gradient,) = (s for s in used if s.role == "input")
        clock = next((s for s in used if s.role == ""), None)
        numbers = {
            names.variable(s.name): s for s in subject.record.symbols if s.role == "hyperparameter" and s in used
        }
        return Rule(update, theta, gradient, clock, numbers)

    def drawn(self, bits: int = DOUBLE) -> tuple[Draw, list[list[Fraction]]]:
        """A start with hyperparameters, and a gradient for every step: of both signs, large, tiny and zero."""
        _, draw = draws((self.theta, *self.numbers.values()), 2, "mild", bits, key="optimizer")
        steady = {s: [_odd(s)] for s in self.numbers.values()}
        steady[self.theta] = [v / 256 for v in draw.values[self.theta]]  # so small that bfloat16 sees every step
        rng = Random("gradients")
        scales = [Fraction(1), Fraction(30), Fraction(1, 1024), Fraction(0), Fraction(1, 2**40)]
        size = math.prod(draw.shape(self.theta))
        steps = [
            [rounded(Fraction(rng.randint(-512, 512), 256) * scales[(k + step // 8) % len(scales)], bits)
             for k in range(size)] for step in range(STEPS)
        ]  # fmt: skip
        return draw.with_values(steady), steps

    def trajectory(self, draw: Draw, gradients: list[list[Fraction]]) -> list[list[Fraction]]:
        """The parameter after every step; states between steps are kept to more than 50 digits."""
        reading = Reading()
        state = dict(draw.values)
        for s, start in self.update.start.items():
            flat = entries(Evaluation(reading, draw.with_values(state).point(), FIRST_BITS), start)
            state[s] = [exact(v) for v in (flat * math.prod(draw.shape(s)) if not start.axes else flat)]
        out = []
        for k, gradient in enumerate(gradients):
            given = {**state, self.gradient: gradient}
            if self.clock is not None:
                given[self.clock] = [Fraction(self.update.first_step + k)]
            evaluation = Evaluation(reading, draw.with_values(given).point(), FIRST_BITS)
            state |= {s: [exact(v) for v in entries(evaluation, new)] for s, new in self.update.new.items()}
            out.append(state[self.theta])
        return out


def _odd(symbol: Symbol) -> Fraction:
    """A value near the default that is not the default: a step size stays a step size."""
    if symbol.default is None:
        return Fraction(3, 8)
    inside = symbol.domain.upper is not None
    value = 1 - (1 - symbol.default) * Fraction(13, 8) if inside else symbol.default * Fraction(13, 8)
    value = rounded(value, DOUBLE)
    return value if symbol.domain.contains(value) else rounded(symbol.default, DOUBLE)


def exact(value: Scalar) -> Fraction:
    """The midpoint of a ball, or a rational; as far as a trajectory is concerned, the value."""
    if isinstance(value, State):
        raise FailedCheckError(f"a state of the update rule is {value.value}")
    if isinstance(value, fmpq):
        if value.height_bits() <= 2 * FIRST_BITS:
            return fraction(value)
        with ctx.workprec(FIRST_BITS):
            value = arb(value)
    middle = value.mid().fmpq()
    return fraction(middle)


def run(optimizer: torch.optim.Optimizer, theta: Tensor, gradients: list[Tensor]) -> list[Tensor]:
    """The parameter after every step."""
    out = []
    for gradient in gradients:
        theta.grad = gradient.to(theta.dtype).clone()
        optimizer.step()
        out.append(theta.detach().clone())
    return out


@dataclass(frozen=True)
class Course:
    """Start, hyperparameters and gradients of one comparison, as tensors and numbers."""

    rule: Rule
    draw: Draw
    gradients: list[list[Fraction]]

    @staticmethod
    def of(rule: Rule, bits: int = DOUBLE) -> Course:
        return Course(rule, *rule.drawn(bits))

    def tensors(self) -> list[Tensor]:
        shape = self.draw.shape(self.rule.gradient)
        return [torch.tensor([float(v) for v in g], dtype=torch.float64).reshape(shape) for g in self.gradients]

    def start(self, dtype: torch.dtype) -> Tensor:
        return self.draw.tensor(self.rule.theta, dtype).requires_grad_()

    def numbers(self) -> dict[str, float]:
        return {p: float(self.draw.values[s][0]) for p, s in self.rule.numbers.items()}

    def mine(self, subject: Subject, dtype: torch.dtype) -> list[Tensor]:
        theta = self.start(dtype)
        optimizer = optimizer_class(subject)([theta], **self.numbers())
        return run(optimizer, theta, self.tensors())

    def plain(self, dtype: torch.dtype) -> list[Tensor] | None:
        """The trajectory of the rule as it is written, in plain torch; None if torch has no words for it.

        As an author would program it for parameters of this dtype: they are rounded to it after every step, all other
        states are float32 or wider and so is the arithmetic; numbers are Python's.
        """
        rule, wide = self.rule, torch.promote_types(dtype, torch.float32)
        theta = self.start(dtype).detach()
        numbers: dict[Symbol, Any] = {s: float(self.draw.values[s][0]) for s in rule.numbers.values()}
        state: dict[Symbol, Tensor] = {rule.theta: theta}
        out = []
        try:
            naive = Naive({**numbers, **state}, self.draw.sizes, torch.float64)
            state |= {s: naive.tensor(e).to(wide).expand_as(theta) for s, e in rule.update.start.items()}
            for k, gradient in enumerate(self.tensors()):
                clock = {} if rule.clock is None else {rule.clock: float(rule.update.first_step + k)}
                given = {s: t.to(wide) for s, t in {**state, rule.gradient: gradient.to(dtype)}.items()}
                naive = Naive({**numbers, **clock, **given}, self.draw.sizes, torch.float64)
                state = {s: naive.tensor(e).to(wide) for s, e in rule.update.new.items()}
                state[rule.theta] = state[rule.theta].to(dtype)
                out.append(state[rule.theta])
        except NotInterpretedError:
            return None
        return out

    def reference(self, subject: Subject, dtype: torch.dtype) -> list[Tensor] | None:
        """The trajectory of the oracle, if the entry names one."""
        oracle = subject.record.oracle
        if oracle is None:
            return None
        theta = self.start(dtype)
        known: Mapping[Symbol, Any] = {s: float(v[0]) for s, v in self.draw.values.items()} | {self.rule.theta: theta}
        naive = Naive(known, self.draw.sizes, torch.float64)

        def passed(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(map(passed, value))
            if value is self.rule.theta:
                return [theta]
            return float(naive.tensor(value)) if hasattr(value, "axes") else value

        given = {k: passed(v) for k, v in oracle.keywords.items()}
        return run(resolved(oracle.function)(*map(passed, oracle.arguments), **given), theta, self.tensors())


def optimizer_class(subject: Subject) -> Any:
    return getattr(subject.module, names.class_name(subject.record.id))


def worst(found: list[Tensor], true: list[list[Fraction]]) -> tuple[float, str]:
    """The largest error of a trajectory, relative to the largest value that the entry has had on its way; and where."""
    largest, where, scales = 0.0, "", [Fraction(1, 2**20)] * len(true[0])
    for step, (tensor, exactly) in enumerate(zip(found, true, strict=True), start=1):
        scales = [max(scale, abs(value)) for scale, value in zip(scales, exactly, strict=True)]
        entries_of_step = zip(tensor.flatten().tolist(), exactly, scales, strict=True)
        for k, (x, value, scale) in enumerate(entries_of_step):
            error = float(abs(Fraction(x) - value) / scale) if math.isfinite(x) else math.inf
            if error > largest:
                at = ", ".join(map(str, unravelled(k, tuple(tensor.shape))))
                largest, where = error, f"step {step}, entry [{at}]: {x:.6g}, but {float(value):.6g} is true"
            if error == math.inf:
                return largest, where
    return largest, where


def against(name: str, found: list[Tensor], true: list[list[Fraction]], limit: float, detail: str) -> CheckResult:
    """A trajectory against the true one; if it fails, with the step and the entry at which the error is largest."""
    error, where = worst(found, true)
    return within(name, error, limit, detail, where)


def against_truth(subject: Subject) -> Iterator[CheckResult]:
    """25 steps against the rule in balls; in float32 and bfloat16 at most twice the error of the plain rule.

    How much the rounding of one step grows in the next ones is a property of the rule: momentum of 0.9 makes ten of
    one. No number of roundings is thus right for all rules, but the rule as written, run in plain torch with the same
    rounding of parameter and states, has that growth in it. The generated step may round in other places: hence twice,
    and a floor where that run is exact by luck. Without a plain form, a floor for every step.
    """
    rule = Rule.of(subject)
    course = Course.of(rule)
    true = rule.trajectory(course.draw, course.gradients)
    mine = course.mine(subject, torch.float64)
    yield against("trajectory against 50 digits", mine, true, TOLERANCE, f"{STEPS} steps, float64")
    rough = Course.of(rule, BRAIN)
    true = rule.trajectory(rough.draw, rough.gradients)
    for dtype in PRECISIONS:
        theirs = rough.plain(dtype)
        plain = math.inf if theirs is None else worst(theirs, true)[0]
        limit = no_worse_than(plain, dtype) * (STEPS if theirs is None else 1)
        name = str(dtype).removeprefix("torch.")
        shown = "" if theirs is None else f"the plain rule's is {plain:.1e}"
        yield against(f"{name} trajectory", rough.mine(subject, dtype), true, limit, shown)


def against_oracle(subject: Subject) -> Iterator[CheckResult]:
    """The same steps taken by the reference."""
    oracle = subject.record.oracle
    if oracle is None:
        yield CheckResult("oracle", None, detail="the entry names none")
        return
    course = Course.of(Rule.of(subject))
    theirs, mine = course.reference(subject, torch.float64), course.mine(subject, torch.float64)
    assert theirs is not None
    largest = max(float(((a - b).abs() / b.abs().clamp_min(2.0**-20)).max()) for a, b in zip(mine, theirs, strict=True))
    yield within(f"oracle {oracle.function}", largest, TOLERANCE, f"{STEPS} steps, float64")


def resumed(subject: Subject) -> Iterator[CheckResult]:
    """A run that is stopped, saved and loaded goes on as if nothing had happened, in half precision too."""
    course = Course.of(Rule.of(subject), BRAIN)
    gradients = course.tensors()
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        expected = course.mine(subject, dtype)
        theta = course.start(dtype)
        first = optimizer_class(subject)([theta], **course.numbers())
        run(first, theta, gradients[:9])
        again = theta.detach().clone().requires_grad_()
        second = optimizer_class(subject)([again], **course.numbers())
        second.load_state_dict(copy.deepcopy(first.state_dict()))
        run(second, again, gradients[9:])
        if not torch.equal(again, expected[-1]):
            raise FailedCheckError(f"after state_dict and load_state_dict, {dtype} goes another way")
    yield CheckResult("saved and loaded", True, detail="float64, float32, bfloat16: the same to the last bit")


def extremes(subject: Subject) -> Iterator[CheckResult]:
    """Zero, huge and tiny gradients leave the parameter finite; NaN shows."""
    course = Course.of(Rule.of(subject))
    for dtype in (torch.float64, torch.float32):
        for size in (0.0, 1e4, -1e4, 1e-30):
            theta = course.start(dtype)
            optimizer = optimizer_class(subject)([theta], **course.numbers())
            last = run(optimizer, theta, [torch.full_like(theta, size)] * 3)[-1]
            if not bool(last.isfinite().all()):
                raise FailedCheckError(f"gradients of {size} give {last.flatten()[0].item()} in {dtype}")
        theta = course.start(dtype)
        last = run(optimizer_class(subject)([theta], **course.numbers()), theta, [torch.full_like(theta, math.nan)])[-1]
        if not bool(last.isnan().all()):
            raise FailedCheckError("a NaN gradient does not show in the parameter")
    empty = torch.zeros(0, requires_grad=True)
    run(optimizer_class(subject)([empty], **course.numbers()), empty, [torch.zeros(0)])
    yield CheckResult("extreme gradients", True, detail="0, ±10000, 1e-30, NaN, no entries")


def defaults(subject: Subject) -> Iterator[CheckResult]:
    """The optimizer's defaults are those of the entry."""
    parameters = inspect.signature(optimizer_class(subject)).parameters
    for p, s in Rule.of(subject).numbers.items():
        if s.default is not None and parameters[p].default != float(s.default):
            raise FailedCheckError(f"{p} defaults to {parameters[p].default}, in the entry to {s.default}")
    yield CheckResult("defaults", True, detail="those of the entry")
