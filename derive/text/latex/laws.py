r"""Laws below the sign of an expectation: ``q(z \mid x)``, ``x \sim p(x)``, ``z \sim q(\cdot \mid x)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.text import densities
from derive.text.latex.evidence import CUSTOMARY
from derive.text.tree import DensityOf, Name

if TYPE_CHECKING:
    from derive.text.latex.pratt import LatexPratt


def drawn(parser: LatexPratt) -> tuple[DensityOf, ...]:
    """The densities in the braces at the cursor, which are passed over; none, and nothing is read, if it is a table."""
    start = parser.next
    factors = _factors(parser) if parser.take("{") else ()
    if factors and not parser.take("}"):
        parser.fail("`}` or another density")
    if not factors:
        parser.next = start
    return factors


def _factors(parser: LatexPratt) -> tuple[DensityOf, ...]:
    if densities.begins(parser):
        return densities.product(parser)
    found: list[DensityOf] = []
    while (letters := _letters(parser)) and (factor := _drawn(parser, letters)) is not None:
        found.append(factor)
        if not parser.take(",", ";"):
            break
    return tuple(found)


def _letters(parser: LatexPratt) -> list[Name]:
    r"""What stands before ``\sim``; empty if nothing does."""
    end = next((k for k in range(len(parser.tokens)) if parser.ahead(k).text in ("~", "}", "")), 0)
    if parser.ahead(end).text != "~":
        return []
    letters = [parser.name("what is drawn")]
    while parser.take(","):
        letters.append(parser.name("what is drawn"))
    parser.expect("~")
    return letters


def _drawn(parser: LatexPratt, letters: list[Name]) -> DensityOf | None:
    r"""The law after ``\sim``; a name alone is a table if the letters are indices."""
    token = parser.current
    law = parser.name("a law").name
    if not parser.scope.is_law(law):
        return None
    if not parser.at_sign("("):
        indices = all(letter.name in CUSTOMARY for letter in letters)
        return None if indices else DensityOf(parser.spot(token), law, tuple(letters), ())
    if parser.following.text == r"\cdot":
        return _at_dot(parser, law, letters)
    factor = densities.of_law(parser, law, parser.spot(token))
    if {name.name for name in factor.outcomes} != {letter.name for letter in letters}:
        shown = ",".join(letter.name for letter in letters)
        raise parser.spot(token).error(f"what is drawn, {shown}, stands before the bar in {law}({shown}|...)")
    return factor


def _at_dot(parser: LatexPratt, law: str, letters: list[Name]) -> DensityOf:
    r"""``q(\cdot \mid x)``, where the dot stands for what is drawn."""
    spot = parser.spot(parser.expect("("))
    parser.expect(r"\cdot")
    given: list[Name] = []
    if parser.take("|"):
        given.append(parser.name("an outcome"))
        while parser.take(","):
            given.append(parser.name("an outcome"))
    parser.expect(")")
    return DensityOf(spot, law, tuple(letters), tuple(given))


def tells_apart(parser: LatexPratt) -> bool:
    r"""Whether ``(X \ne Y)`` stands at the cursor."""
    return parser.at_sign("(") and parser.ahead(2).text == "!=" and parser.ahead(4).text == ")"
