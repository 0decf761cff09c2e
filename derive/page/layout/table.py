"""Which rule lays out which node: one row for every kind of expression."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.density import Contrast, Density, Expectation, Outcome
from derive.expr.dependence import Cardinality, Independence, MarkovChain, Unequal
from derive.expr.divergence import Divergence
from derive.expr.information import Information
from derive.expr.layers import Layers
from derive.expr.leaves import Constant, Index, Let, Number, Size, Symbol, Variable
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Bound, Call, Delta, Derivative, Evaluated, Expect, Indexed, Member, Weighted, Where
from derive.expr.tensor import Along, Array, Linear, MatMul, Reduce, Transpose
from derive.page.layout import algebra, calculus, laws, statements, tensors
from derive.page.layout.box import Dialect
from derive.page.layout.printer import Printer, Rule
from derive.page.layout.scope import Scope, once

RULES: dict[type[Expr], Rule] = {
    Number: algebra.number,
    Constant: algebra.constant,
    Size: algebra.size,
    Index: algebra.index,
    Symbol: algebra.symbol,
    Let: algebra.term,
    Add: algebra.add,
    Mul: algebra.mul,
    Weighted: algebra.mul,
    Neg: algebra.neg,
    Div: algebra.div,
    Pow: algebra.power,
    Apply: algebra.apply,
    MatMul: tensors.matmul,
    Transpose: tensors.transpose,
    Along: tensors.along,
    Reduce: tensors.reduce,
    Bound: tensors.bound,
    Linear: tensors.linear,
    Array: tensors.array,
    Indexed: tensors.indexed,
    Member: tensors.member,
    Delta: tensors.delta,
    Expect: tensors.expect,
    Variable: calculus.variable,
    Integral: calculus.integral,
    Limit: calculus.limit,
    Jacobian: calculus.jacobian,
    Hessian: calculus.hessian,
    Call: statements.call,
    Where: statements.where,
    Derivative: statements.derivative,
    Evaluated: statements.evaluated,
    Relation: statements.relation,
    Recurrence: statements.recurrence,
    Layers: statements.layers,
    Divergence: statements.divergence,
    Information: laws.information,
    Outcome: laws.outcome,
    Density: laws.density,
    Expectation: laws.expectation,
    Contrast: laws.contrast,
    MarkovChain: laws.chain,
    Independence: laws.independence,
    Cardinality: laws.cardinality,
    Unequal: laws.unequal,
}


def lay_out(
    e: Expr, dialect: Dialect, *, indices: bool, highlight: Collection[Expr] = (), terms: Collection[str] = ()
) -> str:
    """`e` in a dialect; `indices` puts index letters on its own axes too."""
    printer, scope = _begin(e, dialect, indices, highlight, terms)
    return dialect.text(printer.box(e, scope))


def lay_out_sides(
    e: Relation, dialect: Dialect, *, indices: bool, highlight: Collection[Expr] = (), terms: Collection[str] = ()
) -> tuple[str, str, str]:
    """The two sides of a relation and the sign between them, in the order of reading."""
    printer, scope = _begin(e, dialect, indices, highlight, terms)
    return cast(tuple[str, str, str], tuple(part.strip() for part in statements.sides(printer, e, scope)))


def _begin(
    e: Expr, dialect: Dialect, indices: bool, highlight: Collection[Expr], terms: Collection[str]
) -> tuple[Printer, Scope]:
    scope = Scope.of(e, line=not dialect.built_up)
    return Printer.of(e, dialect, RULES, highlight, terms), scope.along(*once(e.axes)) if indices else scope
