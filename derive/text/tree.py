"""The syntax tree: what was written, before anyone knows what the names are. A chain of signs is one flat node."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from derive.text.errors import Spot

if TYPE_CHECKING:
    from derive.text.names import Entity
    from derive.text.ranks import Ranks

MAX_DEPTH = 100


@dataclass(slots=True, eq=False)
class Node:
    """A piece of syntax at a spot; equal only to itself."""

    at: Spot
    depth: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.depth = 1 + max((part.depth for part in self.parts), default=0)
        if self.depth > MAX_DEPTH:
            raise self.at.error(f"nested more than {MAX_DEPTH} deep")

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(slots=True, eq=False)
class Literal(Node):
    """An exact number without a sign."""

    value: Fraction


@dataclass(slots=True, eq=False)
class Name(Node):
    """A name; `entity`, what it stands for, is filled in when the whole text is known."""

    name: str
    entity: Entity | None = None


@dataclass(slots=True, eq=False)
class Negative(Node):
    """``-e``."""

    e: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e,)


@dataclass(slots=True, eq=False)
class Power(Node):
    """``base**exponent``."""

    base: Node
    exponent: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.base, self.exponent


class Link(NamedTuple):
    """A sign and its right operand."""

    sign: str
    at: Spot
    node: Node


@dataclass(slots=True, eq=False)
class Chain(Node):
    """Operands joined from the left by signs of one level: ``+ -`` or ``* / @``."""

    first: Node
    links: tuple[Link, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.first, *(link.node for link in self.links))


@dataclass(slots=True, eq=False)
class Transposed(Node):
    """``e.T``."""

    e: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e,)


@dataclass(slots=True, eq=False)
class Entry(Node):
    """``e[i, j]``."""

    e: Node
    places: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e, *self.places)


@dataclass(slots=True, eq=False)
class Table(Node):
    """``[body for i, j]``, the tensor with these entries."""

    body: Node
    indices: tuple[Name, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, *self.indices)


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function of the table in `functions`, of this canonical name, with as many derivatives as `primes`."""

    callee: str
    primes: int
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.args


@dataclass(slots=True, eq=False)
class Applied(Node):
    """A declared function, applied."""

    function: Name
    primes: int
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.function, *self.args)


@dataclass(slots=True, eq=False)
class Range(Node):
    """An index that runs over low, ..., high."""

    index: Name
    low: Node
    high: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.index, self.low, self.high


@dataclass(slots=True, eq=False)
class Reduction(Node):
    """``Sum(body, N)``, ``Sum(body, i, 1, n)``, ``Sum(body)``; the first range is the innermost."""

    kind: str
    body: Node
    dims: tuple[Node, ...]
    ranges: tuple[Range, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, *self.dims, *self.ranges)


@dataclass(slots=True, eq=False)
class Improper(Node):
    """``Integral(body, x, low, high)`` or ``Limit(body, x, point)``; `variable` is a real number bound in the body."""

    callee: str
    body: Node
    variable: Name
    ends: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, self.variable, *self.ends)


@dataclass(slots=True, eq=False)
class RowWise(Node):
    """``softmax(body, over=C)``; the last axis if `over` is None."""

    callee: str
    body: Node
    over: Node | None

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body,) if self.over is None else (self.body, self.over)


@dataclass(slots=True, eq=False)
class Divergence(Node):
    """``H(p)``, ``H(p, q)``, ``KL(p||q)`` and their like, of tables of probabilities."""

    kind: str
    tables: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.tables


@dataclass(slots=True, eq=False)
class Measure(Node):
    """``H(X,Y|Z)`` or ``I(X;Y|Z)``, under a distribution's name."""

    groups: tuple[tuple[Name, ...], ...]
    given: tuple[Name, ...]
    under: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*(name for group in self.groups for name in group), *self.given)


@dataclass(slots=True, eq=False)
class Comparison(Node):
    """``left kind right``; `wrt` for same_argmin."""

    kind: str
    left: Node
    right: Node
    wrt: tuple[Node, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right, *self.wrt)


@dataclass(slots=True, eq=False)
class Recursion(Node):
    """``m[0] = start; m[t] = step for t in [1,T]``; `family` is the name on the left, `range` that of t."""

    family: Name
    start: Node
    step: Node
    range: Range

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.family, self.start, self.step, self.range


@dataclass(slots=True, eq=False)
class Group(Node):
    """``(i, 1, n)``, a range as SymPy writes it."""

    items: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.items


@dataclass(slots=True, eq=False)
class Deferred(Node):
    """Syntax that says what it means only when it is known how many axes its parts have; `meaning` is filled in then.

    In LaTeX ``A x`` is a matrix product, a product entry by entry, or a product of numbers.
    """

    meaning: Node | None = field(default=None, init=False)

    def rank(self, ranks: Ranks) -> int | None:
        """The number of axes as far as known."""
        raise NotImplementedError

    def settle(self, ranks: Ranks) -> Node:
        """The syntax that this stands for. Raises `ParseError` where two readings remain."""
        raise NotImplementedError

    @property
    def settled(self) -> Node:
        assert self.meaning is not None
        return self.meaning


@dataclass(slots=True, eq=False)
class Extent(Node):
    """The size of the axes that an index runs along: the end of a range that is not written."""

    index: str
