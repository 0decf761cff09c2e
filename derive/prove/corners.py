"""Corners of the declared domains: every symbol at one of its extreme values at once, where bounds are tight."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, product

from derive.expr.domains import Domain
from derive.meaning.numbers import ball
from derive.meaning.numbers.sample import Point

MOST_CORNERS = 32
MIXED = (Fraction(-1), Fraction(1, 2), Fraction(2))


def corners(point: Point) -> Iterator[Point]:
    """Points at which all free entries of a symbol have one extreme value of its domain, for all choices of them."""
    places = [place for place in point.values if not place[0].domain.structure and extremes(place[0].domain)]
    choices = (extremes(place[0].domain) for place in places)
    for chosen in islice(product(*choices), MOST_CORNERS if places else 0):
        out = point.copy()
        for place, value in zip(places, chosen, strict=True):
            shape, values = point.values[place]
            out.values[place] = shape, [ball.exact(value) for _ in values]
        yield out
    yield from _vertices(point)


def _vertices(point: Point) -> Iterator[Point]:
    """Points at which every distribution has one outcome: all of them the same, or each the next one."""
    places = [place for place in point.values if place[0].domain.structure == "simplex"]
    for shift in (0, 1) if places else ():
        out = point.copy()
        for number, place in enumerate(places):
            shape, values = point.values[place]
            sure = number * shift % len(values)
            out.values[place] = shape, [ball.ONE if k == sure else ball.ZERO for k in range(len(values))]
        yield out


def roots(point: Point) -> Iterator[Point]:
    """Points with −1, 1/2 and 2 for every free number: bases and exponents at which (x²)ᶜ and x²ᶜ differ."""
    places = [place for place, (shape, _) in point.values.items() if not place[0].domain.structure and not shape]
    choices = ([v for v in MIXED if place[0].domain.contains(v)] or [None] for place in places)
    for chosen in islice(product(*choices), MOST_CORNERS if places else 0):
        out = point.copy()
        for place, value in zip(places, chosen, strict=True):
            if value is not None:
                out.values[place] = (), [ball.exact(value)]
        yield out


def extremes(domain: Domain) -> tuple[Fraction, ...]:
    """The least and the greatest of the edge values that a domain plants."""
    return tuple(dict.fromkeys((min(domain.edges), max(domain.edges)))) if domain.edges else ()
