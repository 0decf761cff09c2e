"""An integral made ready for proofs: its variable is a symbol whose domain says between which ends it moves.

The ends themselves are left out of the domain: an integral does not see them.
"""

from __future__ import annotations

from derive.expr.calculus import Integral
from derive.expr.domains import REAL
from derive.expr.leaves import INFINITY, Symbol, Variable
from derive.expr.node import Expr
from derive.expr.substitute import substitute, unbound
from derive.meaning.regularity import MINUS_INFINITY, between

Closing = dict[Expr, Expr]  # symbols back to the variables that they stand for


class Goal:
    """∫ body dx from `low` to `high`. Goals that a derivation needs below this one are made once, by `mapped`."""

    def __init__(self, body: Expr, x: Symbol, low: Expr, high: Expr) -> None:
        self.body, self.x, self.low, self.high = body, x, low, high
        self._below: dict[tuple[Expr, ...], Goal] = {}

    @property
    def whole_line(self) -> bool:
        return self.low is MINUS_INFINITY and self.high is INFINITY

    @property
    def finite(self) -> bool:
        """Whether both ends are numbers."""
        return self.low is not MINUS_INFINITY and self.high is not INFINITY

    def term(self, integrand: Expr) -> Goal:
        """Another integrand over the same range, in the same variable."""
        if (integrand,) not in self._below:
            self._below[integrand,] = Goal(integrand, self.x, self.low, self.high)
        return self._below[integrand,]

    def part(self, low: Expr, high: Expr) -> Goal:
        """The same integrand over another range."""
        return self.mapped(self.x, None, low, high)

    def mapped(self, image: Expr, factor: Expr | None, low: Expr, high: Expr) -> Goal:
        """The goal for t from `low` to `high`, with `image`, an expression in x, for x, times the factor."""
        key = (image, low, high) if factor is None else (image, low, high, factor)
        if key not in self._below:
            t = Symbol(self.x.name, domain=between(low, high))
            body = substitute(self.body, {self.x: substitute(image, {self.x: t})})
            if factor is not None:
                body = body * substitute(factor, {self.x: t})
            self._below[key] = Goal(body, t, low, high)
        return self._below[key]


def opened(node: Integral) -> tuple[Goal, Closing]:
    """The goal for a core integral; variables bound further out become symbols of which nothing is known."""
    outer = [leaf for leaf in unbound(node) if isinstance(leaf, Variable)]
    names: Closing = {leaf: Symbol(leaf.name, domain=REAL) for leaf in outer}
    low, high = substitute(node.low, names), substitute(node.high, names)
    x = Symbol(node.variable.name, domain=between(low, high))
    body = substitute(node.body, {**names, node.variable: x})
    return Goal(body, x, low, high), {symbol: leaf for leaf, symbol in names.items()}
