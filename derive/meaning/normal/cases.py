"""Equality by cases: the sign of an expression is split until every piecewise function is on one of its branches.

A proof is a tree. A split says which signs an expression may have, and has a proof for each; together they cover all
real numbers. A leaf is a certificate of the normal form under the signs above it, or says that there is no point:
the signs contradict each other or what must hold where both sides are defined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derive.expr.errors import DeriveError
from derive.expr.leaves import ZERO as NOUGHT
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.meaning.facts import NEGATIVE, NONNEG, NONPOSITIVE, NONZERO, POSITIVE, ZERO, Fact, Facts
from derive.meaning.interval import Interval, Ranges
from derive.meaning.normal import splits
from derive.meaning.normal.certificate import MALFORMED, Certificate, Leaves, verify
from derive.meaning.normal.checker import Unconfirmed
from derive.meaning.normal.defined import requirements
from derive.meaning.normal.lower import Normaliser
from derive.meaning.normal.prove import CLEARED, NORMAL_FORM, UNFOLDED, Outcome, confirmed, simplified
from derive.meaning.normal.signs import Signs
from derive.meaning.normal.work import Undecided

MAX_LEAVES, MAX_DEPTH, MAX_TRIED = 48, 7, 3
COVERING = (
    frozenset((NONNEG, NEGATIVE)), frozenset((POSITIVE, NONPOSITIVE)), frozenset((ZERO, NONZERO)),
    frozenset((POSITIVE, ZERO, NEGATIVE)),
)  # fmt: skip
SYMBOLS = {POSITIVE: ">", NONNEG: ">=", ZERO: "=", NONZERO: "!=", NONPOSITIVE: "<=", NEGATIVE: "<"}


@dataclass(frozen=True)
class Impossible:
    """No point has these signs and defines both sides."""

    def to_json(self) -> dict[str, Any]:
        return {"kind": "impossible"}


@dataclass(frozen=True)
class Split:
    """One proof for each sign that `of` may have; `statement` is what the leaves of the JSON value are numbered by."""

    of: Expr
    cases: tuple[tuple[str, Tree], ...]
    statement: tuple[Expr, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "split",
            "of": Leaves(self.statement).data(self.of),
            "text": plain(self.of),
            "cases": [{"sign": sign, "proof": proof.to_json()} for sign, proof in self.cases],
        }


Tree = Impossible | Split | Certificate


@dataclass(frozen=True)
class Distinction:
    """A proof by cases that two sides are equal, with what all its leaves rest on."""

    left: Expr
    right: Expr
    tree: Tree
    laws: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    work: int = 0

    def to_json(self) -> dict[str, Any]:
        return {"kind": "cases", "left": plain(self.left), "right": plain(self.right), "tree": self.tree.to_json()}

    @property
    def leaves(self) -> Iterator[Tree]:
        stack: list[Tree] = [self.tree]
        while stack:
            node = stack.pop()
            if isinstance(node, Split):
                stack += [proof for _, proof in reversed(node.cases)]
            else:
                yield node


def relation_of(sign: str, e: Expr) -> Relation:
    """The sign as a relation to 0."""
    made = Relation.of(SYMBOLS[sign], e, NOUGHT)
    assert isinstance(made, Relation)
    return made


class _Hypotheses:
    """The signs above a place of the tree: facts, and equations for those that are 0."""

    def __init__(self, premises: Sequence[Relation], facts: tuple[Fact, ...]) -> None:
        self.premises, self.facts = tuple(premises), facts

    def with_sign(self, sign: str, e: Expr) -> _Hypotheses:
        zeros = (relation_of(ZERO, e),) if sign == ZERO else ()
        return _Hypotheses((*self.premises, *zeros), (*self.facts, (sign, e)))

    def defines(self, e: Expr, left: Expr, right: Expr, assumed: Mapping[Expr, Interval]) -> bool:
        """Whether `e` has a value, and so a sign, wherever both sides have one."""
        signs = Signs(dict(assumed), (), (*self.facts, *requirements(left, right)))
        return all(signs.holds(sign, part) for sign, part in requirements(e))

    def impossible(self, left: Expr, right: Expr, assumed: Mapping[Expr, Interval]) -> bool:
        return Facts((*self.facts, *requirements(left, right)), Ranges(dict(assumed))).impossible


# -- search


class _Search:
    def __init__(
        self, left: Expr, right: Expr, laws: frozenset[str] | None, assumed: dict[Expr, Interval], given: int
    ) -> None:
        self.left, self.right, self.laws, self.assumed, self.given = left, right, laws, assumed, given
        self.outcomes: list[Outcome] = []
        self.leaves = self.work = 0

    def tree(self, known: _Hypotheses, depth: int) -> Tree | str:
        """A proof under the hypotheses, or the reason why there is none."""
        if depth and known.impossible(self.left, self.right, self.assumed):
            return Impossible()
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            return f"more than {MAX_LEAVES} cases"
        reason = ""
        for unfolding in (False, True):
            seen = (*known.facts, *requirements(self.left, self.right))
            search = Normaliser(self.laws, self.assumed, unfolding, seen)
            try:
                search.assume(known.premises)
                difference = search.normalise(self.left) - search.normalise(self.right)
                tier = UNFOLDED if unfolding else NORMAL_FORM
                if not difference.is_zero:
                    difference, tier = simplified(search, difference), max(tier, CLEARED)
                self.work += search.work
                if difference.is_zero:
                    return self._leaf(known, search, tier)
            except (Undecided, Unconfirmed, DeriveError) as e:
                return str(e)
            reason = reason or f"the difference is {search.shown(difference)}"
            if depth < MAX_DEPTH and (found := self._split(known, depth, search, difference)) is not None:
                return found
            if splits.is_piecewise(difference) and depth == MAX_DEPTH:
                return f"cases nested more than {MAX_DEPTH} deep"
        return reason

    def _leaf(self, known: _Hypotheses, search: Normaliser, tier: int) -> Certificate:
        outcome = confirmed(
            self.left, self.right, self.laws, self.assumed, known.premises, known.facts, search, tier, 0
        )  # fmt: skip
        assert outcome.certificate is not None
        self.outcomes.append(outcome)
        return outcome.certificate

    def _split(self, known: _Hypotheses, depth: int, search: Normaliser, difference: Any) -> Tree | str | None:
        """A proof by the first candidate; None if there is none to split by."""
        for of, signs in splits.candidates(search, difference):
            if not known.defines(of, self.left, self.right, self.assumed):
                continue
            cases = []
            for sign in signs:
                proof = self.tree(known.with_sign(sign, of), depth + 1)
                if isinstance(proof, str):
                    where = f"where {plain(of)} {SYMBOLS[sign]} 0"
                    return f"{where}, {proof}" if proof.startswith("where") else f"{where}: {proof}"
                cases.append((sign, proof))
            return Split(of, tuple(cases), (self.left, self.right, *known.premises[: self.given]))
        return None


def by_cases(
    left: Expr,
    right: Expr,
    *,
    laws: frozenset[str] | None = None,
    assumed: Mapping[Expr, Interval] | None = None,
    premises: Sequence[Relation] = (),
    facts: tuple[Fact, ...] = (),
) -> Distinction | str:
    """A proof that two scalar core expressions are equal by cases of signs, or the reason why none was found."""
    search = _Search(left, right, laws, dict(assumed or {}), len(premises))
    try:
        tree = search.tree(_Hypotheses(premises, facts), 0)
    except (RecursionError, OverflowError) as e:
        return f"an expression is too deep or a number too large ({type(e).__name__})"
    except Unconfirmed as e:
        return str(e)
    if isinstance(tree, str):
        return tree

    def union(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for o in search.outcomes for x in getattr(o, name)))

    own = _signs_of(tree)
    kept = tuple(a for a in union("assumptions") if a not in own)
    return Distinction(left, right, tree, union("laws_used"), kept, union("conditions"), search.work)


def _signs_of(tree: Tree) -> set[str]:
    """The equations that the cases assumed, as text: they are no assumptions of the proof as a whole."""
    if not isinstance(tree, Split):
        return set()
    own = {f"{tree.of} = {NOUGHT}"} if any(sign == ZERO for sign, _ in tree.cases) else set()
    return own.union(*(_signs_of(proof) for _, proof in tree.cases))


# -- check


@dataclass(frozen=True)
class Confirmed:
    """What the leaves of a stored proof by cases rest on."""

    laws: frozenset[str] = frozenset()
    assumptions: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    steps: int = 0

    def __or__(self, other: Confirmed) -> Confirmed:
        return Confirmed(
            self.laws | other.laws,
            self.assumptions | other.assumptions,
            self.conditions | other.conditions,
            self.steps + other.steps,
        )


def verify_cases(
    left: Expr,
    right: Expr,
    data: dict[str, Any],
    *,
    assumed: Mapping[Expr, Interval] | None = None,
    premises: Sequence[Relation] = (),
    facts: tuple[Fact, ...] = (),
) -> Confirmed:
    """Check a stored proof by cases against a statement. Raises `Unconfirmed` if it does not prove it."""
    try:
        reading = Leaves((left, right, *premises))
        return _checked(left, right, data["tree"], reading, dict(assumed or {}), _Hypotheses(premises, facts), 0)
    except MALFORMED as e:
        raise Unconfirmed(f"the certificate does not fit this statement ({type(e).__name__}: {e})") from e


def _checked(
    left: Expr, right: Expr, data: Any, reading: Leaves, assumed: dict[Expr, Interval], known: _Hypotheses, depth: int
) -> Confirmed:
    kind = data["kind"]
    if kind == "impossible":
        if not known.impossible(left, right, assumed):
            raise Unconfirmed("a case that is said to be impossible is not")
        return Confirmed()
    if kind == "split":
        of, signs = reading.expr(data["of"]), [case["sign"] for case in data["cases"]]
        if frozenset(signs) not in COVERING:
            raise Unconfirmed(f"the cases {', '.join(signs)} do not cover all signs of {of}")
        if not known.defines(of, left, right, assumed):
            raise Unconfirmed(f"{of} may have no value, and then no sign")
        out = Confirmed()
        for case in data["cases"]:
            here = known.with_sign(case["sign"], of)
            out |= _checked(left, right, case["proof"], reading, assumed, here, depth + 1)
        return Confirmed(out.laws, out.assumptions - {f"{of} = {NOUGHT}"}, out.conditions, out.steps)
    found = verify(left, right, data, assumed=assumed, premises=known.premises, facts=known.facts)
    return Confirmed(
        frozenset(found.laws), frozenset(found.assumptions), frozenset(found.conditions), len(found.steps)
    )  # fmt: skip
