"""LaTeX of every node, of the formulas of five entries, and what must hold for any expression."""

import pytest

from derive.expr import operations as op
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.build import (
    D,
    E,
    H,
    I,
    Mean,
    Prod,
    Rational,
    Sum,
    delta,
    det,
    diag,
    equals,
    eye,
    function,
    half,
    inv,
    layers,
    logsumexp,
    norm,
    ones,
    outer,
    real,
    recurrence,
    simplex,
    softmax,
    tr,
    variable,
    where,
)  # fmt: skip
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.dims import Dim
from derive.expr.divergence import Divergence
from derive.expr.families import DimFamily
from derive.expr.information import Information
from derive.expr.law import Law, outcome
from derive.expr.layers import Layers
from derive.expr.leaves import EULER_GAMMA, INFINITY, PI, Constant, Index, Let, Number, Size, Symbol, Variable
from derive.expr.measures import KL, cardinality, independent, markov, unequal
from derive.expr.node import Expr, as_expr
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Weighted
from derive.expr.tensor import Array, Reduce
from derive.page.difference import changed
from derive.page.latex import latex, latex_sides
from derive.page.layout.table import RULES


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N, M, K, Z = Dim("N", index="i"), Dim("M", index="j"), Dim("K", index="k"), Dim("Z", index="z")

x, y, a, b, c, sigma = (named(name, real()) for name in ("x", "y", "a", "b", "c", "sigma"))
u, v, w = named("u", real(N)), named("v", real(N)), named("w", real(M))
A, B, S, W1 = named("A", real(N, M)), named("B", real(N, M)), named("S", real(N, N)), named("W1", real(M, N))
f, q, p, z = named("f", function()), named("q", simplex(K, role="target")), named("p", simplex(Z)), named("z", real(K))
V1, V2, V3 = (named(name, variable()) for name in "XYZ")
P1, P2, o1 = Law("p"), Law("q_phi"), outcome(V1)
s = Variable("s")
i, j, t, l = Index("i", N), Index("j", M), Index("t"), Index("l")
d = DimFamily("d")
k = Index("k", K)
hidden = named("h", real(family=k))
W, m = named("W", real(d[l], d[l - 1], family=l)), named("m", real(family=t))
loss, dA = Let("loss", Sum((u - v) ** 2, N)), Let("dA", 2 * A)
BY_CASES = where(x > 0, x, -x)
LATEX_CASES = r"\begin{cases} x & \text{if } x > 0 \\ {-x} & \text{otherwise} \end{cases}"

