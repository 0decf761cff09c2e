"""Is a step right? Decided from its two lines alone, without the rule that found it.

Derivatives on both lines are taken by the differentiation engine of `derive.chain`, which shares no code with the rules
of `differentiate`; what is left is an equality, proved by normal form and confirmed by its checker. A step about
derivatives is compared with difference quotients at exact points as well (`quotient`): if those disagree, it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from derive.chain.defined import where_defined
from derive.chain.partial import collect, partial
from derive.derivation.definition import open_squared_norm
from derive.derivation.differentiate import leaf_of
from derive.derivation.entry import entry
from derive.derivation.order import same_but_for_order
from derive.derivation.path import difference, part
from derive.derivation.quotient import agree
from derive.derivation.step import Step
from derive.expr.errors import DeriveError
from derive.expr.leaves import Index, Let, Symbol
from derive.expr.node import Expr, walk
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Derivative, Indexed
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Array
from derive.meaning import index_form
from derive.prove.claim import Claim
from derive.prove.equality import Proof, prove_equality
from derive.prove.verdict import Verdict


def checked(step: Step, premises: Sequence[Expr] = ()) -> Step:
    """The step with the verdict of the check, and the path to where its lines really differ."""
    verdict = check(step.before, step.after, tuple(premises))
    if verdict.kind != "proved" and step.parts:
        parts = tuple(checked(p, premises) for p in step.parts)
        joined = all(a.after is b.before for a, b in pairwise(parts))
        ends = parts[0].before is step.before and parts[-1].after is step.after
        if joined and ends and all(p.verdict.kind == "proved" for p in parts):
            conditions = tuple(dict.fromkeys(c for p in parts for c in p.verdict.conditions))
            verdict = replace(parts[0].verdict, method="step by step", conditions=conditions)
    return replace(step, path=difference(step.before, step.after), verdict=verdict)


@lru_cache(maxsize=64)  # the search asks for what is checked again at the end
def check(before: Expr, after: Expr, premises: tuple[Expr, ...] = ()) -> Verdict:
    """The verdict on ``before = after`` for scalar lines: proved, refuted by difference quotients, or undecided."""
    if before is after or same_but_for_order(entry(before), entry(after)):
        return Verdict("proved", "the same but for order")
    path = difference(before, after)
    reason = ""
    for way in dict.fromkeys((path, path[:-1], ())):  # what differs, what is around it, the whole line
        b, a = part(before, way), part(after, way)
        around = [node for k in range(len(way)) if isinstance(node := part(before, way[:k]), Derivative)]
        if b.axes or a.axes or not all(map(is_free, around)):
            continue
        given = () if around else premises  # a premise restricts values after differentiation
        for left_open in (chained, _none) if any(map(chained, _derivatives(b, a))) else (_none,):
            try:
                proof = prove_equality(Claim(claimed(b, a, left_open), given))
            except DeriveError as error:
                reason = reason or str(error)
                continue
            if isinstance(proof, Proof):
                return _confirmed(b, a, proof)
            reason = reason or proof
    return Verdict("undecided", message=reason)


def is_free(d: Derivative) -> bool:
    """Whether what d differentiates by takes all values of an open set: then equal functions have equal derivatives.

    Not so for y ∈ {0, 1}, where y² = y but not 2y = 1, nor for the entries of a distribution.
    """
    leaf = leaf_of(d.x)
    return not isinstance(leaf, Symbol) or not (leaf.domain.integer or leaf.domain.structure)


def _derivatives(*lines: Expr) -> list[Derivative]:
    return [node for node in walk(*lines, into_terms=False) if isinstance(node, Derivative)]


def _none(d: Derivative) -> bool:
    return False


def _confirmed(b: Expr, a: Expr, proof: Proof) -> Verdict:
    evidence: dict = {"laws": list(proof.laws), "proof": proof}
    if _derivatives(b, a):
        quotients = agree(b, a)
        if quotients.against:
            return Verdict("undecided", message="difference quotients disagree with the rules of differentiation")
        evidence["difference quotients"] = quotients.points
    return Verdict("proved", proof.method, proof.assumptions, proof.conditions, evidence=evidence)


def chained(d: Derivative) -> bool:
    """Whether a derivative is that of a named term: an adjoint, for which the chain refers to others by name."""
    return isinstance(d.f, Let) and not free_indices(d.f)


def claimed(before: Expr, after: Expr, left_open: Callable[[Derivative], bool] = _none) -> Relation:
    """The two lines as an equality for all positions of their free indices.

    Derivatives are taken one by one, but for those that are left to the chain of the claim.
    """
    left, right = (taken(entry(e), left_open) for e in (before, after))
    indices = tuple(i for i in dict.fromkeys((*free_indices(left), *free_indices(right))) if i.dim is not None)
    return Relation.of("=", Array.of(left, indices), Array.of(right, indices))


def taken(e: Expr, left_open: Callable[[Derivative], bool] = _none) -> Expr:
    """A scalar line with its derivatives taken by the engine, innermost first; in index form.

    The square of a norm is read as a sum of squares, so that it has a derivative at 0 too.
    """
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Derivative) and not new.axes and not new.x.axes and not left_open(new):
            new = _derivative(new.f, new.x)
        squares = open_squared_norm(new)
        done[node] = new if squares is None else squares.after
    return done[e]


def _derivative(f: Expr, x: Expr) -> Expr:
    leaf = leaf_of(x)
    if f is x:
        f = x
    body = index_form.unfold(index_form.entry(f), lambda term: term is not leaf and _mentions(term, leaf))
    body = apart(body, free_indices(x))
    places = x.places if isinstance(x, Indexed) else ()
    return where_defined(collect(partial(body, leaf, places, kinks=True)), f)


def _mentions(term: Let, leaf: Expr) -> bool:
    return any(node is leaf for node in walk(term))


def apart(e: Expr, taken_indices: tuple[Index, ...]) -> Expr:
    """`e` with other bound indices where it binds one of these."""
    done: dict[Expr, Expr] = {}
    for node in walk(e, into_terms=False):
        new = node.rebuild(tuple(done[a] for a in node.args)) if node.args else node
        if isinstance(new, Bound) and new.index in taken_indices:
            fresh = Index(new.index.name, new.index.dim)
            new = Bound.of(new.kind, substitute(new.body, {new.index: fresh}), fresh, new.low, new.high)
        done[node] = new
    return done[e]
