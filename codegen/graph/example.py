"""A loss that is stated per element, at one element.

``loss = -log(p)`` with the axis N of examples says N times the same thing. At one example its gradient has no sum over
examples, no Kronecker deltas and no incoming gradient: it is the slope, which a target then applies to any batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from derive.expr.dims import Dim
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index, Let, Size, Symbol
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Indexed
from derive.expr.tensor import Array
from derive.meaning.index_form import entries


@dataclass(frozen=True)
class Example:
    """`outputs` at one example; `batch` are the axes that were taken away, `symbols` what each symbol became."""

    outputs: tuple[Let, ...]
    batch: tuple[Dim, ...]
    symbols: Mapping[Symbol, Symbol]
    names: tuple[Let, ...]


class DependentExamplesError(Exception):
    """One example's value depends on another example."""


def one_example(outputs: Sequence[Let], names: Iterable[Let] = ()) -> Example | None:
    """`outputs` at one position of their common axes, and so each of `names` for which that is possible.

    None if the first output has no axes, or if the entries of one depend on each other.
    """
    batch = outputs[0].axes
    if not batch or len(set(batch)) < len(batch):
        return None
    taking = _Taking(batch)
    try:
        taken = tuple(taking.term(t) for t in outputs)
    except DependentExamplesError:
        return None
    return Example(taken, batch, taking.symbols, tuple(taking.possible(names)))


class _Taking:
    def __init__(self, batch: tuple[Dim, ...]) -> None:
        self.batch = batch
        self.symbols: dict[Symbol, Symbol] = {}
        self.terms: dict[Let, Let] = {}

    def term(self, term: Let) -> Let:
        if term not in self.terms:
            body, indices = entries(term.expr)
            here = {i for i in indices if i.dim in self.batch}
            if len({i.dim for i in here}) < len(here):
                raise DependentExamplesError(term.name)
            kept = tuple(i for i in indices if i not in here)
            self.terms[term] = Let(term.name, Array.of(self.scalar(body, here), kept), term.tex)
        return self.terms[term]

    def possible(self, terms: Iterable[Let]) -> Iterator[Let]:
        for term in terms:
            with suppress(DependentExamplesError, DeriveError):
                yield self.term(term)

    def scalar(self, body: Expr, here: set[Index]) -> Expr:
        """A core scalar without the indices of the example."""
        done: dict[Expr, Expr] = {}
        for node in walk(body, into_terms=False):
            match node:
                case Symbol() | Let() if not node.axes:
                    done[node] = self.leaf(node)
                case Symbol() | Let():
                    done[node] = node  # an entry of it follows
                case Indexed():
                    done[node] = self.indexed(node, here, done)
                case Size() if node.dim in self.batch:
                    raise DependentExamplesError(node.dim.name)
                case Bound() if node.index.dim in self.batch:
                    raise DependentExamplesError(node.index.name)
                case _:
                    done[node] = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if any(i in here for i in walk(done[body], into_terms=False)):
            raise DependentExamplesError("a position of an example is used as a number")
        return done[body]

    def leaf(self, leaf: Symbol | Let) -> Expr:
        if isinstance(leaf, Let):
            return self.term(leaf)
        if leaf not in self.symbols:
            axes = tuple(d for d in leaf.axes if d not in self.batch)
            self.symbols[leaf] = Symbol(
                leaf.name, axes, domain=leaf.domain, role=leaf.role, default=leaf.default, doc=leaf.doc, tex=leaf.tex,
                sort=leaf.sort, family=leaf.family,
            )  # fmt: skip
        return self.symbols[leaf]

    def indexed(self, e: Indexed, here: set[Index], done: dict[Expr, Expr]) -> Expr:
        if not isinstance(e.of_what, Symbol | Let):
            raise DependentExamplesError(f"{e}")
        places = list(zip(e.of_what.axes, e.places, strict=True))
        if any((d in self.batch) != (p in here) for d, p in places):
            raise DependentExamplesError(f"{e}")
        kept = tuple(done[p] for d, p in places if d not in self.batch)
        leaf = self.leaf(e.of_what)
        return Indexed.of(leaf, kept) if kept else leaf