PRINTED: dict[type[Expr], list[tuple[Expr, str]]] = {
    Number: [(Rational(3, 4) * x, r"\tfrac{3}{4} x"), (x**half, "x^{1/2}"), (2 * half, r"2 \cdot \tfrac{1}{2}")],
    Constant: [(2 * PI * EULER_GAMMA, r"2 \pi \gamma_{\mathrm{E}}")],
    Size: [(N.size, "N"), (d[l].size, "d_l")],
    Symbol: [(real(tex=r"\ell_x") * x, r"\ell_x \, x")],
    Let: [
        (loss, r"\mathcal{L}"),
        (dA.T, r"\left(\frac{\partial \mathcal{L}}{\partial A}\right)^{\top}"),
        (Sum(dA, N), r"\sum_{i=1}^{N} \frac{\partial \mathcal{L}}{\partial A_{i,:}}"),
        (Let("du", D(loss, u)), r"\frac{\partial \mathcal{L}}{\partial u}"),
        (Let("", x + y) * a, "(x + y) a"),
    ],
    Index: [(x**t, "x^t")],
    Add: [(a - b - (c - x), "a - b - (c - x)"), (a + (-b) * c, "a + (-b c)"), (-a + b, "-a + b")],
    Mul: [
        (x * 2, r"x \cdot 2"),
        (as_expr(2) * 3 * x, r"2 \cdot 3 x"),
        (a * (b * c), "a (b c)"),
        (sigma * (x + 1), r"\sigma \cdot (x + 1)"),
        (a * (x + 1), "a (x + 1)"),
        (op.log(x) * y, r"(\log x) y"),
        (Sum(u, N) * x, r"\left(\sum_{i=1}^{N} u_i\right) x"),
        (x * Sum(u, N), r"x \sum_{i=1}^{N} u_i"),
        (A * B, r"A \odot B"),
        (2 * A * B, r"2 A \odot B"),
        (u * v, "u v"),
        (u * (A @ w), r"u \odot (A w)"),
    ],
    Weighted: [(Weighted.of(x, op.log(x)), r"x \log x")],
    Neg: [(-(a + b), "-(a + b)"), (-as_expr(-2), "-(-2)"), (-a / b, r"-\frac{a}{b}")],
    Div: [
        (a / b * c / x, r"\frac{a}{b} \frac{c}{x}"),
        (a * b / c, r"\frac{a b}{c}"),
        (-Sum(u, N) / N.size, r"-\frac{1}{N} \sum_{i=1}^{N} u_i"),
    ],
    Pow: [
        ((a / b) ** 2, r"\left(\frac{a}{b}\right)^2"),
        ((x**2) ** 3, "(x^2)^3"),
        (op.log(x) ** 2, r"(\log x)^2"),
        (op.exp(x + y) ** 2, r"\bigl(\exp(x + y)\bigr)^2"),
        (op.sigmoid(x) ** 2, r"\sigma(x)^2"),
        (op.sqrt(x) ** 2, r"(\sqrt{x})^2"),
        (3 * as_expr(2) ** x, r"3 \cdot 2^x"),
        (x ** ((a + b) / (2 * c)), "x^{(a + b)/(2 c)}"),
        (A**2, r"A^{\odot 2}"),
    ],
    op.Apply: [
        (op.log(x), r"\log x"),
        (op.log(x + y), r"\log(x + y)"),
        (op.log(x**2), r"\log(x^2)"),
        (op.log(x / y), r"\log \frac{x}{y}"),
        (op.exp(-x / y), r"\exp\!\left(-\frac{x}{y}\right)"),
        (op.absolute(x), r"\lvert x \rvert"),
        (op.maximum(x, 0), r"\max(x,\, 0)"),
        (D(op.relu)(x), r"\operatorname{relu}'(x)"),
        (D(D(op.sqrt))(x), r"\operatorname{sqrt}''(x)"),
    ],
    type(u @ v): [
        (u @ v, r"u^{\top} v"),
        (u @ A @ w, r"u^{\top} A w"),
        ((A @ w) @ u, r"(A w)^{\top} u"),
        (A @ (W1 @ A), "A (W_1 A)"),
        ((A * B) @ w, r"(A \odot B) w"),
    ],
    type(W1.T): [(W1.T, r"W_1^{\top}"), ((A @ W1).T, r"(A W_1)^{\top}"), (A.T.T, r"(A^{\top})^{\top}")],
    type(softmax(z)): [
        (softmax(A), r"\operatorname{softmax}(A)"),
        (softmax(A, over=N), r"\operatorname{softmax}_{i}(A)"),
        (Sum(softmax(z) * z, K), r"\sum_{k=1}^{K} \operatorname{softmax}(z)_k \, z_k"),
        (logsumexp(z), r"\operatorname{logsumexp}(z)"),
    ],
    Reduce: [
        (Sum((u - v) ** 2, N), r"\sum_{i=1}^{N} (u_i - v_i)^2"),
        (Sum(u + v, N), r"\sum_{i=1}^{N} (u_i + v_i)"),
        (Sum(-u, N), r"\sum_{i=1}^{N} (-u_i)"),
        (Sum(u / v + 1, N), r"\sum_{i=1}^{N} \left[\frac{u_i}{v_i} + 1\right]"),
        (Sum(A, N), r"\sum_{i=1}^{N} A_{i,:}"),
        (Sum(u * Sum(v, N), N), r"\sum_{i=1}^{N} u_i \sum_{j=1}^{N} v_j"),
        (Sum((A @ w) * u, N), r"\sum_{i=1}^{N} (A w)_i u_i"),
        (Mean(A, N, M), r"\frac{1}{N M} \sum_{i=1}^{N} \sum_{j=1}^{M} A_{i j}"),
        (Prod(u, N), r"\prod_{i=1}^{N} u_i"),
        (norm(A), r"\lVert A \rVert"),
        (norm(A, M), r"\lVert A_{:,j} \rVert_{j}"),
        (Reduce.of("max", u, (N,)), r"\max_{1 \le i \le N} u_i"),
        (Sum(outer(u, w) * A), r"\sum_{i=1}^{N} \sum_{j=1}^{M} u_i w_j A_{i j}"),
        (Mean(x), "x"),
    ],
    Bound: [
        (Sum(m[t] ** 2, (t, 1, N.size)), r"\sum_{t=1}^{N} m_t^2"),
        (Prod(x + t, (t, 0, N.size - 1)), r"\prod_{t=0}^{N - 1} (x + t)"),
        (Sum(x**t, (t, 0, INFINITY)), r"\sum_{t=0}^{\infty} x^t"),
        (Bound.of("logsumexp", m[t], t, as_expr(1), N.size), r"\operatorname*{logsumexp}_{t=1}^{N} m_t"),
        (Sum(Sum(x**t, (t, 1, 2)) * t, (t, 1, 3)), r"\sum_{t=1}^{3} \left(\sum_{i=1}^{2} x^i\right) t"),
    ],
    type(tr(S)): [
        (tr(S), r"\operatorname{tr}(S)"),
        (det(S), r"\det(S)"),
        (inv(S @ S), "(S S)^{-1}"),
        (diag(u), r"\operatorname{diag}(u)"),
        (outer(u, w), r"u w^{\top}"),
        (ones(N, M), r"\mathbf{1}_{N\times M}"),
        (eye(N), r"\mathbf{I}_{N}"),
    ],
    Array: [(Array.of(u[i] * w[j], (i, j)), "[u_i w_j]_{i j}"), (Sum(Array.of(u[i], (i,)), N), r"\sum_{i=1}^{N} u_i")],
    type(u[i]): [(A[i, j], "A_{i j}"), (A[1, 2], "A_{1,2}"), (W1[j, i], "W_{1,j i}"), (A.T[j, i], r"(A^{\top})_{j i}")],
    type(m[t]): [(m[t - 1], "m_{t - 1}"), (W[l], "W^{[l]}"), (W[l].T, r"W^{[l]\top}"), (W[2][1, 1], "W_{1,1}^{[2]}")],
    Call: [(f(x) ** 2, "f(x)^2"), (Call.of(f, (x,), 1), "f'(x)"), (Call.of(f, (x,), 4), "f^{(4)}(x)")],
    type(delta(i, j)): [(delta(i, j), r"\delta_{i j}"), (delta(t, 1), r"\delta_{t,1}")],
    type(BY_CASES): [
        (BY_CASES, LATEX_CASES),
        (BY_CASES * y, rf"\left({LATEX_CASES}\right) y"),
    ],
    type(D(x, x)): [
        (D(loss, u), r"\frac{\partial \mathcal{L}}{\partial u}"),
        (D(loss, u[i]), r"\frac{\partial \mathcal{L}}{\partial u_i}"),
        (D(x**2 + x, x), r"\frac{\partial}{\partial x} (x^2 + x)"),
        (D(Sum(u**2, N), u), r"\frac{\partial}{\partial u} \sum_{i=1}^{N} u_i^2"),
    ],
    Variable: [(s + 1, "s + 1")],
    Integral: [
        (Integral.of(x * s, s, as_expr(0), INFINITY), r"\int_{0}^{\infty} x s \, \mathrm{d}s"),
        (Integral.of(x + s, s, -INFINITY, x) ** 2, r"\left(\int_{-\infty}^{x} (x + s) \, \mathrm{d}s\right)^2"),
    ],
    Limit: [
        (Limit.of(x + 1 / s, s, INFINITY), r"\lim_{s \to \infty} \left(x + \frac{1}{s}\right)"),
        (Limit.of(x + s, s, as_expr(0)), r"\lim_{s \to 0^{+}} (x + s)"),
    ],
    Jacobian: [(Jacobian.of(A @ w, w), r"\operatorname{jacobian}(A w,\, w)")],
    Hessian: [(Hessian.of(w @ w, w), r"\nabla^2_{w}(w^{\top} w)")],
    type(x.at(x=0)): [
        (f(x).at(x=0), r"\left.f(x)\right|_{x=0}"),
        ((x + y).at(x=1, y=a), r"\left.(x + y)\right|_{x=1,\, y=a}"),
    ],
    type(E(q, z)): [
        (E(q, op.log(q) - z), r"\mathbb{E}_{k \sim q}[\log q_k - z_k]"),
        (E(p, op.log(p)), r"\mathbb{E}_{p(z)}[\log p(z)]"),
        (E(p, p / x), r"\mathbb{E}_{p(z)}\left[\frac{p(z)}{x}\right]"),
    ],
    Relation: [
        (equals(x, y), "x = y"),
        (x <= y, r"x \le y"),
        (Relation.of("!=", x, y), r"x \ne y"),
        (Relation.of("∝", x, y, (a,)), r"x \propto_{a} y"),
        (
            Relation.of("same_argmin", x + 1, y, (a, b)),
            r"\operatorname*{arg\,min}_{a,\, b}\, (x + 1) = \operatorname*{arg\,min}_{a,\, b}\, y",
        ),
    ],
    type(recurrence(m, t, 0, m[t - 1])): [(recurrence(m, t, 0, a * m[t - 1]), r"m_0 = 0,\quad m_t = a m_{t - 1}")],
    Divergence: [
        (Divergence.of("entropy", p), "H(p)"),
        (Divergence.of("cross_entropy", q, q), r"H(q,\, q)"),
        (Divergence.of("KL", q, q), r"D_{\mathrm{KL}}(q \,\|\, q)"),
        (Divergence.of("chi2", q, q), r"\chi^2(q \,\|\, q)"),
        (Divergence.of("h", x), r"\mathrm{h}(x)"),
    ],
    Layers: [
        (
            layers(k, start={hidden: x}, step={hidden: a * hidden[k - 1]}),
            r"h_0 = x,\quad h_k = a h_{k - 1},\quad k = 1,\, \dots,\, K",
        ),
    ],
    Information: [
        (H(V1, V2, given=(V3,)), r"H(X,Y \mid Z)"),
        (2 * I(V1, (V2, V3)), r"2 \, I(X;Y,Z)"),
        (Information.of(((V1,), (V3,)), (), "q"), "I_{q}(X;Z)"),
    ],
    Outcome: [(o1**2, "x^2"), (outcome(named("Z_hat", variable())), r"\hat{z}")],
    Density: [
        (P1(V1), "p(x)"),
        (P2(V1, V2, given=V3), r"q_{\phi}(x,y \mid z)"),
        (P1(V1) ** 2 * op.log(P1(V1)), r"p(x)^2 \, \log p(x)"),
        (op.log(P1(V1) / P2(V1)), r"\log \frac{p(x)}{q_{\phi}(x)}"),
    ],
    Expectation: [
        (E(P2(V3, given=V1), op.log(P1(V1, V3))), r"\mathbb{E}_{q_{\phi}(z \mid x)}[\log p(x,z)]"),
        (E(P1(V1) * P1(V2), o1 - 1), r"\mathbb{E}_{p(x)\,p(y)}[x - 1]"),
        (2 * E(P1(V1), o1) ** 2, r"2 \, {\mathbb{E}_{p(x)}[x]}^2"),
    ],
    Contrast: [
        (KL(P1(V1, V2), P1(V1) * P2(V2)), r"D_{\mathrm{KL}}\bigl(p(x,y) \,\|\, p(x)\,q_{\phi}(y)\bigr)"),
        (
            KL(P1(V2, given=V1), P2(V2, given=V1), P1(V1)),
            r"D_{\mathrm{KL}}\bigl(p(y \mid x) \,\|\, q_{\phi}(y \mid x) \,\mid\, p(x)\bigr)",
        ),
        (H(P1(V1), P2(V1)), r"H\bigl(p(x),\, q_{\phi}(x)\bigr)"),
        (H(P1(V1)), r"H\bigl(p(x)\bigr)"),
    ],
    MarkovChain: [
        (markov(V1, (V2, V3), V1), r"X \to Y,Z \to X"),
        (markov(V1, V2, V3, under=P2), r"X \to_{q_{\phi}} Y \to_{q_{\phi}} Z"),
    ],
    Independence: [(independent(V1, V2, given=V3), r"X \perp Y \,\mid\, Z")],
    Cardinality: [(op.log(cardinality(V1)), r"\log \lvert X \rvert")],
    Unequal: [(unequal(V1, V2), r"P(X \ne Y)")],
}  # fmt: skip
CASES = [case for cases in PRINTED.values() for case in cases]


