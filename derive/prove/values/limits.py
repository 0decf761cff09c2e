"""Limits, by asymptotic expansions under cases of signs (`derive.meaning.limits`).

The premises are used only if there is no value without them. Where a sign of the parameters makes the body diverge, or
leaves it without an expansion, the value needs the other signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from derive.expr.arithmetic import Add, Div
from derive.expr.calculus import Limit
from derive.expr.leaves import INFINITY, ONE, ZERO
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Where
from derive.expr.substitute import substitute, unbound
from derive.meaning.facts import RELATIONS, Fact, of_relation
from derive.meaning.index_form import unfold
from derive.meaning.limits.ground import Ground, NoExpansion, root
from derive.meaning.limits.limit import Cases, Derivation, Impossible, Leaf, Question, Undefined, Unknown, confirm
from derive.meaning.normal.signs import rational
from derive.prove.budget import Budget
from derive.prove.deciders import RecordError
from derive.prove.values.closed_form import ClosedForm

KIND = "limit"
METHOD = "asymptotic expansion"
UNITS = 40  # of work for one limit, besides one for each coefficient
NOWHERE = Div.of(ONE, ZERO)  # the value of a limit on whose way the body has none
MIRRORED = str.maketrans("<>", "><")
BELOW, AT, ABOVE = range(3)
NEEDED = {(ABOVE,): ">", (AT, ABOVE): ">=", (BELOW,): "<", (BELOW, AT): "<=", (BELOW, ABOVE): "!="}


@dataclass(frozen=True)
class Derived:
    """A derivation, and whether the premises were among its facts: the certificate of a limit."""

    derivation: Derivation
    with_premises: bool

    def to_json(self) -> dict[str, Any]:
        return {"premises": self.with_premises, "tree": self.derivation.to_json()}


@dataclass(frozen=True)
class Value:
    """What the cases come to, and where."""

    value: Expr
    needs: tuple[Relation, ...] = ()


def accepts(node: Expr) -> bool:
    return isinstance(node, Limit) and not node.axes


def value(node: Expr, premises: tuple[Expr, ...], budget: Budget) -> ClosedForm | str:
    """The limit with the derivation of its value. Raises `Exhausted`."""
    form: ClosedForm | str = ""
    for with_premises in (False, True) if facts_of(premises) else (False,):
        question = _question(node, premises if with_premises else ())
        derivation = question.answer()
        budget.spend(UNITS + question.effort.spent)
        form = _form(node, premises, Derived(derivation, with_premises))
        if isinstance(form, ClosedForm) and not form.conditions and form.restricted is None:
            break
    return form


def recheck(node: Expr, premises: tuple[Expr, ...], data: dict[str, Any]) -> ClosedForm:
    """The same value from the recorded cases and orders. Raises `RecordError`."""
    with_premises = data["premises"] is True
    try:
        derivation = confirm(_question(node, premises if with_premises else ()), data["tree"])
    except NoExpansion as wrong:
        raise RecordError(f"{plain(node)}: {wrong}") from wrong
    form = _form(node, premises, Derived(derivation, with_premises))
    if isinstance(form, str):
        raise RecordError(form)
    return form


def _question(node: Expr, premises: tuple[Expr, ...]) -> Question:
    assert isinstance(node, Limit)
    return Question(unfold(node.body), node.variable, unfold(node.point), facts_of(premises))


def facts_of(premises: tuple[Expr, ...]) -> tuple[Fact, ...]:
    """The signs that premises give."""
    found = (of_relation(p) for p in premises if isinstance(p, Relation) and not p.axes)
    return tuple(fact for fact in found if fact is not None)


def leaves(derivation: Derivation) -> Iterator[Derivation]:
    """The cases that are not distinguished further."""
    if isinstance(derivation, Cases):
        for part in derivation.parts:
            yield from leaves(part)
    else:
        yield derivation


def _form(node: Expr, premises: tuple[Expr, ...], derived: Derived) -> ClosedForm | str:
    """The closed form, oo where the body diverges; `finite` of it needs that it does not."""
    if all(isinstance(leaf, Undefined | Impossible) for leaf in leaves(derived.derivation)):
        return _of(node, premises, derived, Value(NOWHERE))
    forms = []
    for extended in (False, True):
        found = joined(derived.derivation, extended)
        if isinstance(found, str):
            forms.append(found)
            continue
        bound = [leaf for need in found.needs for leaf in unbound(need)]
        forms.append(f"{plain(node)} needs a condition on {bound[0]}" if bound else _of(node, premises, derived, found))
    finite, form = forms
    if isinstance(form, ClosedForm) and isinstance(finite, ClosedForm) and form.value is not finite.value:
        return replace(form, restricted=finite)
    return form


def _of(node: Expr, premises: tuple[Expr, ...], derived: Derived, found: Value) -> ClosedForm:
    laws = (name for leaf in leaves(derived.derivation) if isinstance(leaf, Leaf) for name in leaf.laws)
    assumed = tuple(str(p) for p in premises if facts_of((p,))) if derived.with_premises else ()
    return ClosedForm(
        node,
        found.value,
        KIND,
        METHOD,
        derived,
        found.needs,
        assumed,
        tuple(dict.fromkeys(("expansion", "growth_order", *laws))),
    )


def joined(derivation: Derivation, extended: bool) -> Value | str:
    """One expression for all cases that have a value, and what those cases need; or the reason why none has.

    oo and -oo are values if `extended`.
    """
    match derivation:
        case Leaf():
            if not derivation.finite and not extended:
                return f"the limit is {derivation.value}"
            return Value(derivation.value, tuple(relation_of(fact) for fact in derivation.needs))
        case Unknown() | Undefined():
            return derivation.reason
        case Impossible():
            return "a case that does not arise"
    parts = [joined(part, extended) for part in derivation.parts]
    known = {k: part for k, part in enumerate(parts) if isinstance(part, Value)}
    possible = [k for k in range(3) if not isinstance(derivation.parts[k], Impossible)]
    if not known or tuple(known) == (AT,):
        return next((part for part in parts if isinstance(part, str)), "no case has a limit")
    needs = tuple(dict.fromkeys(need for part in known.values() for need in part.needs))
    if list(known) != possible:
        signs = tuple(k for k in range(3) if k in known or k not in possible)
        if signs not in NEEDED:
            return "the cases that have a limit are no range"
        needs = (relation_of((RELATIONS[NEEDED[signs]], derivation.on)), *needs)
    return Value(_together(derivation.on, {k: part.value for k, part in known.items()}), needs)


def relation_of(fact: Fact) -> Relation:
    """A sign as a relation, solved for a leaf where that is plain: b < 1 for 1 - b > 0."""
    sign, e = fact
    kind = next(kind for kind, meant in RELATIONS.items() if meant == sign)
    solved = root(e)
    if solved is None or rational(solved[1]) is None:
        return Relation.of(kind, e, ZERO)
    leaf, at = solved
    rises = rational(Ground().simple(substitute(e, {leaf: Add.of(at, ONE)})))
    if rises is None:
        return Relation.of(kind, e, ZERO)
    return Relation.of(kind if rises > 0 else kind.translate(MIRRORED), leaf, at)


def _together(on: Expr, values: dict[int, Expr]) -> Expr:
    """The values by the sign of `on`. The value at 0 goes with a neighbour that has it there too."""
    if len(set(values.values())) == 1:
        return next(iter(values.values()))
    if AT in values:
        for neighbour in (BELOW, ABOVE):
            if neighbour in values and _agree(on, values[neighbour], values[AT]):
                other = BELOW + ABOVE - neighbour
                both = other in values and values[other] is values[neighbour] and _agree(on, values[other], values[AT])
                if both or other not in values:
                    return values[neighbour]
                kind = ">" if other == ABOVE else "<"
                return Where.of(Relation.of(kind, on, ZERO), values[other], values[neighbour])
    out = None
    for k, kind in ((AT, "="), (ABOVE, ">"), (BELOW, "<")):
        if k in values:
            out = values[k] if out is None else Where.of(Relation.of(kind, on, ZERO), values[k], out)
    assert out is not None
    return out


def _agree(on: Expr, near: Expr, at: Expr) -> bool:
    """Whether `near` has the value `at` where `on` is 0."""
    if any(leaf is INFINITY for leaf in walk(near, at)):
        return near is at
    solved = root(on)
    if solved is not None:
        near, at = (substitute(e, {solved[0]: solved[1]}) for e in (near, at))
    ground = Ground((("zero", on),))
    return near is at or ground.same(near, at)
