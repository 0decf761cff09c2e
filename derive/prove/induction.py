"""Induction: a claim about every t from some start on is proved at the start, and at t from the claim at t − 1.

The claim need not be defined everywhere, so what is proved at t has to be used with care: it must be known that the
claim at t − 1 is defined wherever the claim at t is. Hence every part that contains t must be defined for all t, and no
condition may speak of t; what is free of t is defined at all t or at none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from derive.expr.arithmetic import Add, Div, Neg, Pow
from derive.expr.domains import COUNTING, REAL
from derive.expr.errors import DeriveError
from derive.expr.families import linear
from derive.expr.leaves import ZERO, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr, as_expr, walk
from derive.expr.operations import Apply, step
from derive.expr.propositions import Recurrence, Relation
from derive.expr.structure import Bound, Call, Indexed, Member, Weighted, Where
from derive.expr.substitute import free_indices, substitute
from derive.expr.tensor import Linear
from derive.meaning.facts import NONNEG, NONZERO, POSITIVE, Fact
from derive.meaning.index_form import entry, unfold
from derive.meaning.integers import counts
from derive.meaning.interval import of_domain
from derive.meaning.normal.signs import Signs
from derive.prove.claim import Claim
from derive.prove.goal import Goal, missing

MOST_VARIABLES, MOST_UNROLLED, MOST_INVARIANTS = 3, 8, 4


def inductions(claim: Claim) -> Iterator[dict[str, Goal] | str]:
    """For each variable over which the claim can be proved by induction its goals, or why it cannot."""
    sides = _with_counts(unfold(claim.left), unfold(claim.right))
    rules = {p.family: p for p in claim.premises if isinstance(p, Recurrence)}
    for variable in list(_variables(claim, sides, rules))[:MOST_VARIABLES]:
        for start in _starts(variable, sides, rules):
            try:
                yield from _Induction(variable, start, rules, claim.indices).goals(*sides)
            except (DeriveError, _NoInduction) as e:
                yield str(e)


def independent(claim: Claim) -> tuple[Relation, ...]:
    """The equations among the premises that an induction may use: those between things that are the same at all t."""
    moving = {n for side in (claim.left, claim.right) for n in walk(side) if _may_move(n)}
    return tuple(e for e in claim.equations if not any(n in moving for n in walk(e)))


def mentioned(claim: Claim) -> tuple[Recurrence, ...]:
    """The recurrences of the families that the claim speaks of, or the definitions of these do."""
    rules = {p.family: p for p in claim.premises if isinstance(p, Recurrence)}
    found: dict[Symbol, None] = {}
    pending = [claim.left, claim.right]
    while pending:
        met = {
            n.family for n in walk(*pending) if isinstance(n, Member) and n.family in rules and n.family not in found
        }
        found.update(dict.fromkeys(family for family in rules if family in met))
        pending = [side for family in met for side in rules[family].args]
    return tuple(rule for family, rule in rules.items() if family in found)


class _NoInduction(Exception):  # noqa: N818 -- the reason, in words
    """Why a claim is not proved by induction."""


def _may_move(n: Expr) -> bool:
    return isinstance(n, Index | Size | Member) or (isinstance(n, Symbol) and n.domain.integer)


def _with_counts(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """The size of an axis that no tensor has as a counting number like any other."""
    nodes = list(walk(left, right))
    tensors = {d for n in nodes if isinstance(n, Symbol | Let | Member | Linear) for d in n.axes}
    sizes = [n for n in nodes if isinstance(n, Size) and n.dim not in tensors and n.dim.extent is None]
    if not sizes:
        return left, right
    replaced: dict[Expr, Expr] = {n: Symbol(n.dim.name, domain=COUNTING) for n in sizes}
    dims = {n.dim for n in sizes}
    for n in (*nodes, *(n.index for n in nodes if isinstance(n, Bound))):
        if isinstance(n, Index) and n.dim in dims and n not in replaced:
            replaced[n] = Index(n.name)
    return _renamed(left, replaced), _renamed(right, replaced)


def _renamed(e: Expr, replaced: dict[Expr, Expr]) -> Expr:
    """`e` with sizes and indices replaced, bound indices too."""
    done: dict[Expr, Expr] = {}
    for n in walk(e):
        args = tuple(done[a] for a in n.args)
        if n in replaced:
            done[n] = replaced[n]
        elif isinstance(n, Bound) and isinstance(fresh := replaced.get(n.index), Index):
            done[n] = Bound.of(n.kind, args[0], fresh, *args[1:])
        else:
            done[n] = n.rebuild(args) if args else n
    return done[e]


def _variables(claim: Claim, sides: tuple[Expr, Expr], rules: dict[Symbol, Recurrence]) -> Iterator[Expr]:
    """What the members of recurrences stand at, then what the ranges of sums and products end at."""
    seen: dict[Expr, None] = {}
    for node in walk(*sides):
        if isinstance(node, Member) and node.family in rules:
            seen.update(dict.fromkeys(n for n in walk(node.args[0]) if isinstance(n, Index | Symbol)))
    for node in walk(*sides):
        if isinstance(node, Bound) and node.kind in ("sum", "prod"):
            free = set(free_indices(Add.of(*sides)))
            for n in walk(node.high):
                if (isinstance(n, Symbol) and n.domain.integer) or (isinstance(n, Index) and n in free):
                    seen[n] = None
    yield from seen


def _starts(variable: Expr, sides: tuple[Expr, Expr], rules: dict[Symbol, Recurrence]) -> Iterator[int]:
    """Where the induction may begin: where a recurrence does, and at the least value of the variable."""
    recurrent = any(isinstance(n, Member) and n.family in rules for n in walk(*sides))
    lower = None
    if isinstance(variable, Symbol):
        lower = variable.domain.lower
    elif isinstance(variable, Index) and variable.dim is not None:
        lower = 1
    if recurrent and (lower is None or lower <= 1):  # the step is proved for the values of the variable alone
        yield 0
    if lower is not None and (lower or not recurrent):
        yield int(lower)


def _equation(left: Expr, right: Expr) -> Relation:
    made = Relation.of("=", left, right)
    assert isinstance(made, Relation)
    return made


class _Induction:
    """An induction over one variable from one start."""

    def __init__(self, t: Expr, start: int, rules: dict[Symbol, Recurrence], indices: tuple[Index, ...]) -> None:
        self.t, self.start, self.rules, self.indices = t, start, rules, indices
        self.from_start: Fact = (NONNEG, linear(t - as_expr(start)))

    def goals(self, left: Expr, right: Expr) -> Iterator[dict[str, Goal]]:
        """The base and the step, in each form in which the claim at t − 1 may be used.

        Raises `_NoInduction`, or what goes wrong when a position leaves its axis.
        """
        for side in (left, right):
            self._defined_throughout(side, (self.from_start,), strict=False)
        first = {self.t: as_expr(self.start)}
        base_left, base_right = (self._unrolled(substitute(side, first), None) for side in (left, right))
        base = Goal(base_left, base_right)
        before = {self.t: linear(self.t - 1)}
        old_left, old_right = (substitute(side, before) for side in (left, right))
        new_left, new_right = (self._unrolled(side, self.t) for side in (left, right))
        further: Fact = (NONNEG, linear(self.t - as_expr(self.start + 1)))
        begins, goes_on = f"{self.t} = {self.start}", f"{self.t} - 1 to {self.t}"

        def together(how: str, step: Goal) -> dict[str, Goal]:
            return {begins: base, goes_on + how: replace(step, facts=(further,), constant=str(self.t))}

        if (earlier := self._solved(old_left, old_right)) is not None:
            solved_left, solved_right = (substitute(side, earlier(side)) for side in (new_left, new_right))
            yield together("", Goal(solved_left, solved_right))
        else:
            difference = Goal(Add.of(new_left, Neg.of(old_left)), Add.of(new_right, Neg.of(old_right)))
            yield together(", differences", difference)
            yield together("", Goal(new_left, new_right, hypotheses=(_equation(old_left, old_right),)))
        yield from self._jointly(left, right, further)

    def _jointly(self, left: Expr, right: Expr, further: Fact) -> Iterator[dict[str, Goal]]:
        """The claim together with what its step turns out to need, all by one induction."""
        invariants, before = [(left, right)], {self.t: linear(self.t - 1)}
        for _ in range(MOST_INVARIANTS):
            known = tuple(_equation(substitute(a, before), substitute(b, before)) for a, b in invariants)
            steps = [
                Goal(self._unrolled(a, self.t), self._unrolled(b, self.t), known, (further,), str(self.t))
                for a, b in invariants
            ]
            needed = next((sides for step in steps if (sides := missing(step)) is not None), None)
            if needed is None:
                break
            more = tuple(substitute(side, {self.t: self.t + 1}) for side in needed)
            tidied = tuple(self._tidied(side) for side in more)
            if tidied in invariants or not any(isinstance(n, Member) for n in walk(*tidied)):
                return
            for side in tidied:
                self._defined_throughout(side, (self.from_start,), strict=False)
            invariants.append((tidied[0], tidied[1]))
        else:
            return
        if len(invariants) > 1:
            first = {self.t: as_expr(self.start)}
            goals: dict[str, Goal] = {}
            for (a, b), step in zip(invariants, steps, strict=True):
                at_start = [self._unrolled(substitute(side, first), None) for side in (a, b)]
                goals[f"{a} = {b} at {self.start}"] = Goal(at_start[0], at_start[1])
                goals[f"{a} = {b} from {self.t} - 1"] = step
            yield goals

    def _tidied(self, e: Expr) -> Expr:
        """Members at t instead of t + 1 − 1."""
        members = {n: Member.of(n.family, tuple(map(linear, n.args))) for n in walk(e) if isinstance(n, Member)}
        return substitute(e, {n: m for n, m in members.items() if n is not m})

    def _solved(self, left: Expr, right: Expr) -> Callable[[Expr], dict[Expr, Expr]] | None:
        """If the claim at t − 1 says what the members at t − 1 are: what stands for those in an expression."""
        for side, value in ((left, right), (right, left)):
            head, places = (side.of_what, side.places) if isinstance(side, Indexed) else (side, ())
            if not isinstance(head, Member) or head.family not in self.rules or places != self.indices[: len(places)]:
                continue
            if not any(isinstance(n, Member) and n.family is head.family for n in walk(value)):
                return partial(self._members, head, value)
        return None

    def _members(self, wanted: Member, value: Expr, e: Expr) -> dict[Expr, Expr]:
        """The entries of one member in an expression, each with its value."""
        if not wanted.axes:
            return {wanted: value}
        found = [n for n in walk(e) if isinstance(n, Indexed) and n.of_what is wanted]
        return {n: substitute(value, dict(zip(self.indices, n.places, strict=True))) for n in found}

    def _unrolled(self, e: Expr, t: Expr | None) -> Expr:
        """Members after t − 1 by the step of their recurrence; at numbers (without t), down to the start."""
        for _ in range(MOST_UNROLLED):
            replaced: dict[Expr, Expr] = {}
            for node in walk(e):
                head = node.of_what if isinstance(node, Indexed) else node
                if not isinstance(head, Member) or head.family not in self.rules or (head is node and head.axes):
                    continue
                gap = linear(head.args[0] if t is None else head.args[0] - t)
                bare = gap.args[0] if isinstance(gap, Neg) else gap
                if not isinstance(bare, Number):
                    raise _NoInduction(f"{head} is not a fixed number of steps from {self.t}")
                at = -bare.value if isinstance(gap, Neg) else bare.value
                if t is not None and at < 0:
                    continue
                rule = self.rules[head.family]
                value = rule.start if t is None and at == 0 else rule.step
                if t is None and at < 0:
                    raise _NoInduction(f"{head} is before the start")
                value = substitute(value, {rule.index: head.args[0] if t is None else linear(head.args[0])})
                replaced[node] = unfold(entry(value, node.places if isinstance(node, Indexed) and value.axes else ()))
            if not replaced:
                return e
            e = substitute(e, replaced)
        raise _NoInduction("too many steps at once")

    # -- whether the claim at t − 1 is defined where the claim at t is

    def _defined_throughout(self, e: Expr, facts: tuple[Fact, ...], strict: bool) -> None:
        """Raise unless every part that moves with t is defined for all t; with `strict`, every part at all."""
        moves = strict or any(n is self.t for n in walk(e))
        if moves and not self._total(e, facts, strict):
            raise _NoInduction(f"`{e}` may be undefined at some {self.t}")
        inside, demanding = facts, strict
        if isinstance(e, Bound):
            inside = (*facts, (NONNEG, e.index - e.low), (NONNEG, e.high - e.index))
            demanding = strict or any(n is self.t for n in walk(e.low))
        if isinstance(e, Where | Weighted):
            demanding = strict or any(n is self.t for n in walk(e.args[0]))
        for a in e.args:
            self._defined_throughout(a, inside, demanding)

    def _total(self, e: Expr, facts: tuple[Fact, ...], strict: bool) -> bool:
        """Whether a node is defined wherever its parts are."""
        signs = Signs(None, (), facts)
        match e:
            case Div():
                below = e.args[1]
                return signs.holds(NONZERO, below) or not (strict or any(n is self.t for n in walk(below)))
            case Pow():
                base, exponent = e.args
                if signs.holds(POSITIVE, base) or (signs.holds(NONNEG, base) and signs.holds(POSITIVE, exponent)):
                    return True
                return counts(exponent) and (signs.holds(NONNEG, exponent) or signs.holds(NONZERO, base))
            case Apply():
                whole = of_domain(e.operation.domain)
                needed = POSITIVE if whole.low[1] else NONNEG
                inside = e.operation.domain is REAL or (
                    whole.low[0] == 0 and whole.high[0] == float("inf") and signs.holds(needed, e.args[0])
                )
                return inside and (e.operation is not step or signs.holds(NONZERO, e.args[0]))
            case Indexed() | Member():
                places = e.places if isinstance(e, Indexed) else e.args
                first = 0 if isinstance(e, Member) else 1
                return all(self._place(p, first, signs) for p in places)
        return not isinstance(e, Let | Linear | Call)

    def _place(self, place: Expr, first: int, signs: Signs) -> bool:
        """Whether a position does not fall before the first as t grows, and does not come down from beyond the last."""
        growth = linear(Add.of(substitute(place, {self.t: self.t + 1}), Neg.of(place)))
        return all(e is ZERO or signs.holds(NONNEG, e) for e in (growth, linear(place - first)))
