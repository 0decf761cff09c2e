"""Matrix products, sums over dims and ranges, entries, members of families, expectations."""

from __future__ import annotations

from dataclasses import replace

from derive.expr.arithmetic import Div, Mul
from derive.expr.dims import Dim
from derive.expr.leaves import ONE, Index
from derive.expr.node import Expr, walk
from derive.expr.structure import Bound, Delta, Expect, Indexed, Member, over_dim
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose
from derive.page.layout.algebra import product, quotient
from derive.page.layout.box import Box, Level
from derive.page.layout.printer import Printer
from derive.page.layout.scope import SPARE, Scope, once


def matmul(p: Printer, node: MatMul, scope: Scope) -> Box:
    """Side by side. Vectors are columns: ``x @ y`` is xᵀy, and ``x @ A`` is the row xᵀA."""
    whole = scope.whole()
    left, right = (p.at_least(p.box(a, whole), Level.PRODUCT) for a in node.args)
    if len(node.args[0].axes) == 1 and not _is_row(node.args[0]):
        left = _transposed(p, left)
    left = p.fenced(left) if left.open or left.begins == "minus" else left
    right = p.at_least(p.fenced(right) if right.begins == "minus" else right, Level.FRACTION)
    text = p.dialect.text(left) + p.dialect.beside(left, right) + p.dialect.text(right)
    box = Box(text, level=Level.PRODUCT, begins=left.begins, open=right.open, wide=right.wide)
    return p.entry(box, node.axes, scope)


def _is_row(e: Expr) -> bool:
    """Whether a vector prints as a row already: the product of a row and a matrix."""
    return isinstance(e, MatMul) and len(e.args[0].axes) == 1 and len(e.args[1].axes) == 2


def _transposed(p: Printer, box: Box) -> Box:
    return p.dialect.raised(p.scriptable(box), p.dialect.signs[".T"])


def transpose(p: Printer, node: Transpose, scope: Scope) -> Box:
    """A matrix with ⊤."""
    return p.entry(_transposed(p, p.box(node.args[0], scope.whole())), node.axes, scope)


def along(p: Printer, node: Along, scope: Scope) -> Box:
    """softmax(z); the index letter is named if it does not run along the last axis."""
    function = p.dialect.upright(node.name)
    if node.over is not node.args[0].axes[-1]:
        function = p.dialect.lowered(function, p.dialect.letter(node.over.index))
    return p.entry(p.call(function, p.text(node.args[0], scope.whole())), node.axes, scope)


def reduce(p: Printer, node: Reduce, scope: Scope) -> Box:
    """A sum (product, mean, maximum) over dims, the body by its entries; the norm of all axes without."""
    body = node.args[0]
    if node.kind == "norm" and set(node.over) == set(body.axes):
        return Box(p.dialect.bars(p.text(body, scope.whole()), double=True))
    if not node.over:
        return p.box(body, scope)
    if once(node.over) != node.over:
        return p.box(_by_entries(node), scope)
    inner = scope.along(*node.over)
    letters = [p.dialect.letter(inner.letters[d]) for d in node.over]
    if node.kind == "norm":
        return Box(p.dialect.lowered(p.dialect.bars(p.text(body, inner), double=True), ",".join(letters)))
    signs = _signs(p, "sum" if node.kind == "mean" else node.kind, node.over, letters, scope)
    box = _big(p, signs, p.box(body, inner))
    if node.kind != "mean":
        return box
    mean = product(p, [_one_over(p, node.over, scope), box])
    return replace(mean, level=Level.FRACTION) if mean.level == Level.PRODUCT else mean


def _by_entries(node: Reduce) -> Expr:
    """A sum (product, mean, maximum) over all axes, an index for each: for axes that share a dim, hence a letter."""
    indices = [Index(letter, d) for d, letter in zip(node.over, SPARE, strict=False)]
    out: Expr = Indexed.of(node.args[0], tuple(indices))
    for i in reversed(indices):
        out = over_dim("sum" if node.kind == "mean" else node.kind, out, i)
    return Div.of(out, Mul.of(*(d.size for d in node.over))) if node.kind == "mean" else out


def _signs(p: Printer, kind: str, dims: tuple[Dim, ...], letters: list[str], scope: Scope) -> list[str]:
    """A sign for every dim; one for all of them where the dims are outcomes, which have no range."""
    if not p.dialect.ranged:
        return [p.dialect.big(kind, i) for i in letters]
    if all(d in p.outcomes for d in dims):
        return [p.dialect.big(kind, ",".join(letters))]
    return [p.dialect.big(kind, i, "1", p.text(d.size, scope)) for i, d in zip(letters, dims, strict=True)]


def _one_over(p: Printer, dims: tuple[Dim, ...], scope: Scope) -> Box:
    sizes = [p.at_least(p.box(d.size, scope), Level.FRACTION) for d in dims]
    return quotient(p, p.dialect.number(1, scope.line), product(p, sizes) if len(sizes) > 1 else sizes[0], scope)


def _big(p: Printer, signs: list[str], body: Box) -> Box:
    text = p.dialect.text(body)
    if body.begins == "minus" or body.level < Level.HADAMARD:
        text = p.dialect.squared(text) if p.dialect.tall(text) else p.dialect.fenced(text)
    return Box(" ".join([*signs, text]), level=Level.FRACTION, open=True)


