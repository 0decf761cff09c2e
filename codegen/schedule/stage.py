"""A schedule: stages, each one loop nest around one function of single elements.

A stage runs over the axes `kept` and, inside them, over `reduced`. At every position of both, `inner` computes elements
from elements; some are stored, some are summed (multiplied, maximised, log-sum-exped) over `reduced`. At every position
of `kept`, `finish` then computes further elements from those totals. A stage without reduced axes has no `finish`.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.codegen.graph.graph import Axis, Graph, Node


@dataclass(frozen=True)
class Step:
    """One operation on elements: ``variable = operation(operands)``, where operands are variables too."""

    variable: str
    node: Node
    operands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Argument:
    """What a function receives: one element of the array of `node`, at these labels; or a number passed by value;
    or, if `node` is a position, the loop index itself."""

    variable: str
    node: Node
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Function:
    """A function of single elements: straight-line steps, operands first. Its results are some of its variables."""

    name: str
    arguments: tuple[Argument, ...]
    steps: tuple[Step, ...]
    results: tuple[str, ...]


@dataclass(frozen=True)
class Store:
    """The element that goes into the array of `node`, at these labels."""

    variable: str
    node: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Reduction:
    """The total of the values of `variable` over the reduced axes; `finish` and arrays know it as `node`."""

    variable: str
    operation: str
    node: str


@dataclass(frozen=True)
class Stage:
    name: str
    kept: tuple[Axis, ...]
    reduced: tuple[Axis, ...]
    inner: Function
    stores: tuple[Store, ...]
    reductions: tuple[Reduction, ...] = ()
    finish: Function | None = None
    finish_stores: tuple[Store, ...] = ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        return (*self.kept, *self.reduced)

    @property
    def written(self) -> tuple[str, ...]:
        return tuple(s.node for s in (*self.stores, *self.finish_stores))

    @property
    def functions(self) -> tuple[Function, ...]:
        return (self.inner,) if self.finish is None else (self.inner, self.finish)


@dataclass(frozen=True)
class Schedule:
    """Stages in the order in which they run. `coefficients` computes, once, what depends on plain numbers alone."""

    name: str
    graph: Graph
    stages: tuple[Stage, ...]
    coefficients: Function | None

    @property
    def scratch(self) -> tuple[Node, ...]:
        """The arrays between stages: stored, and not asked for."""
        written = {name: None for stage in self.stages for name in stage.written}
        return tuple(self.graph[name] for name in written if name not in self.graph.outputs)
