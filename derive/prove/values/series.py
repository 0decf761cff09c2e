"""Infinite sums, by the laws of their families of terms (`derive.meaning.series`)."""

from __future__ import annotations

from typing import Any

from derive.expr.leaves import INFINITY
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound
from derive.expr.substitute import substitute, unbound
from derive.meaning.index_form import unfold
from derive.meaning.limits.ground import NeedSign, NoExpansion, NotDefined
from derive.meaning.regularity import defined
from derive.meaning.series.divergence import extreme, position
from derive.meaning.series.total import Total, total
from derive.prove.budget import Budget
from derive.prove.deciders import RecordError, require
from derive.prove.values.closed_form import ClosedForm
from derive.prove.values.limits import NOWHERE, facts_of, relation_of

KIND = "infinite sum"
METHOD = "infinite sum by law"
UNITS = 40


def accepts(node: Expr) -> bool:
    return isinstance(node, Bound) and node.kind in ("sum", "prod") and node.high is INFINITY and not node.axes


def value(node: Expr, premises: tuple[Expr, ...], budget: Budget) -> ClosedForm | str:
    """The sum, where it converges. Raises `Exhausted`."""
    budget.spend(UNITS)
    form: ClosedForm | str = ""
    for with_premises in (False, True) if facts_of(premises) else (False,):
        form = _form(node, premises, with_premises)
        if isinstance(form, ClosedForm) and not form.conditions:
            break
    return form


def recheck(node: Expr, premises: tuple[Expr, ...], data: dict[str, Any]) -> ClosedForm:
    """The same sum once more: its families must be those recorded. Raises `RecordError`."""
    form = _form(node, premises, data["premises"] is True)
    if isinstance(form, str):
        raise RecordError(form)
    require(form.evidence.to_json() == data, f"the terms of {plain(node)} are not those recorded")
    return form


def _form(node: Expr, premises: tuple[Expr, ...], with_premises: bool) -> ClosedForm | str:
    assert isinstance(node, Bound)
    opened = unfold(node)
    assert isinstance(opened, Bound)
    facts = facts_of(premises) if with_premises else ()
    try:
        if opened.kind == "prod":
            raise NoExpansion("a product")
        found = total(opened, facts)
    except NotDefined:
        return ClosedForm(node, NOWHERE, KIND, METHOD, _Derived(None, with_premises))
    except (NoExpansion, NeedSign) as why:
        return _by_growth(node, opened, premises, with_premises) or str(why)
    needs = tuple(map(relation_of, found.needs))
    bound = [leaf for need in needs for leaf in unbound(need)]
    if bound:
        return f"{plain(node)} needs a condition on {bound[0]}"
    assumed = tuple(str(p) for p in premises if isinstance(p, Relation) and facts_of((p,))) if with_premises else ()
    return ClosedForm(node, found.value, KIND, METHOD, _Derived(found, with_premises), needs, assumed, found.laws)


def _by_growth(node: Bound, opened: Bound, premises: tuple[Expr, ...], with_premises: bool) -> ClosedForm | None:
    """What the growth of the terms alone tells, where they are defined at every position."""
    try:
        at = position(opened)
        if defined(substitute(opened.body, {opened.index: at})) != ():
            return None
        found = extreme(opened, facts_of(premises) if with_premises else ())
    except (NoExpansion, NeedSign):
        return None
    assumed = tuple(str(p) for p in premises if isinstance(p, Relation) and facts_of((p,))) if with_premises else ()
    law = "vanishing_product" if node.kind == "prod" else "divergence"
    return ClosedForm(node, found, KIND, "growth of the terms", _Derived(None, with_premises), (), assumed, (law,))


class _Derived:
    """The families of a sum, and whether the premises were used: its certificate."""

    def __init__(self, found: Total | None, with_premises: bool) -> None:
        self.found, self.with_premises = found, with_premises

    def to_json(self) -> dict[str, Any]:
        return {"premises": self.with_premises, **(self.found.to_json() if self.found else {"families": []})}
