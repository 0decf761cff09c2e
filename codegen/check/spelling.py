"""Formulas of whole tensors as Python text over torch, as a reader would type them; for tests that stand alone."""

from __future__ import annotations

from collections.abc import Iterable

from derive.codegen.emit.torch import names
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import Constant, Let, Number, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.tensor import Along, MatMul, Reduce, Transpose

FUNCTIONS = {
    "exp", "log", "sqrt", "abs", "sign", "relu", "sigmoid", "tanh", "sin", "cos", "sinh", "cosh", "acos", "erf",
    "digamma",
}  # fmt: skip
SPELLED_OTHERWISE = {
    "softplus": "torch.nn.functional.softplus",
    "loggamma": "torch.lgamma",
    "Phi": "torch.special.ndtr",
}
SUM, PRODUCT, SIGN, POWER, ATOM = range(5)


class NotSpelledError(DeriveError):
    """A formula that needs indices, or broadcasting that torch does otherwise."""


def spelled(e: Expr) -> str:
    """The formula; named terms stand by their names."""
    return _code(e)[0]


def definitions(roots: Iterable[Expr]) -> list[str]:
    """One assignment for each named term below, each after those it uses."""
    return [f"{names.variable(t.name)} = {spelled(t.expr)}" for t in walk(*roots) if isinstance(t, Let)]


def _code(e: Expr) -> tuple[str, int]:
    match e:
        case Symbol() | Let():
            return names.variable(e.name), ATOM
        case Number():
            text, quotient = names.number(e.value)
            return text, PRODUCT if quotient else ATOM
        case Constant(name="pi"):
            return "torch.pi", ATOM
        case Add():
            return "".join(_term(a, first=k == 0) for k, a in enumerate(_aligned(e))), SUM
        case Neg():
            return f"-{_at(e.args[0], SIGN)}", SIGN
        case Mul():
            return " * ".join(_at(a, SIGN) for a in _aligned(e)), PRODUCT
        case Div():
            above, below = _aligned(e)
            return f"{_at(above, PRODUCT)} / {_at(below, POWER)}", PRODUCT
        case Pow():
            base, exponent = _aligned(e)
            return f"{_at(base, ATOM)} ** {_at(exponent, POWER)}", POWER
        case MatMul():
            left, right = e.args
            return f"{_at(left, SIGN)} @ {_at(right, SIGN)}", PRODUCT
        case Transpose():
            return f"{_at(e.args[0], ATOM)}.T", ATOM
        case Apply() if e.operation.name in FUNCTIONS and e.operation.arity == 1:
            return f"torch.{e.operation.name}({spelled(e.args[0])})", ATOM
        case Apply() if e.operation.name in SPELLED_OTHERWISE:
            return f"{SPELLED_OTHERWISE[e.operation.name]}({spelled(e.args[0])})", ATOM
        case Along():
            (child,) = e.args
            return f"torch.{e.name}({spelled(child)}, {child.axes.index(e.over)})", ATOM
        case Reduce() if e.kind in ("sum", "mean"):
            (child,) = e.args
            places = ", ".join(str(child.axes.index(d)) for d in e.over)
            return f"{_at(child, ATOM)}.{e.kind}(({places},))", ATOM
    raise NotSpelledError(f"`{e}` has no spelling as whole tensors")


def _at(e: Expr, level: int) -> str:
    text, own = _code(e)
    return text if own >= level else f"({text})"


def _term(e: Expr, first: bool) -> str:
    if isinstance(e, Neg):
        text = _at(e.args[0], PRODUCT)
        return f"-{text}" if first else f" - {text}"
    return _at(e, SUM) if first else f" + {_at(e, PRODUCT)}"


def _aligned(e: Expr) -> tuple[Expr, ...]:
    """The operands, if torch broadcasts them as the formula does: their axes are the last ones of the result."""
    for a in e.args:
        trailing: tuple[Dim, ...] = e.axes[len(e.axes) - len(a.axes) :]
        if a.axes != trailing:
            raise NotSpelledError(f"`{a}` in `{e}` needs its axes aligned")
    return e.args
