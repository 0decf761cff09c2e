"""A tensor with the index that runs along each of its axes, and how such tensors are turned and widened."""

from __future__ import annotations

from dataclasses import dataclass

from derive.expr.arithmetic import Entrywise, Mul, Neg
from derive.expr.errors import DeriveError
from derive.expr.leaves import ONE, ZERO, Index
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.structure import Call
from derive.expr.tensor import Linear, MatMul, Transpose


class NoMatrixFormError(DeriveError):
    """An index form for which matrix notation has no name, such as a contraction of three matrices at one index."""


@dataclass(frozen=True)
class Part:
    """`expr` with one distinct index per axis, in the order of its axes; at most two."""

    expr: Expr
    indices: tuple[Index, ...] = ()


def arranged(part: Part, out: tuple[Index, ...]) -> Expr:
    """`part` as a tensor with the axes of `out`; an index that it lacks is a factor 1 along that axis."""
    if part.indices == out or part.expr is ZERO:
        return part.expr
    if part.indices == out[::-1]:
        return transposed(part.expr)
    if not part.indices:
        ones = _ones(*out)
        return ones if part.expr is ONE else Mul.of(part.expr, ones)
    row, column = out
    if part.indices == (row,):
        return Linear.of("outer", (part.expr, _ones(column)))
    return Linear.of("outer", (_ones(row), part.expr))


def _ones(*indices: Index) -> Expr:
    return Linear.of("ones", (), tuple(i.dim for i in indices if i.dim is not None))


def transposed(e: Expr) -> Expr:
    """The transpose, moved inward where that needs no more signs ⊤ than one at the end; of a product always."""
    match e:
        case Transpose():
            return e.args[0]
        case MatMul():
            return matmul(transposed(e.args[1]), transposed(e.args[0]))
        case Linear() if e.name == "eye" or (e.name == "diag" and len(e.axes) == 2):
            return e
        case Linear() if e.name == "ones":
            return Linear.of("ones", (), e.axes[::-1])
        case Linear() if e.name == "outer":
            return Linear.of("outer", e.args[::-1])
        case Neg():
            return Neg.of(transposed(e.args[0]))
        case Mul() if [len(f.axes) for f in e.args].count(2) == 1 and not any(len(f.axes) == 1 for f in e.args):
            return Mul.of(*(transposed(f) if f.axes else f for f in e.args))
        case Entrywise() | Apply() | Call():
            inward = e.rebuild(tuple(_turned(a, e) for a in e.args))
            return min(Transpose.of(e), inward, key=transposes)
    return Transpose.of(e)


def _turned(operand: Expr, whole: Expr) -> Expr:
    """An operand of an entrywise operation on `whole.axes`, transposed; one that is broadcast is written out."""
    if len(operand.axes) == 2:
        return transposed(operand)
    if len(operand.axes) == 1:
        row = whole.axes[0] is operand.axes[0]
        other = Linear.of("ones", (), (whole.axes[1 if row else 0],))
        return Linear.of("outer", (other, operand) if row else (operand, other))
    return operand


def transposes(e: Expr) -> int:
    """How many signs ⊤ are written in `e`."""
    return sum(isinstance(n, Transpose) for n in walk(e, into_terms=False))


def matmul(left: Expr, right: Expr) -> Expr:
    """The product with its brackets to the left, which is how a chain of factors is read."""
    if isinstance(right, MatMul) and len(right.args[0].axes) == 2:
        return matmul(matmul(left, right.args[0]), right.args[1])
    return MatMul.of(left, right)
