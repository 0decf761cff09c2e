"""The table of operations: mathematics only, one row each.

A row says what the function is: how it reads as text and LaTeX, its value as a ball (python-flint's `arb`), its name in
SymPy (looked up lazily), its partial derivatives, where it is defined, its range, its monotonicity, its parity, and the
value that generated code takes at a kink. How a target computes it stands in that target's own table.

Sources: DLMF 4, 5, 7 (elementary, gamma, error functions); for sigmoid, softplus, relu the definitions themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NoReturn

from derive.expr.arithmetic import broadcast
from derive.expr.domains import NONNEG, POSITIVE, REAL, UNIT, UNIT_CLOSED, Domain
from derive.expr.errors import DeriveError, ShapeError
from derive.expr.leaves import HALF, PI, Number
from derive.expr.node import Expr, as_expr, numeric

Ball = Any  # flint.arb; the table must not import flint


@dataclass(frozen=True, eq=False)
class Operation:
    """One function of real numbers. `unfold` gives its definition by other rows, `partials` one slope per argument."""

    name: str
    tex: str
    ball: Callable[..., Ball]
    partials: Callable[..., tuple[Expr, ...]]
    sympy: str = ""
    arity: int = 1
    domain: Domain = REAL  # of every argument
    range: Domain = REAL
    monotone: int = 0  # +1 increasing, -1 decreasing in its (first) argument
    parity: str = ""  # "even", "odd"
    kinks: tuple[tuple[int, int], ...] = ()  # (argument, value of the slope that code takes there)
    unfold: Callable[..., Expr] | None = None

    def __call__(self, *arguments: Expr | int | Fraction) -> Expr:
        return Apply.of(self, tuple(as_expr(a) for a in arguments))

    def __repr__(self) -> str:
        return self.name


class Apply(Expr):
    """An operation applied entry by entry."""

    __slots__ = ()

    @classmethod
    def of(cls, operation: Operation, args: tuple[Expr, ...]) -> Expr:
        if len(args) != operation.arity:
            raise ShapeError(f"{operation.name} takes {operation.arity} argument(s), {len(args)} given")
        for a in args:
            numeric(a, operation.name)
        return cls._intern(args, (operation,), broadcast(args, operation.name))

    @classmethod
    def _again(cls, args: tuple[Expr, ...], params: tuple[Any, ...]) -> Expr:
        return cls.of(params[0], args)

    @property
    def operation(self) -> Operation:
        return self.params[0]


@cache
def slope(operation: Operation) -> Operation:
    """The derivative of a one-place operation as an operation of its own: ``D(relu)`` prints relu′."""
    if operation.arity != 1:
        raise ShapeError(f"D({operation.name}) needs a function of one argument")
    return Operation(
        operation.name + "'",
        operation.tex + "'",
        ball=lambda x: _undefined(x),
        partials=lambda x: (slope(slope(operation))(x),),
        unfold=lambda x: operation.partials(x)[0],
    )


def _undefined(x: Ball) -> Ball:
    return x * float("nan")


def _step(x: Ball) -> Ball:
    if x > 0:
        return x * 0 + 1
    return x * 0 if x < 0 else _undefined(x)


def _sign(x: Ball) -> Ball:
    if x > 0:
        return x * 0 + 1
    if x < 0:
        return x * 0 - 1
    return x * 0 if x == 0 else _undefined(x)


def _softplus(x: Ball) -> Ball:
    return x.exp().log1p() if x < 0 else x + (-x).exp().log1p()


def _digamma(x: Ball) -> Ball:
    return x.digamma()


_two = Number.of(2)

exp = Operation("exp", r"\exp", lambda x: x.exp(), lambda x: (exp(x),), "exp", range=POSITIVE, monotone=1)
log = Operation("log", r"\log", lambda x: x.log(), lambda x: (1 / x,), "log", domain=POSITIVE, monotone=1)
sqrt = Operation(
    "sqrt",
    r"\sqrt",
    lambda x: x.sqrt(),
    lambda x: (1 / (2 * sqrt(x)),),
    "sqrt",
    domain=NONNEG,
    range=NONNEG,
    monotone=1,
    unfold=lambda x: x**HALF,
)
absolute = Operation(
    "abs",
    r"\operatorname{abs}",
    lambda x: abs(x),
    lambda x: (x / absolute(x),),
    "Abs",
    range=NONNEG,
    parity="even",
    kinks=((0, 0),),
)
sign = Operation(
    "sign", r"\operatorname{sign}", _sign, lambda x: (Number.of(0),), "sign", monotone=1, parity="odd", kinks=((0, 0),)
)
step = Operation(
    "step",
    r"\operatorname{step}",
    _step,
    lambda x: (Number.of(0),),
    "Heaviside",
    range=UNIT_CLOSED,
    monotone=1,
    kinks=((0, 0),),
)
relu = Operation(
    "relu",
    r"\operatorname{relu}",
    lambda x: x.max(x * 0),
    lambda x: (step(x),),
    range=NONNEG,
    monotone=1,
    kinks=((0, 0),),
    unfold=lambda x: x * step(x),
)
minimum = Operation(
    "min", r"\min", lambda x, y: x.min(y), lambda x, y: (step(y - x), step(x - y)), "Min", arity=2, monotone=1
)
maximum = Operation(
    "max", r"\max", lambda x, y: x.max(y), lambda x, y: (step(x - y), step(y - x)), "Max", arity=2, monotone=1
)
sigmoid = Operation(
    "sigmoid",
    r"\sigma",
    lambda x: 1 / (1 + (-x).exp()),
    lambda x: (sigmoid(x) * (1 - sigmoid(x)),),
    range=UNIT,
    monotone=1,
    unfold=lambda x: 1 / (1 + exp(-x)),
)
softplus = Operation(
    "softplus",
    r"\operatorname{softplus}",
    _softplus,
    lambda x: (sigmoid(x),),
    range=POSITIVE,
    monotone=1,
    unfold=lambda x: log(1 + exp(x)),
)
tanh = Operation(
    "tanh",
    r"\tanh",
    lambda x: x.tanh(),
    lambda x: (1 - tanh(x) ** 2,),
    "tanh",
    monotone=1,
    parity="odd",
    range=Domain("(-1,1)", "(-1,1)", Fraction(-1), Fraction(1), True, True),
    unfold=lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
)
_WAVE = Domain("[-1,1]", "[-1,1]", Fraction(-1), Fraction(1))
sin = Operation("sin", r"\sin", lambda x: x.sin(), lambda x: (cos(x),), "sin", range=_WAVE, parity="odd")
cos = Operation("cos", r"\cos", lambda x: x.cos(), lambda x: (-sin(x),), "cos", range=_WAVE, parity="even")
sinh = Operation(
    "sinh",
    r"\sinh",
    lambda x: x.sinh(),
    lambda x: (cosh(x),),
    "sinh",
    monotone=1,
    parity="odd",
    unfold=lambda x: (exp(x) - exp(-x)) / 2,
)
cosh = Operation(
    "cosh",
    r"\cosh",
    lambda x: x.cosh(),
    lambda x: (sinh(x),),
    "cosh",
    parity="even",
    range=Domain("[1,∞)", r"[1,\infty)", Fraction(1)),
    unfold=lambda x: (exp(x) + exp(-x)) / 2,
)
acos = Operation(
    "acos",
    r"\arccos",
    lambda x: x.acos(),
    lambda x: (-1 / sqrt(1 - x**2),),
    "acos",
    domain=_WAVE,
    range=NONNEG,
    monotone=-1,
)
erf = Operation(
    "erf",
    r"\operatorname{erf}",
    lambda x: x.erf(),
    lambda x: (2 / sqrt(PI) * exp(-(x**2)),),
    "erf",
    monotone=1,
    parity="odd",
    range=Domain("(-1,1)", "(-1,1)", Fraction(-1), Fraction(1), True, True),
)
normal_cdf = Operation(
    "Phi",
    r"\Phi",
    lambda x: (-x / x.__class__(2).sqrt()).erfc() / 2,
    lambda x: (normal_pdf(x),),
    range=UNIT,
    monotone=1,
    unfold=lambda x: (1 + erf(x / sqrt(_two))) / 2,
)
normal_pdf = Operation(
    "phi",
    r"\varphi",
    lambda x: (-x * x / 2).exp() / (2 * x.pi()).sqrt(),
    lambda x: (-x * normal_pdf(x),),
    range=POSITIVE,
    parity="even",
    unfold=lambda x: exp(-(x**2) / 2) / sqrt(2 * PI),
)
gamma_function = Operation(
    "gamma",
    r"\Gamma",
    lambda x: x.gamma(),
    lambda x: (gamma_function(x) * digamma(x),),
    "gamma",
    domain=POSITIVE,
    range=POSITIVE,
)
loggamma = Operation(
    "loggamma",
    r"\log\Gamma",
    lambda x: x.lgamma(),
    lambda x: (digamma(x),),
    "loggamma",
    domain=POSITIVE,
    unfold=lambda x: log(gamma_function(x)),
)
digamma = Operation("digamma", r"\psi", _digamma, lambda x: (trigamma(x),), "digamma", domain=POSITIVE, monotone=1)
trigamma = Operation(
    "trigamma",
    r"\psi'",
    lambda x: _trigamma(x),
    lambda x: _no_slope("trigamma"),
    "trigamma",
    domain=POSITIVE,
    range=POSITIVE,
    monotone=-1,
)


def _no_slope(name: str) -> NoReturn:
    raise DeriveError(f"the derivative of {name} has no row in the table of operations")


def _trigamma(x: Ball) -> Ball:
    """ψ′(x) = ζ(2, x), the Hurwitz zeta function (DLMF 25.11.12)."""
    return (x * 0 + 2).zeta(x)


ROWS = (
    exp,
    log,
    sqrt,
    absolute,
    sign,
    step,
    relu,
    minimum,
    maximum,
    sigmoid,
    softplus,
    tanh,
    sin,
    cos,
    sinh,
    cosh,
    acos,
    erf,
    normal_cdf,
    normal_pdf,
    gamma_function,
    loggamma,
    digamma,
    trigamma,
)
OPERATIONS: dict[str, Operation] = {row.name: row for row in ROWS}
