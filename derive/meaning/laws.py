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
from derive.expr.leaves import EULER_GAMMA, HALF, ONE, PI, ZERO, Index
from derive.expr.node import Expr, as_expr
from derive.expr.operations import (
    OPERATIONS,
    ROWS,
    Operation,
    absolute,
    cos,
    digamma,
    exp,
    gamma_function,
    log,
    loggamma,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    sin,
    slope,
    softplus,
    sqrt,
    step,
    trigamma,
)  # fmt: skip
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Where
from derive.expr.substitute import substitute
from derive.expr.tensor import Linear, MatMul, Reduce
from derive.meaning.index_form import entry

Statement = Callable[..., tuple[Expr, Expr]]
Need = tuple[str, str]  # a variable and one of NEEDS

NEEDS = {
    "positive": "{} > 0",
    "nonneg": "{} >= 0",
    "nonpositive": "{} <= 0",
    "negative": "{} < 0",
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
    matrices: bool = False  # some variables are matrices, vectors and positions

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
    Law("sum_short", "Definition of a finite sum", text="Σ_{i=a}^{b} f(i) = f(a) + … + f(b) for numbers a ≤ b < a+4"),
    Law("expectation", "Convention 0·undefined = 0", text="the term of p and f is p·f; f is taken where p > 0"),
    Law("inv_transpose", "Cookbook (3)", text="(A⁻¹)ᵀ = (Aᵀ)⁻¹ and det(Aᵀ) = det(A)"),
    Law("inverse", "Definition of the inverse", text="Σ_k A⁻¹[i,k] A[k,j] = δ(i,j) = Σ_k A[i,k] A⁻¹[k,j]"),
    Law("permutation", "Definition of a permutation matrix", text="Σ_k P[i,k] = Σ_k P[k,i] = 1, PᵀP = I = PPᵀ"),
    Law("idempotent", "y ∈ {0,1}", text="y² = y for a symbol with values 0 and 1; δ² = δ"),
    Law("symmetric", "Definition of a symmetric matrix", text="A[i,j] = A[j,i] for symmetric A"),
    Law("rows_sum_to_one", "Definition of rows", text="Σ_k T[..,k] = 1 over the last axis of a one-hot T or a kernel"),
    Law("simplex_total", "Definition of a distribution", text="Σ p = 1 over all axes of a distribution p"),
)  # fmt: skip

COUNT = (("n", "nonneg"),)
X_NEGATIVE = (("x", "negative"),)

