"""Where a proof by cases may split: signs that a piecewise function waits for, found in a normal form."""

from __future__ import annotations

from collections.abc import Iterator

from derive.expr.node import Expr
from derive.expr.operations import absolute, maximum, minimum, relu, sign, step
from derive.meaning.facts import ANCHORS, NEGATIVE, NONNEG, NONPOSITIVE, NONZERO, POSITIVE, ZERO
from derive.meaning.normal import powers
from derive.meaning.normal.poly import ONE, Atom, Poly, number, of_atom
from derive.meaning.normal.render import written
from derive.meaning.normal.signs_of import knows
from derive.meaning.normal.work import Undecided, Work

TWO, THREE, ZERO_OR_NOT = (NONNEG, NEGATIVE), (POSITIVE, ZERO, NEGATIVE), (ZERO, NONZERO)
WAITING = {absolute: TWO, relu: TWO, maximum: TWO, minimum: TWO, step: THREE, sign: THREE}

Split = tuple[Expr, tuple[str, ...]]  # an expression, and the signs of which it has one


def candidates(w: Work, p: Poly) -> Iterator[Split]:
    """Expressions whose sign would let a part of `p` be replaced, innermost first; each once."""
    seen: set[str] = set()
    yield from w.wanted
    for condition, signs in _waiting(p):
        for part, few in _factors(w, condition, signs):
            if part.key in seen:
                continue
            seen.add(part.key)
            try:
                yield written(w, part), few
            except Undecided:
                continue


def is_piecewise(p: Poly) -> bool:
    """Whether a piecewise function is left in `p`, inside of sums too."""
    return any(_is_waiting(a) or any(map(is_piecewise, a.args)) for m in p.terms for a, _ in m.factors)


def _is_waiting(a: Atom) -> bool:
    return a.kind == "where" or (a.kind == "apply" and a.head in WAITING)


def _waiting(p: Poly) -> Iterator[tuple[Poly, tuple[str, ...]]]:
    """The conditions of piecewise parts outside of sums, those of inner parts first, then bases of unknown sign."""
    bases: list[tuple[Poly, tuple[str, ...]]] = []
    for m, _ in p.ordered:
        for a, _ in m.factors:
            if a.bound:
                bases += _bases(a)
                continue
            for q in a.args:
                yield from _waiting(q)
            if a.kind == "apply" and a.head in (maximum, minimum):
                yield a.args[0] - a.args[1], TWO
            elif a.kind == "apply" and a.head in WAITING:
                yield a.args[0], WAITING[a.head]
            elif a.kind == "where":
                yield a.args[0], ZERO_OR_NOT if a.head == "=" else TWO
            bases += _bases(a)
    yield from bases


def _bases(a: Atom) -> list[tuple[Poly, tuple[str, ...]]]:
    """What is raised to a power that is no number: 0 is a case of its own."""
    here = [(a.args[0], ZERO_OR_NOT)] if a.kind == "power" and a.args[1].constant is None else []
    inside = [s for q in a.args for m, _ in q.ordered for b, _ in m.factors for s in _bases(b)]
    bound = {name for name, _, _ in a.bound}
    return here + [s for s in inside if not s[0].free & bound]


def _factors(w: Work, p: Poly, signs: tuple[str, ...]) -> Iterator[tuple[Poly, tuple[str, ...]]]:
    """The factors of `p` of which the sign is not known, with the signs to tell apart."""
    if p.constant is not None:
        return
    one = p.single
    c, m, rest = (one[1], one[0], ONE) if one else powers.content(w, p)
    parts = [of_atom(a) for a, _ in m.factors if not (a.args and a.kind in ("power", "base"))]
    if rest.constant is None:
        parts.append(rest if c != 1 or m.factors else p)
    unsure = [(part, few) for part in parts if (few := _open_signs(w, part, signs))]
    for part, few in unsure:
        yield from _plainer(w, part, few if len(unsure) == 1 or few is ZERO_OR_NOT else THREE)


def _open_signs(w: Work, p: Poly, signs: tuple[str, ...]) -> tuple[str, ...]:
    """Which signs of `p` are left to tell apart, as far as these are wanted."""
    if knows(w, p, POSITIVE) or knows(w, p, NEGATIVE):
        return ()
    if signs is ZERO_OR_NOT:
        return () if knows(w, p, NONZERO) else signs
    return THREE if knows(w, p, NONNEG) or knows(w, p, NONPOSITIVE) else signs


def _plainer(w: Work, p: Poly, signs: tuple[str, ...]) -> Iterator[tuple[Poly, tuple[str, ...]]]:
    """An increasing function is compared with another value of it, or with its value at one point, by its arguments."""
    terms = [(m.factors[0][0] if m.factors else None, m, c) for m, c in p.ordered]
    inner = [a for a, m, _ in terms if a is not None and len(m.factors) == 1 and m.factors[0][1] == 1]
    rows = [a for a in inner if a.kind == "apply" and a.head.monotone == 1 and len(a.args) == 1]
    found = None
    if len(terms) == len(rows) == 2 and rows[0].head is rows[1].head and terms[0][2] == -terms[1][2]:
        found = (rows[0].args[0] - rows[1].args[0]).times(1 if terms[0][2] > 0 else -1)
    elif len(rows) == 1 and rows[0].head in ANCHORS:
        at, value = ANCHORS[rows[0].head]
        c = next(c for a, _, c in terms if a is rows[0])
        if p.plus(of_atom(rows[0]), -c).constant == -c * value:
            found = (rows[0].args[0] - number(at)).times(1 if c > 0 else -1)
    if found is None or found.constant is not None:
        yield p, signs
    else:
        yield from _factors(w, found, signs)
