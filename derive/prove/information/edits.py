"""The smallest change that makes a refuted statement about measures of information a proved one.

A relation turned round, a sign, a number, a Markov chain in another order, a variable more or less after the bar, one
variable for another, or one more premise. Every edit is a statement of its own, and told only if it is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, combinations, islice, permutations

from derive.expr.arithmetic import Add, Mul, Neg
from derive.expr.dependence import Independence, MarkovChain, relations_of
from derive.expr.errors import DeriveError
from derive.expr.information import Information
from derive.expr.leaves import ZERO, Number, Symbol
from derive.expr.node import NUMERIC, Expr, Sort, as_expr, walk
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.prove.information.problem import Row
from derive.prove.verdict import Edit

MOST_SCREENED = 240
MOST_TERMS = 960  # measures in all the statements that are screened
MOST_PROVED = 40
MOST_OF_A_KIND = 60
REVERSED = {"<=": ">=", ">=": "<="}

Premises = tuple[Expr, ...]
Decides = Callable[[Relation, Premises], bool]
Change = Iterator[tuple[str, Expr]]


@dataclass(frozen=True)
class Edited:
    """The statement after one change, which `what` puts in words."""

    what: str
    relation: Relation
    premises: Premises


def smallest(relation: Relation, premises: Premises, proves: Decides, refutes: Decides) -> Edit | None:
    """The first edit that is proved, small ones first; `refutes` is a cheap look that comes before each proof."""
    tried = 0
    seen = {(relation, premises)}
    terms = sum(isinstance(node, Information) for root in (relation, *premises) for node in walk(root))
    for edited in islice(edits(relation, premises), min(MOST_SCREENED, MOST_TERMS // max(1, terms))):
        key = edited.relation, edited.premises
        if key in seen or _is_idle(edited.relation, relation) or refutes(*key):
            seen.add(key)
            continue
        seen.add(key)
        tried += 1
        if tried > MOST_PROVED:
            return None
        if proves(*key):
            given = "; ".join(plain(p) for p in edited.premises) if edited.premises != premises else ""
            return Edit(edited.what, plain(edited.relation), given=given)
    return None


def _is_idle(new: Relation, old: Relation) -> bool:
    """Whether an edit only puts a term of one side on the other, where it cancels."""
    if new.left is new.right:
        return True
    common = [{n for n in walk(r.left) if isinstance(n, Information)} & set(walk(r.right)) for r in (new, old)]
    return new.kind != "=" and len(common[0]) > len(common[1])


def edits(relation: Relation, premises: Premises) -> Iterator[Edited]:
    """Edited statements, small changes first. An equation is meant as one: its relation changes last."""
    if relation.kind not in ("=", *REVERSED):
        return
    turned = _turned(relation, premises)
    kinds: list[Iterator[Edited]] = [
        _inside(relation, premises, _rounded),
        _reordered(relation, premises),
        _inside(relation, premises, _signs) if relation.kind == "=" else iter(()),  # −a ≤ b says nothing about a ≤ b
        _negated(relation, premises),
        _inside(relation, premises, _conditioned),
        _inside(relation, premises, _numbers),
        _inside(relation, premises, lambda e: _renamed(e, _variables(relation, premises))),
        _missing(relation, premises),
        _more_premises(relation, premises),
    ]
    kinds.insert(len(kinds) - 1 if relation.kind == "=" else 0, turned)
    yield from chain.from_iterable(islice(kind, MOST_OF_A_KIND) for kind in kinds)


# -- changes of the statement


def _turned(relation: Relation, premises: Premises) -> Iterator[Edited]:
    if relation.kind in REVERSED:
        new = Relation.of(REVERSED[relation.kind], relation.left, relation.right)
        yield Edited("the relation reversed", new, premises)
    else:
        for kind in ("<=", ">="):
            yield Edited(f"{kind} for =", Relation.of(kind, relation.left, relation.right), premises)


def _negated(relation: Relation, premises: Premises) -> Iterator[Edited]:
    if relation.kind == "=":
        e = relation.right
        terms = e.args if isinstance(e, Add) else (e,)
        new = [t.args[0] if isinstance(t, Neg) else Neg.of(t) for t in terms]
        new.sort(key=lambda t: isinstance(t, Neg))
        right = Add.of(*new) if len(new) > 1 else new[0]
        yield Edited(f"the sign of {e} flipped", Relation.of("=", relation.left, right), premises)


def _missing(relation: Relation, premises: Premises) -> Iterator[Edited]:
    """One measure more at the right of an equation: the one by which the sides differ."""
    from derive.prove.information.reading import problem

    rows = problem(relation, premises) if relation.kind == "=" else None
    if rows is None or any(k < 0 for k in rows.goal) or len(rows.laws) > 1:
        return
    named = {v.name: v for v in _variables(relation, premises)}
    if not named.keys() >= {*rows.names}:  # auxiliary variables of a lemma
        return
    measure = _measure(rows.goal, [named[name] for name in rows.names])
    if measure is not None and measure[1] not in walk(relation.left):
        factor, term = measure
        whole = term if abs(factor) == 1 else Mul.of(as_expr(abs(factor)), term)
        old = relation.right.args if isinstance(relation.right, Add) else (relation.right,)
        right = Add.of(*(e for e in old if e is not ZERO), Neg.of(whole) if factor < 0 else whole)
        sign = "-" if factor < 0 else "+"
        yield Edited(f"a term {sign} {whole}", Relation.of("=", relation.left, right), premises)


def _measure(row: Row, variables: list[Symbol]) -> tuple[Fraction, Information] | None:
    """(c, m) if a row is c·m for one measure m, H(A | C) or I(A; B | C)."""

    def group(mask: int) -> tuple[Symbol, ...]:
        return tuple(v for i, v in enumerate(variables) if mask >> i & 1)

    ranked = sorted(row, key=lambda m: (m.bit_count(), m))
    whole = ranked[-1]
    if len(row) <= 2:
        given = ranked[0] if len(row) == 2 else 0
        if given & ~whole or (given and row[given] != -row[whole]):
            return None
        return row[whole], Information.of((group(whole & ~given),), group(given))
    given = ranked[0] if len(row) == 4 else 0
    a, b = ranked[-3:-1]
    parts = {a: -row[whole], b: -row[whole], whole: row[whole]} | ({given: row[whole]} if given else {})
    if parts != row or a | b != whole or a & b != given:
        return None
    return -row[whole], Information.of((group(a & ~given), group(b & ~given)), group(given))


def _inside(relation: Relation, premises: Premises, changes: Callable[[Expr], Change]) -> Iterator[Edited]:
    for side in (1, 0):
        for what, new in _everywhere(relation.args[side], changes):
            left, right = (relation.left, new) if side else (new, relation.right)
            yield Edited(what, Relation.of(relation.kind, left, right), premises)


def _everywhere(e: Expr, changes: Callable[[Expr], Change]) -> Change:
    """`e` with one change at one place, from the outside in."""
    yield from changes(e)
    for k, a in enumerate(e.args):
        if a.sort in NUMERIC:
            for what, new in _everywhere(a, changes):
                try:
                    yield what, e.rebuild((*e.args[:k], new, *e.args[k + 1 :]))
                except DeriveError:
                    continue


def _signs(e: Expr) -> Change:
    if isinstance(e, Add):
        for k, term in enumerate(e.args):
            bare = term.args[0] if isinstance(term, Neg) else term
            new = bare if bare is not term else Neg.of(term)
            yield f"the sign of {bare} flipped", Add.of(*e.args[:k], new, *e.args[k + 1 :])


def _rounded(e: Expr) -> Change:
    """A number that is nearly an integer, as that integer."""
    for value, put in _values(e):
        if value.denominator > 16 and abs(value - round(value)) < Fraction(1, 8):
            yield f"{round(value)} for {value}", put(Fraction(round(value)))


def _numbers(e: Expr) -> Change:
    for value, put in _values(e):
        for new in (value - 1, value + 1, value / 2, 2 * value):
            if new > 0:
                yield f"{new} for {value}", put(new)
    if isinstance(e, Information):
        yield f"a factor 2 at {e}", Mul.of(as_expr(2), e)


def _values(e: Expr) -> Iterator[tuple[Fraction, Callable[[Fraction], Expr]]]:
    """The numbers of a sum or product, each with what the whole is with another one; a factor 1 is left out."""

    def put(k: int, value: Fraction) -> Expr:
        rest = (*e.args[:k], *e.args[k + 1 :])
        if isinstance(e, Mul) and value == 1:
            return rest[0] if len(rest) == 1 else Mul.of(*rest)
        return e.rebuild((*e.args[:k], as_expr(value), *e.args[k + 1 :]))

    for k, a in enumerate(e.args):
        if isinstance(a, Number) and a.value:
            yield Fraction(a.value), partial(put, k)


def _conditioned(e: Expr) -> Change:
    """One variable less after the bar; or more, if another measure could have meant it."""
    if not isinstance(e, Information):
        return
    for v in e.given:
        yield f"{e} not given {v}", Information.of(e.groups, tuple(u for u in e.given if u is not v), e.under)
    if len(e.groups) == 1 and len(e.groups[0]) > 1 and not e.given:
        for v in e.groups[0]:
            rest = tuple(u for u in e.groups[0] if u is not v)
            yield f"{v} after the bar of {e}", Information.of((rest,), (v,), e.under)


def _renamed(e: Expr, variables: tuple[Symbol, ...]) -> Change:
    """One more variable after the bar, or one variable for another."""
    if not isinstance(e, Information):
        return
    own = {v for g in e.groups for v in g} | set(e.given)
    for new in variables:
        if new not in own:
            yield f"{e} given {new}", Information.of(e.groups, (*e.given, new), e.under)
    for old in dict.fromkeys([v for g in e.groups for v in g] + list(e.given)):
        for new in variables:
            if new not in own:
                groups = tuple(tuple(new if v is old else v for v in g) for g in e.groups)
                given = tuple(new if v is old else v for v in e.given)
                yield f"{new} for {old} in {e}", Information.of(groups, given, e.under)


# -- changes of the premises


def _reordered(relation: Relation, premises: Premises) -> Iterator[Edited]:
    """A Markov chain in another order; read backwards it is the same."""
    for k, premise in enumerate(premises):
        if isinstance(premise, MarkovChain) and len(premise.groups) <= 4:
            for order in permutations(premise.groups):
                if [v.name for v in order[0]] < [v.name for v in order[-1]]:
                    new = MarkovChain.of(order, premise.under)
                    what = f"the premise {plain(new)} for {plain(premise)}"
                    yield Edited(what, relation, (*premises[:k], new, *premises[k + 1 :]))


def _more_premises(relation: Relation, premises: Premises) -> Iterator[Edited]:
    """Independence, a function, conditional independence of the variables that the statement has."""
    variables = _variables(relation)
    new: list[Expr] = [Independence.of(((a,), (b,))) for a, b in combinations(variables, 2)]
    new += [
        MarkovChain.of(((a,), (b,), (c,)))
        for a, c in combinations(variables, 2)
        for b in variables
        if b is not a and b is not c
    ]
    new += [_determined(a, b) for a, b in permutations(variables, 2)]
    for premise in new:
        if relation not in relations_of(premise) and premise not in premises:
            yield Edited(f"the premise {plain(premise)}", relation, (*premises, premise))


def _determined(of: Symbol, by: Symbol) -> Relation:
    return Relation.of("=", Information.of(((of,),), (by,)), ZERO)


def _variables(relation: Relation, premises: Premises = ()) -> tuple[Symbol, ...]:
    """The random variables that occur, in order."""
    found: dict[Symbol, None] = {}
    for root in (relation, *(r for p in premises for r in relations_of(p))):
        for node in walk(root):
            if isinstance(node, Information):
                found.update(dict.fromkeys(v for g in (*node.groups, node.given) for v in g))
    return tuple(v for v in found if v.sort is Sort.VARIABLE)


# -- how an edited statement is decided


def provable(relation: Relation, premises: Premises) -> bool:
    """Whether the cone of entropies proves a statement."""
    from derive.prove.information import reductions, span
    from derive.prove.information.certificate import Certificate
    from derive.prove.information.reading import problem

    try:
        rows = problem(relation, premises)
        if rows is None or (not rows.goal and not rows.equality):
            return False
        if rows.equality and span.prove(rows) is not None:
            return True
        return isinstance(reductions.prove(rows), Certificate)
    except Exception:  # contradictory premises, say: an edit that cannot be decided is none
        return False


def refutable(relation: Relation, premises: Premises) -> bool:
    """Whether a small distribution refutes a statement, or none can be looked for."""
    from derive.prove.information.reading import problem
    from derive.prove.information.witness import quick

    try:
        rows = problem(relation, premises)
        return rows is None or quick(rows) is not None
    except Exception:
        return True
