"""The programs of an entry: which values it computes together, each as one graph.

A loss stated per element becomes three: its values; its gradients from an incoming gradient; and the total with all
gradients in one pass, for sum and mean, whose incoming gradient is one number. A scalar becomes two: its value, and its
value with all gradients. An update rule becomes one, which gives every state symbol its new value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.codegen.graph.graph import Axis, Graph, Node, Operand, Origin
from derive.codegen.graph.lower import lower
from derive.codegen.rewrite.derived import Derived, derived
from derive.entry.record import Record
from derive.expr.dims import Dim
from derive.expr.domains import REAL
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr, walk

INCOMING = "grad_output"


@dataclass(frozen=True)
class Program:
    """One function to generate. `gradients` maps differentiated symbols, `updates` state symbols, to outputs."""

    name: str
    purpose: str
    graph: Graph
    value: str = ""  # the output that is the entry's value, or its total
    gradients: dict[Symbol, str] | None = None
    updates: dict[Symbol, str] | None = None


@dataclass(frozen=True)
class Entry:
    """What is generated for one record."""

    name: str  # a Python and C++ identifier
    record: Record
    statement: str
    batch: tuple[Dim, ...]  # of a loss stated per element
    programs: tuple[Program, ...]
    differentiated: tuple[Symbol, ...] = ()  # the inputs and parameters that have gradients


def programs(record: Record) -> Entry:
    """The programs of a record: of its update rule if it emits one, else of the first term that it emits."""
    name = record.id.rpartition(".")[2]
    if record.step is not None and "step" in record.emits:
        return Entry(name, record, _step_statement(record), (), (_step(name, record),))
    found = derived(record)
    statement = f"{found.stated.name} = {found.stated.expr!r}"
    made = _per_element(name, found) if found.batch else _scalar(name, found)
    return Entry(name, record, statement, found.batch, tuple(made), tuple(wanted(found)))


def wanted(found: Derived) -> dict[Symbol, str]:
    """The slopes that programs compute: by inputs and parameters, not by targets."""
    return {s: node for s, node in found.slopes.items() if s.role in ("input", "parameter")}


def _scalar(name: str, found: Derived) -> Iterator[Program]:
    slopes = wanted(found)
    yield Program(f"{name}_value", "its value", found.graph.needed([found.value]), found.value)
    outputs = [found.value, *slopes.values()]
    yield Program(
        f"{name}_value_and_gradients", "its value and its gradients", found.graph.needed(outputs), found.value, slopes
    )


def _per_element(name: str, found: Derived) -> Iterator[Program]:
    batch = _Batch(found)
    value, gradients = batch.value(), {s: f"d{s.name}" for s in wanted(found)}
    yield Program(f"{name}_value", "its values", Graph(batch.nodes, [value]).needed().validate(), value)
    apart = batch.with_gradients(batch.axes)
    yield Program(
        f"{name}_gradients", "its gradients", Graph(apart, gradients.values()).needed().validate(), "", gradients
    )
    together, total = batch.with_gradients(()), _free("total", {n.name for n in apart})
    graph = Graph([*together, _sum(total, value, batch.axes, batch.axes)], [total, *gradients.values()])
    purpose = "the sum of its values, and its gradients"
    yield Program(f"{name}_total_and_gradients", purpose, graph.needed().validate(), total, gradients)


class _Batch:
    """The graph of one example, for a batch: every node that depends on the example gets the batch axes in front."""

    def __init__(self, found: Derived) -> None:
        self.found = found
        taken = set(found.graph.dims)
        self.axes = tuple(Axis(_free(d.index, taken), d) for d in found.batch)
        self.labels: dict[str, tuple[str, ...]] = {}  # the batch labels of each node
        self.inputs = {s.name: s for s in found.symbols}
        slopes = {node: f"slope_{s.name}" for s, node in found.slopes.items()}
        self.nodes: list[Node] = []
        for node in found.graph.renamed(slopes):
            self.nodes.append(self._input(node) if node.kind == "input" else self._computed(node))

    def value(self) -> str:
        """The node of the value, with all batch axes."""
        name = self.found.value
        labels = tuple(a.label for a in self.axes)
        if self.labels[name] != labels:
            self.nodes.append(
                Node(f"{name}_of_each", "map", "identity", (Operand(name, self.labels[name]),), self.axes)
            )
            return f"{name}_of_each"
        return name

    def with_gradients(self, incoming: tuple[Axis, ...]) -> list[Node]:
        """The nodes, and the gradients: the slopes times the incoming gradient, summed where a symbol is shared."""
        symbol = Symbol(INCOMING, tuple(a.dim for a in incoming), domain=REAL)
        nodes = [*self.nodes, Node(INCOMING, "input", value=symbol, axes=incoming, named=True)]
        for symbol in wanted(self.found):
            nodes += self._gradient(symbol, tuple(a.label for a in incoming))
        return nodes

    def _gradient(self, symbol: Symbol, incoming: tuple[str, ...]) -> Iterator[Node]:
        slope, name = f"slope_{symbol.name}", f"d{symbol.name}"
        own = next(n for n in self.nodes if n.name == slope)
        rest = tuple(a for a in own.axes if a.label not in self.labels[slope])
        over = tuple(a for a in self.axes if a.dim not in symbol.axes)
        each = name if not over else f"{name}_of_each"
        here = iter(rest)
        axes = tuple(next((b for b in self.axes if b.dim is d), None) or next(here) for d in symbol.axes)
        origin = Origin(self.found.record.id, name, f"{INCOMING}·∂{self.found.stated.name}/∂{symbol.name}")
        factors = Operand(INCOMING, incoming), Operand(slope, own.labels)
        yield Node(each, "map", "multiply", factors, (*over, *axes), origin=origin, named=not over)
        if over:
            yield replace(_sum(name, each, (*over, *axes), over), origin=origin, named=True)

    def _input(self, node: Node) -> Node:
        symbol = self.inputs[node.name]
        rest = iter(node.axes)
        axes = tuple(next((b for b in self.axes if b.dim is d), None) or next(rest) for d in symbol.axes)
        self.labels[node.name] = tuple(a.label for a in axes if a in self.axes)
        return replace(node, axes=axes, value=symbol)

    def _computed(self, node: Node) -> Node:
        used = {label for o in node.operands for label in self.labels[o.node]}
        batch = tuple(a for a in self.axes if a.label in used)
        self.labels[node.name] = tuple(a.label for a in batch)
        operands = tuple(Operand(o.node, self._labels(o)) for o in node.operands)
        return replace(node, axes=(*batch, *node.axes), operands=operands)

    def _labels(self, operand: Operand) -> tuple[str, ...]:
        """The labels of a use, those of the batch included."""
        node = next(n for n in self.nodes if n.name == operand.node)
        given = iter(operand.labels)
        return tuple(a.label if a in self.axes else next(given) for a in node.axes)


def _sum(name: str, of: str, axes: tuple[Axis, ...], over: tuple[Axis, ...]) -> Node:
    kept = tuple(a for a in axes if a not in over)
    return Node(name, "reduce", "sum", (Operand(of, tuple(a.label for a in axes)),), kept, over)


def _free(wish: str, taken: set[str]) -> str:
    label, n = wish, 1
    while label in taken:
        n += 1
        label = f"{wish}{n}"
    taken.add(label)
    return label


def _step(name: str, record: Record) -> Program:
    """The new values of all state symbols."""
    assert record.step is not None
    new: dict[Symbol, Let] = {s: _named(s, e) for s, e in record.step.new.items()}
    below = [t for t in walk(*new.values()) if isinstance(t, Let)]
    graph = lower(below, new.values(), record.id, record.terms)
    return Program(name + "_step", "one step", graph, updates=dict(zip(new, graph.outputs, strict=True)))


def _named(symbol: Symbol, new: Expr) -> Let:
    return new if isinstance(new, Let) else Let(f"{symbol.name}_new", new)


def _step_statement(record: Record) -> str:
    assert record.step is not None
    return "; ".join(f"{s.name} ← {_named(s, e).expr!r}" for s, e in record.step.new.items())
