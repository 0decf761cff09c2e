"""Inverses and determinants: structural laws, and one atom for equal matrices.

An entry of M⁻¹ is an atom whose head is a matrix that stands for all that have the same entries, or whose transpose
has. Products, transposes, scalar factors and the like are taken apart by laws first.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.dims import Dim
from derive.expr.leaves import ONE, Index, Symbol
from derive.expr.node import Expr, as_expr
from derive.expr.tensor import Linear, MatMul, Reduce, Transpose
from derive.meaning.index_form import entry
from derive.meaning.normal.poly import Atom, Poly, digest, of_atom
from derive.meaning.normal.render import written
from derive.meaning.normal.work import Work


@dataclass(frozen=True)
class Matrix:
    """The matrix that stands for a class of equal ones; `turned` if it equals the transpose of the one asked for."""

    head: Expr
    label: str
    turned: bool
    symmetric: bool


def value(w: Work, head: Linear, places: tuple[Poly, ...]) -> Poly:
    """An entry of an inverse, or a determinant."""
    (matrix,) = head.args
    at = tuple(written(w, p) for p in places)
    for law, given, right in _structural(w, head.name, matrix, at):
        if w.allows(law):
            w.record(law, **given, **dict(zip(("p", "q"), at, strict=False)))
            return w.lower(right)
    found = of(w, matrix)
    if head.name == "det":
        return of_atom(Atom("leaf", Linear.of("det", (found.head,)), label="det:" + found.label))
    if found.turned and not w.allows("inv_transpose"):
        return of_atom(Atom("entry", head, places, label="inv:" + found.label + "!"))
    args = places[::-1] if found.turned else places
    if found.symmetric and w.allows("inv_transpose"):
        args = tuple(sorted(args, key=lambda p: p.key))
    return of_atom(Atom("entry", Linear.of("inv", (found.head,)), args, label="inv:" + found.label))


def again(w: Work, a: Atom, args: tuple[Poly, ...]) -> Atom:
    """The entry of the same inverse at other places."""
    found = of(w, a.head.args[0])
    if found.symmetric and w.allows("inv_transpose"):
        args = tuple(sorted(args, key=lambda p: p.key))
    label = "inv:" + found.label + ("!" if found.turned and not w.allows("inv_transpose") else "")
    return Atom("entry", a.head, args, label=label)


def of(w: Work, matrix: Expr) -> Matrix:
    """The class of a matrix."""
    if matrix not in w.matrices:
        dim = matrix.axes[0]
        i, j = _generic(w, dim)
        straight, turned = (w.lower_alone(entry(matrix, at)) for at in ((i, j), (j, i)))
        key = min(straight.key, turned.key)
        head, first = w.matrix_heads.setdefault(key, (matrix, straight.key))
        label = digest(key + w.dim_label(dim))
        w.matrices[matrix] = Matrix(head, label, straight.key != first, straight.key == turned.key)
    return w.matrices[matrix]


def _generic(w: Work, dim: Dim) -> tuple[Index, Index]:
    if dim not in w.generic:
        w.generic[dim] = Index("row", dim), Index("column", dim)
    return w.generic[dim]


def contracted(w: Work, a: Atom, b: Atom, k: str) -> tuple[Poly, Poly] | None:
    """For Σₖ M⁻¹[i,k] M[k,j], the places i and j at which it is δ; None if the two factors are none of these."""
    if a.kind != "entry" or not isinstance(a.head, Linear) or a.head.name != "inv" or b.kind != "entry":
        return None
    (matrix,) = a.head.args
    if not isinstance(matrix, Symbol) or matrix is not b.head or matrix.family:
        return None
    unknown = w.index_atom(k).key
    found = of(w, matrix)
    for i, at in ((0, 1), (1, 0)):  # where k stands in the inverse, and in the matrix
        if a.args[i].key == unknown and b.args[at].key == unknown:
            return a.args[at], b.args[i]
        if found.symmetric and a.args[i].key == unknown and b.args[i].key == unknown:
            return a.args[1 - i], b.args[1 - i]
    return None


Found = tuple[str, dict[str, Expr], Expr]  # a law, what its matrices and scalars are, and the right side


def _structural(w: Work, name: str, m: Expr, at: tuple[Expr, ...]) -> list[Found]:
    """The law that takes the matrix apart, if there is one."""

    def inv(x: Expr) -> Expr:
        return Linear.of("inv", (x,))

    def det(x: Expr) -> Expr:
        return Linear.of("det", (x,))

    inverse = name == "inv"
    scale = _scaled(m)
    match m:
        case MatMul() if all(x.axes == m.axes for x in m.args):
            a, b = m.args
            right = entry(MatMul.of(inv(b), inv(a)), at) if inverse else det(a) * det(b)
            return [(f"{name}_product", {"a": a, "b": b}, right)]
        case Transpose():
            (a,) = m.args
            right = entry(inv(a), at[::-1]) if inverse else det(a)
            return [(f"{name}_turned", {"a": a}, right)]
        case Linear(name="inv"):
            (a,) = m.args
            return [(f"{name}_inverse", {"a": a}, entry(a, at) if inverse else ONE / det(a))]
        case Linear(name="eye"):
            return [(f"{name}_identity", {"a": m}, entry(m, at) if inverse else ONE)]
        case Linear(name="diag") if not inverse and len(m.args[0].axes) == 1:
            (v,) = m.args
            return [("det_diagonal", {"v": v}, entry(Reduce.of("prod", v, v.axes)))]
        case _ if scale is not None:
            c, a = scale
            right = entry(inv(a), at) / c if inverse else c ** m.axes[0].size * det(a)
            return [(f"{name}_scaled", {"a": a, "c": c}, right)]
    rank_one = _rank_one(m)
    if not inverse and rank_one is not None and w.signs.holds("nonzero", det(rank_one[0])):
        a, u, v = rank_one
        right = (ONE + entry(MatMul.of(v, MatMul.of(inv(a), u)))) * det(a)
        return [("det_rank_one", {"a": a, "u": u, "v": v, "d": det(a)}, right)]
    return []


def _scaled(m: Expr) -> tuple[Expr, Expr] | None:
    """A scalar factor, and the matrix that it multiplies."""
    match m:
        case Neg():
            return as_expr(-1), m.args[0]
        case Mul():
            scalars = [x for x in m.args if not x.axes]
            rest = [x for x in m.args if x.axes]
            if scalars and len(rest) == 1:
                return (Mul.of(*scalars) if len(scalars) > 1 else scalars[0]), rest[0]
        case Div() if m.args[0].axes and not m.args[1].axes:
            return ONE / m.args[1], m.args[0]
    return None


def _rank_one(m: Expr) -> tuple[Expr, Expr, Expr] | None:
    """A, u and v of A + u vᵀ."""
    if not isinstance(m, Add) or len(m.args) != 2:
        return None
    for a, b in (m.args, m.args[::-1]):
        bare = b.args[0] if isinstance(b, Neg) else b
        if isinstance(bare, Linear) and bare.name == "outer" and a.axes == m.axes:
            u, v = bare.args
            return a, (Neg.of(u) if bare is not b else u), v
    return None
