"""Densities, expectations under them, divergences between them, and how random variables depend on each other."""

from __future__ import annotations

from collections.abc import Iterable

from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.page.layout.box import Box, Level
from derive.page.layout.printer import Printer
from derive.page.layout.scope import Scope


def outcome(p: Printer, node: Outcome, scope: Scope) -> Box:
    """The value of a random variable, a small letter."""
    return p.dialect.name(node.name)


def density(p: Printer, node: Density, scope: Scope) -> Box:
    """p(x,y | z)."""
    law = p.dialect.text(p.dialect.name(node.law))
    inside = ",".join(p.text(x, scope) for x in node.outcomes)
    if node.given:
        inside += p.dialect.signs["|"] + ",".join(p.text(x, scope) for x in node.given)
    return Box(f"{law}({inside})", wide=True)


def product(p: Printer, factors: Iterable[Density], scope: Scope) -> str:
    """q(x) r(y), without a sign between."""
    return p.dialect.signs["p q"].join(p.text(f, scope) for f in factors)


def expectation(p: Printer, node: Expectation, scope: Scope) -> Box:
    """The mean, with the law of what is drawn below its sign."""
    sign = p.dialect.lowered(p.dialect.signs["E"], product(p, node.factors, scope.in_line()))
    return Box(sign + p.dialect.squared(p.text(node.body, scope)), wide=True)


def contrast(p: Printer, node: Contrast, scope: Scope) -> Box:
    """KL(p(y|x) ‖ q(y|x) | p(x)), H(p(x), q(x))."""
    name = "H" if node.kind in ("entropy", "cross_entropy") else node.kind
    apart = p.dialect.signs["‖"] if name in ("KL", "chi2") else p.dialect.signs[","]
    inside = apart.join(product(p, side, scope) for side in (node.left, node.right) if side)
    if node.average:
        inside += p.dialect.signs["| "] + product(p, node.average, scope)
    return Box(p.dialect.called(name if name == "H" else p.dialect.divergence(name), inside), wide=True)


def information(p: Printer, node: Information, scope: Scope) -> Box:
    """H(X, Y | Z) and I(X; Y | Z); the distribution is a subscript unless it is p."""
    letter = _under(p, "H" if len(node.groups) == 1 else "I", node.under)
    inside = ";".join(names(p, g) for g in node.groups)
    if node.given:
        inside += p.dialect.signs["|"] + names(p, node.given)
    return Box(f"{letter}({inside})", wide=True)


def chain(p: Printer, node: MarkovChain, scope: Scope) -> Box:
    """X → Y → Z."""
    arrow = _under(p, p.dialect.signs["→"], node.under)
    return Box(f" {arrow} ".join(names(p, g) for g in node.groups), level=Level.RELATION)


def independence(p: Printer, node: Independence, scope: Scope) -> Box:
    """X ⊥ Y | Z."""
    sign = _under(p, p.dialect.signs["_|_"], node.under)
    text = f" {sign} ".join(names(p, g) for g in node.groups)
    if node.given:
        text += p.dialect.signs["| "] + names(p, node.given)
    return Box(text, level=Level.RELATION)


def cardinality(p: Printer, node: Cardinality, scope: Scope) -> Box:
    """|X|."""
    return Box(p.dialect.bars(names(p, (node.variable,))))


def unequal(p: Printer, node: Unequal, scope: Scope) -> Box:
    """P(X ≠ Y)."""
    left, right = (names(p, (v,)) for v in (node.left, node.right))
    sign = p.dialect.signs["!="]
    return Box(f"{_under(p, 'P', node.under)}({left} {sign} {right})", wide=True)


def names(p: Printer, group: tuple[Symbol, ...]) -> str:
    """Random variables with commas between."""
    return ",".join(p.dialect.text(p.dialect.name(v.name, v.tex)) for v in group)


def _under(p: Printer, letter: str, law: str) -> str:
    return letter if law == "p" else p.dialect.lowered(letter, p.dialect.text(p.dialect.name(law)))
