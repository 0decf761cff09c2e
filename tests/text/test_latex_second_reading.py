"""Scalar LaTeX read by another reader, latex2sympy2-extended, has the same values.

The other reader takes ``\\log`` as base 10, so it is given ``\\ln``. It drops accents, so there are none here.
"""

import pytest
import sympy
from latex2sympy2_extended import latex2sympy

from derive.chain.resolve import Derivatives
from derive.meaning.sympy_form import to_sympy
from derive.text.statement import parse_expression

POINTS = (
    {"x": "0.3", "y": "1.7", "a": "2.2", "b": "0.9", "n": "3"},
    {"x": "1.1", "y": "0.4", "a": "0.6", "b": "2.5", "n": "2"},
)
FORMULAS = [
    r"x + y - a b",
    r"2x^2 - 3xy + y^2",
    r"-x^2",
    r"-x y^2 a",
    r"a - b - x",
    r"a - (b - x)",
    r"\frac{a}{b}",
    r"\frac{a + b}{x - y}",
    r"\frac{1}{2} x \frac{a}{b}",
    r"\frac{\frac{a}{b}}{x}",
    r"x^{a}",
    r"x^{a + b}",
    r"x^{-1} y",
    r"{x^a}^b",
    r"x^{a^b}",
    r"(x + y)^2 (a - b)",
    r"\left(\frac{x}{y}\right)^{n}",
    r"\sqrt{x} + \sqrt[3]{y}",
    r"\sqrt{x^2 + y^2}",
    r"e^{-x} + e^{x y}",
    r"e^{-\frac{x^2}{2}}",
    r"\ln x + \ln(y)",
    r"\ln(x y) - \ln\left(\frac{a}{b}\right)",
    r"\sin x \cos y",
    r"\sin(x)\cos(y)",
    r"\sin^2 x + \cos^2 y",
    r"\sin(x + y) - \sin x",
    r"\tanh(x) + \cosh(y) \sinh(a)",
    r"\frac{1}{1 + e^{-x}}",
    r"\frac{e^x - e^{-x}}{e^x + e^{-x}}",
    r"|x - y|",
    r"\left|x - y\right| a",
    r"x \cdot y \cdot a",
    r"a \times b",
    r"\pi x^2",
    r"2 \pi a",
    r"\sum_{k=1}^{5} k",
    r"\sum_{k=1}^{4} x^k",
    r"\sum_{k=0}^{3} k x + 1",
    r"\prod_{k=1}^{4} (x + k)",
    r"n!",
    r"\frac{d}{dx} x^3",
    r"\frac{d}{dx} \sin(x)",
    r"\frac{d}{dx} (x^2 y + \ln x)",
    r"\max(x, y) - \min(a, b)",
    r"x(y + a) - (x + a)(y - b)",
    r"a^2 b^3 / x",
]  # fmt: skip


def at(e: object, point: dict[str, str]) -> sympy.Expr:
    """The value, the symbols by their names, whatever they are assumed to be."""
    assert isinstance(e, sympy.Expr)
    replaced = [(s, sympy.Rational(point[str(s)])) for s in e.free_symbols]
    return e.subs(replaced).doit().evalf(30)


@pytest.mark.parametrize("text", FORMULAS)
def test_two_readers_agree(text: str) -> None:
    ours = to_sympy(Derivatives().resolve(parse_expression(text, latex=True)))
    theirs = latex2sympy(text)
    for point in POINTS:
        assert abs(at(ours, point) - at(theirs, point)) < 1e-12
