"""Leaves, sums, products, quotients, powers and operations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.leaves import Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.structure import Bound, Derivative, Weighted
from derive.expr.tensor import MatMul, Reduce
from derive.page.layout.box import Box, Level
from derive.page.layout.printer import Printer
from derive.page.layout.scope import Scope
from derive.page.notation import differential

BARE = frozenset({"log", "sin", "cos", "sinh", "cosh", "tanh", "acos"})  # log x, without brackets around an atom
WORDS = BARE | {"exp", "loggamma"}  # log(a + b)² would be misread: a script takes brackets
GRADIENT_OF = "loss"  # dZ2 is the gradient of what has this name


def number(p: Printer, node: Number, scope: Scope) -> Box:
    """An exact rational."""
    if node.value < 0:
        return negated(p, p.dialect.number(-node.value, scope.line))
    return p.dialect.number(node.value, scope.line)


def constant(p: Printer, node: Constant, scope: Scope) -> Box:
    """π and its like."""
    return Box(p.dialect.signs[node.name])


def size(p: Printer, node: Size, scope: Scope) -> Box:
    """The size of a dim, by the dim's name."""
    return p.dialect.name(node.dim.name)


def index(p: Printer, node: Index, scope: Scope) -> Box:
    """An index by its letter here."""
    return Box(p.dialect.letter(scope.indices.get(node, node.name or "i")))


def symbol(p: Printer, node: Symbol, scope: Scope) -> Box:
    """A symbol; with indices where its entries are meant."""
    return p.entry(p.dialect.name(node.name, node.tex), node.axes, scope)


def term(p: Printer, node: Let, scope: Scope) -> Box:
    """A named term by its name; the name of a gradient by what it is the gradient of."""
    if not node.name:
        return p.box(node.expr, scope)
    if not node.tex and isinstance(node.expr, Derivative) and node.name == f"d{getattr(node.expr.x, 'name', '')}":
        return p.box(node.expr, scope)
    of = differential(node.name, p.terms)
    if of and not node.tex:
        below = p.entry(p.dialect.name(of), node.axes, scope)
        return partial(p, p.dialect.text(p.dialect.name(GRADIENT_OF)), p.dialect.text(below), scope)
    return p.entry(p.dialect.name(node.name, node.tex), node.axes, scope)


def partial(p: Printer, above: str, below: str, scope: Scope) -> Box:
    """∂above/∂below."""
    sign = p.dialect.signs["∂"]
    return quotient(p, Box((sign + above).strip()), Box(sign + below), scope)


def add(p: Printer, node: Add, scope: Scope) -> Box:
    """Terms in their order; a negative one has its minus as the sign between."""
    first, *rest = node.args
    lead = p.at_least(p.box(first, scope), Level.HADAMARD)
    out = p.dialect.text(lead)
    for each in rest:
        negative = isinstance(each, Neg)
        inner = p.box(each.args[0] if negative else each, scope)
        shown = p.dialect.text(p.fenced(inner) if inner.begins == "minus" else p.at_least(inner, Level.HADAMARD))
        signed = p.dialect.signs["-" if negative else "+"] + shown
        if negative and not p.plain(each):
            signed = p.dialect.coloured(signed)
        out += signed
    return Box(out, level=Level.SUM, begins=lead.begins)


def neg(p: Printer, node: Neg, scope: Scope) -> Box:
    """The negative of a product is a product with a minus in front."""
    return negated(p, p.box(node.args[0], scope))


def negated(p: Printer, box: Box) -> Box:
    """A minus before the box."""
    shown = p.fenced(box) if box.begins == "minus" else p.at_least(box, Level.HADAMARD)
    level = min(shown.level, Level.PRODUCT)
    return Box(f"-{p.dialect.text(shown)}", level=level, begins="minus", open=shown.open, wide=shown.wide)


def mul(p: Printer, node: Mul | Weighted, scope: Scope) -> Box:
    """Factors side by side; ⊙ between tensors that could be read as a matrix product.

    A weighted term prints as the product, with 0 · log 0 = 0 understood.
    """
    open_axes = [scope.beyond(f) for f in node.args]
    tensors = sum(n > 0 for n in open_axes)
    hadamard = tensors > 1 and (p.matrix or max(open_axes) > 1)
    boxes = [p.box(f, scope) for f in node.args]
    if hadamard:
        boxes = [p.fenced(b) if isinstance(f, MatMul) else b for f, b in zip(node.args, boxes, strict=True)]
        signs = ["⊙" if n and any(open_axes[:at]) else "" for at, n in enumerate(open_axes)]
        return replace(product(p, boxes, signs), level=Level.HADAMARD)
    return product(p, boxes)


