"""Derivations that the engine found, on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from derive.cli.output import formula, mark
from derive.derivation import Derivation
from derive.derivation.names import reasons
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.prove.decide import decide
from derive.prove.verdict import Verdict

WIDEST = 72  # a formula wider than this does not move the reasons of the others


def lines(found: Derivation, micro: bool = False) -> Iterator[str]:
    """The start, then every line with the verdict of its check and the rules that lead to it."""
    yield f"    {formula(found.start)}"
    rows = [(step, formula(e)) for step, e in found.lines(micro)]
    width = max((len(text) for _, text in rows if len(text) <= WIDEST), default=0)
    for step, text in rows:
        needs = f"  (needs {'; '.join(step.needs)})" if step.needs else ""
        yield f"  = {text:<{width}}  {mark(step.verdict.kind)} {reasons(step.rules)}{needs}"
        if step.verdict.kind != "proved":
            yield f"      {step.verdict.message}"


def verdict_of(found: Derivation, premises: tuple[Expr, ...] = ()) -> Verdict:
    """The verdict on start = end: proved if every step is, and no drawn point contradicts it.

    Raises `NoUsableDrawError` if start and end are defined nowhere.
    """
    drawn = decide(Relation.of("=", found.start, found.end), premises)
    if drawn.kind == "refuted":
        return drawn
    if not found.proved:
        open_ = next(step for step in found.steps if step.verdict.kind != "proved")
        return Verdict("undecided", message=open_.verdict.message, steps=found.steps)
    assumptions = tuple(dict.fromkeys(a for s in found.steps for a in s.verdict.assumptions))
    conditions = tuple(dict.fromkeys((*found.conditions, *drawn.conditions)))
    return Verdict("proved", "derivation", assumptions, conditions, evidence=drawn.evidence, steps=found.steps)
