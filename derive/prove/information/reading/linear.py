"""From an expression to a linear form over entropies, cross-entropies and constants.

H(A|C) = H(A∪C) − H(C), I(A;B|C) = H(A∪C) + H(B∪C) − H(A∪B∪C) − H(C), more groups by inclusion and exclusion (Yeung,
Information Theory and Network Coding, 2008, ch. 3). The mean of −log r(s|t) under p is E_p[−log r(s,t)] −
E_p[−log r(t)], and these are coordinates like the entropies.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from derive.expr.arithmetic import Add, Div, Mul, Neg, Pow
from derive.expr.density import Contrast, Density, Expectation
from derive.expr.dependence import Cardinality
from derive.expr.information import Information
from derive.expr.leaves import Let, Number, Size, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.operations import Apply
from derive.prove.information.problem import Free, Logarithm, Opaque, Unit
from derive.prove.information.reading.laws import Laws
from derive.prove.information.reading.terms import (
    Factor,
    Linear,
    Mean,
    Product,
    UnreadableError,
    cross,
    joint,
    names,
    total,
)

if TYPE_CHECKING:
    from derive.prove.information.reading.mixtures import Mixture
    from derive.prove.information.reading.multiples import Range
    from derive.prove.information.reading.positive import Logged
    from derive.prove.information.tilting import Tilt

LARGEST = 10**10  # a number whose logarithm is taken: trial division is quick


@dataclass(eq=False, repr=False)
class Reader:
    """Reads expressions under the premises of one statement."""

    laws: Laws = field(default_factory=Laws)
    meanings: dict[str, Expr] = field(default_factory=dict)  # text of a free column -> what was written
    scopes: dict[str, Product] = field(default_factory=dict)  # text of a mean as a column -> its law
    symbols: dict[str, Symbol] = field(default_factory=dict)  # variables and real symbols by name
    sizes: set[str] = field(default_factory=set)  # symbols that bound a number of values
    ranges: dict[str, Range] = field(default_factory=dict)  # of the real symbols
    multiples: dict[str, Symbol] = field(default_factory=dict)  # by which measures are multiplied
    references: dict[tuple[str, str], None] = field(default_factory=dict)  # (reference, mean) where they meet
    positive: dict[Factor, str] = field(default_factory=dict)  # what is positive everywhere -> the premise
    above_zero: dict[Expr, str] = field(default_factory=dict)  # the same of what is no density
    logged: Logged = field(default_factory=dict)  # of what the statement has the logarithm, and under which law
    smaller: list[Linear] = field(default_factory=list)  # means of ratios that are at most a density
    mixtures: list[Mixture] = field(default_factory=list)
    tilts: list[Tilt] = field(default_factory=list)
    tilted: dict[Free, Linear] = field(default_factory=dict)  # column of log Z -> its exponent, without constants
    means_of_exponentials: dict[Free, Linear] = field(default_factory=dict)  # column of E[exp f] -> its logarithm

    def linear(self, e: Expr, scope: Product = ()) -> Linear:
        """The mean of `e` under the densities of `scope`. Raises `UnreadableError`."""
        match e:
            case Let():
                return self.linear(e.expr, scope)
            case Number():
                return {Unit(): e.value} if e.value else {}
            case Add():
                return total((1, self.linear(a, scope)) for a in e.args)
            case Neg():
                return total([(-1, self.linear(e.args[0], scope))])
            case Information():
                return self.measure(e)
            case Mul() | Div():
                return self.scaled(e, scope)
            case Contrast():
                return self.contrast(e, scope)
            case Expectation():
                return self.linear(e.body, self.laws.extended(scope, self.product(e.factors)))
            case Apply() if e.operation.name == "log":
                return self.logarithm(e.args[0], scope)
            case Symbol() if e.sort is Sort.NUMBER and not e.axes and not e.family:
                return self.column(e, e.name)
        return self.atom(e, scope)

    # -- measures of random variables

    def measure(self, e: Information) -> Linear:
        """Σ over non-empty sets of groups S: (−1)^{|S|+1} H(∪S | given)."""
        mean = Mean(e.under)
        given = [self.name(v) for v in e.given]
        groups = [[self.name(v) for v in g] for g in e.groups]
        parts: list[tuple[Fraction | int, Linear]] = []
        for size in range(1, len(groups) + 1):
            for chosen in combinations(groups, size):
                sign = (-1) ** (size + 1)
                parts.append((sign, joint(mean, (*(v for g in chosen for v in g), *given))))
                parts.append((-sign, joint(mean, given)))
        return total(parts)

    def name(self, symbol: Symbol) -> str:
        """The name of a symbol. Raises `UnreadableError` if another one has it too."""
        if self.symbols.setdefault(symbol.name, symbol) is not symbol:
            raise UnreadableError(f"two symbols are called {symbol.name}")
        return symbol.name

    # -- densities

    def factor(self, density: Density) -> Factor:
        of, given = ([self.name(x.variable) for x in xs] for xs in (density.outcomes, density.given))
        return Factor(density.law, names(of), names(given))

    def product(self, densities: Iterable[Density]) -> Product:
        return tuple(self.factor(d) for d in densities)

    def surprise(self, f: Factor, scope: Product) -> Linear:
        """The mean of −log f."""
        bound = {v for g in scope for v in g.of}
        if not bound & {*f.of, *f.given}:
            return total([(1, cross(None, f.law, (), (*f.of, *f.given))), (-1, cross(None, f.law, (), f.given))])
        mean = self.laws.mean(scope)
        whole, given = ({v for v in vs if v in bound} for vs in ((*f.of, *f.given), f.given))
        if any(is_part(f, g) for g in mean.factors):
            return total([(1, joint(mean, whole)), (-1, joint(mean, given))])
        self.references.setdefault(self._meeting(f, mean, scope))
        fixed, fixed_given = ({v for v in vs if v not in bound} for vs in ((*f.of, *f.given), f.given))
        return total([(1, cross(mean, f.law, whole, fixed)), (-1, cross(mean, f.law, given, fixed_given))])

    def _meeting(self, f: Factor, mean: Mean, scope: Product) -> tuple[str, str]:
        """What must be positive, and where: laws by name, but p(z|x) at a fixed x where p(z) is."""
        if mean.name != f.law or mean.factors:
            return f.law, mean.name
        if {*f.of, *f.given} <= {v for g in scope for v in g.of}:
            return f.law, f.law
        return str(f), "".join(map(str, self.laws.canonical(scope)))

    def surprises(self, product: Iterable[Factor], scope: Product) -> Linear:
        return total((1, self.surprise(f, scope)) for f in product)

    def contrast(self, e: Contrast, scope: Product) -> Linear:
        left, right, average = (self.product(side) for side in (e.left, e.right, e.average))
        if e.kind == "JS":
            from derive.prove.information.reading.mixtures import jensen_shannon

            return jensen_shannon(self, e)
        if e.kind not in ("KL", "cross_entropy", "entropy"):
            return self.atom(e, scope)
        inside = self.laws.extended(self.laws.extended(scope, average), left)
        match e.kind:
            case "entropy":
                return self.surprises(left, inside)
            case "cross_entropy":
                return self.surprises(right, inside)
        return total([(1, self.surprises(right, inside)), (-1, self.surprises(left, inside))])

    # -- logarithms, products, constants

    def logarithm(self, e: Expr, scope: Product = ()) -> Linear:
        """The mean of log e."""
        match e:
            case Let():
                return self.logarithm(e.expr, scope)
            case Number() if e.value > 0 and max(e.value.numerator, e.value.denominator) <= LARGEST:
                return log_of(e.value)
            case Mul() | Div() | Pow():
                return self.log_of_product(e, scope)
            case Apply() if e.operation.name == "exp":
                return self.linear(e.args[0], scope)
            case Density():
                return total([(-1, self.surprise(self.factor(e), scope))])
            case Symbol() if e.name in self.sizes or (e.domain.integer and (e.domain.lower or 0) >= 1):
                self.name(e)
                return {Logarithm(e.name): Fraction(1)}
            case Size():
                return {Logarithm(e.dim.name): Fraction(1)}
            case Cardinality():
                return {Logarithm(f"|{self.name(e.variable)}|"): Fraction(1)}
            case Expectation() if self.certain([e.body], (*scope, *self.product(e.factors))):
                from derive.prove.information.tilting import log_mean

                return log_mean(self, e, scope)
        from derive.expr.operations import log

        return self.atom(log(e), scope)

    def log_of_product(self, e: Expr, scope: Product) -> Linear:
        """log of a product, quotient or power: of factors that are positive, all but one, the sum of logarithms.

        log(f·g) has a value if f > 0 says g > 0, but also where both are negative; log f² wherever f is not 0.
        """
        from derive.expr.operations import log

        if isinstance(e, Pow):
            power = rational(e.args[1])
            # an odd power is positive only if its base is
            if power is not None and (power.numerator % 2 or self.certain(e.args[:1], scope)):
                return total([(power, self.logarithm(e.args[0], scope))])
            return self.atom(log(e), scope)
        signs = (1, -1) if isinstance(e, Div) else (1,) * len(e.args)
        known = [self.certain([a], scope) for a in e.args]
        if known.count(False) <= 1:
            return total((sign, self.logarithm(a, scope)) for sign, a in zip(signs, e.args, strict=True))
        return self.atom(log(e), scope)

    def certain(self, terms: Iterable[Expr], scope: Product) -> bool:
        """Whether all these are positive wherever `scope` is; the premises that say so are used."""
        from derive.prove.information.reading.positive import all_positive

        texts = all_positive(self, terms, scope)
        self.laws.used.update(dict.fromkeys(texts or ()))
        return texts is not None

    def scaled(self, e: Expr, scope: Product) -> Linear:
        """A rational multiple of one term; what else is a product is expanded, and its terms are free columns."""
        factor, rest = split(e)
        if rest is None:
            return {Unit(): factor} if factor else {}
        if rest is not e and not isinstance(rest, Mul | Div):
            return total([(factor, self.linear(rest, scope))])
        from derive.prove.information.reading.products import expanded

        terms = expanded(rest)
        if len(terms) == 1 and terms[0][1] is not None and isinstance(terms[0][1], Mul | Div):
            return total([(factor * terms[0][0], self.product_of(terms[0][1], scope))])
        return total(
            (factor * c, {Unit(): Fraction(1)} if term is None else self.linear(term, scope)) for c, term in terms
        )

    def product_of(self, e: Expr, scope: Product) -> Linear:
        """A product of two or more that are no rational numbers."""
        from derive.prove.information.reading.multiples import multiple
        from derive.prove.information.tilting import absorbed

        if (form := multiple(self, e, scope)) is not None:
            return form
        whole = absorbed(e)
        return self.atom(e, scope) if whole is None else self.linear(whole, scope)

    def atom(self, e: Expr, scope: Product) -> Linear:
        """The mean of something of which nothing is known, as a column of its own."""
        from derive.prove.information.reading.products import mean_of

        return mean_of(self, e, scope)

    def column(self, e: Expr, text: str) -> Linear:
        """A free column. Raises `UnreadableError` if two are written alike."""
        if isinstance(e, Symbol):
            self.name(e)
        if self.meanings.setdefault(text, e) is not e:
            raise UnreadableError(f"two things are written {text}")
        return {Free(text) if isinstance(e, Symbol) else Opaque(text): Fraction(1)}


def is_part(f: Factor, g: Factor) -> bool:
    """Whether f is a conditional or marginal density of the factor g, so that a mean under g makes it an entropy."""
    return (
        f.law == g.law and set(f.of) <= set(g.of) and set(g.given) <= set(f.given) and set(f.given) <= {*g.given, *g.of}
    )


def rational(e: Expr) -> Fraction | None:
    """The value of an expression that is a rational number as written, else None."""
    match e:
        case Number():
            return e.value
        case Neg():
            inner = rational(e.args[0])
            return None if inner is None else -inner
        case Div() | Mul() | Add():
            values = [rational(a) for a in e.args]
            known = [v for v in values if v is not None]
            if len(known) < len(values):
                return None
            if isinstance(e, Div):
                return known[0] / known[1] if known[1] else None
            out = Fraction(isinstance(e, Mul))
            for v in known:
                out = out * v if isinstance(e, Mul) else out + v
            return out
    return None


def split(e: Expr) -> tuple[Fraction, Expr | None]:
    """A product as a rational number times the rest, which is None if there is none."""
    value = rational(e)
    if value is not None:
        return value, None
    match e:
        case Neg():
            factor, rest = split(e.args[0])
            return -factor, rest
        case Mul():
            factor, rests = Fraction(1), []
            for a in e.args:
                by, rest = split(a)
                factor *= by
                if rest is not None:
                    rests.append(rest)
            if len(rests) == 1:
                return factor, rests[0]
            same = len(rests) == len(e.args) and all(r is a for r, a in zip(rests, e.args, strict=True))
            return factor, e if same else Mul.of(*rests)
        case Div():
            above, below = e.args
            by = rational(below)
            if by:
                factor, rest = split(above)
                return factor / by, rest
    return Fraction(1), e


def log_of(value: Fraction) -> Linear:
    """log of a positive rational number as logarithms of primes."""
    out: Linear = {}
    for number, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in _primes(number):
            out = total([(1, out), (sign, {Logarithm(str(prime)): Fraction(1)})])
    return out


def _primes(number: int) -> list[int]:
    """The prime factors of a number ≤ `LARGEST`, each as often as it divides."""
    out: list[int] = []
    divisor = 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            out.append(divisor)
            number //= divisor
        divisor += 1
    return [*out, number] if number > 1 else out
