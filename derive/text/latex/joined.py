r"""Names that are one token each before anything is read: ``H(\hat Y, X_1)``, ``p_\theta(x_1)``, ``X_1 \to Y``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text.errors import ParseError
from derive.text.latex import symbols
from derive.text.lexer import Token

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

ARROWS = ("->", "_|_")


def join_names(parser: LatexPratt) -> None:
    """Make one token of every name with accents and scripts where only a whole name can stand."""
    _join_signs(parser)
    found: list[Token] = []
    structure = _is_structure(parser)
    at = 0
    while at < len(parser.tokens):
        joined, after = _law(parser, at) or _measure(parser, at) or ([parser.tokens[at]], at + 1)
        if structure and len(joined) == 1 and (name := _name(parser, at)) is not None:
            joined, after = [name], parser.next
        found += joined
        at = after
    parser.tokens, parser.next = found, 0


def _join_signs(parser: LatexPratt) -> None:
    r"""``\perp\!\!\!\perp`` is one sign."""
    pairs = zip(parser.tokens, [None, *parser.tokens[:-1]], strict=True)
    found = [t for t, before in pairs if not (t.text == "_|_" and before is not None and before.text == "_|_")]
    if len(found) < len(parser.tokens):
        parser.tokens = found
        parser.pair()


def _is_structure(parser: LatexPratt) -> bool:
    """Whether an arrow or a sign of independence stands outside of all brackets."""
    at = 0
    while at < len(parser.tokens):
        if parser.tokens[at].kind == "sign" and parser.tokens[at].text in ARROWS:
            return True
        at = parser.pairs.get(at, at) + 1
    return False


def _name(parser: LatexPratt, at: int) -> Token | None:
    """The whole name that begins here, as one token, the cursor behind it; None if none does."""
    token = parser.tokens[at]
    if not symbols.starts_name(token) or (token.kind == "bold" and token.text in ("1", "I")):
        return None
    parser.next = at
    try:
        name = parser.name("a name")
    except ParseError:  # scripts that belong to no name: whoever reads this place says what is wrong
        return None
    return Token("name", name.name, token.position, token.raw)


def _law(parser: LatexPratt, at: int) -> tuple[list[Token], int] | None:
    """The name of a law and the names in its bracket."""
    name = _name(parser, at)
    if name is None or not parser.at_sign("(") or not parser.scope.is_law(name.text):
        return None
    opening = parser.next
    names = _names_in(parser, opening, (",", "|", r"\cdot"))
    return None if not names else ([name, parser.tokens[opening], *names], parser.pairs[opening])


def _measure(parser: LatexPratt, at: int) -> tuple[list[Token], int] | None:
    """A letter of a measure with its subscript, and the names in its bracket."""
    token, after = parser.tokens[at], at + 1
    if token.kind != "name" or token.text not in ("H", "I", "P") or parser.scope.is_known(token.text):
        return None
    letter = token
    if parser.tokens[after].text == "_":
        law = _name(parser, after + 1 + (parser.tokens[after + 1].text == "{"))
        if law is None:
            return None
        after = parser.pairs.get(after + 1, parser.next - 1) + 1
        letter = Token("name", f"{token.text}_{law.text}", token.position, token.raw)
    if after >= len(parser.tokens) or parser.tokens[after].text != "(":
        return None
    names = _names_in(parser, after, ("!=",) if token.text == "P" else (",", ";", "|"))
    return None if names is None else ([letter, parser.tokens[after], *names], parser.pairs[after])


def _names_in(parser: LatexPratt, opening: int, between: tuple[str, ...]) -> list[Token] | None:
    """The names in a bracket, one token each, with what stands between; None if it holds more than names."""
    found: list[Token] = []
    at = opening + 1
    while at < parser.pairs[opening]:
        name = _name(parser, at)
        if name is not None:
            found.append(name)
            at = parser.next
        elif parser.tokens[at].text in between:
            found.append(parser.tokens[at])
            at += 1
        else:
            return None
    return found
