"""Integrals, limits, Jacobians, Hessians."""

from __future__ import annotations

from derive.expr.arithmetic import Neg
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.leaves import INFINITY, Variable
from derive.page.layout.box import Box, Level
from derive.page.layout.printer import Printer
from derive.page.layout.scope import Scope


def variable(p: Printer, node: Variable, scope: Scope) -> Box:
    """The variable that an integral or a limit binds."""
    return p.dialect.name(node.name)


def integral(p: Printer, node: Integral, scope: Scope) -> Box:
    """∫ from low to high of the body; the differential closes it."""
    low, high = (p.text(e, scope.in_line()) for e in (node.low, node.high))
    body = p.text(node.body, scope, Level.PRODUCT)
    return Box(p.dialect.integral(body, p.text(node.variable, scope), low, high), level=Level.FRACTION, wide=True)


def limit(p: Printer, node: Limit, scope: Scope) -> Box:
    """lim under which the variable goes to its point; to a finite one from above, which a plus sign says."""
    goes = f"{p.text(node.variable, scope)} {p.dialect.signs['→']} "
    if node.point is INFINITY or node.point is Neg.of(INFINITY):
        goes += p.text(node.point, scope.in_line())
    else:
        goes += p.text(node.point, scope.in_line(), Level.ATOM) + p.dialect.signs["⁺"]
    text = p.dialect.lowered(p.dialect.signs["lim"], goes) + " " + p.text(node.body, scope, Level.FRACTION)
    return Box(text, level=Level.FRACTION, open=True)


def jacobian(p: Printer, node: Jacobian, scope: Scope) -> Box:
    """jacobian(f, x) as a function of the whole tensors, entry by entry where entries are meant."""
    whole = scope.whole()
    return p.entry(p.call(p.dialect.upright("jacobian"), *(p.text(a, whole) for a in node.args)), node.axes, scope)


def hessian(p: Printer, node: Hessian, scope: Scope) -> Box:
    """∇² with the variable below."""
    whole = scope.whole()
    sign = p.dialect.lowered(p.dialect.signs["∇²"], p.text(node.x, whole.in_line()))
    return p.entry(Box(f"{sign}{p.dialect.fenced(p.text(node.f, whole))}", wide=True), node.axes, scope)
