"""The test file beside a generated module: for anybody with torch and pytest, and without this project.

It carries points with the true value and gradients, computed with 50 digits and rounded to float64; torch's gradcheck;
the entry's oracle; and the ends of the range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from flint import arb, ctx

from derive.codegen.check import optimizer
from derive.codegen.check.reference import exact, reduction, restricted, takes_numbers
from derive.codegen.check.spelling import NotSpelledError, definitions, spelled
from derive.codegen.check.subject import Subject, is_update
from derive.codegen.check.templates import CLOSE, HEAD, REDUCTIONS, UPDATE, VALUES
from derive.codegen.check.truth import FIRST_BITS, Truth
from derive.codegen.check.values import incoming_tensor, inputs, statement
from derive.codegen.emit.torch import names
from derive.entry.record import Oracle
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.meaning.numbers.ball import Scalar, State
from derive.meaning.numbers.sample import nested

WIDTH = 110
STEPS = 12  # of a trajectory


def text(subject: Subject) -> str:
    """The source of the test file."""
    parts = _of_update(subject) if is_update(subject.record) else _of_value(subject)
    return HEAD.format(name=subject.name, id=subject.record.id) + "\n".join(parts)


def _of_value(subject: Subject) -> Iterator[str]:
    points = list(_points(subject))
    real = [p for p, s in subject.differentiated.items() if s.domain.lower is None and not s.domain.structure]
    yield f"TENSORS = {literal(list(subject.tensors))}"
    yield f"FREE = {literal(list(subject.differentiated))}  # with gradients"
    yield f"REAL = {literal(real)}  # any number will do"
    if subject.per_example:
        batched = [p for p, s in subject.tensors.items() if s.axes[:1] == subject.stated.axes[:1]]
        yield f"BATCHED = {literal(batched)}"
    yield f"POINTS = {literal(points)}\n"
    yield CLOSE
    none = ', reduction="none"' if subject.per_example else ""
    yield VALUES.format(name=subject.name, none=none)
    if subject.per_example:
        yield REDUCTIONS.format(name=subject.name)
    yield from _oracle(subject)


def _points(subject: Subject) -> Iterator[dict[str, Any]]:
    """Two points with true values, rounded to float64."""
    stated = statement(subject)
    for draw, incoming in list(inputs(subject, 3, "mild"))[1:]:
        true = stated.at(draw, incoming)
        shapes = {p: draw.shape(s) for p, s in subject.differentiated.items()}
        yield {
            "arguments": {p: draw.tensor(s).tolist() for p, s in subject.tensors.items()}
            | {p: float(draw.values[s][0]) for p, s in subject.numbers.items()},
            "grad_output": incoming_tensor(subject, draw, incoming).tolist(),
            "value": _rounded(true[""], draw.shape(subject.stated)),
            "gradients": {p: _rounded(true[p], shape) for p, shape in shapes.items() if p in true},
        }


def _rounded(truth: Truth, shape: tuple[int, ...]) -> Any:
    return nested([_nearest(v) for v in truth.values], shape)


def _nearest(value: Scalar) -> float:
    if isinstance(value, State):
        return 0.0  # a kink, where generated code takes the slope 0
    with ctx.workprec(FIRST_BITS):
        return float(arb(value).mid())


def _oracle(subject: Subject) -> Iterator[str]:
    """The entry's reference as a test, if its arguments can be typed as whole tensors."""
    oracle = subject.record.oracle
    if oracle is None:
        return
    try:
        lines = definitions(e for e in (*oracle.arguments, *oracle.keywords.values()) if isinstance(e, Expr))
        call = _call(oracle)
    except NotSpelledError:
        return
    wanted = f', reduction="{reduction(oracle, subject.record.reduction)}"' if subject.per_example else ""
    fixed = {names.variable(n): float(v) for n, v in restricted(oracle).items()}
    scale = float(exact(oracle.scale))
    factor = f"{scale!r} * " if scale != 1 else ""
    numbers = () if takes_numbers(subject, oracle) else subject.numbers

    def given(p: str) -> str:
        return f'torch.tensor(given["{p}"])' if p in numbers else f'given["{p}"]'

    used = [p for p in subject.arguments if any(_mentions(text, p) for text in (*lines, call))]
    yield "\n".join([
        "",
        '@pytest.mark.parametrize("point", POINTS)',
        "def test_oracle(point):",
        f'    """{oracle.function}{", ".join([""] + [f"{n} = {v}" for n, v in fixed.items()])}."""',
        f'    given = tensors({{**point["arguments"], **{fixed!r}}})',
        f"    {', '.join(used)} = {', '.join(map(given, used))}",
        *(f"    {line}" for line in lines),
        f"    expected = {factor}{call}",
        f"    close(module.{subject.name}(**given{wanted}), expected, 1e-9)",
        "",
    ])  # fmt: skip