def _is_said_by_entries(node: Bound) -> bool:
    """Whether the index runs over a whole dim and is nothing but a position: the entries then say its range."""
    index, dim = node.index, node.index.dim
    if dim is None or node.low is not ONE or node.high is not dim.size:
        return False
    inside = list(walk(node.body, into_terms=False))
    elsewhere = [n for n in inside if index in n.args and not isinstance(n, Indexed | Delta)]
    return not elsewhere and any(isinstance(n, Indexed) and index in n.places for n in inside)


def bound(p: Printer, node: Bound, scope: Scope) -> Box:
    """A sum (product, maximum, log-sum-exp) over a range of integers."""
    inner = scope.binding(node.index)
    letter = p.dialect.letter(inner.indices[node.index])
    low, high = (p.text(e, scope.in_line()) for e in (node.low, node.high))
    said = not p.dialect.ranged and _is_said_by_entries(node)
    sign = p.dialect.big(node.kind, letter) if said else p.dialect.big(node.kind, letter, low, high)
    return _big(p, [sign], p.box(node.body, inner))


def expect(p: Printer, node: Expect, scope: Scope) -> Box:
    """The expectation under a table; the table shows what is drawn, p(x,y), or stands after it, k ~ t."""
    drawn = once(node.p.axes)
    inner = scope.along(*drawn)
    if all(d in p.outcomes for d in drawn):
        under = p.text(node.p, inner.in_line())
    else:
        letters = ",".join(p.dialect.letter(inner.letters[d]) for d in drawn)
        under = letters + p.dialect.signs["~"] + p.text(node.p, scope.in_line())
    sign = p.dialect.lowered(p.dialect.signs["E"], under)
    return Box(sign + p.dialect.squared(p.text(node.f, inner)), wide=True)


def linear(p: Printer, node: Linear, scope: Scope) -> Box:
    """tr, det, diag as functions; the inverse, the outer product and the constants in their notation."""
    whole = scope.whole()
    name, dims = node.name, node.params[1]
    if name in ("ones", "eye"):
        sizes = p.dialect.signs["×"].join(p.text(d.size, scope.in_line()) for d in dims)
        box = Box(p.dialect.lowered(p.dialect.signs[name], sizes))
    elif name == "inv":
        base = p.scriptable(p.box(node.args[0], whole))
        box = p.dialect.raised(p.fenced(base) if base.sup else base, "-1")
    elif name == "outer" and once(node.axes) == node.axes and not scope.beyond(node):
        return product(p, [p.box(a, scope) for a in node.args])
    elif name == "outer":
        left, right = (p.at_least(p.box(a, whole), Level.ATOM) for a in node.args)
        row = _transposed(p, right)
        text = p.dialect.text(left) + p.dialect.beside(left, row) + p.dialect.text(row)
        box = Box(text, level=Level.PRODUCT, begins=left.begins)
    else:
        box = p.call(p.dialect.upright(name), *(p.text(a, whole) for a in node.args))
    return p.entry(box, node.axes, scope)


def array(p: Printer, node: Array, scope: Scope) -> Box:
    """The entry in square brackets with its indices; the bare entry where entries are meant."""
    dims = once(node.axes)
    if dims == node.axes and all(d in scope.letters for d in dims):
        given = {i: scope.letters[d] for i, d in zip(node.indices, dims, strict=True)}
        return p.box(node.body, replace(scope, letters={}, indices={**scope.indices, **given}))
    inner = scope.whole()
    for i in node.indices:
        inner = inner.binding(i)
    box = Box(p.dialect.squared(p.text(node.body, inner)))
    box = p.dialect.indexed(box, [p.dialect.letter(inner.indices[i]) for i in node.indices])
    return p.entry(replace(box, done=True), node.axes, scope)  # its entries, [e]_i, take brackets to be indexed


def _places(p: Printer, places: tuple[Expr, ...], scope: Scope) -> list[str]:
    return [p.text(e, scope.in_line()) for e in places]


def indexed(p: Printer, node: Indexed, scope: Scope) -> Box:
    """An entry, by subscripts; of a distribution, by arguments."""
    box = p.scriptable(p.box(node.of_what, scope.whole()))
    places = _places(p, node.places, scope.whole())
    if node.of_what.axes and all(d in p.outcomes for d in node.of_what.axes):
        return p.call(p.dialect.text(box), *places)
    return p.dialect.indexed(box, places)


def member(p: Printer, node: Member, scope: Scope) -> Box:
    """A number of a family by a subscript, m_t; a tensor of a family in brackets above, W^[l]."""
    box = p.dialect.name(node.family.name, node.family.tex)
    places = _places(p, node.args, scope.whole())
    if not node.axes:
        return p.dialect.indexed(box, places)
    return p.entry(p.dialect.member(box, places), node.axes, scope)


def delta(p: Printer, node: Delta, scope: Scope) -> Box:
    """Kronecker's delta."""
    return p.dialect.indexed(Box(p.dialect.letter("delta")), _places(p, node.args, scope.whole()))
