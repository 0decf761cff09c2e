"""A formula as a sum of measures of information, term by term as it is written."""

from __future__ import annotations

from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg
from derive.expr.errors import SortError
from derive.expr.information import Information
from derive.expr.leaves import Let, Number, Symbol
from derive.expr.node import Expr, walk

Terms = tuple[tuple[Fraction, Information], ...]


def terms(e: Expr) -> Terms:
    """The measures of a formula with their factors, in order. Raises `SortError` for all but sums of them."""
    match e:
        case Let():
            return terms(e.expr)
        case Number() if e.value == 0:
            return ()
        case Information():
            return ((Fraction(1), e),)
        case Neg():
            return tuple((-factor, measure) for factor, measure in terms(e.args[0]))
        case Add():
            return tuple(term for part in e.args for term in terms(part))
        case Mul() if sum(not isinstance(part, Number) for part in e.args) == 1:
            scale = Fraction(1)
            for part in e.args:
                scale *= part.value if isinstance(part, Number) else 1
            (body,) = (part for part in e.args if not isinstance(part, Number))
            return tuple((scale * factor, measure) for factor, measure in terms(body))
        case Div() if isinstance(e.args[1], Number) and e.args[1].value:
            return tuple((factor / e.args[1].value, measure) for factor, measure in terms(e.args[0]))
    raise SortError(f"`{e}` is no region: a diagram shows sums of measures H(X|Y), I(X;Y|Z) with rational factors")


def variables(*formulas: Expr) -> tuple[Symbol, ...]:
    """The random variables of all measures in some formulas, by name. Raises `SortError` if they have several laws."""
    measures = [node for node in walk(*formulas) if isinstance(node, Information)]
    laws = sorted({measure.under for measure in measures})
    if len(laws) > 1:
        raise SortError(f"the measures are of several laws, {', '.join(laws)}; a diagram shows one")
    found = {v for m in measures for group in (*m.groups, m.given) for v in group}
    return tuple(sorted(found, key=lambda v: (len(v.name) > 1 and not v.name[-1].isdigit(), _natural(v.name))))


def _natural(name: str) -> tuple[str, int]:
    """X2 before X10."""
    word = name.rstrip("0123456789")
    digits = name[len(word) :]
    return word, int(digits) if digits else -1
