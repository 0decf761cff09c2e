"""What may stand where an operand is expected, by the token it begins with."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.text.latex import brackets, calculus, callees, information, sums, symbols
from derive.text.latex.macros import BIG, FUNCTIONS
from derive.text.lexer import Token
from derive.text.tree import Call, Chain, Link, Literal, Name, Node, Power

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

Operand = Callable[["LatexPratt", Token], Node]


def operand(parser: LatexPratt) -> Node:
    """One operand without the scripts that follow it, except those of a name."""
    token = parser.current
    if token.kind == "number":
        parser.advance()
        return Literal(parser.spot(token), Fraction(token.text))
    if token.kind == "macro" and token.text in MACROS:
        parser.advance()
        return MACROS[token.text](parser, token)
    if token.kind == "sign" and token.text in SIGNS:
        parser.advance()
        return SIGNS[token.text](parser, token)
    if token.kind == "double" or (token.kind == "bold" and token.text in ("1", "I")):
        parser.advance()
        return information.double(parser, token)
    if token.kind == "roman" and token.text in ("Var", "Cov") and parser.following.text in ("_", "["):
        parser.advance()
        return information.moment(parser, token)
    if token.kind == "roman" and callees.is_callee(parser, token):
        parser.advance()
        return callees.word(parser, token)
    if symbols.starts_name(token):
        return named(parser)
    raise parser.unexpected("a term")


def starts_operand(parser: LatexPratt) -> bool:
    """Whether an operand begins at the cursor; a bar does unless it closes one, or separates."""
    token = parser.current
    if token.kind == "sign":
        if token.text in ("|", "||"):
            return not parser.bars or parser.bars[-1] == "("
        return token.text in SIGNS and token.text != "oo"
    if token.kind == "macro":
        return token.text in MACROS or symbols.starts_name(token)
    return token.kind in ("number", "double") or symbols.starts_name(token)


def named(parser: LatexPratt) -> Node:
    """A name with its subscript, or the call of a letter that is a function."""
    text, token = symbols.base(parser)
    found = information.divergence(parser, text, token)
    if found is not None:
        return found
    if parser.at_sign("_"):
        parser.advance()
        node = symbols.subscripted(parser, text, token)
    else:
        node = Name(parser.spot(token), text)
    if isinstance(node, Name) and (parser.at_sign("(") or parser.at_sign("'")):
        called = callees.letter(parser, node.name, token)
        if called is not None:
            return called
    if text == "e" and parser.at_sign("^") and not parser.scope.is_known("e"):
        return node  # the base of an exponential
    return parser.refer(node.name, token) if isinstance(node, Name) else node


def _fraction(parser: LatexPratt, token: Token) -> Node:
    derivative = calculus.quotient(parser, token)
    if derivative is not None:
        return derivative
    above = parser.argument()
    below = parser.argument()
    return Chain(above.at, above, (Link("/", parser.spot(token), below),))


def _root(parser: LatexPratt, token: Token) -> Node:
    spot = parser.spot(token)
    degree: Node | None = None
    if parser.take("["):
        degree = parser.expression()
        parser.expect("]")
    inside = parser.argument()
    if degree is None:
        return Call(spot, "sqrt", 0, (inside,))
    one = Literal(spot, Fraction(1))
    return Power(spot, inside, Chain(spot, one, (Link("/", spot, degree),)))


def _function(parser: LatexPratt, token: Token) -> Node:
    return callees.function(parser, token, FUNCTIONS[token.text])


def _infinity(parser: LatexPratt, token: Token) -> Node:
    return Name(parser.spot(token), "oo")


MACROS: dict[str, Operand] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), _fraction),
    "sqrt": _root,
    **dict.fromkeys(BIG, sums.big),
    **dict.fromkeys(FUNCTIONS, _function),
    **dict.fromkeys(("max", "min"), callees.extremum),
    "int": calculus.integral,
    "lim": calculus.limit,
    "partial": calculus.partial,
    "nabla": calculus.nabla,
    "begin": brackets.cases,
}
SIGNS: dict[str, Operand] = {
    "{": brackets.group,
    "(": brackets.group,
    "lbrace": brackets.group,
    "[": brackets.square,
    "|": brackets.bars,
    "lvert": brackets.bars,
    "||": brackets.norm,
    "lVert": brackets.norm,
    "langle": brackets.inner,
    "left.": brackets.evaluated,
    "oo": _infinity,
}
