"""Densities, expectations, information measures and structures of dependence as plain text."""

from __future__ import annotations

from derive.expr.density import Contrast, Density, Expectation, Product
from derive.expr.dependence import Independence, MarkovChain, Unequal
from derive.expr.information import Group, Information


def density(node: Density) -> str:
    """``p(x,y|z)``."""
    given = "|" + ",".join(x.name for x in node.given) if node.given else ""
    return f"{node.law}({','.join(x.name for x in node.outcomes)}{given})"


def product(factors: Product) -> str:
    """``q(x)r(y)``."""
    return "".join(map(density, factors))


def expectation(node: Expectation, body: str) -> str:
    """``E_p(x)q(z|x)[body]``."""
    return f"E_{product(node.factors)}[{body}]"


def contrast(node: Contrast) -> str:
    """``KL(p(y|x) || q(y|x) | p(x))``, ``H(p(x), q(x))``."""
    name = "H" if node.kind in ("entropy", "cross_entropy") else node.kind
    sides = [product(side) for side in (node.left, node.right) if side]
    average = f" | {product(node.average)}" if node.average else ""
    return f"{name}({(' || ' if name in ('KL', 'chi2') else ', ').join(sides)}{average})"


def information(node: Information) -> str:
    """``H(X,Y|Z)``, ``I_q(X;Y)``."""
    letter = "H" if len(node.groups) == 1 else "I"
    under = "" if node.under == "p" else f"_{node.under}"
    given = f"|{_names(node.given)}" if node.given else ""
    return f"{letter}{under}({';'.join(map(_names, node.groups))}{given})"


def chain(node: MarkovChain) -> str:
    """``X -> Y,Z -> W``."""
    return " -> ".join(map(_names, node.groups)) + _under(node.under)


def independence(node: Independence) -> str:
    """``X _|_ Y | Z``."""
    given = f" | {_names(node.given)}" if node.given else ""
    return " _|_ ".join(map(_names, node.groups)) + given + _under(node.under)


def unequal(node: Unequal) -> str:
    """``P(X != Y)``."""
    under = "" if node.under == "p" else f"_{node.under}"
    return f"P{under}({node.left.name} != {node.right.name})"


def _names(group: Group) -> str:
    return ",".join(v.name for v in group)


def _under(law: str) -> str:
    return "" if law == "p" else f" under {law}"