@pytest.mark.parametrize(("e", "expected"), CASES, ids=[expected for _, expected in CASES])
def test_every_kind_of_node(e: Expr, expected: str) -> None:
    assert latex(e) == expected


def kinds(of: type[Expr]) -> set[type[Expr]]:
    """The classes of expression that are not only a base of others."""
    below = [kind for kind in of.__subclasses__() if kind.__module__.startswith("derive.expr")]
    return {leaf for kind in below for leaf in kinds(kind)} if below else {of}


def test_no_kind_is_forgotten() -> None:
    assert kinds(Expr) == set(RULES) == set(PRINTED)


EXEMPLARS = {
    ("loss.focal", "loss"): r"-\alpha_t (1 - p_t)^{\gamma} \log p_t",
    ("loss.focal", "stable 2"): r"-\alpha_t \, \sigma(-s)^{\gamma} \, \bigl(-\operatorname{softplus}(-s)\bigr)",
    ("loss.focal", "without focus"): r"\left.\mathcal{L}\right|_{\gamma=0}",
    ("loss.gaussian_nll", "density"): r"(2 \pi \sigma^2)^{-1/2} \exp\!\left(-\frac{(y - \mu)^2}{2 \sigma^2}\right)",
    ("loss.gaussian_nll", "total"): r"\sum_{i=1}^{N} \mathrm{nll}_i",
    ("loss.gaussian_nll", "mse"): r"\frac{1}{N} \sum_{i=1}^{N} (y_i - \mu_i)^2",
    ("loss.gaussian_nll", "to mse 3"): r"\frac{N}{2} \log(2 \pi \sigma^2) + \frac{N}{2 \sigma^2} \, \mathrm{mse}",
    ("info.mutual_information", "p_x"): r"\sum_{y} p(\cdot,y)",
    ("info.mutual_information", "value"): r"\mathbb{E}_{p(x,y)}\left[\log \frac{p(x,y)}{p_x(x) \, p_y(y)}\right]",
    ("backprop.mlp2", "Z1"): r"X W_1^{\top} + b_1",
    ("backprop.mlp2", "loss"): r"-\frac{1}{B} \sum_{b=1}^{B} \sum_{k=1}^{C} T_{b k} \log P_{b k}",
    ("backprop.mlp2", "dW2 1"): r"\left(\frac{\partial \mathcal{L}}{\partial Z_2}\right)^{\top} A_1",
    ("backprop.mlp2", "dZ1 1"): r"\frac{\partial \mathcal{L}}{\partial A_1} \odot \operatorname{relu}'(Z_1)",
    ("backprop.mlp2", "db2 1"): r"\sum_{b=1}^{B} \frac{\partial \mathcal{L}}{\partial Z_{2,b,:}}",
    ("update.adam", "m_new"): r"\beta_1 m + (1 - \beta_1) g",
    ("update.adam", "theta_new"): r"\theta - \frac{\alpha \hat{m}}{\sqrt{\hat{v}} + \varepsilon}",
}


