"""What makes a graph valid: rules as data, a name each that an error quotes, and a predicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import networkx as nx

from derive.codegen.graph.graph import KINDS, LEAVES, REDUCTIONS, Graph, Node
from derive.codegen.graph.operations import ANY, arity
from derive.expr.dims import Dim
from derive.expr.leaves import Symbol

VALUES = {"input": Symbol, "constant": Fraction | str, "size": Dim, "position": Dim}


@dataclass(frozen=True)
class GraphRule:
    name: str
    holds: Callable[[Graph], bool]


@dataclass(frozen=True)
class NodeRule:
    name: str
    holds: Callable[[Graph, Node], bool]


def _one_dim_per_label(graph: Graph) -> bool:
    seen: dict[str, Dim] = {}
    return all(seen.setdefault(a.label, a.dim) is a.dim for node in graph for a in (*node.axes, *node.reduced))


def _labels_known(_: Graph, node: Node) -> bool:
    known = {a.label for a in (*node.axes, *node.reduced)}
    return all(label in known for o in node.operands for label in o.labels)


def _dims_agree(graph: Graph, node: Node) -> bool:
    dims = {a.label: a.dim for a in (*node.axes, *node.reduced)}
    pairs = (
        (dims[label], axis.dim) for o in node.operands for label, axis in zip(o.labels, graph[o.node].axes, strict=True)
    )
    return all(here is there for here, there in pairs)


def _reduced_consumed(_: Graph, node: Node) -> bool:
    if node.kind not in ("reduce", "contract"):
        return not node.reduced
    used = {label for o in node.operands for label in o.labels}
    return bool(node.reduced) and all(a.label in used and a not in node.axes for a in node.reduced)


def _operation_known(_: Graph, node: Node) -> bool:
    if node.kind in LEAVES:
        return not node.operation
    if node.kind in ("reduce", "contract"):
        return node.operation in (REDUCTIONS if node.kind == "reduce" else ("sum",))
    return arity(node.operation) is not None


def _arity(_: Graph, node: Node) -> bool:
    if node.kind in LEAVES:
        return not node.operands
    if node.kind != "map":
        return len(node.operands) == 1 if node.kind == "reduce" else len(node.operands) >= 2
    wanted = arity(node.operation)
    return len(node.operands) >= 2 if wanted == ANY else len(node.operands) == wanted


def _distinct(labels: tuple[str, ...]) -> bool:
    return len(set(labels)) == len(labels)


GRAPH_RULES = (
    GraphRule("every operand is a node of the graph", lambda g: all(name in g for name in g.dag)),
    GraphRule("no node depends on itself", lambda g: nx.is_directed_acyclic_graph(g.dag)),
    GraphRule("every output is a node of the graph", lambda g: bool(g.outputs) and all(o in g for o in g.outputs)),
    GraphRule("a label means one dim throughout", _one_dim_per_label),
)
NODE_RULES = (
    NodeRule("the kind is one of " + ", ".join(KINDS), lambda g, n: n.kind in KINDS),
    NodeRule("the operation is known", _operation_known),
    NodeRule("the operation has its number of operands", _arity),
    NodeRule(
        "a leaf, and nothing else, has a value of its kind",
        lambda g, n: isinstance(n.value, VALUES[n.kind]) if n.kind in LEAVES else n.value is None,
    ),
    NodeRule("no axis occurs twice", lambda g, n: _distinct(n.labels)),
    NodeRule(
        "an operand has one label for every axis of its node",
        lambda g, n: all(len(o.labels) == len(g[o.node].axes) for o in n.operands),
    ),
    NodeRule("every operand label is an axis of the node, or reduced", _labels_known),
    NodeRule("the dims of an operand's labels are those of its axes", _dims_agree),
    NodeRule(
        "reduced axes occur in the operands and not in the result, and only a reduction has them", _reduced_consumed
    ),
    NodeRule(
        "an operand has a label twice only in a diagonal",
        lambda g, n: n.operation == "diagonal" or all(_distinct(o.labels) for o in n.operands),
    ),
)
