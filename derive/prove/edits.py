"""The smallest change that makes a refuted claim true: one sign, factor, transpose, number, relation or domain.

Every edit is a claim of its own. It is screened at a few points, and told only if it is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.domains import NONNEG, POSDEF, POSITIVE, REAL, SYMMETRIC
from derive.expr.errors import DeriveError
from derive.expr.leaves import HALF, ZERO, Number, Size, Symbol
from derive.expr.node import NUMERIC, Expr, as_expr, walk
from derive.expr.operations import Apply, maximum, minimum
from derive.expr.plain import plain
from derive.expr.propositions import ORDERED, Relation
from derive.expr.structure import Derivative
from derive.expr.substitute import substitute
from derive.expr.tensor import MatMul, Transpose
from derive.prove.decide import decide
from derive.prove.information import edits as information
from derive.prove.information import speaks_of
from derive.prove.verdict import Edit, Verdict

MOST_SCREENED = 80
MOST_DECIDED = 6
FEW = 4  # draws to screen an edit
REVERSED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
WORDS = {"nonneg": "not negative", "positive": "positive", "symmetric": "symmetric", "posdef": "positive definite"}
FACTORS = (-1, 2, Fraction(1, 2))


@dataclass(frozen=True)
class Edited:
    """The claim after one change, which `what` puts in words; `where` is the declaration that it needs besides."""

    what: str
    relation: Relation
    where: str = ""


def with_edit(verdict: Verdict, relation: Relation, premises: tuple[Expr, ...] = (), seed: int = 0) -> Verdict:
    """A refutation with the first edit that makes the claim provable: reversed, a sign, a transpose, a factor, ..."""
    if verdict.kind != "refuted" or verdict.counterexample is None:
        return verdict
    if speaks_of(relation):
        try:
            edit = information.smallest(relation, premises, information.provable, information.refutable)
        except Exception:  # an edit that cannot be decided is none
            edit = None
        if edit is not None:
            return replace(verdict, counterexample=replace(verdict.counterexample, edit=edit))
    screened = decided = 0
    seen = {relation}
    for edited in _edits(relation, premises):
        claim = edited.relation
        if claim in seen or claim.left is claim.right:
            continue
        seen.add(claim)
        screened += 1
        if screened > MOST_SCREENED or decided >= MOST_DECIDED:
            break
        try:
            if decide(claim, premises, seed=seed, draws=FEW, screening=True).kind == "refuted":
                continue
            decided += 1
            if decide(claim, premises, seed=seed).kind == "proved":
                edit = Edit(edited.what, plain(claim), edited.where)
                return replace(verdict, counterexample=replace(verdict.counterexample, edit=edit))
        except Exception:  # an edit that cannot be decided is none
            continue
    return verdict


def _edits(relation: Relation, premises: tuple[Expr, ...]) -> Iterator[Edited]:
    if relation.kind not in ORDERED:
        return
    if relation.kind in REVERSED:
        yield Edited("the relation reversed", Relation.of(REVERSED[relation.kind], relation.left, relation.right))
    for changes in (_signs, _transposes, _whole, _dropped, _numbers, _exchanged):
        for side in (1, 0):
            top = relation.kind == "=" or changes is not _signs  # −a ≤ b says nothing about a ≤ b
            for what, new in _everywhere(relation.args[side], changes, top):
                left, right = (relation.left, new) if side else (new, relation.right)
                try:
                    yield Edited(what, Relation.of(relation.kind, left, right))
                except DeriveError:
                    continue
    yield from _domains(relation, premises)


Change = Iterator[tuple[str, Expr]]


def _everywhere(e: Expr, changes: Callable[[Expr, bool], Change], top: bool) -> Change:
    """`e` with one change at one place; the places from the outside in. The variable of a derivative stays."""
    yield from changes(e, top)
    for k, a in enumerate(e.args):
        if a.sort not in NUMERIC or (isinstance(e, Derivative) and k == 1):
            continue
        for what, new in _everywhere(a, changes, top=False):
            try:
                yield what, e.rebuild((*e.args[:k], new, *e.args[k + 1 :]))
            except DeriveError:
                continue


def _negative(e: Expr) -> Expr:
    return e.args[0] if isinstance(e, Neg) else Neg.of(e)


def _signs(e: Expr, top: bool) -> Change:
    if isinstance(e, Add):
        for k, term in enumerate(e.args):
            bare = term.args[0] if isinstance(term, Neg) else term
            yield f"the sign of {bare} flipped", Add.of(*e.args[:k], _negative(term), *e.args[k + 1 :])
    elif top or isinstance(e, Neg):
        yield "the sign flipped" if top else f"the sign of {e.args[0]} flipped", _negative(e)


def _transposes(e: Expr, top: bool) -> Change:
    if isinstance(e, Transpose):
        yield f"{e.args[0]} not transposed", e.args[0]
    elif len(e.axes) == 2 and not isinstance(e, Add | Mul | Neg):
        yield f"{e} transposed", Transpose.of(e)
    if isinstance(e, MatMul):
        left, right = e.args
        try:
            yield f"{left} and {right} exchanged", MatMul.of(right, left)
        except DeriveError:
            return


def _whole(e: Expr, top: bool) -> Change:
    """A factor of a whole side, of a term, or of a function's argument."""
    if e is ZERO or isinstance(e, Number):
        return
    for c in FACTORS[1:]:
        name = f"a factor {c}" if top else f"a factor {c} at {e}"
        yield name, _times(as_expr(c), e)
    if top:
        for size in dict.fromkeys(n for n in walk(e, into_terms=False) if isinstance(n, Size)):
            yield f"a factor {size}", _times(size, e)
            yield f"divided by {size}", Div.of(e, size)


