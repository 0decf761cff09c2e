r"""What stands between brackets, bars and ``\begin{cases}``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text.latex import symbols
from derive.text.latex.beside import Bars
from derive.text.lexer import Token
from derive.text.tree import Call, Chain, Comparison, Link, Literal, Name, Negative, Node, Reduction, Support, Table

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

_CLOSES = {"(": ")", "{": "}", "lbrace": "rbrace", "[": "]", "|": "|", "lvert": "rvert", "||": "||", "lVert": "rVert"}
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def group(parser: LatexPratt, token: Token) -> Node:
    r"""``(e)``, ``\{e\}``; braces around a name make no difference: ``{x}_i``."""
    with parser.within("("):
        node = parser.expression()
    parser.expect(_CLOSES[token.text])
    if token.text == "{" and isinstance(node, Name) and parser.at_sign("_"):
        parser.advance()
        return symbols.subscripted(parser, node.name, token)
    return node


def square(parser: LatexPratt, token: Token) -> Node:
    """``[e]``; with indices below, the tensor with these entries."""
    parser.next -= 1
    table, after = parser.is_table(), parser.pairs[parser.next] + 1
    parser.next += 1
    if not table:
        return group(parser, token)
    start = parser.next
    parser.next = after + 1
    letters = [name for name in symbols.places(parser) if isinstance(name, Name)]
    end = parser.next
    parser.next = start
    with parser.within("("), parser.binding(*(letter.name for letter in letters)):
        body = parser.expression()
    parser.expect("]")
    parser.next = end
    return Table(parser.spot(token), body, tuple(letters))


def bars(parser: LatexPratt, token: Token) -> Node:
    r"""``|x|``; ``|\mathcal{X}|`` and ``|X|`` of a declared random variable count its values."""
    letter = parser.current
    inside = _between(parser, token)
    if isinstance(inside, Name) and (letter.kind == "script" or parser.scope.is_variable(inside.name)):
        return Support(parser.spot(token), inside)
    return Bars(parser.spot(token), inside)


def norm(parser: LatexPratt, token: Token) -> Node:
    r"""``\lVert x \rVert``, perhaps with the 2 of the 2-norm or F; with a 1, the sum of absolute values."""
    spot = parser.spot(token)
    inside = _between(parser, token)
    kind = _which(parser)
    if kind == "1":
        return Reduction(spot, "sum", Call(spot, "abs", 0, (inside,)), (), ())
    if kind == "oo":
        return Reduction(spot, "max", Call(spot, "abs", 0, (inside,)), (), ())
    return Reduction(spot, "norm", inside, (), ())


def _between(parser: LatexPratt, token: Token) -> Node:
    with parser.within("(" if token.text in ("lvert", "lVert") else token.text):
        node = parser.expression()
    if not parser.take(_CLOSES[token.text]):
        shown = {"|": r"|, \lvert or \rvert", "||": r"\|, \lVert or \rVert"}.get(token.text, "the closing bar")
        parser.fail(f"an operator or {shown}")
    return node


def _which(parser: LatexPratt) -> str:
    """The script below a norm."""
    if not parser.take("_"):
        return "2"
    braced = parser.take("{") is not None
    token = parser.advance()
    if braced:
        parser.expect("}")
    if token.text not in ("1", "2", "F", "oo"):
        raise parser.spot(token).error("the norms that are read are 1, 2, F and \\infty", r"1, 2, F or \infty")
    return token.text


def inner(parser: LatexPratt, token: Token) -> Node:
    r"""``\langle x, y \rangle``."""
    with parser.within("("):
        left = parser.expression()
        parser.expect(",")
        right = parser.expression()
    parser.expect("rangle")
    return Chain(left.at, left, (Link("@", parser.spot(token), right),))


def evaluated(parser: LatexPratt, token: Token) -> Node:
    r"""``\left. e \right|_{x=a}``."""
    with parser.within("("):
        body = parser.expression()
    parser.expect("rvert")
    parser.expect("_")
    braced = parser.take("{") is not None
    pairs: list[Node] = [body]
    while True:
        pairs.append(parser.single())
        parser.expect("=")
        pairs.append(parser.expression())
        if not (braced and parser.take(",")):
            break
    if braced:
        parser.expect("}")
    return Call(parser.spot(token), "at", 0, tuple(pairs))


def cases(parser: LatexPratt, token: Token) -> Node:
    r"""``\begin{cases} a & x > 0 \\ b & \text{otherwise} \end{cases}``."""
    rows: list[tuple[Node, list[Comparison]]] = []
    with parser.within("("), parser.deeper(token):
        while not parser.at_macro("end"):
            value = parser.expression()
            parser.take(",")
            parser.expect("&")
            rows.append((value, _conditions(parser)))
            if not parser.take("newline"):
                break
    if not parser.at_macro("end"):
        parser.fail(r"`\\` or \end{cases}")
    parser.advance()
    return _nested(parser, token, rows)


def _conditions(parser: LatexPratt) -> list[Comparison]:
    """The conditions of a row, which hold together; none for otherwise."""
    for word in ("if", "for"):
        if parser.at_word(word):
            parser.advance()
    if parser.at_word("otherwise") or parser.at_word("else"):
        parser.advance()
        return []
    found = [*_chain(parser)]
    while parser.take(",") or parser.at_word("and"):
        if parser.at_word("and"):
            parser.advance()
        found += _chain(parser)
    return found


def _chain(parser: LatexPratt) -> list[Comparison]:
    """``0 \\le x < 1`` is two relations."""
    found: list[Comparison] = []
    left = parser.expression()
    while (sign := parser.take(*_NEGATED)) is not None:
        right = parser.expression()
        found.append(Comparison(parser.spot(sign), sign.text, left, right))
        left = right
    if not found:
        parser.fail("a relation (= != <= >= < >)")
    return found


def _nested(parser: LatexPratt, token: Token, rows: list[tuple[Node, list[Comparison]]]) -> Node:
    spot = parser.spot(token)
    if len(rows) < 2:
        raise spot.error(r"cases have two rows or more")
    value, last = rows[-1]
    if last and not (len(rows) == 2 and _complement(rows[0][1], last)):
        raise last[0].at.error(
            r"the last row is \text{otherwise}, unless the second of two is the opposite of the first"
        )
    for then, conditions in reversed(rows[:-1]):
        if not conditions:
            raise then.at.error(r"only the last row is \text{otherwise}")
        made = then
        for condition in reversed(conditions):
            made = Call(condition.at, "where", 0, (condition, made, value))
        value = made
    return value


def _complement(first: list[Comparison], second: list[Comparison]) -> bool:
    """Whether exactly one of two rows holds: x > 0 and x ≤ 0."""
    if len(first) != 1 or len(second) != 1:
        return False
    one, other = first[0], second[0]
    return other.kind == _NEGATED[one.kind] and _alike(one.left, other.left) and _alike(one.right, other.right)


def _alike(one: Node, other: Node) -> bool:
    """Whether two pieces of syntax are written alike."""
    if type(one) is not type(other) or len(one.parts) != len(other.parts):
        return False
    match one, other:
        case (Name(), Name()):
            return one.name == other.name
        case (Literal(), Literal()):
            return one.value == other.value
        case (Negative(), Negative()) | (Bars(), Bars()):
            return all(map(_alike, one.parts, other.parts))
    return False
