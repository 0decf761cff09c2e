"""The one interface of all passes: a graph in, a new graph out, and what was changed on what authority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from derive.codegen.graph.graph import Graph


@dataclass(frozen=True)
class Change:
    """One thing that a pass did: the node it made, the nodes it made it from, and the law that allows it."""

    by: str
    node: str
    before: tuple[str, ...] = ()
    law: str = ""


class Pass(Protocol):
    """A step from graph to graph that keeps every output's meaning, axes and name."""

    name: str

    def accepts(self, graph: Graph) -> bool:
        """Whether there is anything to do."""
        ...

    def apply(self, graph: Graph) -> tuple[Graph, tuple[Change, ...]]:
        """The new graph, and one change for every node that is new or different."""
        ...


def run(graph: Graph, passes: Iterable[Pass]) -> tuple[Graph, tuple[Change, ...]]:
    """The passes one after the other; the graph is validated after each."""
    changes: tuple[Change, ...] = ()
    for step in passes:
        if step.accepts(graph):
            graph, made = step.apply(graph)
            graph.validate()
            changes += made
    return graph, changes
