"""Ellipses: the curves of a diagram. The y axis points down, as on a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, radians, sin

Point = tuple[float, float]


@dataclass(frozen=True)
class Ellipse:
    """Centre, half axes, and the angle in degrees by which it is turned."""

    x: float
    y: float
    a: float
    b: float
    angle: float = 0.0

    @cached_property
    def turn(self) -> Point:
        """Cosine and sine of the angle."""
        return cos(radians(self.angle)), sin(radians(self.angle))

    def point(self, t: float) -> Point:
        """The point at the parameter t, a full turn being 2π."""
        u, v = self.a * cos(t), self.b * sin(t)
        c, s = self.turn
        return self.x + u * c - v * s, self.y + u * s + v * c

    def level(self, x: float, y: float) -> float:
        """Below 0 inside, 0 on the curve, above 0 outside."""
        p, q, r = self._form
        x, y = x - self.x, y - self.y
        return p * x * x + q * x * y + r * y * y - 1

    def contains(self, x: float, y: float) -> bool:
        return self.level(x, y) < 0

    def moved(self, scale: float, dx: float, dy: float) -> Ellipse:
        """Scaled about the origin, then shifted."""
        return Ellipse(self.x * scale + dx, self.y * scale + dy, self.a * scale, self.b * scale, self.angle)

    @property
    def half_size(self) -> Point:
        """Half the width and half the height of the box around it."""
        c, s = self.turn
        return hypot(self.a * c, self.b * s), hypot(self.a * s, self.b * c)

    @cached_property
    def _form(self) -> tuple[float, float, float]:
        """The coefficients of x², xy and y² about the centre, 1 on the curve."""
        (c, s), a, b = self.turn, self.a**2, self.b**2
        return c * c / a + s * s / b, 2 * c * s * (1 / a - 1 / b), s * s / a + c * c / b
