"""What an entry's author writes: declarations, sums, expectations, row operations, derivatives.

Every constructor here has a text form in the statement grammar and builds the same expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import overload

from derive.expr import calculus, domains
from derive.expr.calculus import Hessian, Jacobian
from derive.expr.dims import Dim
from derive.expr.domains import Domain
from derive.expr.errors import ShapeError, SortError
from derive.expr.layers import Layers
from derive.expr.leaves import HALF, Index, Number, Symbol, Variable
from derive.expr.measures import E as E
from derive.expr.measures import H as H
from derive.expr.measures import I as I
from derive.expr.node import Expr, Sort, as_expr
from derive.expr.operations import Operation, slope
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Bound, Call, Delta, Derivative, Where, over_dim
from derive.expr.tensor import Along, Linear, Reduce

half = HALF
Range = tuple[Index, "Expr | int", "Expr | int"]


def Rational(numerator: int, denominator: int = 1) -> Expr:
    """The exact number numerator/denominator."""
    for part in (numerator, denominator):
        if not isinstance(part, int):
            raise SortError(f"Rational takes integers, not {part!r}")
    return as_expr(Fraction(numerator, denominator))


def _exact(default: Fraction | int | Expr | None) -> Fraction | int | None:
    if isinstance(default, Expr):
        raise SortError(f"the default `{default}` is no rational number")
    return default


def _declare(domain: Domain, sort: Sort = Sort.NUMBER):
    def declare(
        *axes: Dim,
        role: str = "",
        default: Fraction | int | Expr | None = None,
        doc: str = "",
        tex: str = "",
        within: tuple[Fraction | int, Fraction | int] | None = None,
        family: Index | tuple[Index, ...] = (),
    ) -> Symbol:
        limited = domain if within is None else domain.within(Fraction(within[0]), Fraction(within[1]))
        indices = (family,) if isinstance(family, Index) else family
        return Symbol(
            "",
            axes,
            domain=limited,
            role=role,
            default=default.value if isinstance(default, Number) else _exact(default),
            doc=doc,
            tex=tex,
            sort=sort,
            family=indices,
        )

    declare.__name__ = domain.name
    declare.__doc__ = (
        f"Declare a symbol in the domain {domain.name}, one axis per dim; `role`, `default`, `doc`, `tex`."
    )
    return declare


real = _declare(domains.REAL)
positive = _declare(domains.POSITIVE)
nonneg = _declare(domains.NONNEG)
unit = _declare(domains.UNIT)
unit_closed = _declare(domains.UNIT_CLOSED)
binary = _declare(domains.BINARY)
integer = _declare(domains.INTEGER)
counting = _declare(domains.COUNTING)
onehot = _declare(domains.ONEHOT)
symmetric = _declare(domains.SYMMETRIC)
posdef = _declare(domains.POSDEF)
permutation = _declare(domains.PERMUTATION)
simplex = _declare(domains.SIMPLEX, Sort.DISTRIBUTION)
function = _declare(domains.FUNCTION, Sort.FUNCTION)
variable = _declare(domains.VARIABLE, Sort.VARIABLE)
discrete = _declare(domains.DISCRETE, Sort.VARIABLE)
continuous = _declare(domains.CONTINUOUS, Sort.VARIABLE)


def _over(kind: str, e: Expr | int, over: tuple[Dim | Range | Index, ...]) -> Expr:
    body = as_expr(e)
    dims = tuple(o for o in over if isinstance(o, Dim))
    if not over:
        dims = body.axes
    if dims:
        body = Reduce.of(kind, body, dims)
    for o in over:
        if isinstance(o, Index):
            body = over_dim(kind, body, o)
        elif isinstance(o, tuple):
            index, low, high = o
            body = Bound.of(kind, body, index, as_expr(low), as_expr(high))
    return body


def Sum(e: Expr | int, *over: Dim | Range | Index) -> Expr:
    """The sum over dims, ``Sum(e, N)``, or over index ranges, ``Sum(e, (i, 1, n))``; over all axes if none is named."""
    return _over("sum", e, over)


def Prod(e: Expr | int, *over: Dim | Range | Index) -> Expr:
    """The product over dims or index ranges; the empty product is 1."""
    return _over("prod", e, over)


def Mean(e: Expr, *over: Dim) -> Expr:
    """The arithmetic mean over dims."""
    return Reduce.of("mean", e, over or e.axes)


def Max(e: Expr, *over: Dim | Range | Index) -> Expr:
    """The largest entry over dims or index ranges."""
    return _over("max", e, over)


def norm(e: Expr, *over: Dim) -> Expr:
    """The 2-norm over dims (Frobenius for a matrix), √Σe²."""
    return Reduce.of("norm", e, over or e.axes)


def softmax(e: Expr, over: Dim | None = None) -> Expr:
    """exp(e) normalised to sum 1 along `over` (the last axis if not named)."""
    return Along.of("softmax", e, over or _last(e, "softmax"))


def logsumexp(e: Expr, over: Dim | None = None) -> Expr:
    """log Σ exp(e) along `over` (the last axis if not named)."""
    return Along.of("logsumexp", e, over or _last(e, "logsumexp"))


def _last(e: Expr, name: str) -> Dim:
    if not e.axes:
        raise ShapeError(f"{name}(`{e}`): a scalar has no axis to run along")
    return e.axes[-1]


@overload
def D(f: Operation) -> Operation: ...
@overload
def D(f: Symbol) -> Callable[[Expr], Expr]: ...
@overload
def D(f: Expr, x: Expr) -> Expr: ...
def D(f: Expr | Operation, x: Expr | None = None) -> Expr | Operation | Callable[[Expr], Expr]:
    """The derivative of an expression by a symbol, named term or entry; of an operation, or of a function of which only
    the name is known, as a function: D(relu)(z), D(a)(z)."""
    if isinstance(f, Operation):
        return slope(f)
    if x is None and isinstance(f, Symbol) and f.sort is Sort.FUNCTION:
        return lambda argument: Call.of(f, (as_expr(argument),), order=1)
    if x is None:
        raise SortError(f"D({f}) needs what to differentiate by: D({f}, x)")
    return Derivative.of(f, x)


def outer(u: Expr, v: Expr) -> Expr:
    """The table of products u[i]·v[j]."""
    return Linear.of("outer", (u, v))


def tr(a: Expr) -> Expr:
    """The trace of a square matrix."""
    return Linear.of("tr", (a,))


def det(a: Expr) -> Expr:
    """The determinant of a square matrix."""
    return Linear.of("det", (a,))


def inv(a: Expr) -> Expr:
    """The inverse of a square matrix."""
    return Linear.of("inv", (a,))


def diag(a: Expr) -> Expr:
    """The diagonal of a matrix, or the diagonal matrix of a vector."""
    return Linear.of("diag", (a,))


def ones(*dims: Dim) -> Expr:
    """The tensor of ones."""
    return Linear.of("ones", (), dims)


def eye(dim: Dim) -> Expr:
    """The identity matrix."""
    return Linear.of("eye", (), (dim,))


def where(condition: Expr, then: Expr | int, otherwise: Expr | int) -> Expr:
    """`then` where the condition holds, else `otherwise`."""
    return Where.of(condition, as_expr(then), as_expr(otherwise))


def delta(i: Expr | int, j: Expr | int) -> Expr:
    """Kronecker's delta."""
    return Delta.of(as_expr(i), as_expr(j))


