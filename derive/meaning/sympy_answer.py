"""A tree that came back from SymPy, read as an expression. Nothing in it is trusted: neither its form nor its truth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError, ShapeError
from derive.expr.leaves import EULER_GAMMA, INFINITY, ONE, PI, Index, Number, Size, Symbol
from derive.expr.node import Expr, Sort, as_expr
from derive.expr.operations import OPERATIONS, sqrt
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Where
from derive.meaning.sympy_tree import STRICT_OR_NOT, SympyFormError, Tree, at_places

NUMBER = re.compile(r"-?\d{1,4000}(/[1-9]\d{0,3999})?\Z", re.ASCII)


def from_tree(tree: Any, symbols: Mapping[str, Expr]) -> Expr:
    """The scalar expression, oo or -oo that a tree spells, `symbols` saying what its names stand for.

    Raises `SympyFormError` for everything else than a well-formed tree of known names.
    """
    try:
        return _Reading(symbols).limit(tree, {})
    except RecursionError:
        raise SympyFormError("the tree is nested too deeply") from None
    except SympyFormError:
        raise
    except DeriveError as error:  # a place out of range, a function without its arguments
        raise SympyFormError(f"no expression: {error}") from error


class _Reading:
    def __init__(self, symbols: Mapping[str, Expr]) -> None:
        self.symbols = symbols

    def read(self, tree: Any, bound: Mapping[str, Expr]) -> Expr:
        def parts(trees: Iterable[Any]) -> list[Expr]:
            return [self.read(t, bound) for t in trees]

        match tree:
            case ["number", str(text)] if NUMBER.match(text):
                return as_expr(Fraction(text))
            case ["pi"]:
                return PI
            case ["eulergamma"]:
                return EULER_GAMMA
            case ["symbol", str(name)]:
                return bound[name] if name in bound else self._scalar(name)
            case ["add", first, _, *_]:
                return Add.of(self.read(first, bound), *(self._term(t, bound) for t in tree[2:]))
            case ["mul", _, _, *_]:
                return _signed(*self._quotient(tree[1:], bound))
            case ["pow", base, ["number", "1/2"]]:
                return sqrt(self.read(base, bound))
            case ["pow", _, ["number", str(text)]] if text.startswith("-"):
                return _signed(*self._quotient([tree], bound))
            case ["pow", base, exponent]:
                return self.read(base, bound) ** self.read(exponent, bound)
            case ["call", str(row), *args] if row in OPERATIONS:
                return OPERATIONS[row](*parts(args))
            case ["function", str(name), *args]:
                return Call.of(self._symbol(name), tuple(parts(args)))
            case ["entry", str(name), *places]:
                e = at_places(self._symbol(name), tuple(parts(places)))
                if not e.axes:
                    return e
            case ["sum" | "prod" as kind, body, str(letter), low, high]:
                return self._bound(kind, body, letter, self.limit(low, bound), self.limit(high, bound), bound)
            case ["delta", i, j]:
                return Delta.of(*parts((i, j)))
            case ["where", str(kind), *rest] if kind in STRICT_OR_NOT and len(rest) == 4:
                left, right, then, otherwise = parts(rest)
                return Where.of(Relation.of(kind, left, right), then, otherwise)
        raise SympyFormError(f"no expression: {str(tree)[:80]}")

    def limit(self, tree: Any, bound: Mapping[str, Expr]) -> Expr:
        match tree:
            case ["oo"]:
                return INFINITY
            case ["mul", ["number", "-1"], ["oo"]]:
                return Neg.of(INFINITY)
        return self.read(tree, bound)

    def _term(self, tree: Any, bound: Mapping[str, Expr]) -> Expr:
        """A term of a sum, not the first: a + (-1)·b·c is a - b·c."""
        match tree:
            case ["mul", _, _, *_]:
                negative, above, below = self._quotient(tree[1:], bound)
                return Neg.of(_signed(False, above, below)) if negative else _signed(False, above, below)
        return self.read(tree, bound)

    def _quotient(self, factors: Sequence[Any], bound: Mapping[str, Expr]) -> tuple[bool, list[Expr], list[Expr]]:
        """The sign of a product, its factors, and those of its denominator: the ones with a negative exponent."""
        negative, above, below = False, [], []
        for f in factors:
            match f:
                case ["number", str(text)] if NUMBER.match(text):
                    value = Fraction(text)
                    negative ^= value < 0
                    above += [Number.of(abs(value.numerator))] * (abs(value.numerator) != 1)
                    below += [Number.of(value.denominator)] * (value.denominator != 1)
                case ["pow", base, ["number", "-1"]]:
                    below.append(self.read(base, bound))
                case ["pow", base, ["number", str(text)]] if text.startswith("-"):
                    below.append(self.read(["pow", base, ["number", text[1:]]], bound))
                case _:
                    above.append(self.read(f, bound))
        return negative, above, below

    def _bound(self, kind: str, body: Tree, letter: str, low: Expr, high: Expr, bound: Mapping[str, Expr]) -> Expr:
        def over(dim: Dim | None) -> Expr:
            index = Index(letter.split("#")[0], dim)
            return Bound.of(kind, self.read(body, {**bound, letter: index}), index, low, high)

        if low is ONE and isinstance(high, Size):
            with suppress(ShapeError):  # it is a place on an axis of another dim as well
                return over(high.dim)
        return over(None)

    def _leaf(self, name: str) -> Expr:
        if name not in self.symbols:
            raise SympyFormError(f"no symbol is called {name!r}; known: {', '.join(sorted(self.symbols)) or 'none'}")
        return self.symbols[name]

    def _scalar(self, name: str) -> Expr:
        leaf = self._leaf(name)
        if leaf.axes or leaf.sort not in (Sort.NUMBER, Sort.INDEX, Sort.DISTRIBUTION):
            raise SympyFormError(f"{name} is not a number")
        return leaf

    def _symbol(self, name: str) -> Symbol:
        leaf = self._leaf(name)
        if not isinstance(leaf, Symbol):
            raise SympyFormError(f"{name} is neither a tensor nor a function")
        return leaf


def _signed(negative: bool, above: list[Expr], below: list[Expr]) -> Expr:
    """A quotient with its sign at the first factor, where one writes it: -b·c/d."""
    first, *rest = above or [ONE]
    whole = _times([Neg.of(first) if negative else first, *rest])
    return Div.of(whole, _times(below)) if below else whole


def _times(factors: list[Expr]) -> Expr:
    return Mul.of(*factors) if len(factors) > 1 else factors[0]
