"""Points around the places where a claim changes its form: the boundary of a condition, the kink of an operation.

A claim that is false only between 0 and 1/1000 is not met by a point drawn at random. Along one entry of one symbol,
every boundary that is affine in it has one root; between neighbouring roots, and on them, the claim has one form each.
So the roots and a value in every gap are planted (the line decomposition of G. E. Collins, 1975, in the affine case).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from derive.expr.arithmetic import Add, Neg
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Where
from derive.meaning.index_form import unfold
from derive.meaning.numbers import ball
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Place, Point
from derive.meaning.numbers.table import TooLargeError, UnusablePointError

MOST_PLACES = 6  # entries that are moved
MOST_ROOTS = 8  # boundaries along one entry
BITS = 64
BETWEEN = {"min", "max"}  # change their form where their arguments are equal


def boundaries(*sides: Expr) -> tuple[Expr, ...]:
    """Expressions at whose zeros a part of the sides changes its form, in order of first use."""
    found: dict[Expr, None] = {}
    for node in walk(*(unfold(side) for side in sides)):
        if isinstance(node, Where) and isinstance(node.args[0], Relation):
            condition = node.args[0]
            found[Add.of(condition.left, Neg.of(condition.right))] = None
        elif isinstance(node, Apply) and node.operation.name in BETWEEN:
            found[Add.of(node.args[0], Neg.of(node.args[1]))] = None
        elif isinstance(node, Apply) and node.operation.kinks:
            found[node.args[0]] = None
    return tuple(found)


def beside(point: Point, edges: tuple[Expr, ...], reading: Reading) -> Iterator[Point]:
    """Points that differ from `point` in one entry: on the boundaries along it, and once in every gap between them."""
    movable = [place for place in point.values if not place[0].domain.structure and not place[0].domain.integer]
    places = [(place, k) for place in movable for k in range(len(point.values[place][1]))]
    for place, k in places[:MOST_PLACES]:
        roots: set[Fraction] = set()
        for edge in edges:
            roots |= _roots(point, place, k, edge, reading)
        ordered = sorted(roots, key=lambda r: (abs(r), r))[:MOST_ROOTS]
        for value in _around(sorted(ordered)):
            if place[0].domain.contains(value):
                yield _moved(point, place, k, value)


def _around(roots: list[Fraction]) -> Iterator[Fraction]:
    """A value below, on, between and above the roots."""
    if not roots:
        return
    yield roots[0] - 1
    for low, high in pairwise(roots):
        yield (low + high) / 2
    yield roots[-1] + 1
    yield from roots


def _moved(point: Point, place: Place, k: int, value: Fraction) -> Point:
    out = point.copy()
    shape, values = out.values[place]
    out.values[place] = shape, [ball.exact(value) if n == k else v for n, v in enumerate(values)]
    return out


def _roots(point: Point, place: Place, k: int, edge: Expr, reading: Reading) -> set[Fraction]:
    """Where the entries of `edge` are 0 along one entry of a symbol, if they are affine in it with rational values."""
    columns = []
    for value in (Fraction(0), Fraction(1), Fraction(3)):
        try:
            columns.append(Evaluation(reading, _moved(point, place, k, value), BITS).table(edge).values)
        except (NotEvaluableError, UnusablePointError, TooLargeError):
            return set()
    found = set()
    for at_0, at_1, at_3 in zip(*columns, strict=True):
        if isinstance(at_0, fmpq) and isinstance(at_1, fmpq) and isinstance(at_3, fmpq):
            slope = at_1 - at_0
            if slope != 0 and at_3 == at_0 + 3 * slope:
                root = -at_0 / slope
                found.add(Fraction(int(root.p), int(root.q)))
    return found
