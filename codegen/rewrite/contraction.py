"""Contractions: the sum of a product is one node, so that a target can call its matrix product for it."""

from __future__ import annotations

from dataclasses import replace

from derive.codegen.graph.graph import Graph, Node, Operand
from derive.codegen.graph.passes import Change


class Contractions:
    """``reduce sum`` of a product that nothing else uses becomes ``contract`` with the factors as operands."""

    name = "contractions"

    def accepts(self, graph: Graph) -> bool:
        return any(_product(graph, node) is not None for node in graph)

    def apply(self, graph: Graph) -> tuple[Graph, tuple[Change, ...]]:
        nodes: list[Node] = []
        changes: list[Change] = []
        for node in graph:
            product = _product(graph, node)
            if product is None:
                nodes.append(node)
                continue
            here = dict(zip(product.labels, node.operands[0].labels, strict=True))
            factors = tuple(Operand(o.node, tuple(here[label] for label in o.labels)) for o in product.operands)
            nodes.append(replace(node, kind="contract", operands=factors))
            changes.append(Change(self.name, node.name, (product.name, node.name), "a sum of products"))
        return Graph(nodes, graph.outputs).needed(), tuple(changes)


def _product(graph: Graph, node: Node) -> Node | None:
    """The product that a sum is taken of, if it is only there for that."""
    if node.kind != "reduce" or node.operation != "sum":
        return None
    inner = graph[node.operands[0].node]
    alone = inner.operation == "multiply" and not inner.named and graph.uses(inner.name) == 1
    return inner if alone else None
