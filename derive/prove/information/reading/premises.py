"""What the premises of a statement say: linear facts, facts about every outcome, independences, sizes of supports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeGuard

from derive.expr.arithmetic import Div, Mul, Pow
from derive.expr.density import Density, Expectation
from derive.expr.dependence import Cardinality, Independence, MarkovChain, relations_of
from derive.expr.information import Information
from derive.expr.leaves import Number, Size, Symbol
from derive.expr.node import Expr, Sort
from derive.expr.propositions import Relation
from derive.prove.information.problem import Logarithm
from derive.prove.information.reading.implied import Separation, Separations
from derive.prove.information.reading.laws import subsets, without
from derive.prove.information.reading.linear import Reader, rational
from derive.prove.information.reading.products import text_of
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

SIGNS = {"=": 0, ">=": 1, ">": 1, "<=": -1, "<": -1}
MOST_SHARED = 5  # variables of two densities that are equal, of which all marginals are equal


@dataclass(frozen=True, repr=False)
class Fact:
    """A linear form that is 0, or non-negative; `text` is how it was written or what it is called."""

    form: Linear
    equation: bool
    text: str
    cites: str = ""


@dataclass(eq=False, repr=False)
class Premises:
    """The premises, read. `pointwise` facts hold at every outcome; `exact` says that facts lose nothing of them."""

    facts: list[Fact] = field(default_factory=list)
    pointwise: list[Fact] = field(default_factory=list)
    separated: list[Fact] = field(default_factory=list)  # independences as facts about every outcome
    exact: bool = True
    supports: list[tuple[str, str]] = field(default_factory=list)  # variable, how many values it has at most


def read(reader: Reader, premises: Sequence[Expr]) -> Premises:
    """Read all premises, and tell the reader's laws what they say. Raises `UnreadableError`."""
    reader.sizes.update(_sizes(premises))
    out, separations = Premises(), Separations()
    reader.laws.implied = separations.implied
    for premise in premises:
        for relation in relations_of(premise):
            _separation(reader, relation, separations, text_of(premise))
            if (density := _positive(relation)) is not None:
                reader.positive[reader.factor(density)] = text_of(premise)
            elif is_pointwise(relation):
                _agreement(reader, relation, separations, text_of(premise))
    # log p(x|y) = 0, as X -> Y -> X says, holds on the support of p alone: other laws may go beyond it
    apart = {s: text for s, text in separations.stated.items() if not set(s.a) & set(s.b)}
    out.separated = [Fact(_pointwise(s), True, text) for s, text in apart.items()]
    for premise in premises:
        if not isinstance(premise, Relation | MarkovChain | Independence):
            raise UnreadableError("a premise is no relation")
        for relation in relations_of(premise):
            if relation.kind not in SIGNS:
                raise UnreadableError(f"{relation.kind} is no linear relation")
            out.exact &= relation.kind not in "<>"
            text = text_of(premise)
            if _positive(relation) is not None:
                continue
            if not is_pointwise(relation) and _has_density_sum(relation):
                from derive.prove.information.reading.mixtures import premise as mixture

                if not mixture(reader, relation):
                    raise UnreadableError(text)
                continue
            if is_pointwise(relation):
                form = oriented(relation, reader.logarithm(relation.left), reader.logarithm(relation.right))
                out.pointwise += _with_marginals(Fact(form, relation.kind == "=", text))
            elif any(isinstance(side, Cardinality) for side in (relation.left, relation.right)):
                out.facts += _support(reader, relation, text, out)
            else:
                left, right = (_number_or_size(reader, side, relation) for side in (relation.left, relation.right))
                out.facts.append(Fact(oriented(relation, left, right), relation.kind == "=", text))
    return out


def oriented(relation: Relation, left: Linear, right: Linear) -> Linear:
    """The difference of the sides that is 0 or non-negative."""
    sign = SIGNS[relation.kind] or 1
    return total([(sign, left), (-sign, right)])


def is_pointwise(relation: Relation) -> bool:
    """Whether both sides are products of densities (or one a positive number): a claim at every outcome."""
    sides = (relation.left, relation.right)
    return all(_is_monomial(s) for s in sides) and any(_has_density(s) for s in sides)


def _is_monomial(e: Expr) -> bool:
    match e:
        case Density():
            return True
        case Expectation():
            return _is_monomial(e.body)
        case Mul() | Div():
            return all(_is_monomial(a) for a in e.args)
        case Pow():
            return _is_monomial(e.args[0]) and rational(e.args[1]) is not None
    value = rational(e)
    return value is not None and value > 0


