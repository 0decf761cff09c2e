"""Values of statements about laws at finite tables of rational numbers: linear forms in logarithms, no rounding."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.density import Contrast, Density, Expectation, Outcome, Product
from derive.expr.dependence import Cardinality, Unequal, relations_of
from derive.expr.divergence import Divergence
from derive.expr.information import Information
from derive.expr.leaves import Let, Number, Symbol
from derive.expr.node import Expr
from derive.expr.operations import Apply
from derive.expr.outcomes import free_outcomes
from derive.expr.propositions import Relation
from derive.expr.structure import Call
from derive.meaning.entropy.linear_form import LinearForm

Point = Mapping[str, int]  # variable -> its outcome, from 0
Value = Fraction | LinearForm
LARGEST_POWER = 64


class UndefinedError(Exception):
    """This has no value here, or none that is a rational number or a linear form in logarithms."""


@dataclass
class Joint:
    """The joint table of one law."""

    variables: tuple[str, ...]
    table: dict[tuple[int, ...], Fraction]  # positive entries only
    _marginals: dict[tuple[str, ...], dict[tuple[int, ...], Fraction]] = field(default_factory=dict)

    def marginal(self, of: tuple[str, ...]) -> dict[tuple[int, ...], Fraction]:
        """The table of some variables, in this order. Raises `UndefinedError` if the law has not all of them."""
        if of not in self._marginals:
            if not set(of) <= set(self.variables):
                raise UndefinedError(f"the law has no {', '.join(of)}")
            places = [self.variables.index(v) for v in of]
            out: dict[tuple[int, ...], Fraction] = {}
            for at, p in self.table.items():
                key = tuple(at[i] for i in places)
                out[key] = out.get(key, Fraction(0)) + p
            self._marginals[of] = out
        return self._marginals[of]

    def entropy(self, of: tuple[str, ...]) -> LinearForm:
        return LinearForm.sum((-p, logarithm(p)) for p in self.marginal(of).values())


@dataclass
class Tables:
    """Laws, functions and real symbols with exact values; `sizes` says how many outcomes a variable has."""

    sizes: dict[str, int]
    laws: dict[str, Joint]
    functions: dict[str, dict[tuple[int, ...], Value]] = field(default_factory=dict)
    reals: dict[str, Fraction] = field(default_factory=dict)

    # -- statements

    def holds(self, premise: Expr) -> bool:
        """Whether a premise holds, at every outcome of the support. Raises `UndefinedError`."""
        relations = relations_of(premise)
        if not relations:
            raise UndefinedError("no relation")
        return all(next(self.failures(r, everywhere=True), None) is None for r in relations)

    def failures(self, relation: Relation, everywhere: bool = False) -> Iterator[tuple[dict[str, int], Value, Value]]:
        """The outcomes at which a relation is false, with the values of both sides.

        A claim is made at the outcomes of the support, where its densities are positive; a premise `everywhere`.
        """
        free = dict.fromkeys(x.variable.name for x in free_outcomes(relation))
        densities = [] if everywhere else [d for side in relation.args for d in _unbound(side)]
        for values in product(*(range(self.sizes[v]) for v in free)):
            at = dict(zip(free, values, strict=True))
            try:
                if not all(self.density(d, at) for d in densities):
                    continue
                left, right = self.value(relation.left, at), self.value(relation.right, at)
            except UndefinedError:
                if not free:
                    raise
                continue  # an outcome outside the support
            if not compare(relation.kind, left, right):
                yield at, left, right

    # -- expressions

    def value(self, e: Expr, at: Point) -> Value:
        match e:
            case Let():
                return self.value(e.expr, at)
            case Number():
                return e.value
            case Add():
                return add(*(self.value(a, at) for a in e.args))
            case Neg():
                return scale(Fraction(-1), self.value(e.args[0], at))
            case Mul():
                out: Value = Fraction(1)
                for a in e.args:
                    out = multiply(out, self.value(a, at))
                return out
            case Div():
                below = self.value(e.args[1], at)
                if not isinstance(below, Fraction) or not below:
                    raise UndefinedError("a quotient")
                return scale(1 / below, self.value(e.args[0], at))
            case Pow():
                base, power = self.value(e.args[0], at), self.value(e.args[1], at)
                if not isinstance(base, Fraction) or not isinstance(power, Fraction) or power.denominator != 1:
                    raise UndefinedError("a power")
                if abs(power) > LARGEST_POWER or (not base and power < 0):
                    raise UndefinedError("a power")
                return base ** int(power)
            case Apply() if e.operation.name == "log":
                inner = self.value(e.args[0], at)
                if not isinstance(inner, Fraction) or inner <= 0:
                    raise UndefinedError("a logarithm")
                return logarithm(inner)
            case Apply() if e.operation.name == "exp":
                return exponential(self.value(e.args[0], at))
            case Apply() if e.operation.name == "abs":
                inner = self.value(e.args[0], at)
                return inner if form(inner).sign() >= 0 else scale(Fraction(-1), inner)
            case Divergence() if e.kind == "h":
                return binary_entropy(self.value(e.args[0], at))
            case Symbol() if e.name in self.reals:
                return self.reals[e.name]
            case Call():
                key = tuple(at[a.variable.name] for a in e.args if isinstance(a, Outcome))
                found = self.functions.get(e.function.name, {}).get(key)
                if found is None or len(key) < len(e.args) or e.order:
                    raise UndefinedError("a function")
                return found
        return self.about_laws(e, at)

    def about_laws(self, e: Expr, at: Point) -> Value:
        match e:
            case Density():
                return self.density(e, at)
            case Expectation():
                return add(*(scale(p, self.value(e.body, inner)) for inner, p in self.outcomes(e.factors, at)))
            case Information():
                return self.measure(e)
            case Contrast():
                return self.contrast(e, at)
            case Cardinality():
                laws = [law for law in self.laws.values() if e.variable.name in law.variables]
                if not laws:
                    raise UndefinedError(f"no law speaks of {e.variable.name}")
                return Fraction(len({k for law in laws for k in law.marginal((e.variable.name,))}))
            case Unequal():
                pairs = self.law(e.under).marginal((e.left.name, e.right.name))
                return sum((p for (a, b), p in pairs.items() if a != b), Fraction(0))
        raise UndefinedError(type(e).__name__)

    def law(self, name: str) -> Joint:
        if name not in self.laws:
            raise UndefinedError(f"no law {name}")
        return self.laws[name]

    def density(self, e: Density, at: Point) -> Fraction:
        of, given = ([x.variable.name for x in xs] for xs in (e.outcomes, e.given))
        law = self.law(e.law)
        whole = tuple(sorted((*of, *given)))
        above = law.marginal(whole).get(tuple(at[v] for v in whole), Fraction(0))
        if not given:
            return above
        below = law.marginal(tuple(sorted(given))).get(tuple(at[v] for v in sorted(given)), Fraction(0))
        if not below:
            raise UndefinedError("given what has probability 0")
        return above / below

    def outcomes(self, factors: Product, at: Point) -> Iterator[tuple[dict[str, int], Fraction]]:
        """The outcomes of positive probability under a product of densities, with it."""
        bound = [x.variable.name for f in factors for x in f.outcomes]
        order = [f for f in factors if not any(x.variable.name in bound for x in f.given)]
        order += [f for f in factors if f not in order]
        for values in product(*(range(self.sizes[v]) for v in bound)):
            inner = {**at, **dict(zip(bound, values, strict=True))}
            weight = Fraction(1)
            for f in order:
                weight *= self.density(f, inner)
                if not weight:
                    break
            if weight:
                yield inner, weight

    def measure(self, e: Information) -> LinearForm:
        law = self.law(e.under)
        given = [v.name for v in e.given]
        parts: list[tuple[int, LinearForm]] = []
        for size in range(1, len(e.groups) + 1):
            for chosen in combinations(e.groups, size):
                sign = (-1) ** (size + 1)
                whole = {*(v.name for g in chosen for v in g), *given}
                parts += [(sign, law.entropy(tuple(sorted(whole)))), (-sign, law.entropy(tuple(sorted(given))))]
        return LinearForm.sum(parts)

    def contrast(self, e: Contrast, at: Point) -> Value:
        if e.kind in ("TV", "chi2") or e.kind == "JS":
            return self.distance(e, at)
        parts: list[tuple[Fraction, LinearForm]] = []
        for inner, weight in self.outcomes((*e.average, *e.left), at):
            if e.kind != "entropy":
                parts.append((-weight, self.logarithms(e.right, inner)))
            if e.kind != "cross_entropy":
                parts.append((weight if e.kind == "KL" else -weight, self.logarithms(e.left, inner)))
        return LinearForm.sum(parts)

    def distance(self, e: Contrast, at: Point) -> Value:
        if e.average:
            raise UndefinedError(f"a conditional {e.kind}")
        names = [x.variable.name for f in e.left for x in f.outcomes]
        total: list[Value] = []
        for values in product(*(range(self.sizes[v]) for v in names)):
            inner = {**at, **dict(zip(names, values, strict=True))}
            p, q = (math.prod((self.density(f, inner) for f in side), start=Fraction(1)) for side in (e.left, e.right))
            match e.kind:
                case "TV":
                    total.append(abs(p - q) / 2)
                case "chi2":
                    if not q and p:
                        raise UndefinedError("chi2 beyond the support")
                    total.append((p - q) ** 2 / q if q else Fraction(0))
                case _:
                    mean = (p + q) / 2
                    total += [scale(part / 2, logarithm(part / mean)) for part in (p, q) if part]
        return add(*total)

    def logarithms(self, factors: Product, at: Point) -> LinearForm:
        values = [self.density(f, at) for f in factors]
        if not all(values):
            raise UndefinedError("a reference is 0 on the support")
        return LinearForm.sum((1, logarithm(v)) for v in values)


def _unbound(e: Expr) -> Iterator[Density]:
    """The densities at free outcomes alone."""
    if isinstance(e, Density):
        yield e
    elif not isinstance(e, Expectation | Contrast):
        for a in e.args:
            yield from _unbound(a)


# -- numbers


def form(value: Value) -> LinearForm:
    return value if isinstance(value, LinearForm) else LinearForm(value)


def logarithm(value: Fraction) -> LinearForm:
    return LinearForm(0, {value.numerator: 1, value.denominator: -1})


def exponential(value: Value) -> Fraction:
    """exp of a sum of logarithms with integer coefficients."""
    value = form(value)
    if value.rational or any(Fraction(a).denominator != 1 or abs(a) > LARGEST_POWER for a in value.logs.values()):
        raise UndefinedError("an exponential")
    return math.prod((Fraction(b) ** int(a) for b, a in value.logs.items()), start=Fraction(1))


def binary_entropy(value: Value) -> LinearForm:
    if not isinstance(value, Fraction) or not 0 <= value <= 1:
        raise UndefinedError("h of no probability")
    return LinearForm.sum((-p, logarithm(p)) for p in (value, 1 - value) if p)


def add(*values: Value) -> Value:
    rationals = [v for v in values if isinstance(v, Fraction)]
    if len(rationals) == len(values):
        return sum(rationals, Fraction(0))
    return LinearForm.sum((1, form(v)) for v in values)


def scale(by: Fraction, value: Value) -> Value:
    return by * value if isinstance(value, Fraction) else LinearForm.sum([(by, value)])


def multiply(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction):
        return scale(left, right)
    if isinstance(right, Fraction):
        return scale(right, left)
    raise UndefinedError("a product of logarithms")


def compare(kind: str, left: Value, right: Value) -> bool:
    """Whether ``left kind right`` holds, exactly."""
    sign = form(add(left, scale(Fraction(-1), right))).sign()
    match kind:
        case "=":
            return sign == 0
        case "!=":
            return sign != 0
        case "<=":
            return sign <= 0
        case ">=":
            return sign >= 0
        case "<":
            return sign < 0
        case ">":
            return sign > 0
    raise UndefinedError(kind)
