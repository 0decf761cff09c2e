"""What a generated file for a value is made of: names, tensors, numbers, axes, the lines of its computations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from derive.codegen.emit.torch import names
from derive.codegen.emit.torch.expression import Line, Writer
from derive.codegen.graph.graph import Graph
from derive.codegen.graph.passes import run
from derive.codegen.rewrite.contraction import Contractions
from derive.codegen.rewrite.derived import Derived, continuous
from derive.expr.dims import Dim
from derive.expr.leaves import Symbol


@dataclass(frozen=True)
class Program:
    """One value and its slopes, as names and lines of Python. loss.focal gives focal, Focal and _FocalFunction."""

    derived: Derived

    @cached_property
    def graph(self) -> Graph:
        return run(self.derived.graph, [Contractions()])[0]

    @property
    def name(self) -> str:
        return names.function_name(self.derived.record.id)

    @property
    def class_name(self) -> str:
        return names.class_name(self.derived.record.id)

    @property
    def title(self) -> str:
        return self.derived.record.title.rstrip(".")

    @property
    def per_example(self) -> bool:
        """Whether the value is stated per element; then tensors may have any leading axes."""
        return bool(self.derived.batch)

    # -- arguments

    @cached_property
    def tensors(self) -> tuple[Symbol, ...]:
        return tuple(s for s in self.derived.symbols if s.axes or s.role in ("input", "target", "parameter", "state"))

    @cached_property
    def numbers(self) -> tuple[Symbol, ...]:
        """The hyperparameters, those without a default first."""
        found = [s for s in self.derived.symbols if s not in self.tensors]
        return tuple(sorted(found, key=lambda s: s.default is not None))

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        return tuple(s for s in self.tensors if s.role == "parameter")

    @property
    def scalars(self) -> tuple[Symbol, ...]:
        """Tensors without axes, for which a number may be given."""
        return tuple(s for s in self.tensors if not s.axes)

    @property
    def like(self) -> Symbol:
        """The tensor whose dtype and device the others share."""
        floating = [s for s in self.tensors if continuous(s)]
        return max(floating or self.tensors, key=lambda s: bool(s.axes))

    @property
    def arguments(self) -> list[str]:
        return variables((*self.tensors, *self.numbers))

    @property
    def several(self) -> bool:
        """Whether there are several slopes, of which only some may be needed."""
        return len(self.derived.slopes) > 1

    def number_parameters(self) -> list[str]:
        """The hyperparameters in a signature."""
        return [f"{v}: float{default(s)}" for s, v in named(self.numbers)]

    def reduction_parameter(self) -> list[str]:
        return [f'reduction: str = "{self.derived.record.reduction}"'] if self.per_example else []

    # -- computations

    @cached_property
    def interior(self) -> tuple[str, ...]:
        """The named terms of the value that the slopes use again and that are worth keeping."""
        if self.per_example or not self.derived.slopes:
            return ()
        forward = self.graph.needed([self.derived.value])
        backward = self.graph.needed(list(self.derived.slopes.values()))
        kept = (n for n in forward if n.named and n.axes and n.kind != "input" and n.name in backward)
        return tuple(n.name for n in kept)

    def writer(self, graph: Graph | None = None) -> Writer:
        batched = frozenset(s.name for s in self.tensors if self.derived.batched(s))
        return Writer(graph or self.graph, names.variable(self.like.name), batched, self.sizes)

    @cached_property
    def sizes(self) -> dict[Dim, str]:
        """The code of the size of every axis that a tensor has."""
        found: dict[Dim, str] = {}
        for s in self.tensors:
            axes = self.derived.axes(s)
            for k, dim in enumerate(axes):
                place = k - len(axes) if self.per_example else k
                found.setdefault(dim, f"{names.variable(s.name)}.shape[{place}]")
        return found


def variables(symbols: Iterable[Symbol]) -> list[str]:
    return [names.variable(s.name) for s in symbols]


def named(symbols: Iterable[Symbol]) -> list[tuple[Symbol, str]]:
    return [(s, names.variable(s.name)) for s in symbols]


def default(symbol: Symbol) -> str:
    """The default of a hyperparameter in a signature."""
    return "" if symbol.default is None else f" = {names.number(symbol.default)[0]}"


def returning(lines: Sequence[Line], outputs: Sequence[str]) -> list[str]:
    """Assignments, the last of which goes into the return if it is the only output."""
    if len(outputs) == 1 and lines and lines[-1].node == outputs[0]:
        return [*map(str, lines[:-1]), f"return {lines[-1].code}"]
    targets = {line.node: line.target for line in lines}
    return [*map(str, lines), f"return {', '.join(targets.get(n, names.variable(n)) for n in outputs)}"]
