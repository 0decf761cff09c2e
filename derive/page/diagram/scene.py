"""What a drawing consists of, before any format: areas, curves, lines and text, at places on a page of 1280 × 720."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.page.diagram.arrangement import Arrangement, Outline
from derive.page.diagram.ellipse import Ellipse
from derive.page.diagram.formula import Box, box, letters
from derive.page.html_extent import inline

WIDTH, HEIGHT = 1280, 720
WEIGHTS = {400: "text400", 600: "text600", 700: "text700"}


@dataclass(frozen=True)
class Area:
    """A union of regions, filled with a colour or hatched in it."""

    arrangement: Arrangement
    outline: Outline
    colour: str
    opacity: float = 1.0
    hatched: bool = False


@dataclass(frozen=True)
class Curve:
    ellipse: Ellipse
    colour: str
    width: float


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    colour: str
    width: float = 1.0


@dataclass(frozen=True)
class Text:
    r"""Text with formulas in ``\(...\)``; `x` is its left end, its middle or its right end, as `anchor` says."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    anchor: str = "start"
    weight: int = 400

    @property
    def box(self) -> Box:
        return typeset(self.text, self.weight)

    @property
    def left(self) -> float:
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.box.width * self.size


Item = Area | Curve | Line | Text


@dataclass
class Scene:
    """The items in the order of painting, and what the drawing says in words."""

    title: str
    description: str
    items: list[Item] = field(default_factory=list)

    def add(self, *items: Item) -> None:
        self.items.extend(items)


def typeset(text: str, weight: int = 400) -> Box:
    r"""Text with formulas in ``\(...\)``, in one line."""
    line = Box()
    for math, piece in inline(text):
        line = line.beside(box(piece) if math else letters(WEIGHTS[weight], piece))
    return line


def width(text: str, size: float, weight: int = 400) -> float:
    return typeset(text, weight).width * size