ANALYSIS = (  # what limits and infinite sums rest on (`derive.meaning.limits`, `derive.meaning.series`)
    Law(
        "expansion", "Olver 1974, ch. 1 §§2, 7, 8",
        text="+, ·, /, power series of f = Σ cₖmₖ + O(r); log of c·m(1+s), exp",
    ),
    Law("growth_order", "Hardy 1910, ch. III", text="e^φ tᵃ (log t)ᵇ (log log t)ᶜ: φ decides, then a, b, c; φ ≻ log t"),
    Law("taylor", "DLMF 1.4(vi)", text="f(c+s) = Σ f⁽ᵏ⁾(c) sᵏ/k! + O(sⁿ) for s → 0, c inside the domain of f"),
    Law("erfc_tail", "DLMF 7.12.1", text="erfc x = e^(-x²)/(√π x) (1 - 1/(2x²) + 3/(4x⁴) - …) for x → ∞"),
    Law(
        "stirling", "DLMF 5.11.1, 5.11.2",
        text="log Γ(x) = (x-½) log x - x + ½ log 2π + 1/(12x) - …, and its derivative ψ",
    ),
    Law("max_of_exponents", "Definition", text="max f ≤ log Σ exp f ≤ max f + log n over n positions"),
    Law("lipschitz", "Definition", text="| |x| | ≤ |x|, relu(x) ≤ |x|; σ, tanh, erf, Φ, sin, cos are bounded"),
    Law("geometric_series", "Telescoper qᵏR(k)", text="Σ P(k)qᵏ for |q| < 1, where qR(k+1) - R(k) = P(k)"),
    Law("exponential_series", "DLMF 4.2.19", text="Σ_{k≥0} k(k-1)…(k-j+1) xᵏ/k! = xʲeˣ"),
    Law("logarithmic_series", "DLMF 4.6.1", text="Σ_{k≥1} qᵏ/k = -log(1-q) for -1 ≤ q < 1"),
    Law("zeta_2", "DLMF 25.6.1", text="Σ_{k≥1} 1/k² = π²/6"),
    Law("zeta_4", "DLMF 25.6.1", text="Σ_{k≥1} 1/k⁴ = π⁴/90"),
    Law("telescoping", "Definition", text="Σ_{k≥l} G(k+1) - G(k) = lim G - G(l)"),
    Law("divergence", "Comparison with Σ 1/k", text="Σ a(k) = ±∞ if a(k) has one sign and is at least c/k for large k"),
    Law("vanishing_product", "DLMF 1.9(vii)", text="Π a(k) = 0 if a(k) comes to less than 1 in absolute value"),
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
    Law("log_square", "DLMF 4.8(i)", lambda x: (log(x**2), 2 * log(absolute(x)))),
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
    Law(
        "power_sum_whole", "DLMF 4.8(ii)", lambda x, a, b: (x ** (a + b), x**a * x**b),
        (("x", "nonzero"), ("a", "integer"), ("b", "integer")),
    ),
    Law(
        "power_power_whole", "DLMF 4.8(ii)", lambda x, a, b: ((x**a) ** b, x ** (a * b)),
        (("x", "nonzero"), ("a", "integer"), ("b", "integer")), reversible=True,
    ),
    Law(
        "power_product_whole", "DLMF 4.8(ii)", lambda x, y, a: ((x * y) ** a, x**a * y**a),
        (("x", "nonzero"), ("y", "nonzero"), ("a", "integer")),
    ),
    Law(
        "power_sum_count", "DLMF 4.8(ii), and 0⁰ = 1", lambda x, a, b: (x ** (a + b), x**a * x**b),
        (("a", "integer"), ("a", "nonneg"), ("b", "integer"), ("b", "nonneg")),
    ),
    Law("power_of_zero", "0⁰ = 1", lambda n: (ZERO**n, Delta.of(n, ZERO)), (("n", "integer"),)),
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
    Law("step_negative", "Definition", lambda x: (step(x), ZERO), X_NEGATIVE),
    Law("step_scale", "Definition", lambda c, x: (step(c * x), step(x)), (("c", "positive"),)),
    Law("step_mirror", "Definition", lambda x: (step(-x), 1 - step(x)), (("x", "nonzero"),)),
    Law("step_square", "Definition", lambda x: (step(x) ** 2, step(x))),
    Law("sign_positive", "Definition", lambda x: (sign(x), ONE), X_POSITIVE),
    Law("sign_negative", "Definition", lambda x: (sign(x), Neg.of(ONE)), X_NEGATIVE),
    Law("sign_product", "DLMF 1.9(i)", lambda x, y: (sign(x * y), sign(x) * sign(y))),
    Law("max_first", "Definition", lambda x, d: (maximum(x + d, x), x + d), (("d", "nonneg"),)),
    Law("min_first", "Definition", lambda x, d: (minimum(x - d, x), x - d), (("d", "nonneg"),)),
    Law("max_relu", "Definition", lambda x, y: (maximum(x, y), y + relu(x - y))),
    Law("min_relu", "Definition", lambda x, y: (minimum(x, y), x - relu(x - y))),
    Law("where_same", "Definition", lambda x, y: (Where.of(y < 0, x, x), x)),
    Law("where_below", "Definition", lambda x, a, b: (Where.of(x < 0, a, b), a), X_NEGATIVE),
    Law("where_above", "Definition", lambda x, a, b: (Where.of(x < 0, a, b), b), (("x", "nonneg"),)),
    Law("where_equal", "Definition", lambda a, b: (Where.of(Relation.of("=", ZERO, ZERO), a, b), a)),
    Law(
        "where_unequal", "Definition", lambda x, a, b: (Where.of(Relation.of("=", x, ZERO), a, b), b),
        (("x", "nonzero"),),
    ),
    # the logistic function
    Law("sigmoid_mirror", "Definition of σ", lambda x: (sigmoid(-x), 1 - sigmoid(x))),
    Law("softplus_mirror", "Definition of softplus", lambda x: (softplus(-x), softplus(x) - x)),
    Law("log_sigmoid", "Definition of σ and softplus", lambda x: (log(sigmoid(x)), Neg.of(softplus(-x)))),
    Law("exp_softplus", "Definition of σ and softplus", lambda x, a: (exp(a * softplus(x)), sigmoid(-x) ** (-a))),
    # positions
    Law("delta_apart", "Definition of δ", lambda x: (Delta.of(x, ZERO), ZERO), (("x", "nonzero"),)),
    # trigonometry
    Law("pythagoras", "DLMF 4.21(ii)", lambda x: (sin(x) ** 2, 1 - cos(x) ** 2)),
    Law("cos_zero", "DLMF 4.14", lambda: (cos(ZERO), ONE)),
    Law("sin_pi", "DLMF 4.16", lambda: (sin(PI), ZERO)),
    Law("cos_pi", "DLMF 4.16", lambda: (cos(PI), Neg.of(ONE))),
    Law("sin_half_pi", "DLMF 4.17", lambda: (sin(PI / 2), ONE)),
    Law("cos_half_pi", "DLMF 4.17", lambda: (cos(PI / 2), ZERO)),
    Law("sin_sum", "DLMF 4.21(i)", lambda a, b: (sin(a + b), sin(a) * cos(b) + cos(a) * sin(b))),
    Law("cos_sum", "DLMF 4.21(i)", lambda a, b: (cos(a + b), cos(a) * cos(b) - sin(a) * sin(b))),
    # the gamma function
    Law("gamma_shift", "DLMF 5.5.1", lambda x: (gamma_function(x + 1), x * gamma_function(x)), X_POSITIVE),
    Law("gamma_one", "DLMF 5.4.1", lambda: (gamma_function(ONE), ONE)),
    Law("gamma_half", "DLMF 5.4.6", lambda: (gamma_function(HALF), PI**HALF)),
    Law("loggamma_shift", "DLMF 5.5.1", lambda x: (loggamma(x + 1), log(x) + loggamma(x)), X_POSITIVE),
    Law("loggamma_one", "DLMF 5.4.1", lambda: (loggamma(ONE), ZERO)),
    Law("digamma_shift", "DLMF 5.5.2", lambda x: (digamma(x + 1), digamma(x) + 1 / x), X_POSITIVE),
    Law("digamma_one", "DLMF 5.4.12", lambda: (digamma(ONE), Neg.of(EULER_GAMMA))),
    Law("trigamma_shift", "DLMF 5.15.5", lambda x: (trigamma(x + 1), trigamma(x) - 1 / x**2), X_POSITIVE),
    # binders; f and g may contain the index i
    Law(
        "logsumexp", "Definition",
        lambda f, i, a, b: (_bound("logsumexp", f, i, a, b), log(_bound("sum", exp(f), i, a, b))),
    ),
    Law(
        "product_log", "DLMF 4.8(i), by induction on the range",
        lambda f, i, a, b: (_bound("prod", f, i, a, b), exp(_bound("sum", log(f), i, a, b))), (("f", "positive"),),
    ),
    # ranges of sums and products, by their definition
    Law("sum_empty", "Definition", lambda f, i, a, n: (_bound("sum", f, i, a, a - 1 - n), ZERO), COUNT),
    Law(
        "sum_last", "Definition",
        lambda f, i, a, n: (_bound("sum", f, i, a, a + n), _bound("sum", f, i, a, a + n - 1) + _at(f, i, a + n)), COUNT,
    ),
    Law(
        "sum_first", "Definition",
        lambda f, i, a, n: (_bound("sum", f, i, a, a + n), _at(f, i, a) + _bound("sum", f, i, a + 1, a + n)), COUNT,
    ),
    Law(
        "sum_shift", "Renaming of the index",
        lambda f, i, a, b, c: (_bound("sum", f, i, a, b), _bound("sum", _at(f, i, i - c), i, a + c, b + c)),
        (("c", "integer"),),
    ),
    Law(
        "sum_reverse", "Renaming of the index",
        lambda f, i, a, b: (_bound("sum", f, i, a, b), _bound("sum", _at(f, i, a + b - i), i, a, b)),
    ),
    Law(
        "sum_triangle", "Both sides are the sum over all a ≤ j, j + c ≤ i ≤ b",
        lambda f, i, j, a, b, c: (
            _bound("sum", _bound("sum", f, i, j + c, b), j, a, b),
            _bound("sum", _bound("sum", f, j, a, i - c), i, a + c, b),
        ),
        (("c", "nonneg"), ("c", "integer")),
    ),
    Law(
        "sum_geometric", "DLMF 1.2(iii)",
        lambda d, i, a, n: (_bound("sum", (1 + d) ** i, i, a, a + n - 1), ((1 + d) ** (a + n) - (1 + d) ** a) / d),
        (("d", "nonzero"), *COUNT),
    ),
    Law("prod_empty", "Definition", lambda f, i, a, n: (_bound("prod", f, i, a, a - 1 - n), ONE), COUNT),
    Law("prod_constant", "Definition", lambda x, i, a, n: (_bound("prod", x, i, a, a + n - 1), x**n), COUNT),
    Law(
        "prod_product", "Definition",
        lambda f, g, i, a, b: (
            _bound("prod", f * g, i, a, b), _bound("prod", f, i, a, b) * _bound("prod", g, i, a, b)
        ),
    ),
    Law(
        "prod_power", "Definition",
        lambda f, i, a, b, c: (_bound("prod", f**c, i, a, b), _bound("prod", f, i, a, b) ** c),
        (("c", "constant"), ("c", "integer")),
    ),
    Law(
        "prod_last", "Definition",
        lambda f, i, a, n: (_bound("prod", f, i, a, a + n), _bound("prod", f, i, a, a + n - 1) * _at(f, i, a + n)),
        COUNT,
    ),
    Law(
        "prod_first", "Definition",
        lambda f, i, a, n: (_bound("prod", f, i, a, a + n), _at(f, i, a) * _bound("prod", f, i, a + 1, a + n)), COUNT,
    ),
)  # fmt: skip


