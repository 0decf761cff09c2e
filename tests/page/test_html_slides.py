"""Where slides end: the estimate of a formula's size, and the cutting."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.page.html_extent import TEXT, extent, inline
from derive.page.html_slides import LHS_LIMIT, MARGIN, MATH, REASON, SMALLEST, paginate

# Measured in Chromium with KaTeX 0.19.1 at 27 px: width, height.
MEASURED = {
    r"\frac{1}{1+e^{-x}}": (92, 56),
    r"\frac{\partial L}{\partial W_{ij}}": (65, 63),
    r"\sum_{i=1}^n x_i": (67, 79),
    r"-\sum_{k=1}^{K} y_k\log\frac{e^{z_k}}{\sum_{j=1}^{K}e^{z_j}}": (242, 85),
    r"\int_{-\infty}^{\infty} p(x)\log\frac{p(x)}{q(x)}\,dx": (239, 65),
    r"\begin{cases}\tfrac12r^2&|r|\le\delta\\ \delta\left(|r|-\tfrac12\delta\right)&|r|>\delta\end{cases}": (261, 81),
    r"\begin{pmatrix}a&b\\c&d\end{pmatrix}": (95, 65),
    r"\begin{bmatrix}1&0&0\\0&1&0\\0&0&1\end{bmatrix}": (131, 97),
    r"\sqrt{\frac{1}{N}\sum_{i=1}^N (x_i-\mu)^2}": (208, 90),
    r"\prod_{i=1}^N\frac{1}{\sqrt{2\pi\sigma^2}}\exp\left(-\frac{(y_i-\mu)^2}{2\sigma^2}\right)": (345, 84),
    r"\max_{x\in\mathcal X} f(x)": (107, 47),
    r"\textcolor{#b0006d}{\frac{1}{N}}\sum_{i}x_i": (102, 70),
    r"\left(1+\frac{1}{\nu}\left(\frac{x-\mu}{\sigma}\right)^{2}\right)^{-\frac{\nu+1}{2}}": (284, 90),
    r"\sum_{\substack{i=1\\i\neq j}}^{n}\frac{x_i^{2}}{y_i}": (76, 99),
}


@pytest.mark.parametrize(("latex", "size"), MEASURED.items())
def test_estimates_are_near_what_a_browser_measured(latex, size):
    box = extent(latex)
    assert box.width * MATH == pytest.approx(size[0], rel=0.15)
    assert box.height * MATH == pytest.approx(size[1], rel=0.2)


def test_colour_changes_no_size():
    plain = extent(r"a+\frac{1}{N}\sum_{i=1}^n x_i")
    assert extent(r"a+\textcolor{#b0006d}{\frac{1}{N}\sum_{i=1}^n x_i}") == plain


def test_a_sum_in_text_is_flat():
    assert extent(r"\sum_{i=1}^n x_i", TEXT).height < 0.7 * extent(r"\sum_{i=1}^n x_i").height


@given(st.text(alphabet=r"\{}^_&[]()ab1 frcsumleigntd,", max_size=200))
def test_any_text_has_a_size(latex):
    box = extent(latex)
    assert -1e4 < box.width < 1e4
    assert -1e4 < box.height < 1e4


@pytest.mark.parametrize("opening", ["{", r"\frac", r"\left(", "x^", r"\begin{a}", r"\sqrt"])
def test_depth_is_no_danger(opening):
    assert extent(opening * 20_000).height < 1e6


def test_inline_formulas():
    assert list(inline(r"a \(b\) c")) == [(False, "a "), (True, "b"), (False, " c")]
    assert list(inline(r"a \(b")) == [(False, r"a \(b")]
    assert list(inline("")) == []


@given(st.lists(st.floats(10, 700), max_size=30), st.floats(100, 600))
def test_every_row_is_shown_in_order_and_one_row_is_repeated(heights, room):
    cuts = paginate(heights, room)
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(heights)
    for (_, end), (start, further) in pairwise(cuts):
        assert start == end - 1
        assert further > end
    for number, (start, end) in enumerate(cuts):
        alone = end - start <= (2 if number else 1)
        assert alone or sum(heights[start:end]) <= room


def test_slides_are_filled_evenly():
    assert paginate([100] * 6, 500) == ((0, 4), (3, 6))
    assert paginate([100] * 5, 500) == ((0, 5),)
    assert paginate([], 500) == ((0, 0),)


def test_the_style_and_the_script_use_the_same_numbers():
    style, script = ((files("derive.page") / "assets" / name).read_text() for name in ("page.css", "page.js"))
    assert f"font-size: calc({MATH}px * var(--scale, 1))" in style
    assert f"minmax(0, 1fr) {REASON}px" in style
    assert f"padding: 32px {MARGIN}px 0" in style
    assert re.search(rf"SMALLEST = {SMALLEST}, LHS_LIMIT = {LHS_LIMIT};", script)
