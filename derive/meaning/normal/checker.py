"""The checker: confirms a proof from its steps, without searching and without the code that found it. Trusted.

A step is an instance of a law. It is accepted if the law's needs are met, by the signs that the domains give; then its
left side, one power of one atom, may be replaced by its right side. A proof is confirmed if the difference of the two
sides, with all replacements made, expands to 0, at once or after multiplication by its denominators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.information import Information
from derive.expr.leaves import Constant, Index, Let, Number, Size, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.plain import plain
from derive.expr.propositions import Relation
from derive.expr.structure import Bound, Call, Delta, Indexed, Member, Weighted, Where
from derive.expr.substitute import free_indices
from derive.expr.tensor import Linear
from derive.meaning.interval import Interval, point
from derive.meaning.laws import NEEDS, law
from derive.meaning.normal.expander import (
    Atom,
    Bounds,
    Expander,
    Poly,
    Unconfirmed,
    constant,
    frozen,
    index,
    monomial,
    plus,
    power_of,
)  # fmt: skip
from derive.meaning.normal.signs import Signs
from derive.meaning.normal.work import Step

MAX_ROUNDS = 8


@dataclass(frozen=True)
class Rule:
    """A confirmed equation: the power n of an atom, times the factor, is the expression; with the laws it rests on."""

    n: int
    value: Expr
    factor: Fraction
    weights: frozenset[Expr]
    laws: frozenset[str]


@dataclass
class Denominators:
    """What one side divides by, and whether it does so at every point where it is defined."""

    always: dict[Atom, str] = field(default_factory=dict)
    sometimes: dict[Atom, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Confirmation:
    laws: tuple[str, ...]
    assumptions: tuple[str, ...]
    conditions: tuple[str, ...]


class Checker(Expander):
    def __init__(
        self, laws: frozenset[str] | None, assumed: dict[Expr, Interval], premises: Sequence[Relation] = ()
    ) -> None:
        super().__init__()
        self.allowed, self.assumed, self.premises = laws, assumed, premises
        self.rules: dict[Atom, list[Rule]] = {}
        self.used: set[str] = set()
        self.totals: dict[str, None] = {}  # assumptions: which sums of which symbols are 1
        self.needed: dict[str, None] = {}  # conditions that steps left open
        self.removed: set[Atom] = set()  # atoms that were cancelled
        self.denominators = Denominators()
        self.weights: tuple[Expr, ...] = ()
        self.inside_case = False
        self.active: set[Atom] = set()  # atoms whose rules are being worked out
        self.memo: dict = {}
        self.numbers: dict[Expr, int] = {}
        self.leaves: list[Expr] = []
        self.shown: dict[Atom, Expr] = {}
        self.names: dict[str, Index] = {}

    # -- the proof

    def confirm(self, left: Expr, right: Expr, steps: Iterable[Step]) -> Confirmation:
        """Raises `Unconfirmed` unless left = right wherever both sides are defined and the conditions hold."""
        for step in steps:
            self._accept(step)
        self.used, self.totals, self.removed, sides, difference = set(), {}, set(), [], {}
        for side, sign in ((left, 1), (right, -1)):
            self.denominators, self.memo = Denominators(), {}
            difference = plus(difference, self.poly(side), sign)
            sides.append(self.denominators)
        if self._cleared(difference):
            raise Unconfirmed("the checker does not arrive at 0")
        return Confirmation(tuple(sorted(self.used)), tuple(self.totals), self._conditions(*sides))

    def _accept(self, step: Step) -> None:
        """Make a rule of an instance of a law, if its needs are met; what is no rule is passed over."""
        values = dict(step.values)
        if step.law == "premise":
            left, right = values["left"], values["right"]
            if not any(r.kind == "=" and r.left is left and r.right is right for r in self.premises):
                raise Unconfirmed(f"{left} = {right} is no premise")
        else:
            if self.allowed is not None and step.law not in self.allowed:
                return
            row, signs = law(step.law), Signs(self.assumed, step.weights)
            open_needs = [(variable, need) for variable, need in row.needs if not signs.holds(need, values[variable])]
            if any(need != "nonzero" for _, need in open_needs):
                return
            self.needed.update(dict.fromkeys(NEEDS[need].format(plain(values[v])) for v, need in open_needs))
            left, right = row.instance(values)
        if step.backwards:
            left, right = right, left
        self.memo, self.used, self.weights = {}, set(), step.weights
        p = self.poly(left)
        self.weights = ()
        ((m, c),) = p.items() if len(p) == 1 else (((), Fraction(0)),)
        if len(m) == 1 and m[0][1] > 0:
            laws = frozenset(self.used | ({step.law} if step.law != "premise" else set()))
            self.rules.setdefault(m[0][0], []).append(Rule(m[0][1], right, c, frozenset(step.weights), laws))

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
        out = dict(self.needed)
        for here, there in ((left, right), (right, left)):
            out.update({f"{text} != 0": None for a, text in here.always.items() if a not in there.always})
            out.update({f"{text} != 0": None for a, text in here.sometimes.items() if a in self.removed})
        return tuple(sorted(out))

    # -- what the expander asks

    def may(self, law: str) -> bool:
        if self.allowed is not None and law not in self.allowed:
            return False
        self.used.add(law)
        return True

    def rewritten(self, a: Atom, e: int) -> Poly | None:
        for rule in self.rules.get(a, ()):
            if not rule.weights <= set(self.weights) or (e < rule.n and (e > 0 or rule.n == 1 and e == 0)):
                continue
            if a in self.active:
                return None
            self.active.add(a)
            value = self.poly(rule.value)
            self.active.discard(a)
            if any(b == a for m in value for b, _ in m) and (e < 0 or rule.n == 1):
                continue  # no progress
            self.used |= rule.laws
            times, rest = divmod(e, rule.n)
            scaled = self.mul(value, constant(1 / rule.factor))
            return self.mul(self.power(scaled, times), power_of(a, rest))
        return None

    def cancelled(self, a: Atom) -> None:
        self.removed.add(a)
        if a[0] == "pow":
            self.removed |= self._atoms_of(dict(a[1][1:]))

    def is_binary(self, a: Atom) -> bool:
        leaf = self._symbol(a)
        return leaf is not None and leaf.domain.integer and (leaf.domain.lower, leaf.domain.upper) == (0, 1)

    def is_symmetric(self, a: Atom) -> bool:
        leaf = self._symbol(a)
        return leaf is not None and not leaf.family and leaf.domain.structure in ("symmetric", "posdef")

    def unit_total(self, a: Atom) -> tuple[str, tuple[tuple[int, Poly], ...]] | None:
        leaf = self._symbol(a)
        if leaf is None or leaf.family or leaf.domain.structure not in ("onehot", "simplex"):
            return None
        rows = leaf.domain.structure == "onehot"
        places = range(len(leaf.axes))[-1:] if rows else range(len(leaf.axes))
        text = f"rows of {leaf.name} sum to 1" if rows else f"entries of {leaf.name} sum to 1"
        self.totals[text] = None
        return "rows_sum_to_one" if rows else "simplex_total", tuple((n, self.poly(leaf.axes[n].size)) for n in places)

    def nonneg(self, p: Poly) -> bool:
        signs, out = Signs(self.assumed, self.weights), point(0)
        for m, c in p.items():
            term = point(c)
            for a, e in m:
                if e != 1 or a not in self.shown:
                    return False
                term = term * signs(self.shown[a])
            out = out + term
        return out.nonneg

    def _symbol(self, a: Atom) -> Symbol | None:
        leaf = self.leaves[a[1]] if a[0] == "entry" else None
        return leaf if isinstance(leaf, Symbol) else None

    # -- expressions

    def poly(self, e: Expr) -> Poly:
        key = (e, self.weights, self.inside_case, tuple(sorted(self.scope.items())))
        if key not in self.memo:
            outer, self.used = self.used, set()
            p = self._poly(e)
            self.memo[key] = p, self.used
            self.used = outer
        p, used = self.memo[key]
        self.used |= used
        return p

    def _poly(self, e: Expr) -> Poly:
        match e:
            case Number():
                return constant(e.value)
            case Index():
                return index(self._name(e))
            case Constant() if e.name == "oo":
                raise Unconfirmed("oo is no number")
            case Constant() | Size() | Information():
                return self._known(e, ("leaf", self._number(e)))
            case Symbol() | Let() | Indexed() | Member():
                return self._entry(e)
            case Neg():
                return self.mul(constant(-1), self.poly(e.args[0]))
            case Add():
                out: Poly = {}
                for a in e.args:
                    out = plus(out, self.poly(a))
                return out
            case Mul():
                out = constant(1)
                for a in e.args:
                    out = self.mul(out, self.poly(a))
                return out
            case Div():
                return self.mul(self.poly(e.args[0]), self._power(e.args[1], -1))
            case Pow():
                return self._pow(e)
            case Apply():
                return self._known(e, ("apply", e.operation.name, *(frozen(self.poly(a)) for a in e.args)))
            case Call():
                args = (frozen(self.poly(a)) for a in e.args)
                return self._known(e, ("call", (self._number(e.function), e.order), *args))
            case Delta():
                return self.delta(plus(self.poly(e.args[0]), self.poly(e.args[1]), -1))
            case Where():
                return self._where(e)
            case Weighted():
                return self._weighted(e)
            case Bound():
                return self._bound(e)
        raise Unconfirmed(f"{type(e).__name__} is outside of the normal form")

    def _number(self, e: Expr) -> int:
        if e not in self.numbers:
            self.numbers[e] = len(self.leaves)
            self.leaves.append(e)
        return self.numbers[e]

    def _name(self, i: Index) -> str:
        name = f"#{self._number(i)}"
        if name not in self.names:
            self.names[name] = i
            if i.dim is not None and name not in self.scope:
                self.scope[name] = (frozen(constant(1)), frozen(self.poly(i.dim.size)))
        return name

    def _known(self, e: Expr, a: Atom) -> Poly:
        self.shown.setdefault(self.tidy(a), e)
        return self.atom(a)

    def _entry(self, e: Expr) -> Poly:
        head, places = (e.of_what, e.places) if isinstance(e, Indexed) else (e, ())
        if isinstance(head, Member):
            head, places = head.family, (*head.args, *places)
        if isinstance(head, Let | Linear) and free_indices(head):
            raise Unconfirmed(f"`{head}` stands for a term with free indices")
        return self._known(e, ("entry", self._number(head), *(frozen(self.poly(p)) for p in places)))

    def _pow(self, e: Pow) -> Poly:
        base, exponent = e.args
        q = self.poly(exponent)
        n = q.get((), Fraction(0))
        if not set(q) <= {()}:
            return self._known(e, ("pow", frozen(self.poly(base)), frozen(q)))
        if n < 0:
            self._divides(base)
        if n.denominator == 1 and n != 0:
            return self.power(self.poly(base), int(n))
        return self._known(e, ("pow", frozen(self.poly(base)), frozen(q)))

    def _power(self, base: Expr, n: int) -> Poly:
        self._divides(base)
        return self.power(self.poly(base), n)

    def _divides(self, base: Expr) -> None:
        """Note what must not be 0, unless the domains say so: the factors of a product, or a sum as a whole."""
        signs = Signs(self.assumed)
        p = self.poly(base)
        if signs(base).nonzero:
            return
        where = self.denominators.sometimes if self.weights or self.inside_case else self.denominators.always
        for a in self._atoms_of(p):
            shown = self.shown.get(a)
            if len(p) > 1 or shown is None:
                where.setdefault(a, plain(base) if len(str(base)) < 40 else f"({base})")
            elif not signs(shown).nonzero:
                where.setdefault(a, plain(shown))

    def _atoms_of(self, p: Poly) -> set[Atom]:
        """The atoms that are not 0 exactly where `p` is not 0."""
        inverse = p if len(p) == 1 else self.power(p, -1)
        return {a for m in inverse for a, _ in m}

    def _where(self, e: Where) -> Poly:
        condition = e.args[0]
        if not isinstance(condition, Relation) or condition.kind not in ("<", "<=", ">", ">=", "=", "!="):
            raise Unconfirmed(f"the condition `{condition}` is outside of the normal form")
        difference = plus(self.poly(condition.left), self.poly(condition.right), -1)
        outer, self.inside_case = self.inside_case, True
        then, otherwise = (frozen(self.poly(a)) for a in e.args[1:])
        self.inside_case = outer
        flipped = {m: -c for m, c in difference.items()}
        kind, d, cases = {  # only < and = remain: a <= 0 is not 0 < a
            "<": ("<", difference, (then, otherwise)), ">": ("<", flipped, (then, otherwise)),
            ">=": ("<", difference, (otherwise, then)), "<=": ("<", flipped, (otherwise, then)),
            "=": ("=", difference, (then, otherwise)), "!=": ("=", difference, (otherwise, then)),
        }[condition.kind]  # fmt: skip
        return self._known(e, ("where", kind, frozen(d), *cases))

    def _weighted(self, e: Weighted) -> Poly:
        """p·f: where p = 0 the term is 0 whatever f is; elsewhere p is positive, for it is not negative."""
        weight, f = e.args
        if not Signs(self.assumed).holds("nonneg", weight) or not self.may("expectation"):
            raise Unconfirmed(f"the weight `{weight}` may be negative")
        outer, self.weights = self.weights, (*self.weights, weight)
        value = self.poly(f)
        self.weights = outer
        return self.mul(self.poly(weight), value)

    def _bound(self, e: Bound) -> Poly:
        if e.index.dim is not None and not (isinstance(e.low, Number) and e.low.value >= 1):
            raise Unconfirmed(f"the range of {e.index} leaves its axis")
        name, low, high = self._name(e.index), frozen(self.poly(e.low)), frozen(self.poly(e.high))
        outer = self.scope.get(name)
        self.scope[name] = (low, high)
        body = self.poly(e.body)
        bounds: Bounds = ((name, low, high),)
        out = self.total(body, bounds) if e.kind == "sum" else self.bound(e.kind, bounds, frozen(body))
        del self.scope[name]
        if outer is not None:
            self.scope[name] = outer
        return out


__all__ = ["Checker", "Confirmation", "Unconfirmed", "monomial"]
