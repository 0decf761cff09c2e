"""Terms that are no measures: products expanded, and the mean of each as a column of its own."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.leaves import Let
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.outcomes import free_outcomes
from derive.prove.information.reading.terms import Linear, Product, UnreadableError

if TYPE_CHECKING:
    from derive.prove.information.reading.linear import Reader

Term = tuple[Fraction, Expr | None]  # factor·product, None for the number 1
MOST_TERMS = 200


def expanded(e: Expr) -> list[Term]:
    """A product as a sum of products, each without rational factors, their factors in the order of how they print."""
    terms = [(c, _product(factors)) for c, factors in _terms(e)]
    out: dict[Expr | None, Fraction] = {}
    for c, product in terms:
        out[product] = out.get(product, Fraction(0)) + c
    return [(c, product) for product, c in out.items() if c]


def _terms(e: Expr) -> list[tuple[Fraction, list[Expr]]]:
    from derive.prove.information.reading.linear import rational

    value = rational(e)
    if value is not None:
        return [(value, [])]
    match e:
        case Let():
            return _terms(e.expr)
        case Neg():
            return [(-c, factors) for c, factors in _terms(e.args[0])]
        case Add():
            return [t for a in e.args for t in _terms(a)]
        case Mul():
            out: list[tuple[Fraction, list[Expr]]] = [(Fraction(1), [])]
            for a in e.args:
                out = [(c * d, f + g) for c, f in out for d, g in _terms(a)]
                if len(out) > MOST_TERMS:
                    raise UnreadableError("a product of sums is too long")
            return out
        case Div() if (below := rational(e.args[1])) is not None and below:
            return [(c / below, f) for c, f in _terms(e.args[0])]
        case Div() if rational(e.args[0]) is None:
            inverse = Div.of(_one(), e.args[1])
            return [(c, [*f, inverse]) for c, f in _terms(e.args[0])]
    return [(Fraction(1), [e])]


def _one() -> Expr:
    from derive.expr.leaves import ONE

    return ONE


def _product(factors: list[Expr]) -> Expr | None:
    if not factors:
        return None
    if len(factors) == 1:
        return factors[0]
    return Mul.of(*sorted(factors, key=text_of))


def text_of(e: Expr) -> str:
    from derive.expr.plain import plain

    return plain(e)


def mean_of(reader: Reader, e: Expr, scope: Product) -> Linear:
    """The column E[e]; of what does not depend on the bound outcomes, e itself."""
    free = {reader.name(x.variable) for x in free_outcomes(e)}
    needed = free & {v for f in scope for v in f.of}
    if not needed:
        return reader.column(e, text_of(e))
    if isinstance(e, Apply) and e.operation.name == "exp":
        from derive.prove.information.tilting import mean_of_exponential

        return mean_of_exponential(reader, e, scope)
    law = reader.laws.reduced(scope, needed)
    text = f"E_{''.join(map(str, law))}[{text_of(e)}]"
    reader.scopes.setdefault(text, law)
    return reader.column(e, text)
