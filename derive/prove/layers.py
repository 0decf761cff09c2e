"""Claims about layers of symbolic number: definitions of one layer opened, and induction from layer to layer.

A backward pass that is stated, g[K] = …, g[k−1] = …, is compared with the one by which the adjoints are defined: if
both start alike, and the step of one is the step of the other when what they hand on is the same, then they are the
same at every layer from K down to 0. A number that a pass hands on unchanged is its start at every layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import TypeGuard

from derive.chain.positions import between, same
from derive.expr.arithmetic import Add, Mul, Neg, Pow
from derive.expr.families import linear
from derive.expr.layers import Layers, Rule, at_layer, member
from derive.expr.leaves import ONE, ZERO, Index, Symbol
from derive.expr.node import Expr, walk
from derive.expr.structure import Indexed, Member
from derive.expr.substitute import substitute, unbound
from derive.meaning.index_form import entries, entry, unfold
from derive.prove.goal import Goal

Sides = tuple[Expr, Expr]
MOST_INVARIANTS = 24
DEEPEST = 8  # layers that are opened one below the other


def reads_layers(sides: Sides, given: tuple[Expr, ...]) -> bool:
    """Whether a claim speaks of a member that layers define."""
    rules = _rules(given)
    return bool(rules) and any(isinstance(n, Member) and n.family in rules for n in walk(*sides))


def opened(sides: Sides, given: tuple[Expr, ...]) -> Sides | None:
    """Both sides with members replaced by their definitions where the layer certainly has one; None if none has."""
    rules = _rules(given)
    left, right = (_opened(unfold(side), rules) for side in sides)
    return None if (left, right) == tuple(map(unfold, sides)) else (left, right)


def layer_inductions(sides: Sides, given: tuple[Expr, ...]) -> Iterator[dict[str, Goal]]:
    """The goals of each induction over the layers of a backward pass: the start, the step, and the claim with both.

    The start and the step stand for all layers at once, so no condition of theirs may speak of one layer.
    """
    rules = _rules(given)
    passes = [one for one in given if isinstance(one, Layers) and one.backward]
    if not passes:
        return
    left, right = (_opened(unfold(side), rules) for side in sides)
    for one in reversed(passes):  # the adjoints' own, which stands last, first
        yield from _closed_forms(one, (left, right), rules)
        for invariant in islice(_invariants(one, passes, (left, right)), MOST_INVARIANTS):
            goals: dict[str, Goal] = {}
            for family, value in invariant.items():
                goals |= _preserved(family, value, invariant, rules)
            goals["the claim"] = Goal(_rewritten(left, invariant), _rewritten(right, invariant))
            yield goals


def _closed_forms(one: Layers, sides: Sides, rules: dict[Symbol, Rule]) -> Iterator[dict[str, Goal]]:
    """The goals for a claim that gives a number which is handed on as a formula in the layer: g[k] = q**(K - k)."""
    for left, right in (sides, sides[::-1]):
        if not isinstance(left, Member) or left.family not in one.start or left.args != (one.index,) or left.axes:
            continue
        mentioned = {n.family for n in walk(right) if isinstance(n, Member)}
        if not mentioned.isdisjoint(one.families) or not _always_defined(right, one):
            continue
        rule, layer = rules[left.family], one.index
        assert rule.start is not None
        before = substitute(_opened(unfold(entry(rule.step)), rules, hold=True), {left: right})
        starts = unfold(entry(rule.start)), at_layer(right, layer, rule.first)
        steps = before, at_layer(right, layer, layer - 1)
        yield {
            f"{left.family.name}[{rule.first}]": Goal(*starts, constant=layer.name),
            f"{left} to {left.family.name}[{layer} - 1]": Goal(*steps, constant=layer.name),
        }


def _always_defined(e: Expr, one: Layers) -> bool:
    """Whether the parts of `e` that speak of the layer have a value at every layer, by their form."""
    speaks: dict[Expr, bool] = {}
    for node in walk(e):
        speaks[node] = node is one.index or any(speaks[a] for a in node.args)
        if not speaks[node] or node is one.index or isinstance(node, Add | Mul | Neg):
            continue
        if not isinstance(node, Pow) or speaks[node.args[0]]:
            return False
        if between(linear(node.args[1]), ZERO, one.last, one.last) is not True:
            return False
    return True


def _preserved(family: Symbol, value: Expr, invariant: Invariant, rules: dict[Symbol, Rule]) -> dict[str, Goal]:
    """That a family starts as its value does, and that one layer keeps it so if all families of the invariant do."""
    rule = rules[family]
    start, step = value, value
    if _is_family(value):
        other = rules[value]
        assert other.start is not None
        start, step = other.start, other.step
    assert rule.start is not None
    before, after = (_opened(side, rules, hold=True) for side in _alike(rule.step, step))
    layer = rule.index
    return {
        f"{family.name}[{rule.first}] = {value}": Goal(*_alike(rule.start, start), constant=layer.name),
        f"{family.name}[{layer}] to {family.name}[{layer} - 1]": Goal(
            _rewritten(before, invariant, layer), _rewritten(after, invariant, layer), constant=layer.name
        ),
    }


Invariant = dict[Symbol, Expr]  # a family that is handed on, with another such family or a number that it equals


def _invariants(one: Layers, passes: list[Layers], sides: Sides) -> Iterator[Invariant]:
    """What the families of one pass that the claim needs may be at every layer: those of another pass, or their start.

    Those that say most come first.
    """
    needed = _needed(one, sides)
    options: list[list[Expr | None]] = []
    for family in needed:
        others: list[Expr | None] = [
            b
            for other in passes
            if other is not one and other.dim is one.dim
            for b in other.start
            if _same_axes(family, b, one, other)
        ]
        start = unfold(entry(one.start[family])) if not family.axes else None
        if start is not None and not unbound(start) and not any(isinstance(n, Member) for n in walk(start)):
            others.append(start)
        options.append([*others, None])
    for values in sorted(product(*options), key=lambda values: values.count(None)):
        families = [v for v in values if v is not None and _is_family(v)]
        chosen = {f: v for f, v in zip(needed, values, strict=True) if v is not None}
        if chosen and len(set(families)) == len(families):
            yield chosen


def _needed(one: Layers, sides: Sides) -> list[Symbol]:
    """The families that a pass hands on and that the sides speak of, directly or through its steps."""
    found: dict[Symbol, None] = {}
    pending = [*sides]
    while pending:
        for node in walk(pending.pop()):
            if isinstance(node, Member) and node.family in one.families and node.family not in found:
                found[node.family] = None
                pending.append(one.steps[node.family])
    return [f for f in one.start if f in found]


def _is_family(value: Expr) -> TypeGuard[Symbol]:
    return isinstance(value, Symbol) and bool(value.family)


def _same_axes(a: Symbol, b: Symbol, first: Layers, second: Layers) -> bool:
    return member(a, first.index).axes == at_layer(member(b, second.index), second.index, first.index).axes


def _alike(left: Expr, right: Expr) -> Sides:
    """The entries of two tensors at the same positions."""
    core, at = entries(left)
    return unfold(core), unfold(entry(right, at) if right.axes else entry(right))


def _rewritten(e: Expr, invariant: Invariant, layer: Index | None = None) -> Expr:
    """`e` with every member of a family, or those at one layer alone, replaced by what it equals."""
    replaced: dict[Expr, Expr] = {}
    for node in walk(e):
        if not isinstance(node, Member) or (layer is not None and node.args != (layer,)):
            continue
        if (value := invariant.get(node.family)) is not None:
            replaced[node] = Member.of(value, node.args) if _is_family(value) else value
    return substitute(e, replaced)


def _rules(given: tuple[Expr, ...]) -> dict[Symbol, Rule]:
    return {f: one.rule(f) for one in given if isinstance(one, Layers) for f in one.families}


def _opened(e: Expr, rules: dict[Symbol, Rule], hold: bool = False, depth: int = DEEPEST) -> Expr:
    """`e`, free of named terms, with members replaced by their definitions; with `hold`, not those handed on."""
    done: dict[Expr, Expr] = {}
    for node in walk(e):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        tensor, places = (new.of_what, new.places) if isinstance(new, Indexed) else (new, ())
        if depth and isinstance(tensor, Member) and len(places) == len(tensor.axes):
            definition = _definition(tensor, rules, hold)
            if definition is not None:
                new = _opened(unfold(entry(definition, places)), rules, hold, depth - 1)
        done[node] = new
    return done[e]


def _definition(node: Member, rules: dict[Symbol, Rule], hold: bool) -> Expr | None:
    """What a member is by definition, where that is certain for every number of layers."""
    rule = rules.get(node.family)
    if rule is None or rule.last is None or (hold and rule.start is not None):
        return None
    position = linear(node.args[0])
    if rule.start is not None and same(position, rule.first, rule.last) is True:
        return rule.start
    at = linear(position + rule.shift)
    if between(at, ONE, rule.last, rule.last) is not True:
        return None
    return at_layer(rule.step, rule.index, at)
