"""Expressions as plain text, in the statement grammar: what errors quote, and what the parser reads back."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.expr import plain_laws
from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.divergence import Divergence
from derive.expr.information import Information
from derive.expr.layers import Layers
from derive.expr.leaves import Constant, Number, Size, Unique
from derive.expr.node import Expr, walk
from derive.expr.operations import Apply
from derive.expr.propositions import Recurrence, Relation
from derive.expr.rename import readable
from derive.expr.structure import Bound, Call, Delta, Derivative, Evaluated, Expect, Indexed, Member, Weighted, Where
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose

CALLED = {"same_argmin": "same_argmin", "∝": "proportional"}  # relations that are written like functions
RELATION, SUM, PRODUCT, UNARY, POWER, POSTFIX, ATOM = range(7)
REDUCTION_NAMES = {"sum": "Sum", "prod": "Prod", "mean": "Mean", "norm": "norm", "max": "Max", "logsumexp": "logsumexp"}


def plain(e: Expr) -> str:
    """`e` as text; ``parse(plain(e))`` is `e` again."""
    e = readable(e)
    done: dict[Expr, tuple[str, int]] = {}
    for node in walk(e, into_terms=False):
        done[node] = _one(node, lambda child, level: _bracket(done[child], level))
    return done[e][0]


def _bracket(text: tuple[str, int], level: int) -> str:
    return text[0] if text[1] >= level else f"({text[0]})"


def number(value: Fraction) -> tuple[str, int]:
    """A rational and how tightly it holds: 1/2 is a quotient, -3 a negation."""
    if value.denominator != 1:
        return f"{value.numerator}/{value.denominator}", PRODUCT if value > 0 else UNARY - 1
    return str(value.numerator), ATOM if value >= 0 else UNARY


def _terms(node: Add, show: Callable[[Expr, int], str]) -> str:
    out = show(node.args[0], PRODUCT)
    for term in node.args[1:]:
        negative = isinstance(term, Neg)
        out += (" - " if negative else " + ") + show(term.args[0] if negative else term, PRODUCT)
    return out


def _call(name: str, *parts: Any) -> tuple[str, int]:
    return f"{name}({', '.join(str(p) for p in parts if p != '')})", ATOM


def _one(node: Expr, show: Callable[[Expr, int], str]) -> tuple[str, int]:
    arguments = [show(a, RELATION) for a in node.args] if not isinstance(node, Add) else []
    match node:
        case Number():
            return number(node.value)
        case Constant():
            return node.name, ATOM
        case Size():
            return node.dim.name, ATOM
        case Unique():
            return node.name or "?", ATOM
        case Add():
            return _terms(node, show), SUM
        case Mul():
            first, *rest = node.args
            head = show(first, UNARY if isinstance(first, Mul) else PRODUCT)
            return " * ".join([head, *(show(f, UNARY) for f in rest)]), PRODUCT
        case Div():
            return f"{show(node.args[0], PRODUCT)} / {show(node.args[1], UNARY)}", PRODUCT
        case MatMul():
            return f"{show(node.args[0], PRODUCT)} @ {show(node.args[1], UNARY)}", PRODUCT
        case Neg():
            return f"-{show(node.args[0], UNARY)}", UNARY
        case Pow():
            return f"{show(node.args[0], POSTFIX)}**{show(node.args[1], UNARY)}", POWER
        case Transpose():
            return f"{show(node.args[0], POSTFIX)}.T", POSTFIX
        case Apply():
            return _call(node.operation.name, *arguments)
        case Along():
            over = "" if node.over is node.args[0].axes[-1] else f"over={node.over}"
            return _call(node.name, arguments[0], over)
        case Reduce():
            return _call(REDUCTION_NAMES[node.kind], arguments[0], *node.over)
        case Bound():
            return _call(REDUCTION_NAMES[node.kind], arguments[0], node.index, *arguments[1:])
        case Linear():
            return _call(node.name, *arguments, *node.params[1])
        case Array():
            return f"[{arguments[0]} for {', '.join(i.name for i in node.indices)}]", ATOM
        case Indexed():
            return f"{show(node.of_what, POSTFIX)}[{', '.join(arguments[1:])}]", POSTFIX
        case Member():
            return f"{node.family.name}[{', '.join(arguments)}]", POSTFIX
        case Call():
            return _call(node.function.name + "'" * node.order, *arguments)
        case Delta():
            return _call("delta", *arguments)
        case Where():
            return _call("where", *arguments)
        case Derivative():
            return _call("D", *arguments)
        case Integral():
            return _call("Integral", arguments[0], node.variable, *arguments[1:])
        case Limit():
            return _call("Limit", arguments[0], node.variable, arguments[1])
        case Jacobian():
            return _call("jacobian", *arguments)
        case Hessian():
            return _call("hessian", *arguments)
        case Divergence():
            name = "H" if node.kind in ("entropy", "cross_entropy") else node.kind
            return f"{name}({(' || ' if name in ('KL', 'chi2') else ', ').join(arguments)})", ATOM
        case Evaluated():
            pairs = [part for symbol, value in node.replaced.items() for part in (symbol.name, value)]
            return _call("at", arguments[0], *pairs)
        case Expect():
            return _call("E", *arguments)
        case Weighted():
            return _call("weighted", *arguments)
        case Relation():
            return _relation(node, show), RELATION
        case Recurrence():
            t, m = node.index.name, node.family.name
            last = node.index.dim or "oo"
            return f"{m}[0] = {arguments[0]}; {m}[{t}] = {arguments[1]} for {t} in [1, {last}]", RELATION
        case Layers():
            return _layers(node, arguments), RELATION
        case Information():
            return plain_laws.information(node), ATOM
        case Outcome():
            return node.name, ATOM
        case Density():
            return plain_laws.density(node), ATOM
        case Expectation():
            return plain_laws.expectation(node, arguments[0]), ATOM
        case Contrast():
            return plain_laws.contrast(node), ATOM
        case MarkovChain():
            return plain_laws.chain(node), RELATION
        case Independence():
            return plain_laws.independence(node), RELATION
        case Cardinality():
            return f"|{node.variable.name}|", ATOM
        case Unequal():
            return plain_laws.unequal(node), ATOM
    raise TypeError(f"no text for {type(node).__name__}")


def _relation(node: Relation, show: Callable[[Expr, int], str]) -> str:
    left, right = show(node.left, SUM), show(node.right, SUM)
    if node.kind in CALLED:
        return f"{CALLED[node.kind]}({left}, {right}, {', '.join(str(w) for w in node.wrt)})"
    return f"{left} {node.kind} {right}"


def _layers(node: Layers, arguments: list[str]) -> str:
    k, last = node.index.name, node.last
    places = [f"{f.name}[{node.rule(f).first}]" for f in node.start]
    starts = [f"{place} = {a}" for place, a in zip(places, arguments[len(node.steps) :], strict=True)]
    places = [f"{f.name}[{k} - 1]" if node.shift(f) else f"{f.name}[{k}]" for f in node.steps]
    steps = [f"{place} = {a}" for place, a in zip(places, arguments, strict=False)]
    span = f"{last}, ..., 1" if node.backward else f"1, ..., {last}"
    return f"{'; '.join([*starts, *steps])} for {k} = {span}"