def equals(left: Expr, right: Expr | int) -> Relation:
    """The proposition left = right."""
    return Relation.of("=", left, as_expr(right))


def recurrence(family: Symbol, index: Index, start: Expr | int, step: Expr) -> Recurrence:
    """``family[0] = start`` and ``family[index] = step`` for every index ≥ 1."""
    return Recurrence.of(family, index, as_expr(start), step)


def layers(index: Index, start: Mapping[Symbol, Expr], step: Mapping[Symbol, Expr]) -> Layers:
    """A forward pass: families given at 0 by `start`, and at `index` = 1, 2, …, as many as its dim has, by `step`."""
    return Layers.of(index, step, start)


def sweep(index: Index, start: Mapping[Symbol, Expr], step: Mapping[Symbol, Expr]) -> Layers:
    """A backward pass: from the last layer to the first. The step at `index` gives a family in `start`, which is known
    at `index`, at ``index - 1``; any other family at `index`."""
    return Layers.of(index, step, start, backward=True)


def jacobian(f: Expr, x: Expr) -> Expr:
    """The matrix of derivatives of the entries of f, its rows, by those of x."""
    return Jacobian.of(f, x)


def hessian(e: Expr, x: Expr) -> Expr:
    """The matrix of second derivatives of a scalar."""
    return Hessian.of(e, x)


def Limit(e: Expr, x: Variable, point: Expr | int) -> Expr:
    """The limit of e as the variable x tends to a point; at a finite one from above."""
    return calculus.Limit.of(e, x, as_expr(point))


def Integral(e: Expr, x: Variable, low: Expr | int, high: Expr | int) -> Expr:
    """The integral of e over the variable x from low to high."""
    return calculus.Integral.of(e, x, as_expr(low), as_expr(high))
