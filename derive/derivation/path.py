"""Places in an expression: paths through `args`, and the smallest part in which two lines differ."""

from __future__ import annotations

from collections.abc import Iterator

from derive.derivation.written import rebuilt
from derive.expr.leaves import Let
from derive.expr.node import Expr
from derive.expr.structure import Derivative

Path = tuple[int, ...]


def part(e: Expr, path: Path) -> Expr:
    """What stands at a place."""
    for k in path:
        e = e.args[k]
    return e


def replaced(e: Expr, path: Path, new: Expr) -> Expr:
    """`e` with another part at a place; on the way up, zeros, ones and signs are tidied as one writes them."""
    if not path:
        return new
    k, *rest = path
    args = (*e.args[:k], replaced(e.args[k], tuple(rest), new), *e.args[k + 1 :])
    return rebuilt(e, args)


def difference(before: Expr, after: Expr) -> Path:
    """The way to the smallest part in which two expressions differ: all around it is the same."""
    path: list[int] = []
    while type(before) is type(after) and before.params == after.params and len(before.args) == len(after.args):
        places = [k for k, (b, a) in enumerate(zip(before.args, after.args, strict=True)) if b is not a]
        if len(places) != 1:
            break
        (k,) = places
        path.append(k)
        before, after = before.args[k], after.args[k]
    return tuple(path)


def places(e: Expr, outermost: bool) -> Iterator[tuple[Path, Expr]]:
    """Every place, parents before children or after; not named terms, and not what is differentiated by."""
    if outermost:
        yield (), e
    if not isinstance(e, Let):
        for k, child in enumerate(e.args[:1] if isinstance(e, Derivative) else e.args):
            for path, node in places(child, outermost):
                yield (k, *path), node
    if not outermost:
        yield (), e
