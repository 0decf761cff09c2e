"""From named terms to a graph: index notation, entry by entry, with every equal subterm computed once.

Two subterms are equal when they differ only in the names of their indices; so a log-sum-exp that the forward and the
backward terms both need is one node, and softmax(Z2) in a derivative is the node P if the entry calls it P.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from derive.codegen.graph.graph import Axis, Graph, GraphError, Node, Operand, Origin, Value
from derive.codegen.graph.operations import COMMUTATIVE, COMPARISONS
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import ONE, ZERO, Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import OPERATIONS, Apply, log
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Delta, Indexed, Weighted, Where
from derive.expr.substitute import substitute
from derive.meaning.index_form import entries

ENTRYWISE = {Add: "add", Mul: "multiply", Neg: "negate", Div: "divide", Pow: "power", Where: "where", Delta: "delta",
             Weighted: "weighted"}  # fmt: skip
UNROLLED = 64  # the longest sum over plain integers that is written out


def lower(terms: Sequence[Let], outputs: Iterable[Let], entry: str = "", names: Iterable[Let] = ()) -> Graph:
    """The graph that computes `outputs` from the symbols in `terms`, which may refer to each other.

    `names` are further terms of the entry: a node that computes one of them takes its name. Raises `GraphError` for
    what no graph expresses (families, undefined functions, entries at computed positions).
    """
    lowering = _Lowering(entry)
    wanted = [lowering.term(term) for term in (*terms, *outputs)][len(terms) :]
    for term in names:
        with suppress(GraphError, DeriveError):  # a name that is not needed
            lowering.term(term)
    return lowering.graph(wanted)


@dataclass(frozen=True)
class _At:
    """A draft at actual indices, one per axis."""

    draft: _Draft
    indices: tuple[Index, ...] = ()


@dataclass(eq=False)
class _Draft:
    """A node whose name is not settled yet."""

    serial: int
    kind: str
    operation: str
    operands: tuple[_At, ...]
    indices: tuple[Index, ...]
    reduced: tuple[Index, ...]
    origin: Origin
    value: Value | None = None
    name: str = ""
    labels: dict[Index, str] = field(default_factory=dict)


class _Lowering:
    def __init__(self, entry: str) -> None:
        self.entry = entry
        self.drafts: list[_Draft] = []
        self.equal: dict[object, _Draft] = {}
        self.numbers: dict[_Draft, dict[Index, int]] = {}  # of each draft, its indices in order of first use
        self.terms: dict[Let, _Draft] = {}
        self.done: dict[Expr, _At] = {}
        self.labels: dict[tuple[Dim, int], str] = {}
        self.scope: list[Index] = []  # the indices of the term at hand, outermost first
        self.origin = Origin(entry)

    # -- terms

    def term(self, term: Let) -> _Draft:
        """The draft of a named term, made when first asked for."""
        if term in self.terms:
            return self.terms[term]
        kept = self.scope, self.origin
        core, indices = entries(term.expr)
        self.scope, self.origin = list(indices), Origin(self.entry, term.name, plain(term.expr))
        found = self.value(core)
        draft = found.draft
        if draft.name or draft.value is not None or found.indices != indices:  # it needs a node of its own
            draft = self.draft("map", "identity", (found,), indices)
        draft.name, draft.origin = term.name, self.origin
        self.scope, self.origin = kept
        self.terms[term] = draft
        return draft

    # -- scalars in the core language

    def value(self, e: Expr) -> _At:
        if e not in self.done:
            self.done[e] = self._value(e)
        return self.done[e]

    def _value(self, e: Expr) -> _At:
        match e:
            case Number():
                return self.leaf("constant", e.value)
            case Neg(args=(Number() as n,)):
                return self.leaf("constant", -n.value)
            case Constant():
                return self.leaf("constant", e.name)
            case Size():
                return self.leaf("size", e.dim)
            case Index() if e.dim is not None:
                return self.leaf("position", e.dim, (e,))
            case Symbol() if not e.family:
                return self.leaf("input", e)
            case Let():
                return _At(self.term(e))
            case Indexed():
                return self.indexed(e)
            case Delta(args=(i, j)) if i is j:
                return self.value(ONE)
            case Add() | Mul() if len(e.args) == 1:
                return self.value(e.args[0])
            case Mul() | Div() if any(isinstance(a, Neg) for a in e.args):
                return self.value(_sign_in_front(e))
            case Add() | Mul() | Neg() | Div() | Pow() | Where() | Delta() | Weighted():
                return self.map(ENTRYWISE[type(e)], e.args)
            case Relation() if e.kind in COMPARISONS:
                return self.map(COMPARISONS[e.kind], e.args)
            case Apply():
                return self.apply(e)
            case Bound():
                return self.bound(e)
        raise GraphError(f"`{e}` ({type(e).__name__}) of {self.origin.term} has no graph")

    def map(self, operation: str, args: tuple[Expr, ...]) -> _At:
        operands = tuple(self.value(a) for a in args)
        return self.node("map", operation, operands)

    def apply(self, e: Apply) -> _At:
        operation = e.operation
        if operation.name in OPERATIONS:
            return self.map(operation.name, e.args)
        if operation.unfold is None:
            raise GraphError(f"{operation.name} is no row of the table of operations and has no definition by others")
        return self.value(operation.unfold(*e.args))

    def indexed(self, e: Indexed) -> _At:
        what, places = e.of_what, e.places
        indices = tuple(p for p in places if isinstance(p, Index) and p.dim is not None)
        if len(indices) < len(places):
            raise GraphError(f"`{e}` of {self.origin.term}: an entry at a computed position has no graph")
        if isinstance(what, Symbol) and not what.family:
            tensor = self.leaf("input", what, tuple(Index.along(d) for d in what.axes)).draft
        elif isinstance(what, Let):
            tensor = self.term(what)
        else:
            raise GraphError(f"`{what}` of {self.origin.term}: its entries have no graph")
        found = _At(tensor, indices)
        return found if len(set(indices)) == len(indices) else self.node("map", "diagonal", (found,))

    def bound(self, e: Bound) -> _At:
        indices, body = [], e
        while isinstance(body, Bound) and body.kind == e.kind and _whole(body):  # one reduction over several axes
            indices.append(body.index)
            body = body.body
        if not indices:
            return self.value(_over_part(e))
        self.scope.extend(indices)
        inner = self.value(body)
        del self.scope[-len(indices) :]
        over = tuple(i for i in indices if i in inner.indices)
        found = self.node("reduce", e.kind, (inner,), over) if over else inner
        for index in indices:
            if index not in over and index.dim is not None:
                found = self.repeated(e.kind, found, index.dim.size)
        return found

    def repeated(self, kind: str, found: _At, size: Expr) -> _At:
        """A reduction of `size` equal values."""
        if kind == "max":
            return found
        count = self.value(log(size) if kind == "logsumexp" else size)
        operation = {"sum": "multiply", "prod": "power", "logsumexp": "add"}[kind]
        return self.node("map", operation, (found, count))

    # -- drafts, each of its kind once

    def leaf(self, kind: str, value: Value, indices: tuple[Index, ...] = ()) -> _At:
        draft = self.equal.get((kind, value))
        if draft is None:
            draft = self.draft(kind, "", (), indices, value=value)
            draft.name = value.name if isinstance(value, Symbol) else ""
            self.equal[kind, value] = draft
        return _At(draft, indices)

    def node(self, kind: str, operation: str, operands: tuple[_At, ...], reduced: tuple[Index, ...] = ()) -> _At:
        """The draft of this operation up to the names of indices, at the indices of these operands."""
        ordered = sorted(operands, key=lambda o: o.draft.serial) if operation in COMMUTATIVE else operands
        number: dict[Index, int] = {}
        for i in (i for o in ordered for i in o.indices):
            number.setdefault(i, len(number))
        key = (
            kind, operation, frozenset(number[i] for i in reduced),
            tuple((o.draft, tuple(number[i] for i in o.indices)) for o in ordered),
        )  # fmt: skip
        draft = self.equal.get(key)
        if draft is None:
            place = {i: n for n, i in enumerate(self.scope)}
            free = sorted((i for i in number if i not in reduced), key=lambda i: place.get(i, len(place)))
            draft = self.equal[key] = self.draft(kind, operation, operands, tuple(free), reduced)
            self.numbers[draft] = number
        back = {n: i for i, n in number.items()}
        return _At(draft, tuple(back[self.numbers[draft][i]] for i in draft.indices))

    def draft(
        self, kind: str, operation: str, operands: tuple[_At, ...], indices: tuple[Index, ...],
        reduced: tuple[Index, ...] = (), value: Value | None = None,
    ) -> _Draft:  # fmt: skip
        draft = _Draft(len(self.drafts), kind, operation, operands, indices, reduced, self.origin, value)
        seen: dict[Dim, int] = {}
        for i in (*indices, *reduced):
            assert i.dim is not None
            draft.labels[i] = self.label(i.dim, seen.get(i.dim, 0))
            seen[i.dim] = seen.get(i.dim, 0) + 1
        self.drafts.append(draft)
        return draft

    def label(self, dim: Dim, occurrence: int) -> str:
        """The label of the first, second, ... index over `dim` in a node; no other dim has it."""
        if (dim, occurrence) not in self.labels:
            taken, n, label = set(self.labels.values()), 1, dim.index
            while label in taken:
                n += 1
                label = f"{dim.index}{n}"
            self.labels[dim, occurrence] = label
        return self.labels[dim, occurrence]

    # -- the graph

    def graph(self, outputs: Sequence[_Draft]) -> Graph:
        names = _names(self.drafts)
        nodes = [
            Node(
                names[d], d.kind, d.operation,
                tuple(Operand(names[o.draft], tuple(d.labels[i] for i in o.indices)) for o in d.operands),
                tuple(Axis(d.labels[i], _dim(i)) for i in d.indices),
                tuple(Axis(d.labels[i], _dim(i)) for i in d.reduced),
                d.value, d.origin, bool(d.name),
            )
            for d in self.drafts
        ]  # fmt: skip
        return Graph(nodes, [names[o] for o in outputs]).needed().validate()


def _dim(index: Index) -> Dim:
    assert index.dim is not None
    return index.dim


def _sign_in_front(e: Expr) -> Expr:
    """(-a)·b as -(a·b), so that both are one node."""
    bare = e.rebuild(tuple(a.args[0] if isinstance(a, Neg) else a for a in e.args))
    return Neg.of(bare) if sum(isinstance(a, Neg) for a in e.args) % 2 else bare


def _whole(e: Bound) -> bool:
    """Whether a bound runs over all positions of its index's dim."""
    return e.index.dim is not None and e.low is ONE and e.high is e.index.dim.size


