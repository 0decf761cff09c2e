"""The trusted laws, all in one place.

An equation law is a statement with variables and what they must satisfy. It is used from left to right: wherever the
left side is defined and the needs are met, the right side is defined and equal. A native law is carried out by the
normal form itself and, independently, by its checker; its statement here says what they do.

Commutative rings, rational numbers, renaming of bound indices and integer powers are no laws: they are always on, with
x⁻¹x = 1 recorded as the condition x ≠ 0 where the domains do not give it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from derive.expr.arithmetic import Neg
from derive.expr.leaves import HALF, ONE, ZERO, Index
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    OPERATIONS,
    ROWS,
    Operation,
    absolute,
    cos,
    exp,
    log,
    maximum,
    minimum,
    relu,
    sigmoid,
    sin,
    slope,
    softplus,
    sqrt,
    step,
)  # fmt: skip
from derive.expr.structure import Bound, Where

Statement = Callable[..., tuple[Expr, Expr]]
Need = tuple[str, str]  # a variable and one of NEEDS

NEEDS = {
    "positive": "{} > 0",
    "nonneg": "{} >= 0",
    "nonpositive": "{} <= 0",
    "integer": "{} is an integer",
    "constant": "{} is a rational number other than 0",
    "nonzero": "{} != 0",  # the only need that may be left as a condition
}


@dataclass(frozen=True)
class Law:
    """`statement` maps the variables to both sides; a native law has none and says in `text` what is done.

    A reversible law may be used from right to left too: its sides are defined at the same points.
    """

    name: str
    cite: str
    statement: Statement | None = None
    needs: tuple[Need, ...] = ()
    text: str = ""
    reversible: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.statement).parameters) if self.statement else ()

    def instance(self, values: Mapping[str, Expr]) -> tuple[Expr, Expr]:
        """Both sides with the variables replaced."""
        if self.statement is None:
            raise ValueError(f"{self.name} is carried out by the normal form; it has no instances")
        return self.statement(**values)


NATIVE = (
    Law("linearity", "Definition of a finite sum", text="Σ(a+b) = Σa + Σb; Σ c·a = c·Σa, c without the index; Σ Σ = Σ"),
    Law("delta_sift", "Definition of δ", text="Σ_k δ(k,j) f(k) = f(j) for j in range; δ(i,j) f(i) = δ(i,j) f(j)"),
    Law("dim_sum", "Definition of a finite sum", text="Σ_{i=a}^{b} c = (b-a+1) c for integers b ≥ a-1"),
    Law("expectation", "Convention 0·undefined = 0", text="the term of p and f is p·f; f is taken where p > 0"),
    Law("idempotent", "y ∈ {0,1}", text="y² = y for a symbol with values 0 and 1; δ² = δ"),
    Law("symmetric", "Definition of a symmetric matrix", text="A[i,j] = A[j,i] for symmetric A"),
    Law("rows_sum_to_one", "Definition of a one-hot row", text="Σ_k T[..,k] = 1 over the last axis of a one-hot T"),
    Law("simplex_total", "Definition of a distribution", text="Σ p = 1 over all axes of a distribution p"),
)  # fmt: skip

X_POSITIVE, XY_POSITIVE = (("x", "positive"),), (("x", "positive"), ("y", "positive"))
XY_NONNEG = (("x", "nonneg"), ("y", "nonneg"))

EQUATIONS = (
    # exponentials and logarithms (DLMF 4.2(iii), 4.8)
    Law("exp_sum", "DLMF 4.8(ii)", lambda a, b: (exp(a + b), exp(a) * exp(b))),
    Law("exp_power", "DLMF 4.8(ii)", lambda a, n: (exp(n * a), exp(a) ** n), (("n", "integer"),)),
    Law("exp_zero", "DLMF 4.2(iii)", lambda: (exp(ZERO), ONE)),
    Law("exp_log", "DLMF 4.8(i)", lambda x, a: (exp(a * log(x)), x**a), X_POSITIVE),
    Law("log_product", "DLMF 4.8(i)", lambda x, y: (log(x * y), log(x) + log(y)), XY_NONNEG),
    Law("log_quotient", "DLMF 4.8(i)", lambda x, y: (log(x / y), log(x) - log(y)), XY_NONNEG),
    Law("log_power", "DLMF 4.8(i)", lambda x, a: (log(x**a), a * log(x)), X_POSITIVE),
    Law(
        "log_root", "DLMF 4.8(i)", lambda x, a: (log(x**a), a * log(x)), (("x", "nonneg"), ("a", "constant"))
    ),
    Law("log_exp", "DLMF 4.8(i)", lambda a: (log(exp(a)), a)),
    Law("log_one", "DLMF 4.2(ii)", lambda: (log(ONE), ZERO)),
    # real powers (DLMF 4.2(iv)): x^a = exp(a log x)
    Law("sqrt", "DLMF 4.2(iv)", lambda x: (sqrt(x), x**HALF)),
    Law("power_sum", "DLMF 4.8(ii)", lambda x, a, b: (x ** (a + b), x**a * x**b), X_POSITIVE),
    Law("power_power", "DLMF 4.8(ii)", lambda x, a, b: ((x**a) ** b, x ** (a * b)), X_POSITIVE, reversible=True),
    Law(
        "power_root", "DLMF 4.8(ii)", lambda x, a, n: ((x**a) ** n, x ** (a * n)),
        (("x", "nonneg"), ("a", "constant"), ("a", "positive"), ("n", "constant")),
        reversible=True,
    ),
    Law("power_product", "DLMF 4.8(ii)", lambda x, y, a: ((x * y) ** a, x**a * y**a), XY_NONNEG),
    Law("power_factor", "DLMF 4.8(ii)", lambda x, y, a: ((x * y) ** a, x**a * y**a), X_POSITIVE),
    Law("power_quotient", "DLMF 4.8(ii)", lambda x, y, a: ((x / y) ** a, x**a / y**a), XY_NONNEG),
    Law("power_zero", "DLMF 4.2(iv), and 0⁰ = 1", lambda x: (x**ZERO, ONE)),
    Law("power_one", "DLMF 4.8(ii)", lambda a: (ONE**a, ONE)),
    Law("power_exp", "DLMF 4.8(ii)", lambda a, b: (exp(a) ** b, exp(a * b))),
    Law("root_square", "DLMF 1.9(i)", lambda x: ((x**2) ** HALF, absolute(x))),
    # absolute value, rectifier, step, extrema
    Law("abs_positive", "Definition", lambda x: (absolute(x), x), (("x", "nonneg"),)),
    Law("abs_negative", "Definition", lambda x: (absolute(x), -x), (("x", "nonpositive"),)),
    Law("abs_product", "DLMF 1.9(i)", lambda x, y: (absolute(x * y), absolute(x) * absolute(y))),
    Law("abs_power", "DLMF 1.9(i)", lambda x, n: (absolute(x**n), absolute(x) ** n), (("n", "integer"),)),
    Law("abs_square", "Definition", lambda x: (absolute(x) ** 2, x**2)),
    Law("abs_relu", "Definition", lambda x: (absolute(x), 2 * relu(x) - x)),
    Law("relu_positive", "Definition", lambda x: (relu(x), x), (("x", "nonneg"),)),
    Law("relu_negative", "Definition", lambda x: (relu(x), ZERO), (("x", "nonpositive"),)),
    Law("relu_mirror", "Definition", lambda x: (relu(-x), relu(x) - x)),
    Law("relu_scale", "Definition", lambda c, x: (relu(c * x), c * relu(x)), (("c", "nonneg"),)),
    Law("relu_step", "Definition", lambda x: (relu(x), x * step(x))),
    Law("step_positive", "Definition", lambda x: (step(x), ONE), X_POSITIVE),
    Law("step_scale", "Definition", lambda c, x: (step(c * x), step(x)), (("c", "positive"),)),
    Law("step_mirror", "Definition", lambda x: (step(-x), 1 - step(x)), (("x", "nonzero"),)),
    Law("step_square", "Definition", lambda x: (step(x) ** 2, step(x))),
    Law("max_relu", "Definition", lambda x, y: (maximum(x, y), y + relu(x - y))),
    Law("min_relu", "Definition", lambda x, y: (minimum(x, y), x - relu(x - y))),
    Law("where_same", "Definition", lambda x, y: (Where.of(y < 0, x, x), x)),
    # the logistic function
    Law("sigmoid_mirror", "Definition of σ", lambda x: (sigmoid(-x), 1 - sigmoid(x))),
    Law("softplus_mirror", "Definition of softplus", lambda x: (softplus(-x), softplus(x) - x)),
    Law("log_sigmoid", "Definition of σ and softplus", lambda x: (log(sigmoid(x)), Neg.of(softplus(-x)))),
    Law("exp_softplus", "Definition of σ and softplus", lambda x, a: (exp(a * softplus(x)), sigmoid(-x) ** (-a))),
    # trigonometry
    Law("pythagoras", "DLMF 4.21(ii)", lambda x: (sin(x) ** 2, 1 - cos(x) ** 2)),
    Law("cos_zero", "DLMF 4.14", lambda: (cos(ZERO), ONE)),
    # binders; f and g may contain the index i
    Law(
        "logsumexp", "Definition",
        lambda f, i, a, b: (_bound("logsumexp", f, i, a, b), log(_bound("sum", exp(f), i, a, b))),
    ),
    Law(
        "product_log", "DLMF 4.8(i), by induction on the range",
        lambda f, i, a, b: (_bound("prod", f, i, a, b), exp(_bound("sum", log(f), i, a, b))), (("f", "positive"),),
    ),
)  # fmt: skip


def _bound(kind: str, body: Expr, index: Expr, low: Expr, high: Expr) -> Expr:
    if not isinstance(index, Index):
        raise ValueError(f"{index} is not an index")
    return Bound.of(kind, body, index, low, high)


def _of_operations() -> Iterator[Law]:
    """Definitions, parities and values at 0, read off the table of operations."""
    for row in ROWS:
        if row.unfold is not None and row not in (sqrt, relu):  # these two have names of their own above
            yield Law(f"unfold_{row}", f"Definition of {row}", _equation(row, row.unfold))
        if row.parity:
            sign = as_expr(1 if row.parity == "even" else -1)
            yield Law(f"{row.parity}_{row}", f"Parity of {row}", _mirror(row, sign))
        if row.parity == "odd":
            yield Law(f"zero_{row}", f"Parity of {row}", _at_zero(row))


def _equation(operation: Operation, definition: Callable[..., Expr]) -> Statement:
    return lambda x: (operation(x), definition(x))


def _mirror(operation: Operation, sign: Expr) -> Statement:
    return lambda x: (operation(-x), sign * operation(x))


def _at_zero(operation: Operation) -> Statement:
    return lambda: (operation(ZERO), ZERO)


LAWS: dict[str, Law] = {row.name: row for row in (*NATIVE, *EQUATIONS, *_of_operations())}


@cache
def law(name: str) -> Law:
    """A law by name; ``slope_f`` is the definition of the derivative f′ of an operation."""
    if name in LAWS:
        return LAWS[name]
    operation = OPERATIONS.get(name.removeprefix("slope_"))
    if not name.startswith("slope_") or operation is None or operation.arity != 1:
        raise KeyError(name)
    derived = slope(operation)
    return Law(name, f"Derivative of {operation}", _equation(derived, lambda x: operation.partials(x)[0]))
