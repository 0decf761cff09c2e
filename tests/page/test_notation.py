"""Names as symbols: the usual ones look as in a textbook, and no two spellings look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.page.notation import differential, joined, latex_symbol, parts, spelling, unicode_symbol

NAMES = {
    "x": ("x", "x"),
    "W1": ("W_1", "W₁"),
    "W12": ("W_{12}", "W₁₂"),
    "W1_2": ("W_{1,2}", "W₁_2"),
    "alpha": (r"\alpha", "α"),
    "Sigma": (r"\Sigma", "Σ"),
    "epsilon": (r"\varepsilon", "ε"),
    "beta2": (r"\beta_2", "β₂"),
    "alpha_t": (r"\alpha_t", "α_t"),
    "p_theta": (r"p_{\theta}", "p_θ"),
    "H_xy": ("H_{xy}", "H_xy"),
    "H_x_y": ("H_{x,y}", "H_x_y"),
    "m_new": (r"m_{\mathrm{new}}", "m_new"),
    "m_hat": (r"\hat{m}", "m̂"),
    "theta_tilde": (r"\tilde{\theta}", "θ̃"),
    "x_bar1": (r"\bar{x}_1", "x̄₁"),
    "x1_bar": (r"\overline{x_1}", "x₁_bar"),
    "nll_hat": (r"\widehat{\mathrm{nll}}", "nll_hat"),
    "theta_star": (r"\theta^{\star}", "θ⋆"),
    "x_star_1": (r"{x^{\star}}_1", "x⋆_1"),
    "x_1_star": (r"x_1^{\star}", "x₁⋆"),
    "nll": (r"\mathrm{nll}", "nll"),
    "loss": (r"\mathcal{L}", "ℒ"),
    "conv2d": (r"\mathrm{conv2d}", "conv2d"),
    "_x": (r"\text{\_x}", "_x"),
}


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    latex, unicode = NAMES[name]
    symbol = latex_symbol(name)
    assert (joined(symbol.base, symbol.sub, symbol.sup), unicode_symbol(name)) == (latex, unicode)


ALIKE = [("sigma", "σ"), ("W1", "W_1", "W₁"), ("lambda", "lambda_", "λ"), ("x_hat1", "x_hat_1")]


@pytest.mark.parametrize("alike", ALIKE)
def test_one_spelling(alike: tuple[str, ...]) -> None:
    assert len({spelling(name) for name in alike}) == 1


def test_differentials() -> None:
    assert differential("dZ2") == "Z2"
    assert differential("db2", {"b2"}) == "b2"
    assert [name for name in ("db2", "density", "d", "delta", "Z2") if differential(name)] == []


WORDS = st.sampled_from(
    ("x", "X", "xy", "new", "t", "1", "12", "hat", "bar", "star", "sigma", "σ", "loss", "é", "hat1")
)
SPELT = st.lists(WORDS, min_size=1, max_size=4).map("_".join) | st.from_regex(r"[a-zA-Zα-ω_]\w{0,5}", fullmatch=True)


@given(SPELT, SPELT)
def test_names_print_alike_only_if_their_spellings_are_equal(one: str, other: str) -> None:
    same = spelling(one) == spelling(other)
    left, right = latex_symbol(one), latex_symbol(other)
    assert (joined(left.base, left.sub, left.sup) == joined(right.base, right.sub, right.sup)) == same
    assert (unicode_symbol(one) == unicode_symbol(other)) == same


@given(SPELT)
def test_a_spelling_spells_itself(name: str) -> None:
    assert parts(spelling(name)) == parts(name)
