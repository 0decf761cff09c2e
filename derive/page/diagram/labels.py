"""The labels of the regions: formulas where they fit, in one line or two, else numbers that a table explains."""

from __future__ import annotations

from collections.abc import Collection

from derive.meaning.entropy.atoms import atoms
from derive.page.diagram.arrangement import Arrangement
from derive.page.diagram.model import Diagram
from derive.page.diagram.scene import Text, width

INK, QUIET, PICKED = "#1b1f24", "#5b6470", "#b0006d"
SIZE, SMALLEST, LEADING = 16.5, 8.0, 1.3
PLUS_MINUS = r"\pm"
MIDDLE = 0.25  # from the middle of a line of letters down to its baseline, in em
MARGIN = 1.3  # by how much a label could at least grow before it met a curve


def region_labels(d: Diagram, drawn: Arrangement, picked: Collection[int], numbered: bool) -> list[Text]:
    """A label in every region; the largest size at which it fits."""
    out: list[Text] = []
    for number, atom in enumerate(atoms(len(d.names)), start=1):
        colour = QUIET if atom in d.zero else PICKED if atom in picked else INK
        if numbered:
            rows = [str(number)]
        else:
            rows = [rf"\({d.atom_latex(atom)}\)"]
        extra = "= 0" if atom in d.zero else r"\le 0" if atom in d.nonpos else r"\pm" if atom in d.signed else ""
        choices = [[*rows, rf"\({extra}\)"]] if extra and not numbered else [rows]
        if not numbered and r" \mid " in rows[0]:
            head, tail = rows[0].split(r" \mid ")
            two = [rf"{head}\)", rf"\(\mid {tail}"]
            choices.append([*two, rf"\({extra}\)"] if extra else two)
        if numbered and atom in d.signed:
            choices = [[rf"\({number}^{{{'-' if atom in d.nonpos else PLUS_MINUS}}}\)"]]
        out += _best(drawn, atom, choices, colour, 14.0 if numbered else SIZE)
    return out


def _best(drawn: Arrangement, atom: int, choices: list[list[str]], colour: str, size: float) -> list[Text]:
    """The first choice that fits at full size, else the one that can be largest."""
    found = []
    for rows in choices:
        across = max(width(row, 1.0) for row in rows)
        high = LEADING * (len(rows) - 1) + 0.85
        (x, y), room = drawn.label(atom, across * size, high * size)
        fits = size * min(1.0, room / MARGIN)
        found.append((fits, x, y, rows))
        if fits == size:
            break
    fits, x, y, rows = max(found, key=lambda each: each[0])
    fits = max(fits, SMALLEST)
    top = y - LEADING * fits * (len(rows) - 1) / 2 + MIDDLE * fits
    return [Text(row, x, top + LEADING * fits * k, fits, colour, "middle") for k, row in enumerate(rows)]
