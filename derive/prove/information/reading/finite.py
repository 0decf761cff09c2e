"""What has no finite value: measures of a continuous variable together with itself.

I(X;X) = +oo and h(X|X) = −oo for a variable X with a density, and what is a function of such variables has no joint
density with them (Cover, Thomas 2006, section 8.3: the differential entropy is not the limit of the discrete one).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.expr.dependence import Cardinality, Unequal, relations_of
from derive.expr.information import Information
from derive.expr.leaves import Number, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation


def infinite(relation: Relation, premises: Sequence[Expr] = ()) -> str | None:
    """Why a part of a statement has no finite value, or a premise no law; None if nothing is known to be so."""
    for node in _parts(relation, premises):
        if isinstance(node, Information) and (again := _again(node)) is not None:
            return f"{node} is not finite: {again} is continuous, and it stands there twice"
        if isinstance(node, Cardinality) and _is_continuous(node.variable):
            return f"{node} is not finite: {node.variable.name} is continuous"
        if isinstance(node, Unequal) and (_is_continuous(node.left) or _is_continuous(node.right)):
            return f"{node} compares continuous variables, which are equal with probability 0"
    for premise in premises:
        for one in relations_of(premise):
            if (function := _function(one)) is not None:
                return f"{one}: {function} is continuous, so this does not say that it is a function of anything"
    return None


def _parts(relation: Relation, premises: Sequence[Expr]) -> Iterator[Expr]:
    for whole in (relation, *premises):
        yield from walk(*(relations_of(whole) or (whole,)))


def _again(measure: Information) -> str | None:
    """A continuous variable that stands in a measure more than once."""
    all_of = [v for group in (*measure.groups, measure.given) for v in group]
    return next((v.name for v in all_of if _is_continuous(v) and all_of.count(v) > 1), None)


def _function(relation: Relation) -> str | None:
    """The continuous variable of ``H(Y|X) = 0``: of discrete variables this makes Y a function of X."""
    for side, other in (relation.args, relation.args[::-1]):
        if not isinstance(side, Information) or not isinstance(other, Number):
            continue
        if relation.kind == "=" and len(side.groups) == 1 and other.value == 0:
            return next((v.name for v in side.groups[0] if _is_continuous(v)), None)
    return None


def _is_continuous(variable: Symbol) -> bool:
    return variable.domain.name == "continuous"
