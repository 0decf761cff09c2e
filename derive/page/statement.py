"""From a statement about measures of information, decided, to a page: its proof, line by line with the reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.page.latex import latex, latex_sides
from derive.page.model import Calculation, Page, Row
from derive.page.unicode import unicode
from derive.page.wording import condition, counterexample, detail
from derive.prove.information.readable import Reason, Step
from derive.prove.verdict import Verdict

Decided = tuple[Relation, Verdict, Sequence[Step]]


def page_of_statement(decided: Sequence[Decided], premises: Sequence[Expr], title: str = "", seed: int = 0) -> Page:
    """One calculation for every relation; of a chain of relations the lines are numbered throughout."""
    numbers = count(1)
    calculations = tuple(
        Calculation("proof" if steps else "", _rows(relation, verdict, steps, numbers, premises))
        for relation, verdict, steps in decided
    )
    shown = ", ".join(rf"\({latex(relation)}\)" for relation, _, _ in decided)
    text = "\n".join([*(str(relation) for relation, _, _ in decided), *map(str, premises)])
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    given = tuple(latex(premise) for premise in premises)
    plain = title or ", ".join(unicode(relation) for relation, _, _ in decided)
    return Page(title or shown, "", given, calculations, "statement", digest, seed, plain_title=plain)


def _rows(
    relation: Relation, verdict: Verdict, steps: Sequence[Step], numbers: count[int], premises: Sequence[Expr]
) -> tuple[Row, ...]:
    if not steps or not all(isinstance(step, Step) for step in steps):
        return (_whole(relation, verdict, next(numbers)),)
    cited = [text for text in verdict.assumptions if text not in map(str, premises)]
    needs = [f"assumes {text}" for text in cited] + [f"needs {condition(text)}" for text in verdict.conditions]
    rows: list[Row] = []
    for step in steps:
        left, sign, right = latex_sides(Relation.of(step.relation, step.before, step.after))
        reasons = "; ".join(_reason(reason) for reason in step.reasons)
        note = ", ".join(needs) if step is steps[-1] else ""
        rows.append(Row(next(numbers), "" if rows else left, sign, right, reasons, note, "proved", verdict.method))
    return tuple(rows)


def _whole(relation: Relation, verdict: Verdict, number: int) -> Row:
    """A statement in one line: refuted, open, or proved without lines."""
    left, sign, right = latex_sides(relation)
    found = verdict.counterexample
    said = counterexample(found) if found is not None else detail(verdict)
    reason = {"refuted": "counterexample", "proved": "found by the engine"}.get(verdict.kind, "")
    return Row(number, left, sign, right, reason, "", verdict.kind, said)  # type: ignore[arg-type]


def _reason(reason: Reason) -> str:
    return reason.spelled(lambda e: rf"\({latex(e)}\)")