def _over_part(e: Bound) -> Expr:
    """A sum or product over part of a dim, or over plain integers, by means of whole ones."""
    index, dim = e.index, e.index.dim
    if e.kind in ("sum", "prod") and dim is not None:
        neutral = ZERO if e.kind == "sum" else ONE
        low, high = Relation.of("<=", e.low, index), Relation.of("<=", index, e.high)
        body = Where.of(low, Where.of(high, e.body, neutral), neutral)
        return Bound.of(e.kind, body, index, ONE, dim.size)
    if e.kind in ("sum", "prod") and isinstance(e.low, Number) and isinstance(e.high, Number):
        first, last = int(e.low.value), int(e.high.value)
        if last - first < UNROLLED:
            parts = [substitute(e.body, {index: Number.of(n)}) for n in range(first, last + 1)]
            return (Add if e.kind == "sum" else Mul).of(*parts) if parts else (ZERO if e.kind == "sum" else ONE)
    raise GraphError(f"`{e}`: this range has no graph")


def _names(drafts: Sequence[_Draft]) -> dict[_Draft, str]:
    """A name for every draft: its own, or one made from its operation if its operand has a name, or t1, t2, ..."""
    names: dict[_Draft, str] = {}
    taken: set[str] = set()

    def take(draft: _Draft, wish: str, numbered: bool = False) -> None:
        n, name = 1, f"{wish}1" if numbered else wish
        while name in taken:
            n += 1
            name = f"{wish}{n}" if numbered else f"{wish}_{n}"
        names[draft] = name
        taken.add(name)

    for draft in drafts:
        if draft.name:
            take(draft, draft.name)
    for draft in drafts:
        if draft.name:
            continue
        inner = draft.operands[0].draft if draft.operands else draft
        if draft.kind in ("size", "position") and isinstance(draft.value, Dim):
            take(draft, f"{draft.kind}_{re.sub(r'[^0-9a-zA-Z]+', '_', draft.value.name).strip('_')}")
        elif len(draft.operands) == 1 and inner.name and draft.operation != "negate":
            take(draft, f"{draft.operation}_{inner.name}")
        else:
            take(draft, "c" if draft.kind == "constant" else "t", numbered=True)
    return {d: names[d] for d in drafts}
