"""Where in a text something is wrong, and the message that points at it with a caret."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from derive.expr.errors import DeriveError

LINE = 100  # characters of the line that a message shows
LONGEST = 400  # characters of a message


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is read, and its part in the question: "statement", "given" or "where"."""

    text: str
    part: str = "statement"


class Spot(NamedTuple):
    """One character of a source."""

    source: Source
    position: int

    def error(self, message: str, expected: str = "") -> ParseError:
        """The error that points here."""
        return ParseError(message, self, expected)


class ParseError(DeriveError):
    """A text that is not a statement; ``str()`` shows the line with a caret under the character.

    `position` is the 0-based character in the text of `part`; `expected` says what could have stood there, if that is
    what is wrong.
    """

    def __init__(self, message: str, spot: Spot, expected: str = "") -> None:
        super().__init__(message, spot, expected)
        self.message = message if len(message) <= LONGEST else message[: LONGEST - 1] + "…"
        self.spot = spot
        self.expected = expected

    @property
    def position(self) -> int:
        return self.spot.position

    @property
    def part(self) -> str:
        return self.spot.source.part

    def __str__(self) -> str:
        line, column = excerpt(self.spot)
        where = "" if self.part == "statement" else f" (in {self.part})"
        return f"{self.message}{where}\n  {line}\n  {' ' * column}^"


def excerpt(spot: Spot) -> tuple[str, int]:
    """The line of a spot, cut to `LINE` characters of width one, and the column of the spot in it."""
    text, position = spot.source.text, spot.position
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    start = max(start, position - LINE // 2)
    end = min(len(text) if end < 0 else end, start + LINE)
    return "".join(map(shown, text[start:end])).rstrip(), position - start


def shown(character: str) -> str:
    """The character if it prints one column wide; a space for a tab; else ?, so that no text can disturb a terminal."""
    if character == "\t":
        return " "
    wide = unicodedata.east_asian_width(character) in "WF"
    odd = wide or unicodedata.combining(character) or not character.isprintable()
    return "?" if odd else character


def named(character: str) -> str:
    """A character as a message may quote it: itself in backticks, its code point where that may mislead."""
    code = f"U+{ord(character):04X}"
    if shown(character) != character or character == "`":
        return code
    return f"`{character}` ({code})" if character.isalpha() and not character.isascii() else f"`{character}`"
