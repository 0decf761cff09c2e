r"""Laws and information: ``\mathbb{E}_p[f]``, ``D_{\mathrm{KL}}(p \| q)``, ``\mathbf{1}_n``, ``\mathbb{1}[x > 0]``."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.expr.leaves import Symbol
from derive.expr.node import Sort
from derive.text import calls, densities
from derive.text.latex import laws, symbols
from derive.text.lexer import Token
from derive.text.names import Fixed
from derive.text.tree import Call, Entry, Literal, Name, Node, Table

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

DIVERGENCES = {"KL": "KL", "JS": "JS", "JSD": "JS", "TV": "TV", "chi^2": "chi2"}


def divergence(parser: LatexPratt, text: str, token: Token) -> Node | None:
    r"""``D_{\mathrm{KL}}(p\|q)`` or ``\chi^2(p\|q)`` if it stands here, its letter passed over."""
    start = parser.next
    name = None
    if text == "D" and parser.take("_"):
        name = DIVERGENCES.get(_script(parser))
    elif text == "chi" and parser.take("^") and _script(parser) == "2" and parser.at_sign("("):
        inside = parser.tokens[parser.next : parser.pairs[parser.next]]
        name = "chi2" if any(t.text == "||" for t in inside) else None
    if name is None:
        parser.next = start
        return None
    return measured(parser, Token("name", name, token.position, name))


def _script(parser: LatexPratt) -> str:
    """The text of the script at the cursor, passed over."""
    if not parser.at_sign("{"):
        return parser.advance().text
    start, end = parser.next + 1, parser.pairs[parser.next]
    parser.next = end + 1
    return "".join(t.text for t in parser.tokens[start:end] if t.text not in ("{", "}"))


def measured(parser: LatexPratt, token: Token) -> Node:
    """The call of a measure of information, whose bracket is at the cursor; a bar or semicolon separates in it."""
    if parser.at_sign("["):
        _rounded(parser)
    with parser.within("given"):
        return calls.call(parser, token)


def _rounded(parser: LatexPratt) -> None:
    """Square brackets at the cursor become round ones."""
    for at, text in ((parser.next, "("), (parser.pairs[parser.next], ")")):
        parser.tokens[at] = parser.tokens[at]._replace(text=text)


def moment(parser: LatexPratt, token: Token) -> Node:
    r"""``\operatorname{Var}_{p(x)}[f]`` and ``\operatorname{Cov}_{p(x,y)}[f, g]``; the word is passed over."""
    found = _of_laws(parser, token.text, token)
    if found is None:
        raise parser.spot(token).error(rf"{token.raw} needs what is drawn, {token.raw}_{{p(x)}}[...]")
    return found


def _of_laws(parser: LatexPratt, kind: str, token: Token) -> Node | None:
    """A moment under densities, or of what is drawn in it where nothing stands below; None if that is a table."""
    start = parser.next
    factors = laws.drawn(parser) if parser.take("_") else ()
    if not factors and not parser.at_sign("["):
        parser.next = start
        return None
    with parser.within("("):
        if parser.at_sign("("):
            _squared(parser)
        return densities.mean(parser, kind, factors, parser.spot(token))


def _squared(parser: LatexPratt) -> None:
    """Round brackets at the cursor become square ones."""
    for at, text in ((parser.next, "["), (parser.pairs[parser.next], "]")):
        parser.tokens[at] = parser.tokens[at]._replace(text=text)


def double(parser: LatexPratt, token: Token) -> Node:
    r"""``\mathbb{E}``, ``\mathbb{1}``, ``\mathbf{1}``, ``\mathbf{I}``."""
    if token.text == "E" and token.kind == "double":
        return _expectation(parser, token)
    if token.text == "1" and (parser.at_sign("[", "(", "lbrace") or _is_condition(parser)):
        return _indicator(parser, token)
    if token.text in ("1", "I"):
        return _constant(parser, token)
    parser.next -= 1
    return Name(parser.spot(token), symbols.base(parser).text)


def _is_condition(parser: LatexPratt) -> bool:
    r"""Whether ``_{x > 0}`` stands here."""
    if not parser.at_sign("_") or parser.following.text != "{":
        return False
    inside = parser.tokens[parser.next + 2 : parser.pairs[parser.next + 1]]
    return any(t.text in ("=", "!=", "<", "<=", ">", ">=") for t in inside)


def _indicator(parser: LatexPratt, token: Token) -> Node:
    spot = parser.spot(token)
    parser.take("_")
    bracket = parser.advance()
    with parser.within("("):
        condition = parser.comparison()
    closing = {"[": "]", "(": ")", "lbrace": "rbrace", "{": "}"}[bracket.text]
    parser.expect(closing)
    one, zero = Literal(spot, Fraction(1)), Literal(spot, Fraction(0))
    return Call(spot, "where", 0, (condition, one, zero))


def _constant(parser: LatexPratt, token: Token) -> Node:
    r"""``\mathbf{1}_n``, ``\mathbf{1}_{n \times m}``, ``\mathbf{I}_n``."""
    spot = parser.spot(token)
    if not parser.take("_"):
        raise spot.error(f"its size is needed, {token.raw}_n", "a subscript")
    braced = parser.take("{") is not None
    sizes = [_size(parser)]
    while braced and parser.take(r"\cdot"):
        sizes.append(_size(parser))
    if braced:
        parser.expect("}")
    return Call(spot, "ones" if token.text == "1" else "eye", 0, tuple(sizes))


def _size(parser: LatexPratt) -> Node:
    """A size; a product sign ends it."""
    token = parser.current
    if token.kind == "number":
        return Literal(parser.spot(token), Fraction(parser.advance().text))
    return parser.single() if parser.following.text in ("}", r"\cdot", "_") else parser.expression()


def _expectation(parser: LatexPratt, token: Token) -> Node:
    r"""``\mathbb{E}_p[f]`` and ``\mathbb{E}_{k \sim p}[f_k]`` for a table p."""
    spot = parser.spot(token)
    if (of_laws := _of_laws(parser, "E", token)) is not None:
        return of_laws
    if not parser.take("_"):
        raise spot.error(r"expected the law of the expectation, \mathbb{E}_p[f]", "a subscript")
    braced = parser.take("{") is not None
    letters: list[Name] = []
    if braced and _draws(parser):
        letters.append(parser.name("what is drawn"))
        while parser.take(","):
            letters.append(parser.name("what is drawn"))
        parser.expect("~")
    table = (_drawn_by_name(parser, letters) or parser.expression()) if braced else parser.argument()
    if braced:
        parser.expect("}")
    with parser.binding(*(letter.name for letter in letters)), parser.within("("):
        bracket = parser.take("[", "(") or parser.fail("`[`")
        body = parser.expression()
        parser.expect("]" if bracket.text == "[" else ")")
    if any(_holds(body, letter.name) for letter in letters):
        body = Table(spot, body, tuple(letters))
    return Call(spot, "E", 0, (table, body))


def _drawn_by_name(parser: LatexPratt, letters: list[Name]) -> Node | None:
    """A declared table with the letters of what is drawn, ``p(x,y)``; None, and nothing read, if none stands here."""
    start = parser.next
    token = parser.advance()
    if token.kind == "name" and is_distribution(parser, token.text) and parser.take("("):
        letters.append(parser.name("what is drawn"))
        while parser.take(","):
            letters.append(parser.name("what is drawn"))
        parser.expect(")")
        return parser.refer(token.text, token)
    parser.next = start
    return None


def is_distribution(parser: LatexPratt, name: str) -> bool:
    """Whether a declared name is a table of probabilities."""
    entity = parser.names.fixed.get(name)
    return isinstance(entity, Fixed) and isinstance(entity.value, Symbol) and entity.value.sort is Sort.DISTRIBUTION


def probability(parser: LatexPratt, name: str, token: Token) -> Node:
    """``p(x, y)``, the entry of a table of probabilities."""
    spot = parser.spot(parser.advance())
    with parser.within("("):
        places = [parser.expression()]
        while parser.take(","):
            places.append(parser.expression())
    parser.expect(")")
    return Entry(spot, parser.refer(name, token, alone=False), tuple(places))


def _holds(node: Node, name: str) -> bool:
    return (isinstance(node, Name) and node.name == name) or any(_holds(part, name) for part in node.parts)


def _draws(parser: LatexPratt) -> bool:
    r"""Whether a ``\sim`` stands in the braces that are open."""
    opened = max(at for at, end in parser.pairs.items() if at < parser.next <= end and parser.tokens[at].text == "{")
    return any(t.text == "~" for t in parser.tokens[opened : parser.pairs[opened]])
