"""What the page prints in LaTeX, the LaTeX reader reads back as the same expression.

A page is ambiguous by design in the following, where another expression prints alike; the reader gives the one on the
right, which has the same value:

- the minus of the first factor, ``(-a) b``, and the product ``-(a b)``; a product in front of a product, ``(a b) c``
- a sum over a dim, and over its index from 1 to its size; a mean, and the sum over the size
- the second derivative of digamma, and the derivative of trigamma

It cannot be read in some cases, which `readable` leaves out: a term of an expectation, weighted by p, prints as the
product; softmax and the like along another axis than the last print the letter of the axis; entries along some of the
axes only print colons; a recurrence prints its start and step as two equations; a table of constants and an expectation
of matrices do not show the sizes they have; where probabilities stand in a formula, (pq)(x), and where other tensors
have their axes, x(n), entries look like products.
"""

import runpy
from itertools import product
from pathlib import Path
from typing import Any

from flint import arb, fmpq
from hypothesis import HealthCheck, assume, given, settings

from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index, Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Delta, Expect, Indexed, Weighted
from derive.expr.substitute import free_indices
from derive.expr.tensor import Along, Array, Linear, MatMul, Transpose
from derive.meaning.index_form import entry
from derive.meaning.numbers.evaluate import Evaluation, NotEvaluableError
from derive.meaning.numbers.reading import Reading
from derive.meaning.numbers.sample import Names, Point
from derive.meaning.numbers.table import UnusablePointError
from derive.page.latex import latex
from derive.text.errors import ParseError
from derive.text.statement import parse_expression

PLAIN = runpy.run_path(str(Path(__file__).with_name("test_round_trip.py")))
SCOPE: dict[str, object] = PLAIN["SCOPE"]


def readable(e: Expr, page: str) -> bool:
    """Whether the page of an expression is one that the reader takes."""
    nodes = list(walk(e, into_terms=False))
    laws = {n for n in nodes if isinstance(n, Symbol) and n.sort is Sort.DISTRIBUTION}
    outcomes = {d for law in laws for d in law.axes}
    mixed = any(outcomes & set(n.axes) for n in nodes if isinstance(n, Symbol) and n not in laws)
    return ":" not in page and r"\cdot)" not in page and not mixed and all(_readable(n, outcomes) for n in nodes)


def _readable(node: Expr, outcomes: set[Dim]) -> bool:
    match node:
        case Weighted() | Recurrence():
            return False
        case Along():
            return node.over is node.args[0].axes[-1] and len(set(node.args[0].axes)) == len(node.args[0].axes)
        case Indexed():
            whole = node.of_what
            return not outcomes & set(whole.axes) or isinstance(whole, Symbol)
        case Expect():
            plain = not any(isinstance(inner, Along | Array | Linear | MatMul | Transpose) for inner in walk(node.f))
            return isinstance(node.p, Symbol) and plain
        case Array():
            return set(node.indices) <= set(walk(node.body))
        case Delta():
            return not any(place.axes for place in node.args)
    return True


def values(e: Expr, indices: tuple[Index, ...], point: Point) -> list[Any]:
    """All entries of `e` at a point."""
    core = entry(e, indices)
    indices = (*indices, *(i for i in free_indices(core) if i not in indices))
    evaluation = Evaluation(Reading(), point, 128)
    evaluation.place(indices)
    table = evaluation.table(core).over(indices, evaluation.ranges)
    return [table[k] for k, _ in enumerate(product(*(evaluation.ranges[i] for i in indices)))]


def agree(one: Any, other: Any) -> bool:
    """Whether two values may be the same number; where one has no value, the other has none."""
    if isinstance(one, fmpq | arb) and isinstance(other, fmpq | arb):
        return bool(arb(one).overlaps(arb(other)))
    return isinstance(one, fmpq | arb) == isinstance(other, fmpq | arb)


def assert_same_value(e: Expr, read: Expr) -> None:
    """The entries of both agree at two points; of relations, those of both sides."""
    if isinstance(e, Relation) and isinstance(read, Relation):
        assert (e.kind, e.wrt) == (read.kind, read.wrt)
        for side, other in zip((e.left, e.right), (read.left, read.right), strict=True):
            assert_same_value(side, other)
        return
    if e.axes != read.axes:  # sizes of a family at a place that is written in another way
        raise UnusablePointError("the axes are those of two places")
    names = Names.of(e, read)
    indices = tuple(Index.along(d) for d in e.axes)
    for key in ("first", "second"):
        point = Point(names, key, {})
        for one, other in zip(values(e, indices, point), values(read, indices, point), strict=True):
            assert agree(one, other), f"{e} was read as {read}: {one} and {other}"


@settings(
    max_examples=250,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(PLAIN["expressions"]())
def test_print_then_read_is_the_same_expression(e: Expr) -> None:
    page = latex(e)
    assume(len(page) < 5_000 and readable(e, page))
    try:
        read = parse_expression(page, scope=SCOPE, latex=True)
    except ParseError as error:
        assume("constant power" not in error.message and "deep" not in error.message)  # caps of the text
        raise
    if read is e:
        return
    try:
        assert_same_value(e, read)
    except (DeriveError, NotEvaluableError, UnusablePointError):
        assert latex(read) == page or r"\sum_{n,m}" in page, f"{e} was read as {read}"  # two sums, by value only
