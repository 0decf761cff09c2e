"""The table of atoms beside a diagram of four or five variables."""

from __future__ import annotations

from fractions import Fraction

from derive.meaning.entropy.atoms import atoms
from derive.page.diagram.model import Diagram
from derive.page.diagram.scene import Line, Scene, Text, width

INK, QUIET, LINE, PICKED = "#1b1f24", "#5b6470", "#d9dee5", "#b0006d"


def table(scene: Scene, d: Diagram, left: float, top: float, right: float) -> float:
    """Two columns of atoms, each with its number, and how often each side counts it; returns where it ends."""
    every = atoms(len(d.names))
    half = -(-len(every) // 2)
    step, size = (21.0, 14.0) if half <= 8 else (17.0, 12.5)
    gap = 32.0
    across = (right - left - gap) / 2
    for column, part in enumerate((every[:half], every[half:])):
        x = left + column * (across + gap)
        y = top + step - 4
        _head(scene, d, x, x + across, y)
        scene.add(Line(x, y + 6, x + across, y + 6, LINE))
        for k, atom in enumerate(part):
            y = top + step * (k + 2)
            _row(scene, d, column * half + k + 1, atom, x, x + across, y, size)
    return top + step * (half + 2)


def _head(scene: Scene, d: Diagram, left: float, right: float, y: float) -> None:
    scene.add(Text("atom", left + 28, y, 12.5, QUIET))
    words = ("left", "right") if len(d.sides) == 2 else tuple(f"side {k + 1}" for k in range(len(d.sides)))
    for k, word in enumerate(words):
        scene.add(Text(word, _column(d, right, k), y, 12.5, QUIET, "end"))


def _row(scene: Scene, d: Diagram, number: int, atom: int, left: float, right: float, y: float, size: float) -> None:
    gone = atom in d.zero
    weights = [d.weight(k, atom) for k in range(len(d.sides))]
    colour = QUIET if gone or not any(weights) else PICKED if weights[0] else INK
    scene.add(Text(str(number), left + 18, y, size - 1, QUIET, "end"))
    mark = " = 0" if gone else r" \le 0" if atom in d.nonpos else r" \pm" if atom in d.signed else ""
    label = Text(rf"\({d.atom_latex(atom)}\)", left + 28, y, size, colour)
    room = _column(d, right, 0) - 60 - left
    shrunk = min(size, size * room / max(width(label.text, size), 1))
    scene.add(Text(label.text, left + 28, y, shrunk, colour))
    if mark:
        scene.add(Text(rf"\({mark}\)", left + 32 + width(label.text, shrunk), y, size, QUIET))
    for k, weight in enumerate(weights):
        text = _number(weight)
        scene.add(Text(rf"\({text}\)", _column(d, right, k), y, size, QUIET if gone or not weight else INK, "end"))


def _column(d: Diagram, right: float, side: int) -> float:
    return right - 46 * (len(d.sides) - 1 - side)


def _number(weight: Fraction) -> str:
    if not weight:
        return r"\cdot"
    return str(weight) if weight.denominator == 1 else f"{weight.numerator}/{weight.denominator}"
