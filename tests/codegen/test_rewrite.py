"""Rewrites: the stable form of a statement, the tidy form of its derivative, and the laws they name."""

import pytest

from derive.chain.chain import Chain
from derive.codegen.graph.graph import GraphError
from derive.codegen.rewrite.derived import derived
from derive.codegen.rewrite.stable import LOGARITHMS, REWRITES, stable
from derive.codegen.rewrite.tidy import tidy
from derive.entry import (
    Dim,
    Entry,
    Prod,
    Rational,
    Sum,
    binary,
    exp,
    gamma_function,
    half,
    log,
    nonneg,
    onehot,
    pi,
    positive,
    real,
    sigmoid,
    simplex,
    softmax,
    softplus,
    sqrt,
    where,
)
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr
from derive.expr.operations import absolute
from derive.expr.plain import plain
from derive.expr.tensor import Array
from derive.meaning.laws import law

N, K = Dim("N", index="i"), Dim("K")


def named(**symbols: Symbol) -> tuple[Symbol, ...]:
    for name, symbol in symbols.items():
        symbol.named(name)
    return tuple(symbols.values())


x, y, z, q = named(x=real(), y=real(), z=real(K), q=real(K))
s, u, n = named(s=positive(), u=positive(), n=nonneg())
mu, T, p = named(mu=real(), T=onehot(K), p=simplex(K))

STABLE: list[tuple[Expr, str, tuple[str, ...]]] = [
    (log(exp(x)), "x", ("log_exp",)),
    (log(sigmoid(x)), "-softplus(-x)", ("log_sigmoid",)),
    (log(1 - sigmoid(x)), "-softplus(x)", ("sigmoid_mirror", "log_sigmoid")),
    (1 - sigmoid(-x), "sigmoid(x)", ("sigmoid_mirror",)),
    (1 / (1 + exp(-x)), "sigmoid(x)", ("unfold_sigmoid",)),
    (log(1 + exp(x)), "softplus(x)", ("unfold_softplus",)),
    (log(Sum(exp(z), K)), "logsumexp(z)", ("logsumexp",)),
    (log(softmax(z)), "z - logsumexp(z)", ("log_exp",)),
    (exp(z) / Sum(exp(z), K), "softmax(z)", ("logsumexp",)),
    (log(exp(z) / Sum(exp(z), K)), "z - logsumexp(z)", ("logsumexp", "log_exp")),
    (log(s * u), "log(s) + log(u)", ("log_product",)),
    (-log(2 * pi * s), "-log(2 * pi) - log(s)", ("log_product",)),
    (log(s / u), "log(s) - log(u)", ("log_quotient",)),
    (log(1 / s), "-log(s)", ("log_quotient",)),
    (log(s**3), "3 * log(s)", ("log_power",)),
    (log(sqrt(s)), "log(s) / 2", ("log_power",)),
    (log(s**x), "x * log(s)", ("log_power",)),
    (log(x**2), "2 * log(abs(x))", ("log_power",)),
    (log(gamma_function(s)), "loggamma(s)", ("unfold_loggamma",)),
    (x**2 / (2 * s**2), "(x / s)**2 / 2", ()),
    (sqrt(s**2), "s", ("root_square",)),
    (sqrt(x**2), "abs(x)", ("root_square",)),
]


def test_every_law_is_trusted() -> None:
    named = {r.law for r in REWRITES} | {name for name, _ in LOGARITHMS}
    assert all(law(name).cite for name in named if name)


AS_IT_IS = [log(x * y), log(n * s), log(x / s), log(x**3), log(1 + x), exp(z) / Sum(exp(q), K), 1 - exp(x), log(2 * pi)]


@pytest.mark.parametrize(("e", "form", "laws"), STABLE)
def test_stable_form(e: Expr, form: str, laws: tuple[str, ...]) -> None:
    found = stable(Let("e", e))
    assert plain(found.term.expr) == form
    assert found.laws == laws


@pytest.mark.parametrize("e", AS_IT_IS)
def test_what_no_law_allows_stays(e: Expr) -> None:
    term = Let("e", e)
    assert stable(term).term is term


