"""Integrals, limits, and the matrices of derivatives: nodes as written, with a bound variable that is a real number."""

from __future__ import annotations

from typing import Any

from derive.expr.dims import axes_text
from derive.expr.errors import ShapeError, SortError, UnknownNameError
from derive.expr.leaves import Let, Symbol, Variable
from derive.expr.node import Expr, numeric, walk
from derive.expr.structure import Member


class Integral(Expr):
    """``Integral(e, x, a, b)``: ∫ₐᵇ e dx, improper where an end is infinite or e is not bounded next to it.

    An improper integral has a value if it converges absolutely. With a > b it is minus the integral from b to a.
    """

    __slots__ = ()

    @classmethod
    def of(cls, body: Expr, variable: Variable, low: Expr, high: Expr) -> Expr:
        _binds("an integral", body, variable, (low, high))
        return cls._intern((body, low, high), (variable,), body.axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], params[0], args[1], args[2])

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def variable(self) -> Variable:
        return self.params[0]

    @property
    def low(self) -> Expr:
        return self.args[1]

    @property
    def high(self) -> Expr:
        return self.args[2]


class Limit(Expr):
    """``Limit(e, x, a)``: the limit of e as x → a; at a finite a from above."""

    __slots__ = ()

    @classmethod
    def of(cls, body: Expr, variable: Variable, point: Expr) -> Expr:
        _binds("a limit", body, variable, (point,))
        return cls._intern((body, point), (variable,), body.axes)

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(args[0], params[0], args[1])

    @property
    def body(self) -> Expr:
        return self.args[0]

    @property
    def variable(self) -> Variable:
        return self.params[0]

    @property
    def point(self) -> Expr:
        return self.args[1]


def _binds(what: str, body: Expr, variable: Variable, ends: tuple[Expr, ...]) -> None:
    numeric(body, what)
    if not isinstance(variable, Variable):
        raise SortError(f"{what} binds a variable, not `{variable}`")
    for end in ends:
        if numeric(end, what).axes:
            raise ShapeError(f"`{end}`: an end of {what} is a single number")
        if variable in set(walk(end)):
            raise UnknownNameError(f"the end `{end}` of {what} contains its own variable {variable}")


class Jacobian(Expr):
    """``jacobian(f, x)``: ∂f[i]/∂x[j]; the axes of f (rows), then those of x. Entries of x are independent."""

    __slots__ = ()

    @classmethod
    def of(cls, f: Expr, x: Expr) -> Expr:
        numeric(f, "jacobian")
        _differentiable_by("jacobian(f, x)", x)
        return cls._intern((f, x), (), (*f.axes, *x.axes))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)

    @property
    def f(self) -> Expr:
        return self.args[0]

    @property
    def x(self) -> Expr:
        return self.args[1]


class Hessian(Expr):
    """``hessian(e, x)``: ∂²e/∂x[i]∂x[j] of a scalar e; the axes of x twice."""

    __slots__ = ()

    @classmethod
    def of(cls, f: Expr, x: Expr) -> Expr:
        if numeric(f, "hessian").axes:
            raise ShapeError(f"hessian(e, x): `{f}` has axes {axes_text(f.axes)}, it must be a scalar")
        _differentiable_by("hessian(e, x)", x)
        return cls._intern((f, x), (), (*x.axes, *x.axes))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(*args)

    @property
    def f(self) -> Expr:
        return self.args[0]

    @property
    def x(self) -> Expr:
        return self.args[1]


def _differentiable_by(what: str, x: Expr) -> None:
    if not isinstance(x, Symbol | Let | Member):
        raise SortError(f"{what} needs x to be a symbol or a named term, not `{x}`")
