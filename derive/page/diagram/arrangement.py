"""The regions that curves cut a page into: their outlines as arcs, and where a label stands in them.

A region is a mask: bit i is set inside of curve i. In a diagram of information it is an atom.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from math import hypot, pi

from derive.page.diagram.ellipse import Ellipse, Point

SAMPLES = 720  # points per curve between which crossings are looked for
GRID = 64  # columns and rows of points among which the best place of a label is sought
ROOMY = 2.0  # a label that could be this much larger stands well
CENTRED = 0.35  # how much being off the middle of its region counts against a place
RIM = [(u / 2, v / 2) for u, v in ((-1, -1), (1, -1), (-1, 1), (1, 1), (-1, 0), (1, 0), (0, -1), (0, 1))]
RIM += [(u / 4, v / 2) for u in (-1, 1) for v in (-1, 1)]  # around a box of size 1
FULL = 2 * pi


@dataclass(frozen=True)
class Arc:
    """A piece of curve `curve` from parameter `start` to `end`; backwards if `end` is less."""

    curve: int
    start: float
    end: float


Outline = tuple[tuple[Arc, ...], ...]  # closed paths


@dataclass(frozen=True)
class Arrangement:
    """Ellipses, no three of them through one point."""

    curves: tuple[Ellipse, ...]

    def region(self, x: float, y: float) -> int:
        """The region of a point; 0 outside of all curves."""
        return sum(1 << i for i, curve in enumerate(self.curves) if curve.contains(x, y))

    @cached_property
    def arcs(self) -> tuple[tuple[Arc, int], ...]:
        """All pieces of curves between crossings, each with the region on its outer side."""
        out = []
        for i, curve in enumerate(self.curves):
            cuts = sorted(t for j in range(len(self.curves)) if j != i for t in self._crossings(i, j))
            ends = [*cuts[1:], cuts[0] + FULL] if cuts else [FULL]
            for start, end in zip(cuts or [0.0], ends, strict=True):
                outer = self.region(*curve.point((start + end) / 2)) & ~(1 << i)
                out.append((Arc(i, start, end), outer))
        return tuple(out)

    @cached_property
    def regions(self) -> frozenset[int]:
        """All regions inside of some curve that are there."""
        return frozenset(r for arc, outer in self.arcs for r in (outer, outer | 1 << arc.curve) if r)

    def outline(self, union: Collection[int]) -> Outline:
        """The boundary of a union of regions, with the union on the same side all along each path."""
        pieces: list[Arc] = []
        for arc, outer in self.arcs:
            inside, beyond = outer | 1 << arc.curve in union, outer in union
            if inside != beyond:
                pieces.append(arc if inside else Arc(arc.curve, arc.end, arc.start))
        return self._chained(pieces)

    def label(self, region: int, width: float, height: float) -> tuple[Point, float]:
        """Where a box of this size stands best in a region, and how much larger it could be there.

        Best is roomy, up to `ROOMY`, and then near the middle of the region.
        """
        inside = self._grid[region]
        middle = (sum(x for x, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside))
        centred = CENTRED if self.region(*middle) == region else 0.0  # a crescent has its middle elsewhere
        spread = max(hypot(x - middle[0], y - middle[1]) for x, y in inside) or 1.0
        best, place, room = -1.0, middle, 0.0
        for x, y in inside:
            grown = self._growth(region, x, y, width, height)
            score = grown * (1 - centred * hypot(x - middle[0], y - middle[1]) / spread)
            if score > best + 1e-9:
                best, place, room = score, (x, y), grown
        return place, room

    def holds(self, region: int, x: float, y: float, width: float, height: float) -> bool:
        """Whether a box about a point lies in a region: its corners, the middles of its sides, and points between."""
        wanted = [(curve, bool(region >> i & 1)) for i, curve in enumerate(self.curves)]
        return all(curve.contains(x + u * width, y + v * height) == inside for u, v in RIM for curve, inside in wanted)

    @cached_property
    def _grid(self) -> dict[int, list[Point]]:
        """The points of a grid by region."""
        sizes = [(c, *c.half_size) for c in self.curves]
        left, right = min(c.x - w for c, w, _ in sizes), max(c.x + w for c, w, _ in sizes)
        top, bottom = min(c.y - h for c, _, h in sizes), max(c.y + h for c, _, h in sizes)
        out: dict[int, list[Point]] = {}
        for i in range(GRID + 1):
            for j in range(GRID + 1):
                x, y = left + (right - left) * i / GRID, top + (bottom - top) * j / GRID
                out.setdefault(self.region(x, y), []).append((x, y))
        return out

    def _growth(self, region: int, x: float, y: float, width: float, height: float) -> float:
        """By how much a box about a point may be scaled in a region, at most `ROOMY` times."""
        low, high = 0.0, ROOMY
        if self.holds(region, x, y, width * high, height * high):
            return high
        for _ in range(7):
            half = (low + high) / 2
            if self.holds(region, x, y, width * half, height * half):
                low = half
            else:
                high = half
        return low

    def _crossings(self, i: int, j: int) -> list[float]:
        """The parameters at which curve i meets curve j."""
        one, other = self.curves[i], self.curves[j]
        steps = [FULL * (k + 0.37) / SAMPLES for k in range(SAMPLES + 1)]
        levels = [other.level(*one.point(t)) for t in steps]
        found = []
        for k in range(SAMPLES):
            if (levels[k] < 0) == (levels[k + 1] < 0):
                continue
            low, high = steps[k], steps[k + 1]
            for _ in range(60):
                middle = (low + high) / 2
                if (other.level(*one.point(middle)) < 0) == (levels[k] < 0):
                    low = middle
                else:
                    high = middle
            found.append((low + high) / 2 % FULL)
        return found

    def _chained(self, pieces: list[Arc]) -> Outline:
        """Pieces end to end, as closed paths."""
        left, out = list(pieces), []
        while left:
            path = [left.pop(0)]
            if abs(path[0].end - path[0].start) < FULL - 1e-9:
                first = self._at(path[0].curve, path[0].start)
                while not _near(end := self._at(path[-1].curve, path[-1].end), first):
                    path.append(left.pop(self._next(left, end)))
            out.append(tuple(path))
        return tuple(out)

    def _next(self, pieces: list[Arc], at: Point) -> int:
        return next(k for k, arc in enumerate(pieces) if _near(self._at(arc.curve, arc.start), at))

    def _at(self, curve: int, t: float) -> Point:
        return self.curves[curve].point(t)


def _near(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) < 1e-6
