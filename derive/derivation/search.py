"""The search: lines from a start by fixed phases of rules; with an end, lines from both sides until they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from derive.chain.resolve import Derivatives
from derive.derivation.adjoint import named_adjoints
from derive.derivation.algebra import expanded, size
from derive.derivation.check import checked
from derive.derivation.definition import see_product
from derive.derivation.differentiate import has_derivative
from derive.derivation.entry import entry, tensor
from derive.derivation.meeting import bridge, condensed, meet, meet_by_proof
from derive.derivation.path import difference
from derive.derivation.phases import MOST_LINES, WORTH, forward, macro
from derive.derivation.rewrite import exhaust
from derive.derivation.step import MACRO, Derivation, Step
from derive.expr.errors import DeriveError, ShapeError
from derive.expr.leaves import Index, indices_along
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Derivative, Indexed
from derive.expr.tensor import Array, Linear, MatMul, Transpose
from derive.meaning.matrix_form import matrix_form


def derive(
    start: Expr, end: Expr | None = None, premises: Sequence[Expr] = (), micro: bool = False
) -> Derivation | None:
    """The derivation from `start` to `end`, or to the simplest form found; None if no line was found.

    Every step has been checked, with `micro` every single rewrite too; what was not confirmed says so in its verdict.
    `premises` are what the checks may use. Raises `ShapeError` if the two have different axes,
    `SortError` for a derivative of a tensor by a tensor that is not entrywise.
    """
    axes = start.axes or (end.axes if end is not None else ())
    if end is not None and end.axes and start.axes and end.axes != start.axes:
        raise ShapeError(f"`{start}` and `{end}` have different axes")
    for node in walk(start, *(() if end is None else (end,))):
        if isinstance(node, Derivative) and node.f.axes and node.x.axes:
            Derivatives().resolve(node)  # raises unless it is entrywise
    indices = indices_along(axes)
    try:
        first = _line(start, indices)
        if end is None:
            found = _simplest(start, first, indices, premises)
        else:
            found = _between(start, first, end, _line(end, indices), indices, premises)
    except Exception:  # the search is not trusted, and what goes wrong in it finds nothing
        return None
    if found is None:
        return None
    steps = tuple(checked(step, premises) for step in found.steps)
    if micro:
        steps = tuple(replace(s, parts=tuple(checked(p, premises) for p in s.parts)) for s in steps)
    if end is None:
        return _as_far_as_proved(found, steps)
    return Derivation(found.start, found.end, indices, steps)


def _as_far_as_proved(found: Derivation, steps: tuple[Step, ...]) -> Derivation:
    """Without a requested end, the lines before the first that was not confirmed, if they lead anywhere."""
    kept = list(takewhile(lambda step: step.verdict.kind == "proved", steps))
    if len(kept) == len(steps) or not kept or has_derivative(kept[-1].after):
        return replace(found, steps=steps)
    last = kept[-1].after
    whole = tensor(last, found.indices) if found.indices else last
    return replace(found, end=Array.of(last, found.indices) if whole is None else whole, steps=tuple(kept))


def steps_between(relation: Relation, premises: Sequence[Expr] = ()) -> tuple[Step, ...]:
    """The steps from the left to the right of an equality; none if none were found, or one of them is not proved."""
    try:
        found = derive(relation.left, relation.right, premises) if relation.kind == "=" else None
    except DeriveError:
        return ()
    return found.steps if found is not None and found.proved else ()


def _line(e: Expr, indices: tuple[Index, ...]) -> Expr:
    return entry(e, indices if e.axes else ())


def _simplest(start: Expr, first: Expr, indices: tuple[Index, ...], premises: Sequence[Expr]) -> Derivation | None:
    steps = list(forward(first, premises=premises))
    ends = [k for k, s in enumerate(steps) if not has_derivative(s.after)]
    if not steps or (has_derivative(first) and not ends):
        return None
    least = min((size(steps[k].after) for k in ends), default=0)
    best = max((k for k in ends if size(steps[k].after) <= least + WORTH), default=len(steps) - 1)
    steps = condensed(steps[: best + 1])
    last = steps[-1].after
    end: Expr = last
    if indices:
        end = _whole(steps, last, indices, start)
    else:
        folded = macro(exhaust(last, [see_product]))
        if folded is not None:
            steps.append(folded)
            end = folded.after
    return Derivation(start, end, indices, _from(start, indices, first, steps))


def _whole(steps: list[Step], last: Expr, indices: tuple[Index, ...], start: Expr) -> Expr:
    """The last line as a tensor; that is a line of its own unless all lines can do without indices."""
    alike = [tensor(s.after, indices) for s in steps]
    if all(t is not None and t.axes == start.axes for t in alike) and alike[-1] is not None:
        steps[-1] = joined(steps[-1], _step("entries", last, _at(alike[-1], indices)))
        return alike[-1]
    forms = [(e, whole) for e in (last, expanded(last)) if (whole := _form(e, indices)) is not None]
    if not forms:
        return Array.of(last, indices)
    chosen, whole = min(forms, key=lambda form: size(form[1]))
    if chosen is not last:
        steps.append(_step("expand", last, chosen))
    steps.append(_step("matrix-notation", chosen, _at(whole, indices)))
    return whole


def _form(e: Expr, indices: tuple[Index, ...]) -> Expr | None:
    whole = matrix_form(Array.of(e, indices))
    return tensor(e, indices) if whole is None else whole


def _at(e: Expr, indices: tuple[Index, ...]) -> Expr:
    return Indexed.of(e, indices) if e.axes else e


def _step(rule: str, before: Expr, after: Expr) -> Step:
    return Step(rule, before, after, difference(before, after), level=MACRO)


def _from(start: Expr, indices: tuple[Index, ...], first: Expr, steps: list[Step]) -> tuple[Step, ...]:
    """The steps, the first of which begins at the start as it was written."""
    begin = _at(start, indices)
    if begin is first or not steps:
        return tuple(steps)
    return (joined(_step("entries", begin, first), steps[0], named=steps[0]), *steps[1:])


def joined(one: Step, two: Step, named: Step | None = None) -> Step:
    """Two steps as one line, under the rule of `named`."""
    parts = (*(one.parts or (one,)), *(two.parts or (two,)))
    way = difference(one.before, two.after)
    return replace(named or one, before=one.before, after=two.after, path=way, level=MACRO, parts=parts)


def _between(
    start: Expr, first: Expr, end: Expr, last: Expr, indices: tuple[Index, ...], premises: Sequence[Expr]
) -> Derivation | None:
    named = named_adjoints(end)
    for further in (False, True):
        from_start = list(forward(first, further, named, premises))
        from_end = list(forward(last, further, premises=premises))
        left, right = [first, *(s.after for s in from_start)], [last, *(s.after for s in from_end)]
        met = meet(left, right)
        if met is not None:
            break
    else:
        from_start = list(forward(first, False, named, premises))
        from_end = list(forward(last, premises=premises))
        left, right = [first, *(s.after for s in from_start)], [last, *(s.after for s in from_end)]
        met = meet_by_proof(left, right, premises)
        if met is None:
            return None
    i, j, rule = met
    steps = from_start[:i]
    if left[i] is not right[j]:
        steps.append(bridge(rule, left[i], right[j]))
    steps += [s.reversed() for s in reversed(from_end[:j])]
    steps = condensed(steps)
    wanted = _at(end, indices)
    if not steps or len(steps) > MOST_LINES:
        return None
    if steps[-1].after is not wanted:  # the end as it was written
        rules = list(steps[-1].rules)
        if indices and any(isinstance(node, MatMul | Linear | Transpose) for node in walk(wanted, into_terms=False)):
            rules.append("matrix-notation")
        closing = _step("entries", steps[-1].after, wanted)
        steps[-1] = replace(joined(steps[-1], closing), rule="; ".join(dict.fromkeys(rules)))
    return Derivation(start, end, indices, _from(start, indices, first, steps))