def _times(c: Expr, e: Expr) -> Expr:
    if c is HALF:
        return Div.of(e, as_expr(2))
    return Mul.of(c, *e.args) if isinstance(e, Mul) else Mul.of(c, e)


def _dropped(e: Expr, top: bool) -> Change:
    """A term or factor left out."""
    if isinstance(e, Add | Mul):
        what = "term" if isinstance(e, Add) else "factor"
        for k, part in enumerate(e.args):
            rest = e.args[:k] + e.args[k + 1 :]
            bare = part.args[0] if isinstance(part, Neg) else part
            yield f"without the {what} {bare}", rest[0] if len(rest) == 1 else type(e).of(*rest)
    elif isinstance(e, Div):
        yield f"not divided by {e.args[1]}", e.args[0]


def _numbers(e: Expr, top: bool) -> Change:
    if isinstance(e, Number) and not top:
        for value in (e.value + 1, e.value - 1, 2 * e.value, e.value / 2):
            if value not in (e.value, 0):
                yield f"{value} for {e}", as_expr(value)
    elif isinstance(e, Pow) and not isinstance(e.args[1], Number):
        for step in (-1, 1):
            exponent = e.args[1] + 1 if step > 0 else e.args[1] - 1
            yield f"the exponent {exponent} for {e.args[1]}", Pow.of(e.args[0], exponent)


def _exchanged(e: Expr, top: bool) -> Change:
    """Operands of a quotient exchanged; min for max."""
    if isinstance(e, Div):
        yield f"{e.args[0]} and {e.args[1]} exchanged", Div.of(e.args[1], e.args[0])
    elif isinstance(e, Apply) and e.operation in (maximum, minimum):
        other = minimum if e.operation is maximum else maximum
        yield f"{other} for {e.operation}", Apply.of(other, e.args)


def _domains(relation: Relation, premises: tuple[Expr, ...]) -> Iterator[Edited]:
    """One real symbol restricted: the condition that was missing."""
    tied = set(walk(*premises))
    for symbol in dict.fromkeys(n for n in walk(relation) if isinstance(n, Symbol)):
        if symbol.domain is not REAL or symbol.family or symbol in tied:
            continue
        shape = f"[{', '.join(map(str, symbol.axes))}]" if symbol.axes else ""
        square = len(symbol.axes) == 2 and symbol.axes[0] is symbol.axes[1]
        for domain in (SYMMETRIC, POSDEF) if square else (NONNEG, POSITIVE):
            narrow = Symbol(symbol.name, symbol.axes, domain=domain, role=symbol.role, tex=symbol.tex)
            new = substitute(relation, {symbol: narrow})
            if isinstance(new, Relation):
                where = f"{symbol.name}: {domain.name}{shape}"
                yield Edited(f"{symbol.name} {WORDS[domain.name]}", new, where)
