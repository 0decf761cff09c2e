"""From a record to one graph: the value that is computed and its slopes, in stable and tidy form.

This is what every target starts from. A loss stated per element is taken at one example (`batch` says which axes were
taken away); a scalar is taken as it is. In both cases the output of the graph is a scalar and the slope of x has the
axes of x, so that a target multiplies by the incoming gradient and, for a batch, sums where x is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.chain.chain import Chain
from derive.codegen.graph.example import one_example
from derive.codegen.graph.graph import Graph, GraphError
from derive.codegen.graph.lower import lower
from derive.codegen.rewrite.stable import stable
from derive.codegen.rewrite.tidy import tidy
from derive.entry.record import Record
from derive.expr.dims import Dim
from derive.expr.leaves import Let, Symbol


@dataclass(frozen=True)
class Derived:
    """A value with its slopes. `slopes` maps each differentiable symbol to the node of its slope."""

    record: Record
    stated: Let  # the term as the entry writes it
    computed: Let  # the stable form of it
    laws: tuple[str, ...]  # that lead from the one to the other
    batch: tuple[Dim, ...]
    symbols: tuple[Symbol, ...]  # of the entry, those that the value depends on, in the entry's order
    value: str  # the node of the value
    slopes: Mapping[Symbol, str]
    adjoints: tuple[Let, ...]
    graph: Graph  # outputs: the value, then the slopes

    def batched(self, symbol: Symbol) -> bool:
        """Whether every example has its own value of the symbol."""
        return any(d in self.batch for d in symbol.axes)

    def axes(self, symbol: Symbol) -> tuple[Dim, ...]:
        """The axes of the symbol at one example."""
        return tuple(d for d in symbol.axes if d not in self.batch)


def derived(record: Record, name: str = "") -> Derived:
    """The program of the term `name`, by default the first that the record emits.

    Raises `GraphError` for a term that is neither a scalar nor stated per element.
    """
    stated = record.term(name or _emitted(record))
    found = stable(stated)
    others = tuple(t for t in record.terms if t is not stated)
    example = one_example([found.term], others)
    if found.term.axes and example is None:
        raise GraphError(f"{record.id}: {stated.name} has axes, and its entries depend on each other")
    output = example.outputs[0] if example else found.term
    taken: Mapping[Symbol, Symbol] = example.symbols if example else {}
    chain = Chain(output)
    used = [s for s in record.symbols if taken.get(s, s) in chain.graph]
    wanted = {s: taken.get(s, s) for s in used if differentiable(s)}
    adjoints = chain.backward(wanted.values())
    tidied = tidy(adjoints, chain.terms)
    slopes = {s: tidied[chain.adjoint(x)] for s, x in wanted.items()}
    graph = lower(
        (*chain.terms, *tidied.values()), (output, *slopes.values()), record.id, example.names if example else others
    )
    value, *nodes = graph.outputs
    return Derived(
        record, stated, found.term, found.laws, example.batch if example else (), tuple(used), value,
        dict(zip(slopes, nodes, strict=True)), tuple(tidied.values()), graph,
    )  # fmt: skip


def continuous(symbol: Symbol) -> bool:
    """Whether a symbol varies continuously: it is no integer, label or function."""
    return not symbol.domain.integer and symbol.domain.structure not in ("onehot", "function")


def differentiable(symbol: Symbol) -> bool:
    """Whether a gradient by this symbol is asked for: inputs, parameters, and targets that vary continuously."""
    return continuous(symbol) and symbol.role in ("input", "parameter", "target")


def _emitted(record: Record) -> str:
    if not record.emits:
        raise GraphError(f"{record.id} emits no term: add emits = (...) to the entry")
    return record.emits[0]
