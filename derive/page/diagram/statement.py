"""From a statement about measures to its diagram: which atoms each side counts, which vanish, which are signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from derive.expr.dependence import relations_of
from derive.expr.errors import SortError
from derive.expr.information import Information
from derive.expr.leaves import Symbol
from derive.expr.node import Expr
from derive.expr.propositions import Relation
from derive.meaning.entropy.atoms import entropies, measure
from derive.page.diagram.explained import against, derivation, failures, measured, notes, standing_and_counts
from derive.page.diagram.measures import Terms, terms, variables
from derive.page.diagram.model import Diagram, Side, Term
from derive.page.diagram.venn import LARGEST
from derive.page.latex import SIGNS, latex
from derive.prove.information.certificate import Certificate
from derive.prove.information.problem import Entropy, Known, Mutual, Problem, Row, add, combined
from derive.prove.information.signs import Signs, signs
from derive.prove.verdict import Verdict

RELATIONS = ("=", "<=", ">=", "<", ">", "!=")


def diagram(
    relations: Sequence[Relation],
    premises: Sequence[Expr],
    verdicts: Sequence[Verdict],
    title: str = "",
    source: str = "",
) -> Diagram:
    """The diagram of a statement, chained or not, whose links have these verdicts.

    Raises `SortError` if it is not about measures of one law, or has more variables than a diagram can show.
    """
    links = _chain(relations)
    known = tuple(r for premise in premises for r in relations_of(premise))
    found = variables(*relations, *known)
    if not found:
        raise SortError("a diagram shows measures of information, H(X) or I(X;Y); here is none")
    if len(found) > LARGEST:
        names = ", ".join(v.name for v in found)
        raise SortError(f"a diagram shows at most {LARGEST} variables, and here are {len(found)}: {names}")
    problem, whole = _problem(found, premises)
    signed = signs(problem, _certificate, whole)
    sides = tuple(_side(terms(e), found) for e in links)
    out = Diagram(
        title=title or rf"\({_chained(relations)}\)",
        names=tuple(latex(v) for v in found),
        sides=sides,
        relations=tuple(SIGNS[r.kind].strip() for r in relations),
        zero=signed.zero,
        signed=_signed(signed, len(found)),
        nonpos=signed.nonpos,
        source=source or f"sha {_digest(relations, premises)}",
    )
    return _explained(out, relations, premises, verdicts, signed, problem)


def _explained(
    out: Diagram,
    relations: Sequence[Relation],
    premises: Sequence[Expr],
    verdicts: Sequence[Verdict],
    signed: Signs,
    problem: Problem,
) -> Diagram:
    kinds = [r.kind for r in relations]
    shown = measured(out, kinds, signed)
    standing, counts = standing_and_counts(verdicts)
    if standing == "verified" and not shown:
        shown = ", ".join(dict.fromkeys(v.method for v in verdicts if v.method))
    given = tuple(latex(p) for p in premises)
    return replace(
        out,
        lines=derivation(out, kinds, verdicts, signed, lambda rest: _as_measures(out, problem, rest)),
        notes=(*notes(out, given, signed), *failures(verdicts)),
        standing=standing,
        measured=shown,
        footer=" · ".join(part for part in (shown, counts, against(verdicts)) if part),
    )


def _chain(relations: Sequence[Relation]) -> list[Expr]:
    """The sides in order. Raises `SortError` if the relations are no chain or of another kind."""
    for relation in relations:
        if relation.kind not in RELATIONS:
            raise SortError(f"`{relation}`: a diagram shows equations and inequalities")
    for before, after in pairwise(relations):
        if before.right != after.left:
            raise SortError("a diagram shows one statement; `a = b <= c` is one, several with `;` are not")
    return [relations[0].left, *(r.right for r in relations)]


def _chained(relations: Sequence[Relation]) -> str:
    return f"{latex(relations[0].left)} " + " ".join(f"{SIGNS[r.kind].strip()} {latex(r.right)}" for r in relations)


def _side(found: Terms, of: Sequence[Symbol]) -> Side:
    return tuple(Term(factor, latex(m), _region(m, of)) for factor, m in found)


def _region(m: Information, of: Sequence[Symbol]) -> frozenset[int]:
    return measure([_mask(group, of) for group in m.groups], _mask(m.given, of), len(of))


def _mask(group: Sequence[Symbol], of: Sequence[Symbol]) -> int:
    return sum(1 << of.index(v) for v in set(group))


def _problem(of: Sequence[Symbol], premises: Sequence[Expr]) -> tuple[Problem, bool]:
    """The premises that are about measures alone, as rows, and whether these are all; the goal is nothing."""
    zero, nonneg, whole = [], [], True
    for premise in premises:
        known = relations_of(premise)
        whole = whole and bool(known)
        for relation in known:
            try:
                left, right = terms(relation.left), terms(relation.right)
            except SortError:  # such as |X| <= n: it takes part in the proof, but in no sign of an atom
                whole = False
                continue
            if relation.kind == "=":
                zero.append(Known(_difference(left, right, of), str(relation)))
            elif relation.kind in ("<=", ">=", "<", ">"):
                greater, less = (left, right) if relation.kind in (">=", ">") else (right, left)
                nonneg.append(Known(_difference(greater, less, of), str(relation)))
            whole = whole and relation.kind in ("=", "<=", ">=")
    continuous = sum(1 << i for i, v in enumerate(of) if v.domain is not None and v.domain.name == "continuous")
    names = tuple(v.name for v in of)
    return Problem(names, {}, zero=tuple(zero), nonneg=tuple(nonneg), continuous=continuous), whole and not continuous


def _difference(left: Terms, right: Terms, of: Sequence[Symbol]) -> Row:
    """left − right over joint entropies."""
    row: Row = {}
    for sign, side in ((1, left), (-1, right)):
        for factor, m in side:
            given, groups = _mask(m.given, of), [_mask(group, of) for group in m.groups]
            for chosen in range(1, 1 << len(groups)):
                joint = given
                for k, group in enumerate(groups):
                    joint |= group if chosen >> k & 1 else 0
                parity = 1 if chosen.bit_count() % 2 else -1
                add(row, joint, sign * factor * parity)
                add(row, given, -sign * factor * parity)
    return row


def _signed(found: Signs, n: int) -> frozenset[int]:
    every = frozenset(range(1, 1 << n))
    return every - found.zero - found.nonneg


def _as_measures(d: Diagram, problem: Problem, rest: Mapping[int, Fraction]) -> Side | None:
    """Weights of atoms as a sum of non-negative measures, from a certificate, where premises add nothing to it."""
    n = len(d.names)
    goal = combined((w, {mask: Fraction(c) for mask, c in entropies(atom, n).items()}) for atom, w in rest.items())
    found = _certificate(replace(problem, goal=goal))
    if found is None:
        return None
    side = tuple(_generator(d, factor, g) for factor, g in found.terms if isinstance(g, Entropy | Mutual))
    shown = replace(d, sides=(side,))
    same = all(shown.weight(0, a) == rest.get(a, 0) for a in range(1, 1 << n) if a not in d.zero)
    return side if same else None


def _generator(d: Diagram, factor: Fraction, g: Entropy | Mutual) -> Term:
    groups = [g.of] if isinstance(g, Entropy) else [g.a, g.b]
    inside = ";".join(_names(d, mask) for mask in groups)
    bar = rf" \mid {_names(d, g.given)}" if g.given else ""
    return Term(factor, f"{'HI'[len(groups) - 1]}({inside}{bar})", measure(groups, g.given, len(d.names)))


def _names(d: Diagram, mask: int) -> str:
    return ",".join(x for i, x in enumerate(d.names) if mask >> i & 1)


def _certificate(problem: Problem) -> Certificate | None:
    from derive.prove.information import cone

    found = cone.prove(problem)
    return found if isinstance(found, Certificate) else None


def _digest(relations: Sequence[Relation], premises: Sequence[Expr]) -> str:
    return hashlib.sha256("\n".join(map(str, (*relations, *premises))).encode()).hexdigest()[:12]
