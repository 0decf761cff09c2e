"""The walk from an expression to a box: what every rule of the layout may use."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from derive.expr.dims import Dim
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.tensor import Linear, MatMul, Transpose
from derive.page.layout.box import Box, Dialect, Level
from derive.page.layout.scope import Scope

Rule = Callable[["Printer", Any, Scope], Box]


@dataclass(frozen=True)
class Printer:
    """One formula on its way into one dialect.

    `outcomes` are the axes of distributions that are studied, not data (they have no role): their index is an argument,
    p(x,y), where every other axis has a subscript. `matrix` says that the formula has matrix products.
    """

    dialect: Dialect
    rules: Mapping[type[Expr], Rule]
    highlight: Collection[Expr]
    terms: Collection[str]
    outcomes: frozenset[Dim]
    matrix: bool

    @classmethod
    def of(
        cls,
        e: Expr,
        dialect: Dialect,
        rules: Mapping[type[Expr], Rule],
        highlight: Collection[Expr],
        terms: Collection[str],
    ) -> Printer:
        tables = (n for n in walk(e) if isinstance(n, Symbol) and n.sort is Sort.DISTRIBUTION and not n.role)
        outcomes = frozenset(d for table in tables for d in table.axes)
        matrix = any(isinstance(n, MatMul | Transpose | Linear) for n in walk(e, into_terms=False))
        return cls(dialect, rules, highlight, terms, outcomes, matrix)

    def box(self, e: Expr, scope: Scope) -> Box:
        """`e` typeset; coloured if it is to be highlighted."""
        rule = next(self.rules[kind] for kind in type(e).__mro__ if kind in self.rules)
        found = rule(self, e, scope)
        if e in self.highlight:
            return replace(found, base=self.dialect.coloured(self.dialect.text(found)), sub="", sup="")
        return found

    def plain(self, e: Expr) -> bool:
        """Whether a rule may take `e` apart: a node that is coloured is printed in one piece."""
        return e not in self.highlight

    def text(self, e: Expr, scope: Scope, level: Level = Level.RELATION) -> str:
        """`e` in brackets if it holds together less than `level`."""
        return self.dialect.text(self.at_least(self.box(e, scope), level))

    def at_least(self, box: Box, level: Level) -> Box:
        """The box, in brackets if it holds together less than `level`; an atom may not be open."""
        closed = level < Level.ATOM or not box.open
        return box if box.level >= level and closed else self.fenced(box)

    def fenced(self, box: Box) -> Box:
        """The box in brackets."""
        return Box(self.dialect.fenced(self.dialect.text(box)), begins="bracket")

    def scriptable(self, box: Box) -> Box:
        """The box, in brackets unless a script can be put on it."""
        return self.fenced(box) if box.done else self.at_least(box, Level.ATOM)

    def call(self, function: str, *arguments: str) -> Box:
        """A function with its arguments in brackets."""
        return Box(self.dialect.called(function, self.dialect.signs[","].join(arguments)), wide=True)

    def entry(self, box: Box, axes: tuple[Dim, ...], scope: Scope) -> Box:
        """The box of a tensor with these axes, indexed by the letters in force; ``:`` or ``·`` where a dim has none."""
        if not any(d in scope.letters for d in axes):
            return box
        letters = {d: self.dialect.letter(scope.letters[d]) for d in axes if d in scope.letters}
        places = [letters.get(d, ":") for d in axes if d not in self.outcomes]
        arguments = [letters.get(d, self.dialect.signs["·"]) for d in axes if d in self.outcomes]
        if any(d in letters for d in axes if d not in self.outcomes):
            box = self.dialect.indexed(self.scriptable(box), places)
        if any(d in letters for d in axes if d in self.outcomes):
            box = Box(f"{self.dialect.text(self.scriptable(box))}({','.join(arguments)})", wide=True)
        return box
