"""Derivatives of determinants and of entries of inverses.

∂ det(M) = det(M)·tr(M⁻¹ ∂M) and ∂M⁻¹ = −M⁻¹ (∂M) M⁻¹ (Petersen and Pedersen, The Matrix Cookbook (2012), 2.1 and 2.2).
Where M is singular neither formula has a value: the derivative of a determinant counts as undefined there.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.expr.arithmetic import Mul, Neg
from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.structure import Indexed
from derive.expr.tensor import Linear
from derive.meaning.index_form import entry

Factor = tuple[Expr, tuple[Index, Index], Expr]  # what ∂M[a, b] is multiplied by, the indices a and b, and M[a, b]


def of_determinant(det: Linear) -> Factor:
    """The factor of ∂M[a, b] in the sum over a and b that is ∂ det(M)."""
    (matrix,) = det.args
    a, b = (Index.along(d) for d in matrix.axes)
    inverse = Linear.of("inv", (matrix,))
    return Mul.of(det, Indexed.of(inverse, (b, a))), (a, b), entry(matrix, (a, b))


def of_inverse(e: Indexed) -> Factor:
    """The factor of ∂M[a, b] in the sum over a and b that is ∂ M⁻¹[i, j]."""
    inverse, (i, j) = e.of_what, e.places
    (matrix,) = inverse.args
    a, b = (Index.along(d) for d in matrix.axes)
    return Neg.of(Mul.of(Indexed.of(inverse, (i, a)), Indexed.of(inverse, (b, j)))), (a, b), entry(matrix, (a, b))


def factor_of(node: Expr) -> Callable[[], Factor] | None:
    """How to differentiate a determinant or an entry of an inverse; None for anything else."""
    if isinstance(node, Linear) and node.name == "det":
        return lambda: of_determinant(node)
    if isinstance(node, Indexed) and isinstance(node.of_what, Linear) and node.of_what.name == "inv":
        return lambda: of_inverse(node)
    return None
