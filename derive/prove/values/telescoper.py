"""Infinite sums that telescope: Σ a(k) over k ≥ l is lim G - G(l) where G(k+1) - G(k) = a(k).

SymPy may propose G, by Gosper's algorithm; that the difference is the term is proved by normal form, and the limit by
asymptotic expansion. The certificate is G, with the derivation of its limit.
"""

from __future__ import annotations

from typing import Any

from derive.expr.arithmetic import Add, Neg
from derive.expr.domains import COUNTING
from derive.expr.errors import DeriveError
from derive.expr.leaves import INFINITY, ONE, Index, Symbol, Variable
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.expr.structure import Bound
from derive.expr.substitute import free_indices, substitute
from derive.meaning.index_form import unfold
from derive.meaning.limits.ground import NoExpansion
from derive.meaning.limits.limit import Leaf, Question, confirm
from derive.meaning.normal.prove import equal
from derive.meaning.normal.signs import rational
from derive.meaning.regularity import defined
from derive.prove.budget import Budget
from derive.prove.deciders import RecordError
from derive.prove.proposer import shared_proposer
from derive.prove.values.closed_form import ClosedForm
from derive.prove.values.limits import relation_of
from derive.text.statement import parse_expression

KIND = "telescoping sum"
METHOD = "telescoper"
UNITS = 400


def accepts(node: Expr) -> bool:
    """A sum without end over rational functions of the index: what Gosper's algorithm is good for."""
    if not isinstance(node, Bound) or node.kind != "sum" or node.high is not INFINITY or node.axes:
        return False
    return (
        (rational(node.low) or 0) >= 1
        and not free_indices(node)
        and not any(isinstance(n, Bound) for n in walk(node.body))
    )


def value(node: Expr, premises: tuple[Expr, ...], budget: Budget) -> ClosedForm | str:
    assert isinstance(node, Bound)
    budget.spend(UNITS)
    body = unfold(node.body)
    proposal = shared_proposer().telescoper(body, node.index)
    if proposal.expr is None:
        return proposal.message
    try:
        return _form(node, body, proposal.expr, None)
    except (NoExpansion, DeriveError) as why:
        return str(why)


def recheck(node: Expr, premises: tuple[Expr, ...], data: dict[str, Any]) -> ClosedForm:
    """The same value from the recorded telescoper. Raises `RecordError`."""
    assert isinstance(node, Bound)
    scope = {n.name: n for n in walk(node) if isinstance(n, Symbol | Index)}
    try:
        telescoper = parse_expression(data["telescoper"], scope=scope)
        return _form(node, unfold(node.body), telescoper, data["limit"])
    except (NoExpansion, DeriveError) as why:
        raise RecordError(f"{plain(node)}: {why}") from why


def _form(node: Bound, body: Expr, telescoper: Expr, recorded: Any) -> ClosedForm:
    """The value by a telescoper that is proved to be one. Raises `NoExpansion`."""
    position = Symbol(node.index.name, domain=COUNTING)  # every index of the range is one of these
    term, here = (substitute(e, {node.index: position}) for e in (body, telescoper))
    there = substitute(telescoper, {node.index: position + ONE})
    found = equal(Add.of(there, Neg.of(here)), term)
    if not found.proved or found.conditions:
        raise NoExpansion("the difference of the telescoper is not the term")
    if any(defined(e) != () for e in (term, here, there)):
        raise NoExpansion("the terms or the telescoper are not known to be defined at every index")
    far = Variable(node.index.name, COUNTING)
    question = Question(substitute(telescoper, {node.index: far}), far, INFINITY)
    limit = question.answer() if recorded is None else confirm(question, recorded)
    if not isinstance(limit, Leaf) or not limit.finite:
        raise NoExpansion("the telescoper has no limit")
    at_low = substitute(telescoper, {node.index: node.low})
    total = Add.of(limit.value, Neg.of(at_low))
    needs = tuple(map(relation_of, limit.needs))
    return ClosedForm(
        node, total, KIND, METHOD, _Telescoped(telescoper, limit), needs, laws=("telescoping", *found.laws_used)
    )


class _Telescoped:
    def __init__(self, telescoper: Expr, limit: Leaf) -> None:
        self.telescoper, self.limit = telescoper, limit

    def to_json(self) -> dict[str, Any]:
        return {"telescoper": plain(self.telescoper), "limit": self.limit.to_json()}
