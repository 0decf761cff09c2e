"""Expressions in one line of Unicode, for the terminal: −αₜ is ``-α_t``, a sum ``Σᵢ``, a fraction ``a/b``.

The index letters are chosen as in LaTeX. They are subscripts where Unicode has them, else in brackets: ``yᵢ``,
``T[b,k]``; the letters of a name stay on the line, ``p_x``, so the two are never confused. A range is printed only
where the entries under a sum do not say it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from derive.expr.node import Expr
from derive.expr.operations import Operation
from derive.page.layout.box import Box, Dialect, Level
from derive.page.layout.table import lay_out
from derive.page.notation import DIGITS, GREEK, unicode_symbol

SUBSCRIPTS = dict(zip("aehijklmnoprstuvxβγρφχ", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
SUPERSCRIPTS = dict(zip("0123456789-+()tnikj", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ᵗⁿⁱᵏʲ", strict=True))
VULGAR = {Fraction(1, 2): "½", Fraction(1, 3): "⅓", Fraction(2, 3): "⅔", Fraction(1, 4): "¼", Fraction(3, 4): "¾"}
FUNCTIONS = {"sigmoid": "σ", "Phi": "Φ", "phi": "φ", "gamma": "Γ", "loggamma": "logΓ", "digamma": "ψ", "trigamma": "ψ′"}
SEEMS_A_FUNCTION = frozenset({*FUNCTIONS.values(), *"fghEHI"})
BIG = {"sum": "Σ", "prod": "Π", "max": "max", "logsumexp": "logsumexp"}
SIGNS = {
    "+": " + ", "-": " - ", "/": "/", "⊙": " ⊙ ", "^⊙": "⊙", "'": "′", "·": "·", " · ": " · ", "×": "×", "∂": "∂",
    ",": ", ", ";": "; ", "…": "…", "|": "|", "| ": " | ", "p q": "", "_|_": "⊥", "~": "~", ".T": "ᵀ", "E": "𝔼",
    "=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "∝": "∝", "→": "→",
    "lim": "lim", "⁺": "⁺", "‖": " ‖ ", "∇²": "∇²",
    "argmin": "argmin", "of": "", "ones": "𝟏", "eye": "𝐈", "pi": "π", "eulergamma": "γₑ", "oo": "∞",
}  # fmt: skip


def unicode(e: Expr, *, indices: bool = False, terms: Collection[str] = ()) -> str:
    """`e` in one line; `indices` and `terms` as in `latex`."""
    return lay_out(e, _UNICODE, indices=indices, terms=terms)


class _Unicode(Dialect):
    built_up = False
    ranged = False
    signs = SIGNS

    def text(self, box: Box) -> str:
        return box.base + box.sup

    def name(self, name: str, override: str = "") -> Box:
        text = unicode_symbol(name) if name else "?"
        return Box(text, wide=text not in GREEK.values(), called=text in SEEMS_A_FUNCTION)

    def letter(self, letter: str) -> str:
        primes = len(letter) - len(letter.rstrip("'"))
        return unicode_symbol(letter.rstrip("'")) + "′" * primes

    def number(self, value: Fraction | int, inline: bool) -> Box:
        value = Fraction(value)
        if value in VULGAR:
            return Box(VULGAR[value], begins="digit", level=Level.FRACTION)
        return Box(str(value), begins="digit", level=Level.ATOM if value.denominator == 1 else Level.QUOTIENT)

    def upright(self, word: str) -> str:
        return word

    def function(self, operation: Operation) -> str:
        bare = operation.name.rstrip("'")
        return FUNCTIONS.get(bare, bare) + "′" * (len(operation.name) - len(bare))

    def called(self, function: str, arguments: str) -> str:
        return f"{function}({arguments})"

    def tall(self, text: str) -> bool:
        return False

    def fenced(self, text: str) -> str:
        return f"({text})"

    def squared(self, text: str) -> str:
        return f"[{text}]"

    def beside(self, left: Box, right: Box) -> str:
        return " "

    def between(self, left: Box, right: Box) -> str:
        number = left.begins == "digit" and left.base[-1:].isalnum()
        together = number and right.begins not in ("digit", "bracket") and right.base[:1].isalpha()
        greek = left.base[-1:] in GREEK.values() and not left.sup and right.base[:1] in GREEK.values()
        return "" if together or (greek and not (left.wide or right.wide)) else "·"

    def fraction(self, numerator: str, denominator: str) -> str:
        return f"{numerator}/{denominator}"

    def indexed(self, box: Box, places: Sequence[str]) -> Box:
        named = box.base[-1:] in DIGITS.values()  # W₁: a letter after it would join its number
        if not named and all(place in SUBSCRIPTS for place in places):
            return replace(box, base=box.base + "".join(SUBSCRIPTS[place] for place in places), wide=True, called=False)
        return self.member(box, places)

    def member(self, box: Box, places: Sequence[str]) -> Box:
        return replace(box, base=f"{box.base}[{','.join(places)}]", wide=True, called=False)

    def raised(self, box: Box, exponent: str) -> Box:
        if exponent == SIGNS[".T"] or all(c in SUPERSCRIPTS for c in exponent):
            above = "".join(SUPERSCRIPTS.get(c, c) for c in exponent)
        else:
            simple = exponent.isalnum() and len(exponent) == 1
            above = f"^{exponent}" if simple else f"^({exponent})"
        return replace(box, sup=box.sup + above, done=True, called=False)

    def big(self, kind: str, letter: str, low: str = "", high: str = "") -> str:
        if low:
            return f"{BIG[kind]}[{letter}={low}..{high}]"
        return BIG[kind] + SUBSCRIPTS.get(letter, f"_{letter}")

    def lowered(self, sign: str, under: str) -> str:
        return f"{sign}_{under}" if under.isalnum() else f"{sign}_{{{under}}}"

    def divergence(self, name: str) -> str:
        return "χ²" if name == "chi2" else name

    def integral(self, body: str, variable: str, low: str, high: str) -> str:
        return f"∫[{variable}={low}..{high}] {body} d{variable}"

    def root(self, box: Box) -> Box:
        bare = box.level == Level.ATOM and not box.done
        return Box(f"√{box.base}" if bare else f"√({self.text(box)})", done=True, wide=True)

    def bars(self, text: str, double: bool = False) -> str:
        return f"‖{text}‖" if double else f"|{text}|"

    def cases(self, rows: Sequence[tuple[str, str]], otherwise: str) -> str:
        return "{" + "".join(f"{value} if {condition}; " for value, condition in rows) + f"{otherwise} otherwise}}"

    def evaluated(self, text: str, where: str) -> str:
        return f"{text}|_{{{where}}}"


_UNICODE = _Unicode()