def _has_density(e: Expr) -> bool:
    return isinstance(e, Density | Expectation) or (
        isinstance(e, Mul | Div | Pow) and any(_has_density(a) for a in e.args)
    )


def _positive(relation: Relation) -> Density | None:
    """The density that ``q(z|x) > 0`` speaks of."""
    larger, smaller = relation.left, relation.right
    if relation.kind == "<":
        larger, smaller = smaller, larger
    return larger if relation.kind in "<>" and isinstance(larger, Density) and rational(smaller) == 0 else None


def _has_density_sum(relation: Relation) -> bool:
    """Whether a density is a whole side, which then is no mean of anything."""
    return isinstance(relation.left, Density) or isinstance(relation.right, Density)


def _number_or_size(reader: Reader, e: Expr, relation: Relation) -> Linear:
    """One side of a premise; of an integer ≥ 1 that is compared with a number, the logarithm."""
    sides = (relation.left, relation.right)
    sizes = [s for s in sides if isinstance(s, Symbol) and s.domain.integer and (s.domain.lower or 0) >= 1]
    values = [v for s in sides if (v := rational(s)) is not None and v > 0]
    return reader.logarithm(e) if sizes and len(sizes) + len(values) == 2 else reader.linear(e)


def _support(reader: Reader, relation: Relation, text: str, out: Premises) -> list[Fact]:
    """|X| <= n says H(X) <= log n of every law of X; that |X| is large says nothing about entropies."""
    left, right = reader.logarithm(relation.left), reader.logarithm(relation.right)
    fact = Fact(oriented(relation, left, right), relation.kind == "=", text)
    smaller, larger = (relation.left, relation.right) if SIGNS[relation.kind] <= 0 else (relation.right, relation.left)
    if relation.kind == "=" and isinstance(relation.right, Cardinality):
        smaller, larger = larger, smaller
    bound = rational(larger)
    if isinstance(smaller, Cardinality) and bound is not None and (bound < 1 or (relation.kind in "<>" and bound == 1)):
        from derive.prove.deciders import ContradictoryPremisesError

        raise ContradictoryPremisesError(f"the premises contradict each other: {text}, but every variable has a value")
    if isinstance(smaller, Cardinality) and isinstance(larger, Number | Symbol | Size):
        out.exact &= relation.kind != "="  # that |X| is n and no less is no fact about entropies
        out.supports.append((reader.name(smaller.variable), text_of(larger)))
        row = [(1, reader.logarithm(larger)), (-1, joint(Mean("p"), [reader.name(smaller.variable)]))]
        return [Fact(total(row), False, text, "H(X) <= log |X|")]
    out.exact = False
    return [fact]


def _sizes(premises: Sequence[Expr]) -> Iterator[str]:
    """The symbols that a premise says are at least a number of values, so at least 1."""
    for premise in premises:
        for relation in relations_of(premise):
            sides = (relation.left, relation.right)
            for kinds, (larger, smaller) in (((">=", ">", "="), sides), (("<=", "<", "="), sides[::-1])):
                if relation.kind in kinds and isinstance(smaller, Cardinality) and _is_number(larger):
                    yield larger.name


def _is_number(e: Expr) -> TypeGuard[Symbol]:
    return isinstance(e, Symbol) and e.sort is Sort.NUMBER and not e.axes and not e.family


def of_sizes(forms: Sequence[Linear]) -> list[Fact]:
    """H(X) <= log |X| for every |X| that occurs."""
    sizes = dict.fromkeys(a for form in forms for a in form if isinstance(a, Logarithm) and a.of.startswith("|"))
    out = []
    for size in sizes:
        variable = size.of[1:-1]
        form = total([(1, {size: Fraction(1)}), (-1, joint(Mean("p"), [variable]))])
        out.append(Fact(form, False, f"H({variable}) <= log |{variable}|", "Cover, Thomas 2006, theorem 2.6.4"))
    return out


# -- what premises say of laws


def _separation(reader: Reader, relation: Relation, separations: Separations, text: str) -> None:
    """Note I(A; B | C) = 0."""
    sides = (relation.left, relation.right)
    for side, other in (sides, sides[::-1]):
        if relation.kind == "=" and isinstance(side, Information) and len(side.groups) == 2 and rational(other) == 0:
            a, b = (names(reader.name(v) for v in g) for g in side.groups)
            separations.add(Separation(side.under, a, b, names(reader.name(v) for v in side.given)), text)