def _mentions(text: str, name: str) -> bool:
    clean = "".join(c if c.isalnum() or c == "_" else " " for c in text)
    return name in clean.split()


def _call(oracle: Oracle, theta: Symbol | None = None) -> str:
    def shown(value: Any) -> str:
        if value is theta and theta is not None:
            return f"[{names.variable(theta.name)}]"
        if isinstance(value, Expr):
            return spelled(value)
        if isinstance(value, tuple):
            return f"({', '.join(map(shown, value))}{',' if len(value) == 1 else ''})"
        return repr(value).replace("'", '"')

    parts = [*map(shown, oracle.arguments), *(f"{k}={shown(v)}" for k, v in oracle.keywords.items())]
    return f"{oracle.function}({', '.join(parts)})"


def _of_update(subject: Subject) -> Iterator[str]:
    rule = optimizer.Rule.of(subject)
    course = optimizer.Course.of(rule)
    true = rule.trajectory(course.draw, course.gradients[:STEPS])
    shape = course.draw.shape(rule.theta)
    gradients = [g.tolist() for g in course.tensors()[:STEPS]]
    yield f"NUMBERS = {literal(course.numbers())}"
    yield f"START = {literal(course.start(torch.float64).tolist())}"
    yield f"GRADIENTS = {literal(gradients)}"
    yield f"TRAJECTORY = {literal([nested([float(v) for v in step], shape) for step in true])}\n"
    yield CLOSE
    cls = names.class_name(subject.record.id)
    yield UPDATE.format(cls=cls)
    oracle = subject.record.oracle
    if oracle is None:
        return
    call = _call(oracle, rule.theta)
    used = [p for p in rule.numbers if _mentions(call, p)]
    theta = names.variable(rule.theta.name)
    yield "\n".join([
        "",
        "def test_oracle():",
        f'    """{oracle.function}."""',
        f"    mine, {theta} = start(torch.float64), start(torch.float64)",
        f"    {', '.join(used)} = {', '.join(f'NUMBERS[{p!r}]' for p in used)}".replace("'", '"'),
        f"    theirs = course({call}, {theta})",
        f"    for found, expected in zip(course(module.{cls}([mine], **NUMBERS), mine), theirs, strict=True):",
        "        close(found, expected)",
        "",
    ])  # fmt: skip


def literal(value: Any, indent: int = 0) -> str:
    """Python text for nested lists and dictionaries, broken where a line would be too long."""
    flat = repr(value).replace("'", '"')
    if len(flat) + indent <= WIDTH or not isinstance(value, dict | list):
        return flat
    inside = " " * (indent + 4)
    if isinstance(value, dict):
        lines = [f'{inside}"{k}": {literal(v, indent + 4)},' for k, v in value.items()]
    elif all(isinstance(v, float) for v in value):
        lines = _filled([repr(v) for v in value], inside)
    else:
        lines = [f"{inside}{literal(v, indent + 4)}," for v in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, *lines, " " * indent + closing])


def _filled(words: Sequence[str], indent: str) -> list[str]:
    lines, line = [], indent
    for word in words:
        if len(line) + len(word) + 2 > WIDTH:
            lines.append(line.rstrip())
            line = indent
        line += f"{word}, "
    return [*lines, line.rstrip()]
