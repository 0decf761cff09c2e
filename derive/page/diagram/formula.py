r"""Formulas as placed letters, for drawings that must typeset themselves: a small part of LaTeX, in KaTeX's fonts.

What is read is what `page/latex.py` writes for measures and names: letters, digits, Greek, subscripts, accents,
``\mid``, relations, ``\tfrac``, ``\underbrace{…}_{…}``. Spaces follow TeX's rules for ordinary, binary and relation
signs. An unknown macro is shown by its name, never dropped. Lengths are in em; y points down from the baseline.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from derive.page.notation import GREEK

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
MAIN, MATH = "main", "math"
UP, DOWN = 0.75, 0.25  # height and depth of a line of letters with brackets
SCRIPT = 0.7
THIN, MEDIUM, THICK = 0.167, 0.222, 0.278

RELATIONS = {"=": "=", "<": "<", ">": ">", r"\le": "≤", r"\ge": "≥", r"\ne": "≠", r"\to": "→", r"\mid": "∣"}
RELATIONS |= {r"\sim": "∼", r"\propto": "∝"}
BINARY = {"+": "+", "-": "−", r"\pm": "±", r"\times": "×", r"\oplus": "⊕", r"\cdot": "·", r"\odot": "⊙"}
SPACES = {r"\,": THIN, r"\:": MEDIUM, r"\;": THICK, r"\!": -THIN, r"\ ": 0.25, r"\quad": 1.0, "~": 0.25}
ACCENTS = {r"\hat": "ˆ", r"\widehat": "ˆ", r"\bar": "ˉ", r"\overline": "ˉ", r"\tilde": "˜", r"\widetilde": "˜"}
UPRIGHT = {r"\mathrm", r"\operatorname", r"\text", r"\mathcal", r"\mathbf", r"\mathbb"}
NAMES = {r"\log": "log", r"\exp": "exp", r"\min": "min", r"\max": "max", r"\dots": "…", r"\infty": "∞", r"\star": "*"}
OPERATORS = {r"\log", r"\exp", r"\min", r"\max"}
GREEK_LETTERS = {f"\\{word}": letter for word, letter in GREEK.items()}
GREEK_LETTERS |= {r"\varepsilon": "ε", r"\varphi": "φ"}
NOTHING_BEFORE = ("start", "open", "binary", "relation", "comma")  # after these a sign has one operand


@dataclass(frozen=True)
class Letters:
    """Letters in one font, `size` being 1 for the size of the formula; each has its own place."""

    font: str
    size: float
    x: tuple[float, ...]
    y: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A filled rectangle: a fraction bar."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Brace:
    """A brace below something, with its tip in the middle."""

    x: float
    y: float
    width: float


Mark = Letters | Bar | Brace


@dataclass(frozen=True)
class Box:
    """Marks on a baseline, with width, height above and depth below."""

    width: float = 0.0
    up: float = 0.0
    down: float = 0.0
    marks: tuple[Mark, ...] = ()

    def beside(self, other: Box, space: float = 0.0) -> Box:
        at = self.width + space
        marks = (*self.marks, *other.placed(at, 0.0).marks)
        return Box(at + other.width, max(self.up, other.up), max(self.down, other.down), marks)

    def placed(self, dx: float, dy: float) -> Box:
        return replace(self, marks=tuple(_shifted(mark, dx, dy) for mark in self.marks))

    def scaled(self, by: float) -> Box:
        return Box(self.width * by, self.up * by, self.down * by, tuple(_scaled(mark, by) for mark in self.marks))

    def over(self, other: Box, dx: float, dy: float) -> Box:
        """This box with another one put on it, without growing in width."""
        marks = (*self.marks, *other.placed(dx, dy).marks)
        return Box(self.width, max(self.up, other.up - dy), max(self.down, other.down + dy), marks)


@cache
def widths() -> dict[str, dict[str, int]]:
    """Advance widths of the fonts that pages carry, in thousandths of an em."""
    return json.loads((files("derive.page") / "assets" / "widths.json").read_text(encoding="utf-8"))


def letters(font: str, text: str) -> Box:
    """A run of letters."""
    table, at, x = widths()[font], 0.0, []
    for letter in text:
        x.append(at)
        at += table.get(letter, 550) / 1000
    return Box(at, UP, DOWN, (Letters(font, 1.0, tuple(x), 0.0, text),)) if text else Box()


@cache
def box(latex: str) -> Box:
    """A formula, typeset in one line."""
    return _Reader(latex).row("")


class _Reader:
    def __init__(self, latex: str) -> None:
        self.tokens = [token for token in TOKEN.findall(latex) if not token.isspace()]
        self.at = 0

    def row(self, stop: str) -> Box:
        """Boxes side by side until `stop`, which is consumed."""
        line, before = Box(), "start"
        while self.at < len(self.tokens):
            token = self._take()
            if token == stop:
                break
            if token == r"\allowbreak":
                continue
            if token in SPACES:
                line = replace(line, width=line.width + SPACES[token])
                continue
            kind, nucleus = self._nucleus(token)
            nucleus = self._scripts(nucleus)
            if kind == "binary" and before in NOTHING_BEFORE:
                kind = "ordinary"
            line = line.beside(nucleus, _space(before, kind))
            before = kind
        return line

    def _take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def _argument(self) -> Box:
        if self.at >= len(self.tokens):
            return Box()
        token = self._take()
        return self.row("}") if token == "{" else self._nucleus(token)[1]

    def _word(self) -> str:
        """The letters of a braced argument."""
        out = ""
        if self.at < len(self.tokens) and self._take() == "{":
            while self.at < len(self.tokens) and (token := self._take()) != "}":
                out += token.removeprefix("\\") if len(token) == 2 else token
        return out

    def _nucleus(self, token: str) -> tuple[str, Box]:
        if token == "{":
            return "ordinary", self.row("}")
        if token in RELATIONS:
            return "relation", letters(MAIN, RELATIONS[token])
        if token in BINARY:
            return "binary", letters(MAIN, BINARY[token])
        if token in (",", ";"):
            return "comma", letters(MAIN, token)
        if token in ("(", "["):
            return "open", letters(MAIN, token)
        if token in GREEK_LETTERS:
            return "ordinary", _symbol(GREEK_LETTERS[token])
        if token in NAMES:
            return "operator" if token in OPERATORS else "ordinary", letters(MAIN, NAMES[token])
        if token in UPRIGHT:
            return "ordinary", letters(MAIN, self._word())
        if token in ACCENTS:
            return "ordinary", _accented(self._argument(), ACCENTS[token])
        if token in (r"\frac", r"\tfrac"):
            return "ordinary", _fraction(self._argument(), self._argument())
        if token == r"\underbrace":
            return "ordinary", self._braced(self._argument())
        if token == r"\text" or len(token) > 1:
            return "ordinary", letters(MAIN, token.removeprefix("\\"))
        return "close" if token in ")]" else "ordinary", _symbol(token)

    def _scripts(self, nucleus: Box) -> Box:
        found: dict[str, Box] = {}
        while self.at < len(self.tokens) and self.tokens[self.at] in "_^":
            side = self._take()
            found[side] = self._argument().scaled(SCRIPT)
        for side, script in found.items():
            drop = 0.2 if side == "_" else -0.4
            nucleus = replace(nucleus.over(script, nucleus.width + 0.02, drop), width=nucleus.width)
        return replace(nucleus, width=nucleus.width + max((s.width + 0.07 for s in found.values()), default=0.0))

    def _braced(self, body: Box) -> Box:
        """``\\underbrace{body}_{under}``."""
        under = Box()
        if self.at < len(self.tokens) and self.tokens[self.at] == "_":
            self._take()
            under = self._argument().scaled(SCRIPT)
        width = max(body.width, under.width)
        body = body.placed((width - body.width) / 2, 0.0)
        brace = Brace((width - body.width) / 2, 0.34, body.width)
        label = under.placed((width - under.width) / 2, 0.34 + 0.34 + under.up)
        marks = (*body.marks, brace, *label.marks)
        return Box(width, body.up, 0.68 + under.up + under.down, marks)


def _symbol(letter: str) -> Box:
    """One letter: Latin and small Greek slanted, all else upright."""
    table = widths()
    if letter.isalpha() and letter in table[MATH] and not "Α" <= letter <= "Ω":
        slanted = letters(MATH, letter)
        return replace(slanted, width=slanted.width + table["italic"].get(letter, 0) / 1000)
    return letters(MAIN, letter)


def _accented(body: Box, accent: str) -> Box:
    mark = letters(MAIN, accent)
    lift = 0.0 if body.up <= UP and body.width < 0.55 else -0.24
    return body.over(mark, (body.width - mark.width) / 2 + 0.06, lift)


def _fraction(above: Box, below: Box) -> Box:
    above, below = above.scaled(SCRIPT), below.scaled(SCRIPT)
    width = max(above.width, below.width) + 0.1
    top = above.placed((width - above.width) / 2, -0.39)
    bottom = below.placed((width - below.width) / 2, 0.345)
    marks = (*top.marks, *bottom.marks, Bar(0.0, -0.27, width, 0.04))
    return Box(width + 0.08, 0.39 + above.up, 0.345 + below.down, marks)


def _space(before: str, after: str) -> float:
    if "start" in (before, after) or before == "open" or after == "close":
        return 0.0
    if "relation" in (before, after):
        return THICK if before != after else 0.0
    if "binary" in (before, after):
        return MEDIUM
    if before == "operator" or (after == "operator" and before in ("ordinary", "close")):
        return THIN if after != "open" else 0.0
    return THIN if before == "comma" else 0.0


def _shifted(mark: Mark, dx: float, dy: float) -> Mark:
    if isinstance(mark, Letters):
        return replace(mark, x=tuple(x + dx for x in mark.x), y=mark.y + dy)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def _scaled(mark: Mark, by: float) -> Mark:
    if isinstance(mark, Letters):
        return Letters(mark.font, mark.size * by, tuple(x * by for x in mark.x), mark.y * by, mark.text)
    if isinstance(mark, Bar):
        return Bar(mark.x * by, mark.y * by, mark.width * by, mark.height * by)
    return Brace(mark.x * by, mark.y * by, mark.width * by)
