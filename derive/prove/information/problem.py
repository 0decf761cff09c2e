"""A statement about entropies as linear algebra: rows of rational coefficients over coordinates.

Coordinates are integers. A positive one is a set of variables, as a mask: bit i stands for `names[i]`, and the
coordinate is the joint entropy H of the set (H of the empty set is 0 and has no coordinate). Column k of
`Problem.columns`, which is no entropy (a cross-entropy, log 2, the number 1, a free real), has the coordinate −1 − k.

A proof is a sum of generators: Σ λ·generator = goal, with λ ≥ 0 but for premises that are equations. Every generator
is non-negative by itself, whatever the masks; so a certificate is checked by adding rows, and needs no trust in how it
was found (`checker.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from derive.expr.frozen import Frozen

Row = dict[int, Fraction]  # coordinate -> coefficient, none of them 0


def add(row: Row, coordinate: int, amount: Fraction | int) -> None:
    """Add to one coefficient of a row, in place."""
    if coordinate == 0 or not amount:
        return
    new = row.get(coordinate, 0) + Fraction(amount)
    if new:
        row[coordinate] = new
    else:
        del row[coordinate]


def combined(parts: Iterable[tuple[Fraction | int, Row]]) -> Row:
    """Σ factor·row."""
    out: Row = {}
    for factor, row in parts:
        for coordinate, value in row.items():
            add(out, coordinate, factor * value)
    return out


# -- columns that are no entropies


class CrossEntropy(Frozen):
    """E[−log r(S)], the mean under the law of the entropies, of the density of a reference `law` at the set S."""

    law: str
    of: int  # the mask of S; 0 where only fixed outcomes are left


class Logarithm(Frozen):
    """log of a prime number or of a symbol that is an integer ≥ 1: a constant ≥ 0."""

    of: str


class Unit(Frozen):
    """The number 1."""


class Free(Frozen):
    """A real number about which nothing is known: a symbol, E[T], log Z; `text` tells it from the others."""

    text: str


class Opaque(Free):
    """A number that the laws determine in a way that no row tells, such as a mean of squares.

    To a proof it is any real number. A refutation may not choose it.
    """


Column = CrossEntropy | Logarithm | Unit | Free


# -- generators: what is never negative


class Entropy(Frozen):
    """H(of | given) ≥ 0, of discrete variables."""

    of: int
    given: int = 0

    def row(self, problem: Problem) -> Row:
        return combined([(1, {self.of | self.given: Fraction(1)}), (-1, _point(self.given))])


class Mutual(Frozen):
    """I(a; b | given) ≥ 0."""

    a: int
    b: int
    given: int = 0

    def row(self, problem: Problem) -> Row:
        out: Row = {}
        for sign, mask in ((1, self.a | self.given), (1, self.b | self.given)):
            add(out, mask, sign)
        add(out, self.a | self.b | self.given, -1)
        add(out, self.given, -1)
        return out


class Relative(Frozen):
    """KL(p(of | given) ‖ law(of | given)) ≥ 0, in the mean; p is the law of the entropies."""

    law: str
    of: int
    given: int = 0

    def row(self, problem: Problem) -> Row:
        out: Row = {}
        add(out, problem.coordinate(CrossEntropy(self.law, self.of | self.given)), 1)
        add(out, problem.coordinate(CrossEntropy(self.law, self.given)), -1)
        add(out, self.of | self.given, -1)
        add(out, self.given, 1)
        return out


class Premise(Frozen):
    """Premise `number`: non-negative if it is one of `Problem.nonneg`, else of either sign, since it is 0."""

    number: int  # in (*zero, *nonneg)

    def row(self, problem: Problem) -> Row:
        return problem.premises[self.number].row


class Lemma(Frozen):
    """A cited or proved inequality, by its number in `Problem.lemmas`."""

    number: int

    def row(self, problem: Problem) -> Row:
        return problem.lemmas[self.number].row


class Constant(Frozen):
    """Σ amount·column ≥ 0, of logarithms and the number 1: a fact about numbers alone (`constants.py`)."""

    amounts: tuple[tuple[Column, Fraction], ...]

    def row(self, problem: Problem) -> Row:
        return combined((amount, {problem.coordinate(column): Fraction(1)}) for column, amount in self.amounts)


Generator = Entropy | Mutual | Relative | Premise | Lemma | Constant


class Known(Frozen):
    """A row that is known to be 0 or non-negative; `text` is how it was written or what it is called."""

    row: Row
    text: str
    cites: str = ""


@dataclass(frozen=True)
class Problem:
    """Is goal·h ≥ 0 (= 0, if `equality`) for all entropies h of distributions that satisfy the premises?

    `blocks` are masks: the variables of one law each. Variables of different laws have no joint entropy.
    `continuous` is the mask of the variables with densities: of them only I ≥ 0 and KL ≥ 0 hold.
    """

    names: tuple[str, ...]
    goal: Row
    equality: bool = False
    zero: tuple[Known, ...] = ()
    nonneg: tuple[Known, ...] = ()
    columns: tuple[Column, ...] = ()
    lemmas: tuple[Known, ...] = ()
    blocks: tuple[int, ...] = ()  # () stands for one block of all
    law_names: tuple[str, ...] = ("p",)  # of the blocks
    continuous: int = 0
    exact: bool = True  # the rows are all that there is: a distribution at which they fail refutes the statement
    strict: bool = False  # goal·h > 0 is asked
    supports: tuple[tuple[int, str], ...] = ()  # (variable, bound on how many values it has)
    sides: tuple[Row, Row] = field(default_factory=lambda: ({}, {}))  # of the relation, for display
    assumed: tuple[str, ...] = ()  # premises by which the reading took one law for another
    conditions: tuple[str, ...] = ()  # what the reading needs besides, in words: that something is finite

    @property
    def premises(self) -> tuple[Known, ...]:
        return (*self.zero, *self.nonneg)

    @property
    def full(self) -> int:
        """The mask of all variables."""
        return (1 << len(self.names)) - 1

    @property
    def laws(self) -> tuple[int, ...]:
        """The masks of the blocks."""
        return self.blocks or (self.full,)

    @property
    def references(self) -> tuple[str, ...]:
        """The reference laws that occur, each once."""
        return tuple(dict.fromkeys(c.law for c in self.columns if isinstance(c, CrossEntropy)))

    def coordinate(self, column: Column) -> int:
        """The coordinate of a column. Raises `ValueError` if there is none (but CrossEntropy of nothing is 0 if so)."""
        if column in self.columns:
            return -1 - self.columns.index(column)
        if isinstance(column, CrossEntropy) and column.of == 0:
            return 0
        raise ValueError(f"{column} is no column of this problem")

    def text_of(self, mask: int) -> str:
        """The variables of a mask, ``X,Y``."""
        return ",".join(name for i, name in enumerate(self.names) if mask >> i & 1)


def _point(mask: int) -> Row:
    return {mask: Fraction(1)} if mask else {}
