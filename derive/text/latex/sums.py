"""Sums, products and maxima over indices: the sign, what it runs over, and the body."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.text.latex import symbols
from derive.text.latex.macros import BIG
from derive.text.lexer import Token
from derive.text.tree import Extent, Literal, Node, Range, Reduction

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt


def big(parser: LatexPratt, token: Token, kind: str = "") -> Node:
    r"""``\sum_{i=1}^n``, ``\sum_{i,j}``; the body goes on to the next plus or minus."""
    spot = parser.spot(token)
    below: list[Range] = []
    above: Node | None = None
    while parser.at_sign("_", "^"):
        script = parser.advance()
        if script.text == "_" and not below:
            below = ranges(parser)
        elif script.text == "^" and above is None:
            above = parser.argument()
        else:
            raise parser.spot(script).error(f"{token.raw} has one script below and one above")
    if not below:
        raise spot.error(f"expected what {token.raw} runs over, {token.raw}_{{i=1}}^{{n}}", "a range")
    for k, each in enumerate(below):
        if isinstance(each.high, Extent):
            below[k] = _ended(each, above)
        elif above is not None:
            raise above.at.error(f"the range of {each.index.name} has its upper end already")
    with parser.binding(*(each.index.name for each in below)):
        body = parser.term()
    return Reduction(spot, kind or BIG[token.text], body, (), tuple(reversed(below)))


def _ended(over: Range, above: Node | None) -> Range:
    if above is not None:
        return Range(over.at, over.index, over.low, above)
    if not isinstance(over.low, Literal) or over.low.value != 1:
        raise over.at.error(f"the range of {over.index.name} begins at {_shown(over.low)} and needs its upper end")
    return over


def _shown(low: Node) -> str:
    return str(low.value) if isinstance(low, Literal) else "a formula"


def ranges(parser: LatexPratt) -> list[Range]:
    r"""What stands below the sign: ``i=1``, ``i``, ``i,j=1``, ``1 \le i \le n``."""
    if not parser.take("{"):
        return [_from_one(parser)]
    found = [_range(parser)]
    while parser.take(","):
        found.append(_range(parser))
    parser.expect("}")
    return found


def _range(parser: LatexPratt) -> Range:
    if symbols.starts_name(parser.current) and parser.following.text in ("=", ",", "}"):
        return _from_one(parser)
    low = parser.expression()
    parser.expect("<=")
    index = parser.name("an index")
    parser.expect("<=")
    return Range(index.at, index, low, parser.expression())


def _from_one(parser: LatexPratt) -> Range:
    """An index, perhaps with where it begins; where it ends is not known yet."""
    index = parser.name("an index")
    low = parser.expression() if parser.take("=") else Literal(index.at, Fraction(1))
    return Range(index.at, index, low, Extent(index.at, index.name))