def _inv(a: Expr) -> Expr:
    return Linear.of("inv", (a,))


def _det(a: Expr) -> Expr:
    return Linear.of("det", (a,))


def _rank_one(a: Expr, u: Expr, v: Expr, d: Expr) -> tuple[Expr, Expr]:
    if d is not _det(a):
        raise ValueError(f"{d} is not the determinant of {a}")
    return _det(a + Linear.of("outer", (u, v))), (ONE + entry(MatMul.of(v, MatMul.of(_inv(a), u)))) * d


MATRICES = tuple(
    Law(name, f"Cookbook ({number})", statement, needs, matrices=True)
    for name, number, statement, needs in (
        ("inv_product", 1, lambda a, b, p, q: (_inv(a @ b)[p, q], entry(_inv(b) @ _inv(a), (p, q))), ()),
        ("inv_turned", 3, lambda a, p, q: (_inv(a.T)[p, q], _inv(a)[q, p]), ()),
        ("inv_inverse", 145, lambda a, p, q: (_inv(_inv(a))[p, q], entry(a, (p, q))), ()),
        ("inv_identity", 145, lambda a, p, q: (_inv(_identity(a))[p, q], entry(a, (p, q))), ()),
        ("inv_scaled", 145, lambda a, c, p, q: (_inv(c * a)[p, q], _inv(a)[p, q] / c), ()),
        ("det_product", 21, lambda a, b: (_det(a @ b), _det(a) * _det(b)), ()),
        ("det_turned", 20, lambda a: (_det(a.T), _det(a)), ()),
        ("det_inverse", 22, lambda a: (_det(_inv(a)), ONE / _det(a)), ()),
        ("det_identity", 20, lambda a: (_det(_identity(a)), ONE), ()),
        ("det_diagonal", 18, lambda v: (_det(Linear.of("diag", (v,))), entry(Reduce.of("prod", v, v.axes))), ()),
        ("det_scaled", 19, lambda a, c: (_det(c * a), c ** a.axes[0].size * _det(a)), ()),
        ("det_rank_one", 24, _rank_one, (("d", "nonzero"),)),
    )
)


def _identity(a: Expr) -> Expr:
    if not isinstance(a, Linear) or a.name != "eye":
        raise ValueError(f"{a} is no identity matrix")
    return a


def _at(f: Expr, i: Expr, position: Expr) -> Expr:
    return substitute(f, {i: position})


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


LAWS: dict[str, Law] = {row.name: row for row in (*NATIVE, *ANALYSIS, *EQUATIONS, *MATRICES, *_of_operations())}


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
