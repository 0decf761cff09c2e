"""The places of a statement that a mutation may change, and what is known about each.

A change that cannot matter makes no false statement: a term without x under a derivative by x, the sign below an even
function. Such places are known by their form, and left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.leaves import INFINITY, ZERO, Index, Number, Symbol
from derive.expr.node import Expr, Sort, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Derivative, Indexed, Member, Where
from derive.expr.tensor import Along, Linear, MatMul, Reduce, Transpose


@dataclass(frozen=True)
class Place:
    """One occurrence: the way down to it, the node, and the node above.

    `by` is the variable of a derivative that is linear in this node: what does not depend on it does not count.
    `deep` is a part of what a limit is taken of: most of it does not count, since the largest part alone decides.
    `endless` is a part of what is summed or integrated to infinity.
    """

    path: tuple[int, ...]
    node: Expr
    above: Expr | None = None
    by: Expr | None = None
    deep: bool = False
    endless: bool = False

    @property
    def is_side(self) -> bool:
        """Whether this is a whole side, and the other is not 0; or all of what a limit is taken of."""
        if isinstance(self.above, Limit):
            return self.path[-1] == 0 and not self.deep
        sides = self.above.args if isinstance(self.above, Relation) else ()
        return len(self.path) == 1 and bool(sides) and ZERO not in sides

    @property
    def is_exponent(self) -> bool:
        return isinstance(self.above, Pow) and self.path[-1] == 1

    @property
    def is_counting(self) -> bool:
        """Whether this is a term beside an index, as in k + 1."""
        return isinstance(self.above, Add) and any(isinstance(term, Index) for term in self.above.args)

    @property
    def is_under_trace(self) -> bool:
        return isinstance(self.above, Linear) and self.above.name == "tr"

    @property
    def active(self) -> list[tuple[int, Expr]]:
        """The children whose change can matter, with their positions."""
        return [
            (k, child)
            for k, child in enumerate(self.node.args)
            if self.by is None or not isinstance(self.node, Add) or depends(child, self.by)
        ]

    @property
    def is_under_even(self) -> bool:
        """Whether the sign of this node does not count."""
        match self.above:
            case Apply() as even:
                return even.operation.parity == "even"
            case Pow(args=(base, Number(value=n))):
                return base is self.node and n.denominator == 1 and n.numerator % 2 == 0
            case Reduce(kind="norm"):
                return True
        return False

    @property
    def is_symmetric(self) -> bool:
        """Whether a transpose of this matrix does not count."""
        if len(self.node.axes) == 2 and mirrored(self.node) is mirrored(mirrored(self.node)):
            return True
        match self.above:
            case Linear(name="tr" | "det" | "diag") | Reduce() | Along():
                return True
        return False


def places(relation: Relation) -> Iterator[Place]:
    """Every place, from the top; not the variables of derivatives, nor what stands inside of index brackets."""
    return _below(Place((), relation), ZERO in relation.args)


def _below(place: Place, is_zero: bool) -> Iterator[Place]:
    """The places from this one down; `is_zero` says that a side is 0, so that the size of the other does not count."""
    if place.by is not None and not depends(place.node, place.by):
        return
    yield place
    deep = place.deep or isinstance(place.above, Limit) or (is_zero and isinstance(place.node, Limit))
    endless = place.endless or is_endless(place.node)
    for k, child in enumerate(_open(place.node)):
        if child.sort is not Sort.FUNCTION:
            by = _linear_in(place.node, k, place.by)
            yield from _below(Place((*place.path, k), child, place.node, by, deep, endless), is_zero)


def is_endless(e: Expr) -> bool:
    """Whether this sums or integrates to infinity."""
    return isinstance(e, Bound | Integral) and any(depends(end, INFINITY) for end in e.args[1:])


def put(node: Expr, path: tuple[int, ...], new: Expr) -> Expr:
    """The expression with a new node at this place."""
    if not path:
        return new
    k, *rest = path
    return node.rebuild((*node.args[:k], put(node.args[k], tuple(rest), new), *node.args[k + 1 :]))


def depends(e: Expr, x: Expr) -> bool:
    return any(node is x for node in walk(e))


def _open(node: Expr) -> tuple[Expr, ...]:
    match node:
        case Derivative() | Jacobian() | Hessian() | Bound() | Indexed():
            return node.args[:1]
        case Member() | Delta():
            return ()
    return node.args


def _linear_in(node: Expr, k: int, by: Expr | None) -> Expr | None:
    """The variable of the derivative that is linear in the child at `k`, given the one for the node itself."""
    if isinstance(node, Derivative | Jacobian | Hessian):
        x = node.args[1]
        return x.of_what if isinstance(x, Indexed) else x
    if by is None:
        return None
    match node:
        case Add() | Neg() | Reduce(kind="sum" | "mean") | Bound(kind="sum") | Indexed():
            return by
        case Where():
            return by if k else None
        case Mul():
            return by if not any(depends(f, by) for j, f in enumerate(node.args) if j != k) else None
        case Div():
            return by if k == 0 and not depends(node.args[1], by) else None
    return None


def mirrored(e: Expr) -> Expr:
    """The transpose of a matrix, moved inwards: one that is symmetric by its form is its own mirror image."""
    match e:
        case Transpose():
            return e.args[0]
        case Symbol(domain=domain) if domain.name in ("symmetric", "posdef"):
            return e
        case Linear(name="eye" | "diag") | Hessian():
            return e
        case Linear(name="inv"):
            return Linear.of("inv", (mirrored(e.args[0]),))
        case Linear(name="outer"):
            return Linear.of("outer", (e.args[1], e.args[0]))
        case MatMul() if all(len(factor.axes) == 2 for factor in e.args):
            first, *rest = [mirrored(factor) for factor in reversed(_factors(e))]
            return reduce(MatMul.of, rest, first)
        case Add() | Neg() | Mul() | Div():
            return e.rebuild(tuple(mirrored(a) if len(a.axes) == 2 else a for a in e.args))
    return Transpose.of(e)


def _factors(e: Expr) -> list[Expr]:
    """A product of matrices as a list, whatever the brackets."""
    return [f for side in e.args for f in _factors(side)] if isinstance(e, MatMul) else [e]
