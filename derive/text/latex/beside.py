r"""Factors side by side, and what stands above: syntax whose meaning depends on how many axes its parts have.

A number beside a tensor scales it. Vectors are columns, and ``x^\top`` is a row: a row beside a column is their inner
product, a column beside a row the outer one, a matrix beside a column or matrix the matrix product. Two columns side by
side are multiplied entry by entry, as in a loss that is stated per element. A row beside a row, a matrix beside a row
and ``\cdot`` between two tensors are errors.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.text.constants import check_power
from derive.text.errors import Spot
from derive.text.lexer import GREEK
from derive.text.names import Unknown
from derive.text.ranks import SOME, Ranks
from derive.text.tree import (
    Call,
    Chain,
    Deferred,
    Link,
    Literal,
    Name,
    Negative,
    Node,
    Power,
    Transposed,
    later,
)

MAX_POWER = 20  # of a matrix, as a product
_LETTERS = frozenset(GREEK.values())


class Factor(NamedTuple):
    r"""A factor with the sign before it: "" for none, ``\cdot`` or ``/``.

    `turned` is ``\top`` if it is transposed; `power` is the name T of ``x^T`` where T is a number elsewhere.
    """

    sign: str
    at: Spot
    node: Node
    turned: bool = False
    power: Name | None = None


class Beside(Deferred):
    """Factors joined from the left; `row` is whether they make a row, known when `meaning` is."""

    factors: tuple[Factor, ...]
    row: bool = later(default=False)

    @property
    def parts(self) -> tuple[Node, ...]:
        powers = (factor.power for factor in self.factors)
        return (*(factor.node for factor in self.factors), *(power for power in powers if power is not None))

    def rank(self, ranks: Ranks) -> int | None:
        found: list[int | None] = []
        row = False
        for factor in self.factors:  # a row needs something to its right
            turned = factor.turned and factor.power is None
            found.append(ranks.rank(factor.node, SOME if turned or (row and not factor.sign) else None))
            row = factor.turned and found[-1] == 1
        known = [
            0 if rank is None and _is_number(f.node) else rank for rank, f in zip(found, self.factors, strict=True)
        ]
        if None in known:
            return None
        fold = _Fold([rank or 0 for rank in known], self.factors)
        self.row = fold.row
        return fold.total

    def settle(self, ranks: Ranks) -> Node:
        found = [ranks.rank(factor.node) for factor in self.factors]
        self._check_known(found)
        fold = _Fold([rank or 0 for rank in found], self.factors)
        fold.check()
        self.row = fold.row
        return fold.node()

    def _check_known(self, found: list[int | None]) -> None:
        """Raises where a name beside a tensor may be a number or a tensor."""
        for factor, rank in zip(self.factors, found, strict=True):
            name = factor.node
            unclear = isinstance(name, Name) and isinstance(name.entity, Unknown) and name.entity.rank is None
            if rank is None and unclear and any(found) and isinstance(name, Name) and not _is_number(name):
                raise name.at.error(
                    f"{name.name} stands beside a tensor; declare what it is, "
                    f"`{name.name}: real` or `{name.name}: real[n]`"
                )


def _is_number(node: Node) -> bool:
    """Whether an undeclared factor beside a tensor is taken for a number: a Greek letter."""
    return isinstance(node, Name) and node.name.rstrip("0123456789") in _LETTERS


class _Fold:
    """The factors of one `Beside` multiplied from the left, by their ranks."""

    def __init__(self, ranks: list[int], factors: tuple[Factor, ...]) -> None:
        self.factors = factors
        self.ranks = ranks
        self.kinds: list[str] = []  # what joins each factor after the first to all before it: * / @ outer
        self.problems: list[tuple[Spot, str]] = []
        self.total, self.row = ranks[0], self._is_row(0)
        for k in range(1, len(factors)):
            self._join(k)

    def _is_row(self, k: int) -> bool:
        return self.ranks[k] == 1 and (self.factors[k].turned or is_row(self.factors[k].node))

    def _join(self, k: int) -> None:
        factor, rank, row = self.factors[k], self.ranks[k], self._is_row(k)
        if factor.sign == "/" or not rank or not self.total:
            self.kinds.append("/" if factor.sign == "/" else "*")
            if rank > self.total:
                self.row = row
            self.total = max(self.total, rank)
            return
        if factor.sign:
            self._problem(k, r"between tensors \cdot may be read in two ways; write x^\top y, A B or x \odot y")
        if self.total > 2 or rank > 2:
            self._problem(k, "a tensor of more than two axes stands beside another; write the entries, T_{ijk} x_k")
        left = self.total, self.row
        if left == (1, False) and rank == 1:
            self.kinds.append("outer" if row else "*")
            self.total = 2 if row else 1
            return
        if row and rank == 1:
            self._problem(k, "a row stands to the right of a row or a matrix")
        self.kinds.append("@")
        self.row = self.total == 1 and rank == 2
        self.total = self.total + rank - 2

    def _problem(self, k: int, message: str) -> None:
        self.problems.append((self.factors[k].at, message))

    def check(self) -> None:
        """Raises at the first factor that cannot stand where it stands."""
        for at, message in self.problems:
            raise at.error(message)

    def node(self) -> Node:
        """The product, from the left."""
        so_far: Node = _turned(self.factors[0], self.ranks[0])
        links: list[Link] = []
        for factor, rank, kind in zip(self.factors[1:], self.ranks[1:], self.kinds, strict=True):
            node = _turned(factor, rank)
            if kind == "outer":
                so_far, links = Call(factor.at, "outer", 0, (_joined(so_far, links), node)), []
            else:
                links.append(Link(kind, factor.at, node))
        return _joined(so_far, links)


def _joined(first: Node, links: list[Link]) -> Node:
    return Chain(first.at, first, tuple(links)) if links else first


class EntryByEntry(Deferred):
    r"""``A \odot B``, looser than factors side by side; factors multiplied entry by entry themselves join in."""

    operands: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.operands

    def rank(self, ranks: Ranks) -> int | None:
        found = [ranks.rank(operand) for operand in self.operands]
        return max((rank for rank in found if rank is not None), default=0) if any(found) or None not in found else None

    def settle(self, ranks: Ranks) -> Node:
        nodes: list[Node] = []
        for operand in self.operands:
            node = operand.settled if isinstance(operand, Beside) else operand
            flat = isinstance(node, Chain) and all(link.sign == "*" for link in node.links)
            nodes += node.parts if flat else [node]
        first, *rest = nodes
        return Chain(first.at, first, tuple(Link("*", node.at, node) for node in rest))


class Bars(Deferred):
    """``|x|``: the absolute value, entry by entry; beside a matrix it may be the determinant, so that is an error."""

    e: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.e,)

    def rank(self, ranks: Ranks) -> int | None:
        return ranks.rank(self.e)

    def settle(self, ranks: Ranks) -> Node:
        if (ranks.rank(self.e) or 0) > 1:
            raise self.at.error(r"|A| of a matrix is read in two ways; write \det A or \operatorname{abs}(A)")
        return Call(self.at, "abs", 0, (self.e,))


def _turned(factor: Factor, rank: int) -> Node:
    """The factor itself, transposed if it is a matrix; the transpose of a vector is the vector, as a row."""
    if factor.power is not None and rank == 0:
        return Power(factor.at, factor.node, factor.power)
    if factor.turned and rank == 2:
        return Transposed(factor.at, factor.node)
    if factor.turned and rank == 0:
        raise factor.at.error("^T transposes, and this is a number; a power of T is read if T is declared")
    return factor.node


def is_row(node: Node) -> bool:
    """Whether settled syntax for a vector is a row. Raises `ParseError` for a row plus a column."""
    match node:
        case Beside():
            return node.row
        case Negative():
            return is_row(node.e)
        case Chain():
            return any(map(is_row, node.parts))
    return False


class Raised(Deferred):
    r"""``base^{exponent}``: of a matrix the power as a matrix; entry by entry if `entrywise`, ``A^{\odot 2}``."""

    base: Node
    exponent: Node
    entrywise: bool = False

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.base, self.exponent

    def rank(self, ranks: Ranks) -> int | None:
        base, exponent = ranks.rank(self.base), ranks.rank(self.exponent)
        return exponent if base == 0 else base

    def settle(self, ranks: Ranks) -> Node:
        if (ranks.rank(self.base) or 0) < 2 or self.entrywise:
            check_power(self.base, self.exponent, self.at)
            return Power(self.at, self.base, self.exponent)
        match self.exponent:
            case Negative(e=Literal(value=value)) if value == 1:
                return Call(self.at, "inv", 0, (self.base,))
            case Literal(value=value) if value.denominator == 1 and 1 < value <= MAX_POWER:
                links = (Link("@", self.at, self.base),) * (int(value) - 1)
                return Chain(self.at, self.base, links)
        raise self.at.error(r"a matrix has the powers -1, 2, 3, ...; entry by entry is A^{\odot a}")


def settle(node: Node, ranks: Ranks, seen: set[Node] | None = None) -> None:
    """Let everything in this syntax that was deferred say what it means, the innermost first."""
    done = set[Node]() if seen is None else seen
    if node in done:
        return
    done.add(node)
    for part in node.parts:
        settle(part, ranks, done)
    if (
        isinstance(node, Chain)
        and node.links[0].sign in "+-"
        and len({is_row(part) for part in node.parts if ranks.rank(part) == 1}) > 1
    ):
        raise node.links[0].at.error("a row and a column stand in one sum; transpose one of them")
    if isinstance(node, Deferred):
        node.meaning = node.settle(ranks)


__all__ = ["Bars", "Beside", "EntryByEntry", "Factor", "Raised", "settle"]
