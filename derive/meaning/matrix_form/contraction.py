"""Sums of products as matrix products: the graph whose vertices are indices and whose edges are matrices.

A vector is a label of a vertex. Summed vertices are removed one after another: one with two edges is a matrix product,
A diag(v) B if it has a label; one with one edge is a matrix times a vector; one with none is an inner product. Edges
beside each other are an entrywise product, or a trace if nothing else is left. A graph that does not shrink to its
free indices this way is not series-parallel, and has no matrix notation.
"""

from __future__ import annotations

from collections import Counter

from derive.expr.arithmetic import Div, Mul, Pow
from derive.expr.leaves import ONE, Index
from derive.expr.node import Expr, as_expr
from derive.expr.tensor import Linear, Reduce
from derive.meaning.matrix_form.part import NoMatrixFormError, Part, matmul, transposed, transposes

Edge = tuple[Index, Index, Expr]


def hadamard(factors: list[Expr]) -> Expr:
    """The entrywise product, equal factors as a power, reciprocals below a line."""
    times: Counter[Expr] = Counter()
    for f in (part for e in factors for part in (e.args if isinstance(e, Mul) else (e,))):
        reciprocal = isinstance(f, Div) and f.args[0] is ONE
        times[f.args[1] if reciprocal else f] += -1 if reciprocal else 1
    above, below = ([_power(f, abs(n)) for f, n in times.items() if n * sign > 0] for sign in (1, -1))
    out = Linear.of("ones", (), factors[0].axes) if not above and not below else _product_of(above)
    return Div.of(out, _product_of(below)) if below else out


def _power(f: Expr, n: int) -> Expr:
    return f if n == 1 else f ** as_expr(n)


def _product_of(factors: list[Expr]) -> Expr:
    return ONE if not factors else factors[0] if len(factors) == 1 else Mul.of(*factors)


class Contraction:
    """Σ over `bound` of a product of parts."""

    def __init__(self, bound: list[Index]) -> None:
        self.bound = list(bound)
        self.edges: list[Edge] = []
        self.labels: dict[Index, list[Expr]] = {}
        self.scalars: list[Expr] = []

    def multiply(self, part: Part) -> None:
        """One more factor."""
        if not part.indices:
            self.scalars.append(part.expr)
        elif len(part.indices) == 1:
            self.labels.setdefault(part.indices[0], []).append(part.expr)
        else:
            u, v = part.indices
            self.edges.append((u, v, part.expr))

    def reduced(self) -> Part:
        """The whole as one part, scalars aside (they are left in `scalars`)."""
        while self.bound:
            self._shrink()
        free = list(dict.fromkeys([i for u, v, _ in self.edges for i in (u, v)] + list(self.labels)))
        if len(free) > 2:
            raise NoMatrixFormError("more than two free indices")
        if len(free) == 2:
            return self._matrix(free[0], free[1])
        return Part(hadamard(self.labels[free[0]]), (free[0],)) if free else Part(ONE)

    def _at(self, v: Index) -> list[Edge]:
        return [e for e in self.edges if v in e[:2]]

    def _shrink(self) -> None:
        """Remove one summed vertex, or merge two edges."""
        for v in self.bound:
            edges = self._at(v)
            others = {e[0] if e[1] is v else e[1] for e in edges}
            if len(edges) <= 1 or (len(edges) == len(others) == 2):
                self.bound.remove(v)
                [self._inner, self._vector, self._product][len(edges)](v, edges)
                return
        pair = self._parallel()
        if pair is None:
            raise NoMatrixFormError("the sum is not series-parallel")
        first, second = pair
        u, v, a = first
        b = second[2] if second[:2] == (u, v) else transposed(second[2])
        for e in pair:
            self.edges.remove(e)
        closed = all(i in self.bound and not self.labels.get(i) and not self._at(i) for i in (u, v))
        if closed:
            self.bound = [i for i in self.bound if i not in (u, v)]
            product = min(matmul(transposed(a), b), matmul(a, transposed(b)), key=transposes)
            self.scalars.append(Linear.of("tr", (product,)))
        else:
            self.edges.append((u, v, hadamard([a, b])))

    def _parallel(self) -> tuple[Edge, Edge] | None:
        for k, first in enumerate(self.edges):
            for second in self.edges[k + 1 :]:
                if set(first[:2]) == set(second[:2]):
                    return first, second
        return None

    def _inner(self, v: Index, edges: list[Edge]) -> None:
        labels = self.labels.pop(v, [])
        assert v.dim is not None
        whole = hadamard(labels) if labels else None
        if whole is None:
            self.scalars.append(v.dim.size)
        elif isinstance(whole, Linear) and whole.name == "diag":  # the diagonal of a matrix
            self.scalars.append(Linear.of("tr", whole.args))
        elif isinstance(whole, Pow) and whole.args[1] is as_expr(2):
            self.scalars.append(matmul(whole.args[0], whole.args[0]))
        elif isinstance(whole, Mul):
            self.scalars.append(matmul(_product_of(list(whole.args[:-1])), whole.args[-1]))
        else:
            self.scalars.append(Reduce.of("sum", whole, (v.dim,)))

    def _vector(self, v: Index, edges: list[Edge]) -> None:
        (edge,) = edges
        self.edges.remove(edge)
        other = edge[0] if edge[1] is v else edge[1]
        plain = not self.labels.get(v) and not self.labels.get(other)
        if plain and other in self.bound and not self._at(other) and edge[0].dim is not edge[1].dim:
            self.bound.remove(other)
            self.scalars.append(Reduce.of("sum", edge[2], edge[2].axes))
            return
        assert v.dim is not None
        labels = self.labels.pop(v, [])
        vector = hadamard(labels) if labels else Linear.of("ones", (), (v.dim,))
        self.labels.setdefault(other, []).append(matmul(_from(other, edge), vector))

    def _product(self, v: Index, edges: list[Edge]) -> None:
        ends = [e[0] if e[1] is v else e[1] for e in edges]
        for e in edges:
            self.edges.remove(e)
        left, right = _from(ends[0], edges[0]), _from(v, edges[1])
        labels = self.labels.pop(v, [])
        if labels:
            left = matmul(left, Linear.of("diag", (hadamard(labels),)))
        self.edges.append((ends[0], ends[1], matmul(left, right)))

    def _matrix(self, row: Index, column: Index) -> Part:
        """All edges between the two free indices, with the labels of either as diagonal factors."""
        factors = [_from(row, e) for e in self.edges]
        rows, columns = self.labels.get(row, []), self.labels.get(column, [])
        if any(_is_identity(f) for f in factors):
            rest = [Linear.of("diag", (f,)) for f in factors if not _is_identity(f)]
            on_diagonal = [*rows, *columns, *rest]
            identity = next(f for f in factors if _is_identity(f))
            return Part(Linear.of("diag", (hadamard(on_diagonal),)) if on_diagonal else identity, (row, column))
        if not factors:
            return Part(Linear.of("outer", (hadamard(rows), hadamard(columns))), (row, column))
        out = hadamard(factors)
        if rows:
            out = matmul(Linear.of("diag", (hadamard(rows),)), out)
        if columns:
            out = matmul(out, Linear.of("diag", (hadamard(columns),)))
        return Part(out, (row, column))


def _is_identity(e: Expr) -> bool:
    return isinstance(e, Linear) and e.name == "eye"


def _from(start: Index, edge: Edge) -> Expr:
    """The matrix of an edge with `start` as the index of its rows."""
    return edge[2] if edge[0] is start else transposed(edge[2])
