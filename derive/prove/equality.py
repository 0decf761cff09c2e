"""Deciding an equality: by normal form, by cases, by induction over a recurrence or over the end of a sum."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derive.expr.domains import REAL, SYMMETRIC
from derive.expr.leaves import ONE, ZERO, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Indexed
from derive.expr.substitute import substitute
from derive.expr.tensor import Transpose
from derive.meaning.facts import Fact, of_relation
from derive.meaning.index_form import entry, unfold
from derive.prove.claim import Claim
from derive.prove.goal import Goal, Solved, solve
from derive.prove.induction import independent, inductions, mentioned
from derive.prove.inverses import by_inverses
from derive.prove.layers import layer_inductions, opened, reads_layers
from derive.prove.proof import Proof
from derive.prove.termwise import term_by_term

MOST_CASES = 3  # binary entries, hence at most 2³ cases
ALL = None  # every trusted law
INDUCTION, CASES, LAYERS = "induction", "cases", "induction over layers"
INVERSES = "inverse relations"

Goals = dict[str, Goal]  # by label


def prove_equality(claim: Claim, laws: frozenset[str] | None = ALL, cases: bool = True) -> Proof | str:
    """A proof of ``claim.left = claim.right``, or the reason why there is none.

    `laws` limits what may be used, `cases` says whether cases may be told apart.
    """
    reason = ""
    given = signs_given(claim)
    for method, goals in ways(claim):
        if isinstance(goals, str):
            reason = reason or goals
            continue
        if method == CASES and not cases:
            continue
        for signs in ((), given) if given and method != INDUCTION else ((),):
            proof = _all(claim, method, goals, laws, signs, cases)
            if isinstance(proof, Proof):
                return proof
            reason = reason if reason and method != INDUCTION else proof
    return reason


def ways(claim: Claim) -> Iterator[tuple[str, Goals | str]]:
    """Each way to prove a claim, in the order of trying: its method, and the equalities that together prove the claim.

    The method is empty if it is that in which the one equality is proved. A way that is not open is its reason.
    """
    recurrent = any(isinstance(p, Recurrence) for p in claim.premises)
    layered = reads_layers((claim.left, claim.right), claim.premises)  # has its own induction
    if recurrent and not layered:
        yield from ((INDUCTION, goals) for goals in inductions(claim))
    symmetric = symmetric_given(claim)
    sides = [(substitute(left, symmetric), substitute(right, symmetric)) for left, right in claim.unfoldings()]
    for number, (left, right) in enumerate(sides):
        yield "", {f"unfolding {number}": Goal(left, right)}
    layers = opened((claim.left, claim.right), claim.premises)
    if layers is not None:
        yield "", {"layers opened": Goal(*layers)}
    yield from ((LAYERS, goals) for goals in layer_inductions((claim.left, claim.right), claim.premises))
    if (terms := term_by_term(sides[-1])) is not None:
        yield "", terms
    for goals in by_inverses(claim):
        yield INVERSES, goals
    cases = _cases(claim)
    if cases:
        yield CASES, cases
    if not recurrent and not layered:
        yield from ((INDUCTION, goals) for goals in inductions(claim))


def usable(claim: Claim, method: str) -> tuple[Relation, ...]:
    """The equations that a proof by this method may use; in an induction, only what is the same at every step."""
    return independent(claim) if method == INDUCTION else () if method == LAYERS else claim.equations


def symmetric_given(claim: Claim) -> dict[Expr, Expr]:
    """What stands for the matrices that a premise A = Aᵀ makes symmetric: symbols of which that is the domain."""
    out: dict[Expr, Expr] = {}
    for premise in claim.premises:
        if not isinstance(premise, Relation) or premise.kind != "=":
            continue
        for a, b in (premise.args, premise.args[::-1]):
            if isinstance(a, Symbol) and a.domain is REAL and not a.family and _is_square(a) and b is Transpose.of(a):
                out[a] = Symbol(a.name, a.axes, domain=SYMMETRIC, tex=a.tex)
    return out


def _is_square(e: Expr) -> bool:
    return len(e.axes) == 2 and e.axes[0] is e.axes[1]


def signs_given(claim: Claim) -> tuple[tuple[str, Fact], ...]:
    """The inequalities among the premises, as text and as signs."""
    out = []
    for premise in claim.premises:
        if isinstance(premise, Relation) and premise.kind in ("<", "<=", ">", ">=", "!=") and not premise.axes:
            left, right = (unfold(entry(claim.derivatives.resolve(side))) for side in (premise.left, premise.right))
            core = Relation.of(premise.kind, left, right)
            assert isinstance(core, Relation)
            if (fact := of_relation(core)) is not None:
                out.append((str(premise), fact))
    return tuple(out)


def assumed_by(claim: Claim, method: str) -> tuple[str, ...]:
    """The premises that a way to prove the claim stands on by itself: recurrences, or the symmetry of a matrix."""
    if method == INDUCTION:
        return tuple(map(str, mentioned(claim)))
    met = {n for n in walk(claim.left, claim.right) if isinstance(n, Symbol)}
    return tuple(f"{a} = {a}.T" for a in symmetric_given(claim) if a in met)


def _all(
    claim: Claim,
    method: str,
    goals: Goals,
    laws: frozenset[str] | None,
    signs: tuple[tuple[str, Fact], ...],
    cases: bool,
) -> Proof | str:
    """All goals proved, or the first that is not."""
    given, facts = usable(claim, method), tuple(fact for _, fact in signs)
    found: dict[str, Solved] = {}
    for label, goal in goals.items():
        solved = solve(goal, laws, given, facts, cases)
        if isinstance(solved, str):
            return f"{label}: {solved}" if method else solved
        found[label] = solved
        method = method or solved.method
    return _proof(method, (*assumed_by(claim, method), *(text for text, _ in signs)), found)


def _proof(method: str, assumptions: tuple[str, ...], found: dict[str, Solved]) -> Proof:
    def union(name: str, first: tuple[str, ...] = ()) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*first, *(x for o in found.values() for x in getattr(o, name)))))

    parts = tuple((label, o.certificate) for label, o in found.items())
    return Proof(method, union("assumptions", assumptions), union("conditions"), union("laws"), parts)


def binary_entries(*sides: Expr) -> list[Expr]:
    """The distinct entries of binary symbols, free of bound indices, in order of first use."""
    found: dict[Expr, None] = {}
    for node in walk(*sides):
        leaf = node.of_what if isinstance(node, Indexed) else node
        scalar = isinstance(node, Indexed) or (isinstance(leaf, Symbol) and not leaf.axes)
        if isinstance(leaf, Symbol) and leaf.domain.name == "binary" and scalar:
            found[node] = None
    return list(found)


def _cases(claim: Claim) -> Goals | None:
    """y ∈ {0, 1}: the equality holds if it holds for both values. Sound only if every y stands at one fixed place."""
    left, right = unfold(claim.left), unfold(claim.right)
    places = binary_entries(left, right)
    fixed = all(all(i in claim.indices for i in e.args[1:]) for e in places if isinstance(e, Indexed))
    if not places or len(places) > MOST_CASES or not fixed:
        return None
    goals: Goals = {}
    for values in product((ZERO, ONE), repeat=len(places)):
        here = dict(zip(places, values, strict=True))
        label = ", ".join(f"{place} = {value}" for place, value in here.items())
        goals[label] = Goal(substitute(left, here), substitute(right, here))
    return goals