def product(p: Printer, boxes: list[Box], signs: list[str] | None = None) -> Box:
    """Boxes as factors, in brackets where needed; `signs` says what stands before each, "" for nothing special."""
    last = len(boxes) - 1
    factors = []
    for at, box in enumerate(boxes):
        swallows = at < last and box.open
        torn = box.level < (Level.FRACTION if at else Level.QUOTIENT)
        factors.append(p.fenced(box) if swallows or torn else box)
    loose = factors[0].level == Level.QUOTIENT
    out = p.dialect.text(factors[0])
    for at, (left, right) in enumerate(pairwise(factors), start=1):
        if signs and signs[at]:
            out += p.dialect.signs[signs[at]]
        else:
            out += p.dialect.signs[" · "] if loose else p.dialect.between(left, right)
        out += p.dialect.text(right)
    level = Level.QUOTIENT if loose else Level.PRODUCT
    ends = factors[-1]
    return Box(out, level=level, begins=factors[0].begins, open=ends.open, wide=ends.wide)


def div(p: Printer, node: Div, scope: Scope) -> Box:
    """A quotient. A minus, a sum sign, and factors that begin with a quotient themselves stand beside the fraction."""
    above, below = node.args
    if p.plain(above) and isinstance(above, Neg):
        return negated(p, _over(p, above.args[0], below, scope))
    return _over(p, above, below, scope)


def _over(p: Printer, above: Expr, below: Expr, scope: Scope) -> Box:
    upright = p.dialect.built_up and not scope.line
    if p.plain(above) and isinstance(above, Mul) and upright and isinstance(above.args[0], Div):
        *before, last = above.args
        return product(p, [*(p.box(f, scope) for f in before), _over(p, last, below, scope)])
    if isinstance(above, Reduce | Bound) and above.kind == "sum":
        one = p.dialect.number(Fraction(1), scope.line)
        return product(p, [quotient(p, one, p.box(below, scope), scope), p.box(above, scope)])
    return quotient(p, p.box(above, scope), p.box(below, scope), scope)


def quotient(p: Printer, above: Box, below: Box, scope: Scope) -> Box:
    """One box over another, upright where the dialect has that, else in one line."""
    if p.dialect.built_up and not scope.line:
        return Box(p.dialect.fraction(p.dialect.text(above), p.dialect.text(below)), level=Level.FRACTION)
    over = p.at_least(above, Level.QUOTIENT)
    over = p.fenced(over) if over.open else over
    under = p.fenced(below) if below.begins == "minus" else p.at_least(below, Level.ATOM)
    text = p.dialect.text(over) + p.dialect.signs["/"] + p.dialect.text(under)
    return Box(text, level=Level.QUOTIENT, begins=over.begins)


def power(p: Printer, node: Pow, scope: Scope) -> Box:
    """A power; of a matrix entry by entry, with ⊙ in the exponent."""
    base = p.scriptable(p.box(node.args[0], scope))
    exponent = p.text(node.args[1], scope.in_line())
    if scope.beyond(node.args[0]) > 1:
        exponent = p.dialect.signs["^⊙"] + exponent
    raised = p.dialect.raised(p.fenced(base) if base.sup else base, exponent)
    return replace(raised, begins=base.begins, wide=base.wide)


def apply(p: Printer, node: Apply, scope: Scope) -> Box:
    """An operation of the table, with brackets unless it is √, |x|, or log and the like of an atom."""
    name, arguments = node.operation.name, [p.box(a, scope) for a in node.args]
    texts = [p.dialect.text(a) for a in arguments]
    if name == "sqrt":
        return p.dialect.root(arguments[0])
    if name == "abs" and scope.beyond(node) < 2:  # |A| of a matrix would be its determinant
        return Box(p.dialect.bars(texts[0]))
    function = p.dialect.function(node.operation)
    only = arguments[0]
    if name in BARE and only.level >= Level.FRACTION and not (only.open or only.sup):
        return Box(f"{function} {texts[0]}", level=Level.FRACTION, open=True)
    call = p.call(function, *texts)
    return replace(call, level=Level.FRACTION, wide=False) if name in WORDS else call
