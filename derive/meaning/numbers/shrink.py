"""From a point at which something happens to a simple point at which it still happens.

First fresh points with the smallest sizes and the simplest values, then the values of the best point one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product

from flint import fmpq

from derive.meaning.numbers import ball
from derive.meaning.numbers.sample import SIMPLE, Point

Happens = Callable[[Point], bool]
FRESH_SHARE = 0.6  # of the budget
TRIES_PER_SIZES = 10
LONGEST_DENOMINATOR = 4  # of a rounded value: 2³ or 10³
LARGEST_ROUNDED = 1000


def shrink(point: Point, happens: Happens, budget: int = 200) -> Point:
    """A point no more complicated than `point` at which `happens`; `happens` is asked at most `budget` times."""
    left = budget
    for candidate in _fresh(point):
        if left <= budget * (1 - FRESH_SHARE):
            break
        left -= 1
        if happens(candidate):
            point = candidate
            break
    point, left = _cut(point, happens, left)
    for place, k in [(place, k) for place, (_, values) in point.values.items() for k in range(len(values))]:
        if place[0].domain.structure or place not in point.values or k >= len(point.values[place][1]):
            continue  # sizes that are values may have changed the shape
        shape, values = point.values[place]
        for simple in (*SIMPLE[: _rank(values[k])], *_shorter(values[k])):
            if left <= 0:
                return point
            if not place[0].domain.contains(simple):
                continue
            left -= 1
            candidate = point.copy()
            candidate.values[place] = shape, [ball.exact(simple) if n == k else v for n, v in enumerate(values)]
            if happens(candidate):
                point = candidate
                break
    return point


def _cut(point: Point, happens: Happens, left: int) -> tuple[Point, int]:
    """The point with its tensors cut down, one position of one dim at a time; and what is left of the budget."""
    found = True
    while found:
        found = False
        for candidate in _smaller(point):
            if left <= 0:
                return point, left
            left -= 1
            if happens(candidate):
                point, found = candidate, True
                break
    return point, left


def _smaller(point: Point) -> Iterator[Point]:
    """The point without the last position of one dim; structured tensors are drawn again."""
    for dim, size in point.sizes.items():
        if size > 1:
            out = point.copy()
            out.sizes[dim] = size - 1
            for place, (shape, values) in point.values.items():
                if dim in place[0].axes:
                    del out.values[place]
                    cut = tuple(n - 1 if d is dim else n for d, n in zip(place[0].axes, shape, strict=True))
                    if not place[0].domain.structure:
                        positions = product(*map(range, shape))
                        kept = [v for at, v in zip(positions, values, strict=True) if _inside(at, cut)]
                        out.values[place] = cut, kept
            yield out


def _inside(at: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return all(k < n for k, n in zip(at, shape, strict=True))


def _rank(value: object) -> int:
    """How many of the simple values are simpler than this one."""
    for k, simple in enumerate(SIMPLE):
        if value == ball.exact(simple):
            return k
    return len(SIMPLE)


def _shorter(value: object) -> Iterator[Fraction]:
    """Rational numbers near `value` with small denominators, the smallest first; none that is not shorter."""
    if isinstance(value, fmpq) and abs(value) <= LARGEST_ROUNDED:
        exact = Fraction(int(value.p), int(value.q))
        tried = {exact}
        for bits in range(LONGEST_DENOMINATOR):
            for rounded in (Fraction(round(exact * 2**bits), 2**bits), exact.limit_denominator(10**bits)):
                if rounded not in tried and rounded.denominator < exact.denominator:
                    tried.add(rounded)
                    yield rounded


def _fresh(point: Point) -> Iterator[Point]:
    """Simple points of growing size, each with a few draws of simple values."""
    dims = list(point.sizes)
    ranges = [range(1, min(n, 3) + 1) for n in point.sizes.values()]
    plans = sorted(product(*ranges), key=lambda sizes: (sum(sizes), sizes)) if len(dims) < 7 else []
    tries = TRIES_PER_SIZES if len(plans) > 1 else 10 * TRIES_PER_SIZES
    for plan in plans:
        for k in range(tries):
            yield Point(point.names, f"{point.key}/simple/{k}", dict(zip(dims, plan, strict=True)), style="simple")
