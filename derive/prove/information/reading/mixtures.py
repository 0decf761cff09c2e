"""Mixtures m = Σ w·p: with the index J of the part drawn, I(S; J) = H_m(S) − Σ w·H_p(S), and H(J) is known.

So concavity of the entropy and JS ≤ log 2 are I(S; J) ≥ 0 and H(J | S) ≥ 0 (Lin 1991, doi:10.1109/18.61115).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.expr.arithmetic import Add, Div, Mul
from derive.expr.density import Contrast, Density
from derive.expr.domains import DISCRETE
from derive.expr.leaves import Symbol
from derive.expr.node import Expr, Sort
from derive.expr.propositions import Relation
from derive.prove.information.problem import Opaque
from derive.prove.information.reading.laws import subsets
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

if TYPE_CHECKING:
    from derive.prove.information.reading.linear import Reader
    from derive.prove.information.reading.premises import Fact


@dataclass(frozen=True)
class Weight:
    """constant + Σ factor·symbol: 1/3, t, 1 − t."""

    constant: Fraction
    symbols: tuple[tuple[str, Fraction], ...] = ()


Parts = tuple[tuple[Weight, Product], ...]
MOST = 5  # variables of a mixture
CONCAVITY = "the logarithm is concave"


@dataclass(frozen=True)
class Mixture:
    """The law `name` = Σ weight·product over the outcomes `of`; `index` says which part was drawn."""

    name: str
    of: Names
    parts: Parts
    index: str
    text: str = ""  # of the premise that says so

    @property
    def mean(self) -> Mean:
        """The joint law of outcome and index."""
        return Mean(f"{self.name} with {self.index}")


def jensen_shannon(reader: Reader, e: Contrast) -> Linear:
    """JS of two laws as the information that an outcome of their mixture has about the index."""
    half = Weight(Fraction(1, 2))
    parts = tuple((half, reader.product(side)) for side in (e.left, e.right))
    if e.average or any(f.given and not set(f.given) <= _over(product) for _, product in parts for f in product):
        raise UnreadableError("JS of conditional densities")
    text = "({} + {})/2".format(*("".join(map(str, product)) for _, product in parts))
    mixture = noted(reader, text, names(_over(parts[0][1])), parts)
    whole = (*mixture.of, mixture.index)
    inside = total([(1, joint(mixture.mean, whole)), (-1, joint(mixture.mean, [mixture.index]))])
    return total([(1, joint(mixture.mean, mixture.of)), (-1, inside)])


def premise(reader: Reader, relation: Relation) -> bool:
    """Note m(x) = Σ w·p(x), with weights ≥ 0 that sum to 1; False if the relation is none."""
    from derive.prove.information.reading.products import text_of

    if relation.kind != "=":
        return False
    for one, other in ((relation.left, relation.right), (relation.right, relation.left)):
        parts = _parts(reader, other)
        if not isinstance(one, Density) or one.given or parts is None or len(parts) < 2:
            continue
        of = names(x.variable.name for x in one.outcomes)
        if all(_over(product) == set(of) for _, product in parts):
            noted(reader, one.law, of, parts, text_of(relation))
            return True
    return False


def noted(reader: Reader, name: str, of: Names, parts: Parts, text: str = "") -> Mixture:
    """The mixture of this name. Raises `UnreadableError` if there are two."""
    if len(of) > MOST:
        raise UnreadableError("a mixture of too many variables")
    for old in reader.mixtures:
        if old.name == name:
            if (old.of, old.parts) != (of, parts):
                raise UnreadableError(f"{name} is defined twice")
            return old
    index = next(c for c in ("J", *(f"J{i}" for i in range(1, 99))) if c not in reader.symbols)
    reader.symbols[index] = Symbol(index, domain=DISCRETE, sort=Sort.VARIABLE)
    reader.mixtures.append(Mixture(name, of, parts, index, text))
    return reader.mixtures[-1]


def _over(product: Product) -> set[str]:
    return {v for f in product for v in f.of}


def _parts(reader: Reader, e: Expr) -> Parts | None:
    """Σ w·p with weights that are never negative and sum to 1; they are linear in symbols of known range."""
    from derive.prove.information.reading.products import expanded

    if not isinstance(e, Add | Div | Mul):
        return None
    weights: dict[Product, dict[str, Fraction]] = {}
    for weight, term in expanded(e):
        factors = term.args if isinstance(term, Mul) else (term,)
        densities = [f for f in factors if isinstance(f, Density)]
        symbols = [f for f in factors if isinstance(f, Symbol) and f.name in reader.ranges]
        if len(densities) + len(symbols) < len(factors) or len(symbols) > 1 or any(f.given for f in densities):
            return None
        if not densities:
            return None
        for symbol in symbols:
            reader.name(symbol)
        of = weights.setdefault(reader.product(densities), {})
        key = symbols[0].name if symbols else ""
        of[key] = of.get(key, Fraction(0)) + weight
    sums: dict[str, Fraction] = {}
    for of in weights.values():
        for key, value in of.items():
            sums[key] = sums.get(key, Fraction(0)) + value
    if sums.pop("", None) != 1 or any(sums.values()) or any(_least(reader, of) < 0 for of in weights.values()):
        return None
    return tuple(
        (Weight(of.get("", Fraction(0)), tuple((k, v) for k, v in of.items() if k and v)), product)
        for product, of in weights.items()
    )


def _least(reader: Reader, weight: dict[str, Fraction]) -> Fraction:
    """The least value of a weight over the ranges of its symbols; −1 if there is none."""
    out = weight.get("", Fraction(0))
    for name, factor in weight.items():
        if name and factor:
            end = reader.ranges[name].low if factor > 0 else reader.ranges[name].high
            if end is None:
                return Fraction(-1)
            out += factor * end
    return out


def _weighted(reader: Reader, weight: Weight, form: Linear) -> Linear:
    from derive.prove.information.reading.multiples import times

    parts = [(factor, times(reader, reader.symbols[name], form)) for name, factor in weight.symbols]
    return total([(weight.constant, form), *parts])


def _entropy(reader: Reader, parts: Parts) -> Linear | None:
    """−Σ w·log w, as h(t) for weights t and 1 − t; None if it is no column."""
    if not any(w.symbols for w, _ in parts):
        return total((-w.constant, reader.logarithm(_number(w.constant))) for w, _ in parts)
    for w, _ in parts:
        if len(parts) == 2 and not w.constant and len(w.symbols) == 1 and w.symbols[0][1] == 1:
            column = Opaque(f"h({w.symbols[0][0]})")
            return {column: Fraction(1)} if column.text in reader.meanings else None
    return None


def of_mixtures(reader: Reader, written: Sequence[Linear]) -> tuple[list[Fact], list[Fact]]:
    """What holds of each mixture by definition, and that the logarithm of a mean is at least the mean logarithm."""
    from derive.prove.information.reading.premises import Fact

    facts: list[Fact] = []
    lemmas: list[Fact] = []
    crosses = dict.fromkeys(a for form in written for a in form if isinstance(a, Cross))
    for mixture in reader.mixtures:
        mean, law = mixture.mean, Mean(mixture.name)
        laws = [(w, product, reader.laws.mean(product)) for w, product in mixture.parts]

        def fact(form: Linear, mixture: Mixture = mixture) -> None:
            text, cites = (mixture.text, "") if mixture.text else (f"{mixture.name} is a mixture", DEFINITION)
            facts.append(Fact(form, True, text, cites))

        def less(whole: Linear, parts: Sequence[Linear], mixture: Mixture = mixture) -> Linear:
            """whole − Σ w·part."""
            weighted = [_weighted(reader, w, part) for (w, _), part in zip(mixture.parts, parts, strict=True)]
            return total([(1, whole), *((-1, form) for form in weighted)])

        entropy = _entropy(reader, mixture.parts)
        index = joint(mean, [mixture.index])
        if entropy is not None:
            fact(total([(1, index), (-1, entropy)]))
        else:
            most = reader.logarithm(_number(Fraction(len(laws))))
            text = f"H({mixture.index}) <= log {len(laws)}, since {mixture.index} has {len(laws)} values"
            lemmas.append(Fact(total([(1, most), (-1, index)]), False, text, "H(X) <= log |X|"))
        for of in subsets(mixture.of):
            given = total([(1, joint(mean, (*of, mixture.index))), (-1, index)])
            fact(less(given, [joint(m, of) for _, _, m in laws]))
            fact(total([(1, joint(mean, of)), (-1, joint(law, of))]))
            fact(less(joint(law, of), [cross(m, mixture.name, of) for _, _, m in laws]))
        for other in reader.mixtures:
            weights = [w for w, _ in mixture.parts]
            if other is mixture or other.of != mixture.of or [w for w, _ in other.parts] != weights:
                continue
            pairs = zip(laws, other.parts, strict=True)
            drawn = total([(1, cross(mean, other.mean.name, (*mixture.of, mixture.index))), (-1, index)])
            fact(less(drawn, [reader.surprises(product, _scope(m, mixture.of)) for (_, _, m), (_, product) in pairs]))
            fact(total([(1, cross(mean, other.mean.name, mixture.of)), (-1, cross(law, other.name, mixture.of))]))
        for ref, of in dict.fromkeys((a.law, a.of) for a in crosses if set(a.of) <= set(mixture.of) and not a.fixed):
            if ref != mixture.name:
                fact(less(cross(law, ref, of), [cross(m, ref, of) for _, _, m in laws]))
        for m, variables in means_of([*written, *(f.form for f in facts)]).items():
            scope = _scope(m, mixture.of)
            if m.times or mixture.index in variables or not set(mixture.of) <= set(variables):
                continue
            smaller = [reader.surprises(product, scope) for _, product, _ in laws]
            mixed = cross(m, mixture.name, mixture.of)
            lemmas.append(Fact(total([(-1, less(mixed, smaller))]), False, CONCAVITY, "Jensen's inequality"))
            for (w, _, _), form in zip(laws, smaller, strict=True):
                if not w.symbols:
                    least = total([(1, form), (-1, reader.logarithm(_number(w.constant))), (-1, mixed)])
                    lemmas.append(Fact(least, False, "a mixture is at least each of its parts", "positive densities"))
    return facts, lemmas


def _scope(mean: Mean, of: Names) -> Product:
    return mean.factors or (Factor(mean.name, of),)


def _number(value: Fraction) -> Expr:
    from derive.expr.leaves import Number

    return Number.of(value)
