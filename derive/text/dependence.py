"""How random variables depend on each other, in text: ``X -> Y -> Z``, ``X _|_ Y | Z``, ``|X|``, ``P(X != Y)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text.errors import Spot
from derive.text.lexer import Token
from derive.text.tree import Dependent, Differ, Name, Node, Support

if TYPE_CHECKING:
    from derive.text.pratt import Pratt

SIGNS = {"->": "markov", "_|_": "independence"}


def dependence(parser: Pratt) -> Dependent | None:
    """A Markov chain or an independence if one stands here; otherwise None, and nothing is read."""
    kind, sign = _kind(parser)
    if not kind:
        return None
    spot = parser.spot(parser.current)
    groups, under = [_group(parser)], "p"
    while (found := parser.take(*SIGNS, "-", "/")) is not None:
        if found.text != sign:
            raise parser.spot(found).error(f"one kind of sign in a row; {sign} stands before", f"`{sign}`")
        if parser.take("_"):  # in LaTeX the law stands below the sign
            braced = parser.take("{") is not None
            under = _law(parser)
            if braced:
                parser.expect("}")
        groups.append(_group(parser))
    given = _group(parser) if kind == "independence" and parser.take("|") else ()
    if parser.at_word("under"):
        parser.advance()
        under = _law(parser)
    if kind == "markov" and len(groups) < 3:
        raise spot.error("a Markov chain has at least three members, X -> Y -> Z")
    return Dependent(spot, kind, tuple(groups), given, under)


def _law(parser: Pratt) -> str:
    law = parser.name("a law")
    if not parser.scope.is_law(law.name):
        raise law.at.error(f"{law.name} is not a law", "a law")
    return law.name


def _kind(parser: Pratt) -> tuple[str, str]:
    """Which structure begins here, and its sign; of ``X - Y - Z`` and ``X/Y/Z`` only as a premise, which it is then."""
    at = _after_group(parser, 0)
    sign = parser.ahead(at).text
    if at and sign == "iid":
        raise parser.spot(parser.ahead(at)).error("iid is not supported yet; write Z1 _|_ Z2 | X")
    if at and sign in SIGNS:
        return SIGNS[sign], sign
    if not at or sign not in ("-", "/") or parser.source.part != "given":
        return "", ""
    members = 1
    while parser.ahead(at).text == sign and (after := _after_group(parser, at + 1)):
        at, members = after, members + 1
    alone = members > 2 and (parser.ahead(at).kind == "end" or parser.ahead(at).text == ";")
    return ("markov", sign) if alone else ("", "")


def _after_group(parser: Pratt, at: int) -> int:
    """Where a group of variables that begins here ends; 0 if none does."""
    bracketed = parser.ahead(at).text == "("
    at += bracketed
    while _is_variable(parser, parser.ahead(at)):
        at += 1
        if parser.ahead(at).text != ",":
            closed = not bracketed or parser.ahead(at).text == ")"
            return at + bracketed if closed else 0
        at += 1
    return 0


def _is_variable(parser: Pratt, token: Token) -> bool:
    if token.kind != "name" or not token.text[0].isupper():
        return False
    return not parser.scope.is_known(token.text) or parser.scope.is_variable(token.text)


def _group(parser: Pratt) -> tuple[Name, ...]:
    bracket = parser.take("(")
    names: list[Name] = []
    while True:
        if not _is_variable(parser, parser.current):
            raise parser.spot(parser.current).error(
                "this structure is of random variables, which have capital names", "a random variable"
            )
        names.append(parser.name("a random variable"))
        if not parser.take(","):
            break
    if bracket:
        parser.expect(")")
    return tuple(names)


def support(parser: Pratt) -> Node:
    """``|X|``, whose first bar is at the cursor."""
    bar = parser.expect("|")
    token = parser.current
    if not _is_variable(parser, token) or parser.following.text != "|":
        raise parser.spot(bar).error("|X| counts the values of a random variable; |x| of a number is written abs(x)")
    name = parser.name("a random variable")
    parser.expect("|")
    return Support(parser.spot(bar), name)


def differ(parser: Pratt, spot: Spot, under: str) -> Node:
    """``P(X != Y)``, whose bracket is at the cursor."""
    parser.expect("(")
    if not _is_variable(parser, parser.current) or parser.following.text != "!=":
        raise spot.error("P(...) is the probability P(X != Y) of two random variables; no other is supported yet")
    left = parser.name("a random variable")
    parser.expect("!=")
    if not _is_variable(parser, parser.current):
        parser.fail("a random variable")
    right = parser.name("a random variable")
    parser.expect(")")
    return Differ(spot, left, right, under)
