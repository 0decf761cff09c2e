"""Expressions in LaTeX, as written, in the closed list `MACROS`, which KaTeX knows.

Under a sum, product, mean or expectation over dims, the entries along these dims are meant, and every symbol that has
such a dim carries its index letter: ``Sum((y - mu)**2, N)`` is Σᵢ (yᵢ − μᵢ)². Everywhere else, and in all matrix
products, transposes and row operations, whole tensors are meant and no letter is printed, so a loss per element and
``X @ W1.T + b1`` look as they are written; ⊙ stands between factors that could be read as a matrix product. The index
is a subscript, but an argument, p(x,y), along the axes of a distribution that has no role.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Operation
from derive.expr.propositions import Relation
from derive.page.layout.box import Box, Dialect, Level
from derive.page.layout.table import lay_out, lay_out_sides
from derive.page.notation import CURLY, GREEK, joined, latex_symbol

CHANGED = "#b0006d"  # the colour of a rewritten part

_OTHERS = r"""
    \, \! \_ \\ \| \arccos \bar \begin \bigl \bigr \cdot \cos \cosh \det \dots \end \exp \frac \ge \hat \infty \le \left
    \log \lVert \lvert \mathbb \mathbf \mathcal \mathrm \max \mid \min \ne \odot \operatorname \operatorname* \overline
    \partial \perp \prod \propto \quad \right \rVert \rvert \sim \sin \sinh \sqrt \star \sum \tanh \text \textcolor
    \tfrac \tilde \times \to \top \varphi \widehat \widetilde
