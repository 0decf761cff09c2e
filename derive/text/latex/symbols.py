r"""Names with accents and scripts: ``\hat m_1`` is m_hat1, ``x_{\mathrm{new}}`` is x_new, ``x_i`` perhaps an entry.

The names are those of the page: trailing digits are a subscript, `_hat _bar _tilde _star` accents. A subscript is an
index if its letter is bound or declared as an integer, or if the name before it is a tensor; an undeclared name takes
the letters i to n as indices, and everything else as part of the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derive.expr.families import DimFamily
from derive.expr.leaves import Symbol
from derive.text.latex.evidence import CUSTOMARY
from derive.text.latex.macros import ACCENTS
from derive.text.lexer import GREEK, MAX_NAME, Token
from derive.text.tree import Call, Entry, Literal, Name, Node

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt

FACES = ("roman", "bold", "double", "script")
KEYWORDS = {"if", "otherwise", "else", "with", "where", "for", "and"}
_GREEK = frozenset(GREEK.values())
_ACCENTED = {*ACCENTS.values(), "star"}
_NO_NAMES = {"R": "the real numbers", "N": "the integers", "Z": "the integers", "C": "the complex numbers", "1": "1"}


class Base(NamedTuple):
    """A name without its own scripts, and the token it begins with."""

    text: str
    token: Token


def starts_name(token: Token) -> bool:
    """Whether a name may begin here."""
    if token.kind in FACES:
        return token.kind != "double" and token.text not in KEYWORDS
    return token.kind == "name" or (token.kind == "macro" and token.text in ACCENTS)


def base(parser: LatexPratt) -> Base:
    """The letter, word or accented name at the cursor."""
    token = parser.advance()
    if token.kind == "macro" and token.text in ACCENTS:
        return Base(_accented(parser, token), token)
    text = token.text
    if token.kind == "double":
        known = _NO_NAMES.get(text, "a set")
        raise parser.spot(token).error(f"{token.raw} is {known}, no name; domains are declared beside the statement")
    if " " in text:
        raise parser.spot(token).error(f"{token.raw} is no name and no function that is known")
    if token.kind == "script" and text == "L" and not parser.scope.is_known("L"):
        text = "loss"
    return Base(text, token)


def _accented(parser: LatexPratt, token: Token) -> str:
    accent = ACCENTS[token.text]
    with parser.deeper(token):
        braced = parser.take("{") is not None
        if not starts_name(parser.current):
            parser.fail("a name")
        inner = base(parser).text
        if braced and parser.take("_") is not None:
            inner = extended(parser, inner, script(parser))
        if braced:
            parser.expect("}")
    return _checked(parser, token, f"{inner}_{accent}")


def script(parser: LatexPratt) -> list[Token]:
    """The tokens of a script that holds names and digits only, passed over; empty, and nothing passed, for others."""
    start = parser.next
    if parser.at_sign("{"):
        tokens = parser.tokens[start + 1 : parser.pairs[start]]
        after = parser.pairs[start] + 1
    else:
        tokens, after = [parser.current], start + 1
        if parser.current.kind == "number" and len(parser.current.text) > 1:
            raise parser.spot(parser.current).error(f"braces are needed around {parser.current.text} in a script")
    simple = all(t.kind in ("name", "number", "roman", "bold") or (t.kind, t.text) == ("sign", ",") for t in tokens)
    if not simple or all(t.text == "," for t in tokens):
        return []
    parser.next = after
    return tokens


def extended(parser: LatexPratt, name: str, tokens: Sequence[Token]) -> str:
    """The name with a subscript as part of it."""
    if not tokens:
        parser.fail("a name or a number")
    found = name
    for part in _parts(parser, tokens):
        digits = part.isdigit() and found == name
        found = f"{found}{part}" if digits else f"{found}_{part}"
    return _declared(parser, _checked(parser, tokens[0], found), name, tokens)


def _parts(parser: LatexPratt, tokens: Sequence[Token]) -> list[str]:
    """``xy`` is one part, ``x,y`` two; a Greek letter and a word are parts of their own."""
    parts: list[str] = []
    joined = False
    for token in tokens:
        if token.text == ",":
            joined = False
            continue
        if token.kind == "roman" and token.text in _ACCENTED:
            raise parser.spot(token).error(f"{token.text} is an accent; another word is needed here")
        apart = token.text in _GREEK or (len(token.text) > 1 and token.kind != "number")
        if joined and not apart:
            parts[-1] += token.text
        else:
            parts += token.text.split()
        joined = not apart
    return parts


def _checked(parser: LatexPratt, token: Token, name: str) -> str:
    if len(name) > MAX_NAME:
        raise parser.spot(token).error(f"a name of more than {MAX_NAME} characters")
    return name


def _declared(parser: LatexPratt, found: str, name: str, tokens: Sequence[Token]) -> str:
    r"""``\beta_1`` is beta1, but beta_1 if that is what was declared."""
    other = f"{name}_{found[len(name) :]}"
    if found[len(name)] != "_" and parser.scope.is_known(other):
        if parser.scope.is_known(found):
            raise parser.spot(tokens[0]).error(f"{found} and {other} are both declared; they are written alike")
        return other
    return found


def subscripted(parser: LatexPratt, name: str, at: Token) -> Node:
    """A name and the subscript at the cursor: an entry, or a longer name."""
    if name == "delta" and _is_kronecker(parser):
        return Call(parser.spot(at), "delta", 0, places(parser))
    start = parser.next
    tokens = script(parser)
    if not tokens:
        return Entry(parser.spot(at), parser.refer(name, at, alone=False), places(parser, name))
    if not _is_entry(parser, name, tokens):
        full = extended(parser, name, tokens)
        constant = full == "gamma_E" and not parser.scope.is_known(full)
        return parser.refer("eulergamma" if constant else full, at)
    parser.next = start
    return Entry(parser.spot(at), parser.refer(name, at, alone=False), places(parser, name))


def _is_kronecker(parser: LatexPratt) -> bool:
    r"""Whether the subscript of an undeclared ``\delta`` holds two indices."""
    if not parser.at_sign("{") or parser.scope.is_known("delta") or "delta" in parser.evidence.alone:
        return False
    at, end = parser.next + 1, parser.pairs[parser.next]
    letters = [token for token in parser.tokens[at:end] if token.kind in ("name", "number")]
    if len(letters) == end - at == 2:
        return True
    commas = 0
    while at < end:
        commas += parser.tokens[at].text == ","
        at = parser.pairs.get(at, at) + 1
    return commas == 1


def places(parser: LatexPratt, name: str = "") -> tuple[Node, ...]:
    """The subscript at the cursor as indices; letters side by side are one each."""
    start = parser.next
    tokens = script(parser)
    if tokens and not any(token.kind in FACES for token in tokens):
        found = _letters(parser, name, tokens)
    elif tokens or not parser.at_sign("{"):
        raise parser.spot(parser.tokens[start]).error("expected an index")
    else:
        parser.advance()
        found = [parser.expression()]
        while parser.take(","):
            found.append(parser.expression())
        parser.expect("}")
    if name:
        parser.found.indexed(name, len(found))
    return tuple(found)


def _letters(parser: LatexPratt, name: str, tokens: Sequence[Token]) -> list[Node]:
    found: list[Node] = []
    wanted = _rank(parser, name)
    for token in tokens:
        if token.text == ",":
            continue
        spot = parser.spot(token)
        if token.kind != "number":
            found.append(Name(spot, token.text))
        elif len(tokens) == 1 and wanted == len(token.text):
            found += [Literal(spot, Fraction(digit)) for digit in token.text]
        else:
            found.append(Literal(spot, Fraction(token.text)))
    return found


def _rank(parser: LatexPratt, name: str) -> int | None:
    """How many indices a name takes, as far as known; a declared number takes none."""
    entity = parser.names.fixed.get(name)
    if entity is None:
        return parser.evidence.places.get(name)
    value = entity.value
    if isinstance(value, DimFamily):
        return 1
    family = len(value.family) if isinstance(value, Symbol) else 0
    return family or len(entity.axes)


def _is_entry(parser: LatexPratt, name: str, tokens: Sequence[Token]) -> bool:
    letters = [token.text for token in tokens if token.kind == "name"]
    if any(token.kind in FACES for token in tokens):
        return False
    rank = _rank(parser, name)
    if parser.scope.is_known(extended(parser, name, tokens)):
        if rank:
            raise parser.spot(tokens[0]).error(f"is this an entry of {name}, or the name that is declared?")
        return False
    if rank or any(letter in parser.bound for letter in letters):
        return True
    if rank == 0 or not letters:
        return False
    if any(_counts(parser, letter) for letter in letters):
        return True
    return len(letters) <= 2 and all(letter in CUSTOMARY or letter in parser.evidence.bound for letter in letters)


def _counts(parser: LatexPratt, letter: str) -> bool:
    """Whether a declared letter is an integer."""
    entity = parser.names.fixed.get(letter)
    value = entity.value if entity is not None else None
    integer = isinstance(value, Symbol) and not value.axes and value.domain.integer
    return integer or parser.scope.is_dim(letter) or parser.scope.is_index(letter)
