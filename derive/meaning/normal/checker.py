"""The checker: confirms a proof from its steps, without searching and without the code that found it. Trusted.

A step is an instance of a law. It is accepted if the law's needs are met, by the signs that the domains give; then its
left side, one power of one atom, may be replaced by its right side. A proof is confirmed if the difference of the two
sides, with all replacements made, expands to 0, at once or after multiplication by its denominators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.leaves import Index
from derive.expr.node import Expr
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.substitute import free_indices
from derive.meaning.facts import Fact
from derive.meaning.interval import Interval
from derive.meaning.laws import NEEDS, law
from derive.meaning.normal.atoms import Atom, Poly, Unconfirmed, constant, plus, power_of
from derive.meaning.normal.defined import one_sided, requirements
from derive.meaning.normal.reading import Denominators, Reader, Use, without
from derive.meaning.normal.signs import Signs, rational
from derive.meaning.normal.work import Step

MAX_ROUNDS = 8


@dataclass(frozen=True)
class Rule:
    """A confirmed equation: the power n of an atom, times the factor, is the expression; with what it rests on."""

    n: int
    value: Expr
    factor: Fraction
    weights: frozenset[Expr]
    fixed: frozenset[Index]  # positions at which alone it holds: those of a premise
    rests_on: frozenset[Use]


@dataclass(frozen=True)
class Confirmation:
    laws: tuple[str, ...]
    assumptions: tuple[str, ...]
    conditions: tuple[str, ...]
    steps: tuple[Step, ...]  # those that were needed


class Checker(Reader):
    def __init__(
        self,
        laws: frozenset[str] | None,
        assumed: dict[Expr, Interval],
        premises: Sequence[Relation] = (),
        facts: tuple[Fact, ...] = (),
    ) -> None:
        super().__init__(laws, assumed, facts)
        self.premises = premises
        self.rules: dict[Atom, list[Rule]] = {}
        self.active: set[Atom] = set()  # atoms whose rules are being worked out
        self.removed: set[Atom] = set()  # atoms that were cancelled
        self.about: frozenset[Index] = frozenset()  # the positions that facts speak of

    # -- the proof

    def confirm(self, left: Expr, right: Expr, steps: Iterable[Step]) -> Confirmation:
        """Raises `Unconfirmed` unless left = right wherever both sides are defined and the conditions hold."""
        steps = tuple(steps)
        self.facts = (*self.given, *requirements(left, right))
        self.about = frozenset(i for _, e in self.facts for i in free_indices(e))
        for number, step in enumerate(steps):
            self._accept(number, step)
        self.used, self.removed, sides, difference = set(), set(), [], {}
        for side, sign in ((left, 1), (right, -1)):
            self.denominators, self.memo = Denominators(), {}
            difference = plus(difference, self.poly(side), sign)
            sides.append(self.denominators)
        if self._cleared(difference):
            raise Unconfirmed("the checker does not arrive at 0")

        def uses(kind: str) -> tuple[str, ...]:
            return tuple(sorted(text for k, text in self.used if k == kind))

        conditions = {*uses("condition"), *self._conditions(*sides), *one_sided(left, right, self.assumed, self.given)}
        needed = tuple(steps[n] for n in sorted(map(int, uses("step"))))
        return Confirmation(uses("law"), uses("assumption"), tuple(sorted(conditions)), needed)

    def _accept(self, number: int, step: Step) -> None:
        """Make a rule of an instance of a law, if its needs are met; what makes no rule is passed over."""
        values = dict(step.values)
        self.memo, self.used, self.weights = {}, {("step", str(number))}, step.weights
        if step.law == "premise":
            left, right = self._from_premise(values)
        else:
            if self.allowed is not None and step.law not in self.allowed:
                return
            if step.backwards and not law(step.law).reversible:
                return
            row, weights = law(step.law), step.weights
            for bound in (values.get("i"), values.get("j")):  # the law may bind these
                weights = without(bound, weights) if isinstance(bound, Index) else weights
            signs = Signs(self.assumed, weights)
            unmet = [(variable, need) for variable, need in row.needs if not signs.holds(need, values[variable])]
            if unmet and self.facts:
                signs = Signs(self.assumed, weights, self.facts)
                unmet = [(variable, need) for variable, need in unmet if not signs.holds(need, values[variable])]
            if any(need != "nonzero" for _, need in unmet):
                return
            self.used |= {("condition", NEEDS[need].format(plain(values[v]))) for v, need in unmet}
            self.used.add(("law", step.law))
            left, right = row.instance(values)
        if step.backwards:
            left, right = right, left
        p = self.poly(left)
        self.weights = ()
        ((m, c),) = p.items() if len(p) == 1 else (((), Fraction(0)),)
        if len(m) == 1 and m[0][1] > 0:
            fixed = self._fixed(step) | self.about  # facts may have been used to read the left side
            rule = Rule(m[0][1], right, c, frozenset(step.weights), fixed, frozenset(self.used))
            self.rules.setdefault(m[0][0], []).append(rule)

    def _fixed(self, step: Step) -> frozenset[Index]:
        """The free indices of a premise: inside a sum over one of them, it speaks of another position."""
        number = rational(dict(step.values)["number"]) if step.law == "premise" else None
        return frozenset(free_indices(self.premises[int(number)])) if number is not None else frozenset()

    def _from_premise(self, values: dict[str, Expr]) -> tuple[Expr, Expr]:
        """A premise solved for something: target - value, times what is not 0, is the difference of its sides."""
        number, target, value = rational(values["number"]), values["target"], values["value"]
        if number is None or not 0 <= number < len(self.premises) or self.premises[int(number)].kind != "=":
            raise Unconfirmed(f"there is no equation number {number} among the premises")
        left, right = self.premises[int(number)].args
        given = plus(self.poly(left), self.poly(right), -1)
        wanted = plus(self.poly(target), self.poly(value), -1)
        m, c = next(iter(given.items()), ((), Fraction(0)))
        if (scale := values.get("scale")) is not None and self.signs().holds("nonzero", scale):
            multiple = not self._cleared(plus(self.mul(self.poly(scale), wanted), given, -1))
        else:
            multiple = bool(c) and not plus(wanted, given, -wanted.get(m, Fraction(0)) / c)
        if not multiple:
            raise Unconfirmed(f"{target} = {value} does not follow from {left} = {right}")
        self.used.add(("assumption", f"{left} = {right}"))
        return target, value

    def _cleared(self, p: Poly) -> Poly:
        """`p` times powers of what it divides by; these are not 0 where the two sides are defined."""
        for _ in range(MAX_ROUNDS):
            atoms = {a for m in p for a, _ in m}
            low = {a: min(dict(m).get(a, 0) for m in p) for a in atoms}
            multiplier = {a: -e for a, e in low.items() if e < 0}
            if not p or not multiplier:
                return p
            for a in multiplier:
                self.cancelled(a)
            lifted: Poly = {}
            for m, c in p.items():
                exponents = dict(m)
                for a, e in multiplier.items():
                    exponents[a] = exponents.get(a, 0) + e
                lifted = plus(lifted, self.settled({a: e for a, e in exponents.items() if e}), c)
            p = lifted
        return p

    def _conditions(self, left: Denominators, right: Denominators) -> tuple[str, ...]:
        """Where only one side divides, or where a divisor of some cases was cancelled, it must not be 0."""
        out: dict[str, None] = {}
        for here, there in ((left, right), (right, left)):
            out.update({f"{text} != 0": None for a, text in here.always.items() if a not in there.always})
            out.update({f"{text} != 0": None for a, text in here.sometimes.items() if a in self.removed})
        return tuple(sorted(out))

    # -- what the expander asks

    def rewritten(self, a: Atom, e: int) -> Poly | None:
        for rule in self.rules.get(a, ()):
            if rule.fixed & self.bound_here or not rule.weights <= set(self.weights):
                continue
            if e < rule.n and (e > 0 or (rule.n == 1 and e == 0)):
                continue
            if a in self.active:
                return None
            self.active.add(a)
            value = self.poly(rule.value)
            self.active.discard(a)
            if any(b == a and (e < 0 or x >= rule.n) for m in value for b, x in m):
                continue  # no progress
            self.used |= rule.rests_on
            times, rest = divmod(e, rule.n)
            scaled = self.mul(value, constant(1 / rule.factor))
            return self.mul(self.power(scaled, times), power_of(a, rest))
        return None

    def cancelled(self, a: Atom) -> None:
        self.removed.add(a)
        if a[0] == "pow":
            self.removed |= self._atoms_of(dict(a[1][1:]))
