"""Venn diagrams of up to five sets: ellipses in which every combination of sets has exactly one region.

One to three sets are circles. Four ellipses are as in J. Venn 1880, five as in B. Grünbaum 1975 (Venn diagrams and
independent families of sets): one ellipse, turned by a fifth of a full turn each time. The numbers here were searched
for: they make the smallest regions large. n ellipses in general position are such a diagram exactly if they cross in
2^n − 2 points and no region is missing (Euler's formula).
"""

from __future__ import annotations

from math import cos, radians, sin, sqrt

from derive.page.diagram.arrangement import Arrangement
from derive.page.diagram.ellipse import Ellipse, Point

LARGEST = 5
APART = 1.145  # distance of the centres of circles of radius 1


def curves(n: int) -> tuple[Ellipse, ...]:
    """The curves about the origin, of size 1 or so. Raises `ValueError` if n is not between 1 and 5."""
    if n == 1:
        return (Ellipse(0, 0, 1, 1),)
    if n == 2:
        return tuple(Ellipse(x, 0, 1, 1) for x in (-APART / 2, APART / 2))
    if n == 3:
        down = APART / sqrt(3)
        places = ((-APART / 2, -down / 2), (APART / 2, -down / 2), (0.0, down))
        return tuple(Ellipse(x, y, 1, 1) for x, y in places)
    if n == 4:
        outer, inner = (0.408, 0.139, 1.0, 0.64, 45.0), (0.12, -0.16, 1.0, 0.6, 45.0)
        (x, y, a, b, angle), (u, v, c, d, turned) = outer, inner
        return (
            Ellipse(-x, y, a, b, angle),
            Ellipse(-u, v, c, d, turned),
            Ellipse(u, v, c, d, -turned),
            Ellipse(x, y, a, b, -angle),
        )
    if n == 5:
        turns = [72.0 * k for k in range(5)]
        return tuple(_turned(Ellipse(0, -0.276, 1.0, 0.5467, -73.07), turn) for turn in turns)
    raise ValueError(f"a diagram has 1 to {LARGEST} variables, not {n}")


def towards(n: int) -> tuple[Point, ...]:
    """For each curve the direction in which its name stands outside of it."""
    degrees = {
        1: (-40.0,),
        2: (-130.0, -50.0),
        3: (-132.0, -48.0, 38.0),
        4: (-160.0, -120.0, -60.0, -20.0),
        5: tuple(-78.0 + 72 * k for k in range(5)),
    }[n]
    return tuple((cos(radians(d)), sin(radians(d))) for d in degrees)


def fitted(n: int, left: float, top: float, width: float, height: float) -> Arrangement:
    """The diagram as large as it fits into a box, in the middle of it."""
    found = curves(n)
    sizes = [c.half_size for c in found]
    x = [c.x + s * w for c, (w, _) in zip(found, sizes, strict=True) for s in (-1, 1)]
    y = [c.y + s * h for c, (_, h) in zip(found, sizes, strict=True) for s in (-1, 1)]
    scale = min(width / (max(x) - min(x)), height / (max(y) - min(y)))
    dx, dy = left + width / 2 - scale * (max(x) + min(x)) / 2, top + height / 2 - scale * (max(y) + min(y)) / 2
    return Arrangement(tuple(c.moved(scale, dx, dy) for c in found))


def beyond(curve: Ellipse, direction: Point, gap: float) -> Point:
    """The point outside a curve, `gap` beyond where it goes farthest in this direction."""
    c, s = curve.turn
    u, v = direction[0] * c + direction[1] * s, direction[1] * c - direction[0] * s
    reach = sqrt((curve.a * u) ** 2 + (curve.b * v) ** 2)
    p, q = curve.a**2 * u / reach, curve.b**2 * v / reach
    return curve.x + p * c - q * s + gap * direction[0], curve.y + p * s + q * c + gap * direction[1]


def _turned(e: Ellipse, degrees: float) -> Ellipse:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return Ellipse(e.x * c - e.y * s, e.x * s + e.y * c, e.a, e.b, e.angle + degrees)
