"""The state of one normalisation: budget, allowed laws, names of indices, signs, and the steps taken so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from derive.expr.dims import Dim
from derive.expr.leaves import Index, Size, Unique
from derive.expr.node import Expr
from derive.meaning.facts import Fact
from derive.meaning.interval import Interval
from derive.meaning.normal.poly import Atom, Poly, Range, number, of_atom
from derive.meaning.normal.signs import Signs

MAX_TERMS, MAX_LEAVES, MAX_WORK = 2_000, 5_000, 150_000


class Undecided(Exception):  # noqa: N818 -- no error: the answer is not known
    """Why a normal form was not reached: a budget, or something outside of its language."""


@dataclass(frozen=True)
class Step:
    """One use of an equation law: the values of its variables, and the weights assumed positive around it.

    `backwards` uses the equation from right to left.
    """

    law: str
    values: tuple[tuple[str, Expr], ...]
    weights: tuple[Expr, ...] = ()
    backwards: bool = False


class Work:
    """One normalisation. `laws` are the names of the laws that may be used; None allows all."""

    def __init__(
        self,
        laws: frozenset[str] | None = None,
        assumed: dict[Expr, Interval] | None = None,
        facts: tuple[Fact, ...] = (),
    ) -> None:
        self.laws = laws
        self.assumed, self.facts = assumed or {}, facts
        self.unfolding = False  # the third tier: σ, tanh, softplus, ... are replaced by their definitions
        self.work = self.labellings = 0
        self.steps: dict[Step, None] = {}
        self.weights: tuple[Expr, ...] = ()
        self.scope: dict[str, Range] = {}  # ranges of the indices that are bound around what is being built
        self.index_named: dict[str, Index] = {}
        self.origin: dict[str, list[Expr]] = {}  # by key: expressions that had this normal form, as written
        self.premises: dict[str, tuple[int, Poly, Step]] = {}  # by key of an atom: exponent, value
        self.targets: list[Atom] = []  # what the premises were solved for
        self.wanted: list[tuple[Expr, tuple[str, ...]]] = []  # signs that would have let a range be taken apart
        self.memo: dict[tuple, Poly] = {}
        self.matrices: dict[Expr, Any] = {}  # matrices under an inverse or a determinant: the class of each
        self.matrix_heads: dict[str, tuple[Expr, str]] = {}  # one matrix of each class, with the key of its own entries
        self.generic: dict[Dim, tuple[Index, Index]] = {}  # the positions at which matrices are compared
        self.rendered: dict[str, Expr] = {}  # by key of an atom
        self.roots: dict[tuple[str, str, str], int] = {}  # the common denominator of the exponents of a base
        self.renamings: dict[tuple, Atom] = {}
        self.labels: dict[Unique, str] = {}
        self._taken: dict[str, int] = {}
        self._dims: dict[Dim, str] = {}
        self._fresh = 0
        self._signs: dict[tuple[Expr, ...], Signs] = {}

    # -- budget

    def spend(self, amount: int = 1) -> None:
        self.work += amount
        if self.work > MAX_WORK:
            raise Undecided(f"more than {MAX_WORK} products of monomials")

    def check_size(self, p: Poly) -> Poly:
        if len(p.terms) > MAX_TERMS:
            raise Undecided(f"more than {MAX_TERMS} monomials")
        return p

    def leaf(self) -> None:
        self.labellings += 1
        if self.labellings > MAX_LEAVES:
            raise Undecided(f"more than {MAX_LEAVES} candidate labellings of bound indices")

    # -- laws

    def allows(self, *laws: str) -> bool:
        return self.laws is None or all(name in self.laws for name in laws)

    def record(self, law: str, *, backwards: bool = False, **values: Expr) -> None:
        self.steps[Step(law, tuple(values.items()), self.weights, backwards)] = None

    @contextmanager
    def weighted(self, weight: Expr) -> Iterator[None]:
        """Inside, the weight is positive."""
        before = self.weights
        self.weights = (*before, weight)
        try:
            yield
        finally:
            self.weights = before

    # -- names

    def label(self, leaf: Unique) -> str:
        """A name that no other leaf has; leaves of one name are numbered as they are met."""
        if leaf not in self.labels:
            count = self._taken.get(leaf.name, 0)
            self._taken[leaf.name] = count + 1
            self.labels[leaf] = f"{leaf.name}'{count}" if count else leaf.name
        return self.labels[leaf]

    def dim_label(self, dim: Dim) -> str:
        """A name that no other dim has."""
        if dim not in self._dims:
            count = sum(other.name == dim.name for other in self._dims)
            self._dims[dim] = f"{dim.name}'{count}" if count else dim.name
        return self._dims[dim]

    def index_name(self, index: Index) -> str:
        name = "." + self.label(index)
        self.index_named.setdefault(name, index)
        return name

    def index_atom(self, name: str) -> Poly:
        return of_atom(Atom("index", name, at=name))

    def fresh(self, low: Poly, high: Poly) -> str:
        """A new index name over a range."""
        self._fresh += 1
        name = f"~{self._fresh}"
        dim = dim_of(low, high)
        self.index_named[name] = Index(dim.index if dim else "i", dim)
        return name

    def range_of(self, name: str) -> Range | None:
        """The range of an index that is bound around here, or free along a dim."""
        if name in self.scope:
            return self.scope[name]
        index = self.index_named.get(name)
        if index is None or index.dim is None or name.startswith("~"):
            return None
        return number(1), self.lower(index.dim.size)

    # -- what `lower` provides

    def lower(self, e: Expr) -> Poly:
        """The normal form of a core expression."""
        raise NotImplementedError

    def lower_alone(self, e: Expr) -> Poly:
        """The normal form of an expression that stands by itself: no weight, no range around it."""
        raise NotImplementedError

    def structure(self, e: Expr) -> str:
        """A text that tells apart what is different."""
        raise NotImplementedError

    # -- signs

    @property
    def signs(self) -> Signs:
        if self.weights not in self._signs:
            self._signs[self.weights] = Signs(self.assumed, self.weights, self.facts)
        return self._signs[self.weights]


def dim_of(low: Poly, high: Poly) -> Dim | None:
    """The dim whose positions are low..high, if it is one with a free size."""
    one = high.single
    if low.constant != 1 or one is None or one[1] != 1 or len(one[0].factors) != 1:
        return None
    atom, exponent = one[0].factors[0]
    return atom.head.dim if exponent == 1 and atom.kind == "leaf" and isinstance(atom.head, Size) else None
