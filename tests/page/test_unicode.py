"""One line for the terminal: the formulas of five entries fit it and read well, brackets come back where needed."""

import pytest

from derive.expr.build import D, E, Mean, Prod, Rational, Sum, half, inv, norm, outer, real, simplex, softmax, where
from derive.expr.dims import Dim
from derive.expr.leaves import PI, Index, Let, Symbol
from derive.expr.node import Expr
from derive.expr.operations import absolute, log, relu, sqrt
from derive.expr.propositions import Relation
from derive.page.unicode import unicode
from derive.text.statement import parse_expression


def named(name: str, symbol: Symbol) -> Symbol:
    symbol.named(name)
    return symbol


N, M = Dim("N", index="i"), Dim("M", index="b")
x, y, a, sigma = (named(name, real()) for name in ("x", "y", "a", "sigma"))
u, w, A, W1 = named("u", real(N)), named("w", real(M)), named("A", real(N, M)), named("W1", real(M, N))
q, t = named("q", simplex(M, role="target")), Index("t")
m = named("m", real(family=t))

PRINTED = [
    (2 * PI * sigma**2, "2πσ²"),
    (2 * x * y, "2x·y"),
    (x * 2, "x·2"),
    (half * x, "½x"),
    (x * Rational(5, 7), "x·(5/7)"),
    (x**-half, "x^(-½)"),
    (x**10, "x¹⁰"),
    (x / y / a, "x/y/a"),
    (x / (y / a), "x/(y/a)"),
    (x / (y * a), "x/(y·a)"),
    (x / y * a, "x/y · a"),
    (x * (y / a), "x·(y/a)"),
    ((x / y) ** 2, "(x/y)²"),
    (-(x + y), "-(x + y)"),
    (sqrt(x) + sqrt(x * y), "√x + √(x·y)"),
    (sqrt(x) ** 2, "(√x)²"),
    (absolute(x - y), "|x - y|"),
    (log(x) ** 2, "(log x)²"),
    (log(x / y), "log(x/y)"),
    (sigma * (x + 1), "σ·(x + 1)"),
    (Sum(u**2, N), "Σᵢ uᵢ²"),
    (Sum(A, N, M), "Σᵢ Σ_b A[i,b]"),
    (Mean(u, N), "1/N · Σᵢ uᵢ"),
    (Prod(x + t, (t, 0, N.size)), "Π[t=0..N] (x + t)"),
    (norm(u), "‖u‖"),
    (A @ W1, "A W₁"),
    (W1.T, "W₁ᵀ"),
    (A * A, "A ⊙ A"),
    (outer(u, w), "u wᵀ"),
    (inv(real(N, N)), "?⁻¹"),
    (softmax(A)[1, 2], "softmax(A)[1,2]"),
    (m[t - 1], "m[t - 1]"),
    (m[t], "mₜ"),
    (D(relu)(u), "relu′(u)"),
    (D(Let("loss", Sum(u, N)), u), "∂ℒ/∂u"),
    (Let("dA", A).T, "(∂ℒ/∂A)ᵀ"),
    (E(q, log(q)), "𝔼_{b~q}[log q[b]]"),
    (where(x >= 0, x, 0), "{x if x ≥ 0; 0 otherwise}"),
    (x.at(x=0), "x|_{x=0}"),
    (Relation.of("same_argmin", x, y, (a,)), "argmin_a x = argmin_a y"),
]


@pytest.mark.parametrize(("e", "expected"), PRINTED, ids=[expected for _, expected in PRINTED])
def test_one_line(e: Expr, expected: str) -> None:
    assert unicode(e) == expected


LAWS = {
    "log p(x) = E_q(z|x)[log p(x,z)] + KL(q(z|x)||p(z|x))": ("log p(x) = 𝔼_{q(z|x)}[log p(x,z)] + KL(q(z|x) ‖ p(z|x))"),
    "H(p(y|x),q_phi(y|x) | p(x)) = E_p(x)p(y)[f(x)/y]": "H(p(y|x), q_φ(y|x) | p(x)) = 𝔼_{p(x)p(y)}[f(x)/y]",
    "X,W -> Y -> Z under q": "X,W →_q Y →_q Z",
    "X _|_ Y _|_ W | Z": "X ⊥ Y ⊥ W | Z",
    "log |X| = P(X != Y)*log 2": "log |X| = P(X ≠ Y)·log 2",
    "-E_p(x)[-log p(x)]**2 = Var_p(x1)[2*x1]": "-𝔼_{p(x)}[-log p(x)]² = 𝔼_{p(x₁)}[(2x₁ - 𝔼_{p(x₁)}[2x₁])²]",
}


@pytest.mark.parametrize("text", LAWS)
def test_laws_in_one_line(text: str) -> None:
    assert unicode(parse_expression(text, where="f: function")) == LAWS[text]


EXEMPLARS = {
    ("loss.focal", "loss"): "-α_t·(1 - p_t)^γ·log p_t",
    ("loss.gaussian_nll", "density"): "(2πσ²)^(-½)·exp(-(y - μ)²/(2σ²))",
    ("loss.gaussian_nll", "mse"): "1/N · Σᵢ (yᵢ - μᵢ)²",
    ("info.mutual_information", "value"): "𝔼_{p(x,y)}[log(p(x,y)/(p_x(x)·p_y(y)))]",
    ("backprop.mlp2", "Z1"): "X W₁ᵀ + b₁",
    ("backprop.mlp2", "loss"): "-1/B · Σ_b Σₖ T[b,k]·log P[b,k]",
    ("backprop.mlp2", "dZ1 1"): "∂ℒ/∂A₁ ⊙ relu′(Z₁)",
    ("update.adam", "theta_new"): "θ - α·m̂/(√v̂ + ε)",
}


@pytest.mark.parametrize("which", EXEMPLARS, ids=" ".join)
def test_exemplars(which: tuple[str, str], exemplars: dict[str, dict[str, Expr]]) -> None:
    entry, line = which
    assert unicode(exemplars[entry][line]) == EXEMPLARS[which]


def test_exemplars_fit_the_terminal(exemplars: dict[str, dict[str, Expr]]) -> None:
    assert max(len(unicode(e)) for lines in exemplars.values() for e in lines.values()) <= 100
