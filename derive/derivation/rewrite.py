"""Rewriting: a rule proposes what a node becomes; `once` applies one rule at one place, `exhaust` as long as it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from derive.derivation.path import difference, places, replaced
from derive.derivation.step import Step
from derive.expr.node import Expr

MOST_REWRITES = 400  # in one phase: more are no derivation that one reads


@dataclass(frozen=True)
class Rewrite:
    """What a node becomes, by which rule, with what the rule's variables stand for and what it needs."""

    rule: str
    after: Expr
    bindings: Mapping[str, Expr] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()


Rule = Callable[[Expr], Rewrite | None]


def once(e: Expr, rules: Sequence[Rule], outermost: bool = True) -> Step | None:
    """The first rewrite that applies, at the first place from the left at which one does."""
    for path, node in places(e, outermost):
        for rule in rules:
            found = rule(node)
            if found is not None and found.after is not node:
                after = replaced(e, path, found.after)
                if after is not e:
                    bindings = tuple(found.bindings.items())
                    return Step(found.rule, e, after, difference(e, after), bindings, found.conditions)
    return None


def exhaust(e: Expr, rules: Sequence[Rule], outermost: bool = True) -> list[Step]:
    """Rewrites until no rule applies, a line repeats, or there are too many."""
    steps: list[Step] = []
    seen = {e}
    while len(steps) < MOST_REWRITES:
        step = once(e, rules, outermost)
        if step is None or step.after in seen:
            break
        steps.append(step)
        e = step.after
        seen.add(e)
    return steps