@pytest.mark.parametrize("which", EXEMPLARS, ids=" ".join)
def test_exemplars(which: tuple[str, str], exemplars: dict[str, dict[str, Expr]]) -> None:
    entry, line = which
    assert latex(exemplars[entry][line]) == EXEMPLARS[which]


def test_indices_on_the_axes_of_the_whole(exemplars: dict[str, dict[str, Expr]]) -> None:
    focal, information = exemplars["loss.focal"], exemplars["info.mutual_information"]
    assert latex(focal["loss"], indices=True) == r"-\alpha_{t,i} (1 - p_{t,i})^{\gamma} \log p_{t,i}"
    assert latex(information["p_x"], indices=True) == r"\sum_{y} p(x,y)"
    assert latex(dA, indices=True) == r"\frac{\partial \mathcal{L}}{\partial A_{i j}}"


def test_a_new_letter_avoids_the_names_in_use() -> None:
    small, named_i = Dim("n"), named("i", real(N))
    assert latex(Sum(named("g", real(small)), small)) == r"\sum_{i=1}^{n} g_i"
    assert latex(Sum(named_i, N)) == r"\sum_{j=1}^{N} i_j"


def test_terms_name_their_gradients() -> None:
    db = Let("db", x * 2)
    assert latex(db) == r"\mathrm{db}"
    assert latex(db, terms={"b"}) == r"\frac{\partial \mathcal{L}}{\partial b}"


