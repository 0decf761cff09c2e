"""The parameters of a program, in one order for the library, its Python module and the CUDA launcher."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.codegen.emit.cpp.names import Scope
from derive.codegen.graph.graph import Node
from derive.codegen.schedule.programs import Program
from derive.codegen.schedule.stage import Schedule, Stage
from derive.codegen.schedule.uniform import by_value
from derive.expr.dims import Dim


@dataclass(frozen=True)
class Parameter:
    """One parameter. `kind` is size, input, number, state (read and overwritten), output or scratch."""

    name: str
    kind: str
    node: Node | None = None  # None: a size
    dim: Dim | None = None

    @property
    def axes(self) -> tuple[Dim, ...]:
        return tuple(a.dim for a in self.node.axes) if self.node is not None else ()


@dataclass(frozen=True)
class Signature:
    """All parameters in order. `arrays` says in which one the elements of a node lie, `sizes` where a dim's size is."""

    parameters: tuple[Parameter, ...]
    arrays: dict[str, str]
    sizes: dict[Dim, str]
    numbers: dict[str, str]

    def of(self, *kinds: str) -> tuple[Parameter, ...]:
        return tuple(p for p in self.parameters if p.kind in kinds)


def signature(program: Program, schedule: Schedule, order: Sequence[str] = ()) -> Signature:
    """The parameters of a scheduled program, inputs in the given order of names.

    A state symbol is updated in place where no later read sees the new value.
    """
    graph, scope = schedule.graph, Scope()
    place = {name: k for k, name in enumerate(order)}
    given = sorted(graph.inputs, key=lambda n: place.get(n.name, len(place)))
    inputs = [n for n in given if not by_value(n)]
    numbers = [n for n in given if by_value(n)]
    updates = {output: s.name for s, output in (program.updates or {}).items()}
    in_place = {o: s for o, s in updates.items() if _overwritable(schedule, o, s)}
    states = {s: o for o, s in in_place.items()}
    parameters: list[Parameter] = []
    arrays: dict[str, str] = {}

    def add(kind: str, nodes: list[Node]) -> list[Parameter]:
        made = [Parameter(scope.take(n.name), kind, n) for n in nodes]
        arrays.update({p.node.name: p.name for p in made if p.node is not None})
        return made

    parameters += add("input", [n for n in inputs if n.name not in states])
    parameters += add("state", [n for n in inputs if n.name in states])
    values = add("number", numbers)
    parameters += values
    parameters += add("output", [graph[o] for o in graph.outputs if o not in in_place])
    parameters += add("scratch", list(schedule.scratch))
    arrays.update({o: arrays[s] for o, s in in_place.items()})
    sizes = {d: scope.take(re.sub(r"\W+", "_", d.name).strip("_")) for d in _dims(schedule, inputs)}
    lengths = tuple(Parameter(name, "size", None, d) for d, name in sizes.items())
    return Signature(
        (*lengths, *parameters), arrays, sizes, {p.node.name: p.name for p in values if p.node is not None}
    )


def _dims(schedule: Schedule, inputs: list[Node]) -> list[Dim]:
    """The dims whose sizes the loops and formulas need, in order of first use."""
    graph = schedule.graph
    found = [a.dim for n in inputs for a in n.axes]
    found += [a.dim for stage in schedule.stages for a in stage.axes]
    found += [n.value for n in graph if n.kind == "size" and isinstance(n.value, Dim)]
    return list(dict.fromkeys(found))


def _overwritable(schedule: Schedule, output: str, state: str) -> bool:
    """Whether the new value may replace the old one at once: it has its shape, and nobody reads the old one later."""
    graph = schedule.graph
    if state not in graph or [a.dim for a in graph[output].axes] != [a.dim for a in graph[state].axes]:
        return False
    writer = next(k for k, stage in enumerate(schedule.stages) if output in stage.written)
    store = next(s for s in schedule.stages[writer].stores + schedule.stages[writer].finish_stores if s.node == output)
    readers = [k for k, stage in enumerate(schedule.stages) if any(name == state for name, _ in _reads(stage))]
    places = {labels for name, labels in _reads(schedule.stages[writer]) if name == state}
    once = not schedule.stages[writer].reduced
    return all(k <= writer for k in readers) and places <= {store.labels} and (once or not places)


def _reads(stage: Stage) -> list[tuple[str, tuple[str, ...]]]:
    return [(a.node.name, a.labels) for f in stage.functions for a in f.arguments]
