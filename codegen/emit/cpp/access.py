"""How loops and kernels name things: elements of arrays, sizes, numbers, indices, totals."""

from __future__ import annotations

from collections.abc import Iterable

from derive.codegen.emit.cpp.functions import outputs
from derive.codegen.emit.cpp.names import Scope, identifier
from derive.codegen.emit.cpp.signature import Signature
from derive.codegen.graph.graph import Axis
from derive.codegen.schedule.stage import Argument, Function, Schedule, Stage, Store

TOTALS = {"sum": "sum", "prod": "product", "max": "max", "logsumexp": "sum"}
PREPARED = "prepared"  # the struct of coefficients


class Access:
    """The C++ scope of one program."""

    def __init__(self, schedule: Schedule, signature: Signature) -> None:
        self.schedule = schedule
        self.graph = schedule.graph
        self.signature = signature
        self.scope = Scope(p.name for p in signature.parameters)
        functions = [f for stage in schedule.stages for f in stage.functions]
        self.scope.taken |= {name for f in functions for name in outputs(f)}
        self.prepared = self.scope.take(PREPARED)
        self.index = {label: self.scope.take(label) for label in self.graph.dims}
        totals = [r for stage in schedule.stages for r in stage.reductions]
        self.total = {r.node: self.scope.take(f"{r.node}_{TOTALS[r.operation]}") for r in totals}
        self.block = {r.node: self.scope.take(f"{r.node}_block") for r in totals}

    def size(self, axis: Axis) -> str:
        return self.signature.sizes[axis.dim]

    def count(self, axes: Iterable[Axis]) -> str:
        """How many positions these axes have together."""
        return " * ".join(self.size(a) for a in axes) or "1"

    def element(self, node: str, labels: tuple[str, ...]) -> str:
        """An element of a row-major array, such as ``W1[h * F + f]``."""
        array, axes = self.signature.arrays[node], self.graph[node].axes
        if not axes:
            return f"*{array}"
        offset = self.index[labels[0]]
        for label, axis in zip(labels[1:], axes[1:], strict=True):
            offset = f"({offset})" if " + " in offset else offset
            offset = f"{offset} * {self.size(axis)} + {self.index[label]}"
        return f"{array}[{offset}]"

    def argument(self, a: Argument, stage: Stage, precision: str = "Real") -> str:
        """What a function of single elements is given; numbers in this precision, or as they are."""
        name = a.node.name
        if a.node.kind == "size":
            return self.size(Axis("", a.node.value))  # type: ignore[arg-type]
        if a.node.kind == "position":
            return f"{self.index[a.labels[0]]} + 1"
        if any(r.node == name for r in stage.reductions) and a.labels == self.graph[name].labels:
            return f"{precision}({self.total[name]})"
        if name in self.signature.numbers:
            number = self.signature.numbers[name]
            return f"{precision}({number})" if precision else number
        if name in self.signature.arrays:
            return self.element(name, a.labels)
        return f"{precision}({self.prepared}.{identifier(name)})"

    def call(self, function: Function, stage: Stage, stores: tuple[Store, ...], flat: str = "") -> list[str]:
        """Compute one element. Results that are stored go to their arrays, others into variables of their own.

        `flat`, if given, is the one index of all arrays with axes.
        """
        places: dict[str, list[str]] = {}
        for s in stores:
            place = f"{self.signature.arrays[s.node]}[{flat}]" if flat and s.labels else self.element(s.node, s.labels)
            places.setdefault(s.variable, []).append(place)
        given: dict[str, str] = {}
        for a in function.arguments:
            whole = flat and a.labels and a.node.name in self.signature.arrays
            given[a.variable] = f"{self.signature.arrays[a.node.name]}[{flat}]" if whole else self.argument(a, stage)
        names = dict(zip(function.results, outputs(function), strict=True))
        local = [name for result, name in names.items() if result not in places]
        if function.steps:
            results = [places[r][0] if r in places else n for r, n in names.items()]
            lines = [f"Real {', '.join(local)};"] if local else []
            lines.append(f"{function.name}({', '.join((*given.values(), *results))});")
        else:  # nothing is computed
            lines = [f"const Real {n} = {given[r]};" for r, n in names.items() if r not in places]
            lines += [f"{places[r][0]} = {given[r]};" for r in names if r in places]
        return lines + [f"{copy} = {first};" for first, *copies in places.values() for copy in copies]

    def written(self, stage: Stage) -> str:
        """What a stage computes, as a comment."""
        stores = (*stage.stores, *stage.finish_stores)
        text = ", ".join(f"{s.node}[{', '.join(s.labels)}]" if s.labels else s.node for s in stores)
        over = ", ".join(a.label for a in stage.reduced)
        return f"{text}, by {stage.reductions[0].operation} over {over}" if over else text
