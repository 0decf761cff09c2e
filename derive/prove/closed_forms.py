"""Integrals, limits and infinite sums of a claim, replaced by values that were proved.

Every decider, and the search for a counterexample, then sees only what can be computed at a point. The values come from
the providers of `derive.prove.values`. What has no known value stays, and is enclosed numerically where that can be
done rigorously.

Nodes are replaced innermost first, in the order of a walk, so that a record of the values found is enough to do it
again. Under a derivative they are replaced before the derivative is taken: an equation that holds on an open set may be
differentiated, whereas differentiating an improper integral under its sign needs a justification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from derive.chain.resolve import Derivatives
from derive.expr.calculus import Hessian, Integral, Jacobian, Limit
from derive.expr.leaves import INFINITY, ZERO, Constant, Let
from derive.expr.node import Expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import ORDERED, Relation
from derive.expr.structure import Bound, Derivative
from derive.expr.substitute import free_indices, substitute, unbound
from derive.meaning.index_form import entry, unfold
from derive.prove.budget import Budget, Exhausted
from derive.prove.claim import Claim
from derive.prove.deciders import RecordError, require
from derive.prove.proportion import crossed, crossed_premises
from derive.prove.values import providers
from derive.prove.values.closed_form import ClosedForm

UNITS = 20_000  # of work for the values of one claim
MOST_NODES = 24  # improper nodes of one claim that are tried
SEPARATOR = "; "

ValueOf = Callable[[Expr], ClosedForm | None]


def is_improper(e: Expr) -> bool:
    """Whether a node has no finite unfolding: an integral, a limit, or a sum without end."""
    if isinstance(e, Bound):
        return any(isinstance(leaf, Constant) and leaf.name == "oo" for leaf in walk(e.low, e.high))
    return isinstance(e, Integral | Limit)


def prepared(relation: Relation, premises: tuple[Expr, ...], derivatives: Derivatives) -> Claim:
    """The claim with every improper node replaced for which a provider has a value.

    Raises `NoDerivativeError` and the author's errors, as `Claim` does.
    """
    premises, relation = crossed_premises(relation, premises), crossed(relation)
    return _claim(relation, premises, derivatives, _Search(premises).value)


def prepared_again(
    relation: Relation, premises: tuple[Expr, ...], derivatives: Derivatives, recorded: list[dict[str, Any]]
) -> Claim:
    """The claim with the recorded values, each checked without searching. Raises `RecordError`."""
    premises, relation = crossed_premises(relation, premises), crossed(relation)
    record = _Record(premises, recorded)
    claim = _claim(relation, premises, derivatives, record.value)
    require(not record.left, f"the recorded value of {plain_node(record.left)} belongs to nothing in the claim")
    return claim


def plain_node(left: list[dict[str, Any]]) -> str:
    """The node that the next record is about."""
    return str(left[0].get("node")) if left and isinstance(left[0], dict) else "nothing"


def _claim(relation: Relation, premises: tuple[Expr, ...], derivatives: Derivatives, value_of: ValueOf) -> Claim:
    if relation.kind not in ORDERED or not any(map(is_improper, walk(relation))):
        return Claim(relation, premises, derivatives)
    found: list[ClosedForm] = []
    rewritten = _under_derivatives(relation, value_of, found)
    assert isinstance(rewritten, Relation)
    claim = Claim(rewritten, premises, derivatives)
    claim.relation = relation
    left, right = _replaced((_opened(claim.left), _opened(claim.right)), value_of, found, sides=True)
    return claim.with_values(left, right, tuple(found), conditions_of(found))


def _opened(side: Expr) -> Expr:
    """One side with the named terms opened that stand for something improper."""
    return unfold(side, lambda term: any(map(is_improper, walk(term.expr))))


def _under_derivatives(relation: Expr, value_of: ValueOf, found: list[ClosedForm]) -> Expr:
    """Scalar improper nodes below a derivative, replaced as far as they have a value of their own."""
    replaced: dict[Expr, Expr] = {}
    for node in walk(relation):
        if not isinstance(node, Derivative | Jacobian | Hessian):
            continue
        for inner in walk(node):
            if is_improper(inner) and not inner.axes and inner not in replaced and not unbound(inner):
                if any(isinstance(below, Derivative | Jacobian | Hessian) for below in walk(inner)):
                    continue
                core = _opened(entry(inner))
                (value,) = _replaced((core,), value_of, found)
                if value is not core:
                    replaced[inner] = value
    return substitute(relation, replaced) if replaced else relation


def _replaced(
    roots: tuple[Expr, ...], value_of: ValueOf, found: list[ClosedForm], sides: bool = False
) -> tuple[Expr, ...]:
    """The roots with improper nodes replaced, innermost first.

    A divergent limit that is a whole side of the claim is replaced by oo; there is no arithmetic with it.
    """
    done: dict[Expr, Expr] = {}
    known = {form.node: form.value for form in found}
    for node in walk(*roots, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args and not isinstance(node, Let) else node
        if isinstance(new, Integral) and any(isinstance(leaf, Let) for leaf in walk(new, into_terms=False)):
            new = unfold(new)  # a density that has a name
        if is_improper(new):
            whole = sides and node in roots
            if new not in known:
                form = value_of(new)
                form = form if form is None or whole else form.finite
                if form is not None:
                    found.append(form)
                    known[new] = form.value
            if whole or not any(leaf is INFINITY for leaf in walk(known.get(new, ZERO))):
                new = known.get(new, new)
        done[node] = new
    return tuple(done[root] for root in roots)


class _Search:
    """Asks the providers, under one budget for the claim."""

    def __init__(self, premises: tuple[Expr, ...]) -> None:
        self.premises, self.budget, self.tried = premises, Budget(UNITS), 0

    def value(self, node: Expr) -> ClosedForm | None:
        self.tried += 1
        if self.tried > MOST_NODES:
            return None
        for one in providers():
            if one.accepts(node):
                try:
                    form = one.value(node, self.premises, self.budget)
                except Exhausted:
                    return None
                except Exception:  # whatever goes wrong in a search, it found no value
                    continue
                if isinstance(form, ClosedForm) and not _is_local(form):
                    return form
        return None


def _is_local(form: ClosedForm) -> bool:
    """Whether a condition is about an index, which may be bound around the node: it would not be one of the claim."""
    return any(free_indices(need) for need in form.conditions)


class _Record:
    """Hands out recorded values in their order, each checked against the node that it is for."""

    def __init__(self, premises: tuple[Expr, ...], recorded: list[dict[str, Any]]) -> None:
        self.premises, self.left = premises, list(recorded)

    def value(self, node: Expr) -> ClosedForm | None:
        if not self.left or self.left[0]["node"] != plain(node):
            return None
        data = self.left.pop(0)
        one = next((p for p in providers() if data["kind"] == p.KIND and p.accepts(node)), None)
        if one is None:
            raise RecordError(f"nothing checks the value of {data['node']} by {data['kind']!r}")
        form = one.recheck(node, self.premises, data["derivation"])
        require(not _is_local(form), f"the value of {data['node']} needs something at every position of a sum")
        if form.restricted is not None and plain(form.restricted.value) == data["value"]:
            form = form.restricted
        require(
            (plain(form.value), form.method) == (data["value"], data["method"]),
            f"the value of {data['node']} is {plain(form.value)} by {form.method}, not as recorded",
        )
        return form


def conditions_of(forms: Iterable[ClosedForm]) -> tuple[Relation, ...]:
    """What the values need, each once."""
    return tuple(dict.fromkeys(need for form in forms for need in form.conditions))


def needs_of(claim: Claim) -> tuple[str, ...]:
    """As text, what the values that stand in a claim need."""
    return tuple(str(need) for need in conditions_of(claim.values))


def methods_of(claim: Claim) -> str:
    """How the values that stand in a claim were proved, after the method of the claim itself: "; antiderivative"."""
    names = dict.fromkeys(name for form in claim.values for name in form.method.split(SEPARATOR))
    return "".join(f"{SEPARATOR}{name}" for name in names)


def without_values(claim: Claim, row: dict[str, Any]) -> dict[str, Any]:
    """A recorded verdict less what it says about the values in the claim, which is checked here."""
    needs, methods = needs_of(claim), methods_of(claim) if row["verdict"] == "proved" else ""
    require(tuple(row["conditions"][: len(needs)]) == needs, f"the values in the claim need {'; '.join(needs)}")
    require(row["method"].endswith(methods), f"the values in the claim were found by {methods}")
    used = tuple(text for form in claim.values for text in form.assumptions)
    if row["verdict"] == "proved":
        require(all(text in row["assumptions"] for text in used), f"the values in the claim assume {'; '.join(used)}")
    method = row["method"][: len(row["method"]) - len(methods)]
    own = row["conditions"] if row["verdict"] == "proved" else row["conditions"][len(needs) :]
    return {**row, "method": method, "conditions": own}
