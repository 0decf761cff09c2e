"""Values of integrals: laws term by term, changes of variable, splitting at kinks, antiderivatives, symmetry."""

from __future__ import annotations

from typing import Any

from derive.expr.calculus import Integral
from derive.expr.node import Expr, walk
from derive.expr.substitute import substitute
from derive.prove.budget import Budget
from derive.prove.deciders import RecordError
from derive.prove.proof import Evidence
from derive.prove.values.closed_form import ClosedForm
from derive.prove.values.derivation import Derivation, NoValueError, Recorded
from derive.prove.values.goal import Closing, Goal, opened
from derive.prove.values.integral_checker import conclude
from derive.prove.values.search import found

KIND = "integral"
SEPARATOR = "; "  # of the rules used, in the method of the value


def accepts(node: Expr) -> bool:
    return isinstance(node, Integral) and not node.axes


def value(node: Expr, premises: tuple[Expr, ...], budget: Budget) -> ClosedForm | str:
    assert isinstance(node, Integral)
    goal, closing = opened(node)
    try:
        step = found(goal, budget)
        return _form(node, goal, closing, step, step)
    except NoValueError as why:
        return str(why)


def recheck(node: Expr, premises: tuple[Expr, ...], data: dict[str, Any]) -> ClosedForm:
    assert isinstance(node, Integral)
    goal, closing = opened(node)
    step = Recorded(goal, data)
    try:
        return _form(node, goal, closing, step, step)
    except NoValueError as why:
        raise RecordError(str(why)) from why


def _form(node: Expr, goal: Goal, closing: Closing, step: Derivation, evidence: Evidence) -> ClosedForm:
    out = conclude(goal, step)
    if any(symbol in set(walk(need)) for need in out.needs for symbol in closing):
        raise NoValueError("a condition is about a variable bound further out")
    value = substitute(out.value, closing)
    return ClosedForm(node, value, KIND, SEPARATOR.join(out.methods), evidence, out.needs, laws=out.laws)
