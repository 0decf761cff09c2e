"""Antiderivatives by table, monomial by monomial, then by SymPy. A search: the checker differentiates what it finds."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import ONE, PI, ZERO, Constant, Index, Number, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import (
    Apply,
    cos,
    cosh,
    erf,
    exp,
    log,
    normal_cdf,
    normal_pdf,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    tanh,
)  # fmt: skip
from derive.expr.structure import Call, Where
from derive.meaning.normal.poly import Rational
from derive.meaning.normal.signs import rational
from derive.meaning.normal.work import Undecided
from derive.prove.proposer import shared_proposer
from derive.prove.values.derivation import NoValueError, Step
from derive.prove.values.goal import Goal
from derive.prove.values.terms import Shape, Terms, summed

OF_ARGUMENT = {  # ∫ f(u) du, by the name of f and its power
    ("exp", 1): lambda u: exp(u),
    ("log", 1): lambda u: u * log(u) - u,
    ("sin", 1): lambda u: -cos(u),
    ("cos", 1): lambda u: sin(u),
    ("sinh", 1): lambda u: cosh(u),
    ("cosh", 1): lambda u: sinh(u),
    ("sigmoid", 1): lambda u: softplus(u),
    ("sigmoid", 2): lambda u: softplus(u) - sigmoid(u),
    ("tanh", 1): lambda u: log(cosh(u)),
    ("tanh", 2): lambda u: u - tanh(u),
    ("Phi", 1): lambda u: u * normal_cdf(u) + normal_pdf(u),
    ("Phi", 2): lambda u: (
        u * normal_cdf(u) ** 2 + 2 * normal_cdf(u) * normal_pdf(u) - normal_cdf(sqrt(2 * ONE) * u) / sqrt(PI)
    ),
    ("phi", 1): lambda u: normal_cdf(u),
    ("erf", 1): lambda u: u * erf(u) + exp(-(u**2)) / sqrt(PI),
    ("sin", 2): lambda u: (u - sin(u) * cos(u)) / 2,
    ("cos", 2): lambda u: (u + sin(u) * cos(u)) / 2,
}
MOST_PARTS = 6  # integrations by parts
NOT_FOR_SYMPY = frozenset({"softplus", "sigmoid", "Phi", "phi", "erf", "gamma", "loggamma", "digamma", "relu", "abs"})
MOST_NODES = 60  # of an integrand that SymPy is asked about


def by_table(goal: Goal, unfolding: bool = False) -> Step:
    """A derivation by an antiderivative of every monomial of the normal form. Raises `NoValueError`."""
    try:
        terms = Terms(goal, goal.body, unfolding)
        parts = []
        for m, c in terms.poly.ordered:
            coefficient, part, inside = terms.split(m, c)
            primitive = _primitive(terms, terms.shape(inside))
            if primitive is None:
                raise NoValueError(f"no antiderivative of {part} in the table")
            parts.append(Mul.of(coefficient, primitive) if coefficient is not ONE else primitive)
    except Undecided as why:
        raise NoValueError(str(why)) from why
    return Step(goal, "antiderivative", (), {"F": summed(parts)})


def as_written(goal: Goal) -> Step:
    """A derivation by an antiderivative of every term as written: the normal form may turn σ(−x) into 1 − σ(x)."""
    try:
        primitive = _written(Terms(goal, ZERO), goal.body)
    except Undecided as why:
        raise NoValueError(str(why)) from why
    if primitive is None:
        raise NoValueError(f"no antiderivative of {goal.body} in the table")
    return Step(goal, "antiderivative", (), {"F": primitive})


def _written(terms: Terms, e: Expr) -> Expr | None:
    x = terms.x
    if x not in set(walk(e)):
        return e * x
    match e:
        case Add():
            parts = [_written(terms, a) for a in e.args]
            return None if None in parts else Add.of(*(p for p in parts if p is not None))
        case Neg():
            inner = _written(terms, e.args[0])
            return None if inner is None else Neg.of(inner)
        case Mul():
            moving = [f for f in e.args if x in set(walk(f))]
            inner = _written(terms, moving[0]) if len(moving) == 1 else None
            return None if inner is None else Mul.of(*(f for f in e.args if f is not moving[0]), inner)
        case Div() if x not in set(walk(e.args[1])):
            inner = _written(terms, e.args[0])
            return None if inner is None else inner / e.args[1]
    base, n = (e.args[0], rational(e.args[1])) if isinstance(e, Pow) else (e, Fraction(1))
    if isinstance(base, Apply) and len(base.args) == 1 and n is not None:
        u = terms.affine(base.args[0])
        row = OF_ARGUMENT.get((base.operation.name, int(n))) if n.denominator == 1 else None
        return None if u is None or row is None else row(base.args[0]) / u[0]
    return None


def by_sympy(goal: Goal) -> Step:
    """A derivation by the antiderivative that SymPy proposes. Raises `NoValueError`."""
    if not _for_sympy(goal):
        raise NoValueError(f"no antiderivative of {goal.body} is known")
    proposal = shared_proposer().antiderivative(goal.body, goal.x)
    if proposal.status != "ok" or proposal.expr is None:
        raise NoValueError(proposal.message)
    if any(isinstance(n, Constant) and n.name == "oo" for n in walk(proposal.expr)):
        raise NoValueError("SymPy proposes something infinite")
    return Step(goal, "antiderivative", (), {"F": proposal.expr})


def _for_sympy(goal: Goal) -> bool:
    """Whether it is worth the seconds: few functions, no symbolic power of x, no exponential of a curve."""
    nodes = list(walk(goal.body))
    if len(nodes) > MOST_NODES or any(isinstance(n, Index | Call | Where) for n in nodes):
        return False
    terms, names = Terms(goal, ZERO), set()
    for node in nodes:
        if goal.x not in set(walk(node)):
            continue
        if isinstance(node, Pow) and rational(node.args[1]) is None:
            return False
        if isinstance(node, Apply):
            names.add(node.operation.name)
            if node.operation.name == "exp" and terms.affine(node.args[0]) is None:
                return False
    return len(names) <= 2 and not names & NOT_FOR_SYMPY and not {"exp", "log"} <= names


def _primitive(terms: Terms, shape: Shape) -> Expr | None:
    x = terms.x
    if not shape.others and not shape.exponent:
        return power_primitive(x, shape.power)
    if not shape.exponent and len(shape.others) == 1:
        return _of_function(terms, shape, *shape.others[0])
    linear = shape.coefficients(x)
    if linear is None or linear[0] is not ZERO or shape.natural is None:
        return None
    b = linear[1]
    if not shape.others:
        return _times_exponential(x, shape.natural, b)
    if len(shape.others) == 1 and shape.natural == 0:
        return _damped_wave(terms, b, *shape.others[0])
    return None


def power_primitive(u: Expr, p: Expr) -> Expr:
    if rational(p) == -1:
        return log(u)
    q = as_expr(rational(p) + 1) if rational(p) is not None else p + 1  # type: ignore[operator]
    return u if q is ONE else u**q / q


def _of_function(terms: Terms, shape: Shape, head: Expr, e: Rational) -> Expr | None:
    """A power of x times a power of one function."""
    x = terms.x
    if isinstance(head, Apply) and len(head.args) == 1 and e.denominator == 1:
        u = terms.affine(head.args[0])
        if u is None:
            return None
        name, argument = head.operation.name, _line(x, *u)
        if shape.power is ZERO:
            row = OF_ARGUMENT.get((name, int(e)))
            return row(argument) / u[0] if row is not None else None
        if name == "log" and u[1] is ZERO and e == 1:
            q = terms.tidy(shape.power + 1)
            return log(x) ** 2 / 2 if q is ZERO else x**q * log(head.args[0]) / q - x**q / q**2
        n = shape.natural
        if name in ("sin", "cos") and e == 1 and n is not None and n <= MOST_PARTS:
            return _times_wave(x, n, name, argument, u[0])
        return None
    base, exponent = _base(head)
    u = terms.affine(base)
    if u is None or shape.power is not ZERO:
        return None
    p = terms.tidy(exponent * as_expr(Fraction(e)))
    return power_primitive(_line(x, *u), p) / u[0]


def _base(e: Expr) -> tuple[Expr, Expr]:
    return (e.args[0], e.args[1]) if isinstance(e, Pow) else (e, ONE)


def _line(x: Symbol, c: Expr, d: Expr) -> Expr:
    bare = x if c is ONE else c * x
    return bare if d is ZERO else bare + d


def _times_exponential(x: Symbol, n: int, b: Expr) -> Expr:
    """xⁿ eᵇˣ, by parts."""
    out: Expr = exp(b * x) / b
    for k in range(1, n + 1):
        out = x ** as_expr(k) * exp(b * x) / b - as_expr(k) / b * out
    return out


def _times_wave(x: Symbol, n: int, name: str, u: Expr, c: Expr) -> Expr:
    """xⁿ sin u or xⁿ cos u with u = cx + d, by parts."""
    if n == 0:
        return -cos(u) / c if name == "sin" else sin(u) / c
    power = x ** as_expr(n) if n > 1 else x
    other = _times_wave(x, n - 1, "cos" if name == "sin" else "sin", u, c)
    if name == "sin":
        return -power * cos(u) / c + Number.of(n) / c * other
    return power * sin(u) / c - Number.of(n) / c * other


def _damped_wave(terms: Terms, b: Expr, head: Expr, e: Rational) -> Expr | None:
    """eᵇˣ sin u or eᵇˣ cos u."""
    u = terms.affine(head.args[0]) if isinstance(head, Apply) and e == 1 else None
    if u is None or not isinstance(head, Apply) or head.operation.name not in ("sin", "cos"):
        return None
    c, argument = u[0], _line(terms.x, *u)
    wave = (
        b * sin(argument) - c * cos(argument) if head.operation.name == "sin" else b * cos(argument) + c * sin(argument)
    )
    return exp(b * terms.x) * wave / (b**2 + c**2)
