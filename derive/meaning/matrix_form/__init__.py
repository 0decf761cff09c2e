"""Index form back to matrix notation: Σᵢ Wᵢⱼ δᵢ is Wᵀδ, δᵢ hⱼ is δ hᵀ.

Derived adjoints are sums of entries. `matrix_form` writes them with products, transposes, ⊙, outer products, diag and
tr where such notation exists; what it returns has been proved equal to what it was given.
"""

from __future__ import annotations

from derive.expr.arithmetic import Add
from derive.expr.errors import DeriveError
from derive.expr.leaves import Let
from derive.expr.node import Expr
from derive.meaning.index_form import entries, entry
from derive.meaning.matrix_form.entrywise import Reader, is_nothing
from derive.meaning.matrix_form.part import arranged
from derive.meaning.normal import equal

__all__ = ["matrix_form"]


def matrix_form(e: Expr) -> Expr | None:
    """`e`, of at most two axes, in matrix notation, or None where there is none or the prover cannot confirm it.

    A named term is opened, the terms that its definition names stay closed. The result has the axes of `e`; a zero
    tensor is the literal 0. Raises `SortError` for a derivative that was not taken.
    """
    e = _bare(e)
    if len(e.axes) > 2:
        return None
    core, at = entries(e)
    try:
        form = arranged(Reader(at).read(core), at)
    except (DeriveError, RecursionError):
        return None
    again = entry(form, at) if form.axes else entry(form)
    return form if again is core or equal(again, core).proved else None


def _bare(e: Expr) -> Expr:
    """A named term opened, and without the f − f that says where a derivative has no value."""
    while True:
        if isinstance(e, Let):
            e = e.expr
        elif isinstance(e, Add) and len(e.args) == 2 and is_nothing(e.args[1]):
            e = e.args[0]
        else:
            return e
