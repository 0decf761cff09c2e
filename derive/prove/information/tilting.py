"""Means of exponentials: ``log E_ν[exp f]`` is log Z of the tilted density r = ν·exp(f)/Z.

KL(μ ‖ r) ≥ 0 is the variational formula of Donsker and Varadhan (1983, doi:10.1002/cpa.3160360204), for μ = ν it is
Jensen's inequality. log Z ≤ Z/a − 1 + log a, the tangent of the logarithm at a, gives the bound of Nguyen, Wainwright
and Jordan (2010, arXiv:0809.0853) for E_ν[exp f] itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.expr.arithmetic import Add, Div, Mul
from derive.expr.density import Expectation
from derive.expr.leaves import ONE
from derive.expr.node import Expr
from derive.expr.operations import Apply, exp, log
from derive.expr.outcomes import free_outcomes
from derive.prove.information.problem import Free, Logarithm, Unit
from derive.prove.information.reading.linear import Reader, is_part
from derive.prove.information.reading.premises import Fact
from derive.prove.information.reading.products import text_of
from derive.prove.information.reading.structure import DEFINITION, means_of
from derive.prove.information.reading.terms import (
    Cross,
    Factor,
    Linear,
    Mean,
    Names,
    Product,
    UnreadableError,
    cross,
    joint,
    names,
    total,
)

TANGENT = "log t <= t - 1"
WEIGHTS = "E_q[p/q] is the probability under p of where q > 0, at most 1", "definition of an expectation"
LARGEST_TANGENT = 10**6


@dataclass(frozen=True)
class Tilt:
    """log Z of the density ∝ base·exp(exponent), in the mean over `outer`: the column `log`, plus `shift`."""

    base: Product
    exponent: Expr
    outer: Product
    log: Free
    shift: tuple[tuple[Unit | Logarithm, Fraction], ...]  # the constants of f, which log Z has and the column has not

    @property
    def bound(self) -> tuple[str, ...]:
        return names(v for f in self.base for v in f.of)

    @property
    def over(self) -> tuple[str, ...]:
        """The outcomes of the outer mean on which Z depends."""
        return names(v for f in self.outer for v in f.of)

    @property
    def value(self) -> Linear:
        out: Linear = dict(self.shift)
        out[self.log] = Fraction(1)
        return out


def log_mean(reader: Reader, e: Expectation, scope: Product) -> Linear:
    """The mean of log E[body] under `scope`, of a positive body."""
    exponent = e.body.args[0] if _is_exp(e.body) else log(e.body)
    return _value(reader, reader.product(e.factors), exponent, scope)


def mean_of_exponential(reader: Reader, e: Apply, scope: Product) -> Linear:
    """The column of E[exp f] under `scope`, with the tangent of its logarithm."""
    needed = {reader.name(x.variable) for x in free_outcomes(e)}
    base = reader.laws.reduced(scope, needed)
    column = reader.column(e, f"E_{_written(base)}[{text_of(e)}]")
    value = _value(reader, base, e.args[0], ())
    for free in column:
        if isinstance(free, Free):
            reader.means_of_exponentials.setdefault(free, value)
    return column


def absorbed(e: Expr) -> Expr | None:
    """exp(c)·E[exp f] with a constant c as E[exp(f + c)]; None if it is nothing of the kind."""
    factors: list[Expr] = []
    shifts: list[Expr] = []
    queue = [e]
    while queue:
        part = queue.pop(0)
        if isinstance(part, Mul):
            queue += part.args
        elif isinstance(part, Div) and _is_exp(part.args[1]) and not free_outcomes(part.args[1]):
            queue.append(part.args[0])
            shifts.append(-part.args[1].args[0])
        elif _is_exp(part) and not free_outcomes(part):
            shifts.append(part.args[0])
        elif part is not ONE:
            factors.append(part)
    if len(factors) != 1 or not shifts or not isinstance(factors[0], Expectation):
        return None
    mean = factors[0]
    if not _is_exp(mean.body):
        return None
    return Expectation.of(exp(Add.of(mean.body.args[0], *shifts)), mean.factors)


def _is_exp(e: Expr) -> bool:
    return isinstance(e, Apply) and e.operation.name == "exp"


def _written(product: Product) -> str:
    return "".join(map(str, product))


def _value(reader: Reader, base: Product, exponent: Expr, scope: Product) -> Linear:
    """The mean of log E_base[exp exponent]: a density if it is one, else a column.

    Two of them are one if their exponents are the same functions of the outcomes, not the same in the mean.
    """
    bound = {v for f in base for v in f.of}
    own = {reader.name(x.variable) for x in free_outcomes(exponent)}
    if not own & bound:
        return reader.linear(exponent, scope)
    inside = reader.laws.extended(scope, base)
    reader.linear(exponent, inside)  # notes where the exponent must be finite
    known = density_of(reader, base, exponent)
    if known is not None and _covers(reader, base, exponent):
        return total([(-1, reader.surprise(known, scope))])
    depends = own | {v for f in base for v in f.given}
    outer = reader.laws.reduced(scope, depends - bound)
    pointwise = _pointwise(reader, exponent)
    shift = tuple((a, v) for a, v in (pointwise or {}).items() if isinstance(a, Unit | Logarithm))
    rest: Linear | None = None
    if pointwise is not None:
        rest = {a: v for a, v in pointwise.items() if not isinstance(a, Unit | Logarithm)}
    base = reader.laws.canonical(base)
    for old in reader.tilts:
        if rest is not None and (old.base, old.outer) == (base, outer) and reader.tilted.get(old.log) == rest:
            tilt = Tilt(base, exponent, outer, old.log, shift)
            break
    else:
        text = f"log E_{_written(base)}[{text_of(exp(exponent))}]"
        if outer:
            text = f"E_{_written(outer)}[{text}]"
        # what the column means is no exponent, which lemmas about distances would take it for
        (column,) = (c for c in reader.column(log(exp(exponent)), text) if isinstance(c, Free))
        tilt = Tilt(base, exponent, outer, column, shift)
        if rest is not None:
            reader.tilted[column] = rest
    reader.tilts.append(tilt)
    if known is not None:
        reader.smaller.append(total([(-1, reader.surprise(known, scope)), (-1, tilt.value)]))
    return tilt.value


def _pointwise(reader: Reader, exponent: Expr) -> Linear | None:
    """The exponent as a function of the outcomes: means in it are constants. None if it cannot be read."""
    try:
        return reader.linear(exponent)
    except UnreadableError:
        return None


def _covers(reader: Reader, base: Product, exponent: Expr) -> bool:
    """Whether the base is positive wherever the density base·exp(exponent) is.

    p(s|t) is where p(s,t,…) is, at the same outcomes. p(z|y) may be 0 where p(x,z) is not. Else a premise says so.
    """
    whole = _densities(reader, base, exponent)
    if whole is None:
        return False
    base, first, _ = whole
    texts: list[str] = []
    for f in base:
        if f.law == first.law and {*f.of, *f.given} <= set(first.fixed):
            continue
        text = next((text for g, text in reader.positive.items() if is_part(f, g)), None)
        if text is None:
            return False
        texts.append(text)
    reader.laws.used.update(dict.fromkeys(texts))
    return True


def density_of(reader: Reader, base: Product, exponent: Expr) -> Factor | None:
    """What E_base[exp exponent] is if base·exp(exponent) is a density: p(x), of E_p(z)[p(x|z)].

    Where the base is 0 and the density is not, it is more than the mean.
    """
    found = _densities(reader, base, exponent)
    if found is None:
        return None
    base, first, under = found
    bound = {v for f in base for v in f.of}
    of = set(first.fixed) - set(under)
    return Factor(first.law, names(of - bound), under) if bound < of else None


def _densities(reader: Reader, base: Product, exponent: Expr) -> tuple[Product, Cross, Names] | None:
    """base·exp(exponent) as a density law(whole)/law(under): the base as far as it matters, `whole`, `under`."""
    base = reader.laws.reduced(base, {reader.name(x.variable) for x in free_outcomes(exponent)})
    try:
        form = total([(1, reader.surprises(base, ())), (-1, reader.linear(exponent))])
    except UnreadableError:
        return None
    whole = [a for a, v in form.items() if v == 1]
    given = [a for a, v in form.items() if v == -1]
    if len(whole) != 1 or len(given) > 1 or len(form) != 1 + len(given):
        return None
    (first, *seconds) = (*whole, *given)
    under: Names = ()
    if not isinstance(first, Cross) or first.mean is not None or first.of:
        return None
    for second in seconds:
        if not isinstance(second, Cross) or second.law != first.law or second.mean is not None or second.of:
            return None
        under = second.fixed
    return (base, first, under) if set(under) < set(first.fixed) else None


def of_tilts(reader: Reader, written: Sequence[Linear]) -> tuple[list[Fact], list[Fact]]:
    """Each tilted density as a reference of every mean that knows its outcomes, and the tangents."""
    means = means_of(written)
    for tilt in list(reader.tilts):
        own = reader.laws.mean(reader.laws.extended(tilt.outer, tilt.base))
        means.setdefault(own, {}).update(dict.fromkeys((*own.bound, *tilt.bound, *tilt.over)))
    facts: list[Fact] = []
    for number, tilt in enumerate({t.log: t for t in reversed(reader.tilts)}.values()):
        name = "tilted" + (f" {number + 1}" if number else "")
        for mean, variables in means.items():
            facts += [] if mean.times else _reference(reader, tilt, name, mean, tuple(variables))
    lemmas = [Fact(form, False, *WEIGHTS) for form in reader.smaller]
    lemmas += [f for column, log_z in reader.means_of_exponentials.items() for f in _tangents(column, log_z, written)]
    return facts, lemmas


def _reference(reader: Reader, tilt: Tilt, name: str, mean: Mean, variables: tuple[str, ...]) -> list[Fact]:
    """−log r = −log ν − f + log Z, in the mean."""
    over = (*tilt.bound, *tilt.over)
    depends = {reader.name(x.variable) for x in free_outcomes(tilt.exponent)} | {v for f in tilt.base for v in f.given}
    if not set(over) <= set(variables) or (depends - set(over)) & set(variables):
        return []
    laws = reader.laws
    if tilt.over and laws.marginal(mean, tilt.over)[0] != laws.reduced(tilt.outer, tilt.over):
        return []
    scope = mean.factors or (Factor(mean.name, names(over)),)
    try:
        parts: list[tuple[Fraction | int, Linear]] = [
            (1, cross(mean, name, over)),
            (-1, joint(mean, tilt.over)),
            (-1, reader.surprises(tilt.base, scope)),
            (1, reader.linear(tilt.exponent, scope)),
            (-1, tilt.value),
        ]
    except UnreadableError:
        return []
    text = f"{name} = {_written(tilt.base)}exp({text_of(tilt.exponent)})/Z"
    out = [Fact(total(parts), True, text, DEFINITION)]
    if tilt.over:
        out.append(
            Fact(total([(1, cross(mean, name, tilt.over)), (-1, joint(mean, tilt.over))]), True, text, DEFINITION)
        )
    return out


def _tangents(column: Free, log_z: Linear, written: Sequence[Linear]) -> list[Fact]:
    """log Z ≤ Z/a − 1 + log a at 1 and where the statement has Z/a."""
    points = {Fraction(1): None} | {1 / abs(f[column]): None for f in written if column in f}
    out: list[Fact] = []
    for a in points:
        if max(a.numerator, a.denominator) > LARGEST_TANGENT:
            continue
        tangent: Linear = {}
        tangent[column], tangent[Unit()] = 1 / a, Fraction(-1)
        point = Reader().logarithm(Div.of(_number(a.numerator), _number(a.denominator)))
        out.append(Fact(total([(1, tangent), (1, point), (-1, log_z)]), False, TANGENT, "tangent of the logarithm"))
    return out


def _number(value: int) -> Expr:
    from derive.expr.leaves import Number

    return Number.of(value)