def test_terms_are_opened_only_where_a_rewrite_needs_what_is_inside() -> None:
    p_1, r = Let("p_1", softmax(z)), Let("r", x - y)
    found = stable(Let("loss", -Sum(T * log(p_1), K) + r**2)).term
    assert plain(found.expr) == "-Sum(T * (z - logsumexp(z)), K) + r**2"
    assert r in Chain(found).terms


def test_a_gaussian_neither_overflows_nor_underflows() -> None:
    density = Let("density", (2 * pi * s**2) ** -half * exp(-((y - mu) ** 2) / (2 * s**2)))
    found = stable(Let("nll", -log(density)))
    assert plain(found.term.expr) == "log(2 * pi) / 2 + log(s) + ((y - mu) / s)**2 / 2"


def test_terms_below_are_made_stable_too() -> None:
    inner = Let("nll", -log(sigmoid(x)))
    found = stable(Let("loss", s * inner)).term
    assert [plain(t.expr) for t in Chain(found).terms] == ["softplus(-x)", "s * nll"]


# -- derivatives


def derivative(e: Expr, by: Symbol) -> str:
    chain = Chain(Let("f", e))
    adjoints = chain.backward([by])
    out = tidy(adjoints, chain.terms)[adjoints[-1]].expr
    return plain(out.body if isinstance(out, Array) else out)


TIDY = [
    (softplus(x) - y * x, x, "sigmoid(x) - y"),
    (-y * softplus(-x) * -1 + (1 - y) * softplus(x), x, "(1 - y) * sigmoid(x) - y * sigmoid(-x)"),
    (((x - mu) / s) ** 2 / 2, x, "(x - mu) / s / s"),
    (((x - mu) / s) ** 2 / 2 + log(s), s, "(1 - ((x - mu) / s)**2) / s"),
    (absolute(x) * s, x, "s * sign(x)"),
    (where(x > 0, x**2, -x), x, "where(x > 0, 2 * x, -1)"),
    (-Sum(T * (z - log(Sum(exp(z), K))), K), z, "exp(z[k]) / Sum(exp(z[k]), k, 1, K) - T[k]"),
    (Sum(p * s, K), s, "1"),
    (s / u * u, s, "1"),
    (x / y * y, x, "y / y"),
    (Sum(3 * z * q, K), z, "3 * q[k]"),
    (sigmoid(x), x, "sigmoid(x) * sigmoid(-x)"),
    (Rational(3, 2) * x**2, x, "3 * x"),
    (x * 0, x, "0"),
]


@pytest.mark.parametrize(("e", "by", "form"), TIDY)
def test_tidy_derivative(e: Expr, by: Symbol, form: str) -> None:
    assert derivative(e, by) == form


def test_what_does_not_depend_on_the_index_leaves_the_sum() -> None:
    (a, b) = named(a=real(N), b=real(K))
    assert derivative(Sum(a, N) * Sum(s * b, K), s) == "Sum(a[i], i, 1, N) * Sum(b[k], k, 1, K)"


# -- a record as a value and its slopes


class Squared(Entry):
    """Squares, and a term that nothing uses."""

    x, y = real(N, role="input"), binary(N, role="target")
    scale = positive(role="hyperparameter", default=1)
    unused = Prod(x, N)
    loss = scale * (x - y) ** 2
    emits = ("loss",)


def test_a_loss_per_element_has_slopes_at_one_example() -> None:
    d = derived(Squared.record)
    assert [s.name for s in d.symbols] == ["x", "y", "scale"]
    assert (d.batch, d.value) == ((N,), "loss")
    assert {s.name: node for s, node in d.slopes.items()} == {"x": "dx"}
    assert all(not node.axes for node in d.graph)


def test_a_label_has_no_slope_and_a_record_without_emits_no_program() -> None:
    class Silent(Entry):
        """Emits nothing."""

        x = real(N, role="input")
        loss = x**2

    with pytest.raises(GraphError, match="emits no term"):
        derived(Silent.record)


def test_a_vector_that_mixes_examples_is_no_loss() -> None:
    class Softly(Entry):
        """A softmax over the examples."""

        x = real(N, role="input")
        P = softmax(x)
        emits = ("P",)

    with pytest.raises(GraphError, match="its entries depend on each other"):
        derived(Softly.record)
