"""Proofs about entropies as a lecturer would write them: a few lines, each an exact identity or a named inequality.

A certificate says which terms add up to the goal; `merging` makes few terms of many, `moves` says why each of them is
not negative or vanishes, `lines` puts them in an order, and every line is checked again before it is shown (`step`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derive.expr.node import Expr
from derive.expr.operations import log
from derive.expr.propositions import Relation
from derive.prove.information.certificate import Certificate
from derive.prove.information.checker import CertificateError, check, with_copy
from derive.prove.information.problem import Entropy, Generator, Mutual, Premise, Problem, Row, combined
from derive.prove.information.readable.lines import Layout, Line
from derive.prove.information.readable.moves import Move, moves
from derive.prove.information.readable.reasons import Reasons
from derive.prove.information.readable.step import Reason, Step, holds
from derive.prove.information.readable.vocabulary import UnspeakableError, Vocabulary
from derive.prove.information.reading import reading
from derive.prove.information.reading.premises import is_pointwise
from derive.prove.verdict import Verdict

OBVIOUS = re.compile(r"^the factor |have a marginal in common$")
FEW = 7  # variables: with more, a proof by symmetry stays one
SYMMETRY = "symmetry of the statement"

__all__ = ["Reason", "Step", "of_verdict", "steps"]


def of_verdict(verdict: Verdict, relation: Relation, premises: Sequence[Expr] = ()) -> tuple[Step, ...]:
    """The lines behind a verdict of this theory; () if it is no proof by a certificate."""
    proof = verdict.evidence.get("proof")
    certificates = [getattr(part, "certificate", None) for _, part in getattr(proof, "parts", ())]
    found = reading(relation, premises)
    if found is None or len(certificates) != 1 or not isinstance(certificates[0], Certificate):
        return ()
    return steps(found.problem, certificates[0], relation, premises)


def steps(
    problem: Problem, certificate: Certificate, relation: Relation, premises: Sequence[Expr] = ()
) -> tuple[Step, ...]:
    """The lines from one side of `relation` to the other, or of the difference of both.

    `problem` is what `reading` makes of the statement, `certificate` a proof of it. Every line is checked as a sum of
    rows; one that does not add up is never returned (then there are none at all).
    """
    found = reading(relation, premises)
    if found is None or (found.problem.names, found.problem.columns) != (problem.names, problem.columns):
        return ()
    if certificate.classes:
        plain = _without_classes(problem)
        if plain is None:
            return _in_one_step(problem, certificate, relation, _means(problem, certificate))
        certificate = plain
    own = len(problem.zero)
    for copy in certificate.copies:
        problem = with_copy(problem, copy)
    words = Vocabulary(found, problem, (relation, *premises))
    reasons = Reasons(problem, premises, own, certificate.copies)
    sides = [log(side) if is_pointwise(relation) else side for side in (relation.left, relation.right)]
    try:
        start, end = (Line(words.split(side), words.row_of(side) or {}, side) for side in sides)
    except UnspeakableError:
        return ()
    scale = _scale(start.row, end.row, problem.goal)
    if scale is None:
        return ()
    made = moves(problem, certificate, scale)
    if problem.strict:
        used = dict.fromkeys(reason for move in made for reason in reasons.of(move))
        return _in_one_step(found.problem, certificate, relation, tuple(used))
    silent = [move for move in made if move.vanishing is not None and _by_definition(move, problem, own)]
    start, end = (replace(line, parts=words.named(line.parts, [m.term for m in made])) for line in (start, end))
    for kept in (silent, []):
        shown = tuple(move for move in made if move not in kept)
        taken = [(1, end.row), *((-move.amount, words.row(move.term)) for move in kept)]
        layout = Layout(words, reasons, start, replace(end, row=combined(taken)), relation.kind)
        try:
            lines = layout.best(shown)
        except (UnspeakableError, ValueError):  # a term has no formula, or needs a column that the problem has not
            lines = layout.in_words(shown)
        settled = [_settled(step, kept, words, reasons) for step in lines]
        if all(settled):
            return tuple(step for step in settled if step is not None)
    return ()


def _without_classes(problem: Problem) -> Certificate | None:
    """Another certificate, each of whose terms stands for itself; None if there are too many variables."""
    if len(problem.names) > FEW:
        return None
    from derive.prove.information import cone

    found = cone.prove(problem)
    return found if isinstance(found, Certificate) else None


def _in_one_step(
    problem: Problem, certificate: Certificate, relation: Relation, reasons: tuple[Reason, ...]
) -> tuple[Step, ...]:
    """The statement itself as a step; it is checked as the certificate is."""
    try:
        check(problem, certificate)
    except CertificateError:
        return ()
    return (Step(relation.kind, relation.left, relation.right, reasons),)


def _means(problem: Problem, certificate: Certificate) -> tuple[Reason, ...]:
    """Terms that stand for their means over permutations, in words."""
    alike = ", ".join(map(problem.text_of, certificate.classes))
    used = dict.fromkeys(g for _, g in certificate.terms if not isinstance(g, Premise))
    means = (f"the mean of {_text(g, problem)} over permutations of {alike} is ≥ 0" for g in used)
    return (*map(Reason, means), Reason(SYMMETRY))


def _text(generator: Generator, problem: Problem) -> str:
    """A measure as text, by the names of the problem."""
    match generator:
        case Entropy(of, given):
            groups, letter = [of], "H"
        case Mutual(a, b, given):
            groups, letter = [a, b], "I"
        case _:
            return str(generator)
    bar = f"|{problem.text_of(given)}" if given else ""
    return f"{letter}({';'.join(map(problem.text_of, groups))}{bar})"


def _scale(left: Row, right: Row, goal: Row) -> Fraction | None:
    """The number by which right − left is a multiple of the goal."""
    difference = combined([(1, right), (-1, left)])
    if not goal:
        return None if difference else Fraction(1)
    some = next(iter(goal))
    scale = difference.get(some, Fraction(0)) / goal[some]
    return scale if scale and not combined([(1, difference), (-scale, goal)]) else None


def _by_definition(move: Move, problem: Problem, own: int) -> bool:
    """Whether a term vanishes by what a law or a copy is: that goes without a line of its own."""
    premises = move.vanishing.premises if move.vanishing is not None else ()
    numbers = [g.number for _, g in premises if isinstance(g, Premise)]
    return bool(numbers) and all(n >= own or problem.premises[n].cites == "definition" for n in numbers)


def _settled(step: Step, silent: Sequence[Move], words: Vocabulary, reasons: Reasons) -> Step | None:
    """A step that holds by the rows of what is printed, if need be with the silent terms; else None."""
    before, after = (words.row_of(e) for e in (step.before, step.after))
    if before is None or after is None:
        return None
    more = tuple(term for move in silent for term in move.more)
    less = tuple(term for move in silent for term in move.less)
    said = (*step.reasons, *_definitions(silent, words.problem, reasons))
    same = replace(step, more=step.more + more, less=step.less + less, reasons=said)
    opposite = replace(same, more=step.more + less, less=step.less + more)
    for each in (step, same, opposite) if silent else (step,):
        if holds(each, before, after, words.problem):
            return each
    return None


def _definitions(silent: Sequence[Move], problem: Problem, reasons: Reasons) -> tuple[Reason, ...]:
    """The laws and copies that no one wrote, and what they are; of the factors of a product nothing is said."""
    out: dict[Reason, None] = {}
    for move in silent:
        used = [g for _, g in (move.vanishing.premises if move.vanishing is not None else ()) if isinstance(g, Premise)]
        texts = [problem.premises[g.number] for g in used if problem.premises[g.number].cites == "definition"]
        if not texts:
            out.update(dict.fromkeys(reasons.of(move)))
        out.update((Reason(f"where {each.text}"), None) for each in texts if not OBVIOUS.search(each.text))
    return tuple(out)
