"""How many axes an undeclared name has.

First what is certain: an index bracket, ``.T``, ``tr``. Then what is usual: next to ``@`` and directly under softmax,
norm or Sum, a small letter is a vector and a capital a matrix; a name that equals a tensor has its shape. Then, where
such a place holds a formula of which nothing is known yet, the one name in it, or all names that are only added. Every
other name is a scalar. Where two readings remain, the answer is an error that asks for a declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.expr.leaves import Symbol
from derive.text.functions import ENTRYWISE
from derive.text.names import Defined, Fixed, Unknown
from derive.text.tree import (
    Applied,
    Call,
    Chain,
    Comparison,
    Contrasted,
    Deferred,
    DensityOf,
    Dependent,
    Differ,
    Divergence,
    Entry,
    Improper,
    Literal,
    Mean,
    Measure,
    Name,
    Negative,
    Node,
    Power,
    Recursion,
    Reduction,
    RowWise,
    Support,
    Table,
    Transposed,
)

SOME = 0  # wanted: at least one axis
MAX_PASSES = 30


class Ranks:
    """One pass over the formulas after the other until nothing new is learned."""

    def __init__(self, formulas: Sequence[Node]) -> None:
        self.formulas = list(formulas)
        self._usual = False  # whether letters and equations count as evidence yet
        self._learned = False
        self._wanted: dict[Node, int] = {}
        self._added: list[tuple[Name, Unknown]] = []  # names added to a matrix product: a scalar or a vector?
        self._defined: dict[Defined, int | None] = {}

    def infer(self) -> None:
        """Set the rank of every unknown that the formulas determine."""
        self._settle()
        self._usual = True
        self._settle()
        while self._choose_all():
            self._settle()
        for node, unknown in self._added:
            if unknown.rank is None:
                raise node.at.error(
                    f"{unknown.name} is added to a matrix product; declare what it is, "
                    f"`{unknown.name}: real` or `{unknown.name}: real[n]`"
                )

    def _settle(self) -> None:
        for _ in range(MAX_PASSES):
            self._learned, self._wanted, self._defined, self._added = False, {}, {}, []
            self.formulas.reverse()  # what one equation says about the next travels both ways
            for node in self.formulas:
                self.rank(node)
            if not self._learned:
                return
        raise self.formulas[0].at.error("the shapes depend on each other too deeply; declare some of them")

    def rank(self, node: Node, want: int | None = None) -> int | None:
        """The number of axes as far as known; `want` is the number that the context needs, or `SOME`."""
        found = self._rank(node)
        if found is not None or want is None:
            return found
        if isinstance(node, Name) and isinstance(node.entity, Unknown) and (want != SOME or self._usual):
            return self._learn(node.entity, want)
        self._wanted.setdefault(node, want)
        return None

    def _learn(self, unknown: Unknown, want: int) -> int:
        unknown.rank = want if want != SOME else 1 + unknown.name[0].isupper()
        self._learned = True
        return unknown.rank

    def _widest(self, *nodes: Node) -> int | None:
        return _join([self.rank(node) for node in nodes])

    def _rank(self, node: Node) -> int | None:
        match node:
            case Name(entity=Unknown() as unknown):
                return unknown.rank
            case Name(entity=Defined() as defined):
                if defined not in self._defined:
                    self._defined[defined] = self.rank(defined.node)
                return self._defined[defined]
            case Name(entity=Fixed() as fixed):
                return len(fixed.axes)
            case Name() | Literal() | Measure() | DensityOf() | Contrasted() | Dependent() | Support() | Differ():
                return 0
            case Mean():
                return self._widest(*node.bodies)
            case Negative() | Power() | Applied():
                return self._widest(*node.parts)
            case Chain():
                return self._chain(node)
            case Transposed():
                self.rank(node.e, 2)
                return 2
            case Entry():
                return self._entry(node)
            case Table():
                self.rank(node.body)
                return len(node.indices)
            case Reduction():
                for each in node.ranges:
                    self._widest(each.low, each.high)
                body = self.rank(node.body, None if node.ranges else SOME)
                whole = not node.dims and not node.ranges
                return 0 if whole else None if body is None else max(0, body - len(node.dims))
            case Deferred():
                return node.rank(self)
            case Improper():
                self._widest(*node.ends)
                return self.rank(node.body)
            case RowWise():
                body = self.rank(node.body, SOME)
                return body if body is None or node.callee == "softmax" else max(0, body - 1)
            case Divergence():
                ranks = [self.rank(table, 0 if node.kind == "h" else SOME) for table in node.tables]
                return ranks[0] if node.kind == "h" else 0
            case Comparison():
                return self._comparison(node)
            case Recursion():
                return self._widest(node.start, node.step)
            case Call():
                return self._call(node)
        return self._widest(*node.parts)

    def _chain(self, node: Chain) -> int | None:
        operands = [("", node.first), *((link.sign, link.node) for link in node.links)]
        total: int | None = 0
        for k, (sign, operand) in enumerate(operands):
            beside = sign == "@" or (k + 1 < len(operands) and operands[k + 1][0] == "@")
            right = self.rank(operand, SOME if beside else None)
            if sign == "@":
                total = None if total is None or right is None else max(0, total + right - 2)
            else:
                total = _join([total, right])
        if total and node.links[0].sign in "+-" and any(map(_is_matrix_product, node.parts)):
            for part in node.parts:
                match part:
                    case Name(entity=Unknown(rank=None) as unknown):
                        self._added.append((part, unknown))
        return total

    def _entry(self, node: Entry) -> int:
        self._widest(*node.places)
        if isinstance(node.e, Name) and isinstance(node.e.entity, Fixed):
            value = node.e.entity.value
            return len(value.axes) if isinstance(value, Symbol) and value.family else 0
        self.rank(node.e, len(node.places))
        return 0

    def _comparison(self, node: Comparison) -> int | None:
        ranks = [self.rank(side) for side in (node.left, node.right)]
        for side, other in ((node.left, ranks[1]), (node.right, ranks[0])):
            match side:
                case Name(entity=Unknown(rank=None) as unknown) if self._usual and other:
                    self._learn(unknown, other)
        self._widest(*node.wrt)
        return _join(ranks)

    def _call(self, node: Call) -> int | None:
        name, args = node.callee, node.args
        if name in ("tr", "det", "inv"):
            self.rank(args[0], 2)
            return 2 if name == "inv" else 0
        if name == "diag":
            rank = self.rank(args[0], SOME)
            return None if rank is None else 3 - rank
        if name == "outer":
            for argument in args:
                self.rank(argument, 1)
            return 2
        if name in ("ones", "eye"):
            return 2 if name == "eye" else len(args)
        if name in ("D", "grad"):
            f, x = self.rank(args[0]), self.rank(args[1])
            return f or x
        if name in ("jacobian", "hessian"):
            f, x = self.rank(args[0]), self.rank(args[1])
            return None if f is None or x is None else f + x if name == "jacobian" else 2 * x
        if name == "at":
            self._widest(*args[1:])
            return self.rank(args[0])
        if name == "E":
            table, inner = self.rank(args[0], SOME), self.rank(args[1])
            return None if inner is None else max(0, inner - (table or 0))
        if name == "delta":
            self._widest(*args)
            return 0
        return self._widest(*args)

    def _choose_all(self) -> bool:
        """Decide every formula that still must be a tensor; whether anything was learned."""
        wanted = self._wanted.items()
        return True in [self._choose(node, want) for node, want in wanted]

    def _choose(self, node: Node, want: int) -> bool:
        """Decide the names in a formula that must be a tensor; false if there are none.

        Raises `ParseError` if one of several factors could be the tensor.
        """
        if self.rank(node) is not None:
            return False
        found: dict[Unknown, bool] = {}
        for unknown, factor in candidates(node, False, set()):
            found[unknown] = factor or found.get(unknown, False)
        if not found:
            return False
        if len(found) > 1 and any(found.values()):
            names = ", ".join(unknown.name for unknown in found)
            raise node.at.error(
                f"which of {names} is a tensor cannot be inferred; declare them, e.g. `{[*found][-1].name}: real[n]`"
            )
        for unknown in found:
            self._learn(unknown, want)
        return True


def _join(ranks: Sequence[int | None]) -> int | None:
    """The rank of an entry-by-entry operation; an operand of unknown rank next to a tensor is taken for a scalar."""
    top = max((rank for rank in ranks if rank is not None), default=0)
    return top if top or None not in ranks else None


def _is_matrix_product(node: Node) -> bool:
    return isinstance(node, Chain) and any(link.sign == "@" for link in node.links)


def candidates(node: Node, factor: bool, seen: set[Defined]) -> Iterator[tuple[Unknown, bool]]:
    """The unknowns that could give this formula axes, each with whether it stands in a product or power."""
    parts: tuple[Node, ...] = ()
    match node:
        case Name(entity=Unknown(rank=None) as unknown):
            yield unknown, factor
        case Name(entity=Defined() as defined) if defined not in seen:
            seen.add(defined)
            parts = (defined.node,)
        case Negative():
            parts = (node.e,)
        case Power():
            parts, factor = (node.base,), True
        case Call() if node.callee in ENTRYWISE:
            parts = node.args
        case Deferred():
            parts, factor = node.parts, True
        case Chain() if all(link.sign != "@" for link in node.links):
            parts, factor = node.parts, factor or node.links[0].sign in "*/"
    for part in parts:
        yield from candidates(part, factor, seen)