def test_sides() -> None:
    assert latex_sides(Relation.of("<=", x, y)) == ("x", r"\le", "y")
    least = r"\operatorname*{arg\,min}_{a}\, "
    assert latex_sides(Relation.of("same_argmin", x, y, (a,))) == (f"{least}x", "=", f"{least}y")


COLOURED = [
    (a - b * c, b * c, r"a - \textcolor{#b0006d}{b c}"),
    (a - b * c, -(b * c), r"a\textcolor{#b0006d}{ - b c}"),
    (x**2, x, r"\textcolor{#b0006d}{x}^2"),
    ((a + b) ** 2, a + b, r"(\textcolor{#b0006d}{a + b})^2"),
    (Sum(u**2, N), u, r"\sum_{i=1}^{N} \textcolor{#b0006d}{u_i}^2"),
    (-a / b, -a, r"\frac{\textcolor{#b0006d}{-a}}{b}"),
]


@pytest.mark.parametrize(("e", "part", "expected"), COLOURED, ids=[expected for *_, expected in COLOURED])
def test_highlight(e: Expr, part: Expr, expected: str) -> None:
    assert latex(e, highlight={part}) == expected


def test_the_difference_of_two_lines_is_coloured() -> None:
    before, after = a * op.log(x) + b, a * op.log(y) + b
    assert latex(after, highlight=changed(before, after)) == r"a \log \textcolor{#b0006d}{y} + b"
