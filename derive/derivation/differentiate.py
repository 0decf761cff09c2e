"""The rules of differentiation, one node at a time: what ∂f/∂x is, in terms of derivatives of the parts of f.

Lines are scalars, so x is a scalar or an entry x[j], and f a scalar. `rule_for` never looks further than one node:
what is below stays a derivative, to be taken by a later step. These rules only propose; `check` compares every step
with the derivatives of `derive.chain`, and with difference quotients.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.derivation.definition import see_softmax
from derive.derivation.entry import entry
from derive.derivation.logarithm import is_positive
from derive.derivation.rewrite import Rewrite
from derive.derivation.written import TWO, minus, over, plus, power, rational, times
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import NONNEG, POSITIVE
from derive.expr.leaves import ONE, ZERO, Index, Let, indices_along
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply, exp, log
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Derivative, Indexed, Where, over_dim
from derive.expr.tensor import Along, Linear, MatMul, Reduce


def leaf_of(x: Expr) -> Expr:
    return x.of_what if isinstance(x, Indexed) else x


def depends(e: Expr, x: Expr) -> bool:
    """Whether `e` mentions what x is an entry of, here or behind a named term."""
    leaf = leaf_of(x)
    return any(node is leaf for node in walk(e))


def has_derivative(e: Expr) -> bool:
    """Whether a derivative is left in a line."""
    return any(isinstance(node, Derivative) for node in walk(e, into_terms=False))


def derivative(e: Expr) -> Rewrite | None:
    """The rule for a derivative of something that holds no derivative itself."""
    if not isinstance(e, Derivative) or e.f.axes or e.x.axes or has_derivative(e.f):
        return None
    f, x = e.f, e.x
    if not depends(f, x):
        return Rewrite("constant", ZERO, {"f": f, "x": x})
    if leaf_of(f) is leaf_of(x):
        return _variable(f, x)
    rule = next((RULES[kind] for kind in type(f).__mro__ if kind in RULES), None)
    return rule(f, x) if rule is not None else None


def _d(f: Expr, x: Expr) -> Expr:
    """∂f/∂x, where nothing is left to do already 0 or 1."""
    if not depends(f, x):
        return ZERO
    return ONE if f is x else Derivative.of(f, x)


def _variable(f: Expr, x: Expr) -> Rewrite | None:
    if isinstance(f, Let) or f is x:
        return Rewrite("variable", ONE, {"x": x}) if f is x else None
    if not isinstance(f, Indexed) or not isinstance(x, Indexed):
        return None
    pairs = zip(f.places, x.places, strict=True)
    return Rewrite("variable", times(*(Delta.of(a, b) for a, b in pairs if a is not b)), {"f": f, "x": x})


def _sum(f: Add, x: Expr) -> Rewrite:
    return Rewrite("linearity", plus(*(_d(t, x) for t in f.args)), {"x": x})


def _negative(f: Neg, x: Expr) -> Rewrite:
    return Rewrite("linearity", minus(_d(f.args[0], x)), {"x": x})


def _product(f: Mul, x: Expr) -> Rewrite:
    free = [a for a in f.args if not depends(a, x)]
    moving = [a for a in f.args if depends(a, x)]
    if free:
        rest = moving[0] if len(moving) == 1 else Mul.of(*moving)
        return Rewrite("linearity", times(*free, _d(rest, x)), {"c": _together(free), "f": rest, "x": x})
    terms = [times(*moving[:k], _d(a, x), *moving[k + 1 :]) for k, a in enumerate(moving)]
    bindings = dict(zip("fgh", moving, strict=False))
    return Rewrite("product", plus(*terms), {**bindings, "x": x})


def _together(factors: list[Expr]) -> Expr:
    return factors[0] if len(factors) == 1 else Mul.of(*factors)


def _quotient(f: Div, x: Expr) -> Rewrite:
    above, below = f.args
    bindings = {"f": above, "g": below, "x": x}
    if not depends(below, x):
        return Rewrite("linearity", over(_d(above, x), below), bindings)
    if not depends(above, x):
        return Rewrite("quotient", minus(over(times(above, _d(below, x)), below**2)), bindings)
    numerator = plus(times(_d(above, x), below), minus(times(above, _d(below, x))))
    return Rewrite("quotient", over(numerator, below**2), bindings)


def _power(f: Pow, x: Expr) -> Rewrite:
    base, exponent = f.args
    bindings = {"f": base, "n": exponent, "x": x}
    value = rational(exponent)
    whole = value is not None and value.denominator == 1
    needs = () if whole or is_positive(base) else (f"{base} > 0",)
    by_base = times(exponent, _lowered(base, exponent), _d(base, x))
    if not depends(exponent, x):
        return Rewrite("power", by_base, bindings, needs)
    by_exponent = times(f, log(base), _d(exponent, x))
    if not depends(base, x):
        return Rewrite("chain(power)", by_exponent, bindings, needs)
    return Rewrite("chain(power)", plus(by_base, by_exponent), bindings, needs)


def _lowered(base: Expr, exponent: Expr) -> Expr:
    """base**(exponent - 1)."""
    if exponent is TWO:
        return base
    return power(base, plus(exponent, minus(ONE)))


def _apply(f: Apply, x: Expr) -> Rewrite:
    name, bindings = f.operation.name, {"x": x}
    if f.operation.arity > 1:
        slopes = f.operation.partials(*f.args)
        terms = [times(s, _d(a, x)) for s, a in zip(slopes, f.args, strict=True)]
        return Rewrite(f"chain({name})", plus(*terms), bindings)
    (u,) = f.args
    bindings["u"] = u
    needs = (f"{u} > 0",) if f.operation.domain in (POSITIVE, NONNEG) and not is_positive(u) else ()
    slope = {"log": lambda: over(_d(u, x), u), "sqrt": lambda: over(_d(u, x), 2 * f)}.get(name)
    value = slope() if slope else times(f.operation.partials(u)[0], _d(u, x))
    return Rewrite(f"chain({name})", value, bindings, needs)


def _call(f: Call, x: Expr) -> Rewrite | None:
    if len(f.args) != 1:
        return None
    slope = Call.of(f.function, f.args, f.order + 1)
    return Rewrite(f"chain({f.function.name})", times(slope, _d(f.args[0], x)), {"u": f.args[0], "x": x})


def _bound(f: Bound, x: Expr) -> Rewrite | None:
    if depends(f.low, x) or depends(f.high, x):
        return None
    inner = _d(f.body, x)
    if f.kind == "sum":
        return Rewrite("linearity", Bound.of("sum", inner, f.index, f.low, f.high), {"f": f.body, "x": x})
    if f.kind == "logsumexp":
        weight = exp(f.body - f)
        seen = see_softmax(weight)
        weighted = times(weight if seen is None else seen.after, inner)
        return Rewrite("chain(logsumexp)", Bound.of("sum", weighted, f.index, f.low, f.high), {"u": f.body, "x": x})
    return None


def _along(f: Along, x: Expr) -> Rewrite | None:
    """Of logsumexp of a vector: its softmax against the derivatives of the entries."""
    (u,) = f.args
    if f.name != "logsumexp" or len(u.axes) != 1:
        return None
    k = Index.along(f.over)
    weighted = times(Indexed.of(Along.of("softmax", u, f.over), (k,)), _d(entry(u, (k,)), x))
    return Rewrite("chain(logsumexp)", over_dim("sum", weighted, k), {"u": u, "x": x})


def _entry(f: Indexed, x: Expr) -> Rewrite | None:
    what = f.of_what
    if isinstance(what, Let):
        return Rewrite("let-substitute", Derivative.of(entry(what.expr, f.places), x), {"f": what})
    if isinstance(what, MatMul):
        return _matmul(what, f.places, x)
    if isinstance(what, Along) and what.name == "softmax":
        (u,) = what.args
        at = what.place
        k = Index.along(what.over)
        there = (*f.places[:at], k, *f.places[at + 1 :])
        slope = times(f, plus(Delta.of(f.places[at], k), minus(Indexed.of(what, there))))
        weighted = times(slope, _d(entry(u, there), x))
        return Rewrite("chain(softmax)", over_dim("sum", weighted, k), {"u": u, "x": x})
    return None


def _matmul(f: Expr, at: tuple[Expr, ...], x: Expr) -> Rewrite:
    """The general entry of a product of matrices is a sum of products."""
    left, right = f.args
    k = Index.along(left.axes[-1])
    cut = len(left.axes) - 1
    a, b = entry(left, (*at[:cut], k)), entry(right, (k, *at[cut:]))
    terms = [times(_d(a, x), b), times(a, _d(b, x))]
    return Rewrite("linearity" if ZERO in terms else "product", over_dim("sum", plus(*terms), k), {"f": f, "x": x})


def _let(f: Let, x: Expr) -> Rewrite:
    return Rewrite("let-substitute", Derivative.of(entry(f.expr), x), {"f": f})


def _where(f: Where, x: Expr) -> Rewrite | None:
    condition, then, otherwise = f.args
    needs: tuple[str, ...] = ()
    if depends(condition, x):
        if not isinstance(condition, Relation) or condition.kind not in ("<", "<=", ">", ">="):
            return None
        needs = (f"{condition.left} != {condition.right}",)
    return Rewrite("cases", Where.of(condition, _d(then, x), _d(otherwise, x)), {"x": x}, needs)


def _reduce(f: Reduce, x: Expr) -> Rewrite | None:
    """Of a 2-norm: the entries over the norm, against their derivatives."""
    (u,) = f.args
    if f.kind != "norm" or f.axes:
        return None
    at = indices_along(u.axes)
    inner = entry(u, at)
    out = times(inner, _d(inner, x))
    for i in reversed(at):
        out = over_dim("sum", out, i)
    return Rewrite("chain(norm)", over(out, f), {"u": u, "x": x})


def _linear(f: Linear, x: Expr) -> Rewrite | None:
    """Of a trace; of a determinant: Jacobi's formula."""
    (u,) = f.args if len(f.args) == 1 else (None,)
    if u is None or f.name not in ("tr", "det"):
        return None
    i = Index.along(u.axes[0])
    if f.name == "tr":
        return Rewrite("linearity", over_dim("sum", _d(entry(u, (i, i)), x), i), {"u": u, "x": x})
    k = Index.along(u.axes[0])
    weighted = times(Indexed.of(Linear.of("inv", (u,)), (k, i)), _d(entry(u, (i, k)), x))
    return Rewrite("chain(det)", times(f, over_dim("sum", over_dim("sum", weighted, k), i)), {"u": u, "x": x})


RULES: dict[type[Expr], Callable[..., Rewrite | None]] = {
    Add: _sum,
    Neg: _negative,
    Mul: _product,
    Div: _quotient,
    Pow: _power,
    Apply: _apply,
    Call: _call,
    Bound: _bound,
    Along: _along,
    Indexed: _entry,
    Let: _let,
    Where: _where,
    Reduce: _reduce,
    Linear: _linear,
    MatMul: lambda f, x: _matmul(f, (), x),
}
