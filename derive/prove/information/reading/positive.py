"""What is certainly positive: only then is the logarithm of a product the sum of logarithms, and g is exp log g.

A density is 0 at times, and log 0 is −∞: that is what the conditions of a verdict speak of. A real function may be
negative: log f(x)² is not 2·log f(x). It is positive if a premise says so, and wherever the statement has log f(x).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.density import Density, Expectation
from derive.expr.dependence import Cardinality
from derive.expr.leaves import Let, Number, Size, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.operations import Apply
from derive.expr.outcomes import free_outcomes
from derive.expr.propositions import Relation
from derive.prove.information.reading.laws import Texts, without
from derive.prove.information.reading.products import text_of
from derive.prove.information.reading.terms import Factor, Product

if TYPE_CHECKING:
    from derive.prove.information.reading.linear import Reader

Logged = dict[tuple[Expr, frozenset[Factor]], None]  # g and the law under which the statement has E[log g]


def premised(relation: Relation, premises: Iterable[Expr]) -> dict[Expr, str]:
    """The terms that a premise says are positive at every outcome, with how the premise is written.

    An outcome that is free in the statement too may be meant to be that one alone.
    """
    fixed = set(free_outcomes(relation))
    out: dict[Expr, str] = {}
    for e in premises:
        if isinstance(e, Relation) and e.kind in ("<", ">"):
            larger, smaller = (e.left, e.right) if e.kind == ">" else (e.right, e.left)
            if isinstance(smaller, Number) and smaller.value >= 0 and not fixed & set(free_outcomes(larger)):
                out.setdefault(larger, text_of(e))
    return out


def logged(reader: Reader, relation: Relation) -> Logged:
    """Of what the statement has the logarithm as it is written, and under which law: there it is positive."""
    out: Logged = {}
    queue: list[tuple[Expr, Product]] = [(side, ()) for side in (relation.left, relation.right)]
    while queue:
        e, scope = queue.pop()
        match e:
            case Let():
                queue.append((e.expr, scope))
            case Expectation():
                inner = reader.product(e.factors)
                again = {v for f in inner for v in f.of} & {v for f in scope for v in f.of}
                if not again:
                    queue.append((e.body, (*scope, *inner)))
            case Apply() if e.operation.name == "log":
                out[e.args[0], _law(reader, e.args[0], scope)] = None
                queue.append((e.args[0], scope))
            case Add() | Neg():
                queue += [(a, scope) for a in e.args]
            case Mul():  # 0·log f may be meant to be 0 where f is 0
                others = [a for a in e.args if not isinstance(a, Number)]
                queue += [(a, scope) for a in others if len(others) == 1]
            case Div() if isinstance(e.args[1], Number):
                queue.append((e.args[0], scope))
            case Apply() if e.operation.name == "exp":
                queue += [(a, scope) for a in e.args]
    return out


def _law(reader: Reader, e: Expr, scope: Product) -> frozenset[Factor]:
    """The law of the outcomes on which e depends."""
    return frozenset(without(scope, {reader.name(x.variable) for x in free_outcomes(e)}))


def positive(reader: Reader, e: Expr, scope: Product) -> Texts | None:
    """The premises by which e is positive wherever the law `scope` is; None if it is not certain to be."""
    if e in reader.above_zero:
        return (reader.above_zero[e],)
    if (e, _law(reader, e, scope)) in reader.logged:
        return ()
    match e:
        case Let():
            return positive(reader, e.expr, scope)
        case Number():
            return () if e.value > 0 else None
        case Add() | Mul() | Div():
            return all_positive(reader, e.args, scope)
        case Pow():
            return positive(reader, e.args[0], scope)
        case Apply() if e.operation.name == "exp":
            return ()
        case Density() | Size() | Cardinality():
            return ()
        case Symbol() if e.sort is Sort.NUMBER and not e.axes and not e.family:
            lower = e.domain.lower
            known = lower is not None and (lower > 0 or (lower == 0 and e.domain.open_lower))
            return () if known or e.name in reader.sizes else None
        case Expectation():
            inner = reader.product(e.factors)
            if {v for f in inner for v in f.of} & {v for f in scope for v in f.of}:
                return None
            return positive(reader, e.body, (*scope, *inner))
    return None


def all_positive(reader: Reader, terms: Iterable[Expr], scope: Product) -> Texts | None:
    """The same of each of several terms."""
    out: dict[str, None] = {}
    for e in terms:
        texts = positive(reader, e, scope)
        if texts is None:
            return None
        out.update(dict.fromkeys(texts))
    return tuple(out)