"""
MACROS = frozenset(CURLY.get(word, f"\\{word}") for word in GREEK) | frozenset(_OTHERS.split())

TALL = re.compile(r"\\frac|\\tfrac|\\sum|\\int|\\prod|\\left|\\begin|\\operatorname\*|\\max_|\\(big|Big)l")
LETTER = re.compile(r"([A-Za-z]|\\[A-Za-z]+)'*\Z")
UNLIKE_TEX = {"sqrt": r"\operatorname{sqrt}", "loggamma": r"(\log\Gamma)"}  # before a prime
SEEMS_A_FUNCTION = frozenset({r"\sigma", r"\Phi", r"\phi", r"\varphi", r"\Gamma", r"\psi", *"fghEHI"})
BIG = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "logsumexp": r"\operatorname*{logsumexp}"}
SIGNS = {
    "+": " + ", "-": " - ", "/": "/", "⊙": r" \odot ", "^⊙": r"\odot ", "·": r"\cdot", " · ": r" \cdot ",
    "×": r"\times ", "∂": r"\partial ", "'": "'",
    ",": r",\, ", ";": r",\quad ", "…": r"\dots", "|": r" \mid ", "| ": r" \,\mid\, ",
    "p q": r"\,", "_|_": r"\perp", "~": r" \sim ", ".T": r"\top", "E": r"\mathbb{E}",
    "=": "=", "!=": r"\ne", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "∝": r"\propto", "→": r"\to",
    "lim": r"\lim", "⁺": "^{+}", "‖": r" \,\|\, ", "∇²": r"\nabla^2",
    "argmin": r"\operatorname*{arg\,min}", "of": r"\,", "ones": r"\mathbf{1}", "eye": r"\mathbf{I}",
    "pi": r"\pi", "eulergamma": r"\gamma_{\mathrm{E}}", "oo": r"\infty",
}  # fmt: skip


def latex(
    e: Expr, *, indices: bool = False, highlight: Collection[Expr] | None = None, terms: Collection[str] = ()
) -> str:
    """`e` in LaTeX.

    `indices` puts index letters on the axes of `e` itself; sub-expressions in `highlight` are coloured; ``d<term>`` for
    a name in `terms`, or one with a capital, is ∂ℒ/∂<term>.
    """
    return lay_out(e, _LATEX, indices=indices, highlight=highlight or frozenset(), terms=terms)


def latex_sides(
    e: Relation, *, indices: bool = False, highlight: Collection[Expr] | None = None, terms: Collection[str] = ()
) -> tuple[str, str, str]:
    """Left side, sign and right side of a relation in LaTeX; of `same_argmin`, two arg min and "="."""
    return lay_out_sides(e, _LATEX, indices=indices, highlight=highlight or frozenset(), terms=terms)


class _Latex(Dialect):
    built_up = True
    ranged = True
    signs = SIGNS

    def text(self, box: Box) -> str:
        return joined(box.base, box.sub, box.sup)

    def name(self, name: str, override: str = "") -> Box:
        if override:
            return Box(override, wide=True)
        if not name:
            return Box("?")
        symbol = latex_symbol(name)
        seems = not symbol.sub and not symbol.sup and symbol.base in SEEMS_A_FUNCTION
        return Box(symbol.base, symbol.sub, symbol.sup, wide=symbol.word, called=seems)

    def letter(self, letter: str) -> str:
        primes = len(letter) - len(letter.rstrip("'"))
        return self.text(self.name(letter.rstrip("'"))) + "'" * primes

    def number(self, value: Fraction | int, inline: bool) -> Box:
        value = Fraction(value)
        if value.denominator == 1:
            return Box(str(value.numerator), begins="digit")
        if inline:
            return Box(f"{value.numerator}/{value.denominator}", begins="digit", level=Level.QUOTIENT)
        return Box(rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}", begins="digit", level=Level.FRACTION)

    def upright(self, word: str) -> str:
        return rf"\{word}" if word == "det" else rf"\operatorname{{{word}}}"

    def function(self, operation: Operation) -> str:
        bare = operation.name.rstrip("'")
        primes = operation.name[len(bare) :]
        return UNLIKE_TEX.get(bare, OPERATIONS[bare].tex) + primes if primes else operation.tex

    def called(self, function: str, arguments: str) -> str:
        fenced = self.fenced(arguments)
        return rf"{function}\!{fenced}" if fenced.startswith(r"\left") else f"{function}{fenced}"

    def tall(self, text: str) -> bool:
        return TALL.search(text) is not None

    def fenced(self, text: str) -> str:
        if self.tall(text):
            return rf"\left({text}\right)"
        return rf"\bigl({text}\bigr)" if "(" in text else f"({text})"

    def squared(self, text: str) -> str:
        return rf"\left[{text}\right]" if self.tall(text) else f"[{text}]"

    def beside(self, left: Box, right: Box) -> str:
        return r" \, " if left.level == Level.FRACTION else self.between(left, right)

    def between(self, left: Box, right: Box) -> str:
        if right.begins == "digit" or (left.called and right.begins == "bracket"):
            return r" \cdot "
        return r" \, " if left.wide or right.wide else " "

    def fraction(self, numerator: str, denominator: str) -> str:
        return rf"\frac{{{numerator}}}{{{denominator}}}"

    def indexed(self, box: Box, places: Sequence[str]) -> Box:
        index = (" " if all(LETTER.match(place) for place in places) else ",").join(places)
        return replace(box, sub=f"{box.sub},{index}" if box.sub else index, called=False)

    def member(self, box: Box, places: Sequence[str]) -> Box:
        return self.raised(box, f"[{','.join(places)}]", done=False)

    def raised(self, box: Box, exponent: str, done: bool = True) -> Box:
        return replace(box, sup=f"{box.sup}{exponent}", done=done, called=False)

    def big(self, kind: str, letter: str, low: str = "", high: str = "") -> str:
        sign = BIG[kind]
        if not low:
            return f"{sign}_{{{letter}}}"
        if kind == "max":
            return rf"{sign}_{{{low} \le {letter} \le {high}}}"
        return f"{sign}_{{{letter}={low}}}^{{{high}}}"

    def lowered(self, sign: str, under: str) -> str:
        return f"{sign}_{{{under}}}"

    def divergence(self, name: str) -> str:
        if name == "chi2":
            return r"\chi^2"
        return rf"\mathrm{{{name}}}" if name in ("h", "TV") else rf"D_{{\mathrm{{{name}}}}}"

    def integral(self, body: str, variable: str, low: str, high: str) -> str:
        return rf"\int_{{{low}}}^{{{high}}} {body} \, \mathrm{{d}}{variable}"

    def root(self, box: Box) -> Box:
        return Box(rf"\sqrt{{{self.text(box)}}}", done=True)

    def bars(self, text: str, double: bool = False) -> str:
        left, right = (r"\lVert", r"\rVert") if double else (r"\lvert", r"\rvert")
        return rf"\left{left} {text} \right{right}" if self.tall(text) else f"{left} {text} {right}"

    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> str:
        (value, condition), *more = rows
        lines = [rf"{value} & \text{{if }} {condition}", *(rf"{{{v}}} & \text{{if }} {c}" for v, c in more)]
        lines.append(rf"{{{otherwise}}} & \text{{otherwise}}")
        return r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}"

    def evaluated(self, text: str, where: str) -> str:
        return rf"\left.{text}\right|_{{{where}}}"

    def coloured(self, text: str) -> str:
        return rf"\textcolor{{{CHANGED}}}{{{text}}}"


_LATEX = _Latex()
