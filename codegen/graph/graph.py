"""The graph: a directed acyclic graph of named operations with ordered axes.

Read a node as one line of index notation. ``Z1[b, h] = add(t1[b, h], b1[h])`` is the node named Z1 with the axes b, h,
the operation add, and two operands; an operand says at which labels the other node is taken, so that a use may
broadcast, permute or rename axes:

* ``map``: every entry of the node from entries of the operands; each operand label is an axis of the node;
* ``reduce``: the same, then the operation (sum, prod, max, logsumexp) over the axes in `reduced`;
* ``contract``: the sum over `reduced` of the product of the operands (made by `rewrite.contraction`);
* leaves: ``input`` (its value is a `Symbol`), ``constant`` (a `Fraction`, or the name of a real constant), ``size``
  (a `Dim`), ``position`` (a `Dim`; the 1-based position along its only axis).

A label belongs to one dim throughout a graph. Graphs are not changed in place: a pass makes a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import networkx as nx

from derive.expr.dims import Dim
from derive.expr.leaves import Symbol

LEAVES = ("input", "constant", "size", "position")
KINDS = (*LEAVES, "map", "reduce", "contract")
REDUCTIONS = ("sum", "prod", "max", "logsumexp")

Value = Symbol | Fraction | str | Dim


@dataclass(frozen=True)
class Axis:
    """A named axis of a node: `label` is unique within the node, and means one dim throughout the graph."""

    label: str
    dim: Dim

    def __repr__(self) -> str:
        return f"{self.label}:{self.dim}"


@dataclass(frozen=True)
class Operand:
    """A use of another node: one label of the using node for every axis of the used one, in its order."""

    node: str
    labels: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return self.node + (f"[{', '.join(self.labels)}]" if self.labels else "")


@dataclass(frozen=True)
class Origin:
    """Where a node comes from: the entry, the named term, and that term's definition as text."""

    entry: str = ""
    term: str = ""
    text: str = ""


@dataclass(frozen=True)
class Node:
    """One operation. `named` says that the name is the author's, of a symbol or a term, and not made up."""

    name: str
    kind: str
    operation: str = ""  # of a map: a row of derive.expr.operations, or one of operations.ARITY
    operands: tuple[Operand, ...] = ()
    axes: tuple[Axis, ...] = ()
    reduced: tuple[Axis, ...] = ()
    value: Value | None = None  # of a leaf
    origin: Origin = Origin()
    named: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(a.label for a in self.axes)

    @property
    def symbol(self) -> Symbol:
        """The symbol that an input stands for."""
        assert isinstance(self.value, Symbol), f"{self.name} is no input"
        return self.value

    @property
    def number(self) -> Fraction | None:
        """The value of a rational constant, else None."""
        return self.value if self.kind == "constant" and isinstance(self.value, Fraction) else None

    def __repr__(self) -> str:
        place = f"[{', '.join(self.labels)}]" if self.axes else ""
        if self.kind in LEAVES:
            shown = self.value.name if isinstance(self.value, Symbol | Dim) else self.value
            return f"{self.name}{place} = {self.kind} {shown}"
        over = f" over {', '.join(a.label for a in self.reduced)}" if self.reduced else ""
        return f"{self.name}{place} = {self.operation}({', '.join(map(repr, self.operands))}){over}"


class Graph:
    """Nodes by name, in an order in which operands come first, and the names of the outputs."""

    def __init__(self, nodes: Iterable[Node], outputs: Iterable[str]) -> None:
        self.dag: nx.DiGraph = nx.DiGraph()
        self.outputs = tuple(outputs)
        found = list(nodes)
        for node in found:
            if node.name in self.dag:
                raise GraphError(f"two nodes are named {node.name}")
            self.dag.add_node(node.name, node=node)
        for node in found:
            for operand in node.operands:
                self.dag.add_edge(operand.node, node.name)

    def __getitem__(self, name: str) -> Node:
        return self.dag.nodes[name]["node"]

    def __contains__(self, name: str) -> bool:
        return name in self.dag and "node" in self.dag.nodes[name]

    def __iter__(self) -> Iterator[Node]:
        """All nodes, operands first; otherwise in the order in which they were given."""
        place = {name: i for i, name in enumerate(self.dag)}
        for name in nx.lexicographical_topological_sort(self.dag, key=place.__getitem__):
            yield self[name]

    def __len__(self) -> int:
        return len(self.dag)

    def __repr__(self) -> str:
        return "\n".join([*map(repr, self), f"outputs: {', '.join(self.outputs)}"])

    @property
    def inputs(self) -> tuple[Node, ...]:
        return tuple(node for node in self if node.kind == "input")

    @property
    def dims(self) -> dict[str, Dim]:
        """The dim of every label."""
        return {a.label: a.dim for node in self for a in (*node.axes, *node.reduced)}

    def users(self, name: str) -> tuple[Node, ...]:
        """The nodes that use `name`, each once."""
        return tuple(self[user] for user in self.dag.successors(name))

    def uses(self, name: str) -> int:
        """How often `name` occurs as an operand, plus one if it is an output."""
        occurrences = sum(o.node == name for user in self.users(name) for o in user.operands)
        return occurrences + (name in self.outputs)

    def needed(self, outputs: Iterable[str] | None = None) -> Graph:
        """The part that the outputs need (or some other nodes, which become the outputs)."""
        wanted = self.outputs if outputs is None else tuple(outputs)
        kept = set(wanted).union(*(nx.ancestors(self.dag, name) for name in wanted))
        return Graph([node for node in self if node.name in kept], wanted)

    def mapped(self, change: Callable[[Node], Node]) -> Graph:
        """Every node changed by a function that keeps names."""
        return Graph([change(node) for node in self], self.outputs)

    def renamed(self, names: Mapping[str, str]) -> Graph:
        """The same graph with other names for some nodes."""

        def change(node: Node) -> Node:
            operands = tuple(replace(o, node=names.get(o.node, o.node)) for o in node.operands)
            return replace(node, name=names.get(node.name, node.name), operands=operands)

        return Graph([change(node) for node in self], [names.get(o, o) for o in self.outputs])

    def validate(self) -> Graph:
        """This graph, if every rule of `derive.codegen.graph.rules` holds; a `GraphError` that quotes node and rule."""
        from derive.codegen.graph.rules import GRAPH_RULES, NODE_RULES

        for rule in GRAPH_RULES:
            if not rule.holds(self):
                raise GraphError(f"graph with outputs {', '.join(self.outputs)}: {rule.name}")
        for node in self:
            for rule in NODE_RULES:
                if not rule.holds(self, node):
                    raise GraphError(f"node `{node!r}`: {rule.name}")
        return self


class GraphError(Exception):
    """A graph that breaks a rule, or a term that has no graph."""
