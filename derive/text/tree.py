"""The syntax tree: what was written, before anyone knows what the names are. A chain of signs is one flat node."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, dataclass_transform
from typing import Literal as Exactly

from derive.text.errors import Spot

if TYPE_CHECKING:
    from derive.text.names import Entity
    from derive.text.ranks import Ranks

MAX_DEPTH = 100


class _Later:
    """A field that the constructor does not take, with its value until it is filled in."""

    def __init__(self, default: object) -> None:
        self.default = default


def later(*, default: Any, init: Exactly[False] = False) -> Any:
    """A field that is filled in after the construction."""
    return _Later(default)


@dataclass_transform(eq_default=False, field_specifiers=(later,))
class Fields:
    """The annotations of a class below are its fields, as in a dataclass; one is equal only to itself.

    Making twenty dataclasses would take longer than reading a statement.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        own = [name for name in cls.__annotations__ if not isinstance(cls.__dict__.get(name), _Later)]
        for name, value in list(cls.__dict__.items()):
            if isinstance(value, _Later):
                setattr(cls, name, value.default)
        cls.fields = (*cls.fields, *own)

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__.update(zip(self.fields, values, strict=False))
        self.__dict__.update(named)
        self.__post_init__()

    def __post_init__(self) -> None:
        """What is left to do when the fields are set."""


class Node(Fields):
    """A piece of syntax at a spot; equal only to itself."""

    at: Spot
    depth: int = later(default=0)

    def __post_init__(self) -> None:
        self.depth = 1 + max((part.depth for part in self.parts), default=0)
        if self.depth > MAX_DEPTH:
            raise self.at.error(f"nested more than {MAX_DEPTH} deep")

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


class Literal(Node):
    """An exact number without a sign."""

    value: Fraction


class Name(Node):
    """A name; `entity`, what it stands for, is filled in when the whole text is known."""

    name: str
    entity: Entity | None = None


class Negative(Node):
    """``-e``."""

    e: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e,)


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


class Chain(Node):
    """Operands joined from the left by signs of one level: ``+ -`` or ``* / @``."""

    first: Node
    links: tuple[Link, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.first, *(link.node for link in self.links))


class Transposed(Node):
    """``e.T``."""

    e: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e,)


class Entry(Node):
    """``e[i, j]``."""

    e: Node
    places: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e, *self.places)


class Table(Node):
    """``[body for i, j]``, the tensor with these entries."""

    body: Node
    indices: tuple[Name, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, *self.indices)


class Call(Node):
    """A function of the table in `functions`, of this canonical name, with as many derivatives as `primes`."""

    callee: str
    primes: int
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.args


class Applied(Node):
    """A declared function, applied."""

    function: Name
    primes: int
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.function, *self.args)


class Range(Node):
    """An index that runs over low, ..., high."""

    index: Name
    low: Node
    high: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.index, self.low, self.high


class Reduction(Node):
    """``Sum(body, N)``, ``Sum(body, i, 1, n)``, ``Sum(body)``; the first range is the innermost."""

    kind: str
    body: Node
    dims: tuple[Node, ...]
    ranges: tuple[Range, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, *self.dims, *self.ranges)


class Improper(Node):
    """``Integral(body, x, low, high)`` or ``Limit(body, x, point)``; `variable` is a real number bound in the body."""

    callee: str
    body: Node
    variable: Name
    ends: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body, self.variable, *self.ends)


class RowWise(Node):
    """``softmax(body, over=C)``; the last axis if `over` is None."""

    callee: str
    body: Node
    over: Node | None

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.body,) if self.over is None else (self.body, self.over)


class Divergence(Node):
    """``H(p)``, ``H(p, q)``, ``KL(p||q)`` and their like, of tables of probabilities."""

    kind: str
    tables: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.tables


class Measure(Node):
    """``H(X,Y|Z)`` or ``I(X;Y|Z)``, under a distribution's name."""

    groups: tuple[tuple[Name, ...], ...]
    given: tuple[Name, ...]
    under: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*(name for group in self.groups for name in group), *self.given)


class DensityOf(Node):
    """``law(outcomes | given)``."""

    law: str
    outcomes: tuple[Name, ...]
    given: tuple[Name, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*self.outcomes, *self.given)


class Mean(Node):
    """``E_p(x)[f]``, ``Var_p(x)[f]`` or ``Cov_p(x)[f, g]``; without factors under p of what occurs in the bodies."""

    kind: str
    factors: tuple[DensityOf, ...]
    bodies: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*self.factors, *self.bodies)


class Contrasted(Node):
    """``KL(p(y|x)||q(y|x) | p(x))`` and its like, of densities."""

    kind: str
    left: tuple[DensityOf, ...]
    right: tuple[DensityOf, ...]
    average: tuple[DensityOf, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*self.left, *self.right, *self.average)


class Dependent(Node):
    """``X -> Y -> Z`` ("markov") or ``X _|_ Y | Z`` ("independence"), under a law."""

    kind: str
    groups: tuple[tuple[Name, ...], ...]
    given: tuple[Name, ...]
    under: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return (*(name for group in self.groups for name in group), *self.given)


class Support(Node):
    """``|X|``, the number of values of a random variable."""

    variable: Name

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.variable,)


class Differ(Node):
    """``P(X != Y)``, under a law."""

    left: Name
    right: Name
    under: str

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right


class Comparison(Node):
    """``left kind right``; `wrt` for same_argmin."""

    kind: str
    left: Node
    right: Node
    wrt: tuple[Node, ...] = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right, *self.wrt)


class Recursion(Node):
    """``m[0] = start; m[t] = step for t in [1,T]``; `family` is the name on the left, `range` that of t."""

    family: Name
    start: Node
    step: Node
    range: Range

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.family, self.start, self.step, self.range


class Group(Node):
    """``(i, 1, n)``, a range as SymPy writes it."""

    items: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.items


class Deferred(Node):
    """Syntax that says what it means only when it is known how many axes its parts have; `meaning` is filled in then.

    In LaTeX ``A x`` is a matrix product, a product entry by entry, or a product of numbers.
    """

    meaning: Node | None = later(default=None)

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


class Extent(Node):
    """The size of the axes that an index runs along: the end of a range that is not written."""

    index: str