def _pointwise(s: Separation) -> Linear:
    """log p(a,b,c) + log p(c) − log p(a,c) − log p(b,c), up to its sign."""
    sets = ((1, (*s.a, *s.b, *s.given)), (1, s.given), (-1, (*s.a, *s.given)), (-1, (*s.b, *s.given)))
    return total((sign, cross(None, s.law, (), of)) for sign, of in sets)


def _agreement(reader: Reader, relation: Relation, separations: Separations, text: str) -> None:
    """Note which laws a premise makes equal, and which independence it states."""
    if relation.kind != "=":
        return
    form = total([(1, reader.logarithm(relation.left)), (-1, reader.logarithm(relation.right))])
    laws = {a.law for a in form if isinstance(a, Cross)}
    if len(laws) == 1 and (found := _as_separation(form)):
        separations.add(found, text)
    if equal := _as_equal(form):
        reader.laws.equal.append((*equal, text))
    sides = [_factors(reader, side) for side in (relation.left, relation.right)]
    left, right = sides
    if left is None or right is None:
        return
    over = [{v for f in side for v in f.of} for side in (left, right)]
    given = [{v for f in side for v in f.given} - over[0] for side in (left, right)]
    if over[0] != over[1] or given[0] != given[1] or (len(left), len(right)) == (1, 1):
        return
    reader.laws.equal.append((left, right, text))
    for part in subsets(over[0]):
        less = [without(side, set(part)) for side in (left, right)]
        if len(less[0]) == len(less[1]) == 1 and less[0] != less[1]:
            reader.laws.equal.append((less[0], less[1], text))


def _factors(reader: Reader, e: Expr) -> Product | None:
    if isinstance(e, Density):
        return (reader.factor(e),)
    if isinstance(e, Mul) and all(isinstance(a, Density) for a in e.args):
        return tuple(reader.factor(a) for a in e.args if isinstance(a, Density))
    return None


def _outcomes(form: Linear) -> dict[tuple[str, Names], int] | None:
    """log densities with coefficients ±1, −log p(x) as −1; None if there is anything else."""
    out: dict[tuple[str, Names], int] = {}
    for atom, value in form.items():
        if not isinstance(atom, Cross) or abs(value) != 1:
            return None
        out[(atom.law, atom.fixed)] = -int(value)
    return out


def _as_separation(form: Linear) -> Separation | None:
    """p(a,b,c) p(c) = p(a,c) p(b,c), as a linear form of logarithms."""
    logs = _outcomes(form)
    if logs is None or len(logs) not in (3, 4):
        return None
    largest = max(logs, key=lambda key: len(key[1]))
    law, whole = largest
    parts = [set(of) for (_, of), sign in logs.items() if sign == -logs[largest]]
    rest = [set(of) for (_, of), sign in logs.items() if sign == logs[largest] and of != whole]
    if len(parts) != 2:
        return None
    given = parts[0] & parts[1]
    if parts[0] | parts[1] != set(whole) or rest != ([given] if given else []):
        return None
    return Separation(law, names(parts[0] - given), names(parts[1] - given), names(given))


def _as_equal(form: Linear) -> tuple[Product, Product] | None:
    """p(s|t) = q(s|t), as a linear form of logarithms."""
    logs = _outcomes(form)
    if logs is None:
        return None
    by_law: dict[str, dict[int, Names]] = {}
    for (law, of), sign in logs.items():
        if sign in by_law.setdefault(law, {}):
            return None
        by_law[law][sign] = of
    if len(by_law) != 2:
        return None
    (first, a), (second, b) = by_law.items()
    longer = 1 if len(a.get(1, ())) > len(a.get(-1, ())) else -1
    whole, given = a.get(longer, ()), a.get(-longer, ())
    if (whole, given) != (b.get(-longer, ()), b.get(longer, ())) or not set(given) < set(whole):
        return None
    of = names(set(whole) - set(given))
    return (Factor(first, of, given),), (Factor(second, of, given),)


def _with_marginals(fact: Fact) -> list[Fact]:
    """The fact; of an equation p(s|t) = q(s|t) also what it says of parts of s."""
    equal = _as_equal(fact.form) if fact.equation else None
    if equal is None or len(equal[0][0].of) > MOST_SHARED:
        return [fact]
    out = []
    for part in subsets(equal[0][0].of):
        parts: list[tuple[int, Linear]] = []
        for f, sign in zip((equal[0][0], equal[1][0]), (1, -1), strict=True):
            parts += [(sign, cross(None, f.law, (), (*part, *f.given))), (-sign, cross(None, f.law, (), f.given))]
        out.append(Fact(total(parts), True, fact.text, fact.cites))
    return out
