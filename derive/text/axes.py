"""Which dim every axis of an undeclared tensor is, by unification.

Axes that must agree become one: those that ``@`` sums, those of operands with equally many axes, those indexed by one
free index. An axis that a bound index runs along is as long as the index reaches: ``Sum(x[i+1] - x[i], i, 1, n)`` makes
x one of n + 1 entries. What is left gets a fresh dim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.dims import Dim
from derive.expr.leaves import ONE, Index, Number, Size, Symbol
from derive.expr.node import Expr, as_expr
from derive.text.errors import Spot
from derive.text.names import Bound, Defined, Fixed, Free, Names, Unknown, counts
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
    Extent,
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

Reach = dict[Expr, Fraction]  # a linear form: size -> coefficient, the constant under ONE


class Axis:
    """An axis in a union-find forest; the root holds its dim, once known, and how far indices reach along it."""

    __slots__ = ("dim", "parent", "reached")

    def __init__(self, dim: Dim | None = None) -> None:
        self.dim = dim
        self.parent: Axis = self
        self.reached: list[tuple[Reach | None, Spot]] = []  # None: not bounded by sizes

    def root(self) -> Axis:
        axis = self
        while axis.parent is not axis:
            axis.parent = axis.parent.parent
            axis = axis.parent
        return axis


Axes = tuple[Axis, ...]


class Unifier:
    """Visits every piece of syntax once and unifies axes; axes that cannot agree stay apart, for the core to name."""

    def __init__(self, names: Names, dim: Callable[[Node], Dim | None]) -> None:
        self.names = names
        self.dim = dim  # the dim that a piece of syntax names, where that is known by now
        self._known: dict[Dim, Axis] = {}
        self._seen: dict[Node, Axes] = {}
        self._tops: dict[tuple[Bound, int], Reach | None] = {}

    def known(self, dim: Dim) -> Axis:
        return self._known.setdefault(dim, Axis(dim))

    def axes(self, node: Node) -> Axes:
        if node not in self._seen:
            self._seen[node] = self._axes(node)
        return self._seen[node]

    def unify(self, a: Axis, b: Axis) -> None:
        a, b = a.root(), b.root()
        if a is b or (a.dim is not None and b.dim is not None):
            return
        kept, merged = (b, a) if a.dim is None else (a, b)
        merged.parent = kept
        kept.reached += merged.reached

    def agree(self, *operands: Axes) -> Axes:
        """The widest axes; operands with as many agree with them."""
        widest = max(operands, key=len, default=())
        for axes in operands:
            if len(axes) == len(widest):
                for a, b in zip(axes, widest, strict=True):
                    self.unify(a, b)
        return widest

    def _axes(self, node: Node) -> Axes:
        match node:
            case Name(entity=Unknown() as unknown):
                if not unknown.axes and unknown.rank:
                    unknown.axes = tuple(Axis() for _ in range(unknown.rank))
                return unknown.axes
            case Name(entity=Defined() as defined):
                return self.axes(defined.node)
            case Name(entity=Fixed() as fixed):
                return tuple(self.known(d) for d in fixed.axes)
            case Name() | Literal() | Measure() | DensityOf() | Contrasted() | Dependent() | Support() | Differ():
                return ()
            case Mean():
                return self.agree(*(self.axes(body) for body in node.bodies))
            case Negative() | Power():
                return self.agree(*(self.axes(part) for part in node.parts))
            case Applied():
                return self.agree(*(self.axes(part) for part in node.args))
            case Chain():
                return self._chain(node)
            case Transposed():
                return tuple(reversed(self.axes(node.e)))
            case Entry():
                return self._entry(node)
            case Table():
                self.axes(node.body)
                return tuple(self._table_axis(name) for name in node.indices)
            case Reduction():
                return self._reduction(node)
            case Deferred():
                return self.axes(node.settled)
            case Improper():
                for end in node.ends:
                    self.axes(end)
                return self.axes(node.body)
            case RowWise():
                return self._row_wise(node)
            case Divergence():
                tables = self.agree(*map(self.axes, node.tables))
                return tables if node.kind == "h" else ()
            case Comparison():
                for each in node.wrt:
                    self.axes(each)
                return self.agree(self.axes(node.left), self.axes(node.right))
            case Recursion():
                return self.agree(self.axes(node.start), self.axes(node.step))
            case Call():
                return self._call(node, [self.axes(argument) for argument in node.args])
        for part in node.parts:
            self.axes(part)
        return ()

    def _chain(self, node: Chain) -> Axes:
        total = self.axes(node.first)
        for sign, _, operand in node.links:
            right = self.axes(operand)
            if sign != "@":
                total = self.agree(total, right)
            elif total and right:
                self.unify(total[-1], right[0])
                total = total[:-1] + right[1:]
        return total

    def _entry(self, node: Entry) -> Axes:
        for place in node.places:
            self.axes(place)
        axes = self.axes(node.e)
        match node.e:
            case Name(entity=Fixed(value=Symbol(family=family) as symbol)) if family:
                return tuple(self.known(d) for d in symbol.axes)
        for place, axis in zip(node.places, axes, strict=False):
            self._place(place, axis)
        return ()

    def _place(self, place: Node, axis: Axis) -> None:
        """An index bracket says something about the axis."""
        match place:
            case Name(entity=Free() as free):
                free.axis = free.axis or Axis()
                self.unify(free.axis, axis)
                return
            case Name(entity=Fixed(value=Index(dim=Dim() as dim))):
                self.unify(self.known(dim), axis)
            case Name(entity=Bound() as bound):
                bound.places.append(axis)
                if bound.index is not None and bound.index.dim is not None:
                    self.unify(self.known(bound.index.dim), axis)
                elif bound.range is None or isinstance(bound.range.high, Extent):
                    return
        axis.root().reached.append((self.top(place), place.at))

    def _table_axis(self, name: Name) -> Axis:
        """The axis along which the index of a table runs: those of all its places are one."""
        assert isinstance(name.entity, Bound)
        bound = name.entity
        if bound.index is not None and bound.index.dim is not None:
            return self.known(bound.index.dim)
        if not bound.places:
            bound.places.append(Axis())
        first, *rest = bound.places
        for axis in rest:
            self.unify(first, axis)
        return first

    def _reduction(self, node: Reduction) -> Axes:
        body = self.axes(node.body)
        for each in node.ranges:
            if isinstance(each.high, Extent):
                self._table_axis(each.index)
            self.axes(each.low)
            self.axes(each.high)
        if node.ranges:
            return body
        return self._without(body, node.dims) if node.dims else ()

    def _row_wise(self, node: RowWise) -> Axes:
        body = self.axes(node.body)
        dims = () if node.over is None else (node.over,)
        kept = self._without(body, dims) if dims else body[:-1]
        return body if node.callee == "softmax" else kept

    def _without(self, body: Axes, dims: tuple[Node, ...]) -> Axes:
        """The axes but those of the dims; an axis that is not known yet may turn out to be the one."""
        for node in dims:
            dim = self.dim(node)
            if dim is None:
                body = body[1:]
                continue
            match = [axis for axis in body if axis.root().dim is dim]
            unknown = [axis for axis in body if axis.root().dim is None]
            if not match and len(unknown) == 1:
                self.unify(unknown[0], self.known(dim))
            body = tuple(axis for axis in body if axis.root().dim is not dim)
        return body

    def _call(self, node: Call, args: list[Axes]) -> Axes:
        name = node.callee
        if name in ("tr", "det", "inv") and len(args[0]) == 2:
            self.unify(*args[0])
            return args[0] if name == "inv" else ()
        if name == "diag" and args[0]:
            self.unify(args[0][0], args[0][-1])
            return (args[0][0],) if len(args[0]) == 2 else args[0] * 2
        if name == "outer":
            return args[0] + args[1]
        if name in ("ones", "eye"):
            dims = [self.dim(argument) for argument in node.args]
            return tuple(Axis() if dim is None else self.known(dim) for dim in dims) * (2 if name == "eye" else 1)
        if name in ("D", "grad"):
            return args[0] or args[1]
        if name in ("jacobian", "hessian"):
            return (*args[0], *args[1]) if name == "jacobian" else args[1] * 2
        if name == "at":
            for symbol, value in zip(args[1::2], args[2::2], strict=True):
                self.agree(symbol, value)
            return args[0]
        if name == "E":
            if len(args[0]) == len(args[1]):
                self.agree(*args)
            table = {axis.root() for axis in args[0]}
            return tuple(axis for axis in args[1] if axis.root() not in table)
        return () if name in ("tr", "det", "inv", "diag", "delta") else self.agree(*args)

    # -- how far an index reaches

    def top(self, node: Node, sign: int = 1) -> Reach | None:
        """The greatest value of ``sign * node`` as a linear form in sizes; None if sizes do not bound it."""
        match node:
            case Literal():
                return {ONE: sign * node.value}
            case Negative():
                return self.top(node.e, -sign)
            case Deferred():
                return self.top(node.settled, sign)
            case Name(entity=Bound(range=over) as bound) if over is not None:
                if (bound, sign) not in self._tops:
                    self._tops[bound, sign] = self.top(over.high if sign > 0 else over.low, sign)
                return self._tops[bound, sign]
            case Name(entity=Defined() as defined):
                return self.top(defined.node, sign)
            case Name(entity=Fixed(value=Index(dim=Dim() as dim))):
                return {dim.size: Fraction(1)} if sign > 0 else {ONE: Fraction(-1)}
            case Name(entity=Fixed(value=Size() | Symbol() as size)) if counts(size):
                return {size: Fraction(sign)}
            case Chain(links=(link, *_)) if link.sign in "+-":
                signs = [sign, *(sign if each.sign == "+" else -sign for each in node.links)]
                return _total(self.top(part, s) for part, s in zip(node.parts, signs, strict=True))
            case Chain(first=Literal(value=factor), links=(link,)) if link.sign == "*":
                form = self.top(link.node, sign)
                return None if form is None else {size: factor * c for size, c in form.items()}
        return None

    def settle(self, unknowns: Iterable[Unknown]) -> None:
        """Give every axis of every unknown its dim."""
        for unknown in unknowns:
            for axis in unknown.axes:
                root = axis.root()
                if root.dim is None:
                    root.dim = self._reached(root, unknown) or self.names.fresh_dim()

    def _reached(self, root: Axis, unknown: Unknown) -> Dim | None:
        forms = [form for form, _ in root.reached if form is not None]
        named = [form for form in forms if set(form) - {ONE}] or forms
        if not root.reached:
            return None
        largest = next((form for form in named if all(_covers(form, other) for other in named)), None)
        if largest is None or any(c.denominator != 1 or (c < 0 and size is not ONE) for size, c in largest.items()):
            spot = root.reached[-1][1]
            name = unknown.name
            raise spot.error(f"the shape of {name} cannot be inferred; declare it, e.g. `{name}: real[n]`")
        return self.names.extent(_expression(largest))


def _total(forms: Iterable[Reach | None]) -> Reach | None:
    total: Reach = {}
    for form in forms:
        if form is None:
            return None
        for size, c in form.items():
            total[size] = total.get(size, Fraction(0)) + c
    return {size: c for size, c in total.items() if c}


def _covers(form: Reach, other: Reach) -> bool:
    """Whether ``form >= other`` for all sizes at least 1."""
    difference = {size: form.get(size, Fraction(0)) - other.get(size, Fraction(0)) for size in {*form, *other}}
    return sum(difference.values()) >= 0 and all(c >= 0 for size, c in difference.items() if size is not ONE)


def _expression(form: Reach) -> Expr:
    """The form as a size; a single name that is reached only in part is taken whole."""
    names = [size for size in form if size is not ONE]
    terms = [size if form[size] == 1 else Mul.of(as_expr(form[size]), size) for size in names]
    constant = int(form.get(ONE, 0))
    if not names:
        return Number.of(max(constant, 1))
    if constant and not (len(names) == 1 and constant < 0):
        terms.append(as_expr(constant) if constant > 0 else Neg.of(as_expr(-constant)))
    return terms[0] if len(terms) == 1 else Add.of(*terms)
