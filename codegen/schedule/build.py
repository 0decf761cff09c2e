"""The schedule of a graph: its groups as stages, with the functions of single elements that they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from derive.codegen.graph.graph import Graph, Node
from derive.codegen.schedule.fuse import Fusion, Group
from derive.codegen.schedule.stage import Argument, Function, Reduction, Schedule, Stage, Step, Store
from derive.codegen.schedule.uniform import by_value, coefficients, readable_names

MOST_NAMES = 3  # in the name of a stage
Place = tuple[str, tuple[str, ...]]


def schedule(graph: Graph, name: str, cost: Callable[[str], int]) -> Schedule:
    """Stages that compute the graph's outputs. `cost` says what an operation costs on the target, in additions."""
    graph = graph.renamed(readable_names(graph))
    fusion = Fusion(graph, cost)
    home = {anchor.name: k for k, group in enumerate(fusion.groups) for anchor in group.anchors}
    loaded = set(graph.outputs)
    for anchor in home:
        for (used, labels), _ in fusion.inlined(graph[anchor]):
            if used in home and (home[used] != home[anchor] or labels != graph[used].labels):
                loaded.add(used)
    builder = _Builder(fusion, loaded, name)
    stages = tuple(builder.stage(group) for group in fusion.groups)
    return Schedule(name, graph, stages, builder.coefficients())


class _Builder:
    def __init__(self, fusion: Fusion, loaded: set[str], name: str) -> None:
        self.fusion = fusion
        self.graph = fusion.graph
        self.loaded = loaded  # outputs, and what other stages read
        self.name = name
        self.passed = frozenset(node.name for node in coefficients(self.graph))

    def stage(self, group: Group) -> Stage:
        stored = [n for n in group.stored if n.name in self.loaded]
        finished = [n for n in (*group.reductions, *group.finished) if n.name in self.loaded]
        name = self._name(stored + finished, group)
        inner = _Body(self, {n.name for n in group.stored})
        stores = tuple(Store(inner.value(n.name, n.labels), n.name, n.labels) for n in stored)
        held = {s.variable for s in stores}
        reductions = tuple(Reduction(inner.reduced(n.name, held), n.operation, n.name) for n in group.reductions)
        results = (*(s.variable for s in stores), *(r.variable for r in reductions))
        inner_function = inner.function(f"{name}_term" if reductions else f"{name}_element", results)
        if not reductions:
            return Stage(name, group.kept, group.reduced, inner_function, stores)
        finish = _Body(self, {n.name for n in group.finished})
        last = tuple(Store(finish.value(n.name, n.labels), n.name, n.labels) for n in finished)
        function = finish.function(f"{name}_finish", tuple(s.variable for s in last)) if finish.steps else None
        return Stage(name, group.kept, group.reduced, inner_function, stores, reductions, function, last)

    def coefficients(self) -> Function | None:
        """What is computed from plain numbers alone."""
        if not self.passed:
            return None
        body = _Body(self, self.passed, everything=True)
        results = tuple(body.value(n.name, ()) for n in self.graph if n.name in self.passed)
        return body.function(f"{self.name}_coefficients", results)

    def _name(self, results: list[Node], group: Group) -> str:
        """Of the program and of what the stage computes: names of the author, if there are some."""
        if len(self.fusion.groups) == 1:
            return self.name
        shown = [n.name for n in results if n.named] or list(
            dict.fromkeys(n.name for n in (*group.reductions, *results))
        )
        return "_".join((self.name, "_and_".join(shown if len(shown) <= MOST_NAMES else [shown[0], "others"])))


class _Body:
    """The steps of one function, each value once."""

    def __init__(self, builder: _Builder, here: Iterable[str], everything: bool = False) -> None:
        self.builder = builder
        self.graph = builder.graph
        self.here = set(here)  # anchors that this function computes
        self.everything = everything
        self.arguments: dict[str, Argument] = {}
        self.steps: list[Step] = []
        self.variables: dict[Place, str] = {}
        self.taken: set[str] = set()

    def value(self, name: str, labels: tuple[str, ...]) -> str:
        """The variable that holds the element of `name` at these labels."""
        place = (name, labels)
        if place not in self.variables:
            self.variables[place] = self._value(name, labels)
        return self.variables[place]

    def reduced(self, name: str, held: set[str]) -> str:
        """The variable whose values the reduction `name` totals; of a contraction, the product of its operands.

        A value that also goes into an array, one of `held`, is totalled through a variable of its own.
        """
        node = self.graph[name]
        operands = tuple(self.value(o.node, o.labels) for o in node.operands)
        if node.kind == "reduce" and operands[0] not in held:
            return operands[0]
        variable = self._fresh(f"{name}_term", ())
        self.steps.append(Step(variable, _product(node), operands))
        return variable

    def function(self, name: str, results: tuple[str, ...]) -> Function:
        distinct = tuple(dict.fromkeys(results))  # two outputs may be one value: ∂ℓ/∂b = ∂ℓ/∂z
        return Function(name, tuple(self.arguments.values()), tuple(self.steps), distinct)

    def _value(self, name: str, labels: tuple[str, ...]) -> str:
        node = self.graph[name]
        if node.kind == "constant":
            variable = self._fresh(name, ())
            self.steps.append(Step(variable, node))
            return variable
        if not self._computes(name):
            variable = self._fresh(name, labels)
            self.arguments[variable] = Argument(variable, node, labels)
            return variable
        there = dict(zip(node.labels, labels, strict=True))
        operands = tuple(self.value(o.node, tuple(there[label] for label in o.labels)) for o in node.operands)
        if node.operation in ("identity", "diagonal"):
            return operands[0]
        variable = self._fresh(name, labels)
        self.steps.append(Step(variable, node, operands))
        return variable

    def _computes(self, name: str) -> bool:
        node = self.graph[name]
        if node.kind != "map" or by_value(node):
            return False
        if self.everything or name in self.here:
            return True
        return name not in self.builder.fusion.anchors and name not in self.builder.passed

    def _fresh(self, name: str, labels: tuple[str, ...]) -> str:
        variable = name if name not in self.taken else "_".join((name, "at", *labels))
        while variable in self.taken:
            variable += "_"
        self.taken.add(variable)
        return variable


def _product(node: Node) -> Node:
    """What a contraction sums."""
    return replace(node, kind="map", operation="multiply", reduced=(), axes=(*node.axes, *node.reduced))
