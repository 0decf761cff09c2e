"""The table of a core expression at one point, at one precision.

Children come before parents on an explicit stack, and every node is computed once for the ranges of its free indices.
Named terms, defined symbols and members of recurrences are computed whole and then looked up. Nothing raises for want
of a value: that is a state of the scalar (`ball`). `NotEvaluableError` is for what has no finite unfolding at all.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from math import prod
from typing import Any

from flint import arb, ctx, fmpq

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Integral, Limit
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.information import Information
from derive.expr.layers import Rule
from derive.expr.leaves import INFINITY, Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.operations import OPERATIONS, Apply
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Weighted, Where
from derive.expr.tensor import Linear
from derive.meaning import index_form
from derive.meaning.numbers import ball
from derive.meaning.numbers.ball import UNDEFINED, UNKNOWN, Scalar, State
from derive.meaning.numbers.lookup import entry_at, inverse_or_determinant, kronecker, span_of
from derive.meaning.numbers.reading import Meaning, Reading, run
from derive.meaning.numbers.sample import Point
from derive.meaning.numbers.table import LARGEST, Table, TooLargeError, UnusablePointError, count, positions

Step = Generator[Any, Any, Table[Scalar]]
LONGEST_RANGE = 256  # of a bound index
DEEPEST_STEP = 256  # of a recurrence
CONSTANTS: dict[str, Callable[[], arb]] = {
    "pi": arb.pi,
    "eulergamma": arb.const_euler,
    "oo": lambda: arb("inf"),  # the value of a side that is a divergent limit: it is compared, never calculated with
}


class NotEvaluableError(DeriveError):
    """The expression has no finite unfolding: an infinite sum, a missing derivative, an operation without a value."""


class Evaluation:
    """Tables of core expressions at one point with `bits` of working precision."""

    def __init__(self, reading: Reading, point: Point, bits: int) -> None:
        self.reading, self.point, self.bits = reading, point, bits
        self.ranges: dict[Index, range] = {}
        self._done: dict[tuple[Expr, tuple[range, ...]], Table[Scalar]] = {}
        self._members: dict[tuple[Symbol, tuple[int, ...]], tuple[tuple[int, ...], Sequence[Scalar]]] = {}

    def table(self, e: Expr) -> Table[Scalar]:
        """The values of `e` at all positions of its free indices: all of their dim, or the one drawn position."""
        with ctx.workprec(self.bits):
            self.place(self.reading.free(e))
            return run(self._node(e))

    def place(self, indices: Iterable[Index]) -> None:
        """Give free indices their ranges: all of their dim, or one drawn position.

        One position, also along a dim, if the size of another index depends on it, as d[k] does on k.
        """
        wanted = [i for i in indices if i not in self.ranges]
        for i in wanted:
            if i.dim is not None and i.dim.extent is not None:
                for layer in self.reading.free(self.reading.size(i.dim)):
                    self._settle(layer)
        for i in wanted:
            if i in self.ranges:
                continue
            if i.dim is None:
                self._settle(i)
            else:
                self.ranges[i] = range(1, self.size(i.dim) + 1)

    def _settle(self, index: Index) -> None:
        if index not in self.ranges:
            at = self.point.position(index, None if index.dim is None else self.size(index.dim))
            self.ranges[index] = range(at, at + 1)

    def size(self, dim: Dim) -> int:
        """The size of a dim at this point."""
        return self.point.size(dim) if dim.extent is None else run(self._size(dim))

    def _size(self, dim: Dim) -> Generator[Any, Any, int]:
        if dim.extent is None:
            return self.point.size(dim)
        sizes = (yield self._node(self.reading.size(dim))).values
        if any(n != sizes[0] for n in sizes):
            raise NotEvaluableError(f"the size of {dim} is not one number here")
        size = ball.integer(sizes[0])
        if isinstance(size, State) or size < 1:
            raise UnusablePointError(f"the size of {dim} is not a positive integer")
        return size

    @contextmanager
    def _within(self, ranges: Mapping[Index, range]) -> Iterator[None]:
        """Bound indices run over these ranges inside."""
        saved = {i: self.ranges.get(i) for i in ranges}
        self.ranges.update(ranges)
        try:
            yield
        finally:
            for i, old in saved.items():
                if old is None:
                    del self.ranges[i]
                else:
                    self.ranges[i] = old

    # -- one node: a generator that yields the nodes it needs and returns its table

    def _node(self, e: Expr) -> Step:
        key = (e, tuple(self.ranges[i] for i in self.reading.free(e)))
        known = self._done.get(key)
        if known is None:
            known = yield from self._compute(e)
            self._done[key] = known
        return known

    def _compute(self, e: Expr) -> Step:
        match e:
            case Number():
                return _single(ball.exact(e.value))
            case Index():
                return Table((e,), [fmpq(k) for k in self.ranges[e]])
            case Size():
                return _single(fmpq(self.point.size(e.dim)))
            case Constant():
                if e.name not in CONSTANTS:
                    raise NotEvaluableError(f"{e} is not a number")
                return _single(CONSTANTS[e.name]())
            case Information():
                return _single(self.point.joint(e.under).measure(e.groups, e.given))
            case Add():
                return (yield from self._entrywise(e, ball.add))
            case Mul():
                return (yield from self._entrywise(e, ball.multiply))
            case Neg():
                return (yield from self._entrywise(e, lambda v: ball.negate(v[0])))
            case Div():
                return (yield from self._entrywise(e, lambda v: ball.divide(*v)))
            case Pow():
                counts = self.reading.counts(e.args[1])
                return (yield from self._entrywise(e, lambda v: ball.power(v[0], v[1], counts)))
            case Apply():
                return (yield from self._apply(e))
            case Delta():
                return (yield from self._entrywise(e, kronecker))
            case Weighted():
                return (yield from self._entrywise(e, lambda v: ball.weighted(*v)))
            case Where():
                return (yield from self._where(e))
            case Call():
                return (yield from self._call(e))
            case Bound():
                return (yield from self._bound(e))
            case Integral():
                from derive.meaning.numbers.improper import table_of  # quadrature is loaded when it is needed

                return (yield from table_of(self, e))
            case Limit():
                from derive.meaning.numbers.approach import table_of  # and so are expansions

                return (yield from table_of(self, e))
            case Symbol() | Let() | Member() | Indexed() | Linear():
                return (yield from self._lookup(e))
        raise NotEvaluableError(f"`{e}` has no value as numbers")

    def _columns(self, args: Sequence[Expr], indices: tuple[Index, ...]) -> Generator[Any, Any, list[Sequence[Scalar]]]:
        out = []
        for a in args:
            table = yield self._node(a)
            out.append(table.over(indices, self.ranges))
        return out

    def _entrywise(self, e: Expr, f: Callable[[Sequence[Scalar]], Scalar], args: Sequence[Expr] = ()) -> Step:
        indices = self.reading.free(e)
        count(indices, self.ranges)
        columns = yield from self._columns(args or e.args, indices)
        return Table(indices, [f(row) for row in zip(*columns, strict=True)])

    def _apply(self, e: Apply) -> Step:
        operation = e.operation
        if operation.name in OPERATIONS or operation.unfold is None:
            return (yield from self._entrywise(e, lambda v: ball.apply(operation, v)))
        unfolded = operation.unfold(*e.args)  # the slope of an operation
        if unfolded is e:
            raise NotEvaluableError(f"{operation.name} has no row of its own")
        return (yield self._node(unfolded))

    def _where(self, e: Where) -> Step:
        condition, then, otherwise = e.args
        if not isinstance(condition, Relation):
            raise NotEvaluableError(f"`{condition}` cannot be decided from numbers")
        sides = (condition.left, condition.right, then, otherwise)
        return (yield from self._entrywise(e, lambda v: ball.choose(condition.kind, *v), sides))

    def _call(self, e: Call) -> Step:
        if e.function.domain.structure == "function":
            f = self.point.function(e.function, len(e.args))
            return (yield from self._entrywise(e, lambda v: f.value(e.order, v)))
        if e.order:
            raise NotEvaluableError(f"{e.function} is a sequence; it has no derivative")
        return (yield from self._entrywise(e, lambda v: self._term_of_sequence(e.function, v)))

    def _term_of_sequence(self, sequence: Symbol, at: Sequence[Scalar]) -> Scalar:
        which = [ball.integer(v) for v in at]
        if any(isinstance(k, State) for k in which):
            return ball.without_value([k for k in which if isinstance(k, State)])
        return self.point.entries(sequence, tuple(k for k in which if isinstance(k, int)), ())[0]

    def _bound(self, e: Bound) -> Step:
        if any(leaf is INFINITY for leaf in walk(e.low, e.high)):
            raise NotEvaluableError(f"`{e}` has infinitely many terms")
        outer = self.reading.free(e)
        entries = count(outer, self.ranges)
        lows, highs = yield from self._columns((e.low, e.high), outer)
        spans = [span_of(low, high) for low, high in zip(lows, highs, strict=True)]
        inside = [s for s in spans if isinstance(s, range) and len(s)]
        total = ball.TOTALS[e.kind]
        if not inside:
            return Table(outer, [s if isinstance(s, State) else total(()) for s in spans])
        whole = range(min(s.start for s in inside), max(s.stop for s in inside))
        if len(whole) > LONGEST_RANGE:
            return Table(outer, [UNKNOWN] * entries)
        if e.index in outer:  # its own name also stands free, in a bound
            raise NotEvaluableError(f"the index of `{e}` is used outside it too")
        with self._within({e.index: whole}):
            body = yield self._node(e.body)
            count((*outer, e.index), self.ranges)
            rows = body.over((*outer, e.index), self.ranges)
        out: list[Scalar] = []
        for k, span in enumerate(spans):
            if isinstance(span, State):
                out.append(span)
            else:
                start = k * len(whole) + span.start - whole.start
                out.append(total(rows[start : start + len(span)]))
        return Table(outer, out)

    # -- tensors: drawn, defined, members of families, inverses; looked up at integer positions

    def _lookup(self, e: Expr) -> Step:
        tensor, places = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
        if isinstance(tensor, Member):
            return (yield from self._member_entry(e, tensor, places))
        meaning = self.reading.meaning(tensor)
        if meaning is not None:
            return (yield from self._defined_entry(e, meaning, places))
        if isinstance(tensor, Linear):
            return (yield from self._linear_entry(e, tensor, places))
        if not isinstance(tensor, Symbol):
            raise NotEvaluableError(f"`{tensor}` has no entries")
        shape = []
        for dim in tensor.axes:
            shape.append((yield self._size(dim)))
        if prod(shape) > LARGEST:
            raise TooLargeError(f"`{tensor}` has {prod(shape)} entries")
        values = self.point.entries(tensor, (), tuple(shape))
        full = [isinstance(p, Index) and self.ranges[p] == range(1, n + 1) for p, n in zip(places, shape, strict=True)]
        if all(full) and len(set(places)) == len(places):
            indices = self.reading.free(e)
            return Table(indices, Table(places, values).over(indices, self.ranges))  # type: ignore[arg-type]
        columns = yield from self._place_columns(e, places)
        rows = zip(*columns, strict=True) if columns else repeat((), 1)
        return Table(self.reading.free(e), [entry_at(values, shape, row) for row in rows])

    def _place_columns(self, e: Expr, places: Sequence[Expr]) -> Generator[Any, Any, list[Sequence[int | State]]]:
        """The integer that each place denotes, at every position of the free indices of `e`."""
        indices = self.reading.free(e)
        count(indices, self.ranges)
        out: list[Sequence[int | State]] = []
        for place in places:
            if isinstance(place, Index):
                out.append(positions(place, indices, self.ranges))
            else:
                table = yield self._node(place)
                out.append([ball.integer(v) for v in table.over(indices, self.ranges)])
        return out

    def _defined_entry(self, e: Expr, meaning: Meaning, places: Sequence[Expr]) -> Step:
        core, axes = meaning
        if not axes:
            return (yield self._node(core))
        indices = self.reading.free(e)
        ragged = []  # the size of every axis, at every position of the other free indices
        whole: dict[Index, range] = {}
        for i in axes:
            if i.dim is None or i.dim.extent is None:
                sizes: Table[Scalar] = _single(fmpq(self.point.size(i.dim))) if i.dim else _single(UNDEFINED)
            else:
                sizes = yield self._node(self.reading.size(i.dim))
            ragged.append([ball.integer(n) for n in sizes.over(indices, self.ranges)])
            whole[i] = range(1, max((n for n in ragged[-1] if isinstance(n, int)), default=0) + 1)
        with self._within(whole):
            table = yield self._node(core)
            outer = tuple(i for i in self.reading.free(core) if i not in whole)
            count((*outer, *axes), self.ranges)
            values = table.over((*outer, *axes), self.ranges)
        shape = [len(whole[i]) for i in axes]
        block = prod(shape)
        blocks = Table(outer, range(prod(len(self.ranges[i]) for i in outer))).over(indices, self.ranges)
        columns = yield from self._place_columns(e, places)
        out: list[Scalar] = []
        for k, (at, limits) in enumerate(zip(zip(*columns, strict=True), zip(*ragged, strict=True), strict=True)):
            inside = entry_at(values[blocks[k] * block : (blocks[k] + 1) * block], shape, at)
            beyond = any(isinstance(p, int) and isinstance(n, int) and p > n for p, n in zip(at, limits, strict=True))
            out.append(UNDEFINED if beyond else inside)
        return Table(indices, out)

    def _member_entry(self, e: Expr, member: Member, places: Sequence[Expr]) -> Step:
        columns = yield from self._place_columns(e, (*member.args, *places))
        split = len(member.args)
        out: list[Scalar] = []
        for row in zip(*columns, strict=True):
            which = row[:split]
            states = [k for k in which if isinstance(k, State)]
            if states:
                out.append(ball.without_value(states))
                continue
            shape, values = yield self._member(member.family, tuple(k for k in which if isinstance(k, int)))
            out.append(entry_at(values, shape, row[split:]))
        return Table(self.reading.free(e), out)

    def _member(
        self, family: Symbol, which: tuple[int, ...]
    ) -> Generator[Any, Any, tuple[tuple[int, ...], Sequence[Scalar]]]:
        """Shape and entries of one member: drawn, or unrolled from its recurrence."""
        if (family, which) in self._members:
            return self._members[family, which]
        with self._within({i: range(k, k + 1) for i, k in zip(family.family, which, strict=True)}):
            shape = []
            for dim in family.axes:
                shape.append((yield self._size(dim)))
            rule = self.reading.rules.get(family)
            values: Sequence[Scalar]
            if rule is None:
                values = self.point.entries(family, which, tuple(shape))
            else:
                found = yield from self._ruled(family, rule, which[0], tuple(shape))
                values = [found] * prod(shape) if isinstance(found, State) else found
        self._members[family, which] = tuple(shape), values
        return self._members[family, which]

    def _ruled(
        self, family: Symbol, rule: Rule, which: int, shape: tuple[int, ...]
    ) -> Generator[Any, Any, Sequence[Scalar] | State]:
        """The entries of one member of a family that is defined step by step; a state if it is not defined there."""
        first = ball.integer((yield self._node(index_form.entry(rule.first))).values[0])
        last = None
        if rule.last is not None:
            last = ball.integer((yield self._node(index_form.entry(rule.last))).values[0])
        if isinstance(first, State) or isinstance(last, State):
            return UNDEFINED
        at = which + rule.shift
        if rule.start is not None and which == first:
            definition, at = rule.start, which
        elif at < 1 or (last is not None and at > last):
            return UNDEFINED
        elif at > DEEPEST_STEP:
            return UNKNOWN
        else:
            definition = rule.step
        core, axes = self.reading.entries(definition)
        if set(self.reading.free(core)) - {rule.index, *axes}:
            raise NotEvaluableError(f"the recurrence of {family} depends on an index besides {rule.index}")
        entries = {i: range(1, n + 1) for i, n in zip(axes, shape, strict=False)}
        with self._within({rule.index: range(at, at + 1), **entries}):
            table = yield self._node(core)
            found = table.over((rule.index, *axes), self.ranges)
        return [ball.kept_to(family.domain, v) for v in (found if axes else list(found) * prod(shape))]

    def _linear_entry(self, e: Expr, linear: Linear, places: Sequence[Expr]) -> Step:
        core, axes = self.reading.entries(linear.args[0])
        n = 0
        for i in axes:
            n = yield self._size(i.dim)  # type: ignore[arg-type]
        indices = self.reading.free(e)
        with self._within({i: range(1, n + 1) for i in axes}):
            table = yield self._node(core)
            outer = tuple(i for i in self.reading.free(core) if i not in axes)
            count((*outer, *axes), self.ranges)
            values = table.over((*outer, *axes), self.ranges)
        results = [inverse_or_determinant(linear.name, values[k : k + n * n], n) for k in range(0, len(values), n * n)]
        chosen = Table(outer, results).over(indices, self.ranges)
        columns = yield from self._place_columns(e, places)
        rows = zip(*columns, strict=True) if columns else repeat((), len(chosen))
        return Table(indices, [entry_at(m, [n] * len(places), at) for m, at in zip(chosen, rows, strict=True)])


def _single(value: Scalar) -> Table[Scalar]:
    return Table((), (value,))
