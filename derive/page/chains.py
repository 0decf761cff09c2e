"""What the lines of a backward pass share: each gradient as a product of local factors, the common prefix once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.chain.chain import Chain
from derive.chain.factors import Product, products
from derive.entry.record import Calc, Record
from derive.expr.layers import Layers
from derive.expr.leaves import Let, Symbol
from derive.expr.node import Expr
from derive.expr.structure import Derivative

Name = Callable[[Expr], str]
Ratio = Callable[[str, str], str]
TIMES = r" \cdot "


def gradients(record: Record) -> dict[Expr, Calc]:
    """The calculations that begin with a derivative of one scalar term: by what they differentiate."""
    found: dict[Expr, Calc] = {}
    outputs = [c.start.f for c in record.calcs if c.expected == "holds" and isinstance(c.start, Derivative)]
    for calc in record.calcs:
        start = calc.start
        if calc.expected == "holds" and isinstance(start, Derivative) and start.f is outputs[0]:
            found.setdefault(start.x, calc)
    return found


def shared_products(record: Record) -> tuple[Product, ...]:
    """The gradients of a record in its symbols as products, if at least two of them share a prefix."""
    inputs = [x for x in gradients(record) if isinstance(x, Symbol)]
    if len(inputs) < 2 or any(isinstance(premise, Layers) for premise in record.given):
        return ()
    output = next(iter(gradients(record).values())).start.args[0]
    if not isinstance(output, Let) or output.axes:
        return ()
    found = products(Chain(output), inputs)
    return found if any(p.shared for p in found) else ()


def factored(product: Product, output: Expr, name: Name, over: Ratio, times: str) -> str:
    """∂ℓ/∂z · ∂z/∂W: the prefix in one piece, then the local factors."""
    pairs = list(product.factors)
    if product.prefix is not None:
        pairs.insert(0, (output, product.prefix))
    return times.join(over(name(a), name(b)) for a, b in pairs)


def notes(record: Record, name: Name, over: Ratio) -> Iterator[tuple[Calc, str]]:
    r"""For every calculation of a gradient what it shares with others, with formulas in ``\(...\)``."""
    calcs = gradients(record)
    for product in shared_products(record):
        calc = calcs.get(product.x)
        if calc is None:
            continue
        assert isinstance(calc.start, Derivative)
        formula = rf"\({factored(product, calc.start.f, name, over, ' ')}\)"
        if product.shared:
            names = ", ".join(rf"\({name(x)}\)" for x in product.shared)
            formula = rf"{formula}, " if len(product.path) > 2 or product.prefix is not None else ""
            yield calc, f"{formula}shared prefix of {names}: computed once"
        elif product.prefix is not None:
            yield calc, f"{formula}, no need to recompute the first factor"
